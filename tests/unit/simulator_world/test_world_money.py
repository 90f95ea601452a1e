"""Shipments, returns, reimbursements, fees: each seed has what breaks pipelines, and what agrees with all the rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

import pytest

from simulator.seeded_world import World
from simulator.truth.settlements import in_price, kind_of
from simulator.world.business import StoreBusiness
from simulator.world.marketplaces import days_between, local_day
from simulator.world.money.estimated_fees import estimates
from simulator.world.money.reimbursements import DAMAGED, LOST, REVERSED, reimbursements
from simulator.world.money.settlements import Settlement, settlements
from simulator.world.money.storage_fees import charged_at, storage_fees
from simulator.world.publishing import FULFILLED_SHIPMENTS, MERCHANT_RETURNS, STORAGE_FEES, last_of_month, next_month
from simulator.world.sales.returns import CARRIER_DAMAGE, REIMBURSED, merchant_returns, returned_units
from simulator.world.sales.shipments import shipped_on
from tests.support.seeds import of_seeds

SEEDS = (1, 7, 20261)
STORES = ("harbor-us", "harbor-de", "sakura-jp")
Read = Callable[..., list[dict[str, str]]]


@pytest.fixture(params=of_seeds(*SEEDS))
def seeded(request: pytest.FixtureRequest, world_of: Callable[[int], World]) -> World:
    return world_of(request.param)


@pytest.fixture
def businesses(seeded: World, now: datetime) -> dict[str, StoreBusiness]:
    return {name: seeded.business(seeded.store(name)).until(now) for name in STORES}


def ended(business: StoreBusiness, now: datetime) -> list[date]:
    return days_between(business.store.start, business.day_of(now) - timedelta(days=1))


@cache
def settlements_of(business: StoreBusiness, now: datetime) -> tuple[Settlement, ...]:
    """Made once: it takes a second."""
    return tuple(settlements(business, now))


def settled(business: StoreBusiness, now: datetime, *kinds: str) -> Counter:
    """Money of settlement lines by (order, description)."""
    found: Counter = Counter()
    for settlement in settlements_of(business, now):
        for line in settlement.lines:
            if line.transaction_type in kinds:
                found[line.order_id, line.amount_description] += line.amount
    return found


def paid_by_order(business: StoreBusiness, now: datetime) -> dict[str, Decimal]:
    """What buyers paid for each settled order, with the tax that the store's prices contain."""
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for settlement in settlements_of(business, now):
        for line in settlement.lines:
            if line.transaction_type == "Order" and in_price(business.store, line):
                found[line.order_id] += line.amount
    return found


def test_what_was_shipped_is_what_the_ledger_lost_and_the_settlements_paid(
    businesses: dict[str, StoreBusiness], now: datetime
) -> None:
    for business in businesses.values():
        paid = paid_by_order(business, now)
        for day in ended(business, now):
            sent: Counter[str] = Counter()
            prices: defaultdict[str, Decimal] = defaultdict(Decimal)
            for line in shipped_on(business, day):
                view = line.view
                sent[view.line.offer.sku] += view.line.quantity
                prices[line.order.order_id] += sum(each or 0 for each in (view.price, view.shipping, view.gift))
                prices[line.order.order_id] -= sum(each or 0 for each in (view.discount, view.shipping_discount))
            for order_id in prices.keys() & paid:
                assert paid[order_id] == prices[order_id]
            booked = {row.offer.sku: -row.shipments for row in business.stock.ledger[day] if row.shipments}
            assert dict(sent) == booked


def test_buyers_come_back_and_some_parcels_are_listed_late(
    businesses: dict[str, StoreBusiness], seeded: World, read: Read, now: datetime
) -> None:
    for business in businesses.values():
        lines = [line for day in ended(business, now) for line in shipped_on(business, day)]
        assert {line.age for line in lines} == {1, 2}
    day = ended(businesses["harbor-us"], now)[-1]
    fresh = FULFILLED_SHIPMENTS.boundary("America/Los_Angeles", day, 1)
    asked = ("A2HARBORNA1US", "GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL", ("ATVPDKIKX0DER",))
    rows = read(seeded.sp_document(*asked, fresh - timedelta(days=30), fresh, {}, fresh))
    assert max(Counter(row["buyer-email"] for row in rows).values()) > 2
    assert all(row["buyer-name"] and row["ship-address-1"] and row["ship-postal-code"] for row in rows)
    assert any(Decimal(row["item-promotion-discount"]) < 0 for row in rows)
    assert {local_day("America/Los_Angeles", datetime.fromisoformat(row["shipment-date"])) for row in rows} == set(
        days_between(day - timedelta(days=29), day)
    )
    assert seeded.sp_document(*asked, fresh - timedelta(hours=1), fresh, {}, fresh - timedelta(minutes=1)) is None


