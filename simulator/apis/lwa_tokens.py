"""Access tokens of Login with Amazon: how they are issued and read, and whom one stands for. No HTTP: see lwa.py.

Tokens are checked by signature, so a restarted simulator still honours those of its predecessor. They expire by real
time, not by the world's: a test that moves the world's clock does not end its own session.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LIFETIME = 3600
RESTRICTED = "Atz.sprdt|"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a refresh token gives: 'sp' with one seller, or 'ads' with the sellers whose profiles it may see."""

    kind: str
    sellers: tuple[str, ...]
    region: str


@dataclass(frozen=True, slots=True)
class Access:
    """An access token that was presented: its grant, or None, and why it is not good ('' when it is).

    resources: of a restricted data token, the methods and paths that it is for.
    """

    grant: Grant | None
    problem: str
    resources: frozenset[tuple[str, str]] | None = None


class Tokens:
    """Issues and reads the tokens of one world."""

    def __init__(self, world: Any, lifetime: int = LIFETIME, *, accepts: Callable[[str], bool] | None = None) -> None:
        """accepts: whether a secret of the SP-API application is good; default: the world's first one is."""
        self.lifetime = lifetime
        self._accepts = accepts or (lambda secret: hmac.compare_digest(world.client_secret.encode(), secret.encode()))
        self._secret = f"{world.seed}/{world.client_secret}".encode()
        self._clients = {
            world.client_id: ("sp", world.client_secret),
            world.ads_client_id: ("ads", world.ads_client_secret),
        }
        self.grants: dict[str, Grant] = {}
        ads: dict[str, list[Any]] = {}
        for account in world.accounts:
            if account.refresh_token:
                self.grants[account.refresh_token] = Grant("sp", (account.seller_id,), account.region)
            if account.ads_refresh_token:
                ads.setdefault(account.ads_refresh_token, []).append(account)
        for token, accounts in ads.items():
            self.grants[token] = Grant("ads", tuple(a.seller_id for a in accounts), accounts[0].region)
        self._numbered = list(self.grants)
        self._known: dict[str, tuple[Grant | None, float]] = {}

    def issue(self, refresh_token: str, lifetime: int) -> str:
        """A new access token."""
        number = self._numbered.index(refresh_token)
        claim = f"{number}.{time.time_ns():x}.{int(time.time()) + lifetime}"
        return f"Atza|{claim}.{self._sign(claim)}"

    def issue_grantless(self, scope: str, lifetime: int) -> str:
        """A new access token of the application, for a scope and for no seller."""
        claim = f"-1.{time.time_ns():x}.{int(time.time()) + lifetime}.{scope}"
        return f"Atza|{claim}.{self._sign(claim)}"

    def read_grantless(self, token: str | None, scope: str) -> Access:
        """Whether a presented access token is a grantless one of this scope."""
        if not token:
            return Access(None, "missing")
        claim, _, signature = token.removeprefix("Atza|").rpartition(".")
        if not claim or not hmac.compare_digest(signature, self._sign(claim)):
            return Access(None, "invalid")
        number, _, expires, *of = claim.split(".", 3)
        if number != "-1" or of != [scope]:
            return Access(None, "foreign")
        return Access(None, "expired" if time.time() >= float(expires) else "")

    def _sign(self, claim: str) -> str:
        return hmac.new(self._secret, claim.encode(), hashlib.sha256).hexdigest()[:40]

    def issue_restricted(self, seller: str, resources: list[tuple[str, str]], lifetime: int) -> str:
        """A restricted data token of this seller for these methods and paths."""
        claim = {"seller": seller, "resources": resources, "expires": time.time() + lifetime}
        text = base64.urlsafe_b64encode(json.dumps(claim).encode()).decode()
        return f"{RESTRICTED}{text}.{self._sign(text)}"

    def _read_restricted(self, token: str) -> Access:
        text, _, signature = token.removeprefix(RESTRICTED).rpartition(".")
        if not text or not hmac.compare_digest(signature, self._sign(text)):
            return Access(None, "invalid")
        claim = json.loads(base64.urlsafe_b64decode(text))
        grant = next(each for each in self.grants.values() if each.kind == "sp" and claim["seller"] in each.sellers)
        resources = frozenset((method, path) for method, path in claim["resources"])
        return Access(grant, "expired" if time.time() >= claim["expires"] else "", resources)

    def read(self, token: str | None, kind: str) -> Access:
        """Whom a presented access token stands for."""
        if not token:
            return Access(None, "missing")
        if token.startswith(RESTRICTED):
            return self._read_restricted(token)
        known = self._known.get(token)
        if known is None:
            known = self._decode(token)
            if known is None:
                return Access(None, "invalid")
            self._known[token] = known
        grant, expires = known
        if time.time() >= expires:
            return Access(grant, "expired")
        if grant is None or grant.kind != kind:
            return Access(grant, "foreign")
        return Access(grant, "")

    def _decode(self, token: str) -> tuple[Grant | None, float] | None:
        claim, _, signature = token.removeprefix("Atza|").rpartition(".")
        if not claim or not hmac.compare_digest(signature, self._sign(claim)):
            return None
        number, _, expires, *_ = claim.split(".", 3)
        grant = None if number == "-1" else self.grants[self._numbered[int(number)]]
        return grant, float(expires)

    def client_kind(self, client_id: str, secret: str) -> str | None:
        """'sp' or 'ads' for the application with this id and secret, else None."""
        kind, right = self._clients.get(client_id, ("", ""))
        if kind == "sp":
            return kind if self._accepts(secret) else None
        return kind if kind and hmac.compare_digest(right.encode(), secret.encode()) else None
