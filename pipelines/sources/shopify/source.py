"""Shopify as a source: whole lists, read page by page into one document each. What is due is not decided here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

from pipelines.errors import SourceError
from pipelines.sources.base import OnWait
from pipelines.sources.shopify.admin import Admin, TooCostly
from pipelines.sources.transport.list_source import ListSource, Node, text_of, window_of

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.feeds.feed import Feed
    from pipelines.settings import Settings
    from pipelines.stores import Shop

# Nodes of a page. Shopify allows 250; an order of ours, with its lines and refunds, costs more than other nodes.
PAGE, PAGE_OF_ORDERS = 250, 25


class ShopifySource(ListSource):
    """Shopify for one run: see `base.Source`. Scopes are shops."""

    def __init__(self, settings: Settings, pool: AsyncConnectionPool, *, on_wait: OnWait | None = None) -> None:
        super().__init__(settings, pool, "shopify", on_wait=on_wait)
        self._admin = Admin(settings, self._http, self._limiter)

    def nodes(self, feed: Feed, shop: Shop, remote_id: str, priority: int, what: str) -> AsyncIterator[Node]:
        """The nodes of the query that the feed names; see `ListSource.nodes`."""
        read = {"Orders": self._orders, "Variants": self._variants, "Levels": self._levels}[feed.query]
        return read(shop, remote_id, priority, what)

    # --- lists --------------------------------------------------------------------------------------------------

    async def _variants(self, shop: Shop, remote_id: str, priority: int, what: str) -> AsyncIterator[Node]:
        del remote_id
        variables = {"first": PAGE}
        async for node in self._pages(shop, "variants", ("productVariants",), variables, priority, what):
            yield node

    async def _levels(self, shop: Shop, remote_id: str, priority: int, what: str) -> AsyncIterator[Node]:
        """The levels of one location after the other; each tells of which it is."""
        del remote_id
        places = [
            place async for place in self._pages(shop, "locations", ("locations",), {"first": PAGE}, priority, what)
        ]
        for place in places:
            variables = {"first": PAGE, "location": place.get("id")}
            path = ("location", "inventoryLevels")
            async for node in self._pages(shop, "levels", path, variables, priority, what):
                yield {**node, "location": place}

    async def _orders(self, shop: Shop, remote_id: str, priority: int, what: str) -> AsyncIterator[Node]:
        """The orders last changed in the window, with the rest of their lines and refunds where a page has not all."""
        start, end = window_of(remote_id)
        search = f"updated_at:>='{text_of(start)}' AND updated_at:<'{text_of(end)}'"
        variables = {"first": PAGE_OF_ORDERS, "search": search}
        async for order in self._pages(shop, "orders", ("orders",), variables, priority, what):
            path = ("order", "lineItems")
            await self._complete(shop, order, "lineItems", "order_lines", path, priority, what)
            for refund in order.get("refunds") or ():
                path = ("refund", "refundLineItems")
                await self._complete(shop, refund, "refundLineItems", "refund_lines", path, priority, what)
            yield order

    async def _complete(
        self, shop: Shop, node: Node, member: str, name: str, path: tuple[str, ...], priority: int, what: str
    ) -> None:
        """Append the further pages of a list within a node to its first one."""
        first = node.get(member) or {}
        page = first.get("pageInfo") or {}
        if page.get("hasNextPage"):
            variables = {"id": node.get("id"), "after": page.get("endCursor")}
            first["nodes"] += [each async for each in self._pages(shop, name, path, variables, priority, what)]
        first.pop("pageInfo", None)

    async def _pages(
        self, shop: Shop, name: str, path: tuple[str, ...], variables: Mapping[str, Any], priority: int, what: str
    ) -> AsyncIterator[Node]:
        """The nodes of a list, page by page. path: where the answer has the list. Raises SourceError."""
        after: Mapping[str, Any] = {}
        while True:
            try:
                asked = {**variables, **after}
                found: Any = await self._admin.ask(shop, name, asked, priority=priority, what=what)
            except TooCostly:
                if variables.get("first", 1) <= 1:
                    raise
                # what a query may cost is not published as a formula: half a page is tried
                variables = {**variables, "first": variables["first"] // 2}
                continue
            for member in path:
                found = found.get(member) if isinstance(found, dict) else None
            if not isinstance(found, dict) or not isinstance(found.get("nodes"), list):
                raise SourceError(
                    f"{what}: Shopify's answer has no {'.'.join(path)}: it was taken away meanwhile. It is read again "
                    "later.",
                    retryable=True,
                )
            for node in found["nodes"]:
                yield node
            page = found.get("pageInfo") or {}
            if not page.get("hasNextPage"):
                return
            if page.get("endCursor") in (None, after.get("after")):
                raise SourceError(f"{what}: Shopify names no next page. It is read again later.", retryable=True)
            after = {"after": page["endCursor"]}
