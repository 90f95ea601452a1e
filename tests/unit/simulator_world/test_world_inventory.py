"""The inventory reports of a world agree with each other and with its stock, and hold what sellers must act upon."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from simulator.documents.model import Document
from simulator.seeded_world import World
from simulator.world.inventory.ages import ages, between
from simulator.world.inventory.ledger_events import EXPLAINED_AGE, RETURNS, SHIPMENTS, events
from simulator.world.marketplaces import days_between, local_day, midnight
from simulator.world.money.storage_fees import storage_fees
from simulator.world.sales.returns import returned_units
from simulator.world.sales.shipments import shipped_on
from simulator.world.stock.old_stock import old_stock
from tests.support.seeds import of_seeds

US, DE, JP = "A2HARBORNA1US", "A3HARBOREU2DE", "A4SAKURAFE3JP"
SELLERS = (US, DE, JP)
MYI, MYI_ALL = "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA", "GET_FBA_MYI_ALL_INVENTORY_DATA"
AFN, RESERVED = "GET_AFN_INVENTORY_DATA", "GET_RESERVED_INVENTORY_DATA"
STRANDED, PLANNING = "GET_STRANDED_INVENTORY_UI_DATA", "GET_FBA_INVENTORY_PLANNING_DATA"
RESTOCK = "GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT"
SUMMARY, DETAIL = "GET_LEDGER_SUMMARY_VIEW_DATA", "GET_LEDGER_DETAIL_VIEW_DATA"
DAILY = {"aggregateByLocation": "COUNTRY", "aggregatedByTimePeriod": "DAILY"}
# movement of the summary -> event type and reasons of the detail
MOVEMENTS = {
    "Receipts": ("Receipts", ""),
    "Customer Shipments": ("Shipments", ""),
    "Customer Returns": ("CustomerReturns", ""),
    "Vendor Returns": ("VendorReturns", ""),
    "Warehouse Transfer In/Out": ("WhseTransfers", ""),
    "Found": ("Adjustments", "F"),
    "Lost": ("Adjustments", "M"),
    "Damaged": ("Adjustments", "EP"),
    "Disposed": ("Adjustments", "D"),
}
NON_OVERLAPPING = ("0-to-90", "91-to-180", "181-to-270", "271-to-365")
Rows = list[dict[str, str]]
Ask = Callable[..., Rows]


@pytest.fixture(params=of_seeds(1, 7, 20261))
def seeded(request: pytest.FixtureRequest, world_of: Callable[[int], World]) -> World:
    return world_of(request.param)


def document(world: World, seller: str, report_type: str, now: datetime, days: int = 40) -> Document:
    """A report of the seller's first marketplace."""
    first = world.account(seller).marketplace_ids[:1]
    found = world.sp_document(seller, report_type, first, now - timedelta(days=days), now, DAILY, now)
    assert found is not None
    return found


@pytest.fixture
def ask(seeded: World, now: datetime, read: Callable[..., Rows]) -> Ask:
    """The rows of a report of a seeded world at NOW or another instant."""

    def rows(seller: str, report_type: str, at: datetime = now, days: int = 40) -> Rows:
        return read(document(seeded, seller, report_type, at, days), quoted="LEDGER" in report_type)

    return rows


def of_first_store(rows: Rows, seller: str) -> dict[str, dict[str, str]]:
    """MYI's rows by SKU, those of the account's first marketplace."""
    return {row["sku"]: row for row in rows if seller != DE or row["store"] == "Amazon.de"}


@pytest.mark.parametrize("seller", SELLERS)
def test_events_add_up_to_the_movements_of_the_summary(ask: Ask, seller: str) -> None:
    key = ("Date", "FNSKU", "MSKU", "Disposition")
    events: Counter[tuple[str, ...]] = Counter()
    for row in ask(seller, DETAIL):
        where = (*(row[name] for name in key), row["Country"])
        kind = next(m for m, (k, why) in MOVEMENTS.items() if k == row["Event Type"] and row["Reason"] in (why or [""]))
        events[(*where, kind)] += int(row["Quantity"])
    unknown = 0
    for row in ask(seller, SUMMARY):
        where = (*(row[name] for name in key), row["Location"])
        moved = {movement: events.pop((*where, movement), 0) for movement in MOVEMENTS}
        assert {movement: int(row[movement]) for movement in MOVEMENTS} == moved, where
        unknown += abs(int(row["Unknown Events"]))
        opening, closing = int(row["Starting Warehouse Balance"]), int(row["Ending Warehouse Balance"])
        assert opening + sum(moved.values()) + int(row["Unknown Events"]) == closing, where
    assert not +events
    assert not -events


