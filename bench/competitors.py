"""What a night's increment of the competitor marts costs, however long their history is.

Nights are landed by SQL (history.py) and built as users build them. The history before them is put into the marts at
once, as copies of a night that was built: what an increment costs depends on the rows that stand there, not on how they
came. Which database the nights are put into is up to marts.py.
"""

# ruff: noqa: S608  the statements are made of constants of this file
from __future__ import annotations

import os
import statistics
from dataclasses import dataclass
from datetime import date, timedelta

import psycopg
from psycopg import sql

from bench.figures import Figure, Room
from bench.history import Business, changes_price, price_of
from pipelines.settings import Settings
from pipelines.transformation.transform import transform
from pipelines.warehouse.connection import Warehouse

FEEDS = ("apify.products", "apify.keyword_search")
INCREMENTS = 2


@dataclass(frozen=True)
class Size:
    """What each store watches, and how many nights stand in the short and in the long history.

    The short one has the 90 days that a comparison looks back: older nights have to cost nothing.
    """

    pages: int
    keywords: int
    short: int = 100
    long: int = 3000


EVERYDAY = Size(pages=75, keywords=1)
"""Of ten stores 1,000 pages and places a night: 100,000 rows against 3 million."""

FULL = Size(pages=400, keywords=4)
"""Of twenty stores 10,000 a night: a million rows against 30 million."""

_COPIED = {
    "competitor_daily": {"date": "d.date", "price_amount": price_of("asin", "d.date")},
    "keyword_rank_daily": {"date": "d.date", "organic_position": "1 + mod(organic_position + n, 25)"},
}
"""What other nights have otherwise than the night that they are copies of."""

_FOLLOWING = (
    f"""
    insert into marts.competitor_price_history (store_id, tenant_id, asin, valid_from, valid_to, last_confirmed,
        price_amount, currency, in_stock, failed_days)
    select store_id, tenant_id, asin, date, least(date + 7, %(first)s), least(date + 7, %(first)s) - 1, price_amount,
        currency, in_stock, 0
    from marts.competitor_daily where date < %(first)s and {changes_price("asin", "date")}
    """,
    f"""
    insert into marts.competitor_events (store_id, tenant_id, asin, date, kind, keyword, is_own, title, compared_date,
        value_before, value_after, number_before, number_after, change, change_ratio, unit, currency)
    select store_id, tenant_id, asin, date, 'price_rise', '', is_own, title, date - 1, (price_amount - 1)::text,
        price_amount::text, price_amount - 1, price_amount, 1, 1 / (price_amount - 1), 'money', currency
    from marts.competitor_daily where date < %(first)s and {changes_price("asin", "date")}
    """,
)
"""What the marts below have of such a history: a version of the price, and an event, each week."""


def measure(room: Room, url: str, business: Business, first: date, home: str, *, size: Size | None = None) -> Figure:
    """`competitor_increment`. url: a database of the server with all marts built, which stays as it is. business: what
    it was filled with. first: a day after all that it has. home: the folder in which dbt has parsed the project.
    """
    size = size or (FULL if room.full else EVERYDAY)
    settings = Settings(home=room.folder / home, warehouse_url=url)
    short = _Watched(settings, _copy(url, "watched_short"), business, first)
    short.watch(size)
    long = _Watched(settings, _copy(short.url, "watched_long"), business, first)
    rows = {each: each.remember(nights) for each, nights in ((short, size.short), (long, size.long))}
    for each in (long, short):
        each.increment()  # the first one warms caches up
    costs = [(long.increment(), short.increment()) for _ in range(INCREMENTS)]
    of_long, of_short = (statistics.median(each) for each in zip(*costs, strict=True))
    busy = f"with {os.getloadavg()[0]:.1f} processes at work on {os.cpu_count()} cores"
    return Figure(
        "competitor_increment",
        round(of_long / of_short, 3),
        "times",
        1.3,
        note=f"a night of {short.points:,} pages and places: {of_long:.1f} s after {rows[long]:,} rows, "
        f"{of_short:.1f} s after {rows[short]:,}, {busy}",
    )


