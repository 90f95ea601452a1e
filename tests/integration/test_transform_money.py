"""Settlements, refunds and returns landed in an unlucky order and restated: the marts end as if landed at once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.support.building import Marts
from tests.support.ledger import CREATED, Ledger, order_line, rates

pytestmark = pytest.mark.thorough  # several builds of all marts, which take the suite beyond its minutes

BY_DATE, BY_UPDATE = "amazon_sp.all_orders_by_order_date", "amazon_sp.all_orders_by_last_update"
SETTLEMENTS, RETURNS = "amazon_sp.settlements_v2", "amazon_sp.customer_returns"
MERCHANT_RETURNS = "amazon_sp.merchant_returns"
US_ACCOUNT, EU_ACCOUNT = "SELLERNA@na", "SELLEREU@eu"
BOUGHT, POSTED, SETTLED = date(2026, 1, 5), date(2026, 1, 20), date(2026, 2, 1)
RETURNED, ASKED = date(2026, 1, 18), date(2026, 1, 12)
D = Decimal


def settlement(ledger: Ledger, number: str, lines: list[dict], total: str, *, days_later: int = 0) -> None:
    """A document of a settlement: its summary row and these lines."""
    summary = {"settlement_start_date": "2026-01-18 08:00:00 UTC", "settlement_end_date": "2026-02-01 08:00:00 UTC"}
    summary |= {"deposit_date": "2026-02-03 08:00:00 UTC", "total_amount": total, "currency": "USD"}
    rows = [{"settlement_id": number, **row} for row in (summary, *lines)]
    at = CREATED + timedelta(days=days_later)
    ledger.load(SETTLEMENTS, US_ACCOUNT, rows, days=[SETTLED], slice_key=f"{number} {days_later}", created=at)


def line(kind: str, description: str, amount: str, order: str = "", *, transaction: str = "Refund") -> dict:
    """A line of a settlement, posted on POSTED."""
    return {
        "transaction_type": transaction,
        "order_id": order,
        "adjustment_id": f"adjustment of {order}" if order else "",
        "marketplace_name": "Amazon.com" if order else "",
        "amount_type": kind,
        "amount_description": description,
        "amount": amount,
        "posted_date": POSTED.isoformat(),
        "posted_date_time": f"{POSTED} 20:00:00 UTC",
        "sku": "A" if order else "",
    }


def refund(order: str, price: str) -> list[dict]:
    """A refund of a price and its commission of 15 %."""
    commission = str((D(price) * 15 / 100).quantize(D("0.01")))
    return [line("ItemPrice", "Principal", f"-{price}", order), line("ItemFees", "Commission", commission, order)]


def returned(order: str, **values: str) -> dict:
    """A row of the report of FBA returns."""
    at = f"{RETURNED}T12:00:00+00:00"
    named = {"return_date": at, "order_id": order, "sku": "A", "quantity": "1", "reason": "DEFECTIVE"}
    return {**named, "detailed_disposition": "DEFECTIVE", **values}


def asked(amount: str) -> dict:
    """A row of the report of merchant returns."""
    named = {"order_id": "m1", "return_request_date": "12-Jan-2026", "merchant_sku": "A", "return_quantity": "2"}
    return {**named, "return_reason": "CR-DEFECTIVE", "currency_code": "USD", "refunded_amount": amount}


def bought(order: str, **values: str) -> dict:
    """An order line of BOUGHT."""
    return order_line(order, "A", purchase_date=f"{BOUGHT}T18:00:00+00:00", **values)


LOOK = {
    "refunds": "select basis, date, refunds, unknown_order_refunds, principal_amount, profit_or_loss_amount "
    "from marts.refunds_daily order by 1, 2",
    "settlements": "select settlement_id, total_amount, lines, difference, revenue_amount, refunds_amount, "
    "advertising_amount, unknown_amount, transfers_amount, opening_reserve_amount, closing_reserve_amount "
    "from marts.settlements order by 1",
    "fba": "select store_id, disposition, units, unknown_order_units, orders from marts.returns_daily "
    "where fba_units > 0 order by 1, 2",
    "merchant": "select store_id, date, units, merchant_refunded_amount from marts.returns_daily "
    "where merchant_units > 0",
}


def first(ledger: Ledger) -> None:
    """Settlements and returns before any order is known."""
    sold = [line("ItemPrice", "Principal", "50.00", "o9", transaction="Order")]
    settlement(ledger, "s1", [*sold, *refund("late", "10.00"), *refund("gone", "20.00")], "24.50")
    others = [
        line("other-transaction", "Previous Reserve Amount Balance", "3.00", transaction="other-transaction"),
        line("Cost of Advertising", "TransactionTotalAmount", "-7.00", transaction="ServiceFee"),
        line("other-transaction", "Something new", "-1.00", transaction="ServiceFee"),
        line("other-transaction", "To your account ending in: 007", "-2.00", transaction="Transfer"),
        line("other-transaction", "Current Reserve Amount", "-4.00", transaction="other-transaction"),
    ]
    settlement(ledger, "s2", others, "-10.00")
    ledger.load(RETURNS, EU_ACCOUNT, [returned("fr"), returned("de"), returned("never")], days=[RETURNED])
    ledger.load(MERCHANT_RETURNS, "made-us", [asked("")], days=[ASKED])
    rates(ledger, (BOUGHT, "EUR", "USD", "1.1"))


def second(ledger: Ledger) -> None:
    """The orders, one of a marketplace without a store."""
    ledger.load(BY_DATE, US_ACCOUNT, [bought("late"), bought("late"), bought("gone")], days=[BOUGHT])
    euros = {"currency": "EUR", "purchase_date": f"{BOUGHT}T12:00:00+00:00"}
    french = order_line("fr", "A", sales_channel="Amazon.fr", **euros)
    german = order_line("de", "A", sales_channel="Amazon.de", **euros)
    ledger.load(BY_DATE, EU_ACCOUNT, [french, german], days=[BOUGHT])


def third(ledger: Ledger) -> None:
    """The settlement again without one of its refunds, and both returns of that day otherwise, forty days later."""
    sold = [line("ItemPrice", "Principal", "50.00", "o9", transaction="Order")]
    settlement(ledger, "s1", [*sold, *refund("late", "10.00")], "41.50", days_later=40)
    rows = [returned("fr", detailed_disposition="SELLABLE"), returned("never")]
    ledger.load(RETURNS, EU_ACCOUNT, rows, days=[RETURNED])
    ledger.load(MERCHANT_RETURNS, "made-us", [asked("19.98")], days=[ASKED])


def build(marts: Marts, **options: bool) -> list[str]:
    """The warnings of a build, without the reconciliation's of s2, which lacks a dollar."""
    return [warning for warning in marts.build(**options).warnings if "sales_reconciliation" not in warning]


