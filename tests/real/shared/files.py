"""The shared cases of files as users have them, and of real reports."""

from __future__ import annotations

from tests.real.case import Case, Given
from tests.real.shared.samples import LEDGER, LISTINGS, NOON, ORDERS, RETURNS, SAMPLES, SETTLEMENTS, case, of


def files() -> tuple[Case, ...]:
    one_l, fewer, csv, costs = (
        "09-fulfilment-channel-one-l",
        "10-listing-without-status",
        "33-csv-download",
        "23-leading-zeros",
    )
    other, personal, restock = "26-other-payment-reports", "44-personal-columns-of-orders", "45-restock-without-a-date"
    ledger, german = "46-csv-ledger", "49-listings-in-german"
    listing = "select sku, fulfillment_channel, price_amount, listing_status, asin from marts.products where "
    return (
        case(
            one_l,
            [of(one_l, "listings.tsv", LISTINGS, "l-uk", as_of=NOON)],
            {
                "select sku, fulfillment_channel, price_amount is not null from marts.products "
                "where store_id = 'l-uk' and sku like 'UK-S9%' order by 1": [
                    ("UK-S9A", "Amazon", True),
                    ("UK-S9B", "Merchant", True),
                ],
                "select count(*) from information_schema.columns where table_schema = 'raw' "
                "and table_name = 'amazon_sp__merchant_listings' and column_name = 'fulfilment_channel'": [(0,)],
            },
        ),
        case(
            fewer,
            [of(fewer, "listings.tsv", LISTINGS, "c-us", as_of=NOON)],
            {
                "select price_amount, asin, listing_status from marts.products where sku = 'US-S10'": [
                    ("12.50", "B0CASE0010", None)
                ]
            },
        ),
        case(
            costs,
            [
                of(costs, "orders.tsv", ORDERS, "c-us"),
                of(costs, "costs.csv", "manual.product_costs", "c-us", as_of=NOON),
            ],
            {
                "select units_without_cost from marts.profit_daily where store_id = 'c-us' and sku = '00123'": [(1,)],
                "select sum(cost_of_goods_amount) from marts.profit_daily where store_id = 'c-us' and sku = 'US-S13' "
                "and date = '2026-10-02'": [(-18,)],
            },
        ),
        case(
            other,
            [
                of(other, "v1.tsv", SETTLEMENTS, "c-us", refused="V2"),
                of(other, "daterange.csv", SETTLEMENTS, "c-us", refused="ate range"),
            ],
            {},
        ),
        case(
            csv,
            [of(csv, "returns.csv", RETURNS, "c-us"), of(csv, "ledger.csv", LEDGER, "c-us")],
            {
                "select date, units from marts.returns_daily where store_id = 'c-us' and sku = 'US-S33'": [
                    ("2026-10-03", 1)
                ],
                "select date, ledger_ending_quantity from marts.inventory_daily where store_id = 'c-us' "
                "and sku = 'US-S33'": [("2026-11-03", 7)],
            },
        ),
        case(
            personal,
            [of(personal, "all_orders_personal_columns.txt", ORDERS, "l-uk")],
            {
                "select units, item_price_amount from marts.sales_daily where store_id = 'l-uk' and sku = 'SKU-1'": [
                    (1, "14.99")
                ],
                "select count(*) from information_schema.columns where table_schema = 'raw' and column_name ~ "
                "'^(buyer_(company|vat|cst|tax|citizen)|licensee|customized|ship_from|invoice_business)'": [(0,)],
            },
        ),
        case(
            restock,
            [of(restock, "restock_none_cp1252.txt", "amazon_sp.restock_recommendations", "c-us", as_of=NOON)],
            {
                "select count(*), count(recommended_ship_date) from staging.stg_amazon_sp__restock_recommendations "
                "where store_id = 'c-us'": [(5, 0)]
            },
        ),
        case(
            ledger,
            [of(ledger, "ledger_detail_us_2026.csv", "amazon_sp.ledger_detail", "c-us")],
            {
                "select count(*), sum(quantity) from staging.stg_amazon_sp__ledger_detail where store_id = 'c-us' "
                "and sku like 'FB-COF%'": [(8, -8)]
            },
        ),
        case(
            german,
            [of(german, "listings_de_cp1252.txt", LISTINGS, "f-de", as_of=NOON)],
            {
                f"{listing} store_id = 'f-de' and sku like 'SKU-ANON-DE%'": [
                    ("SKU-ANON-DE-1", "Merchant", "19.99", "Active", "B000000001")
                ]
            },
        ),
    )


def real_reports() -> tuple[Case, ...]:
    folder = SAMPLES / "real-reports"
    return (
        Case(
            name="real-reports",
            met="samples/real-reports/README.md",
            stores={"us": "US"},
            given=(
                Given(SETTLEMENTS, "us", folder / "settlement_us_2017.tsv"),
                Given(RETURNS, "us", folder / "customer_returns_us_2016.tsv"),
                Given("amazon_sp.reimbursements", "us", folder / "reimbursements_us_2016.tsv"),
            ),
            right={
                "select total_amount, lines_amount, difference, unknown_amount from marts.settlements "
                "where store_id = 'real-reports-us'": [("4246.20", "4246.20", 0, 0)],
                "select sum(units) from marts.returns_daily where store_id = 'real-reports-us'": [(334,)],
                "select sum(total_amount), sum(total_units) from staging.stg_amazon_sp__reimbursements "
                "where store_id = 'real-reports-us'": [("7839.95", 524)],
            },
        ),
    )