def test_what_was_found_and_lost_comes_a_day_later_and_nothing_else_changes(
    world: World, read: Callable[..., Rows]
) -> None:
    business = world.business(world.store("harbor-us"))
    zone = "America/Los_Angeles"
    late = 0
    for back in range(20):
        day = business.store.start + timedelta(days=20 + back)
        before = midnight(zone, day + timedelta(days=EXPLAINED_AGE)) - timedelta(seconds=1)
        early, after, last = (
            Counter(
                tuple(row.values())
                for row in read(document(world, US, DETAIL, at, 9), quoted=True)
                if row["Date"] == f"{day:%m/%d/%Y}"
            )
            for at in (before, before + timedelta(seconds=1), before + timedelta(days=5))
        )
        assert not early - after
        assert after == last
        late += sum((after - early).values())
    assert late > 3


def test_goods_leave_and_come_back_where_shipments_and_returns_say(seeded: World, now: datetime) -> None:
    for store in seeded.stores:
        business = seeded.business(store).until(now)
        ended = days_between(store.start, local_day(store.marketplace.time_zone, now) - timedelta(days=1))
        sent, back, told = Counter[tuple[str, ...]](), Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
        for day in ended:
            for line in shipped_on(business, day):
                sent[SHIPMENTS, day.isoformat(), line.view.line.offer.sku, line.warehouse] -= line.view.line.quantity
            for event in events(business, day, explained=True):
                if event.kind in (SHIPMENTS, RETURNS):
                    told[event.kind, day.isoformat(), event.offer.sku, event.center] += event.quantity
        for unit in returned_units(business, now):
            day = local_day(store.marketplace.time_zone, unit.at)
            if day in ended:
                back[RETURNS, day.isoformat(), unit.line.offer.sku, unit.warehouse] += 1
        assert sent
        assert back
        assert told == Counter({**sent, **back})


@pytest.mark.parametrize("seller", SELLERS)
def test_reports_of_stock_agree_with_myi(ask: Ask, seller: str) -> None:
    everything, listed = (of_first_store(ask(seller, kind), seller) for kind in (MYI_ALL, MYI))
    old = {row["sku"] for row in everything.values() if row["afn-listing-exists"] == "No"}
    assert everything.keys() - listed.keys() == old != set()
    same = ("afn-fulfillable-quantity", "afn-reserved-quantity", "afn-total-quantity", "your-price")
    assert all(everything[sku][name] == row[name] for sku, row in listed.items() for name in same)
    by_condition: dict[str, Counter[str]] = {"SELLABLE": Counter(), "UNSELLABLE": Counter()}
    for row in ask(seller, AFN):
        by_condition[row["Warehouse-Condition-code"]][row["seller-sku"]] += int(row["Quantity Available"])
    reserved = {row["sku"]: row for row in ask(seller, RESERVED)}
    restock = {row["Merchant SKU"]: row for row in ask(seller, RESTOCK)}
    assert reserved.keys() == restock.keys() == everything.keys()
    for sku, row in everything.items():
        assert by_condition["SELLABLE"][sku] == int(row["afn-fulfillable-quantity"])
        assert by_condition["UNSELLABLE"][sku] == int(row["afn-unsellable-quantity"])
        reasons = ("reserved_customerorders", "reserved_fc-transfers", "reserved_fc-processing")
        assert reserved[sku]["reserved_qty"] == row["afn-reserved-quantity"]
        assert sum(int(reserved[sku][name]) for name in reasons) == int(row["afn-reserved-quantity"])
        assert restock[sku]["Available"] == row["afn-fulfillable-quantity"]
        assert restock[sku]["Total Units"] == row["afn-total-quantity"]
    assert sum(int(row["reserved_fc-transfers"]) for row in reserved.values()) > 0


@pytest.mark.parametrize("seller", SELLERS)
def test_ages_are_told_apart_and_add_up(ask: Ask, seller: str) -> None:
    stock = of_first_store(ask(seller, MYI_ALL), seller)
    rows = ask(seller, PLANNING)
    assert {row["sku"] for row in rows} == {s for s, row in stock.items() if int(row["afn-warehouse-quantity"])}
    for row in rows:
        age = {name[8:-5]: int(value) for name, value in row.items() if name.startswith("inv-age")}
        over = age["365-plus"] if "365-plus" in age else age["366-to-455"] + age["456-plus"]
        mine = stock[row["sku"]]
        there = int(mine["afn-fulfillable-quantity"]) + int(mine["afn-reserved-quantity"])
        assert sum(age[bucket] for bucket in NON_OVERLAPPING) + over == there
        if "0-to-30" in age:
            assert age["0-to-30"] + age["31-to-60"] + age["61-to-90"] == age["0-to-90"]
            assert age["181-to-330"] + age["331-to-365"] == age["181-to-270"] + age["271-to-365"]


