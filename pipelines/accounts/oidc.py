"""Log-in elsewhere: OpenID Connect, the authorization code flow with PKCE, by authlib. Off unless an issuer is set.

Who comes back is known by issuer and subject. The first time he is found by his e-mail address, where the issuer says
that it has verified it and an owner has made or invited such a user: nobody becomes a member by logging in. What was
begun is kept by the hash of its state, and used once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from pipelines.accounts import sessions
from pipelines.accounts.audit import Actor, note
from pipelines.accounts.refusals import Refusal, not_found, unauthorized
from pipelines.accounts.users import find
from pipelines.errors import ConfigError

if TYPE_CHECKING:
    import psycopg
    from authlib.integrations.httpx_client import OAuth2Client

    from pipelines.accounts.keyring import Keyring
    from pipelines.settings import Settings
    from pipelines.warehouse.connection import Warehouse

CALLBACK = "/v1/auth/oidc/callback"
LIFETIME = timedelta(minutes=10)
OF = "oidc state"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
"""Only signatures by a public key: `none` and HMAC are no proof of an issuer."""
_SECONDS = 10.0
_MOST_BYTES = 1 << 20

_BEGIN = """
    insert into accounts.oidc_logins (state_hash, nonce, verifier, tenant_id) values (%s, %s, %s, %s)
"""
_TAKE = """
    delete from accounts.oidc_logins where state_hash = %(hash)s returning nonce, verifier, tenant_id, begun_at
