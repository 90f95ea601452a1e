"""A year of a business, landed by SQL: rows of raw tables and what the ledger says of them, as `landing` leaves them.

Every value follows from store, day and number by a hash: the same arguments, the same rows. What is built from it and
measured is in marts.py.
"""

# ruff: noqa: S608  the statements are made of constants of this file
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import psycopg
from psycopg import sql

from pipelines.actors import BUILT_IN
from pipelines.feeds import FEEDS
from pipelines.landing.loading.raw_tables import ensure_raw_tables
from pipelines.warehouse.stores_sync import sync_actors

LARGE, SMALL = "large", "small"
_SCOPES = {"store": "s.store_id", "account": "s.account_id", "marketplace": "s.marketplace_id", "global": "'*'"}

# in each: l is a load (load_id, scope_id, day), s a store of its scope, n the number of a product
_DICE = "abs(hashtext(s.store_id || l.day || n))"
_UNITS = f"(1 + {_DICE} % 3)"
_PRICE = "(9.99 + n)"
_ASIN = "'B0' || lpad(n::text, 8, '0')"

_CHARGES = (
    "(values ('ItemPrice', 'Principal', 1, 0), ('ItemFees', 'Commission', -0.15, 0), "
    "('ItemFees', 'FBAPerUnitFulfillmentFee', 0, -3)) as v(type, description, share, fixed)"
)
_SETTLED = (
    f"(select sum(:lines * round(v.share * {_PRICE} * {_UNITS} + v.fixed, 2)) "
    f"from generate_series(1, :products) as n cross join {_CHARGES})"
)


def _measures(impressions: str, clicks: str, cost: str, bought: str) -> str:
    """The figures of an Ads row, the same in each window of attribution."""
    windows = (
        f"'purchases{days}d', {bought}, 'unitsSoldClicks{days}d', {bought}, 'sales{days}d', {bought} * 19.99"
        for days in (1, 7, 14, 30)
    )
    return f"'impressions', {impressions}, 'clicks', {clicks}, 'cost', {cost}, {', '.join(windows)}"


_AD = _measures("100 + d % 900", "d % 20", "(d % 20) * 0.85", "d % 3")
_NUMBERS = f"generate_series(1, :products) as n cross join lateral (select {_DICE} as d) as dice"
_CAMPAIGN = "n % (:products / 5) + 1"


def changes_price(asin: str, day: str) -> str:
    """Whether a page's price is another than the day before: once a week, each page on a day of its own."""
    return f"(mod({_days_of_price(asin, day)}, 7) = 0)"


def price_of(asin: str, day: str) -> str:
    """The price on a page."""
    return f"(15 + mod({_days_of_price(asin, day)} / 7, 5))"


def _days_of_price(asin: str, day: str) -> str:
    return f"({day} - date '2000-01-01' + abs(mod(hashtext({asin}), 7)))"


# of a marketplace: what its stores watch, and the sign of its currency
_WATCHED_THERE = "join ops.stores as o using (store_id) where o.marketplace_id = s.marketplace_id"
_SIGN = "case s.marketplace_id when 'ATVPDKIKX0DER' then '$' else '€' end"

