"""What profit is made of, landed in an unlucky order: fees are estimated, then actual; orders, storage and costs come
late; and the marts end as if all had been landed at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest

from tests.support.ledger import CREATED, Ledger, campaign, order_line

pytestmark = pytest.mark.thorough  # several builds of all marts, which take the suite beyond its minutes

BY_DATE, SETTLEMENTS, CAMPAIGNS = "amazon_sp.all_orders_by_order_date", "amazon_sp.settlements_v2", "sp_campaigns"
FEES, STORAGE = "amazon_sp.estimated_fees", "amazon_sp.storage_fees"
COSTS, BATCHES = "manual.product_costs", "manual.cost_batches"
ACCOUNT = "SELLERNA@na"
EARLY, SOLD, POSTED, LATER = (date(2026, 2, day) for day in (8, 10, 11, 12))
CHARGED = date(2026, 3, 9)


def bought(order: str, day: date) -> dict:
    """An order of one A, sent by Amazon, for 10 dollars."""
    return order_line(order, "A", purchase_date=f"{day}T20:00:00+00:00", fulfillment_channel="Amazon")


def line(order: str, kind: str, description: str, amount: str, day: date = POSTED) -> dict:
    """A line of a settlement about an order's A, or about nothing."""
    return {
        "transaction_type": "Order" if order else "ServiceFee",
        "order_id": order,
        "sku": "A" if order else "",
        "marketplace_name": "Amazon.com",
        "amount_type": kind,
        "amount_description": description,
        "amount": amount,
        "posted_date": day.isoformat(),
        "posted_date_time": f"{day} 20:00:00 UTC",
    }


def settlement(ledger: Ledger, *lines: dict) -> None:
    """The one settlement of this world; a later call restates it."""
    whole = str(sum(D(each["amount"]) for each in lines))
    summary = {"settlement_start_date": "2026-02-06 08:00:00 UTC", "settlement_end_date": "2026-03-10 07:00:00 UTC"}
    summary |= {"deposit_date": "2026-03-12 08:00:00 UTC", "total_amount": whole, "currency": "USD"}
    rows = [{"settlement_id": "s", **row} for row in (summary, *lines)]
    at = CREATED + timedelta(days=ledger.loads)
    ledger.load(SETTLEMENTS, ACCOUNT, rows, days=[CHARGED], slice_key=f"s {at}", created=at)


def snapshot(ledger: Ledger, feed: str, day: date, *rows: dict) -> None:
    """A file or a report of a moment of made-us."""
    ledger.load(feed, "made-us", rows, days=[day], instant=datetime(day.year, day.month, day.day, 20, tzinfo=UTC))


def fees(ledger: Ledger, day: date, referral: str, fulfilment: str) -> None:
    """What A is expected to cost at a price of 10."""
    named = {"estimated_referral_fee_per_unit": referral, "expected_fulfillment_fee_per_unit": fulfilment}
    snapshot(ledger, FEES, day, {"sku": "A", "sales_price": "10.00", "currency": "USD", **named})


def first(ledger: Ledger) -> None:
    """Orders, what their fees are expected to be, a cost, and advertising."""
    ledger.load(BY_DATE, ACCOUNT, [bought("o1", SOLD), bought("o2", LATER)], days=[SOLD, LATER])
    fees(ledger, POSTED, "1.50", "3.00")
    cost = {"sku": "A", "valid_from": "2026-01-01", "unit_cost": "4.00", "currency": "USD", "shipping_cost": "9"}
    snapshot(ledger, COSTS, CHARGED, cost)
    ledger.load(f"amazon_ads.{CAMPAIGNS}", "made-us", [campaign(SOLD, cost=2.5)], days=[SOLD])


OF_O1 = (
    line("o1", "ItemPrice", "Principal", "10.00"),
    line("o1", "ItemFees", "Commission", "-2.00"),
    line("o1", "ItemFees", "FBAPerUnitFulfillmentFee", "-4.00"),
)
OF_LATE = (line("late", "ItemPrice", "Principal", "10.00"), line("late", "ItemFees", "Commission", "-1.00"))
FOR_STORAGE = line("", "other-transaction", "Storage Fee", "-5.00", CHARGED)


def second(ledger: Ledger) -> None:
    """The settlement of one of them, and of an order that nobody knows; costs by batches instead of a period."""
    settlement(ledger, *OF_O1, *OF_LATE, FOR_STORAGE)
    ledger.conn.execute("update ops.stores set cost_method = 'fifo' where store_id = 'made-us'")
    batch = {"sku": "A", "currency": "USD"}
    one = batch | {"received_on": "2026-01-05", "quantity": "1", "unit_cost": "3.00"}
    five = batch | {"received_on": POSTED.isoformat(), "quantity": "5", "unit_cost": "5.00"}
    snapshot(ledger, BATCHES, CHARGED, one, five)


