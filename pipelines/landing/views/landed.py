"""What has landed since a moment, by feed: for those who tell others of it (Dagster's UI), whoever landed it.

Read-only. A moment is a snapshot of the database, as dbt's models remember it: a load that is committed late is news
although its number is lower than others that were told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from pipelines.feeds import FEEDS

if TYPE_CHECKING:
    import psycopg

NOTHING = "1:1:"
"""The moment before everything."""
DOCUMENTS_NAMED = 10

_CHANGED = """
select s.feed, s.day, max(s.updated_at), array_agg(distinct s.current_load_id)
from unnest(%(feeds)s::text[], %(seen)s::text[]) as known (feed, seen)
join ops.slices as s on s.feed = known.feed
where s.changed_xid >= (select min(pg_snapshot_xmin(each::pg_snapshot)) from unnest(%(seen)s::text[]) as each)
  and not pg_visible_in_snapshot(s.changed_xid, known.seen::pg_snapshot)
  and (s.state in ('loaded', 'empty') or s.feed = any(%(windowed)s))
group by 1, 2 order by 1, 2
"""
_LOADS = """
select feed, count(*), sum(row_count), sum(rejected_count), (array_agg(archive_path order by load_id desc))[:%s]
from ops.loads where load_id = any(%s) group by 1
"""
_TABLES = """
select relname, greatest(reltuples, 0)::bigint, pg_total_relation_size(oid)
from pg_class where relnamespace = 'raw'::regnamespace and relkind = 'r' and relname = any(%s)
"""


@dataclass(frozen=True)
class Table:
    """A raw table as it is now. rows: as Postgres estimates them. size: in bytes, with indexes."""

    rows: int
    size: int


@dataclass(frozen=True)
class Landed:
    """What is new of a feed. days: the first days of periods (of snapshots their days), with the time of the newest
    change, UTC. documents, rows, rejected: of the loads that these days point at; paths: of the newest, below the
    archive. tables: by name."""

    feed: str
    days: Mapping[date, datetime]
    documents: int
    rows: int
    rejected: int
    paths: tuple[str, ...]
    tables: Mapping[str, Table]


def moment(conn: psycopg.Connection) -> str:
    """The present one. What is committed later is news to it."""
    row = conn.execute("select pg_current_snapshot()::text").fetchone()
    assert row is not None
    return str(row[0])


def cluster(conn: psycopg.Connection) -> str:
    """Which server's moments these are: those of another one mean nothing here."""
    row = conn.execute("select system_identifier::text from pg_control_system()").fetchone()
    assert row is not None
    return str(row[0])


def sizes(conn: psycopg.Connection, names: Sequence[str]) -> dict[str, Table]:
    """Raw tables as they are now; those that are not there are left out."""
    return {name: Table(rows, size) for name, rows, size in conn.execute(_TABLES, (list(names),)).fetchall()}


def landed(conn: psycopg.Connection, since: Mapping[str, str]) -> list[Landed]:
    """What is new of each feed since a moment of its own; feeds without any news are left out."""
    days: dict[str, dict[date, datetime]] = defaultdict(dict)
    loads: dict[str, set[int]] = defaultdict(set)
    # a day of several stores may be complete because one of them is refused: that is a change, too
    windowed = [feed for feed in since if FEEDS[feed].shape == "windowed"]
    values = {"feeds": list(since), "seen": list(since.values()), "windowed": windowed}
    for feed, day, at, numbers in conn.execute(_CHANGED, values).fetchall():
        days[feed][day] = at
        loads[feed].update(number for number in numbers if number is not None)
    every = [number for numbers in loads.values() for number in numbers]
    of_loads = {feed: told for feed, *told in conn.execute(_LOADS, (DOCUMENTS_NAMED, every)).fetchall()}
    now = sizes(conn, [table for feed in days for table in FEEDS[feed].tables])
    found = []
    for feed, those in days.items():
        documents, rows, rejected, paths = of_loads.get(feed, (0, 0, 0, ()))
        tables = {table: now[table] for table in FEEDS[feed].tables if table in now}
        found.append(Landed(feed, those, int(documents), int(rows), int(rejected), tuple(paths), tables))
    return found
