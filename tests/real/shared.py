"""The cases that lie beside the project, in `../shared/samples`, with their right values; none where that is missing.

Only what is right is said here; the documents stay where they are. Their stores are those of their own `stores.yaml`.
"""

from __future__ import annotations

from typing import Any

import yaml

from tests.real.case import Case, Given, Row
from tests.support.references import SHARED as _FOLDER

_SAMPLES = _FOLDER / "samples"
_CASES = _SAMPLES / "cases"
RATES = Given("manual.fx_rates", None, _CASES / "rates.csv")

SETTLEMENTS = "amazon_sp.settlements_v2"
ORDERS = "amazon_sp.all_orders_by_order_date"
LISTINGS = "amazon_sp.merchant_listings"
LEDGER = "amazon_sp.ledger_summary"
TRAFFIC = "amazon_sp.sales_and_traffic"
RETURNS = "amazon_sp.customer_returns"
MYI = "amazon_sp.fba_myi_unsuppressed_inventory"
NOON = "2026-10-20T12:00:00Z"


def shared_tenants() -> dict[str, Any]:
    """The tenants of these cases, as stores.yaml names them."""
    if not _CASES.exists():
        return {}
    return dict(yaml.safe_load((_CASES / "stores.yaml").read_text(encoding="utf-8"))["tenants"])


def _case(folder: str, given: list[Given], right: dict[str, list[Row]]) -> Case:
    return Case(name=folder, met=f"samples/cases/{folder}/expect.md", stores={}, given=tuple(given), right=right)


def _of(folder: str, file: str, feed: str, store: str | None, **options: Any) -> Given:
    return Given(feed, store, _CASES / folder / file, **options)


def _settled(columns: str, settlement_id: str) -> str:
    return f"select {columns} from marts.settlements where settlement_id = '{settlement_id}' order by store_id"  # noqa: S608


def _sold(sku: str, store: str = "c-us") -> str:
    return f"from marts.sales_daily where sku = '{sku}' and store_id = '{store}'"


def _cases() -> tuple[Case, ...]:
    return (*_money(), *_channels(), *_files(), *_stock_and_sales(), *_identity(), *_real_reports())


