"""Finds out who asks: a request's headers in, a `Principal` or a `Refusal` out. One for all doors.

A caller shows an API key (`Authorization: Bearer tw_...` or `X-API-Key: tw_...`) or an access token (`Authorization:
Bearer <JWT>`). Either is judged at each request by what the warehouse says now: a key that was revoked, a session that
was ended and a member who was removed are refused at the next request. What a proxy says of the caller is not believed
here; `X-Tradewind-Tenant`, a tenant or a host whose first label is one, as a gateway sets it by the subdomain, can only
refuse, never widen.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipelines.accounts import api_keys, tokens
from pipelines.accounts.counting import Rate, count
from pipelines.accounts.principal import Principal, Role
from pipelines.accounts.refusals import Refusal, forbidden, unauthorized
from pipelines.accounts.rights import OF_ROLE
from pipelines.warehouse.looks import Looks

if TYPE_CHECKING:
    import psycopg

    from pipelines.accounts.keyring import Keyring
    from pipelines.accounts.plans import Plans

Headers = Iterable[tuple[str, str]] | Mapping[str, str]
Connections = Callable[[], AbstractAsyncContextManager["psycopg.AsyncConnection[Any]"]]
_Values = tuple[str, ...]

TENANT_HEADER = "x-tradewind-tenant"
_HOW = "Send `Authorization: Bearer <key or token>`; `tradewind keys create` or POST /v1/keys makes a key."

_KEY = """
    select tenant_id, secret_hash, scopes, stores, revoked_at is not null,
        coalesce(expires_at <= clock_timestamp(), false),
        coalesce(last_used_at < clock_timestamp() - interval '1 hour', true)
    from accounts.api_keys where key_id = %s
"""
_USED = "update accounts.api_keys set last_used_at = date_trunc('hour', clock_timestamp()) where key_id = %s"
_MEMBER = """
    select m.role from accounts.sessions as s
    inner join accounts.members as m on m.tenant_id = s.tenant_id and m.user_id = s.user_id
    where s.session_id = %s and s.user_id = %s and s.tenant_id = %s
        and s.ended_at is null and s.expires_at > clock_timestamp()
"""


@dataclass
class Doorkeeper:
    """Knows callers. connection: one that commits each statement. plans: as they are now. now: real time, UTC."""

    connection: Connections
    keyring: Keyring
    plans: Callable[[], Plans]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _looks: Looks[tuple[str, _Values], tuple[Any, ...] | None] = field(init=False)

    def __post_init__(self) -> None:
        self._looks = Looks(self._look)

    async def principal_of(self, headers: Headers) -> Principal:
        """Who asks. headers: of the request, all of them, also those that came twice. Raises Refusal (401, 403)."""
        shown = credential(headers)
        key = api_keys.parse(shown)
        if key is None and shown.startswith(api_keys.PREFIX):
            raise _unknown_key()
        caller = await (self._by_key(*key) if key else self._by_token(shown))
        wanted = _values(headers, TENANT_HEADER)
        if wanted and {each.partition(".")[0].strip().lower() for each in wanted} != {caller.tenant_id.lower()}:
            raise forbidden("other-tenant", "The address is another tenant's than the key or token. Use your own.")
        return caller

    async def count(self, caller: Principal) -> Rate:
        """Count one request of the caller's tenant. The answer's `check` raises Refusal (429) if it is one too many."""
        limits = self.plans().of(caller.tenant_id)
        if not limits.limit_requests:
            return Rate(caller.plan)
        async with self.connection() as conn:
            return await count(conn, caller.tenant_id, caller.plan, limits, self.now())

    async def _look(self, asked: tuple[str, _Values]) -> tuple[Any, ...] | None:
        statement, values = asked
        async with self.connection() as conn:
            return await (await conn.execute(statement.encode(), values)).fetchone()

    async def _by_key(self, key_id: str, secret: str) -> Principal:
        row = await self._looks.at((_KEY, (key_id,)))
        shown = self.keyring.hash(secret, of=api_keys.OF)
        # also for a key that is not there: how long it takes tells nothing
        if not hmac.compare_digest(shown, row[1] if row else bytes(len(shown))) or row is None:
            raise _unknown_key()
        tenant, _, scopes, stores, revoked, expired, unused_for_long = row
        if revoked or expired:
            raise unauthorized(
                "key-revoked" if revoked else "key-expired",
                f"The key {key_id} {'was revoked' if revoked else 'has expired'}. An owner of the tenant makes a new "
                "one: `tradewind keys create` or POST /v1/keys.",
            )
        if unused_for_long:
            async with self.connection() as conn:
                await conn.execute(_USED, (key_id,))
        return Principal(
            tenant_id=tenant,
            subject=f"key:{key_id}",
            role=Role.SERVICE,
            scopes=frozenset(scopes),
            stores=None if stores is None else frozenset(stores),
            plan=self.plans().name(tenant),
        )

    async def _by_token(self, token: str) -> Principal:
        claims = tokens.judge(self.keyring, token)
        row = await self._looks.at((_MEMBER, (claims.session_id, claims.user_id, claims.tenant_id)))
        if row is None:
            raise unauthorized("session-ended", "The session of this token was ended. Log in at POST /v1/auth/login.")
        role = Role(row[0])
        return Principal(
            tenant_id=claims.tenant_id,
            subject=f"user:{claims.user_id}",
            role=role,
            scopes=OF_ROLE[role],
            plan=self.plans().name(claims.tenant_id),
        )


def credential(headers: Headers) -> str:
    """The one key or token that a request shows. Raises Refusal (401) for none, for two, and for other schemes."""
    bearer, keys = _values(headers, "authorization"), _values(headers, "x-api-key")
    if len(bearer) + len(keys) > 1:
        raise unauthorized("two-credentials", "The request shows more than one key or token. Send exactly one.")
    if keys:
        if api_keys.parse(keys[0]) is None:
            raise _unknown_key()
        return keys[0]
    if not bearer:
        raise unauthorized("no-credentials", f"The request shows neither a key nor a token. {_HOW}")
    scheme, _, shown = bearer[0].strip().partition(" ")
    if scheme.lower() != "bearer" or not shown.strip() or not shown.isascii():
        raise unauthorized("wrong-scheme", f"The header Authorization is no `Bearer <key or token>`. {_HOW}")
    return shown.strip()


def session_of(headers: Headers, keyring: Keyring) -> tokens.Claims:
    """What a caller's access token says, for what concerns this one session. Raises Refusal (401)."""
    return tokens.judge(keyring, credential(headers))


def _unknown_key() -> Refusal:
    return unauthorized("key-invalid", f"The key is not known here; perhaps a part of it is missing. {_HOW}")


def _values(headers: Headers, name: str) -> list[str]:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return [value for key, value in pairs if key.lower() == name]
