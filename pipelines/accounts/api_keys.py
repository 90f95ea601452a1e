"""API keys: made and shown once, kept as a hash, confined to scopes and stores, ended by time or by hand.

A key is `tw_<id>_<secret>`: the id finds its row, the secret has 256 random bits. Both are letters and digits, so that
a double click takes the whole, and scanners of secrets know it by its beginning. How a request's key is judged is in
`asking.py`.
"""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipelines.accounts.audit import Actor, note
from pipelines.accounts.refusals import bad, not_found
from pipelines.accounts.rights import check_scopes

if TYPE_CHECKING:
    import psycopg

    from pipelines.accounts.keyring import Keyring

PREFIX = "tw_"
OF = "api key"
LONGEST_NAME = 80
_LETTERS = string.ascii_letters + string.digits
_ID, _SECRET = 12, 43  # 43 letters of 62 are 256 bits
_KEY = re.compile(rf"tw_([0-9A-Za-z]{{{_ID}}})_([0-9A-Za-z]{{{_SECRET}}})")

_INSERT = """
    insert into accounts.api_keys (key_id, tenant_id, name, secret_hash, scopes, stores, created_by, expires_at)
    values (%(key_id)s, %(tenant_id)s, %(name)s, %(secret_hash)s, %(scopes)s, %(stores)s, %(created_by)s,
        %(expires_at)s)
"""
_LIST = """
    select key_id, tenant_id, name, scopes, stores, created_by, created_at, expires_at, revoked_at, last_used_at
    from accounts.api_keys where %(tenant_id)s::text is null or tenant_id = %(tenant_id)s
    order by created_at desc, key_id
"""
_REVOKE = """
    update accounts.api_keys set revoked_at = clock_timestamp()
    where key_id = %(key_id)s and (%(tenant_id)s::text is null or tenant_id = %(tenant_id)s) and revoked_at is null
    returning tenant_id
"""
_OF_TENANT = """
    select store_id from ops.stores where tenant_id = %(t)s
    union select shop_id from ops.shops where tenant_id = %(t)s
"""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key once it was shown. stores: None is all of the tenant. Moments are UTC; last_used_at is to
    the hour."""

    key_id: str
    tenant_id: str
    name: str
    scopes: tuple[str, ...]
    stores: tuple[str, ...] | None
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    def state(self, now: datetime) -> str:
        """`valid`, `expired` or `revoked`."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "valid"


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A new key. text: the key itself, which nobody can show again."""

    key_id: str
    text: str = field(repr=False)


def parse(text: str) -> tuple[str, str] | None:
    """The id and the secret of a key; None if the text is none."""
    found = _KEY.fullmatch(text)
    return (found[1], found[2]) if found else None


def create(
    conn: psycopg.Connection,
    keyring: Keyring,
    actor: Actor,
    tenant_id: str,
    *,
    name: str,
    scopes: Collection[str],
    stores: Collection[str] | None = None,
    expires_at: datetime | None = None,
    now: datetime,
) -> MadeKey:
    """Make a key. The caller commits. Raises Refusal for a name, scope, store or moment that cannot be."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise bad("name-missing", f"A key needs a name of 1 to {LONGEST_NAME} characters that says who uses it.")
    if expires_at is not None and expires_at <= now:
        raise bad("expires-in-the-past", f"{expires_at:%Y-%m-%d %H:%M %Z} has passed; name a moment to come, or none.")
    given = check_scopes(scopes)
    if "admin" in given and stores is not None:
        raise bad("admin-of-all", "A key that may `admin` makes keys and members of the whole tenant: name no stores.")
    _check_stores(conn, tenant_id, stores)
    made = MadeKey(_random(_ID), "")
    secret = _random(_SECRET)
    conn.execute(
        _INSERT,
        {
            "key_id": made.key_id,
            "tenant_id": tenant_id,
            "name": name,
            "secret_hash": keyring.hash(secret, of=OF),
            "scopes": sorted(given),
            "stores": None if stores is None else sorted(set(stores)),
            "created_by": actor.who,
            "expires_at": expires_at,
        },
    )
    told: dict[str, Any] = {"scopes": sorted(given), "stores": None if stores is None else sorted(set(stores))}
    note(conn, actor, tenant_id, "key.created", f"key:{made.key_id}", **told)
    return MadeKey(made.key_id, f"{PREFIX}{made.key_id}_{secret}")


def listed(conn: psycopg.Connection, tenant_id: str | None) -> list[ApiKey]:
    """The keys of a tenant, or of all, the newest first."""
    return [
        ApiKey(key, tenant, name, tuple(scopes), None if stores is None else tuple(stores), *rest)
        for key, tenant, name, scopes, stores, *rest in conn.execute(_LIST, {"tenant_id": tenant_id}).fetchall()
    ]


def revoke(conn: psycopg.Connection, actor: Actor, tenant_id: str | None, key_id: str) -> None:
    """End a key at once. tenant_id: whose it must be; None: anybody's. Raises Refusal (404) if there is no such key
    that still holds."""
    row = conn.execute(_REVOKE, {"key_id": key_id, "tenant_id": tenant_id}).fetchone()
    if row is None:
        raise not_found("No key of this tenant has this id and is not yet revoked.")
    note(conn, actor, row[0], "key.revoked", f"key:{key_id}")


def _check_stores(conn: psycopg.Connection, tenant_id: str, stores: Collection[str] | None) -> None:
    if stores is None:
        return
    known = {row[0] for row in conn.execute(_OF_TENANT, {"t": tenant_id}).fetchall()}
    unknown = sorted(set(stores) - known)
    if unknown or not stores:
        came = f"no store {unknown[0][:60]!r} of this tenant" if unknown else "no key without a store"
        raise bad("unknown-store", f"There is {came}. Its stores are {', '.join(sorted(known)) or 'none'}.")


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
