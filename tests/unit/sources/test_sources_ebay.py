"""eBay as a source: whole lists of the simulator, no buyer in any of them, budgets of a day, and errors in words."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import ConfigError, SourceError
from pipelines.sources.ebay import sell, source
from pipelines.sources.ebay.sell import limits_in
from pipelines.sources.transport.list_source import Node, Page, every_node
from simulator.documents.amazon_sp.as_met import PLANTED
from simulator.seeded_world import World
from tests.support.shop_sources import asking
from tests.support.sources import settings_for

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=60)


@pytest.fixture(scope="module")
def world() -> World:
    return World(7, NOW, stores=1, products=5, days=30)


def fetch(world: World, folder: Path, feed: str, start: datetime = LONG_AGO, end: datetime = NOW, **other: Any) -> Any:
    async def run() -> Any:
        async with asking("ebay", world, NOW, folder, **other) as asked:
            return await asked.fetched(feed, start, end), asked

    return asyncio.run(run())


def test_lists_are_whole_and_hold_no_buyer(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "PAGE", 7)
    business = next(world.shop_business(shop) for shop in world.shops if shop.kind == "ebay")
    items, _ = fetch(world, tmp_path, "ebay.inventory_items")
    assert [each["sku"] for each in items] == sorted(each.sku for each in business.variants)
    monkeypatch.undo()
    offers, asked = fetch(world, tmp_path, "ebay.offers")
    assert {each["offerId"] for each in offers} == {each.item_id for each in business.variants if each.status}
    assert "listingDescription" not in json.dumps([items, offers]) and set(asked.budgets.taken) == {"inventory"}
    orders, asked = fetch(world, tmp_path, "ebay.orders")
    known = {each.order_id: each for each in business.orders_by(NOW)}
    assert {each["orderId"] for each in orders} == set(known) and len(orders) == len(known)
    assert PLANTED not in json.dumps(orders), "a buyer was kept"
    assert asked.budgets.learned["fulfillment"] == (5000.0, 5000 / 86400, 5000.0)
    for each in orders:
        sent = known[each["orderId"]].shipped
        assert bool(each["fulfillments"]) == (sent is not None and sent <= NOW)
        assert all("shipmentTrackingNumber" not in package for package in each["fulfillments"])


def test_a_window_has_what_changed_in_it_and_nothing_is_asked_of_the_future(world: World, tmp_path: Path) -> None:
    business = next(world.shop_business(shop) for shop in world.shops if shop.kind == "ebay")
    middle = sorted(each.updated(NOW) for each in business.orders_by(NOW))[15]
    early, _ = fetch(world, tmp_path, "ebay.orders", LONG_AGO, middle)
    late, _ = fetch(world, tmp_path, "ebay.orders", middle, NOW + timedelta(hours=9))
    ids = [each["orderId"] for each in (*early, *late)]
    assert sorted(ids) == sorted(each.order_id for each in business.orders_by(NOW)), "each order is in one window"
    nothing, asked = fetch(world, tmp_path, "ebay.orders", NOW + timedelta(hours=1), NOW + timedelta(hours=9))
    assert nothing == [] and asked.calls == []


def test_a_token_that_ends_is_renewed_and_a_refusal_is_told(world: World, tmp_path: Path) -> None:
    ended = [{"do": "expired_token", "match": {"operation": "ebay.getOrders"}, "nth": 1}]
    orders, _ = fetch(world, tmp_path, "ebay.orders", faults=ended)
    assert len(orders) > 20
    revoked = [{"do": "token_revoked", "match": {"operation": "ebay.token"}}]
    with pytest.raises(SourceError, match="the refresh token is no longer good") as told:
        fetch(world, tmp_path, "ebay.orders", faults=revoked)
    assert told.value.refused and "v^1.1" not in str(told.value)
    with pytest.raises(SourceError, match=r"scopes sell\.inventory\.readonly and sell\.fulfillment\.readonly"):
        fetch(world, tmp_path, "ebay.orders", faults=[{"do": "role_403", "match": {"api": "ebay"}}])
    with pytest.raises(SourceError, match=r"Name in stores\.yaml client_id, client_secret_env and refresh_token_env"):
        fetch(world, tmp_path, "ebay.orders", secret=None)


def test_doctor_tells_another_sellers_token(world: World, tmp_path: Path) -> None:
    async def looked(account: str) -> None:
        async with asking("ebay", world, NOW, tmp_path) as asked:
            settings = settings_for("http://sim", tmp_path, ebay_endpoint="http://sim")
            await sell.look(asked.source._http, settings, replace(asked.shop, domain=account))

    asyncio.run(looked("harbor_goods"))
    with pytest.raises(ConfigError, match="orders of the seller harbor_goods at eBay, and `account` is somebody"):
        asyncio.run(looked("somebody"))


@pytest.mark.parametrize("answer", [None, [], {}, {"rateLimits": None}, {"rateLimits": [{"apiName": "inventory"}]}])
def test_limits_that_are_not_told_change_nothing(answer: Any) -> None:
    assert limits_in(answer) == {}


def test_the_scarcest_limit_of_an_api_counts() -> None:
    def rates(*left: int) -> Any:
        return [{"rates": [{"remaining": each, "limit": 5000, "timeWindow": 86400}]} for each in left]

    answer = {"rateLimits": [{"apiName": "Inventory", "resources": rates(40, 7, 90)}, {"apiName": "other"}]}
    assert limits_in(answer) == {"inventory": (7.0, 5000 / 86400, 5000.0)}


def test_a_list_that_moves_while_it_is_read_loses_nothing() -> None:
    """An order leaves the list between two pages: those behind it move up, and one would be on no page."""
    lists = [[1, 2, 3, 4], [1, 3, 4], [1, 3, 4], [1, 3, 4]]

    async def ask(more: Any) -> Page:
        now, start = lists.pop(0), int(more.get("offset", 0))
        following = {"offset": start + 2} if start + 2 < len(now) else None
        return Page([{"id": each} for each in now[start : start + 2]], len(now), following)

    async def read() -> list[Node]:
        return [each async for each in every_node(ask, lambda node: node["id"], "a list")]

    assert [each["id"] for each in asyncio.run(read())] == [1, 2, 4, 3]


def test_a_list_that_never_stands_still_is_told() -> None:
    sizes = iter(range(100))

    async def ask(more: Any) -> Page:
        return Page([{"id": 1}], next(sizes), None if more else {"offset": 1})

    async def read() -> None:
        async for _ in every_node(ask, lambda node: node["id"], "ebay.orders of harbor-ebay"):
            pass

    with pytest.raises(SourceError, match="the list changed each time while it was read") as told:
        asyncio.run(read())
    assert told.value.retryable
