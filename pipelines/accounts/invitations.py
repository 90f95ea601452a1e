"""Invitations: an owner names an e-mail address and a role, and gets a link's token to hand on; who has it may join.

Tradewind sends no mail by itself. The token is shown once and kept as a hash; it holds for a week and once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.accounts import lockout, passwords, users
from pipelines.accounts.audit import Actor, note
from pipelines.accounts.principal import Role
from pipelines.accounts.refusals import Refusal, not_found, unauthorized

if TYPE_CHECKING:
    import psycopg

    from pipelines.accounts.keyring import Keyring
    from pipelines.warehouse.connection import Warehouse

LIFETIME = timedelta(days=7)
PREFIX = "twi_"
OF = "invitation"

_INSERT = """
    insert into accounts.invitations (invitation_id, tenant_id, email, role, token_hash, invited_by, expires_at)
    values (%(id)s, %(tenant)s, %(email)s, %(role)s, %(hash)s, %(by)s, %(until)s)
"""
_OPEN = "accepted_at is null and revoked_at is null and expires_at > %(now)s"
_LIST = f"""
    select invitation_id, email, role, invited_by, expires_at from accounts.invitations
    where tenant_id = %(tenant)s and {_OPEN} order by created_at desc
"""  # noqa: S608
_ACCEPT = f"""
    update accounts.invitations set accepted_at = clock_timestamp() where token_hash = %(hash)s and {_OPEN}
    returning invitation_id, tenant_id, email, role
"""  # noqa: S608
_REVOKE = f"""
    update accounts.invitations set revoked_at = clock_timestamp()
    where tenant_id = %(tenant)s and invitation_id = %(id)s and {_OPEN} returning invitation_id
"""  # noqa: S608
_FIND = f"""
    select i.email, u.password_hash
    from accounts.invitations as i left join accounts.users as u on u.email = i.email
    where i.token_hash = %(hash)s and {_OPEN}
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Made:
    """A new invitation. token: what is handed on, and cannot be shown again. expires_at: UTC."""

    invitation_id: str
    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that still holds. expires_at: UTC."""

    invitation_id: str
    email: str
    role: Role
    invited_by: str
    expires_at: datetime


def invite(
    conn: psycopg.Connection, keyring: Keyring, actor: Actor, tenant_id: str, *, email: str, role: Role, now: datetime
) -> Made:
    """Make an invitation. The caller commits. Raises Refusal (404, 422)."""
    users.check_tenant(conn, tenant_id)
    made = Made(secrets.token_hex(6), PREFIX + secrets.token_urlsafe(32), now + LIFETIME)
    conn.execute(
        _INSERT,
        {
            "id": made.invitation_id,
            "tenant": tenant_id,
            "email": users.normal_email(email),
            "role": role,
            "hash": keyring.hash(made.token, of=OF),
            "by": actor.who,
            "until": made.expires_at,
        },
    )
    note(conn, actor, tenant_id, "invitation.made", f"invitation:{made.invitation_id}", role=role)
    return made


def listed(conn: psycopg.Connection, tenant_id: str, now: datetime) -> list[Invitation]:
    """The invitations of a tenant that still hold, the newest first."""
    rows = conn.execute(_LIST, {"tenant": tenant_id, "now": now}).fetchall()
    return [Invitation(number, email, Role(role), by, until) for number, email, role, by, until in rows]


def revoke(conn: psycopg.Connection, actor: Actor, tenant_id: str, invitation_id: str, now: datetime) -> None:
    """End an invitation. The caller commits. Raises Refusal (404)."""
    values = {"tenant": tenant_id, "id": invitation_id, "now": now}
    if conn.execute(_REVOKE, values).fetchone() is None:
        raise not_found("No invitation of this tenant has this id and still holds.")
    note(conn, actor, tenant_id, "invitation.revoked", f"invitation:{invitation_id}")


def accept(
    warehouse: Warehouse, keyring: Keyring, actor: Actor, *, token: str, password: str, name: str, now: datetime
) -> str:
    """Let whoever has the token join, and return the user's id. A refusal undoes all.

    password: the one that the user has, if the e-mail address is known here already; else the new one: a token alone
    never gives somebody another's account, and that password may be tried no more often than at a log-in. Raises
    Refusal (401, 409, 422, 429).
    """
    values = {"hash": keyring.hash(token[:200], of=OF), "now": now}
    with warehouse.connect() as conn:
        row = conn.execute(_FIND, values).fetchone()
    if row is None:
        raise _invalid()
    email, kept = row
    if kept is not None:
        _check_password(warehouse, keyring, email, password, kept, now)
    with warehouse.connect() as conn:
        row = conn.execute(_ACCEPT, values).fetchone()
        if row is None:  # somebody else was faster
            raise _invalid()
        number, tenant_id, email, role = row
        user_id = users.ensure_user(conn, email, name)
        acting = Actor(f"user:{user_id}", actor.came_from)
        if kept is None:
            users.set_password(conn, acting, user_id, password)
        users.join(conn, acting, tenant_id, user_id, Role(role))
        note(conn, acting, tenant_id, "invitation.accepted", f"invitation:{number}")
    return user_id


def _check_password(
    warehouse: Warehouse, keyring: Keyring, email: str, password: str, kept: str, now: datetime
) -> None:
    key = keyring.hash(email, of=lockout.OF)
    with warehouse.connect() as conn:
        lockout.begin(conn, key, now)
    if not passwords.verify(password, kept):
        raise unauthorized("log-in-failed", "There is a user of this e-mail address; send that user's password.")
    with warehouse.connect() as conn:
        lockout.was_right(conn, key, now)


def _invalid() -> Refusal:
    return unauthorized("invitation-invalid", "The invitation is not known, was used, or has expired: ask for another.")
