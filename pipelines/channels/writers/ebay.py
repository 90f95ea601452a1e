"""Writes the stock of a seller at eBay: bulkUpdatePriceQuantity of Sell Inventory v1.

Buyers can order the smaller one of an item's quantity and its offer's, so both are set. eBay compares nothing and knows
no idempotency keys: a figure is read right before it is set, and after a request without an answer what is shown tells
whether it was executed. A listing, with all of its variations, is revised 250 times a day at most.

An offer takes a call of its own to read, of the 5,000 that a new keyset has a day. What is sold lowers the item's
quantity too, so an offer is read again only where the item's has changed, or was set.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipelines.channels.model import Change, Channel, Listing, Shown
from pipelines.channels.writers.base import Answer, PlainWriter, Request
from pipelines.errors import SourceError
from pipelines.sources.base import TODAY
from pipelines.sources.ebay.sell import INVENTORY, Sell
from pipelines.sources.ebay.tokens import SETS
from pipelines.sources.transport.http import Http, HttpFailure
from pipelines.sources.transport.rate_limits import RateLimiter

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.settings import Settings

MOST_ITEMS = 25
"""Of one request, and as many offers (Sell Inventory v1, bulkUpdatePriceQuantity and bulkGetInventoryItem)."""
PAGE = 200
REVISIONS_A_DAY = 250
AT_ONCE = 8


@asynccontextmanager
async def writer(settings: Settings, pool: AsyncConnectionPool, channel: Channel) -> AsyncIterator[EbayWriter]:
    """The writer of a seller; see `base.OpenWriter`."""
    http, limiter = Http(), RateLimiter(pool, "ebay")
    try:
        yield EbayWriter(Sell(settings, http, limiter, SETS), channel, settings.now())
    finally:
        await limiter.aclose()
        await http.aclose()


@dataclass(frozen=True, slots=True)
class _Offer:
    """A published offer of a listing. quantity: its own, beside the item's; None: it has none."""

    offer_id: str
    listing_id: str
    quantity: int | None

    def shows(self, item: int) -> int:
        """What buyers can order of it. item: the quantity of its item."""
        return item if self.quantity is None else min(item, self.quantity)