def _money() -> tuple[Case, ...]:
    fees, storage, debt = "01-fbafees-base-fee", "02-storage-counted-twice", "03-cross-account-debt"
    india, uae, sweden = "04-india-spaced-labels", "18-uae-settlement", "28-swedish-settlement"
    lines, parallel = "43-settlement-fee-lines-2026", "31-two-settlements-of-the-same-days"
    return (
        _case(
            fees,
            [_of(fees, "settlement.tsv", SETTLEMENTS, "c-us")],
            {
                _settled(
                    "store_id, storage_fees_amount, fulfilment_fees_amount in (-33, -21), other_fees_amount "
                    "+ fulfilment_fees_amount, unknown_amount",
                    "90000000001",
                ): [("c-us", -40, True, -106, 0)]
            },
        ),
        _case(
            storage,
            [
                _of(storage, "storage.tsv", "amazon_sp.storage_fees", "st-new"),
                _of(storage, "settlement-new-label.tsv", SETTLEMENTS, "st-new"),
                _of(storage, "storage.tsv", "amazon_sp.storage_fees", "st-old"),
                _of(storage, "settlement-old-label.tsv", SETTLEMENTS, "st-old"),
            ],
            {
                "select store_id, sum(profit_amount) from marts.profit_daily where store_id like 'st-%' group by 1 "
                "order by 1": [("st-new", -30), ("st-old", -30)]
            },
        ),
        _case(
            debt,
            [
                _of(debt, "settlement-de.tsv", SETTLEMENTS, "xd-de"),
                _of(debt, "settlement-es.tsv", SETTLEMENTS, "xd-es"),
            ],
            {
                "select store_id, profit_or_loss_amount, transfers_amount from marts.settlements "
                "where store_id like 'xd-%' order by 1": [("xd-de", 100, -25), ("xd-es", -25, 25)]
            },
        ),
        _case(
            india,
            [_of(india, "settlement.tsv", SETTLEMENTS, "in-in")],
            {
                "select unknown_amount, selling_fees_amount, fulfilment_fees_amount from marts.settlements "
                "where store_id = 'in-in' and selling_fees_amount = -160": [(0, -160, -50)]
            },
        ),
        _case(
            uae,
            [_of(uae, "settlement.tsv", SETTLEMENTS, "s-ae")],
            {
                "select distinct posted_date, currency from marts.settlement_lines where settlement_id = '90000000018' "
                "order by 1": [("2026-07-05", "AED"), ("2026-07-06", "AED")],
                "select is_in_price from marts.settlement_lines where settlement_id = '90000000018' "
                "and amount_description = 'Tax'": [(True,)],
                _settled("store_id, revenue_amount, tax_amount, difference, deposit_date", "90000000018"): [
                    ("s-ae", 200, 10, 0, "2026-07-18")
                ],
            },
        ),
        _case(
            sweden,
            [_of(sweden, "settlement.tsv", SETTLEMENTS, "s-se")],
            {
                "select revenue_amount, tax_amount, difference, currency from marts.settlements "
                "where store_id = 's-se'": [("1234.50", "308.63", 0, "SEK")]
            },
        ),
        _case(
            lines,
            [_of(lines, "settlement_new_fee_lines_gb.txt", SETTLEMENTS, "l-uk")],
            {
                _settled("store_id, total_amount, difference, unknown_amount, transfers_amount", "990000000001"): [
                    ("l-uk", -66, 0, 0, -2)
                ]
            },
        ),
        _case(
            parallel,
            [
                _of(parallel, "standard.tsv", SETTLEMENTS, "in-in"),
                _of(parallel, "cod.tsv", SETTLEMENTS, "in-in"),
                _of(parallel, "campaigns.json", "amazon_ads.sp_campaigns", "in-in"),
            ],
            {
                "select amount, compared_amount, difference from marts.sales_reconciliation where store_id = 'in-in' "
                "and kind = 'advertising_against_settlements' and date = '2026-09-15'": [(140, 140, 0)]
            },
        ),
    )


