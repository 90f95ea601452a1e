"""eBay as a source: whole lists, read page by page into one document each. What is due is not decided here.

Contracts: Sell Inventory v1 and Sell Fulfillment v1. Offers are asked for SKU by SKU: without one, eBay answers that it
is an invalid value. An order does not tell when it was sent; its fulfillments do, and stand in it as `fulfillments`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from pipelines.errors import SourceError
from pipelines.sources.base import OnWait
from pipelines.sources.ebay.kept import FULFILLMENT as FULFILLMENT_FIELDS
from pipelines.sources.ebay.kept import ITEM, OFFER, ORDER, kept
from pipelines.sources.ebay.sell import FULFILLMENT, INVENTORY, Sell
from pipelines.sources.transport.list_source import ListSource, Node, Page, every_node, made_at, window_of

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.feeds.feed import Feed
    from pipelines.settings import Settings
    from pipelines.stores import Shop

PAGE = 200
PAGE_OF_OFFERS = 100
"""getOffers names no more than these, by default."""
_AT_ONCE = 8
_TWO_YEARS = timedelta(days=729)
"""getOrders answers for two years; a day is left for clocks that differ."""


class EbaySource(ListSource):
    """eBay for one run: see `base.Source`. Scopes are shops."""

    def __init__(self, settings: Settings, pool: AsyncConnectionPool, *, on_wait: OnWait | None = None) -> None:
        super().__init__(settings, pool, "ebay", on_wait=on_wait)
        self._sell = Sell(settings, self._http, self._limiter)

    def nodes(self, feed: Feed, shop: Shop, remote_id: str, priority: int, what: str) -> AsyncIterator[Node]:
        """The nodes of a feed's list; see `ListSource.nodes`."""
        read = {"Items": self._items, "Offers": self._offers, "Orders": self._orders}[feed.query]
        return read(shop, remote_id, priority, what)

    async def _items(self, shop: Shop, remote_id: str, priority: int, what: str) -> AsyncIterator[Node]:
        del remote_id
        async for node in self._list(shop, INVENTORY, "/inventory_item", "inventoryItems", {}, priority, what):
            yield kept(node, ITEM)

    async def _offers(self, shop: Shop, remote_id: str, priority: int, what: str) -> AsyncIterator[Node]:
        """The offers of each item. One that has none is answered with 404."""
        skus = [str(each.get("sku")) async for each in self._items(shop, remote_id, priority, what)]

        async def of(sku: str) -> list[Node]:
            search = {"sku": sku, "limit": str(PAGE_OF_OFFERS)}
            try:
                offers = self._list(shop, INVENTORY, "/offer", "offers", search, priority, what)
                return [kept(each, OFFER) async for each in offers]
            except SourceError as error:
                if error.status == 404:
                    return []
                raise

        for some in _parts(skus):
            for found in await asyncio.gather(*map(of, some)):
                for node in found:
                    yield node

    async def _orders(self, shop: Shop, remote_id: str, priority: int, what: str) -> AsyncIterator[Node]:
        """The orders last changed in the window, with what was sent of them. Nothing may be asked of the future."""
        start, end = window_of(remote_id)
        made = made_at(remote_id)
        first, last = max(start, made - _TWO_YEARS), min(end - timedelta(milliseconds=1), made)
        if last < first:
            return
        search = {"filter": f"lastmodifieddate:[{_moment(first)}..{_moment(last)}]"}

        async def whole(order: Node) -> Node:
            found: list[Node] = []
            if order.get("fulfillmentHrefs"):
                path = f"/order/{order.get('orderId')}/shipping_fulfillment"
                answer = await self._sell.get(shop, FULFILLMENT, path, {}, priority=priority, what=what)
                found = kept(_nodes(answer, "fulfillments", what), FULFILLMENT_FIELDS)
            return {**kept(order, ORDER), "fulfillments": found}

        waiting: list[Node] = []
        async for order in self._list(shop, FULFILLMENT, "/order", "orders", search, priority, what):
            waiting.append(order)
            if len(waiting) == _AT_ONCE:
                for node in await asyncio.gather(*map(whole, waiting)):
                    yield node
                waiting = []
        for node in await asyncio.gather(*map(whole, waiting)):
            yield node

    def _list(
        self, shop: Shop, api: str, path: str, name: str, search: Mapping[str, Any], priority: int, what: str
    ) -> AsyncIterator[Node]:
        """The nodes of a list by its pages, whose numbers eBay says: some lists count pages, others nodes."""

        async def ask(more: Mapping[str, Any]) -> Page:
            params = {"limit": str(PAGE), **search, **more}
            answer = await self._sell.get(shop, api, path, params, priority=priority, what=what)
            nodes = _nodes(answer, name, what)
            total = answer.get("total")
            return Page(nodes, total if isinstance(total, int) else len(nodes), _next(answer))

        return every_node(ask, _key, what)


def _nodes(answer: Mapping[str, Any], name: str, what: str) -> list[Node]:
    found = answer.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise SourceError(f"{what}: eBay's answer has no list of {name}. It is read again later.", retryable=True)
    return found


def _next(answer: Mapping[str, Any]) -> dict[str, str] | None:
    """The number of the next page as `next` has it; None where this is the last one."""
    query = dict(parse_qsl(urlsplit(str(answer.get("next") or "")).query))
    return {"offset": query["offset"]} if "offset" in query else None


def _key(node: Node) -> str:
    return str(node.get("orderId") or node.get("offerId") or node.get("sku"))


def _moment(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{instant.microsecond // 1000:03d}Z"


def _parts(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[start : start + _AT_ONCE] for start in range(0, len(texts), _AT_ONCE)]
