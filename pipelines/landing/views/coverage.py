"""The states of days, whether anything has landed, and unknown columns: answers for Dagster and the command line.

Nothing is written here. The table of `tradewind status` is made in `status.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import psycopg

from pipelines.landing.personal.columns import stored_choice, undecided

SETTLED = frozenset({"loaded", "empty", "unavailable"})
"""States of a slice for which nothing is left to do: it is here, is known to be empty, or cannot be had any more."""


@dataclass(frozen=True)
class DayState:
    """The state of one day of one feed and scope. reason: None if there is nothing to explain."""

    feed: str
    scope_id: str
    day: date
    state: str
    reason: str | None


def day_states(
    conn: psycopg.Connection, feed: str, days: Sequence[date], scope_ids: Sequence[str] | None
) -> list[DayState]:
    """The state of each of these periods that has a slice. days: the first days of the periods.

    A period without a slice is not due yet. scope_ids: None means all scopes. If a day has several snapshots, the best
    state counts; if a period has several parts, the worst.
    """
    rows = conn.execute(
        """
        select distinct on (scope_id, day) scope_id, day, state, reason
        from ops.slices
        where feed = %s and day = any(%s) and (%s::text[] is null or scope_id = any(%s))
        order by scope_id, day, instant is null and state = any(%s), array_position(array['loaded', 'empty'], state),
                 instant desc nulls last, slice_key
        """,
        (feed, list(days), scope_ids, scope_ids, sorted(SETTLED)),
    ).fetchall()
    return [DayState(feed, scope_id, day, state, reason) for scope_id, day, state, reason in rows]


def all_day_states(conn: psycopg.Connection, feed: str) -> list[DayState]:
    """As `day_states`, of every day that the ledger has of a feed."""
    days = [day for (day,) in conn.execute("select distinct day from ops.slices where feed = %s", (feed,))]
    return day_states(conn, feed, days, None)


def has_loads(conn: psycopg.Connection) -> bool:
    """Whether any report or crawl has ever landed. Exchange rates and costs alone do not count."""
    row = conn.execute("select exists (select 1 from ops.loads where feed not like 'manual.%')").fetchone()
    return bool(row and row[0])


@dataclass(frozen=True)
class DriftedColumn:
    """A column of a document that the catalogue does not know.

    left_out: it was not loaded, because its name sounds like personal data.
    """

    feed: str
    table: str
    header: str
    left_out: bool

    def __str__(self) -> str:
        if not self.left_out:
            return f"{self.table}: {self.header}"
        return (
            f"{self.table}: {self.header} is named like personal data and was left out; decide in stores.yaml, under "
            "`columns` of the tenant: `keep` or `drop`"
        )


def drifted_columns(conn: psycopg.Connection, feed: str | None = None) -> list[DriftedColumn]:
    """The unknown columns in the documents of a feed, or of all feeds.

    Columns that were left out are in the list only if the tenant has not decided on them in stores.yaml.
    """
    rows = conn.execute(
        "select d.feed, d.table_name, d.header, d.action = 'dropped', t.personal "
        "from ops.drift d left join ops.tenants t using (tenant_id) where %(feed)s::text is null or d.feed = %(feed)s "
        "order by d.feed, d.seen_at, d.header",
        {"feed": feed},
    ).fetchall()
    columns = (
        DriftedColumn(feed_name, table, header, left_out)
        for feed_name, table, header, left_out, stored in rows
        if not left_out or stored is None or undecided(stored_choice([stored]), header)
    )
    return list(dict.fromkeys(columns))
