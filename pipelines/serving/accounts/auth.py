"""/v1/auth: log in, refresh, log out, who am I, password, second factor, and the public keys of tokens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, SecretStr

from pipelines.accounts import asking, second_factor, sessions, tokens, users
from pipelines.accounts.refusals import Refusal
from pipelines.serving.accounts.shared import Asked, Desk, Office, Reader, person

router = APIRouter(prefix="/v1/auth", tags=["auth"])

Code = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="Of the authenticator app.")]


class LogIn(Asked):
    """tenant: needed by members of several."""

    email: str = Field(max_length=320)
    password: SecretStr
    code: Code | None = None
    tenant: str | None = Field(default=None, max_length=64)


class Refresh(Asked):
    """The refresh token, which is used up."""

    refresh_token: SecretStr


class Tokens(BaseModel):
    """access_token: for `Authorization: Bearer`. expires_in: seconds. refresh_token: for once."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105  the kind of token
    expires_in: int = int(tokens.LIFETIME.total_seconds())
    refresh_token: str
    tenant: str


class Me(BaseModel):
    """The caller, as the server knows it. stores: null is all of the tenant."""

    tenant: str
    subject: str
    role: str
    scopes: list[str]
    stores: list[str] | None
    plan: str


class NewPassword(Asked):
    """The password that holds, and the one that shall."""

    password: SecretStr
    new_password: SecretStr


class WithPassword(Asked):
    """Says by the password that it is still the user who asks."""

    password: SecretStr


class Enrolment(BaseModel):
    """What the authenticator app is given. uri: the same for a QR code."""

    secret: str
    uri: str


class WithCode(Asked):
    """A code of the authenticator app."""

    code: Code


def told(made: sessions.Tokens) -> Tokens:
    """The answer to a log-in."""
    return Tokens(access_token=made.access, refresh_token=made.refresh, tenant=made.tenant_id)


@router.post("/login")
def log_in(asked: LogIn, desk: Desk) -> Tokens:
    """Begin a session."""
    try:
        made = sessions.log_in(
            *(desk.warehouse, desk.keyring, desk.actor),
            email=asked.email,
            password=asked.password.get_secret_value(),
            code=asked.code,
            tenant_id=asked.tenant,
            now=desk.now,
        )
    except Refusal as refusal:
        raise desk.refused(refusal) from None
    return told(made)


@router.post("/refresh")
def refresh(asked: Refresh, desk: Desk) -> Tokens:
    """New tokens for a refresh token."""
    shown = asked.refresh_token.get_secret_value()
    try:
        return told(sessions.refresh(desk.warehouse, desk.keyring, desk.actor, shown, desk.now))
    except Refusal as refusal:
        raise desk.refused(refusal) from None


@router.post("/logout", status_code=204)
def log_out(request: Request, caller: Reader, desk: Desk) -> None:
    """End this session: its access token and its refresh tokens hold no longer."""
    person(caller)
    claims = asking.session_of(request.headers.items(), desk.keyring)
    with desk.warehouse.connect() as conn:
        sessions.log_out(conn, desk.actor, claims.session_id)


@router.get("/me")
def me(caller: Reader) -> Me:
    """Who asks, as the server knows it."""
    return Me(
        tenant=caller.tenant_id,
        subject=caller.subject,
        role=caller.role,
        scopes=sorted(caller.scopes),
        stores=None if caller.stores is None else sorted(caller.stores),
        plan=caller.plan,
    )


@router.get("/jwks")
def public_keys(desk: Desk) -> dict[str, list[dict[str, str]]]:
    """The public keys of access tokens (RFC 7517), for a gateway that judges them itself."""
    return {"keys": [key.jwk() for key in desk.keyring.signing_keys()]}


@router.post("/password", status_code=204)
def change_password(asked: NewPassword, request: Request, caller: Reader, desk: Desk) -> None:
    """Change one's own password. All other sessions end."""
    user_id = person(caller)
    _check_password(desk, user_id, asked.password)
    session = asking.session_of(request.headers.items(), desk.keyring).session_id
    with desk.warehouse.connect() as conn:
        users.set_password(conn, desk.actor, user_id, asked.new_password.get_secret_value(), but_session=session)


@router.post("/totp")
def begin_second_factor(asked: WithPassword, caller: Reader, desk: Desk) -> Enrolment:
    """Get a secret for an authenticator app. It counts once a code of it was confirmed."""
    user_id = person(caller)
    _check_password(desk, user_id, asked.password)
    with desk.warehouse.connect() as conn:
        made = second_factor.enrol(conn, desk.keyring, desk.actor, user_id, users.email_of(conn, user_id))
    return Enrolment(secret=made.secret, uri=made.uri)


@router.post("/totp/confirm", status_code=204)
def confirm_second_factor(asked: WithCode, caller: Reader, desk: Desk) -> None:
    """From now on each log-in asks for a code."""
    with desk.warehouse.connect() as conn:
        second_factor.confirm(conn, desk.keyring, desk.actor, person(caller), asked.code, desk.now)


@router.post("/totp/remove", status_code=204)
def remove_second_factor(asked: WithPassword, caller: Reader, desk: Desk) -> None:
    """Take one's own second factor away."""
    user_id = person(caller)
    _check_password(desk, user_id, asked.password)
    with desk.warehouse.connect() as conn:
        second_factor.take_away(conn, desk.actor, user_id)


def _check_password(desk: Office, user_id: str, password: SecretStr) -> None:
    """Raises Refusal (401, 429): a stolen access token alone changes no password and no second factor."""
    sessions.check_password(desk.warehouse, desk.keyring, user_id, password.get_secret_value(), desk.now)
