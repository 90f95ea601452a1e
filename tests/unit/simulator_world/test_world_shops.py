"""The shop of the world and its warehouse: stock by minute, orders, and what is planted in its variants."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from simulator.seeded_world import World
from simulator.truth import rows
from simulator.world.marketplaces import midnight
from simulator.world.shops.business import ShopBusiness
from simulator.world.shops.kinds import KINDS
from simulator.world.shops.order import happened
from simulator.world.shops.shop import MAIN

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    return World(7, NOW, stores=2, products=9, days=30)


@pytest.fixture(scope="module")
def business(world: World) -> ShopBusiness:
    return world.shop_business(world.shops[0]).until(NOW)


def test_nothing_leaves_the_warehouse_that_is_not_there(business: ShopBusiness) -> None:
    held: Counter[tuple[str, str]] = Counter()
    moved = business.warehouse.movements(NOW + timedelta(days=5))
    assert {each.kind for each in moved} == {"opening", "receipt", "sale", "return"}
    for at in sorted({each.at for each in moved}):
        for each in moved:
            if each.at == at:
                held[each.sku, each.location] += each.units
        assert min(held.values()) >= 0, at
        assert all(business.warehouse.on_hand(*place, at) == units for place, units in held.items()), at


def test_every_sale_is_of_an_order_that_was_sent(business: ShopBusiness) -> None:
    shipped = {
        (order.name, line.variant.offer.sku)
        for order in business.orders
        for line in order.lines
        if order.shipped and line.variant.offer
    }
    of_shop = {
        (each.reference, each.sku)
        for each in business.warehouse.movements(NOW + timedelta(days=60))
        if each.kind == "sale" and each.shop == business.shop.shop_id
    }
    assert of_shop == shipped
    assert any(each.kind == "sale" and not each.shop for each in business.warehouse.movements(NOW)), (
        "no order of Amazon was sent from the warehouse"
    )


def test_each_shop_sells_from_the_same_warehouse(world: World, business: ShopBusiness) -> None:
    sold = {each.shop for each in business.warehouse.movements(NOW) if each.kind == "sale"}
    assert sold == {"", *(shop.shop_id for shop in world.shops)}
    assert {shop.kind for shop in world.shops} == set(KINDS)
    for shop in world.shops:
        own = world.shop_business(shop)
        assert own.warehouse is business.warehouse
        assert all(each.placed >= midnight(shop.time_zone, shop.opened) for each in own.orders_by(NOW))
        assert len({each.order_id for each in own.orders}) == len(own.orders)


def test_what_a_shop_was_told_counts_until_its_own_orders(world: World) -> None:
    own = next(world.shop_business(shop) for shop in world.shops if shop.kind == "ebay")
    for variant in own.variants:
        if variant.offer is not None:
            at = own.counted(NOW)
            ordered = sum(
                line.quantity
                for order in own.orders_by(NOW)
                for line in order.lines
                if order.placed > at and line.variant == variant
            )
            assert own.offered(variant, NOW, (at, 1000)) == 1000 - ordered
            assert 0 <= own.offered(variant, NOW) <= own.warehouse.on_hand(variant.offer.sku, MAIN, at)


def test_orders_have_all_fates_and_numbers_without_gaps(business: ShopBusiness) -> None:
    known = list(business.orders_by(NOW))
    assert [each.name for each in known] == [f"#{1001 + n}" for n in range(len(known))]
    assert any(each.is_open(NOW) for each in known) and any(happened(each.cancelled, NOW) for each in known)
    assert any(each.refunds_by(NOW) for each in known) and any(len(each.lines) > 1 for each in known)
    assert all(each.shipped is None or each.cancelled is None for each in known)


def test_the_past_does_not_depend_on_who_looked_at_it_when(world: World, business: ShopBusiness) -> None:
    other = World(7, NOW, stores=2, products=9, days=30)
    early = other.shop_business(other.shops[0]).until(NOW - timedelta(days=9))
    early.until(NOW)
    assert early.orders == business.orders
    assert early.warehouse.movements(NOW) == business.warehouse.movements(NOW)


def test_the_shop_shows_what_was_counted_and_its_own_orders_since(business: ShopBusiness) -> None:
    counted = business.counted(NOW)
    differing = 0
    for variant in business.variants:
        shown = business.shown(variant, MAIN, NOW)
        if variant.offer is None or shown is None:
            continue
        assert business.shown(variant, MAIN, counted)[0] == business.warehouse.on_hand(variant.offer.sku, MAIN, counted)
        differing += shown[0] != business.warehouse.on_hand(variant.offer.sku, MAIN, NOW)
    assert differing, "Amazon's orders and deliveries since the count are not told to the shop"


@pytest.mark.parametrize("channel", KINDS)
def test_variants_are_mapped_proposed_and_unknown(world: World, channel: str) -> None:
    listed = [row for row in rows("channel_listings", world, NOW) if row["channel"] == channel]
    assert {row["mapped_by"] for row in listed} == {"sku", "settings", None}
    assert {row["proposed_by"] for row in listed} == {"sku", "asin", "barcode", None}
    assert any(row["central_sku"] is None and row["proposed_sku"] is None for row in listed)