_ROWS = {
    "amazon_sp.all_orders_by_order_date": {
        "": (
            "amazon_order_id, sku, asin, product_name, purchase_date, last_updated_date, order_status, item_status, "
            "fulfillment_channel, sales_channel, quantity, currency, item_price, item_tax, promotion_ids, "
            "is_business_order",
            "s.store_id || '-' || l.day || '-' || n || '-' || line, 'SKU-' || n, 'B0' || lpad(n::text, 8, '0'), "
            "'Product ' || n, l.day || 'T18:00:00+00:00', l.day || 'T20:00:00+00:00', 'Shipped', 'Shipped', 'Amazon', "
            f"s.sales_channel, {_UNITS}::text, s.currency, ({_PRICE} * {_UNITS})::text, '0.80', '', 'false'",
            "generate_series(1, :products) as n cross join generate_series(1, :lines) as line",
        )
    },
    # each day settled by itself: principal, commission and fulfilment of every order line
    "amazon_sp.settlements_v2": {
        "": (
            "settlement_id, settlement_start_date, settlement_end_date, deposit_date, total_amount, currency, "
            "transaction_type, order_id, marketplace_name, amount_type, amount_description, amount, fulfillment_id, "
            "posted_date, posted_date_time, sku, quantity_purchased",
            "s.store_id || '-' || l.day, l.day || ' 00:00:00 UTC', l.day || ' 23:59:59 UTC', l.day || ' 23:59:59 UTC', "
            f"case when n = 0 then {_SETTLED}::text end, case when n = 0 then s.currency end, "
            "case when n > 0 then 'Order' end, "
            "case when n > 0 then s.store_id || '-' || l.day || '-' || n || '-' || line end, "
            "case when n > 0 then s.sales_channel end, v.type, v.description, "
            f"round(v.share * {_PRICE} * {_UNITS} + v.fixed, 2)::text, 'AFN', "
            "l.day::text, l.day || ' 20:00:00 UTC', 'SKU-' || n, '1'",
            f"generate_series(0, :products) as n cross join generate_series(1, :lines) as line cross join {_CHARGES} "
            "where n > 0 or (line = 1 and v.share = 1)",
        )
    },
    "amazon_sp.sales_and_traffic": {
        "by_asin": (
            "item",
            f"jsonb_build_object('parentAsin', {_ASIN}, 'childAsin', {_ASIN}, "
            "'sku', 'SKU-' || n, 'salesByAsin', jsonb_build_object('totalOrderItems', :lines, "
            f"'unitsOrdered', :lines * {_UNITS}, 'orderedProductSales', "
            f"jsonb_build_object('amount', :lines * {_PRICE} * {_UNITS}, 'currencyCode', s.currency)), "
            "'trafficByAsin', jsonb_build_object('sessions', 20 + d % 50, 'pageViews', 30 + d % 90, "
            "'browserSessions', 20, 'mobileAppSessions', d % 50, 'browserPageViews', 30, 'mobileAppPageViews', d % 90, "
            "'buyBoxPercentage', 50 + d % 50, 'unitSessionPercentage', 5))",
            _NUMBERS,
        ),
        "by_date": (
            "item",
            "jsonb_build_object('date', l.day, 'salesByDate', jsonb_build_object('unitsOrdered', units, "
            "'totalOrderItems', :products, 'orderedProductSales', jsonb_build_object('amount', amount, 'currencyCode', "
            "s.currency)), 'trafficByDate', jsonb_build_object('sessions', 4000, 'pageViews', 6000, "
            "'buyBoxPercentage', 75, 'unitSessionPercentage', 5))",
            f"lateral (select :lines * sum({_UNITS}) as units, :lines * sum({_PRICE} * {_UNITS}) as amount "
            "from generate_series(1, :products) as n) as sums",
        ),
    },
    "amazon_sp.ledger_summary": {
        "": (
            "date, fnsku, asin, msku, title, disposition, starting_warehouse_balance, in_transit_between_warehouses, "
            "receipts, customer_shipments, customer_returns, vendor_returns, warehouse_transfer_in_out, found, lost, "
            "damaged, disposed, other_events, unknown_events, ending_warehouse_balance, location",
            "to_char(l.day, 'MM/DD/YYYY'), 'X' || n, 'B0' || lpad(n::text, 8, '0'), 'SKU-' || n, 'Product ' || n, "
            "'SELLABLE', '200', '0', '3', '-3', '0', '0', '0', '0', '0', '0', '0', '0', '0', '200', s.country",
            "generate_series(1, :products) as n",
        )
    },
    "amazon_sp.fba_myi_unsuppressed_inventory": {
        "": (
            "sku, fnsku, asin, product_name, condition, your_price, afn_warehouse_quantity, afn_fulfillable_quantity, "
            "afn_unsellable_quantity, afn_reserved_quantity, afn_total_quantity, afn_inbound_working_quantity, "
            "afn_inbound_shipped_quantity, afn_inbound_receiving_quantity",
            "'SKU-' || n, 'X' || n, 'B0' || lpad(n::text, 8, '0'), 'Product ' || n, 'New', '19.99', '200', "
            f"({_DICE} % 200)::text, '0', '0', '200', '0', '0', '0'",
            "generate_series(1, :products) as n",
        )
    },
    "amazon_ads.sp_campaigns": {
        "": (
            "item",
            "jsonb_build_object('date', l.day, 'campaignId', c, 'campaignName', 'Campaign ' || c, 'campaignStatus', "
            f"'ENABLED', {_measures('impressions', 'clicks', 'cost', 'bought')})",
            f"lateral (select {_CAMPAIGN} as c, sum(100 + d % 900) as impressions, sum(d % 20) as clicks, "
            f"sum((d % 20) * 0.85) as cost, sum(d % 3) as bought from {_NUMBERS} group by c) as campaigns",
        )
    },
    "amazon_ads.sp_search_term": {
        "": (
            "item",
            f"jsonb_build_object('date', l.day, 'campaignId', {_CAMPAIGN}, 'campaignName', 'Campaign', "
            "'campaignStatus', 'ENABLED', 'adGroupId', n, 'adGroupName', 'Group', 'keywordId', n, 'targeting', 'mug', "
            f"'matchType', 'BROAD', 'searchTerm', 'term ' || d % 400, {_AD})",
            _NUMBERS,
        )
    },
    "amazon_ads.sp_targeting": {
        "": (
            "item",
            f"jsonb_build_object('date', l.day, 'campaignId', {_CAMPAIGN}, 'campaignName', 'Campaign', "
            "'campaignStatus', 'ENABLED', 'adGroupId', n, 'adGroupName', 'Group', 'keywordId', n, 'targeting', 'mug', "
            f"'matchType', 'BROAD', {_AD})",
            _NUMBERS,
        )
    },
    "amazon_ads.sp_advertised_product": {
        "": (
            "item",
            f"jsonb_build_object('date', l.day, 'campaignId', {_CAMPAIGN}, 'campaignName', 'Campaign', "
            "'campaignStatus', 'ENABLED', 'adGroupId', n, 'adGroupName', 'Group', 'adId', n, "
            f"'advertisedAsin', {_ASIN}, 'advertisedSku', 'SKU-' || n, {_AD})",
            _NUMBERS,
        )
    },
    "apify.products": {
        "": (
            "item",
            "jsonb_build_object('asin', t.asin, 'originalAsin', t.asin, 'title', 'Product ' || t.asin, "
            "'brand', 'Rival', 'seller', jsonb_build_object('name', 'Rival', 'id', 'ARIVAL'), 'thumbnailImage', "
            "'https://m.media-amazon.com/images/I/' || t.asin || '.jpg', 'inStock', true, 'stars', 4.5, "
            "'reviewsCount', 100, 'bestsellerRanks', jsonb_build_array(jsonb_build_object('rank', "
            "1000 + abs(hashtext(t.asin || l.day)) % 500, 'category', 'Kitchen')), 'price', "
            f"jsonb_build_object('value', {price_of('t.asin', 'l.day')}, 'currency', {_SIGN}))",
            f"lateral (select distinct competitor_asin as asin from ops.tracked_asins {_WATCHED_THERE}) as t",
        )
    },
    # the places of a search are the first pages of the store that watches the keyword
    "apify.keyword_search": {
        "": (
            "item",
            "jsonb_build_object('asin', t.asin, 'title', 'Product ' || t.asin, 'input', t.keyword, 'categoryPageData', "
            "jsonb_build_object('pageNumber', 1 + n / 20, 'productPosition', "
            "1 + (n + abs(hashtext(t.keyword || l.day) % 25)) % 25, 'isSponsored', false))",
            "lateral (select keyword, competitor_asin as asin, row_number() over (partition by keyword order by "
            "competitor_asin) as n from ops.tracked_asins join ops.tracked_keywords using (store_id) "
            f"{_WATCHED_THERE}) as t where n <= 25",
        )
    },
    "manual.fx_rates": {
        "": ("date, base_currency, quote_currency, rate", "l.day::text, 'EUR', 'USD', '1.1'", "(select 1) as one")
    },
}


