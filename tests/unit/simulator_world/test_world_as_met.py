"""The world whose documents come as users have met them: what is in it in every seed, and not in the plain one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from simulator.documents.amazon_sp.as_met import OF_BUYERS, PLANTED
from simulator.documents.model import Document
from simulator.seeded_world import World
from simulator.truth import rows
from simulator.truth.known import Known
from simulator.truth.money import delivered_returns, known_returns
from simulator.world.marketplaces import local_day
from simulator.world.money.settlements import settlements
from simulator.world.orders.order import Order
from simulator.world.sales.returns import RESTATED_BY, returned_units
from simulator.world.stock.book import SELLABLE
from simulator.world.world_file import WorldFile, open_world_file
from tests.support.seeds import of_seeds

NOW = datetime(2026, 11, 22, 12, 15, tzinfo=UTC)
ORDERS = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
RETURNS = "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA"
LISTINGS = "GET_MERCHANT_LISTINGS_ALL_DATA"
Read = Callable[..., list[dict[str, str]]]


@cache
def as_met(seed: int) -> World:
    return World(seed, NOW, as_met=True)


@pytest.fixture(params=of_seeds(1, 7, 20261))
def met(request: pytest.FixtureRequest) -> World:
    return as_met(request.param)


def asked(world: World, seller: str, report_type: str, place: str = "", days: int = 70) -> Document | None:
    return world.sp_document(seller, report_type, (place,), NOW - timedelta(days=days), NOW, {}, NOW)


def elsewhere(world: World, store_id: str) -> list[Order]:
    found = world.business(world.store(store_id)).every_order(NOW)
    return [order for order in found if order.multi_channel]


def test_orders_from_elsewhere_have_no_prices_in_any_report(met: World, read: Read) -> None:
    names, statuses = Counter[str](), Counter[str]()
    for account in met.accounts:
        for line in read(asked(met, account.seller_id, ORDERS)):
            if line["amazon-order-id"].startswith("S0"):
                names[line["sales-channel"]] += 1
                statuses[line["order-status"]] += 1
                assert not (line["item-price"] or line["currency"] or line["item-tax"] or line["promotion-ids"])
                assert line["ship-country"] and line["fulfillment-channel"] == "Amazon"
            else:
                assert line["sales-channel"].startswith("Amazon.")
    assert {"Non-Amazon US", "Non-Amazon", "sim1.stores.amazon.com", "SI DE Prod Marketplace"} <= set(names)
    assert set(statuses) == {"Unshipped", "Shipped", "Unfulfillable"}


def test_orders_from_elsewhere_take_stock_and_pay_a_fee_and_are_no_sales(met: World) -> None:
    for store_id in ("harbor-us", "harbor-de", "sakura-jp"):
        business, orders = met.business(met.store(store_id)), elsewhere(met, store_id)
        assert 60 <= len(orders) <= 180
        sent = [order for order in orders if order.shipped and order.shipped <= NOW - timedelta(days=2)]
        left: dict[tuple[object, str], int] = defaultdict(int)
        for order in business.every_order(NOW):
            for index, line in enumerate(order.lines):
                if order.channel == "Amazon" and order.shipped and not order.end.cancelled(index):
                    left[business.day_of(order.shipped), line.offer.sku] += line.quantity
        for order in sent:
            assert order.shipped is not None
            day, sku = business.day_of(order.shipped), order.lines[0].offer.sku
            entry = next(r for r in business.stock.ledger[day] if (r.offer.sku, r.disposition) == (sku, SELLABLE))
            assert -entry.shipments == left[day, sku]
        paid = {line.order_id: line for each in settlements(business, NOW) for line in each.lines
                if line.order_id.startswith("S0")}  # fmt: skip
        assert paid and {line.amount_description for line in paid.values()} == {"FBAPerUnitFulfillmentFee"}
        assert {line.marketplace_name for line in paid.values()} == {order.multi_channel for order in orders}
        ids = {order.order_id for order in orders}
        assert ids.isdisjoint(order.order_id for order in business.orders(NOW))
        assert all(order.refunds == () for order in orders)


def test_the_truth_counts_them_beside_the_sales(met: World) -> None:
    told = [row for row in rows("sales_daily", met, NOW) if row["store_id"] == "harbor-us"]
    orders = elsewhere(met, "harbor-us")
    units = {status: sum(o.lines[0].quantity for o in orders if (o.state(NOW).status == "Unfulfillable") is status)
             for status in (True, False)}  # fmt: skip
    assert sum(row["multi_channel_units"] for row in told) == units[False] > 0
    sold = list(met.business(met.store("harbor-us")).orders(NOW))
    cancelled = sum(line.quantity for order in sold for index, line in enumerate(order.lines)
                    if order.state(NOW).cancelled(index))  # fmt: skip
    assert sum(row["cancelled_units"] for row in told) == cancelled + units[True]


def test_a_return_is_told_of_a_second_time_with_another_date(met: World, read: Read) -> None:
    for account in met.accounts:
        zone = account.stores[0].marketplace.time_zone
        units = [unit for store in account.stores for unit in returned_units(met.business(store), NOW)]
        moved = [unit for unit in units if unit.later and unit.told_at(zone, NOW) == unit.later]
        assert moved and all(
            timedelta(days=1) <= u.later - u.at <= timedelta(days=RESTATED_BY) for u in moved if u.later
        )
        unit = moved[0]
        told = []
        for at in (unit.at + timedelta(days=4), NOW):
            document = met.sp_document(account.seller_id, RETURNS, (), at - timedelta(days=70), at, {}, at)
            told.append(
                {line["return-date"][:10] for line in read(document) if line["license-plate-number"] == unit.label}
            )
        assert unit.later and told == [{unit.at.date().isoformat()}, {unit.later.date().isoformat()}]


def test_the_first_day_keeps_a_return_when_nobody_asks_for_it_again(met: World) -> None:
    later = NOW + timedelta(days=3)
    known, twice = Known(met, later, (), (NOW,)), 0
    for account in met.accounts:
        plates = Counter(unit.label for _, _, unit in delivered_returns(known, account) if unit.label)
        counted = Counter(unit.label for _, _, unit in known_returns(known, account) if unit.label)
        assert set(counted.values()) == {1} and set(plates) == set(counted)
        twice += sum(number == 2 for number in plates.values())
    assert twice > 0, "no license plate stands in the documents of two days"


def test_listings_in_german_and_without_a_status(met: World) -> None:
    german = asked(met, "A3HARBOREU2DE", LISTINGS, "A1PA6795UKMFR9")
    assert german is not None and german.content_type == "text/plain;charset=Cp1252"
    text = german.content.decode("cp1252")
    assert text.startswith("Artikelbezeichnung\tArtikelbeschreibung\tAngebotsnummer\tHändler-SKU\tPreis")
    assert ",99\t" in text and "\tAktiv" in text and "\tHändler\t" in text
    headers = set()
    for back in range(4):
        at = NOW - timedelta(days=back)
        document = met.sp_document("A2HARBORNA1US", LISTINGS, ("ATVPDKIKX0DER",), None, None, {}, at)
        assert document is not None
        headers.add(document.content.decode("cp1252").partition("\r\n")[0])
    assert len(headers) == 2 and all(each.count("Deprecated column") == 2 for each in headers)
    assert sum(each.endswith("\tstatus") for each in headers) == 1


def test_orders_tell_of_buyers(met: World, read: Read) -> None:
    lines = read(asked(met, "A2HARBORNA1US", ORDERS))
    assert set(OF_BUYERS) <= set(lines[0])
    assert all(PLANTED in line["buyer-citizen-name"] for line in lines)
    assert {bool(line["buyer-vat-number"]) for line in lines} == {True, False}


def test_days_without_a_time_and_no_days(met: World, read: Read) -> None:
    paid = read(asked(met, "A2HARBORNA1US", "GET_FBA_REIMBURSEMENTS_DATA"))
    assert paid and {line["approval-date"][10:] for line in paid} == {"T00:00:00+00:00"}
    restock = read(asked(met, "A2HARBORNA1US", "GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT", "ATVPDKIKX0DER"))
    assert any(line["Recommended ship date"] == "none" for line in restock)


def test_estimated_fees_are_those_of_all_marketplaces_of_the_account(met: World, read: Read) -> None:
    report = asked(met, "A3HARBOREU2DE", "GET_FBA_ESTIMATED_FBA_FEES_TXT_DATA", "A1PA6795UKMFR9")
    assert {line["amazon-store"] for line in read(report)} == {"DE", "FR"}


def test_fba_inventory_is_that_of_the_marketplace_asked_for(met: World, read: Read) -> None:
    for report_type in ("GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA", "GET_FBA_MYI_ALL_INVENTORY_DATA"):
        lines = read(asked(met, "A3HARBOREU2DE", report_type, "A1PA6795UKMFR9"))
        assert lines and "store" not in lines[0]
        assert {line["sku"] for line in lines} >= {
            offer.sku for offer in met.business(met.store("harbor-de")).stock.offers
        }
    told = {row["store_id"] for row in rows("inventory_health", met, NOW)}
    assert told == {"harbor-us", "harbor-de", "sakura-jp"}


def test_costs_come_from_a_german_spreadsheet(met: World) -> None:
    text = met.product_costs_csv("harbor-de")
    first, *others = text.removeprefix("\ufeff").split("\r\n")
    assert text.startswith("\ufeff") and first.startswith('"sku";"valid_from";"unit_cost"')
    assert all(re.search(r';"\d\d\.\d\d\.\d{4}";"\d+,\d\d";"EUR";', line) for line in others[:-1])
    assert met.product_costs_csv("harbor-us").startswith("sku,valid_from,unit_cost,")


def test_a_plain_world_has_none_of_it(world: World, read: Read, now: datetime) -> None:
    assert not world.as_met
    for account in world.accounts:
        for store in account.stores:
            business = world.business(store)
            assert list(business.every_order(now)) == list(business.orders(now))
            assert all(unit.later is None for unit in returned_units(business, now))
        lines = read(asked(world, account.seller_id, ORDERS))
        assert set(OF_BUYERS).isdisjoint(lines[0])


def test_the_state_folder_remembers_it(tmp_path) -> None:
    file = open_world_file(tmp_path, NOW, seed=7, as_met=True)
    assert file.as_met and WorldFile.read(tmp_path) == file
    assert open_world_file(tmp_path, None, seed=7, as_met=None).as_met
    assert World.of(file).as_met and local_day("UTC", World.of(file).first_now) == NOW.date()
