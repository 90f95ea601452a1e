"""`channel_full_sync`: 10,000 listings at each of three channels are read, told another figure, and read back.

The round, the ledger in Postgres and the writers are the real ones. Each API is played in memory, and counts what it
is asked by its published limits: Shopify's points by the simulator's rule of costs, eBay's calls of a day, Amazon's
calls a second. Nobody sleeps: what a limit makes a caller wait is added to the clock. The figure is what a round takes,
with its own work, by what the limits allow for the fewest calls with which each figure is read, read again right before
it is set where the channel does not compare, set, and read back. It is that of the slowest channel against its limits.

HTTP is left out, and so are the budgets in Postgres, by which several processes share a limit.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib import resources
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from pydantic import SecretStr

from bench.cpu import used
from bench.figures import Figure, Room
from pipelines.channels import inputs, sync
from pipelines.channels.decision import Offer, Stock
from pipelines.channels.model import Channel, Listing
from pipelines.channels.policies_file import Policies
from pipelines.channels.policy import Policy
from pipelines.channels.writers import amazon, ebay, shopify
from pipelines.settings import get_settings
from pipelines.sources.amazon.feeds import Processed
from pipelines.sources.traits import EBAY_LIMITS, SHOPIFY_LIMITS, Limit
from pipelines.stores import Shop
from pipelines.warehouse.connection import Warehouse
from simulator.apis.shopify.schema import checked, cost

LISTINGS = 10_000
BEFORE, AFTER = 50, 80
NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
POINTS = {
    name: cost(checked((resources.files("pipelines.sources.shopify") / f"{name}.graphql").read_text()), {"first": 250})
    for name in ("locations", "variants", "levels", "set_quantities")
}
"""What each query costs at Shopify, with pages of 250."""


class Limits:
    """Buckets, and a clock that goes on by the waits that nobody sleeps."""

    def __init__(self, limits: Mapping[str, Limit]) -> None:
        self._limits, self._left = limits, {name: each.burst for name, each in limits.items()}
        self._at = dict.fromkeys(limits, self.now())
        self.skipped, self.calls = 0.0, Counter[str]()

    def now(self) -> float:
        """Seconds: of this process, and those that were waited."""
        return time.perf_counter() + getattr(self, "skipped", 0.0)

    def take(self, name: str, tokens: float = 1) -> None:
        """A call is made as soon as its bucket has its tokens."""
        limit, now = self._limits[name], self.now()
        self._left[name] = min(limit.burst, self._left[name] + (now - self._at[name]) * limit.rate)
        wait = max(0.0, (tokens - self._left[name]) / limit.rate)
        self.skipped += wait
        self._left[name] += wait * limit.rate - tokens
        self._at[name] = now + wait
        self.calls[name] += 1

    def fewest(self, calls: Mapping[str, float]) -> float:
        """Seconds that so many tokens of each bucket take at least."""
        return max((count - self._limits[name].burst) / self._limits[name].rate for name, count in calls.items())


class Played:
    """An API in memory: what each listing shows, by its number in the SKU."""

    def __init__(self, limits: Mapping[str, Limit]) -> None:
        self.limits, self.shows = Limits(limits), dict.fromkeys((f"SKU-{n:05d}" for n in range(LISTINGS)), BEFORE)
        self.skus = list(self.shows)


class Shopify(Played):
    """Stands for Admin."""

    async def ask(self, shop: Any, name: str, variables: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        self.limits.take("points", POINTS[name])
        if name == "set_quantities":
            for each in variables["input"]["quantities"]:
                self.shows[each["inventoryItemId"]] = each["quantity"]
            return {"inventorySetQuantities": {"inventoryAdjustmentGroup": {"id": "1"}, "userErrors": []}}
        if name == "locations":
            return {"locations": {"nodes": [{"id": "main", "name": "Main"}]}}
        first = int(variables.get("after") or 0)
        part = self.skus[first : first + shopify.PAGE]
        more = {"hasNextPage": first + shopify.PAGE < LISTINGS, "endCursor": str(first + shopify.PAGE)}
        if name == "variants":
            nodes: list[Any] = [{"id": each, "inventoryItem": {"id": each, "tracked": True}} for each in part]
            return {"productVariants": {"nodes": nodes, "pageInfo": more}}
        units = [
            [{"name": "available", "quantity": self.shows[each]}, {"name": "committed", "quantity": 0}] for each in part
        ]
        nodes = [{"item": {"id": each}, "quantities": has} for each, has in zip(part, units, strict=True)]
        return {"location": {"inventoryLevels": {"nodes": nodes, "pageInfo": more}}}


class Ebay(Played):
    """Stands for Sell."""

    async def get(self, shop: Any, api: str, path: str, params: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        self.limits.take(api)
        if path == "/offer":
            sku = params["sku"]
            offer = {"offerId": sku, "status": "PUBLISHED", "availableQuantity": self.shows[sku]}
            return {"offers": [{**offer, "listing": {"listingId": sku}}]}
        first = int(params["offset"]) * ebay.PAGE
        return {
            "inventoryItems": [self._item(each) for each in self.skus[first : first + ebay.PAGE]],
            "total": LISTINGS,
        }

    async def post(self, shop: Any, api: str, path: str, body: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        self.limits.take(api)
        if path == "/bulk_get_inventory_item":
            return {"responses": [{"sku": e["sku"], "inventoryItem": self._item(e["sku"])} for e in body["requests"]]}
        for each in body["requests"]:
            self.shows[each["sku"]] = each["shipToLocationAvailability"]["quantity"]
        return {"responses": [{"sku": each["sku"], "statusCode": 200} for each in body["requests"]]}

    def _item(self, sku: str) -> dict[str, Any]:
        return {"sku": sku, "availability": {"shipToLocationAvailability": {"quantity": self.shows[sku]}}}


class Amazon(Played):
    """Stands for SpApi and for Feeds, whose feeds are processed at once."""

    async def json(self, account: Any, operation: str, *_: Any, params: Mapping[str, str], **__: Any) -> dict[str, Any]:
        self.limits.take(operation)
        skus = params["identifiers"].split(",")
        has = [[{"fulfillmentChannelCode": amazon.OWN, "quantity": self.shows[each]}] for each in skus]
        return {"items": [{"sku": s, "fulfillmentAvailability": u} for s, u in zip(skus, has, strict=True)]}

    async def upload(self, account: Any, content: Mapping[str, Any], what: str) -> str:
        self.limits.take("createFeedDocument")
        for each in content["messages"]:
            self.shows[each["sku"]] = each["patches"][0]["value"][0]["quantity"]
        return "document"

    async def create(self, *_: Any) -> str:
        self.limits.take("createFeed")
        return str(self.limits.calls["createFeed"])

    async def processed(self, *_: Any) -> Processed:
        self.limits.take("getFeed")
        self.limits.take("getFeedDocument")
        return Processed("done", {})


def _parts(size: int) -> int:
    return -(-LISTINGS // size)


def _writers() -> dict[str, tuple[Played, Any, dict[str, float]]]:
    """Of each channel: its API, its writer, and the fewest tokens that a round of all listings takes."""
    shop = Shop("shop", "bench", "shopify", "bench", "USD", "UTC", SecretStr("x"))
    store = SimpleNamespace(seller_id="SELLER", marketplace=SimpleNamespace(marketplace_id="ATVPDKIKX0DER"))
    at_shopify, at_ebay, at_amazon = Shopify(SHOPIFY_LIMITS), Ebay(EBAY_LIMITS), Amazon(amazon.LIMITS)
    made: dict[str, Any] = {"shop": shop, "store": store, "account": SimpleNamespace()}
    channels = {kind: Channel(kind, kind, "bench", **made) for kind in ("shopify", "ebay", "amazon")}
    pages = _parts(shopify.PAGE)
    # a variant keeps its item, so that its levels alone are read back
    read, read_back = pages * POINTS["variants"], 2 * (POINTS["locations"] + pages * POINTS["levels"])
    return {
        "shopify": (
            at_shopify,
            shopify.ShopifyWriter(at_shopify, channels["shopify"], NOW),  # type: ignore[arg-type]
            {"points": read + read_back + _parts(shopify.MOST_FIGURES) * POINTS["set_quantities"]},
        ),
        "ebay": (
            at_ebay,
            ebay.EbayWriter(at_ebay, channels["ebay"], NOW),  # type: ignore[arg-type]
            {"inventory": 2 * (_parts(ebay.PAGE) + LISTINGS) + 2 * _parts(ebay.MOST_ITEMS)},
        ),
        "amazon": (
            at_amazon,
            amazon.AmazonWriter(at_amazon, at_amazon, channels["amazon"], NOW),  # type: ignore[arg-type]
            {"searchListingsItems": 3 * _parts(amazon.MOST_FOUND), "createFeed": _parts(amazon.MOST_MESSAGES)},
        ),
    }


async def _round(room: Room, kind: str, writer: Any, skus: list[str]) -> int:
    """One full round; returns how many figures it has told."""
    offers = [Offer(Listing(kind, sku, sku), sku, Policy(), None, 0, NOW) for sku in skus]
    stock = {sku: Stock(sku, AFTER, NOW) for sku in skus}
    given = inputs.Inputs(tuple(offers), stock, frozenset(), frozenset())

    @asynccontextmanager
    async def opened(*_: Any) -> AsyncIterator[Any]:
        yield writer

    settings = get_settings(home=room.folder, warehouse_url=room.url, fixed_now=NOW)
    channel, warehouse = Channel(kind, kind, "bench"), Warehouse(room.url)
    # the listings are given: no mart is built here
    with (
        patch.object(inputs, "read", lambda *_: given),
        patch.object(sync, "writer_for", lambda _: opened),
        warehouse.connect(autocommit=True) as conn,
    ):
        async with warehouse.async_pool() as pool:
            outcome = await sync.run(settings, conn, pool, channel, Policies(), full=True, send=True)
    return outcome.sent


def run(room: Room) -> list[Figure]:
    """The figure of the slowest of three channels."""
    ratios, notes = {}, []
    for kind, (api, writer, fewest) in _writers().items():
        begun, worked = api.limits.now(), time.perf_counter()
        with used(os.getpid(), room.url) as cpu:
            told = asyncio.run(_round(room, kind, writer, api.skus))
        if told != LISTINGS or set(api.shows.values()) != {AFTER}:
            raise AssertionError(f"{kind}: {told} of {LISTINGS} were told")
        took, least = api.limits.now() - begun, api.limits.fewest(fewest)
        ratios[kind] = took / least
        own = f"{time.perf_counter() - worked:.1f} s of its own, {cpu.server + cpu.postgres:.1f} s of CPU"
        notes.append(f"{kind} {took:,.1f} s for {least:,.1f} s, {own}")
    note = f"{LISTINGS:,} listings each: {'; '.join(notes)}"
    return [Figure("channel_full_sync", round(max(ratios.values()), 3), "x", 1.1, note=note)]
