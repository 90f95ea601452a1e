"""Access tokens of sellers at eBay: for two hours each, given for the seller's refresh token.

POST /identity/v1/oauth2/token by Basic authentication with the application's id and secret (eBay, "Using a refresh
token to update a user access token"). Only the scopes that are needed are asked for: those of reading, or of setting
quantities.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from pipelines.errors import SourceError
from pipelines.sources.transport.grants import granted
from pipelines.sources.transport.http import Http, HttpFailure

if TYPE_CHECKING:
    from pipelines.stores import Shop

SCOPE = "https://api.ebay.com/oauth/api_scope"
READS = (f"{SCOPE}/sell.inventory.readonly", f"{SCOPE}/sell.fulfillment.readonly")
SETS = (f"{SCOPE}/sell.inventory",)
"""Reads and sets quantities and offers; orders are not read with it."""
RENEWED_BEFORE = 300.0
"""Seconds before its end at which a token is no longer used."""


class Tokens:
    """The tokens of one run, kept in memory only. endpoint: eBay's address."""

    def __init__(self, http: Http, endpoint: str, scopes: tuple[str, ...] = READS) -> None:
        self._http = http
        self._url = f"{endpoint}/identity/v1/oauth2/token"
        self._scopes = scopes
        self._known: dict[str, tuple[str, float]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def get(self, shop: Shop) -> str:
        """A token that is good for some minutes at least. Raises SourceError."""
        if shop.secret is None or shop.app_secret is None:
            raise SourceError(
                f"{shop.shop_id} has no access to eBay. Name in stores.yaml client_id, client_secret_env and "
                "refresh_token_env.",
                refused=True,
            )
        async with self._locks.setdefault(shop.shop_id, asyncio.Lock()):
            token, until = self._known.get(shop.shop_id, ("", 0.0))
            if time.monotonic() >= until - RENEWED_BEFORE:
                app_secret, refresh_token = shop.app_secret.get_secret_value(), shop.secret.get_secret_value()
                token, lifetime = await self._granted(shop, app_secret, refresh_token)
                self._known[shop.shop_id] = token, time.monotonic() + lifetime
            return token

    def forget(self, shop: Shop, token: str) -> None:
        """Renew this token, which eBay does not accept, at the next `get`."""
        if self._known.get(shop.shop_id, ("",))[0] == token:
            del self._known[shop.shop_id]

    async def application(self, shop: Shop) -> str:
        """A token of the application, which is nobody's: for what eBay tells applications. Raises SourceError."""
        form = {"grant_type": "client_credentials", "scope": SCOPE}
        secret = shop.app_secret.get_secret_value() if shop.app_secret is not None else ""
        return (await self._asked(shop, secret, form))[0]

    async def _granted(self, shop: Shop, app_secret: str, refresh_token: str) -> tuple[str, float]:
        """A new token of the seller and its seconds. Raises SourceError."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, "scope": " ".join(self._scopes)}
        return await self._asked(shop, app_secret, form)

    async def _asked(self, shop: Shop, app_secret: str, form: dict[str, str]) -> tuple[str, float]:
        try:
            auth = (shop.client_id, app_secret)
            return await granted(self._http, self._url, form, source="ebay", asked=f"{shop.shop_id}: eBay", auth=auth)
        except HttpFailure as failure:
            raise _explain(failure, shop) from None


def _explain(failure: HttpFailure, shop: Shop) -> SourceError:
    if failure.transient or failure.status == 429:
        return SourceError(
            f"{shop.shop_id}: eBay gives no access token ({failure}). It is tried again later.",
            status=failure.status,
            retryable=True,
        )
    why = (
        "the refresh token is no longer good (it lasts 18 months, and ends when the seller changes the password or "
        "takes the consent back), or it is another application's; let the seller agree again and put the new one into "
        "its variable"
        if "invalid_grant" in failure.body
        else "the seller has not agreed to sell.inventory and sell.fulfillment; let the seller agree again, with them"
        if "invalid_scope" in failure.body
        else "the application's id or secret is not accepted; copy both again from the keyset at developer.ebay.com"
    )
    return SourceError(
        f"{shop.shop_id}: eBay gives no access token for {shop.domain} (status {failure.status}): {why}.",
        status=failure.status,
        refused=True,
    )