def test_returned_units_are_the_ledgers_and_belong_to_refunds(
    businesses: dict[str, StoreBusiness], now: datetime
) -> None:
    for business in businesses.values():
        units = returned_units(business, now)
        days = ended(business, now)
        booked = {
            (day, row.offer.sku, row.disposition): row.returns
            for day in days
            for row in business.stock.ledger[day]
            if row.returns
        }
        back = ((business.day_of(unit.at), unit.line.offer.sku, unit.disposition) for unit in units)
        assert Counter(each for each in back if each[0] <= days[-1]) == booked
        refunded = {order_id for order_id, _ in settled(business, now, "Refund")}
        last = max(s.end for s in settlements_of(business, now))
        assert all(u.order.order_id in refunded for u in units if u.at < last)
        labels = [u.label for u in units if u.label]
        assert len(labels) == len(set(labels))
        assert len(labels) < len(units), "some have no label"
    units = [unit for business in businesses.values() for unit in returned_units(business, now)]
    assert {unit.age for unit in units} == {1, 2}
    assert any(unit.status(1) != unit.status(7) for unit in units), "a status changes a week later"
    assert any(unit.comment for unit in units), "buyers write into them"


def test_merchant_returns_go_on_for_weeks(
    businesses: dict[str, StoreBusiness], seeded: World, read: Read, now: datetime
) -> None:
    states: set[str] = set()
    for business in businesses.values():
        requests = merchant_returns(business, now)
        assert all(r.order.channel == "Merchant" and r.order.shipped < r.requested for r in requests)
        assert any(r.refund for r in requests)
        assert any(r.refund is None for r in requests), "some are never refunded"
        wanted = {
            (order.order_id, refund.line)
            for order in business.orders(now)
            for refund in order.refunds
            if order.channel == "Merchant" and refund.returned and refund.at <= now
        }
        refunded = {(r.order.order_id, r.order.lines.index(r.line)) for r in requests if r.refunded(now) is not None}
        assert refunded == wanted
        zone = business.store.marketplace.time_zone
        for request in requests:
            day = business.day_of(request.requested)
            first, last = (MERCHANT_RETURNS.boundary(zone, day, age) for age in (1, 30))
            states |= {request.status(first), request.status(last)}
    assert states == {"Approved", "Completed", "Closed"}
    document = seeded.sp_document(
        "A3HARBOREU2DE", "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE", ("A1PA6795UKMFR9",),
        now - timedelta(days=60), now, {}, now,
    )  # fmt: skip
    rows = read(document)
    assert all(len(row["Return request date"]) == 11 for row in rows)
    assert document is not None
    widths = {line.count(b"\t") for line in document.content.splitlines()}
    assert len(widths) > 1, "rows end early"


def test_reimbursements_have_several_rows_and_are_taken_back(
    businesses: dict[str, StoreBusiness], now: datetime
) -> None:
    for business in businesses.values():
        found = reimbursements(business, now)
        assert max(Counter(each.number for each in found).values()) > 1
        keys = [(each.number, each.offer.sku, each.reason) for each in found]
        assert len(keys) == len(set(keys))
        by_number = defaultdict(list)
        for each in found:
            by_number[each.number].append(each)
        for back in (each for each in found if each.reason == REVERSED):
            assert back.total < 0
            assert any(paid.offer == back.offer and paid.total == -back.total for paid in by_number[back.original])
        lost = {row.offer.sku for rows in business.stock.ledger.values() for row in rows if row.lost}
        damaged = {row.offer.sku for rows in business.stock.ledger.values() for row in rows if row.damaged}
        assert {each.offer.sku for each in found if each.reason == LOST} <= lost
        assert {each.offer.sku for each in found if each.reason == DAMAGED} <= damaged
        end = max(s.end for s in settlements_of(business, now))
        first = min(s.start for s in settlements_of(business, now))
        lines = [line for s in settlements_of(business, now) for line in s.lines]
        booked = sum(line.amount for line in lines if line.amount_type == "FBA Inventory Reimbursement")
        assert booked == sum(each.total for each in found if first <= each.at < end)
    every = [each for business in businesses.values() for each in reimbursements(business, now)]
    assert any(each.reason == REVERSED for each in every)
    assert any(each.inventory for each in every), "some are replaced in kind"
    broken = [u for b in businesses.values() for u in returned_units(b, now) if u.reason == CARRIER_DAMAGE]
    assert all(unit.outcome == REIMBURSED for unit in broken)
    late = now - timedelta(days=7)
    assert {u.order.order_id for u in broken if u.at < late} <= {each.order_id for each in every}