def test_every_store_has_aged_and_stranded_stock_and_pays_for_it(ask: Ask) -> None:
    for seller in SELLERS:
        planning, stranded = ask(seller, PLANNING), ask(seller, STRANDED)
        old = {row["sku"]: row for row in planning if int(row["inv-age-181-to-270-days"])}
        assert old
        last = "inv-age-365-plus-days" if seller == DE else "inv-age-456-plus-days"
        assert any(int(row[last]) for row in planning)
        assert stranded
        assert {row["sku"] for row in stranded} >= old.keys()
        assert all(int(row["fulfillable-qty"]) > 0 and row["date-stranded"] for row in stranded)
        assert {bool(row["Date-to-take-auto-removal"]) for row in stranded} == {True, False}
        if seller != JP:  # Japan's report ends before them
            charged = [
                (int(row[name]), Decimal(row[name.replace("quantity-to-be-charged", "estimated")]))
                for row in planning
                for name in row
                if name.startswith("quantity-to-be-charged") and row[name]
            ]
            assert len(charged) >= 4
            assert all(units > 0 and amount > 0 for units, amount in charged)
            assert max(len(row) for row in planning) == (97 if seller == US else 73)


def test_old_stock_costs_storage_as_all_stock_does(seeded: World, now: datetime) -> None:
    for store in seeded.stores:
        fees = storage_fees(seeded.business(store).until(now), date(2026, 10, 1))
        stored = {fee.offer.sku for fee in fees}
        assert stored >= {old.offer.sku for old in old_stock(seeded.seed, store)} != set()
        assert all(fee.surcharge > 0 for fee in fees if not fee.offer.demand)


def test_recommendations_differ(ask: Ask) -> None:
    restock = [row for seller in SELLERS for row in ask(seller, RESTOCK)]
    assert {row["Country"] for row in restock} == {"US", "Germany", "JP"}
    wanted = [row for row in restock if int(row["Recommended replenishment qty"])]
    assert 0 < len(wanted) < len(restock)
    assert all(row["Recommended ship date"] for row in wanted)
    planning = [row for seller in SELLERS for row in ask(seller, PLANNING)]
    assert {row["recommended-action"] for row in planning} >= {"NoExcessInventory", "RemoveUnits"}


def test_the_age_of_stock_is_first_in_first_out(seeded: World, now: datetime) -> None:
    for store in seeded.stores:
        business = seeded.business(store).until(now)
        day = local_day(store.marketplace.time_zone, now) - timedelta(days=1)
        balances = {row.offer.sku: row.ending for row in business.stock.ledger[day] if row.disposition == "SELLABLE"}
        lots = ages(business, day)
        assert {sku: between(found, 0) for sku, found in lots.items()} == balances
        assert all([age for age, _ in found] == sorted(age for age, _ in found) for found in lots.values())


def test_an_account_with_two_marketplaces(ask: Ask, seeded: World, now: datetime) -> None:
    rows = ask(DE, MYI_ALL)
    assert {row["store"] for row in rows} == {"Amazon.de", "Amazon.fr"}
    shared = {r["sku"] for r in rows if r["store"] == "Amazon.fr"} & {
        r["sku"] for r in rows if r["store"] == "Amazon.de"
    }
    german, french = (
        next(r for r in rows if r["sku"] == sku and r["store"] == place)
        for sku in sorted(shared)[:1]
        for place in ("Amazon.de", "Amazon.fr")
    )
    assert german["afn-fulfillable-quantity-remote"] == french["afn-fulfillable-quantity-local"]
    assert {row["Country"] for row in ask(DE, DETAIL)} == {"DE", "FR"}
    both = seeded.account(DE).marketplace_ids
    several = seeded.sp_document(DE, PLANNING, both, None, None, {}, now)
    assert several == seeded.sp_document(DE, PLANNING, both[:1], None, None, {}, now), "only one is answered"
    assert several != seeded.sp_document(DE, PLANNING, both[1:], None, None, {}, now)


HEADERS = [(seller, kind) for seller in SELLERS for kind in (AFN, RESERVED, STRANDED, PLANNING, RESTOCK, DETAIL)]


@pytest.mark.parametrize(("seller", "report_type"), HEADERS)
def test_headers_are_official_variants(
    world: World, now: datetime, shared: Path, seller: str, report_type: str
) -> None:
    """Of some reports only the newest or a shortened variant is known: then one is the other's beginning, or lacks
    columns of it."""
    known = json.loads((shared / "specs/spapi-derived/report_headers.json").read_text())
    header = document(world, seller, report_type, now).content.split(b"\n")[0].decode("latin-1").strip()
    names = header.replace('"', "").split("\t")
    assert any(
        names == variant["columns"]
        or names[: len(variant["columns"])] == variant["columns"]
        or names == [name for name in variant["columns"] if name in names]
        for variant in known[report_type]["variants"]
    )


def test_the_same_world_writes_the_same_bytes(now: datetime) -> None:
    first, second = (World(5, now, days=20, products=8) for _ in range(2))
    for report_type in (MYI_ALL, AFN, RESERVED, STRANDED, PLANNING, RESTOCK, DETAIL):
        assert document(first, US, report_type, now, 15) == document(second, US, report_type, now, 15)
