"""Economics of the world: what Data Kiosk tells of a SKU's day is what orders, settlements and advertising say."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from simulator.documents.data_kiosk import ECONOMICS, SALES_AND_TRAFFIC, rows
from simulator.seeded_world import World
from simulator.world.advertising import sponsored_products
from simulator.world.incidents import is_unreported
from simulator.world.marketplaces import days_between, local_day
from simulator.world.money.economics import FBA_FEE, proceeds, sku_days
from simulator.world.money.settlements import settlements
from simulator.world.sales.traffic import store_day

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture(scope="module", params=["harbor-us", "sakura-jp"])
def business(request: pytest.FixtureRequest):
    world = World(7, NOW, days=40, products=12)
    return world.business(world.store(request.param)).until(NOW)


def test_fees_are_those_of_the_settlements(business):
    settled = settlements(business, NOW)
    assert settled
    zone = business.store.marketplace.time_zone
    charged: dict[tuple, Decimal] = defaultdict(Decimal)
    days = {day for each in settled for day in days_between(max(each.first_day, business.store.start), each.last_day)}
    for settlement in settled:
        for line in settlement.lines:
            if line.amount_type == "ItemFees" and line.order_id:
                charged[local_day(zone, line.posted), line.sku] -= line.amount
    told = {
        (day, entry.offer.sku): sum((fee.amount for fee in entry.fees.values()), Decimal(0))
        for day in days
        for entry in sku_days(business, day, 14)
    }
    for key in charged.keys() | told.keys():
        assert told.get(key, Decimal(0)) == charged.get(key, Decimal(0)), key
    assert any(amount < 0 for amount in told.values()), "no refund gave a commission back"


def test_sales_advertising_and_refunds_sum_to_the_other_books(business):
    for day in days_between(business.store.start, business.day_of(NOW) - timedelta(days=1)):
        for age in (1, 14):
            entries, whole = sku_days(business, day, age), store_day(business, day, age)
            told = [e for e in entries if not is_unreported(business.store, e.offer.rank, day)]
            assert sum(e.units for e in told) == sum(a.units for a in whole.asins)
            assert sum((e.sales for e in told), Decimal(0)) == sum((a.sales for a in whole.asins), Decimal(0))
            assert sum(e.refunded_units for e in entries) == whole.refunded
            assert sum(e.shipped_units for e in entries) == whole.shipped_units
            assert sum((e.shipped_sales for e in entries), Decimal(0)) == whole.shipped_sales
            cells = business.ads.days.get(day, [])
            spent = sponsored_products.sums(business.store, cells, lambda cell: None, age)
            told = sum((e.advertising.amount for e in entries if e.advertising), Decimal(0))
            assert told == (spent[None][1].cost if spent else 0)


def test_rows_of_longer_periods_are_sums_of_days(business):
    last = business.day_of(NOW) - timedelta(days=15)
    first = last - timedelta(days=13)
    days = rows([business], ECONOMICS, {}, first, last, NOW)
    whole = rows([business], ECONOMICS, {"aggregateBy": {"date": "RANGE", "productId": "CHILD_ASIN"}}, first, last, NOW)
    weeks = rows([business], ECONOMICS, {"aggregateBy": {"date": "WEEK", "productId": "MSKU"}}, first, last, NOW)

    def total(found: list[dict], *path: str) -> float:
        values = [row[path[0]][path[1]] for row in found]
        return round(sum(each if isinstance(each, int) else each["amount"] for each in values), 2)

    for path in (("sales", "unitsOrdered"), ("sales", "netProductSales")):
        assert total(days, *path) == total(whole, *path) > 0
    assert {row["msku"] for row in whole} == {None}
    assert {row["startDate"] for row in whole} == {first.isoformat()}
    assert all(datetime.fromisoformat(row["startDate"]).isoweekday() == 7 for row in weeks)
    asins = rows([business], SALES_AND_TRAFFIC, {"aggregateBy": "SKU"}, first, last, NOW)
    assert total(asins, "sales", "unitsOrdered") == total(days, "sales", "unitsOrdered")
    assert all(row["sku"] for row in asins)


def test_what_is_left_is_what_the_documents_say(business):
    day = business.day_of(NOW) - timedelta(days=15)
    entries = {entry.offer.sku: entry for entry in sku_days(business, day, 14)}
    found = {row["msku"]: row for row in rows([business], ECONOMICS, {}, day, day, NOW)}
    assert found.keys() == entries.keys()
    for sku, entry in entries.items():
        row = found[sku]
        assert row["netProceeds"]["total"]["amount"] == float(proceeds(business.store, entry))
        fba = [fee for fee in row["fees"] if fee["feeTypeName"] == FBA_FEE]
        assert len(fba) == (entry.offer.channel == "Amazon" and entry.shipped_units > 0)
