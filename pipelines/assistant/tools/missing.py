"""`what_is_missing`: which days of which reports are not here, why, and what helps."""

from __future__ import annotations

from pipelines.assistant.answers import Answer, Coverage, days_of, paged
from pipelines.assistant.arguments import Days, Page, Stores
from pipelines.assistant.caller import Caller, chosen, today_of
from pipelines.assistant.outside import Ours
from pipelines.assistant.periods import parse
from pipelines.assistant.standing import title
from pipelines.landing.views.missing import lack

_GAPS = """
    select store_id, feed, state, reason, count(*) as days, min(date) as first, max(date) as last
    from marts.data_coverage
    where store_id = any(%(stores)s) and date between %(first)s and %(last)s and is_gap
    group by store_id, feed, state, reason order by days desc, store_id, feed
"""
_FEEDS = """
    select count(distinct (store_id, feed)) from marts.data_coverage
    where store_id = any(%(stores)s) and date between %(first)s and %(last)s
"""


def what_is_missing(caller: Caller, period: Days = "last 28 days", stores: Stores = None, page: Page = 0) -> Answer:
    """Which days of which reports are not here, why, and what helps; the longest gaps first.

    Raises Refusal for unknown stores and periods.
    """
    from psycopg.rows import dict_row

    with caller.reading() as conn:
        known = chosen(caller, conn, stores)
        days = parse(period, today=today_of(known, caller.now()))
        asked = {"stores": [store.store_id for store in known], "first": days.first, "last": days.last}
        (followed,) = conn.execute(_FEEDS, asked).fetchone() or (0,)
        with conn.cursor(row_factory=dict_row) as cursor:
            gaps = cursor.execute(_GAPS, asked).fetchall()
    rows = [
        {
            "store": row["store_id"],
            "report": Ours(title(row["feed"])),
            "feed": row["feed"],
            "days": row["days"],
            "first": row["first"],
            "last": row["last"],
            "state": Ours(lack(row["state"]).words),
            "because": row["reason"],
            "what_to_do": Ours(lack(row["state"]).cure),
        }
        for row in gaps
    ]
    missing = sum(row["days"] for row in gaps)
    says = (
        f"Nothing is missing in {days}: {followed} reports of stores are whole."
        if not rows
        else f"{missing} days of reports are missing in {days}, of {followed} reports of stores."
    )
    answer = Answer(
        says=says,
        unit="days",
        period=days_of(days),
        coverage=Coverage(is_whole=not rows, missing_days=missing),
        notes=[
            "`not available` cannot be had any more: of a moment (stock, listings, pages) nothing can be asked later.",
            "Reports that nobody asks for, and days before the history that is asked for, are not counted.",
        ],
    )
    return paged(answer, rows, page)
