"""eBay's public keys, asked for by their id with an application token, and kept for an hour.

Source: Notification API getPublicKey; the hour is that of eBay's SDKs. Whoever invents ids of keys makes us ask eBay
at most `MOST_ASKED` times a minute, and an id that eBay does not know is not asked for again for a while.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from pipelines.webhooks.model import Endpoint, Refused

if TYPE_CHECKING:
    from pydantic import SecretStr

KEPT_SECONDS = 3600.0
UNKNOWN_SECONDS = 600.0
MOST_ASKED = 10
MOST_KEPT = 1000
_SCOPE = "https://api.ebay.com/oauth/api_scope"

Key = tuple[EllipticCurvePublicKey, str]


def parse_key(answer: Any) -> Key:
    """The key and digest of an answer of getPublicKey, whose PEM stands on one line. Raises ValueError."""
    try:
        text, digest = str(answer["key"]), str(answer.get("digest", "SHA1")).upper().replace("-", "")
    except (KeyError, TypeError, AttributeError):
        raise ValueError("it has no key") from None
    inner = re.sub(r"-----(BEGIN|END) PUBLIC KEY-----|\s", "", text)
    pem = f"-----BEGIN PUBLIC KEY-----\n{inner}\n-----END PUBLIC KEY-----\n"
    try:
        key = load_pem_public_key(pem.encode())
    except UnsupportedAlgorithm:
        raise ValueError("it is no key on P-256") from None
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError("it is no key on P-256")
    return key, digest


@dataclass
class EbayKeys:
    """The keys that are known. client: makes the connections. clock: seconds that only grow."""

    client: httpx.AsyncClient
    clock: Callable[[], float] = time.monotonic
    _keys: dict[tuple[str, str], tuple[float, Key | None]] = field(default_factory=dict)
    _tokens: dict[str, tuple[float, str]] = field(default_factory=dict)
    _asked: list[float] = field(default_factory=list)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def key(self, endpoint: Endpoint, kid: str) -> Key | None:
        """See `PublicKeys`. Raises Refused(503) where eBay cannot be asked now, so that eBay sends it again."""
        place = (endpoint.api_url, kid)
        if place in self._keys and self._keys[place][0] > self.clock():
            return self._keys[place][1]
        async with self._turn:  # of many that wait for one key the first one asks
            until, found = self._keys.get(place, (0.0, None))
            if until <= self.clock():
                found = await self._ask(endpoint, kid)
                if len(self._keys) >= MOST_KEPT:
                    self._keys.clear()
                self._keys[place] = (self.clock() + (KEPT_SECONDS if found else UNKNOWN_SECONDS), found)
        return found

    async def _ask(self, endpoint: Endpoint, kid: str) -> Key | None:
        now = self.clock()
        self._asked = [each for each in self._asked if now - each < 60]
        if len(self._asked) >= MOST_ASKED:
            raise Refused(503, "too many keys asked for")
        self._asked.append(now)
        url = f"{endpoint.api_url.rstrip('/')}/commerce/notification/v1/public_key/{kid}"
        try:
            token = await self._token(endpoint)
            answer = await self.client.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=5)
            if answer.status_code in (400, 404):
                return None
            if answer.status_code != 200:
                self._tokens.pop(endpoint.name, None)
                raise Refused(503, "no key from eBay")
            return parse_key(answer.json())
        except (httpx.HTTPError, ValueError):
            raise Refused(503, "no key from eBay") from None

    async def _token(self, endpoint: Endpoint) -> str:
        until, token = self._tokens.get(endpoint.name, (0.0, ""))
        if until > self.clock():
            return token
        answer = await self.client.post(
            f"{endpoint.api_url.rstrip('/')}/identity/v1/oauth2/token",
            auth=(_text(endpoint.app_id), _text(endpoint.app_secret)),
            data={"grant_type": "client_credentials", "scope": _SCOPE},
            timeout=5,
        )
        if answer.status_code != 200:
            raise Refused(503, "no token from eBay")
        try:
            content = answer.json()
            token, seconds = str(content["access_token"]), float(content.get("expires_in", 7200))
        except (KeyError, TypeError):
            raise Refused(503, "no token from eBay") from None
        self._tokens[endpoint.name] = (self.clock() + max(0.0, seconds - 60), token)
        return token


def _text(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
