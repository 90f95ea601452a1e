"""What moves removals_daily: units that leave, a fee and its currency, parcels that are told later, a rate. Each is
landed, built, landed again and built again; the end is what a full refresh gives."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.support.building import Marts
from tests.support.ledger import CREATED

ORDERS, PARCELS, ACCOUNT = "amazon_sp.removal_orders", "amazon_sp.removal_shipments", "SELLEREU@eu"
DAY = date(2026, 2, 10)
SHOWN = """
    select store_id, sku, requested_quantity, shipped_quantity, tracked_quantity, parcels, removal_fee_amount,
        removal_fee_amount_reporting
    from marts.removals_daily where date = %s order by store_id, sku
"""


def order(sku: str, left: int, currency: str = "", fee: str = "") -> dict[str, Any]:
    """A line of a removal order for three units, of which `left` have been shipped."""
    row = {"request_date": f"{DAY}T12:00:00+00:00", "order_id": f"R-{sku}", "order_type": "Return", "sku": sku}
    row |= {"disposition": "Sellable", "requested_quantity": "3", "shipped_quantity": str(left)}
    return row | {"in_process_quantity": str(3 - left), "removal_fee": fee, "currency": currency}


def parcel(sku: str, units: int) -> dict[str, Any]:
    """A parcel of that order."""
    row = {"request_date": f"{DAY}T12:00:00+00:00", "order_id": f"R-{sku}", "removal_order_type": "Return", "sku": sku}
    return row | {"disposition": "Sellable", "shipped_quantity": str(units), "tracking_number": f"1Z{sku}"}


@pytest.mark.thorough
def test_removals_follow_their_orders_parcels_and_rates_and_increments_equal_a_full_refresh(marts: Marts):
    models = ("int_stores", "int_fx_rates", "removals_daily")

    def land(feed: str, hours: int, *rows: dict[str, Any], scope: str = ACCOUNT) -> list[tuple[Any, ...]]:
        with marts.landing() as ledger:
            ledger.load(feed, scope, list(rows), days=[DAY], created=CREATED + timedelta(hours=hours))
        marts.build(*models)
        return marts.rows(SHOWN, DAY)

    assert land(ORDERS, 0, order("A", 0), order("B", 0, "SEK")) == [
        ("made-de", "A", 3, 0, 0, 0, None, None),
        ("unmapped:SELLEREU:", "B", 3, 0, 0, 0, None, None),
    ]
    assert land(PARCELS, 1, parcel("A", 2), parcel("C", 1)) == [
        ("made-de", "A", 3, 0, 2, 1, None, None),
        ("made-de", "C", 0, 0, 1, 1, None, None),
        ("unmapped:SELLEREU:", "B", 3, 0, 0, 0, None, None),
    ]
    moved = land(ORDERS, 2, order("A", 2, "EUR", "2.00"), order("B", 3, "EUR", "3.00"))
    assert [(row[0], row[1], float(row[6] or 0)) for row in moved] == [
        ("made-de", "A", 2.0),
        ("made-de", "B", 3.0),
        ("made-de", "C", 0.0),
    ], "the bucket is empty, now that the currency is known"
    rate = {"date": str(DAY), "base_currency": "EUR", "quote_currency": "USD", "rate": "1.50"}
    converted = land("manual.fx_rates", 3, rate, scope="*")
    assert [float(row[7] or 0) for row in converted] == [3.0, 4.5, 0.0]

    increments = marts.rows("select * from marts.removals_daily order by store_id, sku")
    marts.build(*models, full_refresh=True)
    assert marts.rows("select * from marts.removals_daily order by store_id, sku") == increments


@pytest.mark.thorough
def test_what_staging_casts_is_told_when_it_cannot_be_read(marts: Marts):
    """The columns are found in the text of the staging model; nobody lists them."""
    marts.build()  # so that the next one builds what has news only, and names what it finds
    day = DAY + timedelta(days=1)
    row = order("BAD", 1, "EUR", "much") | {"request_date": f"{day}T12:00:00+00:00", "requested_quantity": "three"}
    with marts.landing() as ledger:
        ledger.load(ORDERS, ACCOUNT, [row], days=[day], created=CREATED)
    (warning,) = [text for text in marts.build().warnings if ORDERS in text]
    assert warning.startswith(f"{ACCOUNT}: {ORDERS}, requested_quantity (1 of 1 values), removal_fee (1 of 1 values). ")
    assert "Import the document as Amazon gave it" in warning
