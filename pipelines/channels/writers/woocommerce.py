"""Writes the stock of a shop on WooCommerce: `stock_quantity` by products/batch and products/ID/variations/batch.

WooCommerce compares nothing and knows no idempotency keys: a figure is read right before it is set, and after a request
without an answer what is shown tells whether it was executed. What a buyer orders between the two is not seen; the next
round finds it. `inventory_delta` is read and written in two steps there too, and a repeated one would count twice.

A batch fails item by item inside a status 200. Variations are asked for, and set, under their product only.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipelines.channels.model import Change, Channel, Listing, Shown
from pipelines.channels.writers.base import Answer, PlainWriter, Request
from pipelines.errors import SourceError
from pipelines.sources.base import TODAY
from pipelines.sources.transport.calls import Caller
from pipelines.sources.transport.http import Http, HttpFailure
from pipelines.sources.transport.rate_limits import RateLimiter
from pipelines.sources.woocommerce import Rest, rows_of

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.settings import Settings

PAGE = 100
"""Of a list, and of a batch (WooCommerce 9.9, REST API v3)."""
_FIELDS = "id,manage_stock,stock_quantity"


@asynccontextmanager
async def writer(settings: Settings, pool: AsyncConnectionPool, channel: Channel) -> AsyncIterator[WooCommerceWriter]:
    """The writer of a shop; see `base.OpenWriter`."""
    http, limiter = Http(), RateLimiter(pool, "woocommerce")
    try:
        yield WooCommerceWriter(Rest(settings, http, Caller(limiter)), channel, settings.now())
    finally:
        await limiter.aclose()
        await http.aclose()


class WooCommerceWriter(PlainWriter):
    """See `base.Writer`. now: the moment that its readings carry, of the business clock."""

    def __init__(self, rest: Rest, channel: Channel, now: datetime) -> None:
        assert channel.shop is not None
        self._rest, self._channel, self._shop, self._now = rest, channel, channel.shop, now
        self._products: dict[str, str] | None = None  # variation -> its product

    async def read(self, listings: Sequence[Listing]) -> Mapping[Listing, Shown]:
        """What the shop shows. Left out is what has no stock of its own: a variation may share its product's."""
        wanted = {each.item_id for each in listings}
        rows = {node["id"]: ("", node) async for node in self._nodes("/products", wanted)}
        if missing := wanted - rows.keys():
            products = await self._of_variations()
            for product in sorted({products[each] for each in missing if each in products}):
                own = {each for each in missing if products.get(each) == product}
                async for node in self._nodes(f"/products/{product}/variations", own):
                    rows[node["id"]] = product, node
        found = {}
        for each in listings:
            product, row = rows.get(each.item_id, ("", {}))
            units = row.get("stock_quantity")
            if row.get("manage_stock") is True and isinstance(units, int):
                # below zero where buyers may order what is not there
                found[each] = Shown(max(0, units), self._now, details={"product": product})
        return found

    async def _of_variations(self) -> Mapping[str, str]:
        """The product of each variation, read once: it does not change."""
        if self._products is None:
            found: dict[str, str] = {}
            async for each in self._pages("/products", {"type": "variable", "_fields": "id,variations"}):
                found |= {str(variation): each["id"] for variation in each.get("variations") or ()}
            self._products = found
        return self._products

    async def _nodes(self, path: str, ids: Iterable[str]) -> AsyncIterator[dict[str, Any]]:
        """The objects of a list with these ids, as far as there are."""
        wanted = sorted(ids)
        for start in range(0, len(wanted), PAGE):
            params = {"include": ",".join(wanted[start : start + PAGE]), "_fields": _FIELDS}
            async for each in self._pages(path, params):
                yield each

    async def _pages(self, path: str, params: Mapping[str, str]) -> AsyncIterator[dict[str, Any]]:
        """The objects of a list, with their ids as text."""
        page = pages = 1
        basic = {"status": "any", "orderby": "id", "order": "asc", "per_page": str(PAGE)}
        while page <= pages:
            search = {**basic, **params, "page": str(page)}
            answer = await self._rest.send(self._shop, "GET", path, priority=TODAY, what=self._what, params=search)
            for each in rows_of(answer, self._what):
                yield {**each, "id": str(each.get("id"))}
            page, pages = page + 1, int(answer.headers.get("x-wp-totalpages", 1))

    def requests(self, changes: Sequence[Change], shown: Mapping[Listing, Shown]) -> list[Request]:
        """One for each hundred simple products, and for each product with variations."""
        of_product: dict[str, list[Change]] = {}
        for each in changes:
            of_product.setdefault(shown[each.listing].details["product"], []).append(each)
        return [
            Request({"product": product, "update": [_line(each) for each in part]}, tuple(part))
            for product, some in of_product.items()
            for part in (some[start : start + PAGE] for start in range(0, len(some), PAGE))
        ]

    async def send(self, body: Mapping[str, Any], key: str, changes: Sequence[Change]) -> list[Answer]:
        """One batch. It is not repeated where it may have been executed; see `base.Writer.send`."""
        del key
        product = body["product"]
        path = f"/products/{product}/variations/batch" if product else "/products/batch"

        def uncertain(failure: HttpFailure) -> SourceError:
            said = f"{self._what}: {self._shop.domain} did not answer ({failure})."
            return SourceError(said, status=failure.status, retryable=True)

        answer = await self._rest.send(
            self._shop,
            "POST",
            path,
            priority=TODAY,
            what=self._what,
            uncertain=uncertain,
            json={"update": body["update"]},
        )
        try:
            rows = {str(each.get("id")): each for each in answer.json()["update"]}
        except (ValueError, LookupError, TypeError, AttributeError):
            raise SourceError(f"{self._what}: the shop's answer to a batch is no list.", retryable=True) from None
        return [_answer(rows.get(each.listing.item_id)) for each in changes]

    @property
    def _what(self) -> str:
        return f"The stock of {self._channel.channel_id}"


def _line(change: Change) -> dict[str, Any]:
    return {"id": int(change.listing.item_id), "stock_quantity": change.to_quantity}


def _answer(row: Mapping[str, Any] | None) -> Answer:
    if row is None:
        return Answer("failed", "The shop's answer does not name it.")
    problem = row.get("error")
    if not problem:
        return Answer("taken", str(row.get("date_modified_gmt") or ""))
    status = (problem.get("data") or {}).get("status") or 400
    return Answer("failed" if status >= 500 else "refused", f"{problem.get('code')}: {problem.get('message')}")
