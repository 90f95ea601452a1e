"""Access tokens of shops: the one that a user has, or those that an app's id and secret are given for.

Since 2026 apps are made in Shopify's Dev Dashboard and show no token: the client credentials grant gives one for 24
hours (shopify.dev, authentication-authorization/access-tokens/client-credentials-grant). Apps of before keep theirs.
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

RENEWED_BEFORE = 300.0
"""Seconds before its end at which a token is no longer used."""


class Tokens:
    """The tokens of one run, kept in memory only. endpoint: instead of each shop's own domain."""

    def __init__(self, http: Http, endpoint: str | None) -> None:
        self._http = http
        self._endpoint = endpoint
        self._known: dict[str, tuple[str, float]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def get(self, shop: Shop) -> str:
        """A token that is good for some minutes at least. Raises SourceError."""
        if shop.secret is None:
            raise SourceError(
                f"{shop.shop_id} has no access to Shopify. Name in stores.yaml the variable with the app's secret "
                "(client_secret_env, with client_id), or with its token (access_token_env).",
                refused=True,
            )
        if not shop.client_id:
            return shop.secret.get_secret_value()
        async with self._locks.setdefault(shop.shop_id, asyncio.Lock()):
            token, until = self._known.get(shop.shop_id, ("", 0.0))
            if time.monotonic() >= until - RENEWED_BEFORE:
                token, lifetime = await self._granted(shop, shop.secret.get_secret_value())
                self._known[shop.shop_id] = token, time.monotonic() + lifetime
            return token

    def forget(self, shop: Shop, token: str) -> None:
        """Renew this token, which Shopify does not accept, at the next `get`."""
        if self._known.get(shop.shop_id, ("",))[0] == token:
            del self._known[shop.shop_id]

    async def _granted(self, shop: Shop, secret: str) -> tuple[str, float]:
        """A new token and its seconds. Raises SourceError."""
        url = f"{self._endpoint or f'https://{shop.domain}'}/admin/oauth/access_token"
        form = {"grant_type": "client_credentials", "client_id": shop.client_id, "client_secret": secret}
        try:
            return await granted(self._http, url, form, source="shopify", asked=f"{shop.shop_id}: Shopify")
        except HttpFailure as failure:
            raise _explain(failure, shop) from None


def _explain(failure: HttpFailure, shop: Shop) -> SourceError:
    if failure.transient or failure.status == 429:
        return SourceError(
            f"{shop.shop_id}: Shopify gives no access token ({failure}). It is tried again later.",
            status=failure.status,
            retryable=True,
        )
    why = (
        "the app and the shop are of different organisations, so that the app must be made in that of the shop"
        if "shop_not_permitted" in failure.body
        else "the app is not installed in the shop"
        if "app_not_installed" in failure.body
        else "its id or secret is not accepted; copy both again from the app's settings in the Dev Dashboard"
    )
    return SourceError(
        f"{shop.shop_id}: Shopify gives the app no access token of {shop.domain} (status {failure.status}): {why}.",
        status=failure.status,
        refused=True,
    )