class EbayWriter(PlainWriter):
    """See `base.Writer`. now: the moment that its readings carry, of the business clock."""

    a_day = REVISIONS_A_DAY

    def __init__(self, sell: Sell, channel: Channel, now: datetime) -> None:
        assert channel.shop is not None
        self._sell, self._channel, self._shop, self._now = sell, channel, channel.shop, now
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._offers: dict[str, tuple[int, list[_Offer]]] = {}  # by SKU, as read when the item had this quantity

    async def read(self, listings: Sequence[Listing]) -> Mapping[Listing, Shown]:
        """What eBay shows. Left out is what has no published offer, and an item whose stock eBay keeps by location."""
        items = await self._items({each.channel_sku for each in listings if each.channel_sku})
        offers = dict(
            zip(items, await asyncio.gather(*(self._offers_of(*each) for each in items.items())), strict=True)
        )
        found = {}
        for each in listings:
            own = [offer for offer in offers.get(each.channel_sku, ()) if offer.listing_id == each.item_id]
            if own and each.item_id:
                quantity = items[each.channel_sku]
                shows = {offer.listing_id: offer.shows(quantity) for offer in offers[each.channel_sku]}
                details = {"offers": [offer.offer_id for offer in own], "listings": shows}
                found[each] = Shown(min(offer.shows(quantity) for offer in own), self._now, details=details)
        return found

    async def _items(self, skus: Iterable[str]) -> dict[str, int]:
        """The quantity of each item: few are asked for by SKU, many by the pages of all."""
        wanted = set(skus)
        rows: list[dict[str, Any]] = []
        if len(wanted) <= PAGE:
            for part in _parts(sorted(wanted)):
                body = {"requests": [{"sku": sku} for sku in part]}
                answer = await self._post("/bulk_get_inventory_item", body)
                for each in answer.get("responses") or []:
                    rows.append({"sku": each.get("sku"), **(each.get("inventoryItem") or {})})
        else:
            offset, pages = 0, 1
            while offset < pages:
                params = {"limit": str(PAGE), "offset": str(offset)}
                answer = await self._sell.get(
                    self._shop, INVENTORY, "/inventory_item", params, priority=TODAY, what=self._what
                )
                rows += answer.get("inventoryItems") or []
                offset, pages = offset + 1, -(-int(answer.get("total") or 0) // PAGE)
        found = {}
        for row in rows:
            kept = (row.get("availability") or {}).get("shipToLocationAvailability") or {}
            is_one = isinstance(kept.get("quantity"), int) and not kept.get("availabilityDistributions")
            if is_one and row.get("sku") in wanted:
                found[str(row["sku"])] = int(kept["quantity"])
        return found

    async def _offers_of(self, sku: str, quantity: int) -> list[_Offer]:
        known = self._offers.get(sku)
        if known is None or known[0] != quantity:
            known = self._offers[sku] = quantity, await self._read_offers(sku)
        return known[1]

    async def _read_offers(self, sku: str) -> list[_Offer]:
        try:
            async with self._at_once:
                answer = await self._sell.get(
                    self._shop, INVENTORY, "/offer", {"sku": sku}, priority=TODAY, what=self._what
                )
        except SourceError as error:
            if error.status == 404:  # nobody has offered it
                return []
            raise
        return [
            _Offer(
                str(each["offerId"]),
                str((each.get("listing") or {}).get("listingId") or ""),
                quantity if isinstance(quantity := each.get("availableQuantity"), int) else None,
            )
            for each in answer.get("offers") or []
            if each.get("status") == "PUBLISHED"
        ]

    def requests(self, changes: Sequence[Change], shown: Mapping[Listing, Shown]) -> list[Request]:
        """As many in each as eBay takes. A SKU is in a request once, with all of its listings."""
        of_sku: dict[str, list[Change]] = {}
        for each in changes:
            of_sku.setdefault(each.listing.channel_sku, []).append(each)
        found: list[Request] = []
        lines: list[dict[str, Any]] = []
        part: list[Change] = []
        for sku, some in of_sku.items():
            line = _line(sku, some, shown)
            offers = sum(len(each["offers"]) for each in [*lines, line])
            if lines and (len(lines) == MOST_ITEMS or offers > MOST_ITEMS):
                found.append(Request({"requests": lines}, tuple(part)))
                lines, part = [], []
            lines.append(line)
            part += some
        return [*found, Request({"requests": lines}, tuple(part))] if lines else found

    async def send(self, body: Mapping[str, Any], key: str, changes: Sequence[Change]) -> list[Answer]:
        """One call. It is not repeated where it may have been executed; see `base.Writer.send`."""
        del key

        def uncertain(failure: HttpFailure) -> SourceError:
            return SourceError(f"{self._what}: eBay did not answer ({failure}).", status=failure.status, retryable=True)

        for each in changes:
            self._offers.pop(each.listing.channel_sku, None)
        try:
            answer = await self._post("/bulk_update_price_quantity", body, uncertain)
        except SourceError as error:
            if error.status == 400:  # nothing of it was executed
                return [Answer("failed", str(error)) for _ in changes]
            raise
        said: dict[str, list[Mapping[str, Any]]] = {}
        for each in answer.get("responses") or []:
            said.setdefault(str(each.get("sku")), []).append(each)
        return [_answer(said.get(each.listing.channel_sku, [])) for each in changes]

    @property
    def _what(self) -> str:
        return f"The stock of {self._channel.channel_id}"

    async def _post(self, path: str, body: Mapping[str, Any], uncertain: Any = None) -> dict[str, Any]:
        return await self._sell.post(
            self._shop, INVENTORY, path, body, priority=TODAY, what=self._what, uncertain=uncertain
        )


def _line(sku: str, changes: Sequence[Change], shown: Mapping[Listing, Shown]) -> dict[str, Any]:
    """What a SKU is set to: the offers of the changed listings, and the item so that no other listing shows less."""
    shows = {
        **shown[changes[0].listing].details["listings"],
        **{each.listing.item_id: each.to_quantity for each in changes},
    }
    return {
        "sku": sku,
        "shipToLocationAvailability": {"quantity": max(shows.values())},
        "offers": [
            {"offerId": offer_id, "availableQuantity": each.to_quantity}
            for each in changes
            for offer_id in shown[each.listing].details["offers"]
        ],
    }


def _answer(said: Sequence[Mapping[str, Any]]) -> Answer:
    """What eBay says of a SKU: an answer for the item, or for each of its offers."""
    if not said:
        return Answer("failed", "eBay's answer does not name it.")
    worst = max(said, key=lambda each: int(each.get("statusCode") or 500))
    status = int(worst.get("statusCode") or 500)
    texts = [f"{each.get('errorId')}: {each.get('message')}" for each in worst.get("errors") or []]
    if status < 300:
        return Answer("taken", f"status {status}")
    return Answer("failed" if status >= 500 or status == 429 else "refused", " ".join([f"status {status}", *texts]))


def _parts(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[start : start + MOST_ITEMS] for start in range(0, len(texts), MOST_ITEMS)]
