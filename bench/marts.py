"""Marts over a year of history: what a day's increment costs, and how fast a tenant's BI tool is answered.

The history is landed by SQL (history.py); built, tested and asked is what users have, policies included.
"""

from __future__ import annotations

import os
import statistics
import time
from datetime import date, timedelta

import psycopg

from bench import competitors
from bench.figures import Figure, Room
from bench.history import LARGE, SMALL, Business, analyze, months_before
from bench.simulated import another_database
from pipelines.settings import Settings
from pipelines.transformation.transform import transform
from pipelines.warehouse import roles
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.role_names import tenant_role
from pipelines.warehouse.tenant_roles import sync_tenant_roles

LAST = date(2026, 10, 31)
INCREMENTS = 3
ASKED = 20
"""How often each query is asked, after once."""

QUERIES = {
    "sales by day, 90 days": """
        select date, sum(units), sum(item_price_amount_reporting) from marts.sales_store_daily
        where date > %(day)s - 90 group by date order by date""",
    "sales by week, 12 months against the year before": """
        select date_trunc('week', date + case when date <= %(day)s - 364 then 364 else 0 end)::date as week,
            sum(item_price_amount_reporting) filter (where date > %(day)s - 364) as this_year,
            sum(item_price_amount_reporting) filter (where date <= %(day)s - 364) as year_before
        from marts.sales_store_daily where date > %(day)s - 728 group by week order by week""",
    "top 50 SKUs by profit, 30 days": """
        select store_id, sku, sum(profit_amount_reporting) as profit from marts.profit_daily
        where date > %(day)s - 30 group by store_id, sku order by profit desc nulls last limit 50""",
    "SKUs under 21 days of cover": """
        select store_id, sku, days_of_cover, stock_out_date from marts.inventory_health
        where days_of_cover < 21 order by days_of_cover""",
    "ACoS and TACoS by campaign and week": """
        with store as (select store_id, date_trunc('week', date) as week, sum(ordered_sales_amount) as ordered
            from marts.ads_store_daily where date > %(day)s - 84 group by store_id, week),
        campaign as (select store_id, campaign_id, date_trunc('week', date) as week, sum(cost) as cost,
            sum(sales_14d) as sales from marts.ads_campaigns_daily where date > %(day)s - 84
            group by store_id, campaign_id, week)
        select store_id, campaign_id, week, cost / nullif(sales, 0) as acos, cost / nullif(ordered, 0) as tacos
        from campaign left join store using (store_id, week) order by store_id, week, cost desc""",
    "search terms with spend and no orders, 60 days": """
        select store_id, search_term, sum(clicks) as clicks, sum(cost) as cost from marts.ads_search_terms_daily
        where date > %(day)s - 60 group by store_id, search_term
        having sum(cost) > 0 and sum(purchases_14d) = 0 order by cost desc limit 200""",
    "buy box and conversion by ASIN, 30 days": """
        select store_id, child_asin, sum(buy_box_percentage * page_views) / nullif(sum(page_views), 0) as buy_box,
            sum(units_ordered)::numeric / nullif(sum(sessions), 0) as conversion
        from marts.traffic_daily where date > %(day)s - 30 group by store_id, child_asin order by 1, 2""",
    "price of an ASIN against ours, 90 days": """
        select r.date, r.price_amount, o.price_amount as ours
        from marts.competitor_daily as r
        left join marts.competitor_daily as o
            on o.store_id = r.store_id and o.date = r.date and o.asin = 'B000000001'
        where r.store_id = 'store-1' and r.asin = 'B0RIVAL001' and r.date > %(day)s - 90 order by r.date""",
    "open differences": """
        select store_id, kind, date, difference, status from marts.sales_reconciliation
        where status <> 'closed' order by abs(difference) desc nulls last limit 500""",
    "all stores by month in the reporting currency": """
        select date_trunc('month', date)::date as month, sum(units) as units, sum(item_price_amount_reporting) as sales
        from marts.sales_store_daily group by month order by month""",
}


