"""Reads the ledger of a feed: its loads, the slices that point at them, and the slices' history.

What follows from it is decided in `counted.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import psycopg

from pipelines.feeds import Feed

_LOADS = """
select l.load_id, l.scope_id, l.origin, l.sha256, l.archive_path, l.file_name, l.charset, l.window_start, l.window_end,
       l.report_created_at, l.loaded_at, l.row_count, l.rejected_count, l.pruned_at is not null,
       coalesce((select s.time_zone from ops.stores s where l.scope_id in (s.store_id, s.account_id, s.marketplace_id)
                 order by s.store_id limit 1), 'UTC')
from ops.loads l
where l.feed = %(feed)s and (%(scopes)s::text[] is null or l.scope_id = any(%(scopes)s))
order by l.load_id
"""
_SLICES = """
select s.scope_id, s.slice_key, s.day, s.current_load_id, h.load_id, h.slice_key is not null
from ops.slices s
left join lateral (
    select h.slice_key, h.load_id from ops.slice_history h
    where h.feed = s.feed and h.scope_id = s.scope_id and h.slice_key = s.slice_key order by h.known_from desc limit 1
) h on true
where s.feed = %(feed)s and (%(scopes)s::text[] is null or s.scope_id = any(%(scopes)s))
"""
_HISTORY = """
select distinct h.load_id, h.scope_id, h.slice_key from ops.slice_history h
where h.feed = %(feed)s and h.load_id is not null and (%(scopes)s::text[] is null or h.scope_id = any(%(scopes)s))
"""


@dataclass(frozen=True, slots=True)
class Load:
    """A row of ops.loads.

    time_zone: IANA name, of its scope. first, last: the marketplace days that were asked for, both inclusive.
    """

    load_id: int
    scope_id: str
    origin: str
    sha256: str
    path: str
    file_name: str | None
    charset: str
    first: date | None
    last: date | None
    created_at: datetime
    loaded_at: datetime
    rows: int
    rejected: int
    pruned: bool
    time_zone: str


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice. load_id: the load that it points at. history_load_id: the load in the newest entry of its history."""

    scope_id: str
    key: str
    day: date
    load_id: int | None
    history_load_id: int | None
    has_history: bool

    @property
    def is_answered(self) -> bool:
        """Whether it points at a load, or its history says that it is empty."""
        return self.load_id is not None or (self.has_history and self.history_load_id is None)


@dataclass
class Ledger:
    """The ledger of one feed.

    held: load id -> the slices (scope id, key) that ever pointed at the load. pointing: load id -> the slices that
    point at it now. by_day: (scope id, day) -> slices.
    """

    feed: Feed
    loads: dict[int, Load]
    slices: dict[tuple[str, str], Slice]
    held: dict[int, list[tuple[str, str]]]
    pointing: dict[int, list[Slice]] = field(default_factory=dict)
    by_day: dict[tuple[str, date], list[Slice]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in self.slices.values():
            self.by_day.setdefault((each.scope_id, each.day), []).append(each)
            if each.load_id is not None:
                self.pointing.setdefault(each.load_id, []).append(each)


def ledger_of(conn: psycopg.Connection, feed: Feed, scopes: Sequence[str] | None) -> Ledger:
    """The ledger of a feed. scopes: only these; None means all."""
    asked = {"feed": feed.name, "scopes": list(scopes) if scopes is not None else None}
    loads = {row[0]: Load(*row) for row in conn.execute(_LOADS, asked)}
    slices = {(row[0], row[1]): Slice(*row) for row in conn.execute(_SLICES, asked)}
    held: dict[int, list[tuple[str, str]]] = {}
    for load_id, scope_id, key in conn.execute(_HISTORY, asked):
        held.setdefault(load_id, []).append((scope_id, key))
    return Ledger(feed, loads, slices, held)


def rejected_lines(conn: psycopg.Connection, load_ids: Sequence[int]) -> Mapping[int, dict[int, str]]:
    """Load id -> line number -> reason, for the lines that were not loaded."""
    found: dict[int, dict[int, str]] = {}
    for load_id, line, reason in conn.execute(
        "select load_id, file_line, reason from ops.rejected_rows where load_id = any(%s)", (list(load_ids),)
    ):
        found.setdefault(load_id, {})[line] = reason
    return found


def rejected_counts(conn: psycopg.Connection, load_ids: Sequence[int]) -> dict[int, int]:
    """Load id -> the number of its lines in ops.rejected_rows."""
    return dict(
        conn.execute(
            "select load_id, count(*) from ops.rejected_rows where load_id = any(%s) group by load_id",
            (list(load_ids),),
        ).fetchall()
    )


def store_names(conn: psycopg.Connection) -> dict[str, str]:
    """Scope id -> the ids of its stores, as text; the scope id itself if it has more than three stores."""
    names: dict[str, list[str]] = {}
    for store_id, account_id, marketplace_id in conn.execute(
        "select store_id, account_id, marketplace_id from ops.stores order by store_id"
    ):
        for scope in (store_id, account_id, marketplace_id):
            names.setdefault(scope, []).append(store_id)
    return {scope: ", ".join(stores) if len(stores) < 4 else scope for scope, stores in names.items()}


def scopes_of(conn: psycopg.Connection, stores: Sequence[str]) -> list[str]:
    """The scopes that these stores belong to: stores, accounts and marketplaces. The scope '*' is not among them."""
    found: set[str] = set()
    for row in conn.execute(
        "select store_id, account_id, marketplace_id from ops.stores where store_id = any(%s)", (list(stores),)
    ):
        found.update(row)
    return sorted(found)


def batches(ids: Sequence[int], size: int = 1000) -> Iterator[Sequence[int]]:
    """A long list in parts of at most `size`."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
