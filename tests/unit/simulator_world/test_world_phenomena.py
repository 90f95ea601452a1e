"""Every seed's world holds what breaks pipelines: each phenomenon is looked for in three seeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest

from simulator.seeded_world import World
from simulator.truth import rows
from simulator.truth.known import Known
from simulator.world.advertising.sponsored_products import SILENT_DAY, VOID_DAY
from simulator.world.business import StoreBusiness
from simulator.world.marketplaces import PUBLISHED_AFTER, days_between, local_day, midnight
from simulator.world.money.exchange_rates import rate
from simulator.world.money.settlements import settlements
from simulator.world.orders.order import Order, views
from simulator.world.sales.traffic import store_day
from simulator.world.stock.book import SELLABLE
from tests.support.seeds import of_seeds

SEEDS = (1, 7, 20261)
DST_DAYS = {"harbor-us": date(2026, 11, 1), "harbor-de": date(2026, 10, 25)}


@pytest.fixture(params=of_seeds(*SEEDS))
def seeded(request: pytest.FixtureRequest, world_of: Callable[[int], World]) -> World:
    return world_of(request.param)


@pytest.fixture
def businesses(seeded: World, now: datetime) -> dict[str, StoreBusiness]:
    return {store.store_id: seeded.business(store).until(now) for store in seeded.stores}


@pytest.fixture
def orders(businesses: dict[str, StoreBusiness], now: datetime) -> list[Order]:
    return [order for business in businesses.values() for order in business.orders(now)]


def test_two_lines_of_one_sku_stand_in_one_order(orders: list[Order]) -> None:
    assert any(len({line.offer.sku for line in order.lines}) < len(order.lines) for order in orders)


def test_orders_come_in_the_last_half_hour_of_days_and_when_clocks_change(businesses: dict[str, StoreBusiness]) -> None:
    for store_id, business in businesses.items():
        zone = business.store.marketplace.zone
        late = {o.purchased.astimezone(zone).date() for d in days_between(business.store.start, date(2026, 11, 21))
                for o in business.orders_on(d) if o.purchased.astimezone(zone).time() >= time(23, 30)}  # fmt: skip
        assert len(late) > 20
        if store_id in DST_DAYS:
            changed = DST_DAYS[store_id]
            length = midnight(zone.key, changed + timedelta(days=1)) - midnight(zone.key, changed)
            assert length == timedelta(hours=25)
            assert changed in late
            assert business.orders_on(changed)


def test_orders_are_cancelled_repriced_and_shipped_days_later(orders: list[Order]) -> None:
    day = timedelta(days=1)
    assert any(o.end.status == "Cancelled" and o.end.at - o.purchased > 2 * day for o in orders)
    assert any(o.shipped and o.shipped - o.purchased > 4 * day for o in orders)
    assert any(o.states[0].prices != o.end.prices for o in orders)
    assert any("Cancelled" in o.end.item_statuses and o.end.status == "Shipped" for o in orders)


def test_a_pending_order_has_no_price(orders: list[Order], now: datetime) -> None:
    told = [view for order in orders for view in views(order, now)]
    assert any(v.order_status == "Pending" and v.price is None and v.currency is None for v in told)
    assert any(v.price == 0 and v.line.promotion_ids for v in told), "a gift that a promotion pays is no replacement"


def test_replacements_and_partial_refunds(orders: list[Order], now: datetime) -> None:
    assert any(view.replacement for order in orders for view in views(order, now))
    refunds = [(order, refund) for order in orders for refund in order.refunds]
    assert any(0 < refund.principal < order.end.prices[refund.line] for order, refund in refunds)


def test_two_skus_of_one_asin_and_awkward_skus(businesses: dict[str, StoreBusiness]) -> None:
    for store_id in ("harbor-us", "harbor-de", "sakura-jp"):
        offers = businesses[store_id].offers
        assert max(Counter(offer.asin for offer in offers).values()) > 1
        skus = [offer.sku for offer in offers]
        for awkward in ('"', ",", " "):
            assert any(awkward in sku for sku in skus)
        assert any(sku.startswith("00") and sku.isdigit() for sku in skus)
        assert any(
            len({o.asin for o in offers if o.parent_asin == parent}) > 1 for parent in {o.parent_asin for o in offers}
        )


def test_japanese_headers_and_characters_of_cp932_only(seeded: World, now: datetime) -> None:
    document = seeded.sp_document(
        "A4SAKURAFE3JP", "GET_MERCHANT_LISTINGS_ALL_DATA", ("A1VC38T7YXB528",), None, None, {}, now
    )
    assert document is not None
    assert document.content_type == "text/plain;charset=Windows-31J"
    text = document.content.decode("cp932")
    assert text.startswith("商品名\t出品ID\t出品者SKU")
    assert all(character in text for character in "①㈱～")
    with pytest.raises(UnicodeDecodeError):
        document.content.decode("shift_jis")


def test_settlements(businesses: dict[str, StoreBusiness], seeded: World, now: datetime) -> None:
    for business in businesses.values():
        made = settlements(business, now)
        assert len(made) >= 3
        assert any(not line.sku for line in made[0].lines)
        assert any(not line.marketplace_name for line in made[0].lines)
        assert any(line.transaction_type == "Refund" for s in made for line in s.lines)
    assert any(s.first_day.month != s.last_day.month for b in businesses.values() for s in settlements(b, now))
    german = [r for r in seeded.sp_existing_reports("A3HARBOREU2DE", now) if "SETTLEMENT" in r.report_type]
    assert {r.marketplace_ids for r in german} == {("A1PA6795UKMFR9",), ("A13V1IB3VIYZZH",)}
    assert ",99\t" in seeded.sp_existing_document("A3HARBOREU2DE", german[0].report_id).content.decode("cp1252")


def test_a_restated_day_of_sales_and_traffic_loses_rows(businesses: dict[str, StoreBusiness]) -> None:
    business = businesses["harbor-us"]
    days = days_between(business.store.start, business.store.start + timedelta(days=40))
    lost = [
        day for day in days
        if {a.asin for a in store_day(business, day, 1).asins} - {a.asin for a in store_day(business, day, 3).asins}
    ]  # fmt: skip
    assert lost


def test_ads_are_restated_and_lose_rows(seeded: World, businesses: dict[str, StoreBusiness]) -> None:
    for store_id in ("harbor-us", "harbor-de", "sakura-jp"):
        store = seeded.store(store_id)
        vanished = silent = 0
        void = store.start + timedelta(days=VOID_DAY)
        for day in days_between(store.start, store.start + timedelta(days=40)):
            first, third = (_ads(seeded, store_id, "spSearchTerm", day, age) for age in (1, 3))
            vanished += bool({_term(r) for r in first} - {_term(r) for r in third})
            campaigns = {r["campaignId"] for r in _ads(seeded, store_id, "spCampaigns", day, 42)}
            silent += len(campaigns) < len(businesses[store_id].ads.campaigns)
        assert vanished > 5
        assert silent > 2
        assert _ads(seeded, store_id, "spSearchTerm", void, 1)
        assert not _ads(seeded, store_id, "spCampaigns", void, 3)
        assert not _ads(seeded, store_id, "spCampaigns", store.start + timedelta(days=SILENT_DAY), 1)


def _ads(world: World, store_id: str, report_type: str, day: date, age: int) -> list[dict]:
    store = world.store(store_id)
    at = midnight(store.marketplace.time_zone, day + timedelta(days=age)) + PUBLISHED_AFTER
    columns = ["date", "campaignId", "keywordId", "searchTerm", "clicks", "cost", "sales30d"]
    assert store.ads_profile_id is not None
    return world.ads_rows(store.ads_profile_id, report_type, columns, day, day, "DAILY", at)


def _term(row: dict) -> tuple:
    return row["keywordId"], row["searchTerm"]


def test_weekends_have_no_exchange_rate(seeded: World, now: datetime) -> None:
    days = {line.split(",")[0] for line in seeded.fx_csv(now).splitlines()[1:]}
    assert "2026-11-20" in days
    assert not {"2026-11-21", "2026-11-22"} & days
    assert min(days) <= (seeded.stores[0].start - timedelta(days=7)).isoformat()
    assert rate(seeded.seed, "EUR", "USD", date(2026, 11, 21)) is None


def test_crawls_fail_meet_captchas_and_find_nothing_in_stock(seeded: World, now: datetime) -> None:
    crawls = [crawl for crawl in seeded.past_crawls(now) if "scrapeProductDetails': True" in str(crawl.run_input)]
    items = [item for c in crawls for item in seeded.crawl_items(c.run_input, c.started, c.run_id)]
    assert {"captcha", "product_not_found", "timeout"} <= {item.get("error") for item in items}
    assert all(
        {"error", "errorDescription", "url", "asin", "input"} == item.keys() for item in items if "error" in item
    )
    read = [item for item in items if "error" not in item]
    assert any(item["inStock"] is False and item["price"] is None for item in read)
    assert {item["price"]["currency"] for item in read if item["price"]} == {"$", "€", "￥", "US$", "EUR"}
    for store_id in ("harbor-us", "harbor-de", "sakura-jp"):
        store = seeded.store(store_id)
        crawled = Known(seeded, now).crawled(store)
        missed = set(days_between(store.start, max(crawled))) - set(crawled)
        assert missed


def test_products_run_out_and_come_back(businesses: dict[str, StoreBusiness]) -> None:
    for business in businesses.values():
        levels: dict[str, list[int]] = {}
        for snapshots in business.stock.snapshots.values():
            for entry in snapshots:
                levels.setdefault(entry.offer.sku, []).append(entry.fulfillable)
        assert any(0 in found and max(found[found.index(0) :]) > 0 for found in levels.values())


def test_an_account_sells_in_two_marketplaces(seeded: World, now: datetime) -> None:
    shown = rows("sales_daily", seeded, now)
    assert {row["store_id"] for row in shown} == {
        "harbor-us",
        "harbor-de",
        "sakura-jp",
        "unmapped:A3HARBOREU2DE:amazon.fr",
    }
    assert {row["reporting_currency"] for row in shown if row["tenant_id"] == "harbor"} == {"USD"}


def test_days_without_snapshot_and_damaged_goods(
    seeded: World, businesses: dict[str, StoreBusiness], now: datetime
) -> None:
    for account in seeded.accounts:
        days = set(Known(seeded, now).snapshot_days(account))
        today = local_day(account.stores[0].marketplace.time_zone, now)
        missing = set(days_between(account.stores[0].start, today)) - days
        assert 2 <= len(missing) < 15
        assert today in days
    rows_of_us = [row for rows_ in businesses["harbor-us"].stock.ledger.values() for row in rows_]
    assert any(row.disposition != SELLABLE for row in rows_of_us)


def test_stock_is_aged_stranded_unsellable_too_much_and_too_little(seeded: World, now: datetime) -> None:
    for store_id in ("harbor-us", "harbor-de", "sakura-jp"):
        shown = [row for row in rows("inventory_health", seeded, now) if row["store_id"] == store_id]
        listed = [row for row in shown if not row["is_suppressed"]]
        assert any(row["age_over_365_quantity"] for row in shown)
        assert any(row["stranded_quantity"] and row["stranded_reason"] for row in shown)
        assert any(row["overstock_quantity"] for row in shown)
        assert any(row["unsellable_quantity"] for row in listed)
        assert any(row["reorder_quantity"] for row in listed)
        assert any(row["reorder_quantity"] == 0 for row in listed)
        assert any(row["reserved_transfers_quantity"] for row in listed)
    assert any((row["aged_surcharge_amount"] or 0) > 0 for row in rows("inventory_health", seeded, now))
