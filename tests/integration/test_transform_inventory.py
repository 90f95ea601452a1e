"""What moves the marts of stock: late and restated ledger days, another snapshot of a day, new costs, reports that come
later. Each is landed, built, landed again and built again; the end is what a full refresh gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.building import Marts
from tests.support.ledger import CREATED, Ledger, order_line

pytestmark = pytest.mark.thorough  # several builds of all marts, which take the suite beyond its minutes

LEDGER, MYI, ALL = (
    f"amazon_sp.{name}" for name in ("ledger_summary", "fba_myi_unsuppressed_inventory", "fba_myi_all_inventory")
)
PLANNING, STRANDED, COSTS = "amazon_sp.inventory_planning", "amazon_sp.stranded_inventory", "manual.product_costs"
ACCOUNT, STORE = "SELLERNA@na", "made-us"
DAY = date(2026, 2, 10)
BALANCES = """
    select date, opening_quantity, closing_quantity, difference, previous_closing_quantity, continuity_difference
    from marts.inventory_ledger_balance where store_id = 'made-us' and fnsku = 'X1' order by date
"""
HEALTH = "select {} from marts.inventory_health where store_id = 'made-us' and sku = '{}'"


def books(day: date, opening: int, closing: int, *, shipped: int = 0, fnsku: str = "X1") -> dict[str, Any]:
    """A row of the ledger's summary."""
    return {
        "date": f"{day:%m/%d/%Y}",
        "fnsku": fnsku,
        "asin": "B0MUG",
        "msku": "MUG",
        "disposition": "SELLABLE",
        "starting_warehouse_balance": str(opening),
        "customer_shipments": str(-shipped),
        "ending_warehouse_balance": str(closing),
        "location": "US",
    }


def stock(sku: str, units: int) -> dict[str, Any]:
    """A row of an inventory report: units that can be sent, nothing else."""
    names = ("unsellable", "reserved", "inbound_working", "inbound_shipped", "inbound_receiving")
    shown = {f"afn_{name}_quantity": "0" for name in names}
    return {"sku": sku, "afn_fulfillable_quantity": str(units), "afn_total_quantity": str(units), **shown}


