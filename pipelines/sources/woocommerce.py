"""WooCommerce as a source: a shop's products with their stock, and its orders, by the REST API v3 of WordPress.

Rules are those of WooCommerce 9.9 (its REST controllers and docs): Basic authentication by a consumer key over TLS,
pages of at most 100 with X-WP-Total, moments without a zone (`_gmt` is UTC; a document has it written out), and
`modified_after` and `modified_before` that leave out the second that they name. `_fields` says what is answered:
nothing of a buyer is asked for. A shop says no limits, and a small server stands behind many a shop: it is asked
politely.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx

from pipelines.errors import ConfigError, SourceError
from pipelines.sources.base import OnWait
from pipelines.sources.traits import WOOCOMMERCE_LIMITS
from pipelines.sources.transport.calls import Access, Call, Caller
from pipelines.sources.transport.http import Http, HttpFailure, redact
from pipelines.sources.transport.list_source import ListSource, Node, Page, every_node, window_of
from pipelines.sources.transport.rate_limits import Budget

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.feeds.feed import Feed
    from pipelines.settings import Settings
    from pipelines.stores import Shop

PAGE = 100
CALLS = "calls"
_STOCK = ("sku", "global_unique_id", "price", "manage_stock", "stock_quantity", "stock_status", "date_modified_gmt")
PRODUCT = ("id", "name", "type", "status", *_STOCK, "variations")
VARIATION = ("id", "status", *_STOCK, "attributes")
ORDER = (
    "id", "number", "status", "currency", "prices_include_tax", "total", "date_created_gmt", "date_modified_gmt",
    "date_paid_gmt", "date_completed_gmt", "line_items", "refunds",
)  # fmt: skip
REFUND = ("id", "date_created_gmt", "amount", "line_items")
# lines come whole: of what a buyer had printed or engraved (`meta_data`) only the line that a refund is of is kept
LINE = ("id", "product_id", "variation_id", "sku", "quantity", "subtotal", "total", "total_tax")
_REFUNDED = "_refunded_item_id"


class Rest:
    """The calls of one run. Nothing is known here of what is asked."""

    def __init__(self, settings: Settings, http: Http, caller: Caller) -> None:
        self._endpoint, self._http, self._caller = settings.woocommerce_endpoint, http, caller

    async def send(
        self,
        shop: Shop,
        method: str,
        path: str,
        *,
        priority: int,
        what: str,
        uncertain: Callable[[HttpFailure], Exception] | None = None,
        **content: Any,
    ) -> httpx.Response:
        """The answer to a call. path: below wc/v3. uncertain: see `calls.Call`; None: it only reads. content: `params`
        or `json` of the request. Raises SourceError."""

        async def key() -> str:
            return _secret(shop)

        call = Call(
            budget=Budget(shop.domain, shop.shop_id, CALLS, WOOCOMMERCE_LIMITS[CALLS]),
            access=Access(key, lambda _: None),
            priority=priority,
            explain=lambda failure: explain(failure, shop, what),
            uncertain=uncertain,
        )
        url = f"{address(self._endpoint, shop)}/wp-json/wc/v3{path}"

        async def once(secret: str) -> httpx.Response:
            return await self._http.send(method, url, auth=(shop.client_id, secret), **content)

        return await self._caller(call, once)


class WooCommerceSource(ListSource):
    """WooCommerce for one run: see `base.Source`. Scopes are shops."""

    def __init__(self, settings: Settings, pool: AsyncConnectionPool, *, on_wait: OnWait | None = None) -> None:
        super().__init__(settings, pool, "woocommerce", on_wait=on_wait)
        self._rest = Rest(settings, self._http, self._caller)

    def nodes(self, feed: Feed, shop: Shop, remote_id: str, priority: int, what: str) -> AsyncIterator[Node]:
        """The nodes of a feed's list; see `ListSource.nodes`."""
        read = {"Products": self._products, "Orders": self._orders}[feed.query]
        return read(shop, remote_id, priority, what)

    async def _products(self, shop: Shop, remote_id: str, priority: int, what: str) -> AsyncIterator[Node]:
        """What can be sold: each simple product, and of others the variations, each with its `product`."""
        del remote_id
        async for product in self._list(shop, "/products", {"status": "any"}, PRODUCT, priority, what):
            variations = product.pop("variations", None)
            if not variations:
                yield product
                continue
            path = f"/products/{product.get('id')}/variations"
            async for variation in self._list(shop, path, {"status": "any"}, VARIATION, priority, what):
                yield {**variation, "product": {name: product.get(name) for name in ("id", "name", "status")}}

    async def _orders(self, shop: Shop, remote_id: str, priority: int, what: str) -> AsyncIterator[Node]:
        """The orders last changed in the window, with their refunds."""
        start, end = window_of(remote_id)
        search = {
            "modified_after": _moment(start - timedelta(seconds=1)),
            "modified_before": _moment(end),
            "dates_are_gmt": "true",
        }
        async for order in self._list(shop, "/orders", search, ORDER, priority, what):
            refunds: list[Node] = []
            if order.get("refunds"):
                path = f"/orders/{order.get('id')}/refunds"
                refunds = [each async for each in self._list(shop, path, {}, REFUND, priority, what)]
            yield {
                **order,
                "line_items": [_line(each) for each in order.get("line_items") or ()],
                "refunds": [
                    {**each, "line_items": [_line(line) for line in each.get("line_items") or ()]} for each in refunds
                ],
            }

    def _list(
        self, shop: Shop, path: str, search: Mapping[str, str], fields: Iterable[str], priority: int, what: str
    ) -> AsyncIterator[Node]:
        """The nodes of a list by its pages, in the order of their ids, with these fields only."""
        wanted = tuple(fields)

        async def ask(more: Mapping[str, Any]) -> Page:
            page = int(more.get("page", 1))
            params = {**search, "orderby": "id", "order": "asc", "per_page": str(PAGE), "_fields": ",".join(wanted)}
            params["page"] = str(page)
            response = await self._rest.send(shop, "GET", path, priority=priority, what=what, params=params)
            rows = rows_of(response, what)
            nodes = [{name: _zoned(name, value) for name, value in row.items() if name in wanted} for row in rows]
            total, pages = (int(response.headers.get(name, 0)) for name in ("x-wp-total", "x-wp-totalpages"))
            return Page(nodes, total, {"page": page + 1} if page < pages else None)

        return every_node(ask, lambda node: node.get("id"), what)