@dataclass(frozen=True)
class Business:
    """How large it is. lines: of orders, for each product and day. Stores sell in the US and, every other, in Germany;
    four of five belong to the tenant `large`.
    """

    stores: int
    products: int
    lines: int = 1

    def enter(self, conn: psycopg.Connection) -> None:
        """Tenants, stores, what they track and which actors crawl it, and the raw tables."""
        ensure_raw_tables(conn)
        with conn.cursor() as cur:
            sync_actors(cur, BUILT_IN.values())
        conn.execute(
            "insert into ops.tenants (tenant_id, name, reporting_currency) values (%s, %s, 'USD'), (%s, %s, 'USD')",
            (LARGE, LARGE, SMALL, SMALL),
        )
        conn.execute(
            """
            insert into ops.stores (store_id, tenant_id, account_id, seller_id, region, country, marketplace_id,
                sales_channel, currency, time_zone, has_api)
            select 'store-' || n, case when n %% 5 = 0 then %s else %s end, 'SELLER' || n || '@' || m.region,
                'SELLER' || n, m.region, m.country, m.marketplace_id, m.sales_channel, m.currency, m.time_zone, true
            from generate_series(1, %s) as n
            join (values
                (1, 'na', 'US', 'ATVPDKIKX0DER', 'Amazon.com', 'USD', 'America/Los_Angeles'),
                (0, 'eu', 'DE', 'A1PA6795UKMFR9', 'Amazon.de', 'EUR', 'Europe/Berlin')
            ) as m(odd, region, country, marketplace_id, sales_channel, currency, time_zone) on n %% 2 = m.odd
            """,
            (SMALL, LARGE, self.stores),
        )
        conn.execute(
            "insert into ops.tracked_asins (store_id, own_asin, competitor_asin) "
            "select s.store_id, a, c from ops.stores as s, generate_series(1, 10) as n, "
            "lateral (select 'B0' || lpad(n::text, 8, '0') as a) as own, "
            "lateral (values (a), ('B0RIVAL' || lpad(n::text, 3, '0'))) as other(c)"
        )

    def land(self, conn: psycopg.Connection, first: date, last: date, feeds: Iterable[str] = tuple(_ROWS)) -> int:
        """All documents of these days and feeds; returns how many loads they are."""
        return sum(self._land(conn, feed, first, last) for feed in feeds)

    def _land(self, conn: psycopg.Connection, name: str, first: date, last: date) -> int:
        feed = FEEDS[name]
        scope = _SCOPES[feed.scope]
        instant = (
            "day + time '12:00' at time zone 'UTC'" if feed.shape in ("snapshot", "crawl") else "null::timestamptz"
        )
        key = "to_char(instant at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
        conn.execute("drop table if exists landed")
        landed = conn.execute(
            f"""
            create temporary table landed as
            with days as (select d::date as day from generate_series(%(first)s::date, %(last)s, '1 day') as d)
            select nextval(pg_get_serial_sequence('ops.loads', 'load_id')) as load_id, scope_id, day,
                {instant} as instant
            from days cross join (select distinct {scope} as scope_id from ops.stores as s) as scopes
            """.encode(),
            {"first": first, "last": last},
        ).rowcount
        for statement in (
            "insert into ops.loads (load_id, feed, scope_id, origin, sha256, archive_path, charset, window_start, "
            "window_end, instant, report_created_at, row_count) overriding system value "
            "select load_id, %(feed)s, scope_id, 'api', md5(load_id::text), '', 'utf-8', day, day, instant, "
            "day + interval '36 hours', 1 from landed",
            "insert into ops.slices (feed, scope_id, slice_key, day, instant, state, current_load_id) "
            f"select %(feed)s, scope_id, coalesce({key}, day::text), day, instant, 'loaded', load_id from landed",
            "insert into ops.slice_history (feed, scope_id, slice_key, day, instant, load_id) "
            f"select %(feed)s, scope_id, coalesce({key}, day::text), day, instant, load_id from landed",
            "insert into ops.changes (producer, scope_id, window_start, window_end, load_id) "
            "select %(feed)s, scope_id, day, day, load_id from landed",
        ):
            conn.execute(statement.encode(), {"feed": name})
        stores = "(select 1) as s" if feed.scope == "global" else f"ops.stores as s on {scope} = l.scope_id"
        if feed.scope == "marketplace":  # one document for all stores of a marketplace
            stores = "(select distinct marketplace_id from ops.stores) as s on s.marketplace_id = l.scope_id"
        join = "cross join" if feed.scope == "global" else "join"
        for section in feed.sections:
            columns, values, of = _ROWS[name][section.name if section.name in _ROWS[name] else ""]
            statement = (
                f"insert into raw.{feed.table(section)} (load_id, {columns}) "
                # as documents land: each load's rows side by side
                f"select l.load_id, {values} from landed as l {join} {stores} cross join {of} order by l.load_id"
            )
            conn.execute(statement.replace(":products", str(self.products)).replace(":lines", str(self.lines)).encode())
        return landed


def analyze(conn: psycopg.Connection) -> None:
    """What autovacuum would have done by and by: statistics of the tables that were filled at once."""
    for (table,) in conn.execute(
        "select oid::regclass::text from pg_class "
        "where relkind = 'r' and relnamespace::regnamespace::text in ('raw', 'ops')"
    ).fetchall():
        conn.execute(sql.SQL("analyze {}").format(sql.SQL(table)))


def months_before(last: date, months: int) -> date:
    """The first day of a history of so many months that ends on `last`."""
    return last - timedelta(days=round(months * 30.44) - 1)
