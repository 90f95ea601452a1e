"""The shared cases of stock, sales and traffic."""

from __future__ import annotations

from tests.real.case import Case
from tests.real.shared.samples import NOON, ORDERS, RETURNS, case, of, sold


def stock_and_sales() -> tuple[Case, ...]:
    equal, dst, half = "13-equal-order-lines", "15-days-around-dst", "16-half-hour-zone"
    crawl, vine, ads = "17-price-in-another-currency", "21-vine-and-replacement", "24-ads-without-sku"
    partial, rate, twice = "29-partial-cancel", "32-one-tenant-without-a-rate", "12-return-with-two-dates"
    return (
        case(
            twice,
            [of(twice, "first.tsv", RETURNS, "c-us"), of(twice, "later.tsv", RETURNS, "c-us")],
            {"select sum(units) from marts.returns_daily where store_id = 'c-us' and sku = 'US-S12'": [(1,)]},
        ),
        case(
            equal,
            [
                of(equal, "first.tsv", ORDERS, "c-us"),
                of(equal, "later.tsv", "amazon_sp.all_orders_by_last_update", "c-us"),
            ],
            {
                "select count(*) from marts.order_items where store_id = 'c-us' and sku = 'US-S13' "
                "and amazon_order_id like '%-0000013-%'": [(3,)],
                f"select units, item_price_amount {sold('US-S13')} and date = '2026-10-02'": [(4, 40)],
            },
        ),
        case(
            dst,
            [of(dst, "orders.tsv", ORDERS, "c-us")],
            {
                f"select date, units {sold('US-S15')} order by 1": [
                    ("2026-03-07", 1),
                    ("2026-03-08", 1),
                    ("2026-11-01", 2),
                    ("2026-11-02", 1),
                ]
            },
        ),
        case(
            half,
            [of(half, "orders.tsv", ORDERS, "in-in")],
            {f"select date, units {sold('IN-S16', 'in-in')} order by 1": [("2026-10-01", 1), ("2026-10-02", 1)]},
        ),
        case(
            crawl,
            [of(crawl, "products.json", "apify.products", "a-de", as_of=NOON)],
            {
                "select asin, price_amount, currency from marts.competitor_daily where store_id = 'a-de' order by 1": [
                    ("B0CASE0017", None, "EUR"),
                    ("B0CASE017B", "18.49", "EUR"),
                ],
            },
        ),
        case(
            vine,
            [of(vine, "orders.tsv", ORDERS, "c-us")],
            {
                f"select units, replacement_units, pending_units, item_price_amount {sold('US-S21')} "
                "and date = '2026-10-02'": [(3, 1, 1, 35)],
                "select revenue_amount from marts.profit_daily where store_id = 'c-us' and sku = 'US-S21' "
                "and date = '2026-10-02'": [(15,)],
            },
        ),
        case(
            ads,
            [
                of(ads, "campaigns.json", "amazon_ads.sp_campaigns", "c-us"),
                of(ads, "products.json", "amazon_ads.sp_advertised_product", "c-us"),
            ],
            {
                "select sku, advertising_amount from marts.profit_daily where store_id = 'c-us' "
                "and date = '2026-10-05' and advertising_amount <> 0 order by 1": [("US-S24", -6), (None, -8)],
            },
        ),
        case(
            partial,
            [of(partial, "orders.tsv", ORDERS, "c-us")],
            {
                f"select units {sold('US-S29A')}": [(1,)],
                f"select units, cancelled_units, pending_units {sold('US-S29B')}": [(0, 0, 0)],
            },
        ),
        case(
            rate,
            [of(rate, "mx.tsv", ORDERS, "na-mx"), of(rate, "us.tsv", ORDERS, "c-us")],
            {
                "select profit_amount from marts.profit_daily where store_id = 'c-us' and sku = 'US-S32'": [(10,)],
                "select item_price_amount from marts.sales_daily where store_id = 'na-mx' and sku = 'MX-S32'": [(200,)],
            },
        ),
    )