def run(room: Room) -> list[Figure]:
    """`query_p95_ms`, `increment_12_vs_1`, `competitor_increment`."""
    business = Business(20, 200, lines=3) if room.full else Business(10, 100)
    size = f"{business.stores} stores, {business.products} SKUs"
    year = _Platform(room, another_database(room.url, "year"), business, months=12)
    month = _Platform(room, another_database(room.url, "month"), business, months=1)
    asked = year.ask()
    for each in (year, month):
        each.increment()  # the first one warms caches up
    costs = [(year.increment(), month.increment()) for _ in range(INCREMENTS)]
    of_year, of_month = (statistics.median(each) for each in zip(*costs, strict=True))
    slowest = max(asked, key=lambda name: asked[name])
    busy = f"with {os.getloadavg()[0]:.1f} processes at work on {os.cpu_count()} cores"
    told = "; ".join(f"{name}: {value:.0f}" for name, value in asked.items())
    return [
        Figure(
            "query_p95_ms",
            round(asked[slowest], 1),
            "ms",
            200,
            note=f"the slowest of ten, as a tenant's role, over 12 months of {size}, {busy}: {told}",
        ),
        Figure(
            "increment_12_vs_1",
            round(of_year / of_month, 3),
            "times",
            1.3,
            note=f"{of_year:.1f} s after 12 months, {of_month:.1f} s after one, {size}, {busy}; the first builds: "
            f"{year.built:.0f} s and {month.built:.0f} s; {year.lines:,} order lines",
        ),
        competitors.measure(room, month.url, business, LAST + timedelta(days=30), month.home),
    ]


class _Platform:
    """A warehouse with so many months of history, built. url: its address. home: the name of the folder with what dbt
    has parsed. built: seconds of the first build. lines: of orders.
    """

    def __init__(self, room: Room, url: str, business: Business, *, months: int) -> None:
        self._warehouse, self._business, self._last = Warehouse(url), business, LAST
        self.url, self.home = url, f"home-{months}"
        self._settings = Settings(home=room.folder / self.home, warehouse_url=url)
        with self._warehouse.connect() as conn:
            roles.ensure_roles(conn, self._settings)
            business.enter(conn)
            sync_tenant_roles(conn, [LARGE, SMALL])
            business.land(conn, months_before(LAST, months), LAST)
            analyze(conn)
        self.built = self._build()
        with self._warehouse.connect() as conn:
            (self.lines,) = conn.execute("select count(*) from marts.order_items").fetchone() or (0,)

    def increment(self) -> float:
        """Seconds of a build after one more landed day."""
        self._last += timedelta(days=1)
        with self._warehouse.connect() as conn:
            self._business.land(conn, self._last, self._last)
        return self._build()

    def ask(self) -> dict[str, float]:
        """The 95th percentile of each query's time in milliseconds, as the large tenant's role."""
        with self._warehouse.connect() as conn:
            reader = tenant_role(LARGE, conn.info.dbname)
            roles.set_login(conn, reader, "password")
        with self._warehouse.connect(autocommit=True) as conn:
            conn.execute("vacuum")
        taken: dict[str, float] = {}
        with psycopg.connect(roles.address(self._warehouse, reader, "password"), autocommit=True) as conn:
            conn.prepare_threshold = None  # BI tools send text
            for name, query in QUERIES.items():
                times = []
                for _ in range(1 + ASKED):
                    started = time.perf_counter()
                    conn.execute(query.encode(), {"day": LAST}).fetchall()
                    times.append(1000 * (time.perf_counter() - started))
                taken[name] = statistics.quantiles(times[1:], n=20)[-1]
        return taken

    def _build(self) -> float:
        result = transform(self._settings, self._warehouse)
        if not result.ok:
            raise RuntimeError(f"The marts were not built whole: {' '.join(result.failures)}")
        return result.seconds
