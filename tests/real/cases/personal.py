"""Columns that nobody has listed and that are named like personal data."""

from __future__ import annotations

from tests.real.case import Case, Given

ORDERS = "amazon_sp.all_orders_by_order_date"
_HEADER = (
    "amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tsales-channel\tsku\tquantity\tcurrency\titem-price\t"
    "buyer-citizen-name\tEmpfängername\tinvoice-business-address\tgift-message"
)
_LINE = (
    "028-1\t2026-08-03T10:00:00+00:00\t2026-08-03T11:00:00+00:00\tShipped\tAmazon.de\tLAMP-P\t2\tEUR\t19.98\t"
    "Erfundene Person\tErfundene Person\tErfundene Strasse 1\tErfundener Gruss"
)
_RAW = "select count(*) from raw.amazon_sp__all_orders_by_order_date r where r::text like '%Erfunden%'"

CASES = (
    Case(
        name="personal-columns",
        met="the header of 91 columns of today's order report, and columns in the seller's language",
        stores={"de": "DE"},
        currency="EUR",
        given=(Given(ORDERS, "de", f"{_HEADER}\n{_LINE}\n".encode()),),
        right={
            "select units from marts.sales_daily where store_id = 'personal-columns-de'": [(2,)],
            _RAW: [(0,)],
            "select count(*) from ops.rejected_rows where row_text like '%Erfunden%'": [(0,)],
            "select header from ops.drift where tenant_id = 'personal-columns' and action = 'dropped' order by 1": [
                ("Empfängername",),
                ("gift-message",),
            ],
        },
    ),
)
