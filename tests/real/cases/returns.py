"""Returns and reimbursements as they are met: one return with two days, dates that are written as moments."""

from __future__ import annotations

from tests.real.case import Case, Given, orders

RETURNS, REIMBURSEMENTS = "amazon_sp.customer_returns", "amazon_sp.reimbursements"


def returned(*lines: str) -> bytes:
    """FBA returns. lines: 'day|order|sku|disposition|plate'."""
    header = "return-date order-id sku asin fnsku quantity fulfillment-center-id detailed-disposition reason status "
    rows = ["\t".join([*header.split(), "license-plate-number", "customer-comments"])]
    for each in lines:
        day, order, sku, disposition, plate = each.split("|")
        values = (day, order, sku, "B0RETURNED", "X0RETURNED", "1", "LEX2", disposition, "UNWANTED_ITEM", "Returned")
        rows.append("\t".join((*values, plate, "")))
    return ("\r\n".join(rows) + "\r\n").encode()


def reimbursed(*lines: str) -> bytes:
    """Reimbursements. lines: 'day|number|amount'."""
    header = "approval-date reimbursement-id reason sku currency-unit amount-total quantity-reimbursed-total"
    rows = ["\t".join(header.split())]
    for each in lines:
        day, number, amount = each.split("|")
        rows.append("\t".join((day, number, "Lost_Warehouse", "R-1", "USD", amount, "1")))
    return ("\r\n".join(rows) + "\r\n").encode()


AT = "T18:00:00+00:00"
PLATED = (
    f"2026-10-02{AT}|114-1|R-2|SELLABLE|LPNA1",
    f"2026-10-02{AT}|114-1|R-2|SELLABLE|LPNA2",
    f"2026-10-02{AT}|114-2|R-2|SELLABLE|",
    f"2026-10-02{AT}|114-2|R-2|SELLABLE|",
)
LATER = (f"2026-10-06{AT}|114-1|R-2|SELLABLE|LPNA1", f"2026-10-06{AT}|114-3|R-2|SELLABLE|LPNA2")
_HEADER = "sku,valid_from,unit_cost,currency,lead_time_days\n"

CASES = (
    Case(
        name="plates",
        met="amzn/selling-partner-api-docs#2459: one return has different dates in reports of different windows",
        given=(
            # the newer report is imported first: when it was made decides, not when it came
            Given(RETURNS, "us", returned(*LATER), as_of="2026-10-09T12:00:00Z"),
            Given(RETURNS, "us", returned(*PLATED), as_of="2026-10-05T12:00:00Z"),
            Given(
                "amazon_sp.all_orders_by_order_date",
                "us",
                orders("114-1|2026-09-20T12:00:00+00:00|Shipped|Amazon.com|R-2|2|USD|40.00"),
            ),
            Given("manual.product_costs", "us", f"{_HEADER}R-2,2026-01-01,5.00,USD,10\n".encode()),
        ),
        right={
            "select date, sum(units) from marts.returns_daily where sku = 'R-2' group by date order by date": [
                ("2026-10-02", 3),
                ("2026-10-06", 2),
            ],
            "select date, returned_goods_amount from marts.profit_daily where sku = 'R-2' "
            "and returned_goods_amount <> 0 order by date": [("2026-10-02", 15), ("2026-10-06", 10)],
        },
    ),
    Case(
        name="dated",
        met="real reimbursements: since September 2015 the approval is a date, written as midnight in UTC",
        given=(
            Given(
                REIMBURSEMENTS,
                "us",
                reimbursed(
                    "2026-10-01T00:00:00+00:00|1|10.00",
                    "2026-10-02T00:00:00+00:00|2|20.00",
                    "2026-10-03T03:30:00+00:00|3|40.00",
                ),
            ),
        ),
        right={
            "select date, sum(total_amount) from staging.stg_amazon_sp__reimbursements where store_id = 'dated-us' "
            "group by date order by date": [("2026-10-01", 10), ("2026-10-02", 60)],
        },
    ),
)