def _channels() -> tuple[Case, ...]:
    taken, demand = "06-mcf-takes-settlement-away", "07-mcf-demand-not-in-velocity"
    fees, myi, same = (
        "08-fees-of-all-marketplaces-in-one",
        "11-myi-one-marketplace-a-report",
        "27-reimbursements-of-all-marketplaces",
    )
    small = "19-small-marketplaces"
    return (
        _case(
            taken,
            [
                _of(taken, "settlement-fr.tsv", SETTLEMENTS, "m-fr"),
                _of(taken, "settlement-us.tsv", SETTLEMENTS, "c-us"),
            ],
            {
                _settled("store_id", "90000000008"): [("m-fr",)],
                "select distinct store_id from marts.settlement_lines where settlement_id = '90000000008'": [("m-fr",)],
                "select distinct store_id from marts.settlement_lines where settlement_id = '90000000009'": [("c-us",)],
            },
        ),
        _case(
            demand,
            [
                _of(demand, "orders.tsv", ORDERS, "c-us"),
                _of(demand, "ledger.tsv", LEDGER, "c-us"),
                _of(demand, "myi.tsv", MYI, "c-us", as_of="2026-10-21T12:00:00Z"),
            ],
            {
                "select units_30d from marts.inventory_health where store_id = 'c-us' and sku = 'US-S7'": [(11,)],
                f"select sum(pending_units), sum(cancelled_units) >= 1 {_sold('US-S7')}": [(0, True)],
            },
        ),
        _case(
            fees,
            [
                _of(fees, "fees.tsv", "amazon_sp.estimated_fees", "f-de", as_of="2026-10-10T12:00:00Z"),
                _of(fees, "orders.tsv", ORDERS, "f-de"),
            ],
            {
                "select referral_fees_amount, fulfilment_fees_amount from marts.profit_daily where store_id = 'f-de' "
                "and sku = 'EU-S8' and date = '2026-10-12'": [(-3, "-3.50")]
            },
        ),
        _case(
            myi,
            [
                _of(myi, "us.tsv", MYI, "na-us", as_of="2026-10-21T12:00:00Z"),
                _of(myi, "ca.tsv", MYI, "na-ca", as_of="2026-10-21T12:05:00Z"),
            ],
            {
                "select store_id, sku, snapshot_fulfillable_quantity from marts.inventory_daily "
                "where date = '2026-10-21' and sku like 'NA-S11%' and snapshot_fulfillable_quantity > 0 order by 1": [
                    ("na-ca", "NA-S11C", 20),
                    ("na-us", "NA-S11", 50),
                ]
            },
        ),
        _case(
            same,
            [
                _of(same, "reimbursements.tsv", "amazon_sp.reimbursements", "na-us"),
                _of(same, "reimbursements.tsv", "amazon_sp.reimbursements", "na-ca"),
            ],
            {
                "select store_id, currency from staging.stg_amazon_sp__reimbursements where sku = 'NA-S27' "
                "order by 1": [
                    ("na-ca", "CAD"),
                    ("na-us", "USD"),
                ]
            },
        ),
        _case(
            small,
            [_of(small, "orders.tsv", ORDERS, "s-se")],
            {
                "select store_id, currency, date from marts.sales_daily where sku = 'EU-S19' order by 1": [
                    ("s-ae", "AED", "2026-10-03"),
                    ("s-be", "EUR", "2026-10-02"),
                    ("s-pl", "PLN", "2026-10-02"),
                    ("s-sa", "SAR", "2026-10-03"),
                    ("s-se", "SEK", "2026-10-02"),
                    ("s-tr", "TRY", "2026-10-03"),
                    ("s-uk", "GBP", "2026-10-02"),
                ],
                "select store_id, vat_amount from marts.profit_daily where sku = 'EU-S19' "
                "and store_id in ('s-se', 's-pl') order by 1": [("s-pl", "-16.64"), ("s-se", "-45.80")],
            },
        ),
    )


def _files() -> tuple[Case, ...]:
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
        _case(
            one_l,
            [_of(one_l, "listings.tsv", LISTINGS, "l-uk", as_of=NOON)],
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
        _case(
            fewer,
            [_of(fewer, "listings.tsv", LISTINGS, "c-us", as_of=NOON)],
            {
                "select price_amount, asin, listing_status from marts.products where sku = 'US-S10'": [
                    ("12.50", "B0CASE0010", None)
                ]
            },
        ),
        _case(
            costs,
            [
                _of(costs, "orders.tsv", ORDERS, "c-us"),
                _of(costs, "costs.csv", "manual.product_costs", "c-us", as_of=NOON),
            ],
            {
                "select units_without_cost from marts.profit_daily where store_id = 'c-us' and sku = '00123'": [(1,)],
                "select sum(cost_of_goods_amount) from marts.profit_daily where store_id = 'c-us' and sku = 'US-S13' "
                "and date = '2026-10-02'": [(-18,)],
            },
        ),
        _case(
            other,
            [
                _of(other, "v1.tsv", SETTLEMENTS, "c-us", refused="V2"),
                _of(other, "daterange.csv", SETTLEMENTS, "c-us", refused="ate range"),
            ],
            {},
        ),
        _case(
            csv,
            [_of(csv, "returns.csv", RETURNS, "c-us"), _of(csv, "ledger.csv", LEDGER, "c-us")],
            {
                "select date, units from marts.returns_daily where store_id = 'c-us' and sku = 'US-S33'": [
                    ("2026-10-03", 1)
                ],
                "select date, ledger_ending_quantity from marts.inventory_daily where store_id = 'c-us' "
                "and sku = 'US-S33'": [("2026-11-03", 7)],
            },
        ),
        _case(
            personal,
            [_of(personal, "all_orders_personal_columns.txt", ORDERS, "l-uk")],
            {
                "select units, item_price_amount from marts.sales_daily where store_id = 'l-uk' and sku = 'SKU-1'": [
                    (1, "14.99")
                ],
                "select count(*) from information_schema.columns where table_schema = 'raw' and column_name ~ "
                "'^(buyer_(company|vat|cst|tax|citizen)|licensee|customized|ship_from|invoice_business)'": [(0,)],
            },
        ),
        _case(
            restock,
            [_of(restock, "restock_none_cp1252.txt", "amazon_sp.restock_recommendations", "c-us", as_of=NOON)],
            {
                "select count(*), count(recommended_ship_date) from staging.stg_amazon_sp__restock_recommendations "
                "where store_id = 'c-us'": [(5, 0)]
            },
        ),
        _case(
            ledger,
            [_of(ledger, "ledger_detail_us_2026.csv", "amazon_sp.ledger_detail", "c-us")],
            {
                "select count(*), sum(quantity) from staging.stg_amazon_sp__ledger_detail where store_id = 'c-us' "
                "and sku like 'FB-COF%'": [(8, -8)]
            },
        ),
        _case(
            german,
            [_of(german, "listings_de_cp1252.txt", LISTINGS, "f-de", as_of=NOON)],
            {
                f"{listing} store_id = 'f-de' and sku like 'SKU-ANON-DE%'": [
                    ("SKU-ANON-DE-1", "Merchant", "19.99", "Active", "B000000001")
                ]
            },
        ),
    )


