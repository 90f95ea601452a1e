"""The shared cases of Amazon's own channels and of whose rows are whose."""

from __future__ import annotations

from tests.real.case import Case
from tests.real.shared.samples import LEDGER, MYI, NOON, ORDERS, SETTLEMENTS, TRAFFIC, case, of, settled, sold


def channels() -> tuple[Case, ...]:
    taken, demand = "06-mcf-takes-settlement-away", "07-mcf-demand-not-in-velocity"
    fees, myi, same = (
        "08-fees-of-all-marketplaces-in-one",
        "11-myi-one-marketplace-a-report",
        "27-reimbursements-of-all-marketplaces",
    )
    small = "19-small-marketplaces"
    return (
        case(
            taken,
            [
                of(taken, "settlement-fr.tsv", SETTLEMENTS, "m-fr"),
                of(taken, "settlement-us.tsv", SETTLEMENTS, "c-us"),
            ],
            {
                settled("store_id", "90000000008"): [("m-fr",)],
                "select distinct store_id from marts.settlement_lines where settlement_id = '90000000008'": [("m-fr",)],
                "select distinct store_id from marts.settlement_lines where settlement_id = '90000000009'": [("c-us",)],
            },
        ),
        case(
            demand,
            [
                of(demand, "orders.tsv", ORDERS, "c-us"),
                of(demand, "ledger.tsv", LEDGER, "c-us"),
                of(demand, "myi.tsv", MYI, "c-us", as_of="2026-10-21T12:00:00Z"),
            ],
            {
                "select units_30d from marts.inventory_health where store_id = 'c-us' and sku = 'US-S7'": [(11,)],
                f"select sum(pending_units), sum(cancelled_units) >= 1 {sold('US-S7')}": [(0, True)],
            },
        ),
        case(
            fees,
            [
                of(fees, "fees.tsv", "amazon_sp.estimated_fees", "f-de", as_of="2026-10-10T12:00:00Z"),
                of(fees, "orders.tsv", ORDERS, "f-de"),
            ],
            {
                "select referral_fees_amount, fulfilment_fees_amount from marts.profit_daily where store_id = 'f-de' "
                "and sku = 'EU-S8' and date = '2026-10-12'": [(-3, "-3.50")]
            },
        ),
        case(
            myi,
            [
                of(myi, "us.tsv", MYI, "na-us", as_of="2026-10-21T12:00:00Z"),
                of(myi, "ca.tsv", MYI, "na-ca", as_of="2026-10-21T12:05:00Z"),
            ],
            {
                "select store_id, sku, snapshot_fulfillable_quantity from marts.inventory_daily "
                "where date = '2026-10-21' and sku like 'NA-S11%' and snapshot_fulfillable_quantity > 0 order by 1": [
                    ("na-ca", "NA-S11C", 20),
                    ("na-us", "NA-S11", 50),
                ]
            },
        ),
        case(
            same,
            [
                of(same, "reimbursements.tsv", "amazon_sp.reimbursements", "na-us"),
                of(same, "reimbursements.tsv", "amazon_sp.reimbursements", "na-ca"),
            ],
            {
                "select store_id, currency from staging.stg_amazon_sp__reimbursements where sku = 'NA-S27' "
                "order by 1": [
                    ("na-ca", "CAD"),
                    ("na-us", "USD"),
                ]
            },
        ),
        case(
            small,
            [of(small, "orders.tsv", ORDERS, "s-se")],
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


def identity() -> tuple[Case, ...]:
    two, day, fc, week = (
        "41-two-imported-settlements",
        "42-sales-and-traffic-of-one-day",
        "47-ledger-by-warehouse",
        "48-data-kiosk-week",
    )
    return (
        case(
            two,
            [
                of(two, "settlement_a_eur.txt", SETTLEMENTS, "f-de", as_of=NOON),
                of(two, "settlement_b_gbp.txt", SETTLEMENTS, "f-uk", as_of=NOON),
                of(two, "settlement_a_eur.txt", SETTLEMENTS, "f-de", as_of=NOON),
            ],
            {
                "select store_id, total_amount, currency from marts.settlements "
                "where settlement_id like '88000000000%' order by 1": [("f-de", 100, "EUR"), ("f-uk", 200, "GBP")]
            },
        ),
        case(
            day,
            [
                of(day, "sales_and_traffic_child_one_day.json", TRAFFIC, "c-us"),
                of(day, "sales_and_traffic_parent_one_day.json", TRAFFIC, "c-us", refused="CHILD"),
                of(day, "sales_and_traffic_sku_one_day.json", TRAFFIC, "c-us", refused="CHILD"),
            ],
            {
                "select count(*), sum(sessions) from marts.traffic_daily where store_id = 'c-us' "
                "and date = '2024-02-15'": [(3, 71)],
                "select count(*) from ops.slices where feed = 'amazon_sp.sales_and_traffic' "
                "and day in ('2024-02-14', '2021-06-11')": [(0,)],
            },
        ),
        case(
            fc,
            [of(fc, "ledger_summary_us_2026_fc_tab.txt", LEDGER, "c-us", refused="COUNTRY")],
            {"select count(*) from marts.stores where store_id ilike '%san3%'": [(0,)]},
        ),
        case(
            week,
            [
                of(week, "economics_week.jsonl", "amazon_data_kiosk.economics", "c-us", refused="DAY"),
                of(
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
