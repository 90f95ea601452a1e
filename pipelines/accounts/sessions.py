"""Sessions: log-in, refresh, log-out. A session is a family of refresh tokens, each of which is used once.

Whoever shows a refresh token a second time has stolen it, or it was stolen from him: nobody can tell which, so the
whole family ends and both have to log in again (RFC 9700, section 4.14). Access tokens are in `tokens.py`; what a
session's member may do is looked up at each request (`asking.py`), so a session that has ended is over at once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.accounts import lockout, passwords, second_factor, tokens
from pipelines.accounts.audit import Actor, note
from pipelines.accounts.refusals import Refusal, bad, unauthorized
from pipelines.accounts.users import normal_email

if TYPE_CHECKING:
    import psycopg

    from pipelines.accounts.keyring import Keyring
    from pipelines.warehouse.connection import Warehouse

LIFETIME = timedelta(days=30)
"""After that one logs in anew, however often tokens were refreshed."""
PREFIX = "twr_"
OF = "refresh token"

_USER = """
    select user_id, password_hash, totp_secret, totp_confirmed_at is not null from accounts.users where email = %s
"""
_OWN = "select email, password_hash from accounts.users where user_id = %s"
_TENANTS = "select tenant_id from accounts.members where user_id = %s order by tenant_id"
_BEGIN = """
    insert into accounts.sessions (session_id, user_id, tenant_id, expires_at) values (%s, %s, %s, %s)
"""
_KEEP = "insert into accounts.refresh_tokens (token_hash, session_id) values (%s, %s)"
_FIND = """
    select s.session_id, s.user_id, s.tenant_id, s.ended_at is not null or s.expires_at <= %(now)s,
        t.used_at is not null
    from accounts.refresh_tokens as t inner join accounts.sessions as s on s.session_id = t.session_id
    where t.token_hash = %(hash)s for update of s, t
"""
_USE = "update accounts.refresh_tokens set used_at = clock_timestamp() where token_hash = %s"
_END = """
    update accounts.sessions set ended_at = clock_timestamp(), ended_because = %(why)s
    where session_id = %(session)s and ended_at is null returning tenant_id