class _Watched:
    """A warehouse whose stores watch pages and keywords. url: its address. points: rows of its first night."""

    def __init__(self, settings: Settings, url: str, business: Business, first: date) -> None:
        self.url, self.points = url, 0
        self._settings, self._warehouse, self._business = settings, Warehouse(url), business
        self._first = self._last = first

    def watch(self, size: Size) -> None:
        """Let each store watch other pages and keywords than before, and build the first night of them."""
        with self._warehouse.connect() as conn:
            _watch(conn, size)
            self._business.land(conn, self._first, self._first, FEEDS)
        self._build()
        with self._warehouse.connect() as conn:
            self.points = sum(_rows_of(conn, table, self._first) for table in _COPIED)

    def remember(self, nights: int) -> int:
        """Put so many nights before the first one; returns how many rows they are."""
        with self._warehouse.connect() as conn:
            rows = sum(_copy_night(conn, table, self._first, nights) for table in _COPIED)
            for statement in _FOLLOWING:
                conn.execute(statement.encode(), {"first": self._first})
        with self._warehouse.connect(autocommit=True) as conn:
            conn.execute("vacuum analyze")
        return rows

    def increment(self) -> float:
        """Seconds of a build after one more landed night."""
        self._last += timedelta(days=1)
        with self._warehouse.connect() as conn:
            self._business.land(conn, self._last, self._last, FEEDS)
        return self._build()

    def _build(self) -> float:
        result = transform(self._settings, self._warehouse)
        if not result.ok:
            raise RuntimeError(f"The marts were not built whole: {' '.join(result.failures)}")
        return result.seconds


def _copy(url: str, name: str) -> str:
    """A database with all that another one has, on the same server."""
    server, _, copied = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as conn:
        statement = sql.SQL("create database {} template {}")
        conn.execute(statement.format(sql.Identifier(name), sql.Identifier(copied)))
    return f"{server}/{name}"


def _watch(conn: psycopg.Connection, size: Size) -> None:
    conn.execute("delete from ops.tracked_asins")
    conn.execute(
        "insert into ops.tracked_asins (store_id, own_asin, competitor_asin) "
        "select s.store_id, s.page || '00001', s.page || lpad(n::text, 5, '0') "
        "from (select store_id, 'B' || lpad(substr(store_id, 7), 4, '0') as page from ops.stores) as s "
        "cross join generate_series(1, %s) as n",
        (size.pages,),
    )
    conn.execute(
        "insert into ops.tracked_keywords (store_id, keyword) "
        "select store_id, store_id || ' ' || n from ops.stores cross join generate_series(1, %s) as n",
        (size.keywords,),
    )


def _rows_of(conn: psycopg.Connection, table: str, day: date) -> int:
    (rows,) = conn.execute(f"select count(*) from marts.{table} where date = %s".encode(), (day,)).fetchone() or (0,)
    if not rows:
        raise RuntimeError(
            f"marts.{table} has nothing of a night that was landed: the benchmark would measure nothing."
        )
    return int(rows)


def _copy_night(conn: psycopg.Connection, table: str, first: date, nights: int) -> int:
    """Nights before the first one, oldest first, as they would have come; returns their rows."""
    known = conn.execute(
        "select attname::text from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped",
        (f"marts.{table}",),
    ).fetchall()
    changed = _COPIED[table]
    return conn.execute(
        f"insert into marts.{table} ({', '.join(name for (name,) in known)}) "
        f"select {', '.join(changed.get(name, f't.{name}') for (name,) in known)} "
        "from generate_series(%(nights)s::integer, 1, -1) as n "
        "cross join lateral (select %(first)s::date - n as date) as d "
        f"cross join lateral (select * from marts.{table} where date = %(first)s) as t".encode(),
        {"nights": nights, "first": first},
    ).rowcount
