"""Shopify as a source: whole lists from pages, pages within nodes, points that run out, and errors in words."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from pipelines.errors import ConfigError, SourceError
from pipelines.feeds import FEEDS
from pipelines.sources.shopify import admin
from pipelines.sources.shopify.source import ShopifySource
from pipelines.sources.transport.http import HttpFailure
from pipelines.sources.transport.list_source import window_of
from pipelines.stores import Scope, Shop
from tests.support.sources import settings_for

SHOP = Shop("harbor-shop", "harbor", "shopify", "harbor-goods.myshopify.com", "USD", "UTC", SecretStr("shpat_hidden"))
SCOPE = Scope("harbor-shop", (), "UTC", shop=SHOP)
ORDERS = FEEDS["shopify.orders"]
COST = {"requestedQueryCost": 120, "actualQueryCost": 60,
        "throttleStatus": {"maximumAvailable": 2000, "currentlyAvailable": 1900, "restoreRate": 100}}  # fmt: skip


def awaited(test: Callable[..., Any]) -> Callable[..., None]:
    """A test that is run in an event loop of its own."""

    @functools.wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        asyncio.run(test(*arguments, **named))

    return run


class Points:
    """Stands for the rate limiter, which needs a database: says yes, and writes down what it is asked and told."""

    def __init__(self) -> None:
        self.taken: list[int] = []
        self.learned: list[tuple[float, float, float]] = []
        self.waits: list[float] = []

    async def acquire(self, budget: Any, priority: int = 0, tokens: int = 1) -> None:
        self.taken.append(tokens)

    async def told(self, budget: Any, left: float, rate: float, most: float) -> None:
        self.learned.append((left, rate, most))

    async def exhausted(self, budget: Any, retry_after: float = 0.0, strikes: int = 0) -> None:
        self.waits.append(retry_after)

    async def observe(self, budget: Any, rate: str | None) -> None: ...

    async def aclose(self) -> None: ...


@asynccontextmanager
async def source_of(tmp_path: Path, answers: list[Any]):
    """A source whose calls are answered by these bodies, one after the other; asked: the variables of each call."""
    source = ShopifySource(settings_for("http://127.0.0.1:1", tmp_path), None)  # type: ignore[arg-type]
    points, asked = Points(), []

    async def send(method: str, url: str, **arguments: Any) -> httpx.Response:
        asked.append(arguments["json"]["variables"] if "json" in arguments else arguments["data"])
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(200, json=answer, request=httpx.Request(method, url))

    async with source:
        source._admin._http.send = send  # type: ignore[method-assign]
        source._admin._limiter = source._admin._caller._limiter = source._limiter = points  # type: ignore[assignment]
        yield source, points, asked


def page(name: str, nodes: list[Any], after: str | None = None, **within: Any) -> dict[str, Any]:
    listed = {"nodes": nodes, "pageInfo": {"hasNextPage": after is not None, "endCursor": after}}
    return {"data": {name: within.get("inside", lambda each: each)(listed)}, "extensions": {"cost": COST}}


def order(number: int, lines: list[int], more: str | None = None, refunds: tuple[Any, ...] = ()) -> dict[str, Any]:
    nodes = [{"id": f"line {each}"} for each in lines]
    return {
        "id": f"order {number}",
        "lineItems": {"nodes": nodes, "pageInfo": {"hasNextPage": more is not None, "endCursor": more}},
        "refunds": list(refunds),
    }


async def fetched(source: ShopifySource, feed: str = "shopify.orders") -> list[dict[str, Any]]:
    start, end = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)
    report = await source.request(FEEDS[feed], SCOPE, None, start=start, end=end)
    known = await source.poll(FEEDS[feed], SCOPE, [report.remote_id])
    assert known[report.remote_id] == report and report.state == "done"
    async with source.fetch(FEEDS[feed], SCOPE, report) as download:
        return json.loads(download.path.read_bytes())


@awaited
async def test_pages_and_pages_within_nodes_are_one_document(tmp_path: Path) -> None:
    refund = {"id": "refund 1", "refundLineItems": {"nodes": [{"quantity": 1}],
                                                    "pageInfo": {"hasNextPage": True, "endCursor": "r"}}}  # fmt: skip
    answers = [
        page("orders", [order(1, [1, 2], more="c"), order(2, [4])], after="p"),
        page("order", [{"id": "line 3"}], inside=lambda listed: {"lineItems": listed}),
        page("orders", [order(3, [5], refunds=(refund,))]),
        page("refund", [{"quantity": 2}], inside=lambda listed: {"refundLineItems": listed}),
    ]
    async with source_of(tmp_path, answers) as (source, points, asked):
        found = await fetched(source)
    assert [each["id"] for each in found] == ["order 1", "order 2", "order 3"]
    assert [each["id"] for each in found[0]["lineItems"]["nodes"]] == ["line 1", "line 2", "line 3"]
    assert [each["quantity"] for each in found[2]["refunds"][0]["refundLineItems"]["nodes"]] == [1, 2]
    search = "updated_at:>='2026-03-01T00:00:00Z' AND updated_at:<'2026-03-03T00:00:00Z'"
    assert asked[0] == {"first": 25, "search": search} and asked[2] == {**asked[0], "after": "p"}
    assert asked[1] == {"id": "order 1", "after": "c"} and asked[3] == {"id": "refund 1", "after": "r"}
    assert points.taken == [200, 200, 120, 200], "the second page is known to cost what the first one did"
    assert points.learned == [(1900, 100, 2000)] * 4


@awaited
async def test_levels_are_read_of_every_location_and_say_of_which(tmp_path: Path) -> None:
    places = [{"id": "l1", "name": "Main", "isActive": True}, {"id": "l2", "name": "Annex", "isActive": False}]
    answers = [
        page("locations", places),
        page("location", [{"id": "a"}], inside=lambda listed: {"inventoryLevels": listed}),
        page("location", [{"id": "b"}], inside=lambda listed: {"inventoryLevels": listed}),
    ]
    async with source_of(tmp_path, answers) as (source, _, asked):
        found = await fetched(source, "shopify.inventory_levels")
    assert [(each["id"], each["location"]["name"]) for each in found] == [("a", "Main"), ("b", "Annex")]
    assert [each.get("location") for each in asked] == [None, "l1", "l2"]


@awaited
async def test_a_throttled_call_waits_for_its_points_and_is_sent_again(tmp_path: Path) -> None:
    status = {"maximumAvailable": 2000, "currentlyAvailable": 20, "restoreRate": 100}
    throttled = {
        "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
        "extensions": {"cost": {"requestedQueryCost": 120, "actualQueryCost": None, "throttleStatus": status}},
    }
    failure = HttpFailure("too many", status=429, headers=httpx.Headers({"retry-after": "2"}), sent=True)
    async with source_of(tmp_path, [throttled, failure, page("productVariants", [{"id": "v"}])]) as (source, points, _):
        assert await fetched(source, "shopify.products") == [{"id": "v"}]
    assert points.waits == [1.0, 2.0] and points.taken == [200, 200, 200]


@awaited
async def test_a_page_that_is_too_costly_is_halved(tmp_path: Path) -> None:
    costly = {"errors": [{"message": "Query cost is 1200", "extensions": {"code": "MAX_COST_EXCEEDED"}}]}
    async with source_of(tmp_path, [costly, costly, page("orders", [order(1, [1])])]) as (source, _, asked):
        assert len(await fetched(source)) == 1
    assert [each["first"] for each in asked] == [25, 12, 6]


@pytest.mark.parametrize(
    ("answer", "words", "refused"),
    [
        (HttpFailure("no", status=401, sent=True), "does not accept the access token", True),
        (HttpFailure("no", status=402, sent=True), "the shop is frozen", True),
        (HttpFailure("no", status=404, sent=True), "no such shop, or version 2026-10", True),
        (
            {"errors": [{"message": "denied", "extensions": {"code": "ACCESS_DENIED"}}]},
            "the scopes read_products",
            True,
        ),
        ({"errors": [{"message": "Field 'x' doesn't exist"}]}, "does not accept the query", False),
        ({"data": {"orders": None}}, "has no orders", False),
        ({"data": {"orders": {"nodes": [], "pageInfo": {"hasNextPage": True}}}}, "names no next page", False),
        ([1], "no JSON object", False),
    ],
)
@awaited
async def test_an_error_says_what_it_means(tmp_path: Path, answer: Any, words: str, refused: bool) -> None:
    async with source_of(tmp_path, [answer] * 3) as (source, _, _):
        with pytest.raises(SourceError) as told:
            await fetched(source)
    assert words in str(told.value) and told.value.refused is refused
    assert "shpat_hidden" not in str(told.value)


@awaited
async def test_a_shop_that_is_described_wrongly_is_told(tmp_path: Path) -> None:
    found = {"data": {"shop": {"currencyCode": "EUR", "ianaTimezone": "UTC"}}}
    settings = settings_for("http://127.0.0.1:1", tmp_path)
    async with source_of(tmp_path, [found]) as (source, _, _):
        with pytest.raises(ConfigError, match="has currency EUR at Shopify, and USD in"):
            await admin.look(source._admin._http, settings, SHOP)


@awaited
async def test_an_app_of_the_dev_dashboard_is_given_a_token_and_a_new_one_when_it_is_refused(tmp_path: Path) -> None:
    app = Scope("harbor-shop", (), "UTC", shop=replace(SHOP, client_id="0123"))
    given = [{"access_token": name, "expires_in": 86399} for name in ("first", "second")]
    answers = [given[0], HttpFailure("no", status=401, sent=True), given[1], page("productVariants", []),
               page("productVariants", [])]  # fmt: skip
    async with source_of(tmp_path, answers) as (source, _, asked):
        report = await source.request(FEEDS["shopify.products"], app, None)
        for _ in range(2):
            async with source.fetch(FEEDS["shopify.products"], app, report) as download:
                assert json.loads(download.path.read_bytes()) == []
        assert await source._admin._tokens.get(app.shop) == "second"
    assert [each.get("grant_type") for each in asked] == ["client_credentials", None, "client_credentials", None, None]
    refusal = HttpFailure("no", status=400, body='{"error":"shop_not_permitted"}', sent=True)
    async with source_of(tmp_path, [refusal]) as (source, _, _):
        with pytest.raises(SourceError, match="of different organisations") as told:
            await source._admin._tokens.get(app.shop)
    assert told.value.refused and "shpat_hidden" not in str(told.value)


def test_the_window_is_read_from_the_id_alone() -> None:
    start, end = window_of("2026-03-01T00:00:00Z/2026-03-03T00:00:00Z@2026-03-03T01:00:00Z")
    assert (start, end) == (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))
    with pytest.raises(SourceError, match="no request of ours"):
        window_of("now@2026-03-03T01:00:00Z")