@pytest.fixture(scope="module")
def seen(marts):
    """What each step shows, the warnings of the first, and everything before and after a full refresh at the end."""
    found, warnings = [], []
    for step in (first, second, third):
        with marts.landing() as ledger:
            step(ledger)
        warnings.append(build(marts))
        assert not marts.stale()
        found.append({name: marts.rows(query) for name, query in LOOK.items()})
    grown = marts.everything()
    build(marts, full_refresh=True)
    return found, warnings, grown, marts.everything()


def test_refunds_move_to_the_day_of_the_order_when_it_becomes_known(seen):
    before, after, _ = seen[0]
    whole = (2, D("-30.00"), D("-25.50"))
    assert before["refunds"] == [
        (basis, POSTED, 2, unknown, *money)
        for basis, (unknown, *money) in (("order_date", whole), ("refund_date", whole))
    ]
    assert after["refunds"] == [
        ("order_date", BOUGHT, 2, 0, D("-30.00"), D("-25.50")),
        ("refund_date", POSTED, 2, 0, D("-30.00"), D("-25.50")),
    ]


def test_a_refund_that_a_later_report_does_not_have_is_gone_from_both_days(seen):
    assert seen[0][2]["refunds"] == [
        ("order_date", BOUGHT, 1, 0, D("-10.00"), D("-8.50")),
        ("refund_date", POSTED, 1, 0, D("-10.00"), D("-8.50")),
    ]


def test_settlements_show_the_total_and_what_the_lines_lack_of_it(seen):
    _, before, after = seen[0]
    zero = D(0)
    other = ("s2", D("-10.00"), 5, D("1.00"), zero, zero, D("-7.00"), D("-1.00"), D("-2.00"), D("3.00"), D("-4.00"))
    rest = (zero, zero, zero, zero, zero)
    assert before["settlements"] == [("s1", D("24.50"), 5, D("0.00"), D("50.00"), D("-30.00"), *rest), other]
    assert after["settlements"] == [("s1", D("41.50"), 3, D("0.00"), D("50.00"), D("-10.00"), *rest), other]


def test_what_no_list_has_and_what_does_not_add_up_is_told_by_name(seen):
    (told,) = [text for text in seen[1][0] if "settlement_lines_kinds_are_known" in text]
    assert told.startswith("ServiceFee / other-transaction / Something new (made-us). ")
    (told,) = [text for text in seen[1][0] if "settlements_are_whole" in text]
    assert told.startswith("made-us s2: -10.00, lines -11.00. ")


def test_a_return_finds_its_store_when_its_order_becomes_known(seen):
    before, after, restated = seen[0]
    french = "unmapped:SELLEREU:amazon.fr"
    assert before["fba"] == [("made-de", "DEFECTIVE", 3, 3, 3)]
    assert after["fba"] == [("made-de", "DEFECTIVE", 2, 1, 2), (french, "DEFECTIVE", 1, 0, 1)]
    assert restated["fba"] == [("made-de", "DEFECTIVE", 1, 1, 1), (french, "SELLABLE", 1, 0, 1)]


def test_a_merchant_s_refund_comes_later(seen):
    assert [each["merchant"] for each in seen[0][1:]] == [
        [("made-us", ASKED, 2, None)],
        [("made-us", ASKED, 2, D("19.98"))],
    ]


def test_builds_in_between_end_as_everything_built_anew(seen):
    _, _, grown, anew = seen
    assert grown == anew


def test_only_what_was_restated_is_written_again(marts, seen):
    """The transaction that wrote a row is another one only for rows of the restated days."""
    stamps = "select store_id, basis, date, xmin::text from marts.refunds_daily order by 1, 2, 3"
    with marts.landing() as ledger:
        settlement(ledger, "s3", refund("other", "1.00"), "-0.85")
    build(marts)
    before = marts.rows(stamps)
    with marts.landing() as ledger:
        moved = [row | {"posted_date": "2026-03-01", "posted_date_time": "2026-03-01 20:00:00 UTC"} for row in
                 refund("new", "2.00")]  # fmt: skip
        settlement(ledger, "s4", moved, "-1.70")
    build(marts)
    after = marts.rows(stamps)
    assert set(before) <= set(after)
    assert {row[:3] for row in set(after) - set(before)} == {
        ("made-us", basis, date(2026, 3, 1)) for basis in ("order_date", "refund_date")
    }
