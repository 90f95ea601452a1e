"""Writes the stock of offers at Amazon that the merchant sends: patchListingsItem of Listings Items 2021-08-01.

Amazon compares nothing and knows no idempotency keys, so a figure is read right before it is set, and after a request
without an answer what is shown tells whether it was executed. `merge` sets the quantity and leaves handling times and
restock dates of the same attribute alone. A patch is accepted for processing: what is shown follows later.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pipelines.channels.model import Change, Channel, Listing, Shown
from pipelines.channels.writers.base import Answer, Request
from pipelines.errors import SourceError
from pipelines.sources.amazon.sp_api import SpApi
from pipelines.sources.base import TODAY
from pipelines.sources.traits import Limit
from pipelines.sources.transport.calls import Caller
from pipelines.sources.transport.http import Http, HttpFailure
from pipelines.sources.transport.rate_limits import RateLimiter

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.settings import Settings

# The usage plans of the operations, per application and selling partner (listingsItems_2021-08-01.json).
LIMITS = {"getListingsItem": Limit(5, 10), "patchListingsItem": Limit(5, 5)}
OWN = "DEFAULT"
"""The fulfillment channel of what the merchant sends."""
AT_ONCE = 5


@asynccontextmanager
async def writer(settings: Settings, pool: AsyncConnectionPool, channel: Channel) -> AsyncIterator[AmazonWriter]:
    """The writer of a store at Amazon; see `base.OpenWriter`."""
    http, limiter = Http(), RateLimiter(pool, "amazon_sp")
    try:
        yield AmazonWriter(SpApi(settings, http, Caller(limiter), LIMITS), channel, settings.now())
    finally:
        await limiter.aclose()
        await http.aclose()


class AmazonWriter:
    """See `base.Writer`. now: the moment that its readings carry, of the business clock."""

    key_lives = timedelta(0)
    compares = False
    says_waiting = False
    shows_after = timedelta(minutes=15)
    a_day: int | None = None

    def __init__(self, api: SpApi, channel: Channel, now: datetime) -> None:
        assert channel.store is not None and channel.account is not None
        self._api, self._store, self._account, self._now = api, channel.store, channel.account, now
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def read(self, listings: Sequence[Listing]) -> Mapping[Listing, Shown]:
        """What Amazon shows of the merchant's own stock; what Amazon sends is left out."""
        found = await asyncio.gather(*(self._read(each) for each in listings))
        return {listing: shown for listing, shown in zip(listings, found, strict=True) if shown is not None}

    async def _read(self, listing: Listing) -> Shown | None:
        params = {**self._market, "includedData": "fulfillmentAvailability,productTypes"}
        try:
            async with self._at_once:
                item = await self._call("getListingsItem", "GET", listing, params)
        except SourceError as error:
            if error.status == 404:
                return None
            raise
        parts = [each for each in item.get("fulfillmentAvailability") or [] if isinstance(each, dict)]
        units = next((each.get("quantity", 0) for each in parts if each.get("fulfillmentChannelCode") == OWN), None)
        types = [each.get("productType") for each in item.get("productTypes") or [] if isinstance(each, dict)]
        if not isinstance(units, int):
            return None
        return Shown(units, self._now, details={"product_type": types[0] if types else "PRODUCT"})

    def requests(self, changes: Sequence[Change], shown: Mapping[Listing, Shown]) -> list[Request]:
        """One for each listing."""
        return [Request(_body(each, shown[each.listing]), (each,)) for each in changes]

    async def send(self, body: Mapping[str, Any], key: str, changes: Sequence[Change]) -> list[Answer]:
        """One patch. It is not repeated where it may have been executed; see `base.Writer.send`."""
        del key
        answer = await self._call("patchListingsItem", "PATCH", changes[0].listing, self._market, body=body)
        told = [str(each.get("message")) for each in answer.get("issues") or [] if isinstance(each, dict)]
        said = " ".join([str(answer.get("submissionId") or ""), *told]).strip()
        return [Answer("taken" if answer.get("status") == "ACCEPTED" else "refused", said)]

    @property
    def _market(self) -> dict[str, str]:
        return {"marketplaceIds": self._store.marketplace.marketplace_id}

    async def _call(
        self, operation: str, method: str, listing: Listing, params: Mapping[str, str], body: Any = None
    ) -> dict[str, Any]:
        what = f"The stock of {listing.channel_sku} at {listing.channel_id}"
        path = f"/listings/2021-08-01/items/{self._store.seller_id}/{quote(listing.channel_sku, safe='')}"

        def uncertain(failure: HttpFailure) -> SourceError:
            return SourceError(f"{what}: Amazon did not answer ({failure}).", status=failure.status, retryable=True)

        return await self._api.json(
            self._account,
            operation,
            method,
            path,
            priority=TODAY,
            what=what,
            params=params,
            json=body,
            uncertain=uncertain if method == "PATCH" else None,
        )


def _body(change: Change, shown: Shown) -> dict[str, Any]:
    value = {"fulfillment_channel_code": OWN, "quantity": change.to_quantity}
    patch = {"op": "merge", "path": "/attributes/fulfillment_availability", "value": [value]}
    return {"productType": shown.details["product_type"], "patches": [patch]}