def _stock_and_sales() -> tuple[Case, ...]:
    equal, dst, half = "13-equal-order-lines", "15-days-around-dst", "16-half-hour-zone"
    crawl, vine, ads = "17-price-in-another-currency", "21-vine-and-replacement", "24-ads-without-sku"
    partial, rate, twice = "29-partial-cancel", "32-one-tenant-without-a-rate", "12-return-with-two-dates"
    return (
        _case(
            twice,
            [_of(twice, "first.tsv", RETURNS, "c-us"), _of(twice, "later.tsv", RETURNS, "c-us")],
            {"select sum(units) from marts.returns_daily where store_id = 'c-us' and sku = 'US-S12'": [(1,)]},
        ),
        _case(
            equal,
            [
                _of(equal, "first.tsv", ORDERS, "c-us"),
                _of(equal, "later.tsv", "amazon_sp.all_orders_by_last_update", "c-us"),
            ],
            {
                "select count(*) from marts.order_items where store_id = 'c-us' and sku = 'US-S13' "
                "and amazon_order_id like '%-0000013-%'": [(3,)],
                f"select units, item_price_amount {_sold('US-S13')} and date = '2026-10-02'": [(4, 40)],
            },
        ),
        _case(
            dst,
            [_of(dst, "orders.tsv", ORDERS, "c-us")],
            {
                f"select date, units {_sold('US-S15')} order by 1": [
                    ("2026-03-07", 1),
                    ("2026-03-08", 1),
                    ("2026-11-01", 2),
                    ("2026-11-02", 1),
                ]
            },
        ),
        _case(
            half,
            [_of(half, "orders.tsv", ORDERS, "in-in")],
            {f"select date, units {_sold('IN-S16', 'in-in')} order by 1": [("2026-10-01", 1), ("2026-10-02", 1)]},
        ),
        _case(
            crawl,
            [_of(crawl, "products.json", "apify.products", "a-de", as_of=NOON)],
            {
                "select asin, price_amount, currency from marts.competitor_daily where store_id = 'a-de' order by 1": [
                    ("B0CASE0017", None, "EUR"),
                    ("B0CASE017B", "18.49", "EUR"),
                ],
            },
        ),
        _case(
            vine,
            [_of(vine, "orders.tsv", ORDERS, "c-us")],
            {
                f"select units, replacement_units, pending_units, item_price_amount {_sold('US-S21')} "
                "and date = '2026-10-02'": [(3, 1, 1, 35)],
                "select revenue_amount from marts.profit_daily where store_id = 'c-us' and sku = 'US-S21' "
                "and date = '2026-10-02'": [(15,)],
            },
        ),
        _case(
            ads,
            [
                _of(ads, "campaigns.json", "amazon_ads.sp_campaigns", "c-us"),
                _of(ads, "products.json", "amazon_ads.sp_advertised_product", "c-us"),
            ],
            {
                "select sku, advertising_amount from marts.profit_daily where store_id = 'c-us' "
                "and date = '2026-10-05' and advertising_amount <> 0 order by 1": [("US-S24", -6), (None, -8)],
            },
        ),
        _case(
            partial,
            [_of(partial, "orders.tsv", ORDERS, "c-us")],
            {
                f"select units {_sold('US-S29A')}": [(1,)],
                f"select units, cancelled_units, pending_units {_sold('US-S29B')}": [(0, 0, 0)],
            },
        ),
        _case(
            rate,
            [_of(rate, "mx.tsv", ORDERS, "na-mx"), _of(rate, "us.tsv", ORDERS, "c-us")],
            {
                "select profit_amount from marts.profit_daily where store_id = 'c-us' and sku = 'US-S32'": [(10,)],
                "select item_price_amount from marts.sales_daily where store_id = 'na-mx' and sku = 'MX-S32'": [(200,)],
            },
        ),
    )


