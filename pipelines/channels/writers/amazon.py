"""Writes the stock of offers at Amazon that the merchant sends: few by patchListingsItem of Listings Items 2021-08-01,
many by a JSON_LISTINGS_FEED of version 2.

Amazon compares nothing and knows no idempotency keys, so a figure is read right before it is set, and after a request
without an answer what is shown tells whether it was executed. `merge` sets the quantity and leaves handling times and
restock dates of the same attribute alone. Both are accepted for processing: what is shown follows later. What a feed
has refused stands in its processing report, message by message.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pipelines.channels.model import Change, Channel, Listing, Shown
from pipelines.channels.writers.base import Answer, PlainWriter, Request
from pipelines.errors import SourceError
from pipelines.sources.amazon.feeds import FEED_LIMITS, Feeds
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
LIMITS = {
    "getListingsItem": Limit(5, 10),
    "searchListingsItems": Limit(5, 5),
    "patchListingsItem": Limit(5, 5),
    **FEED_LIMITS,
}
OWN = "DEFAULT"
"""The fulfillment channel of what the merchant sends."""
AT_ONCE = 5
MOST_FOUND = 20
"""Of one search, by SKU (searchListingsItems)."""
FEED_FROM = 30
"""So many changes are sent as a feed: five patches a second take as long as a feed to be made."""
MOST_MESSAGES = 1000
"""Of one feed; Amazon takes 25,000 (listings-feed-schema-v2.json), and a smaller one is done sooner."""
_FEED = "JSON_LISTINGS_FEED"
_SAID = "feed "
_INCLUDED = "fulfillmentAvailability,productTypes"


@asynccontextmanager
async def writer(settings: Settings, pool: AsyncConnectionPool, channel: Channel) -> AsyncIterator[AmazonWriter]:
    """The writer of a store at Amazon; see `base.OpenWriter`."""
    http, limiter = Http(), RateLimiter(pool, "amazon_sp")
    try:
        api = SpApi(settings, http, Caller(limiter), LIMITS)
        yield AmazonWriter(api, Feeds(api, http), channel, settings.now())
    finally:
        await limiter.aclose()
        await http.aclose()


class AmazonWriter(PlainWriter):
    """See `base.Writer`. now: the moment that its readings carry, of the business clock."""

    shows_after = timedelta(minutes=15)

    def __init__(self, api: SpApi, feeds: Feeds, channel: Channel, now: datetime) -> None:
        assert channel.store is not None and channel.account is not None
        self._api, self._feeds, self._channel_id = api, feeds, channel.channel_id
        self._store, self._account, self._now = channel.store, channel.account, now
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def read(self, listings: Sequence[Listing]) -> Mapping[Listing, Shown]:
        """What Amazon shows of the merchant's own stock; what Amazon sends is left out."""
        # a list of SKUs is written with commas between them
        many = [each for each in listings if "," not in each.channel_sku]
        parts = [many[start : start + MOST_FOUND] for start in range(0, len(many), MOST_FOUND)]
        searched = [part for part in parts if len(part) > 1]
        together = {each for part in searched for each in part}
        alone = [each for each in listings if each not in together]
        found = await asyncio.gather(*(self._search(part) for part in searched), *(self._read(each) for each in alone))
        return {listing: shown for part in found for listing, shown in part.items()}

    async def _search(self, listings: Sequence[Listing]) -> dict[Listing, Shown]:
        params = {
            **self._market,
            "includedData": _INCLUDED,
            "identifiersType": "SKU",
            "identifiers": ",".join(each.channel_sku for each in listings),
            "pageSize": str(MOST_FOUND),
        }
        path = f"/listings/2021-08-01/items/{self._store.seller_id}"
        async with self._at_once:
            answer = await self._api.json(
                self._account, "searchListingsItems", "GET", path, priority=TODAY, what=self._what, params=params
            )
        items = {each.get("sku"): each for each in answer.get("items") or [] if isinstance(each, dict)}
        shown = {each: self._shown(items.get(each.channel_sku, {})) for each in listings}
        return {listing: each for listing, each in shown.items() if each is not None}

    async def _read(self, listing: Listing) -> dict[Listing, Shown]:
        params = {**self._market, "includedData": _INCLUDED}
        try:
            async with self._at_once:
                item = await self._call("getListingsItem", "GET", listing, params)
        except SourceError as error:
            if error.status == 404:
                return {}
            raise
        shown = self._shown(item)
        return {} if shown is None else {listing: shown}

    def _shown(self, item: Mapping[str, Any]) -> Shown | None:
        parts = [each for each in item.get("fulfillmentAvailability") or [] if isinstance(each, dict)]
        units = next((each.get("quantity", 0) for each in parts if each.get("fulfillmentChannelCode") == OWN), None)
        types = [each.get("productType") for each in item.get("productTypes") or [] if isinstance(each, dict)]
        if not isinstance(units, int):
            return None
        return Shown(units, self._now, details={"product_type": types[0] if types else "PRODUCT"})

    def requests(self, changes: Sequence[Change], shown: Mapping[Listing, Shown]) -> list[Request]:
        """Of few changes one for each; of many a feed for each thousand."""
        if len(changes) < FEED_FROM:
            return [Request(_body(each, shown[each.listing]), (each,)) for each in changes]
        parts = (changes[start : start + MOST_MESSAGES] for start in range(0, len(changes), MOST_MESSAGES))
        return [Request(self._feed(part, shown), tuple(part)) for part in parts]

    def _feed(self, changes: Sequence[Change], shown: Mapping[Listing, Shown]) -> dict[str, Any]:
        """A feed; the number of a message is the place of its change."""
        messages = [
            {
                "messageId": number,
                "sku": each.listing.channel_sku,
                "operationType": "PATCH",
                **_body(each, shown[each.listing]),
            }
            for number, each in enumerate(changes, 1)
        ]
        return {"header": {"sellerId": self._store.seller_id, "version": "2.0"}, "messages": messages}

    async def send(self, body: Mapping[str, Any], key: str, changes: Sequence[Change]) -> list[Answer]:
        """One patch, or one feed. It is not repeated where it may have been executed; see `base.Writer.send`."""
        del key
        if "messages" in body:
            return await self._send_feed(body, changes)
        answer = await self._call("patchListingsItem", "PATCH", changes[0].listing, self._market, body=body)
        told = [str(each.get("message")) for each in answer.get("issues") or [] if isinstance(each, dict)]
        said = " ".join([str(answer.get("submissionId") or ""), *told]).strip()
        return [Answer("taken" if answer.get("status") == "ACCEPTED" else "refused", said)]

    async def _send_feed(self, body: Mapping[str, Any], changes: Sequence[Change]) -> list[Answer]:
        try:
            document = await self._feeds.upload(self._account, body, self._what)
        except SourceError as error:  # nothing was executed
            return [Answer("failed", str(error)) for _ in changes]
        market = self._store.marketplace.marketplace_id
        feed_id = await self._feeds.create(self._account, _FEED, market, document, self._what)
        return [Answer("taken", f"{_SAID}{feed_id}, message {number}") for number in range(1, len(changes) + 1)]

    async def later(self, said: Sequence[str]) -> list[Answer | None]:
        """What came of the messages of feeds."""
        of_feed = {each: each.removeprefix(_SAID).partition(",")[0] for each in said if each.startswith(_SAID)}
        done = {each: await self._processed(each) for each in sorted(set(of_feed.values()))}
        found: list[Answer | None] = []
        for each in said:
            if each not in of_feed:
                found.append(Answer("taken", each))
            elif (told := done[of_feed[each]]) is None:
                found.append(None)
            else:
                found.append(told.get(int(each.rpartition(" ")[2]), told.get(0)) or Answer("taken", each))
        return found

    async def _processed(self, feed_id: str) -> dict[int, Answer] | None:
        """What a feed did not take, by the numbers of its messages, 0 for all others; None: it is being processed."""
        feed = await self._feeds.processed(self._account, feed_id, self._what)
        if feed.state == "running":
            return None
        issues = [each for each in feed.report.get("issues") or [] if each.get("severity") == "ERROR"]
        told: dict[int, Answer] = {}
        if feed.state == "failed":
            told[0] = Answer("failed", f"{_SAID}{feed_id} was not processed to its end.")
        for each in issues:
            said = f"{_SAID}{feed_id}: {each.get('code')}: {each.get('message')}"
            told.setdefault(int(each.get("messageId") or 0), Answer("refused", said))
        return told

    @property
    def _what(self) -> str:
        return f"The stock of {self._channel_id}"

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
