"""Loads made by hand: raw rows and the ledger's rows as the landing part writes them, without documents.

`Ledger.load` does what `landing.load` does once a document is read: rows, load, slices, history and change, in the
caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from pipelines.feeds import FEEDS
from pipelines.landing.loading.raw_tables import ensure_raw_tables

CREATED = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Ledger:
    """Writes on one connection; commits only when told to (`with ledger.conn.transaction()` or `conn.commit()`)."""

    def __init__(self, conn: psycopg.Connection) -> None:
        self.conn = conn
        self.loads = 0

    def prepare(self, *stores: Sequence[str]) -> None:
        """Raw tables, and stores (the arguments of `store`)."""
        ensure_raw_tables(self.conn)
        for store in stores:
            self.store(*store)
        self.conn.commit()

    def tenant(self, tenant_id: str, currency: str) -> None:
        """A tenant with its reporting currency."""
        self.conn.execute(
            "insert into ops.tenants values (%s, %s, %s) on conflict (tenant_id) do update set reporting_currency = "
            "excluded.reporting_currency",
            (tenant_id, tenant_id, currency),
        )

    def store(
        self,
        store_id: str,
        tenant_id: str,
        seller_id: str,
        region: str,
        country: str,
        marketplace_id: str,
        channel: str,
        currency: str,
        zone: str,
    ) -> None:
        """A store; its tenant must be there."""
        self.conn.execute(
            "insert into ops.stores values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, null, true, null)",
            (
                *(store_id, tenant_id, f"{seller_id}@{region}", seller_id, region),
                *(country, marketplace_id, channel, currency, zone),
            ),
        )

    def load(
        self,
        feed_name: str,
        scope_id: str,
        rows: Sequence[dict[str, Any]] | dict[str, Sequence[dict[str, Any]]],
        *,
        days: Sequence[date] = (),
        instant: datetime | None = None,
        slice_key: str | None = None,
        created: datetime = CREATED,
        day_of: Any = None,
    ) -> int:
        """One document: rows by raw column (of JSON feeds the items), several sections by name; returns the load_id.

        days: the slices it answers, 'empty' those without rows if `day_of(row)` tells a row's day. instant: of
        snapshots. slice_key: of listed feeds.
        """
        feed = FEEDS[feed_name]
        sections = rows if isinstance(rows, dict) else {feed.sections[0].name: rows}
        self.loads += 1
        window = (min(days), max(days)) if days else (None, None)
        load_id = self._one(
            "insert into ops.loads (feed, scope_id, origin, sha256, archive_path, charset, window_start, window_end, "
            "instant, report_created_at, row_count) values (%s, %s, 'api', %s, '', 'utf-8', %s, %s, %s, %s, %s) "
            "returning load_id",
            (feed_name, scope_id, str(self.loads), *window, instant, created, sum(map(len, sections.values()))),
        )
        for section in feed.sections:
            self._copy(feed.format, feed.table(section), load_id, sections.get(section.name, ()))
        filled = {day_of(row) for row in next(iter(sections.values()))} if day_of else set(days)
        for day in days:
            key = slice_key or (f"{instant:%Y-%m-%dT%H:%M:%SZ}" if instant else day.isoformat())
            state = "loaded" if day in filled else "empty"
            self.point(feed_name, scope_id, key, day, instant, load_id, state)
        self.conn.execute(
            "insert into ops.changes (producer, scope_id, window_start, window_end, load_id) "
            "values (%s, %s, %s, %s, %s)",
            (feed_name, scope_id, *window, load_id),
        )
        return load_id

    def point(
        self, feed: str, scope: str, key: str, day: date, instant: datetime | None, load_id: int | None, state: str
    ) -> None:
        """Let a slice point at a load."""
        self.conn.execute(
            "insert into ops.slices (feed, scope_id, slice_key, day, instant, state, current_load_id) "
            "values (%s, %s, %s, %s, %s, %s, %s) on conflict (feed, scope_id, slice_key) do update set "
            "(state, current_load_id) = (excluded.state, excluded.current_load_id)",
            (feed, scope, key, day, instant, state, load_id),
        )
        self.conn.execute(
            "insert into ops.slice_history (feed, scope_id, slice_key, day, instant, load_id) "
            "values (%s, %s, %s, %s, %s, %s)",
            (feed, scope, key, day, instant, load_id),
        )

    def _copy(self, kind: str, table: str, load_id: int, rows: Sequence[dict[str, Any]]) -> None:
        if not rows:
            return
        columns = ["item"] if kind == "json" else list(dict.fromkeys(name for row in rows for name in row))
        statement = sql.SQL("copy {} ({}) from stdin").format(
            sql.Identifier("raw", table), sql.SQL(", ").join(map(sql.Identifier, ["load_id", *columns]))
        )
        with self.conn.cursor().copy(statement) as copy:
            for row in rows:
                values = [Jsonb(row)] if kind == "json" else [row.get(name) for name in columns]
                copy.write_row([load_id, *values])

    def _one(self, statement: str, parameters: Sequence[Any]) -> Any:
        row = self.conn.execute(statement.encode(), parameters).fetchone()
        assert row is not None
        return row[0]


def order_line(order_id: str, sku: str = "SKU-1", **values: Any) -> dict[str, Any]:
    """A line of an all-orders document: one unit, shipped, at 10 dollars; `values` by raw column."""
    return {
        "amazon_order_id": order_id,
        "sku": sku,
        "purchase_date": "2026-02-10T18:00:00+00:00",
        "last_updated_date": "2026-02-11T10:00:00+00:00",
        "order_status": "Shipped",
        "item_status": "Shipped",
        "sales_channel": "Amazon.com",
        "quantity": "1",
        "currency": "USD",
        "item_price": "10.00",
        "promotion_ids": "",
        "is_business_order": "false",
        **values,
    }


def campaign(day: date, campaign_id: int = 1, **values: Any) -> dict[str, Any]:
    """An element of a campaigns report: 10 impressions, 2 clicks, cost 1.00, no sales."""
    windows = {f"{name}{n}d": 0 for name in ("purchases", "unitsSoldClicks", "sales") for n in (1, 7, 14, 30)}
    named = {"campaignId": campaign_id, "campaignName": f"Campaign {campaign_id}", "campaignStatus": "ENABLED"}
    return {"date": day.isoformat(), **named, "impressions": 10, "clicks": 2, "cost": 1.0, **windows, **values}


def search_term(day: date, term: str, **values: Any) -> dict[str, Any]:
    """An element of a search terms report."""
    target = {"adGroupId": 5, "adGroupName": "Group", "keywordId": 6, "targeting": "mug", "matchType": "BROAD"}
    return {**campaign(day), **target, "searchTerm": term, **values}


def page(asin: str, price: float | None, *, in_stock: bool = True, error: str | None = None) -> dict[str, Any]:
    """An item of a crawl; with `error` one that failed."""
    if error:
        return {"error": error, "errorDescription": f"{error} happened", "asin": asin}
    shown = None if price is None else {"value": price, "currency": "$"}
    return {"asin": asin, "originalAsin": asin, "title": "Mug", "price": shown, "inStock": in_stock}


def rates(ledger: Ledger, *known: tuple[date, str, str, str]) -> None:
    """Load a file of exchange rates: (day, base, quote, rate)."""
    names = ("date", "base_currency", "quote_currency", "rate")
    rows = [dict(zip(names, map(str, one), strict=True)) for one in known]
    ledger.load("manual.fx_rates", "*", rows, days=sorted({one[0] for one in known}))