def address(endpoint: str | None, shop: Shop) -> str:
    """Where a shop is asked. endpoint: instead of its own address."""
    return endpoint or f"https://{shop.domain}"


async def described(http: Http, settings: Settings, shop: Shop) -> tuple[str, str]:
    """The shop's currency and time zone; '' for what it does not say. Three calls, of which one reads an order.

    Raises SourceError.
    """
    what, base = f"The shop {shop.shop_id}", address(settings.woocommerce_endpoint, shop)
    auth = (shop.client_id, _secret(shop))
    try:
        site = (await http.send("GET", f"{base}/wp-json/", params={"_fields": "timezone_string"})).json()
        currency = (await http.send("GET", f"{base}/wp-json/wc/v3/data/currencies/current", auth=auth)).json()
        await http.send("GET", f"{base}/wp-json/wc/v3/orders", params={"per_page": "1", "_fields": "id"}, auth=auth)
    except HttpFailure as failure:
        raise explain(failure, shop, what) from None
    except ValueError:
        raise SourceError(f"{what}: its answer is no JSON. Look whether {base}/wp-json/ shows some.") from None
    return currency.get("code") or "", site.get("timezone_string") or ""


async def look(http: Http, settings: Settings, shop: Shop) -> None:
    """Whether the key opens the shop, and the shop is as stores.yaml describes it.

    Raises SourceError, and ConfigError for another currency or time zone than the shop's own.
    """
    what = f"The shop {shop.shop_id}"
    currency, zone = await described(http, settings, shop)
    named = {"time_zone": (zone, shop.time_zone), "currency": (currency, shop.currency)}
    for setting, (found, value) in named.items():
        if found not in ("", value):
            raise ConfigError(
                f"{what} has {setting} {found} in WooCommerce, and {value} in stores.yaml. Correct it there: its days "
                "and amounts would be read wrongly."
            )


def explain(failure: HttpFailure, shop: Shop, what: str) -> SourceError:
    """The error of a call that failed: what came, what it means, what to do."""
    if failure.status in (401, 403):
        return SourceError(
            f"{what}: {shop.domain} does not accept the consumer key (status {failure.status}). Make a key with the "
            "permission Read (Read/Write where it is told the stock) under WooCommerce, Settings, Advanced, REST API, "
            "of a user who may see orders, and put its secret into the variable that stores.yaml names. Some servers "
            "drop the Authorization header: look there if the key is right.",
            status=failure.status,
            refused=True,
        )
    if failure.status in (400, 404):
        said = redact(" ".join(failure.body.split()))[:300]
        return SourceError(
            f"{what}: {shop.domain} does not know the call (status {failure.status}: {said}). Look at `url` in "
            "stores.yaml, and whether WooCommerce's REST API is on there.",
            status=failure.status,
            refused=failure.status == 404,
        )
    return SourceError(
        f"{what}: {shop.domain} did not answer properly ({failure}). It is tried again later.",
        status=failure.status,
        retryable=True,
    )


def _secret(shop: Shop) -> str:
    if shop.secret is None:
        raise SourceError(
            f"{shop.shop_id} has no access to WooCommerce. Name in stores.yaml consumer_key and consumer_secret_env.",
            refused=True,
        )
    return shop.secret.get_secret_value()


def rows_of(response: httpx.Response, what: str) -> list[Node]:
    """The objects of a list. Raises SourceError for any other answer."""
    try:
        rows = response.json()
    except ValueError:
        rows = None
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise SourceError(f"{what}: the shop's answer is no list. It is read again later.", retryable=True)
    return rows


def _line(line: Mapping[str, Any]) -> Node:
    """A line without what its buyer wrote. refunded_line: of a refund's line the id of the line that it is of."""
    of = [each.get("value") for each in line.get("meta_data") or () if each.get("key") == _REFUNDED]
    kept = {name: line[name] for name in LINE if name in line}
    return {**kept, "refunded_line": str(of[0])} if of else kept


def _zoned(name: str, value: Any) -> Any:
    """A value; of a moment that has UTC in its name only, with the zone behind it.

    >>> _zoned("date_paid_gmt", "2026-03-01T20:40:10"), _zoned("date_paid_gmt", None)
    ('2026-03-01T20:40:10Z', None)
    """
    is_bare = name.endswith("_gmt") and isinstance(value, str) and bool(value) and not value.endswith("Z")
    return f"{value}Z" if is_bare else value


def _moment(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
