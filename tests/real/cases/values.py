"""Values that say that nothing is known, and numbers that say `or more`."""

from __future__ import annotations

from tests.real.case import Case, Given

RESTOCK, FEES = "amazon_sp.restock_recommendations", "amazon_sp.estimated_fees"
NOON = "2026-10-20T12:00:00Z"


def restock(*lines: tuple[str, str, str, str]) -> bytes:
    """Restock recommendations. lines: SKU, days of supply, quantity to send, day on which to send."""
    header = (
        "Country|Merchant SKU|Total Units|Available|Days of Supply at Amazon Fulfillment Network|"
        "Recommended replenishment qty|Recommended ship date"
    )
    rows = [header.split("|"), *(["US", sku, "5", "5", days, quantity, day] for sku, days, quantity, day in lines)]
    return ("\r\n".join("\t".join(row) for row in rows) + "\r\n").encode()


def fees(*lines: tuple[str, str, str]) -> bytes:
    """Estimated fees. lines: SKU, price, commission."""
    header = "sku|asin|your-price|currency|estimated-fee-total|estimated-referral-fee-per-unit|brand"
    rows = [header.split("|"), *([sku, "B0FEES0001", price, "USD", "n/a", fee, "None"] for sku, price, fee in lines)]
    return ("\r\n".join("\t".join(row) for row in rows) + "\r\n").encode()


CASES = (
    Case(
        name="nothing",
        met="real restock reports: `none` as the day of every line, `365+` days of supply",
        given=(
            Given(
                RESTOCK,
                "us",
                restock(
                    ("V-1", "365+", "0", "none"),
                    ("V-2", "12", "7", "10/25/2026"),
                    ("V-3", "--", "3", "N/A"),
                    ("V-4", "unknown", "0", "Not available"),
                    ("V-5", "", "1", "2026-10-26"),
                    ("V-6", "NULL", "0", '""'),
                ),
                as_of=NOON,
            ),
            Given(FEES, "us", fees(("V-1", "10.00", "1.50"), ("V-2", "-", "Not applicable")), as_of=NOON),
        ),
        right={
            "select sku, days_of_supply, recommended_quantity, recommended_ship_date "
            "from staging.stg_amazon_sp__restock_recommendations where store_id = 'nothing-us' order by sku": [
                ("V-1", 365, 0, None),
                ("V-2", 12, 7, "2026-10-25"),
                ("V-3", None, 3, None),
                ("V-4", None, 0, None),
                ("V-5", None, 1, "2026-10-26"),
                ("V-6", None, 0, None),
            ],
            "select sku, your_price_amount, referral_fee_amount, fee_total_amount "
            "from staging.stg_amazon_sp__estimated_fees where store_id = 'nothing-us' order by sku": [
                ("V-1", 10, 1.5, None),
                ("V-2", None, None, None),
            ],
        },
    ),
)
