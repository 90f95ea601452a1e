"""The second factor: codes of an authenticator app (TOTP, RFC 6238). Secrets are encrypted where they are kept.

A code holds for its step of 30 seconds and the one on either side, and once: a step that was used is never taken again.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from pipelines.accounts.audit import Actor, note
from pipelines.accounts.refusals import Refusal, bad, conflict, unauthorized

if TYPE_CHECKING:
    import psycopg
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

    from pipelines.accounts.keyring import Keyring

STEP, DIGITS, AROUND = 30, 6, 1
_SECRET_BYTES = 20
_ISSUER = "Tradewind"

_USER = "select totp_secret, totp_confirmed_at is not null from accounts.users where user_id = %(user)s for update"
_KEEP = """
    update accounts.users set totp_secret = %(secret)s, totp_confirmed_at = null, totp_last_step = null
    where user_id = %(user)s
"""
_CONFIRM = "update accounts.users set totp_confirmed_at = clock_timestamp() where user_id = %(user)s"
_USE = """
    update accounts.users set totp_last_step = %(step)s
    where user_id = %(user)s and coalesce(totp_last_step < %(step)s, true) returning user_id
"""
_END = """
    update accounts.users set totp_secret = null, totp_confirmed_at = null, totp_last_step = null
    where user_id = %(user)s and totp_secret is not null returning user_id
"""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app is given, once. secret: in Base32. uri: the same as `otpauth://`, for a QR code."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


def enrol(conn: psycopg.Connection, keyring: Keyring, actor: Actor, user_id: str, name: str) -> Enrolment:
    """Begin: make a secret, which counts once `confirm` has seen a code of it. The caller commits. name: how the app
    calls the account. Raises Refusal (409) where a second factor is in use."""
    row = conn.execute(_USER, {"user": user_id}).fetchone()
    if row is None or row[1]:
        raise conflict("second-factor-in-use", "A second factor is in use. Take it away first, with a code of it.")
    secret = secrets.token_bytes(_SECRET_BYTES)
    conn.execute(_KEEP, {"user": user_id, "secret": keyring.encrypt(secret, of=user_id)})
    note(conn, actor, None, "second_factor.begun", f"user:{user_id}")
    return Enrolment(base64.b32encode(secret).decode(), _totp(secret).get_provisioning_uri(name, _ISSUER))


def confirm(conn: psycopg.Connection, keyring: Keyring, actor: Actor, user_id: str, code: str, now: datetime) -> None:
    """From now on a code is asked for at each log-in. The caller commits. Raises Refusal (401, 409)."""
    row = conn.execute(_USER, {"user": user_id}).fetchone()
    if row is None or row[0] is None or row[1]:
        raise conflict("no-second-factor", "Nothing waits to be confirmed. Begin at POST /v1/auth/totp.")
    check(conn, keyring, user_id, row[0], code, now)
    conn.execute(_CONFIRM, {"user": user_id})
    note(conn, actor, None, "second_factor.confirmed", f"user:{user_id}")


def check(conn: psycopg.Connection, keyring: Keyring, user_id: str, kept: bytes, code: str, now: datetime) -> None:
    """Use a code up. kept: the encrypted secret. now: real time, UTC. The caller commits. Raises Refusal (401) for a
    code that is wrong or was used."""
    step = matching_step(keyring.decrypt(kept, of=user_id), code, now)
    if step is None or conn.execute(_USE, {"user": user_id, "step": step}).fetchone() is None:
        raise wrong_code()


def take_away(conn: psycopg.Connection, actor: Actor, user_id: str) -> None:
    """End the second factor of a user. The caller has judged who may, and commits. Raises Refusal (422)."""
    if conn.execute(_END, {"user": user_id}).fetchone() is None:
        raise bad("no-second-factor", "This user has no second factor.")
    note(conn, actor, None, "second_factor.removed", f"user:{user_id}")


def matching_step(secret: bytes, code: str, now: datetime) -> int | None:
    """The step whose code this is; None if it is of no step near. Each is compared in constant time."""
    from cryptography.hazmat.primitives.twofactor import InvalidToken

    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    current, totp, found = int(now.timestamp()) // STEP, _totp(secret), None
    for step in range(current - AROUND, current + AROUND + 1):
        try:
            totp.verify(code.encode(), step * STEP)
        except InvalidToken:
            continue
        found = step
    return found


def wrong_code() -> Refusal:
    """401: the code is not right."""
    return unauthorized(
        "second-factor-wrong",
        "The code is wrong, was used already, or is older than a minute. Wait for the next one; the clock of the phone "
        "must be right.",
    )


def _totp(secret: bytes) -> TOTP:
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

    # as authenticator apps take it; HMAC does not suffer from SHA-1's collisions
    return TOTP(secret, DIGITS, SHA1(), STEP)  # nosec B303
