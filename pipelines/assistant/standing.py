"""How far an answer can be relied on: which days of its reports are missing, and up to when there is data at all.

Read of `marts.data_coverage` as the tenant's role; which day is here is decided in `pipelines/asking/coverage.py`. What
a gap is called, and what helps, is in `pipelines/landing/views/missing.py`, so that briefs, `tradewind status` and
assistants say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from pipelines.asking import coverage
from pipelines.assistant.answers import Coverage, Freshness, Gap
from pipelines.assistant.caller import KnownStore
from pipelines.assistant.periods import Period
from pipelines.feeds import FEEDS
from pipelines.insights.locales.feeds import NAMES
from pipelines.landing.views.missing import lack

if TYPE_CHECKING:
    import psycopg

ORDERS = "amazon_sp.all_orders_by_order_date|amazon_sp.all_orders_by_last_update"
TRAFFIC = "amazon_sp.sales_and_traffic"
LEDGER = "amazon_sp.ledger_summary"
RETURNS = "amazon_sp.customer_returns"
STOCK = "amazon_sp.fba_myi_unsuppressed_inventory"
ADS = ("amazon_ads.sp_campaigns", "amazon_ads.sb_campaigns", "amazon_ads.sd_campaigns")
"""Sources: reports that an answer needs. Of those with | between them one is enough."""

_SHOWN = 8

_STATES = """
    with days as ({})
    select store_id, told as source, is_here, state, reason, count(*) as days, min(date) as first, max(date) as last
    from days group by 1, 2, 3, 4, 5 order by 1, 2, 3, 8 desc
"""
_NEWEST = """
    select s.store_id, r.source, max(n.date) as last, max(n.loaded_at) as loaded_at
    from unnest(%(stores)s::text[]) as s (store_id)
    cross join unnest(%(feeds)s::text[], %(told)s::text[]) as r (feed, source)
    cross join lateral (
        select c.date, c.loaded_at from marts.data_coverage as c
        where c.store_id = s.store_id and c.feed = r.feed and c.state in ('loaded', 'empty')
        order by c.date desc limit 1
    ) as n
    group by 1, 2
"""


def standing(
    conn: psycopg.Connection[Any], stores: Sequence[KnownStore], sources: Sequence[str], period: Period
) -> tuple[Coverage | None, Freshness, list[str]]:
    """Coverage of a period (None without sources), freshness, and notes on what no coverage is kept of."""
    from psycopg import sql
    from psycopg.rows import dict_row

    if not sources:
        return None, Freshness(), []
    ids = [store.store_id for store in stores]
    last = newest(conn, stores, sources)
    of_days, known = coverage.days(_pairs(sources), ids, period.first, period.last)
    with conn.cursor(row_factory=dict_row) as cursor:
        states = cursor.execute(sql.SQL(_STATES).format(of_days), known).fetchall()
    followed = {(row["store_id"], row["source"]) for row in last}
    told = {(row["store_id"], row["source"]) for row in states}
    gaps = [_gap(row) for row in states if not row["is_here"]]
    for store_id, source in sorted(followed):
        seen = sum(row["days"] for row in states if (row["store_id"], row["source"]) == (store_id, source))
        if seen < period.days:
            gaps.append(_unknown(store_id, source, period, period.days - seen))
    gaps.sort(key=lambda gap: (-gap.days, gap.store, gap.report))
    notes = [
        f"No coverage is kept of {title(source)} for {store_id}: nobody asks for it, or it comes by import only."
        for store_id in ids
        for source in sources
        if (store_id, source) not in followed | told
    ]
    whole = Coverage(
        is_whole=not gaps and not notes,
        missing_days=sum(gap.days for gap in gaps),
        missing=gaps[:_SHOWN],
    )
    return whole, freshness(last), notes[:3]


def newest(conn: psycopg.Connection[Any], stores: Sequence[KnownStore], sources: Sequence[str]) -> list[dict[str, Any]]:
    """The last day of each store and source that is here, and when it was loaded: store_id, source, last, loaded_at."""
    from psycopg.rows import dict_row

    pairs = _pairs(sources)
    values = {
        "stores": [store.store_id for store in stores],
        "feeds": [feed for feed, _ in pairs],
        "told": [source for _, source in pairs],
    }
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_NEWEST, values).fetchall()


def freshness(last: Sequence[Mapping[str, Any]]) -> Freshness:
    """Of what `newest` found: up to which day all of it is here, by store, and when the newest of it was loaded."""
    until: dict[str, date] = {}
    for row in last:
        until[row["store_id"]] = min(until.get(row["store_id"], row["last"]), row["last"])
    loaded = max((row["loaded_at"] for row in last if row["loaded_at"]), default=None)
    return Freshness(data_until=until, loaded_at=loaded)


def sources_of(feeds: Sequence[str]) -> tuple[str, ...]:
    """The sources of a mart by its contract, which names reports by the beginning of their names."""
    return tuple("|".join(name for name in FEEDS if name.startswith(feed)) for feed in feeds)


def changing_since(feeds: Sequence[str], today: date) -> date | None:
    """The first day that Amazon still changes in visits and ads, by the ages at which the catalogue asks again.

    None for reports of which that says nothing.
    """
    ages = [
        max(feed.restate_after)
        for name, feed in FEEDS.items()
        if name.startswith(tuple(feeds)) and (name == TRAFFIC or feed.source == "amazon_ads") and feed.restate_after
    ]
    return today - timedelta(days=max(ages)) if ages and feeds else None


def title(source: str) -> str:
    """What people call a report."""
    feed = source.split("|")[0]
    return NAMES.get(feed, (feed, ""))[0]


def _pairs(sources: Sequence[str]) -> list[tuple[str, str]]:
    """Feeds, each with the source that it is of."""
    return [(feed, source) for source in sources for feed in source.split("|")]


def _gap(row: dict[str, Any]) -> Gap:
    found = lack(row["state"])
    reason = f": {row['reason'].rstrip('.')}" if row["reason"] else ""
    return Gap(
        store=row["store_id"],
        report=title(row["source"]),
        days=row["days"],
        first=row["first"],
        last=row["last"],
        why=f"{found.words}{reason}"[:200],
        what_to_do=found.cure,
    )


def _unknown(store_id: str, source: str, period: Period, days: int) -> Gap:
    return Gap(
        store=store_id,
        report=title(source),
        days=days,
        first=period.first,
        last=period.last,
        why="before the history that is asked for, or not asked for yet",
        what_to_do="`history_from` in stores.yaml says how far back is asked; `tradewind pull` asks for what is due.",
    )
