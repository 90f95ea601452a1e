"""Which document an import is, and what it may take the place of: asked of the ledger, within the load's transaction.

What it says it is, is read from its own rows. What follows from the answers is decided in `load_job.py`; the ledger is
written in `ledger/loads.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from pipelines.feeds import column_name
from pipelines.landing.formats.moments import marketplace_day
from pipelines.landing.incoming import SliceKey
from pipelines.landing.ledger.loads import has_rows
from pipelines.landing.loading.ownership import PLACE_COLUMNS
from pipelines.landing.planning.periods import first_of

if TYPE_CHECKING:
    from pipelines.feeds import Feed, Section
    from pipelines.stores import Scope


def identities(conn: psycopg.Connection, feed: Feed, load_id: int) -> list[str]:
    """What the rows of a listed feed's load say they are: the different values of `Feed.identity`, in order."""
    column = sql.Identifier(column_name(feed.identity))
    rows = conn.execute(
        sql.SQL(
            "select distinct btrim({column}) from {table} where load_id = %s and btrim({column}) <> '' order by 1"
        ).format(column=column, table=sql.Identifier("raw", feed.table(feed.sections[0]))),
        (load_id,),
    ).fetchall()
    return [name for (name,) in rows]


def pointed_before(
    conn: psycopg.Connection, feed: Feed, scope: Scope, keys: Sequence[str], load_id: int
) -> list[tuple[str, int, str | None]]:
    """Slices that point at another load so far: key, that load, and the name of its file."""
    return conn.execute(
        "select s.slice_key, l.load_id, l.file_name from ops.slices s "
        "join ops.loads l on l.load_id = s.current_load_id "
        "where s.feed = %s and s.scope_id = %s and s.slice_key = any(%s) and l.load_id <> %s order by 1",
        (feed.name, scope.scope_id, list(keys), load_id),
    ).fetchall()


def newer_or_fuller(
    conn: psycopg.Connection,
    feed: Feed,
    scope: Scope,
    slices: Sequence[SliceKey],
    as_of: datetime,
    without: Sequence[Section],
    load_id: int,
    *,
    partly: bool,
) -> dict[str, str]:
    """Slices that an import must leave alone, and why: what they point to is newer, or has rows that it lacks.

    load_id: the import's own. without: sections that the document does not fill. partly: the document leases no days,
    so that one of a single marketplace may not take the rows of the account's others away.
    """
    reasons: dict[str, str] = {}
    rows = conn.execute(
        "select s.slice_key, l.load_id, l.report_created_at > %s from ops.slices s "
        "join ops.loads l on l.load_id = s.current_load_id "
        "where s.feed = %s and s.scope_id = %s and s.slice_key = any(%s)",
        (as_of, feed.name, scope.scope_id, [each.slice_key for each in slices]),
    ).fetchall()
    ours = _places(conn, feed, scope, load_id) if partly and rows else {}
    theirs = {load: _places(conn, feed, scope, load) for load in {row[1] for row in rows}} if ours else {}
    day_of = {each.slice_key: each.day for each in slices}
    for slice_key, loaded, newer in rows:
        day = day_of[slice_key]
        lacking = theirs.get(loaded, {}).get(day, set()) - ours.get(day, set())
        if newer:
            reasons[slice_key] = "what is loaded is newer"
        elif any(has_rows(conn, feed, section, loaded) for section in without):
            reasons[slice_key] = f"what is loaded also has {', '.join(section.name for section in without)}"
        elif lacking:
            reasons[slice_key] = (
                f"what is loaded also has rows of {', '.join(sorted(lacking))}, which the document lacks (give --from "
                "and --to if it is whole)"
            )
    return reasons


def _places(conn: psycopg.Connection, feed: Feed, scope: Scope, load_id: int) -> dict[date, set[str]]:
    """Day -> the marketplaces, countries or currencies that a load's rows of it name; of feeds of whole accounts."""
    section = feed.sections[0]
    names = [name for name in PLACE_COLUMNS if name in map(column_name, section.known)]
    if feed.scope != "account" or feed.is_json or not section.day or not names:
        return {}
    query = sql.SQL("select distinct {}, coalesce(btrim({}), '') from {} where load_id = %s").format(
        sql.Identifier(column_name(section.day)),
        sql.Identifier(names[0]),
        sql.Identifier("raw", feed.table(section)),
    )
    places: dict[date, set[str]] = {}
    for text, place in conn.execute(query, (load_id,)).fetchall():
        day = marketplace_day(text or "", section.day_formats, scope.time_zone)
        if day is not None:
            places.setdefault(first_of(feed.period, day), set()).add(place)
    return places
