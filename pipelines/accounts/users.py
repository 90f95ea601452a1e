"""Users and what they are in tenants: members with roles. How they log in is in `sessions.py`.

An e-mail address is known by its lower-case form, and is in no log and no entry of the audit: a user is `user:<id>`
there. The last owner of a tenant stays one.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pipelines.accounts import passwords
from pipelines.accounts.audit import Actor, note
from pipelines.accounts.principal import Role
from pipelines.accounts.refusals import bad, conflict, not_found

if TYPE_CHECKING:
    import psycopg

_EMAIL = re.compile(r"[^\s@\"(),:;<>\[\\\]\x00-\x1f]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?", re.ASCII)

_TENANT = "select from ops.tenants where tenant_id = %s"
_BY_EMAIL = "select user_id from accounts.users where email = %s"
_INSERT = "insert into accounts.users (user_id, email, name) values (%s, %s, %s) on conflict (email) do nothing"
_LIST = """
    select m.tenant_id, u.user_id, u.email, u.name, m.role, u.totp_confirmed_at is not null, m.created_at
    from accounts.members as m inner join accounts.users as u on u.user_id = m.user_id
    where %(tenant)s::text is null or m.tenant_id = %(tenant)s
    order by m.tenant_id, u.email
"""
_JOIN = (
    "insert into accounts.members (tenant_id, user_id, role) values (%s, %s, %s) on conflict do nothing returning role"
)
_ROLE = "select role from accounts.members where tenant_id = %s and user_id = %s for update"
_OWNERS = "select user_id from accounts.members where tenant_id = %s and role = 'owner' order by user_id for update"
_SET_ROLE = "update accounts.members set role = %s where tenant_id = %s and user_id = %s"
_LEAVE = "delete from accounts.members where tenant_id = %s and user_id = %s"
_SET_HASH = """
    update accounts.users set password_hash = %s, password_changed_at = clock_timestamp() where user_id = %s
"""
_END_SESSIONS = """
    update accounts.sessions set ended_at = clock_timestamp(), ended_because = %(why)s
    where user_id = %(user)s and ended_at is null and session_id is distinct from %(but)s
"""
_FORGET_USER = """
    delete from accounts.users as u where user_id = %s and not exists (
        select from accounts.members as m where m.user_id = u.user_id)
    returning user_id
"""


@dataclass(frozen=True, slots=True)
class Member:
    """A user as a member of a tenant. since: UTC."""

    tenant_id: str
    user_id: str
    email: str
    name: str
    role: Role
    second_factor: bool
    since: datetime


def normal_email(text: str) -> str:
    """An e-mail address as it is kept. Raises Refusal (422) for what is none.

    >>> normal_email(" Ana.Silva@Example.com ")
    'ana.silva@example.com'
    """
    email = text.strip().lower()
    if not _EMAIL.fullmatch(email) or "." not in email.rpartition("@")[2] or ".." in email:
        raise bad("no-email", "That is no e-mail address; it looks like name@example.com.")
    return email


def check_tenant(conn: psycopg.Connection, tenant_id: str) -> None:
    """Raises Refusal (404) for a tenant that stores.yaml does not have."""
    if conn.execute(_TENANT, (tenant_id,)).fetchone() is None:
        raise not_found("stores.yaml has no tenant of this name.")


def members(conn: psycopg.Connection, tenant_id: str | None) -> list[Member]:
    """The members of a tenant, or of all."""
    rows = conn.execute(_LIST, {"tenant": tenant_id}).fetchall()
    return [Member(tenant, user, email, name, Role(role), *rest) for tenant, user, email, name, role, *rest in rows]


def find(conn: psycopg.Connection, email: str) -> str | None:
    """The id of the user of an e-mail address."""
    row = conn.execute(_BY_EMAIL, (normal_email(email),)).fetchone()
    return row[0] if row else None


def email_of(conn: psycopg.Connection, user_id: str) -> str:
    """The e-mail address of a user. Raises Refusal (404)."""
    row = conn.execute("select email from accounts.users where user_id = %s", (user_id,)).fetchone()
    if row is None:
        raise not_found("There is no user of this id.")
    return row[0]


def ensure_user(conn: psycopg.Connection, email: str, name: str = "") -> str:
    """The id of the user of an e-mail address, who is made if there is none. The caller commits."""
    address = normal_email(email)
    conn.execute(_INSERT, (secrets.token_hex(8), address, " ".join(name.split())[:120]))
    found = find(conn, address)
    assert found is not None
    return found


def join(conn: psycopg.Connection, actor: Actor, tenant_id: str, user_id: str, role: Role) -> None:
    """Make a user a member. The caller commits. Raises Refusal (404, 409)."""
    check_tenant(conn, tenant_id)
    if conn.execute(_JOIN, (tenant_id, user_id, role)).fetchone() is None:
        raise conflict("member-already", "This user is a member of the tenant already. Change the role instead.")
    note(conn, actor, tenant_id, "member.added", f"user:{user_id}", role=role)


def set_role(conn: psycopg.Connection, actor: Actor, tenant_id: str, user_id: str, role: Role) -> None:
    """Change what a member may do, from the next request on. The caller commits. Raises Refusal (404, 409)."""
    before = _check_not_last_owner(conn, tenant_id, user_id, stays_owner=role is Role.OWNER)
    conn.execute(_SET_ROLE, (role, tenant_id, user_id))
    note(conn, actor, tenant_id, "member.role", f"user:{user_id}", before=before, role=role)


def leave(conn: psycopg.Connection, actor: Actor, tenant_id: str, user_id: str) -> None:
    """End a membership and its sessions. A user who is no member any more is forgotten, with e-mail address and
    password. The caller commits. Raises Refusal (404, 409)."""
    _check_not_last_owner(conn, tenant_id, user_id, stays_owner=False)
    conn.execute(_LEAVE, (tenant_id, user_id))
    forgotten = conn.execute(_FORGET_USER, (user_id,)).fetchone() is not None
    note(conn, actor, tenant_id, "member.removed", f"user:{user_id}", forgotten=forgotten)


def set_password(
    conn: psycopg.Connection, actor: Actor, user_id: str, password: str, *, but_session: str | None = None
) -> None:
    """Give a user a password; sessions end, but for the one in which it was done. The caller commits. Raises Refusal
    (422) for one that is too weak."""
    conn.execute(_SET_HASH, (passwords.hashed(password), user_id))
    end_sessions(conn, user_id, "the password was changed", but=but_session)
    note(conn, actor, None, "password.changed", f"user:{user_id}")


def end_sessions(conn: psycopg.Connection, user_id: str, why: str, *, but: str | None = None) -> int:
    """End the sessions of a user; how many there were. The caller commits."""
    return conn.execute(_END_SESSIONS, {"user": user_id, "why": why, "but": but}).rowcount


def _check_not_last_owner(conn: psycopg.Connection, tenant_id: str, user_id: str, *, stays_owner: bool) -> str:
    """The role of a member. The tenant's owners are locked, so that two of them cannot leave at once."""
    owners = [row[0] for row in conn.execute(_OWNERS, (tenant_id,)).fetchall()]
    row = conn.execute(_ROLE, (tenant_id, user_id)).fetchone()
    if row is None:
        raise not_found("No member of this tenant has this id.")
    if not stays_owner and owners == [user_id]:
        raise conflict("last-owner", "A tenant keeps one owner. Make somebody else an owner first.")
    return row[0]
