"""Shopify as a source: whole lists, read page by page into one document each.

Nothing is made at Shopify by a request, so that there is nothing to poll: a request is done at once, its id says what
was asked and when, and the pages are read when its document is fetched. What is due is not decided here.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pipelines.errors import ConfigError, SourceError
from pipelines.feeds.feed import Feed
from pipelines.sources.base import TODAY, Download, OnWait, RemoteReport
from pipelines.sources.shopify.admin import Admin, TooCostly
from pipelines.sources.transport.http_source import HttpSource

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.settings import Settings
    from pipelines.stores import Scope, Shop

# Nodes of a page. Shopify allows 250; an order of ours, with its lines and refunds, costs more than other nodes.
PAGE, PAGE_OF_ORDERS = 250, 25
_NOW = "now"

Node = dict[str, Any]


class ShopifySource(HttpSource):
    """Shopify for one run: see `base.Source`. Scopes are shops."""

    def __init__(self, settings: Settings, pool: AsyncConnectionPool, *, on_wait: OnWait | None = None) -> None:
        super().__init__(settings, pool, "shopify", on_wait=on_wait)
        self._admin = Admin(settings, self._http, self._limiter)

    async def request(
        self,
        feed: Feed,
        scope: Scope,
        window: tuple[date, date] | None,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        priority: int = TODAY,
    ) -> RemoteReport:
        """What will be read, as a report that is done; see `base.Source.request`. Nothing is sent."""
        del window, priority
        made = self._settings.now()
        asked = f"{_text(start)}/{_text(end)}" if start is not None and end is not None else _NOW
        return _report(feed, f"{asked}@{_text(made)}")

    async def find_existing(
        self, feeds: Sequence[Feed], scope: Scope, since: datetime, *, priority: int = TODAY
    ) -> list[RemoteReport]:
        """Nothing: Shopify keeps no reports; see `base.Source.find_existing`."""
        del feeds, scope, since, priority
        return []

    async def poll(
        self, feed: Feed, scope: Scope, remote_ids: Iterable[str], *, priority: int = TODAY
    ) -> dict[str, RemoteReport]:
        """Every request is done; see `base.Source.poll`."""
        del scope, priority
        return {each: _report(feed, each) for each in remote_ids}

    @asynccontextmanager
    async def fetch(
        self, feed: Feed, scope: Scope, report: RemoteReport, *, priority: int = TODAY
    ) -> AsyncIterator[Download]:
        """All pages of the list as one JSON array, written node by node; see `base.Source.fetch`."""
        shop, what = _shop(scope), f"{feed.name} of {scope.scope_id}"
        read = {"Orders": self._orders, "Variants": self._variants, "Levels": self._levels}[feed.query]
        with tempfile.NamedTemporaryFile(prefix="document-", dir=self._folder) as file:
            await _write(file, read(shop, report.remote_id, priority, what))
            path = Path(file.name)
            yield Download(path=path, content_type="application/json", gzip=False, size=path.stat().st_size)

    async def reason(self, feed: Feed, scope: Scope, report: RemoteReport, *, priority: int = TODAY) -> str | None:
        """None: no report ends as fatal; see `base.Source.reason`."""
        del feed, scope, report, priority
        return None

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
        search = f"updated_at:>='{_text(start)}' AND updated_at:<'{_text(end)}'"
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


def window_of(remote_id: str) -> tuple[datetime, datetime]:
    """The instants that a request asked for, by its id. Raises SourceError for one that is none of ours."""
    try:
        start, end = remote_id.partition("@")[0].split("/")
        return datetime.fromisoformat(start), datetime.fromisoformat(end)
    except ValueError:
        raise SourceError(f"{remote_id!r} is no request of ours. It is asked for again.", retryable=True) from None


async def _write(file: IO[bytes], nodes: AsyncIterator[Node]) -> None:
    file.write(b"[")
    separator = b"\n"
    async for node in nodes:
        file.write(separator + json.dumps(node, ensure_ascii=False, separators=(",", ":")).encode())
        separator = b",\n"
    file.write(b"\n]")
    file.flush()


def _report(feed: Feed, remote_id: str) -> RemoteReport:
    made = datetime.fromisoformat(remote_id.partition("@")[2])
    return RemoteReport(
        remote_id=remote_id, state="done", created_at=made, document_id=remote_id, report_type=feed.report_type
    )


def _text(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _shop(scope: Scope) -> Shop:
    if scope.shop is None:
        raise ConfigError(f"{scope.scope_id} is no shop: enter it under `channels` of its tenant in stores.yaml.")
    return scope.shop
