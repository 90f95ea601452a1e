"""Which document an import is, and which loads it may replace. Read from raw and the ledger in the load's transaction.

A listed document names itself in its rows, for example by a settlement id. What follows from the answers is decided in
`load_job.py`. The ledger is written in `ledger/loads.py`.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql

from pipelines.errors import DocumentError
from pipelines.feeds import column_name
from pipelines.landing.formats.moments import marketplace_day
from pipelines.landing.incoming import SliceKey
from pipelines.landing.ledger.loads import has_rows
from pipelines.landing.loading.ownership import PLACE_COLUMNS
from pipelines.landing.planning.periods import first_of

if TYPE_CHECKING:
    from pipelines.feeds import Feed, Section
    from pipelines.landing.incoming import Incoming
    from pipelines.stores import Scope


MOST_NAMES, LONGEST_NAME = 1000, 100
"""How many documents one file may hold, and the characters of a name. Settlements are made once in two weeks."""
_MOST_PLACES = 100
"""Marketplaces, countries or currencies of one day."""


def own_slices(
    conn: psycopg.Connection, feed: Feed, scope: Scope, incoming: Incoming, load_id: int, sha256: str
) -> list[SliceKey]:
    """The slices of an imported snapshot or listed document.

    The key of a listed document (a settlement) is the id in its rows. The key of a snapshot is its instant; if the
    feed's scope is an account, with the store for which it was imported. The key of a crawl is its instant with a
    part of its hash, because a crawl shows only the products that were asked for. Raises DocumentError if a listed
    document has no id.
    """
    instant = (incoming.instant or incoming.report_created_at).astimezone(UTC)
    day = instant.astimezone(ZoneInfo(scope.time_zone)).date()
    if feed.identity:
        names = identities(conn, feed, load_id)
        if not names:
            raise DocumentError(
                f"No line of the document has a {feed.identity}, so it is not known which document it is. Download it "
                "again.",
                kind="missing_column",
            )
        keys = [f"{feed.identity}:{name}" for name in names]
    else:
        keys = [instant.strftime("%Y-%m-%dT%H:%M:%SZ")]
        if feed.shape == "crawl":
            keys = [f"{keys[0]}/{sha256[:12]}"]
        elif feed.scope == "account" and incoming.store is not None:
            keys = [f"{keys[0]}/{incoming.store.store_id}"]
    return [SliceKey(slice_key=key, day=day, instant=instant) for key in keys]


def identities(conn: psycopg.Connection, feed: Feed, load_id: int) -> list[str]:
    """The different values of the column `Feed.identity` in a load's rows, sorted.

    Raises DocumentError('wrong_type') if they are more, or longer, than the documents of one file can have.
    """
    column = sql.Identifier(column_name(feed.identity))
    rows = conn.execute(
        sql.SQL(
            "select distinct left(btrim({column}), {longest}) from {table} "
            "where load_id = %s and btrim({column}) <> '' order by 1 limit {most}"
        ).format(
            column=column,
            longest=LONGEST_NAME + 1,
            most=MOST_NAMES + 1,
            table=sql.Identifier("raw", feed.table(feed.sections[0])),
        ),
        (load_id,),
    ).fetchall()
    names = [name for (name,) in rows]
    if len(names) > MOST_NAMES or any(len(name) > LONGEST_NAME for name in names):
        raise DocumentError(
            f"The document has more than {MOST_NAMES:,} different {feed.identity}, or one of more than {LONGEST_NAME} "
            f"characters, such as {names[0][:40]}: it is no {feed.title} document. Nothing of it was loaded. See "
            "whether it is the right file.",
            kind="wrong_type",
        )
    return names


def amounts(conn: psycopg.Connection, feed: Feed, load_id: int) -> Generator[tuple[str | None, ...]]:
    """The identity, total and amount of each of a load's rows, those of one identity together.

    They are read some at a time. Of a text that is longer than any amount, nothing is given.
    """
    name, *others = (sql.Identifier(column_name(each)) for each in (feed.identity, feed.total_key, feed.amount_key))
    query = sql.SQL('select left({name}, {longest}) collate "C", {others} from {table} where load_id = %s order by 1')
    with conn.cursor("amounts") as cursor:
        cursor.itersize = 5000
        yield from cursor.execute(
            query.format(
                name=name,
                longest=LONGEST_NAME,
                others=sql.SQL(", ").join(
                    sql.SQL("case when length({each}) <= {longest} then {each} end").format(
                        each=each, longest=LONGEST_NAME
                    )
                    for each in others
                ),
                table=sql.Identifier("raw", feed.table(feed.sections[0])),
            ),
            (load_id,),
        )


def pointed_before(
    conn: psycopg.Connection, feed: Feed, scope: Scope, keys: Sequence[str], load_id: int
) -> list[tuple[str, int, str | None]]:
    """Those of the slices that point at another load: slice key, id of that load, and its file's name."""
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
    """Slices that an import must not replace, with the reason: their load is newer, or has rows that the import lacks.

    load_id: the import's own load. as_of: when the import's document was made. without: sections that the document
    does not fill. partly: the user gave no --from and --to, so the document may be of one marketplace only; it must
    then not replace rows of the account's other marketplaces.
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
    """Period -> marketplaces, countries or currencies in a load's rows. Empty unless the scope is an account."""
    section = feed.sections[0]
    names = [name for name in PLACE_COLUMNS if name in map(column_name, section.known)]
    if feed.scope != "account" or feed.is_json or not section.day or not names:
        return {}
    query = sql.SQL(
        "select distinct left({}, 64), left(coalesce(btrim({}), ''), {}) from {} where load_id = %s"
    ).format(
        sql.Identifier(column_name(section.day)),
        sql.Identifier(names[0]),
        LONGEST_NAME,
        sql.Identifier("raw", feed.table(section)),
    )
    places: dict[date, set[str]] = {}
    with conn.cursor("places") as cursor:
        for text, place in cursor.execute(query, (load_id,)):
            day = marketplace_day(text or "", section.day_formats, scope.time_zone)
            if day is not None:
                of_day = places.setdefault(first_of(feed.period, day), set())
                if len(of_day) < _MOST_PLACES:
                    of_day.add(place)
    return places
