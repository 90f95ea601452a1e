"""WooCommerce as a source: whole lists of the simulator, no buyer in any of them, and errors in words."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import ConfigError, SourceError
from pipelines.sources import woocommerce
from simulator.documents.amazon_sp.as_met import PLANTED
from simulator.seeded_world import World
from tests.support.shop_sources import asking
from tests.support.sources import settings_for

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=60)


@pytest.fixture(scope="module")
def world() -> World:
    return World(7, NOW, stores=1, products=9, days=30)


def fetch(world: World, folder: Path, feed: str, start: datetime = LONG_AGO, end: datetime = NOW, **other: Any) -> Any:
    async def run() -> Any:
        async with asking("woocommerce", world, NOW, folder, **other) as asked:
            return await asked.fetched(feed, start, end)

    return asyncio.run(run())


def test_products_are_what_can_be_sold(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(woocommerce, "PAGE", 3)
    business = next(world.shop_business(shop) for shop in world.shops if shop.kind == "woocommerce")
    found = fetch(world, tmp_path, "woocommerce.products")
    assert {str(each["id"]) for each in found} == {each.variant_id for each in business.variants}
    assert len(found) == len(business.variants)
    assert any("product" in each for each in found), "a product with variations is in this world"


def test_orders_are_in_one_window_each_and_hold_no_buyer(world: World, tmp_path: Path) -> None:
    business = next(world.shop_business(shop) for shop in world.shops if shop.kind == "woocommerce")
    middle = sorted(each.updated(NOW) for each in business.orders_by(NOW))[9]
    found = [
        *fetch(world, tmp_path, "woocommerce.orders", LONG_AGO, middle),
        *fetch(world, tmp_path, "woocommerce.orders", middle, NOW + timedelta(hours=9)),
    ]
    assert sorted(str(each["id"]) for each in found) == sorted(each.order_id for each in business.orders_by(NOW))
    assert PLANTED not in json.dumps(found), "a buyer was kept"
    refunded = [line for each in found for refund in each["refunds"] for line in refund["line_items"]]
    assert refunded and all(line["refunded_line"] and line["quantity"] < 0 for line in refunded)


def test_a_refusal_is_told_without_the_secret(world: World, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="Make a key with the permission Read") as told:
        fetch(world, tmp_path, "woocommerce.orders", client_id="ck_wrong")
    assert told.value.refused and "cs_" not in str(told.value)
    with pytest.raises(SourceError, match="consumer_key and consumer_secret_env"):
        fetch(world, tmp_path, "woocommerce.products", secret=None)


def test_doctor_tells_another_currency_and_time_zone(world: World, tmp_path: Path) -> None:
    async def looked(**other: str) -> None:
        async with asking("woocommerce", world, NOW, tmp_path) as asked:
            settings = settings_for("http://sim", tmp_path, woocommerce_endpoint="http://sim")
            await woocommerce.look(asked.source._http, settings, replace(asked.shop, **other))

    asyncio.run(looked())
    with pytest.raises(ConfigError, match=r"currency USD in WooCommerce, and EUR in stores\.yaml"):
        asyncio.run(looked(currency="EUR"))
    with pytest.raises(ConfigError, match="time_zone America/New_York in WooCommerce, and UTC"):
        asyncio.run(looked(time_zone="UTC"))