def at(day: date, hour: int) -> datetime:
    """An instant of a day in Los Angeles."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


class Told:
    """What the marts say after a build, and how the build ended."""

    def __init__(self, marts: Marts, result: Any) -> None:
        self.result = result
        self.balances = marts.rows(BALANCES)
        self.worth = marts.rows(HEALTH.format("fulfillable_quantity, lead_time_days, inventory_value_amount", "MUG"))
        self.velocity = marts.rows(HEALTH.format("velocity, days_in_stock_7d", "MUG"))
        self.old = marts.rows(HEALTH.format("is_suppressed, age_over_365_quantity, aged_surcharge_source", "OLD"))
        self.stranded = marts.rows(HEALTH.format("stranded_reason, stranded_quantity", "MUG"))


def first(ledger: Ledger) -> None:
    """Ledger days with a gap, a snapshot, costs, one order; nothing yet of old, planned and stranded stock."""
    ledger.load(LEDGER, ACCOUNT, [books(DAY, 10, 8, shipped=2)], days=[DAY], created=CREATED)
    ledger.load(LEDGER, ACCOUNT, [books(DAY + timedelta(2), 7, 7)], days=[DAY + timedelta(2)], created=CREATED)
    snapshot = DAY + timedelta(3)
    ledger.load(MYI, ACCOUNT, [stock("MUG", 7)], days=[snapshot], instant=at(snapshot, 12))
    cost = {"sku": "MUG", "valid_from": "2026-01-01", "unit_cost": "2.00", "currency": "USD", "lead_time_days": "10"}
    ledger.load(COSTS, STORE, [cost], days=[DAY], instant=at(DAY, 12))
    orders = "amazon_sp.all_orders_by_order_date"
    ledger.load(orders, ACCOUNT, [order_line("one", "MUG", quantity="2")], days=[DAY])


def second(ledger: Ledger) -> None:
    """The day between, a later snapshot of the same day, new costs, what lies there unlisted, planned and stranded."""
    between, snapshot = DAY + timedelta(1), DAY + timedelta(3)
    ledger.load(LEDGER, ACCOUNT, [books(between, 8, 7, shipped=1)], days=[between], created=CREATED)
    ledger.load(MYI, ACCOUNT, [stock("MUG", 6)], days=[snapshot], instant=at(snapshot, 20))
    later = {"sku": "MUG", "valid_from": "2026-02-01", "unit_cost": "3.00", "currency": "USD", "lead_time_days": "20"}
    ledger.load(COSTS, STORE, [later], days=[DAY], instant=at(DAY, 13))
    rows = [stock("MUG", 6), stock("OLD", 4)]
    ledger.load(ALL, ACCOUNT, rows, days=[snapshot], instant=at(snapshot, 20))
    planned = {"sku": "OLD", "available": "4", "marketplace": "US", "currency": "USD"}
    ages = {f"inv_age_{span}_days": "0" for span in ("0_to_90", "91_to_180", "181_to_270", "271_to_365")}
    estimate = {"inv_age_365_plus_days": "4", "estimated_ais_365_plus_days": "6.90"}
    ledger.load(PLANNING, STORE, [planned | ages | estimate], days=[snapshot], instant=at(snapshot, 20))
    held = {"sku": "MUG", "stranded_reason": "Listing closed", "fulfillable_qty": "6", "unfulfillable_qty": "1"}
    ledger.load(STRANDED, STORE, [held], days=[snapshot], instant=at(snapshot, 20))


def third(ledger: Ledger) -> None:
    """The day between again: a unit is missing from it without a movement; nothing is stranded any more."""
    between, snapshot = DAY + timedelta(1), DAY + timedelta(3)
    ledger.load(LEDGER, ACCOUNT, [books(between, 8, 6, shipped=1)], days=[between], created=at(between, 23))
    ledger.load(STRANDED, STORE, [], days=[snapshot], instant=at(snapshot, 21))


def fourth(ledger: Ledger) -> None:
    """The same, told when the day is final."""
    between = DAY + timedelta(1)
    ledger.load(LEDGER, ACCOUNT, [books(between, 8, 6, shipped=1)], days=[between], created=CREATED)


@pytest.fixture(scope="module")
def told(marts):
    """After each of the four steps."""
    seen = []
    for step in (first, second, third, fourth):
        with marts.landing() as ledger:
            step(ledger)
        seen.append(Told(marts, marts.try_build()))
    built = marts.everything()
    marts.try_build(full_refresh=True)
    return seen, built, marts.everything()


def test_a_ledger_day_that_comes_late_is_the_day_before_of_the_next(told):
    (before, after, *_), _, _ = told
    days = [DAY + timedelta(n) for n in range(3)]
    assert before.balances == [(days[0], 10, 8, 0, None, None), (days[2], 7, 7, 0, None, None)]
    assert after.balances == [(days[0], 10, 8, 0, None, None), (days[1], 8, 7, 0, 8, 0), (days[2], 7, 7, 0, 7, 0)]


def test_a_restated_ledger_day_moves_the_day_after_it(told):
    (*_, third_time, _), _, _ = told
    day = DAY + timedelta(1)
    assert third_time.balances[1:] == [(day, 8, 6, 1, 8, 0), (day + timedelta(1), 7, 7, 0, 6, 1)]


def test_a_ledger_that_does_not_add_up_is_a_warning_that_says_whether_the_day_is_final(told):
    (_, fine, still_open, final), _, _ = told
    about = "inventory_ledger_balance_adds_up"
    assert fine.result.ok and not any(about in warning for warning in fine.result.warnings)
    assert still_open.result.ok and any(about in warning for warning in still_open.result.warnings)
    (warning,) = [text for text in final.result.warnings if about in text]
    assert final.result.ok and "of which 1 are closed" in warning and "of which 0 are closed" not in warning


def test_a_later_snapshot_and_newer_costs_change_health(told):
    (before, after, *_), _, _ = told
    assert before.worth == [(7, 10, Decimal("14.00"))]
    assert after.worth == [(6, 20, Decimal("18.00"))]


def test_a_late_ledger_day_is_a_day_in_stock(told):
    (before, after, *_), _, _ = told
    assert (before.velocity, after.velocity) == ([(Decimal("1.000000"), 2)], [(Decimal("0.666667"), 3)])


def test_stock_that_is_not_listed_is_there_with_its_age(told):
    (before, after, *_), _, _ = told
    assert (before.old, after.old) == ([], [(True, 4, "report")])


def test_what_is_not_stranded_any_more_is_not_called_so(told):
    (_, after, later, _), _, _ = told
    assert (after.stranded, later.stranded) == ([("Listing closed", 7)], [(None, None)])


@pytest.mark.parametrize("mart", ["inventory_daily", "inventory_ledger_balance", "inventory_health"])
def test_increments_give_what_a_full_refresh_gives(told, mart):
    _, built, anew = told
    assert built[f"marts.{mart}"] == anew[f"marts.{mart}"] != []
