"""Access tokens: JSON Web Tokens signed by Ed25519, for fifteen minutes. Made and judged here, without the warehouse.

A token says who logged in, to which tenant and in which session; what the member may do is looked up at each request,
so that who was removed, or has another role now, need not be waited for. The algorithm is fixed: what a token's header
says of it is believed in no case (RFC 8725, section 3.1).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.accounts.refusals import unauthorized

if TYPE_CHECKING:
    from pipelines.accounts.keyring import Keyring

ALGORITHM = "EdDSA"
LIFETIME = timedelta(minutes=15)
ISSUER = AUDIENCE = "tradewind"
KIND = "at+jwt"
"""The `typ` of access tokens (RFC 9068): another kind of token is not taken for one."""
LONGEST = 2048
_NEEDED = ["iss", "aud", "sub", "sid", "tenant", "iat", "exp"]
_LEEWAY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says: who, in which session, at which tenant."""

    user_id: str
    session_id: str
    tenant_id: str


def issue(keyring: Keyring, claims: Claims, now: datetime) -> str:
    """A new token. now: real time, UTC."""
    import jwt

    key = keyring.signing_keys()[0]
    payload = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": f"user:{claims.user_id}",
        "sid": claims.session_id,
        "tenant": claims.tenant_id,
        "iat": now,
        "exp": now + LIFETIME,
        "jti": secrets.token_hex(8),
        "key": key.kid,  # by which a gateway finds the public key: APISIX looks into the payload only
    }
    return jwt.encode(payload, key.private, ALGORITHM, headers={"kid": key.kid, "typ": KIND})


def judge(keyring: Keyring, token: str) -> Claims:
    """What a token says, if it was issued here and still holds. Raises Refusal (401)."""
    import jwt

    if len(token) > LONGEST:
        raise unauthorized("token-invalid", f"The token is longer than {LONGEST} characters: it is none of ours.")
    try:
        header = jwt.get_unverified_header(token)
        key = {each.kid: each for each in keyring.signing_keys()}.get(str(header.get("kid")))
        if key is None or header.get("alg") != ALGORITHM or header.get("typ") != KIND:
            raise jwt.InvalidTokenError
        found = jwt.decode(
            token,
            key.public,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=AUDIENCE,
            leeway=_LEEWAY,
            options={"require": _NEEDED},
        )
        subject = str(found["sub"])
        if not subject.startswith("user:"):
            raise jwt.InvalidTokenError
        return Claims(subject.removeprefix("user:"), str(found["sid"]), str(found["tenant"]))
    except jwt.ExpiredSignatureError:
        raise unauthorized(
            "token-expired",
            f"The token has expired: it holds for {LIFETIME.seconds // 60} minutes. Get a new one by the refresh token "
            "at POST /v1/auth/refresh, or log in again.",
        ) from None
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise unauthorized(
            "token-invalid", "The token was not issued here, or was changed. Log in at POST /v1/auth/login."
        ) from None