"""
_PRUNE = "delete from accounts.sessions where expires_at < %s"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a log-in brings. tenant_id: at which tenant. Neither token can be shown again."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    tenant_id: str


def log_in(
    warehouse: Warehouse,
    keyring: Keyring,
    actor: Actor,
    *,
    email: str,
    password: str,
    code: str | None,
    tenant_id: str | None,
    now: datetime,
) -> Tokens:
    """Begin a session. code: of the second factor, where the user has one. tenant_id: needed by members of several.

    The attempt is committed as a failed one before anything is judged. Raises Refusal: 401, 403, 422; 429 while the
    address is locked.
    """
    address = normal_email(email)
    key = keyring.hash(address, of=lockout.OF)
    with warehouse.connect() as conn:
        failed = lockout.begin(conn, key, now)
    try:
        with warehouse.connect() as conn:
            row = conn.execute(_USER, (address,)).fetchone()
        user, kept, secret, second = row or (None, None, None, False)
        if not passwords.verify(password, kept):
            raise unauthorized("log-in-failed", "E-mail address and password do not belong together.")
        with warehouse.connect() as conn:
            if second and not code:
                lockout.was_half_right(conn, key)
            elif second:
                second_factor.check(conn, keyring, user, secret, code or "", now)
        if second and not code:
            raise unauthorized(
                "second-factor-needed", "The password is right; send the code of the authenticator app with it, too."
            )
    except Refusal as refusal:
        if refusal.kind != "second-factor-needed":
            with warehouse.connect() as conn:
                subject = f"user:{row[0]}" if row else None
                note(conn, actor, None, "log_in.failed", subject, why=refusal.kind, failed=failed)
        raise
    with warehouse.connect() as conn:
        lockout.was_right(conn, key, now)
        conn.execute(_PRUNE, (now,))
        return begin(conn, keyring, actor, user, chosen_tenant(conn, user, tenant_id), now, how="password")


def chosen_tenant(conn: psycopg.Connection, user_id: str, wanted: str | None) -> str:
    """The tenant of a log-in: the wanted one, or the only one. Raises Refusal (403, 422)."""
    own = [row[0] for row in conn.execute(_TENANTS, (user_id,)).fetchall()]
    if wanted is not None and wanted in own:
        return wanted
    if wanted is not None or not own:
        raise Refusal(403, "no-member", "This caller may not do that", "You are no member of this tenant.")
    if len(own) > 1:
        raise bad("which-tenant", f"You are a member of {', '.join(own)}: say which as `tenant`.")
    return own[0]


def begin(
    conn: psycopg.Connection, keyring: Keyring, actor: Actor, user_id: str, tenant_id: str, now: datetime, *, how: str
) -> Tokens:
    """Begin a session of a user who was found right. how: by what, for the audit. The caller commits."""
    session = secrets.token_hex(12)
    conn.execute(_BEGIN, (session, user_id, tenant_id, now + LIFETIME))
    acting = Actor(f"user:{user_id}", actor.came_from)
    note(conn, acting, tenant_id, "session.begun", f"session:{session}", how=how)
    return _tokens(conn, keyring, tokens.Claims(user_id, session, tenant_id), now)


def check_password(warehouse: Warehouse, keyring: Keyring, user_id: str, password: str, now: datetime) -> None:
    """Whether it is still the user who asks. Tried no more often than a log-in. Raises Refusal (401, 429)."""
    with warehouse.connect() as conn:
        row = conn.execute(_OWN, (user_id,)).fetchone()
        email, kept = row or ("", None)
        key = keyring.hash(email, of=lockout.OF)
        lockout.begin(conn, key, now)
    if not passwords.verify(password, kept):
        raise unauthorized("log-in-failed", "That is not the password of this user.")
    with warehouse.connect() as conn:
        lockout.was_right(conn, key, now)


def refresh(warehouse: Warehouse, keyring: Keyring, actor: Actor, token: str, now: datetime) -> Tokens:
    """New tokens for a refresh token, which is used up by it. Raises Refusal (401); for one that was used before, after
    its whole family was ended and that was committed."""
    hashed = keyring.hash(token[:200], of=OF)
    with warehouse.connect() as conn:
        row = conn.execute(_FIND, {"hash": hashed, "now": now}).fetchone()
        if row is None:
            raise _not_known()
        session, user, tenant, ended, used = row
        acting = Actor(f"user:{user}", actor.came_from)
        if not used and not ended:
            conn.execute(_USE, (hashed,))
            return _tokens(conn, keyring, tokens.Claims(user, session, tenant), now)
        if used:
            conn.execute(_END, {"session": session, "why": "a refresh token was used twice"})
            note(conn, acting, tenant, "session.token_reused", f"session:{session}")
    if used:
        raise unauthorized(
            "token-reused",
            "This refresh token was used before, so somebody else may have it: the session was ended. Log in again.",
        )
    raise _not_known()


def log_out(conn: psycopg.Connection, actor: Actor, session_id: str) -> None:
    """End a session. The caller commits; to end one that has ended is no error."""
    row = conn.execute(_END, {"session": session_id, "why": "logged out"}).fetchone()
    if row is not None:
        note(conn, actor, row[0], "session.ended", f"session:{session_id}")


def _tokens(conn: psycopg.Connection, keyring: Keyring, claims: tokens.Claims, now: datetime) -> Tokens:
    refresh_token = PREFIX + secrets.token_urlsafe(32)
    conn.execute(_KEEP, (keyring.hash(refresh_token, of=OF), claims.session_id))
    return Tokens(tokens.issue(keyring, claims, now), refresh_token, claims.tenant_id)


def _not_known() -> Refusal:
    return unauthorized("token-invalid", "The refresh token is not known or its session has ended. Log in again.")