def _identity() -> tuple[Case, ...]:
    two, day, fc, week = (
        "41-two-imported-settlements",
        "42-sales-and-traffic-of-one-day",
        "47-ledger-by-warehouse",
        "48-data-kiosk-week",
    )
    return (
        _case(
            two,
            [
                _of(two, "settlement_a_eur.txt", SETTLEMENTS, "f-de", as_of=NOON),
                _of(two, "settlement_b_gbp.txt", SETTLEMENTS, "f-uk", as_of=NOON),
                _of(two, "settlement_a_eur.txt", SETTLEMENTS, "f-de", as_of=NOON),
            ],
            {
                "select store_id, total_amount, currency from marts.settlements "
                "where settlement_id like '88000000000%' order by 1": [("f-de", 100, "EUR"), ("f-uk", 200, "GBP")]
            },
        ),
        _case(
            day,
            [
                _of(day, "sales_and_traffic_child_one_day.json", TRAFFIC, "c-us"),
                _of(day, "sales_and_traffic_parent_one_day.json", TRAFFIC, "c-us", refused="CHILD"),
                _of(day, "sales_and_traffic_sku_one_day.json", TRAFFIC, "c-us", refused="CHILD"),
            ],
            {
                "select count(*), sum(sessions) from marts.traffic_daily where store_id = 'c-us' "
                "and date = '2024-02-15'": [(3, 71)],
                "select count(*) from ops.slices where feed = 'amazon_sp.sales_and_traffic' "
                "and day in ('2024-02-14', '2021-06-11')": [(0,)],
            },
        ),
        _case(
            fc,
            [_of(fc, "ledger_summary_us_2026_fc_tab.txt", LEDGER, "c-us", refused="COUNTRY")],
            {"select count(*) from marts.stores where store_id ilike '%san3%'": [(0,)]},
        ),
        _case(
            week,
            [
                _of(week, "economics_week.jsonl", "amazon_data_kiosk.economics", "c-us", refused="DAY"),
                _of(
                    week,
                    "data_kiosk_by_asin_week.jsonl",
                    "amazon_data_kiosk.sales_and_traffic_by_asin",
                    "c-us",
                    refused="DAY",
                ),
            ],
            {},
        ),
    )


def _real_reports() -> tuple[Case, ...]:
    folder = _SAMPLES / "real-reports"
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


SHARED: tuple[Case, ...] = _cases() if _CASES.exists() else ()