"""
_PRUNE = "delete from accounts.oidc_logins where begun_at < %s"
_KNOWN = "select user_id from accounts.identities where issuer = %s and subject = %s"
_LINK = "insert into accounts.identities (issuer, subject, user_id) values (%s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Begun:
    """A log-in that has begun. url: where the browser goes. state: what it has to bring back."""

    url: str
    state: str


@dataclass(frozen=True, slots=True)
class Provider:
    """The issuer of the settings. public_url: of this server, without a slash at its end."""

    issuer: str
    client_id: str
    client_secret: str
    public_url: str

    def begin(self, conn: psycopg.Connection, keyring: Keyring, tenant_id: str | None, now: datetime) -> Begun:
        """Begin a log-in. The caller commits. Raises Refusal (502)."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        conn.execute(_PRUNE, (now - LIFETIME,))
        conn.execute(_BEGIN, (keyring.hash(state, of=OF), nonce, verifier, tenant_id))
        with self._client() as client:
            found = self._discovered(client)
            url, _ = client.create_authorization_url(
                found["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return Begun(url, state)

    def finish(
        self, warehouse: Warehouse, keyring: Keyring, actor: Actor, *, state: str, code: str, now: datetime
    ) -> sessions.Tokens:
        """Begin a session for who comes back. Raises Refusal: 401, 403, 422; 502 where the issuer does not answer."""
        with warehouse.connect() as conn:  # committed before anything else: a state is used once
            row = conn.execute(_TAKE, {"hash": keyring.hash(state[:200], of=OF)}).fetchone()
        if row is None or now - row[3] > LIFETIME:
            raise unauthorized("log-in-failed", "This log-in was not begun here, or more than ten minutes ago.")
        nonce, verifier, tenant_id, _ = row
        claims = self._claims(code, verifier, nonce)
        with warehouse.connect() as conn:
            user_id = self._user(conn, actor, claims)
            tenant = sessions.chosen_tenant(conn, user_id, tenant_id)
            return sessions.begin(conn, keyring, actor, user_id, tenant, now, how="oidc")

    def _user(self, conn: psycopg.Connection, actor: Actor, claims: dict[str, Any]) -> str:
        subject = str(claims["sub"])
        row = conn.execute(_KNOWN, (self.issuer, subject)).fetchone()
        if row is not None:
            return row[0]
        verified, email = claims.get("email_verified") is True, claims.get("email")
        user_id = find(conn, email) if verified and isinstance(email, str) else None
        if user_id is None:
            raise Refusal(
                403,
                "no-member",
                "This caller may not do that",
                "No user here has the e-mail address that the issuer has verified. Ask an owner of the tenant to add "
                "or invite you.",
            )
        conn.execute(_LINK, (self.issuer, subject, user_id))
        note(conn, Actor(f"user:{user_id}", actor.came_from), None, "identity.linked", f"user:{user_id}")
        return user_id

    def _claims(self, code: str, verifier: str, nonce: str) -> dict[str, Any]:
        """What the issuer says of who logged in. Raises Refusal (401, 502)."""
        import jwt
        from authlib.integrations.base_client import OAuthError

        try:
            with self._client() as client:
                found = self._discovered(client)
                given = client.fetch_token(found["token_endpoint"], code=code[:2000], code_verifier=verifier)
                keys = jwt.PyJWKSet.from_dict(_get(client, found["jwks_uri"])).keys
            token = str(given.get("id_token", ""))
            header = jwt.get_unverified_header(token)
            key = next((each for each in keys if each.key_id == header.get("kid") or len(keys) == 1), None)
            if key is None:
                raise jwt.InvalidTokenError
            claims = jwt.decode(
                token,
                key.key,
                algorithms=ALGORITHMS,
                audience=self.client_id,
                issuer=self.issuer,
                leeway=timedelta(seconds=30),
                options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
            )
            if not secrets.compare_digest(str(claims["nonce"]), nonce):
                raise jwt.InvalidTokenError
            audience = claims["aud"]
            if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != self.client_id:
                raise jwt.InvalidTokenError
        except httpx.HTTPError as error:
            raise _does_not_answer(error) from None
        except (OAuthError, jwt.PyJWTError, ValueError, TypeError):
            raise unauthorized(
                "log-in-failed", "What the issuer says of this log-in does not hold. Begin anew."
            ) from None
        return claims

    def _discovered(self, client: OAuth2Client) -> dict[str, Any]:
        """The issuer's own description (OpenID Connect Discovery). Raises Refusal (502)."""
        from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url

        try:
            found = OpenIDProviderMetadata(_get(client, get_well_known_url(self.issuer, external=True)))
            found.validate_issuer()
            if found["issuer"] != self.issuer:
                raise ValueError("another issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                _check_address(str(found[name]))
        except httpx.HTTPError as error:
            raise _does_not_answer(error) from None
        except (ValueError, KeyError, TypeError):
            raise Refusal(502, "issuer-wrong", "The issuer describes itself wrongly", _SAY) from None
        return found

    def _client(self) -> OAuth2Client:
        from authlib.integrations.httpx_client import OAuth2Client

        return OAuth2Client(
            self.client_id,
            self.client_secret,
            scope="openid email",
            redirect_uri=self.public_url + CALLBACK,
            code_challenge_method="S256",
            timeout=_SECONDS,
        )


_SAY = "Try again later. If it stays so, the address in TRADEWIND_OIDC_ISSUER is wrong or out of reach."


def provider(settings: Settings) -> Provider:
    """The issuer of the settings. Raises Refusal (404) if there is none, ConfigError if a setting is missing."""
    if settings.oidc_issuer is None:
        raise not_found("Nobody can log in elsewhere: no issuer is set (TRADEWIND_OIDC_ISSUER).")
    secret = settings.oidc_client_secret
    if settings.oidc_client_id is None or secret is None or settings.public_url is None:
        raise ConfigError(
            "With TRADEWIND_OIDC_ISSUER belong TRADEWIND_OIDC_CLIENT_ID, TRADEWIND_OIDC_CLIENT_SECRET and "
            "TRADEWIND_PUBLIC_URL (the address at which browsers reach `tradewind serve`)."
        )
    try:
        _check_address(settings.oidc_issuer)
    except ValueError:
        raise ConfigError(
            "TRADEWIND_OIDC_ISSUER must begin with https://; only on this machine http:// will do."
        ) from None
    return Provider(settings.oidc_issuer, settings.oidc_client_id, secret.get_secret_value(), settings.public_url)


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ValueError("not https")


def _get(client: OAuth2Client, url: str) -> dict[str, Any]:
    """A public document of the issuer."""
    answer = client.request("GET", url, withhold_token=True, follow_redirects=False)
    answer.raise_for_status()
    if len(answer.content) > _MOST_BYTES:
        raise ValueError("too long")
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _does_not_answer(error: httpx.HTTPError) -> Refusal:
    return Refusal(502, "issuer-silent", "The issuer does not answer", f"{type(error).__name__}. {_SAY}")