def test_estimates_have_gaps_and_are_what_settlements_charge(
    businesses: dict[str, StoreBusiness], seeded: World, read: Read, now: datetime
) -> None:
    for business in businesses.values():
        made = estimates(business, now)
        assert any(each.sides is None for each in made)
        assert {each.offer.sku for each in made} == {o.sku for o in business.offers if o.channel == "Amazon"}
        charged = {
            (line.sku, -line.amount / line_quantity)
            for settlement in settlements_of(business, now)
            for order_lines in [settlement.lines]
            for line, line_quantity in _fulfilment(order_lines)
        }
        expected = {each.offer.sku: each for each in made}
        assert all(
            (fee < expected[sku].fulfilment) if expected[sku].larger else (fee == expected[sku].fulfilment)
            for sku, fee in charged
        )
    asked = ("A3HARBOREU2DE", "GET_FBA_ESTIMATED_FBA_FEES_TXT_DATA", ("A1PA6795UKMFR9",))
    rows = read(seeded.sp_document(*asked, now - timedelta(hours=72), now, {}, now))
    assert {row["expected-efn-fulfilment-fee-per-unit-de"] for row in rows} == {"--"}
    assert "amazon-store" not in rows[0]
    assert all(Decimal(row["estimated-fee-total"]) > 0 for row in rows)


def _fulfilment(lines: tuple) -> list[tuple]:
    units = {(line.order_id, line.item_code): line.quantity for line in lines if line.quantity}
    fees = (line for line in lines if line.amount_description == "FBAPerUnitFulfillmentFee")
    return [(line, units[line.order_id, line.item_code]) for line in fees if (line.order_id, line.item_code) in units]


def test_storage_is_charged_once_a_month_and_the_fee_contains_its_parts(
    businesses: dict[str, StoreBusiness], seeded: World, read: Read, now: datetime
) -> None:
    october = date(2026, 10, 1)
    surcharged = 0
    for business in businesses.values():
        fees = storage_fees(business, october)
        assert max(Counter(fee.offer.asin for fee in fees).values()) > 1, "a product lies in two warehouses"
        assert all(fee.fee == fee.base + fee.surcharge > -1 for fee in fees)
        surcharged += sum(fee.surcharge > 0 for fee in fees)
        charged = [
            line
            for settlement in settlements_of(business, now)
            for line in settlement.lines
            if kind_of(line) == "storage_fee" and line.posted == charged_at(business.store, october)
        ]
        made = [settlement for settlement in settlements_of(business, now) if not settlement.invoiced]
        due = [s for s in made if s.start <= charged_at(business.store, october) < s.end]
        assert [line.amount for line in charged] == [-sum(fee.fee for fee in fees)] * len(due)
        assert next_month(october) == date(2026, 11, 1)
    assert surcharged
    there = STORAGE_FEES.boundary("America/Los_Angeles", last_of_month(october), 1)
    asked = ("A2HARBORNA1US", "GET_FBA_STORAGE_FEE_CHARGES_DATA", ("ATVPDKIKX0DER",))
    window = (datetime(2026, 10, 1, 8, tzinfo=now.tzinfo), datetime(2026, 11, 1, 6, tzinfo=now.tzinfo))
    assert seeded.sp_document(*asked, *window, {}, there - timedelta(minutes=1)) is None
    rows = read(seeded.sp_document(*asked, *window, {}, there))
    assert {row["month_of_charge"] for row in rows} == {"2026-10"}
    assert all(
        Decimal(row["estimated_monthly_storage_fee"]) == Decimal(row["est_base_msf"]) + Decimal(row["est_sus"])
        for row in rows
    )