def third(ledger: Ledger) -> None:
    """The unknown order; the month's storage by SKU; older and newer estimates; the ads of that day restated."""
    ledger.load(BY_DATE, ACCOUNT, [bought("late", EARLY)], days=[EARLY])
    fee = {"fnsku": "X1", "country_code": "US", "month_of_charge": "2026-02", "currency": "USD"}
    rows = [{**fee, "estimated_monthly_storage_fee": "28.00"}]
    ledger.load(STORAGE, ACCOUNT, rows, days=[date(2026, 2, 1)])
    fees(ledger, LATER, "1.00", "2.00")
    fees(ledger, EARLY, "0.50", "1.00")
    ledger.load(f"amazon_ads.{CAMPAIGNS}", "made-us", [campaign(SOLD, cost=2.0)], days=[SOLD])


def fourth(ledger: Ledger) -> None:
    """The settlement again, forty days later, without the order that was late to be known."""
    settlement(ledger, *OF_O1, FOR_STORAGE)


BUILT = ("+profit_daily", "+sales_reconciliation")
PROFIT = (
    "select date, revenue_amount, referral_fees_amount, fulfilment_fees_amount, cost_of_goods_amount, fees_source "
    "from marts.profit_daily where sku = 'A' order by date"
)
REST = (
    "select date, storage_fees_amount, advertising_amount from marts.profit_daily where sku is null "
    "and date in ('2026-02-10', '2026-03-09') order by date"
)
SETTLED = (
    "select date, amount, compared_amount, unsettled_amount, status from marts.sales_reconciliation "
    "where kind = 'orders_against_settlements' order by date"
)

WHOLE = (
    "select * from marts.profit_daily order by store_id, date, sku",
    "select * from marts.sales_reconciliation order by store_id, date, kind",
    "select * from intermediate.int_costs_of_goods order by store_id, date, sku",
)


@pytest.fixture(scope="module")
def seen(marts):
    """What each step shows, and everything before and after a full refresh at the end."""
    found = []
    for step in (first, second, third, fourth):
        with marts.landing() as ledger:
            ledger.loads = 100 * len(found)
            step(ledger)
        marts.build(*(BUILT if found else ()))
        found.append([marts.rows(query) for query in (PROFIT, REST, SETTLED)])
    grown = [marts.rows(query) for query in WHOLE]
    marts.build(*BUILT, full_refresh=True)
    return found, grown, [marts.rows(query) for query in WHOLE]


def test_fees_are_estimated_until_the_settlement_is_here(seen):
    profit, _, settled = seen[0][0]
    assert profit == [
        (SOLD, D(10), D("-1.5"), D(-3), D(-4), "estimated"),
        (LATER, D(10), D("-1.5"), D(-3), D(-4), "estimated"),
    ]
    assert settled == [(SOLD, 0, 0, 10, "unsettled"), (LATER, 0, 0, 10, "unsettled")]


def test_what_was_charged_replaces_the_estimate_and_an_unknown_order_is_not_lost(seen):
    profit, rest, settled = seen[0][1]
    assert profit == [
        (SOLD, D(10), D(-2), D(-4), D(-3), "actual"),
        (POSTED, D(10), D(-1), D(0), D(0), None),
        (LATER, D(10), D("-1.5"), D(-3), D(-5), "estimated"),
    ]
    assert rest == [(SOLD, D(0), D("-2.5")), (CHARGED, D(-5), D(0))]
    assert settled == [(SOLD, 10, 10, 0, "closed"), (LATER, 0, 0, 10, "unsettled")]


def test_an_order_that_becomes_known_takes_its_fees_and_the_goods_of_those_behind_it(seen):
    profit, rest, settled = seen[0][2]
    assert profit == [
        (EARLY, D(10), D(-1), D(0), D(-3), "actual"),
        (SOLD, D(10), D(-2), D(-4), D(-4), "actual"),
        (LATER, D(10), D(-1), D(-2), D(-5), "estimated"),
    ]
    # the report has 1 a day of a month for which 5 were billed
    assert rest == [(SOLD, D(-1), D(-2)), (CHARGED, D(23), D(0))]
    assert [row[0] for row in settled] == [EARLY, SOLD, LATER]


def test_an_order_that_a_settlement_takes_back_is_estimated_again(seen):
    profit, _, settled = seen[0][3]
    assert profit[0] == (EARLY, D(10), D("-0.5"), D(-1), D(-3), "estimated")
    assert profit[1:] == seen[0][2][0][1:]
    assert settled[0] == (EARLY, 0, 0, 10, "unsettled")


def test_all_of_it_is_as_a_full_refresh_makes_it(seen):
    _, grown, fresh = seen
    assert grown == fresh
    assert all(grown)
