"""What moves stores and products: another name, another listing, an order of an unknown SKU, a store configured later.

Each is landed and built; the end is what a full refresh gives.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.building import US
from tests.support.ledger import Ledger, order_line, rates

ORDERS, LISTINGS = "amazon_sp.all_orders_by_order_date", "amazon_sp.merchant_listings"
ALL, LISTED = "amazon_sp.fba_myi_all_inventory", "amazon_sp.fba_myi_unsuppressed_inventory"
ACCOUNT, DAY = "SELLERNA@na", date(2026, 2, 10)
BUCKET = "unmapped:SELLERNA:amazon.ca"
STORES = "select store_id, label, is_configured from marts.stores where tenant_id = 'made' order by 1"
PRODUCTS = """
    select store_id, sku, asin_source, title, listing_status, price_amount, last_sold_on
    from marts.products order by store_id collate "C", sku
"""

pytestmark = pytest.mark.thorough  # test_transform_restated.py has the same in its two builds, but for stock


def at(number: int) -> datetime:
    """An instant of the day after so many days."""
    return datetime(DAY.year, DAY.month, DAY.day, 20, tzinfo=UTC) + timedelta(number)


def listed(sku: str, price: str, status: str) -> dict[str, Any]:
    """A row of the listings report."""
    named = {"seller_sku": sku, "asin1": f"B0{sku}", "item_name": f"Listed {sku}"}
    return named | {"price": price, "status": status, "fulfillment_channel": "AMAZON_NA"}


def stocked(sku: str, **values: str) -> dict[str, Any]:
    """A row of an FBA inventory report."""
    return {
        "sku": sku,
        "asin": f"B0{sku}",
        "product_name": f"Stocked {sku}",
        "afn_total_quantity": "1",
        "store": "US",
        **values,
    }


def begun(ledger: Ledger) -> None:
    """Two listings, and orders in a store and in none."""
    rows = [listed("MUG", "19.50", "Active"), listed("PLATE", "5.00", "Active")]
    ledger.load(LISTINGS, "made-us", rows, days=[DAY], instant=at(0))
    lines = [order_line("one", "MUG"), order_line("two", "CUP", sales_channel="Amazon.ca", product_name="Ordered CUP")]
    ledger.load(ORDERS, ACCOUNT, lines, days=[DAY])


def renamed(ledger: Ledger) -> None:
    """Nothing but the tenant's name."""
    ledger.conn.execute("update ops.tenants set name = 'Made Goods' where tenant_id = 'made'")


def landed(ledger: Ledger) -> None:
    """Another listing; an order of a new SKU; stock, unlisted and of no store too; then a store for what had none."""
    later = DAY + timedelta(1)
    ledger.load(LISTINGS, "made-us", [listed("MUG", "21.00", "Inactive")], days=[later], instant=at(1))
    line = order_line("three", "BOWL", purchase_date=f"{later}T18:00:00+00:00", product_name="Ordered BOWL")
    ledger.load(ORDERS, ACCOUNT, [line], days=[later])
    rows = [stocked("OLD"), stocked("CUP", store="CA"), stocked("DISH", store="MX"), stocked("PAN", product_name="Old")]
    ledger.load(ALL, ACCOUNT, rows, days=[later], instant=at(1))
    ledger.load(LISTED, ACCOUNT, [stocked("PAN")], days=[DAY + timedelta(2)], instant=at(2))
    rates(ledger, (DAY, "CAD", "USD", "0.7"))
    ledger.store("made-ca", *US[1:4], "CA", "A2EUQ1WTGCTBG2", "Amazon.ca", "CAD", "America/Toronto")


@pytest.fixture(scope="module")
def told(marts):
    """Stores and products after each of the steps, and everything in the end and anew."""
    seen = []
    for step in (begun, renamed, landed):
        with marts.landing() as ledger:
            step(ledger)
        assert marts.stale()
        marts.build()
        assert not marts.stale()
        seen.append((marts.rows(STORES), marts.rows(PRODUCTS)))
    built = marts.everything()
    marts.build("stores", "products", full_refresh=True)
    return seen, built, marts.everything()


def test_stores_are_named_by_tenant_and_marketplace_and_so_are_buckets(told):
    stores, _ = told[0][0]
    assert stores == [
        ("made-de", "made · Amazon.de", True),
        ("made-us", "made · Amazon.com", True),
        (BUCKET, "made · Amazon.ca (not configured)", False),
    ]


def test_a_tenant_s_other_name_is_seen_by_the_next_build(told):
    (_, before), (stores, after), _ = told[0]
    assert [label for _, label, _ in stores] == [
        "Made Goods · Amazon.de",
        "Made Goods · Amazon.com",
        "Made Goods · Amazon.ca (not configured)",
    ]
    assert before == after


def test_what_is_landed_is_seen_by_the_next_build_and_a_bucket_moves_to_its_store(told):
    (_, before), _, (stores, after) = told[0]
    assert before == [
        ("made-us", "MUG", "listing", "Listed MUG", "Active", Decimal("19.50"), DAY),
        ("made-us", "PLATE", "listing", "Listed PLATE", "Active", Decimal("5.00"), None),
        (BUCKET, "CUP", None, "Ordered CUP", None, None, DAY),
    ]
    assert after == [
        ("made-ca", "CUP", "fba_inventory", "Stocked CUP", None, None, DAY),
        ("made-us", "BOWL", None, "Ordered BOWL", None, None, DAY + timedelta(1)),
        ("made-us", "MUG", "listing", "Listed MUG", "Inactive", Decimal("21.00"), DAY),
        ("made-us", "OLD", "fba_inventory", "Stocked OLD", None, None, None),
        ("made-us", "PAN", "fba_inventory", "Stocked PAN", None, None, None),
    ]
    assert [store for store, *_ in stores] == ["made-ca", "made-de", "made-us"]


def test_builds_of_what_is_new_give_what_a_full_refresh_gives(told):
    _, built, anew = told
    assert built == anew
