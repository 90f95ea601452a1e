"""When a comparison of sales_reconciliation closes: as its sources' newest days come, and when they are taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.support.building import Marts
from tests.support.ledger import CREATED, Ledger, campaign, order_line

TRAFFIC, CAMPAIGNS, ORDERS = (
    "amazon_sp.sales_and_traffic",
    "amazon_ads.sp_campaigns",
    "amazon_sp.all_orders_by_order_date",
)
SETTLEMENTS, ACCOUNT = "amazon_sp.settlements_v2", "SELLERNA@na"
FIRST, NEWEST, AFTER_A_GAP = date(2026, 2, 1), date(2026, 2, 10), date(2026, 2, 20)
TRAFFIC_KIND = "orders_against_traffic"
DAYS = [FIRST + timedelta(days=n) for n in range((NEWEST - FIRST).days + 1)]
SETTLED, MUCH_LATER = date(2026, 2, 12), date(2026, 3, 9)
MODELS = (
    "traffic_store_daily",
    "int_orders_current",
    "order_items",
    "sales_store_daily",
    "int_settlements",
    "settlement_lines",
    "settlements",
    "ads_campaigns_daily",
    "sales_reconciliation",
)


def traffic(ledger: Ledger, *days: date, without: bool = False) -> None:
    """Reports of days, one each, which sold for ten dollars; or which have nothing any more."""
    for day in days:
        sold = {"orderedProductSales": {"amount": 10, "currencyCode": "USD"}, "unitsOrdered": 1, "totalOrderItems": 1}
        item = {"date": day.isoformat(), "salesByDate": sold, "trafficByDate": {"sessions": 9, "pageViews": 9}}
        ledger.load(
            TRAFFIC, "made-us", {"by_date": [] if without else [item]}, days=[day], day_of=lambda row: _day(row["date"])
        )


def campaigns(ledger: Ledger, *days: date) -> None:
    """What a campaign cost, without any report of its targets."""
    ledger.load(CAMPAIGNS, "made-us", [campaign(day) for day in days], days=days)


def settlement(ledger: Ledger, key: str, day: date) -> None:
    """A settlement of an order that is unknown here, posted on a day."""
    line = {"transaction_type": "Order", "order_id": "else", "sku": "A", "marketplace_name": "Amazon.com"}
    line |= {"amount_type": "ItemPrice", "amount_description": "Principal", "amount": "10.00"}
    line |= {"posted_date": day.isoformat(), "posted_date_time": f"{day} 20:00:00 UTC"}
    summary = {"settlement_start_date": f"{day - timedelta(days=13)} 08:00:00 UTC", "total_amount": "10.00"}
    summary |= {"settlement_end_date": f"{day} 23:00:00 UTC", "deposit_date": f"{day} 23:30:00 UTC", "currency": "USD"}
    rows = [{"settlement_id": key, **row} for row in (summary, line)]
    ledger.load(SETTLEMENTS, ACCOUNT, rows, days=[day], slice_key=key, created=CREATED)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def first(ledger: Ledger) -> None:
    """Ten days of both reports, and two orders, of the first day and of a later one."""
    lines = [order_line(f"o{day}", purchase_date=f"{day}T20:00:00+00:00") for day in (FIRST, NEWEST)]
    ledger.load(ORDERS, ACCOUNT, lines, days=[FIRST, NEWEST])
    traffic(ledger, *DAYS)
    campaigns(ledger, *DAYS)
    settlement(ledger, "s1", SETTLED)


def after_a_gap(ledger: Ledger) -> None:
    """One day more of each, and nine between them that nobody knows."""
    traffic(ledger, AFTER_A_GAP)
    campaigns(ledger, AFTER_A_GAP)


def taken_back(ledger: Ledger) -> None:
    """The newest day of traffic is restated to nothing."""
    traffic(ledger, AFTER_A_GAP, without=True)


def much_later(ledger: Ledger) -> None:
    """A settlement from which on the first day's order will not be settled any more."""
    settlement(ledger, "s2", MUCH_LATER)


@pytest.fixture(scope="module")
def steps(marts: Marts) -> list[dict[str, Any]]:
    """After each step: when days of traffic and orders are closed, and whether a full refresh says the same."""
    found = []
    for step in (first, after_a_gap, taken_back, much_later):
        with marts.landing() as ledger:
            ledger.loads = 100 * len(found)
            step(ledger)
        marts.build(*MODELS)
        grown = marts.rows("select * from marts.sales_reconciliation order by store_id, date, kind")
        marts.build("sales_reconciliation", full_refresh=True)
        fresh = marts.rows("select * from marts.sales_reconciliation order by store_id, date, kind")
        states = {
            (kind, day): status
            for kind, day, status in marts.rows("select kind, date, status from marts.sales_reconciliation")
        }
        found.append({"grown": grown, "fresh": fresh, "states": states})
    return found


@pytest.mark.thorough
def test_every_step_is_as_a_full_refresh_makes_it(steps: list[dict[str, Any]]) -> None:
    for number, step in enumerate(steps):
        assert step["grown"] == step["fresh"], f"after step {number}"
        assert step["grown"]


@pytest.mark.thorough
def test_days_close_behind_the_newest_one_over_a_gap_too(steps: list[dict[str, Any]]) -> None:
    closed = [
        [day for (kind, day), status in sorted(step["states"].items()) if kind == TRAFFIC_KIND and status == "closed"]
        for step in steps
    ]
    assert closed[0] == []
    assert closed[1] == [day for day in DAYS if day <= AFTER_A_GAP - timedelta(days=14)]
    assert closed[2] == closed[3] == [], "a newest day that is taken back opens again what it had closed"


@pytest.mark.thorough
def test_an_order_is_unsettled_until_none_is_expected_any_more(steps: list[dict[str, Any]]) -> None:
    of_orders = [[step["states"][("orders_against_settlements", day)] for day in (FIRST, NEWEST)] for step in steps]
    assert of_orders == [["unsettled", "unsettled"]] * 3 + [["closed", "unsettled"]]
