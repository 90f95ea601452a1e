"""Creates the raw tables from the catalogue, and adds columns that a document brings.

Columns are added in a short transaction of their own before the load, one at a time for a table. If a reader holds a
lock on the table for long, adding a column waits and tries again; loads without a new column are not held up. Rows are
written in `copying.py`.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Collection, Iterable, Mapping
from weakref import WeakKeyDictionary

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus

from pipelines.errors import DocumentError, WarehouseError
from pipelines.feeds import FEEDS, Feed, Section, column_name
from pipelines.landing.personal.names import words

log = logging.getLogger(__name__)

MOST_NEW_COLUMNS, MOST_COLUMNS = 100, 1000
"""How many columns one document may add, and a table may have. Postgres has room for 1,600, with those once dropped."""

_LOCK_TIMEOUT = "2s"
_TRIES = 8
_KNOWN: WeakKeyDictionary[psycopg.Connection, dict[str, set[str]]] = WeakKeyDictionary()


def field_of(feed: Feed, name: str) -> sql.Composable:
    """The SQL expression of a document's field in a row `r` of its raw table, as text. name: a header or JSON key."""
    if feed.is_json:
        return sql.SQL("r.item ->> {}").format(sql.Literal(name))
    return sql.SQL("r.{}").format(sql.Identifier(column_name(name)))


def ensure_raw_tables(conn: psycopg.Connection, feeds: Iterable[Feed] = FEEDS.values()) -> None:
    """Create the missing raw tables of these feeds, so that views can be built on them. Commits."""
    for feed in feeds:
        for section in feed.sections:
            ensure_table(conn, feed, section)


def ensure_table(conn: psycopg.Connection, feed: Feed, section: Section) -> None:
    """Create the raw table of a section if it does not exist. conn: must be idle; commits."""
    table = feed.table(section)
    if columns_of(conn, table):
        return
    # Personal columns are added only by the first document of a tenant that keeps personal data.
    known = dict.fromkeys(column_name(header) for header in section.known if header not in feed.personal)
    if feed.is_json:
        columns: list[sql.Composable] = [sql.SQL("item jsonb not null")]
    else:
        columns = [sql.SQL("{} text").format(sql.Identifier(column)) for column in known]
    name, sequence = sql.Identifier("raw", table), sql.Identifier("raw", f"{table}_row_seq")
    with conn.transaction():
        _lock(conn, table)
        # Each session takes 1000 numbers at a time, which is fast. Numbers need to ascend only within a load.
        conn.execute(sql.SQL("create sequence if not exists {} cache 1000").format(sequence))
        conn.execute(
            sql.SQL(
                "create table if not exists {} (load_id bigint not null, "
                "row_seq bigint not null default nextval({}::regclass){})"
            ).format(
                name,
                sql.Literal(f'raw."{table}_row_seq"'),
                sql.SQL("").join(sql.SQL(", {}").format(column) for column in columns),
            )
        )
        conn.execute(
            sql.SQL("create index if not exists {} on {} using brin (load_id) with (pages_per_range = 32)").format(
                sql.Identifier(f"{table}_load"), name
            )
        )
        if section.key:
            paths = [
                sql.SQL("item #>> {}").format(sql.Literal(f"{{{path.replace('.', ',')}}}")) for path in section.key
            ]
            conn.execute(
                sql.SQL("create index if not exists {} on {} (coalesce({}))").format(
                    sql.Identifier(f"{table}_key"), name, sql.SQL(", ").join(paths)
                )
            )


def columns_of(conn: psycopg.Connection, table: str) -> set[str]:
    """The columns of a raw table; an empty set if it does not exist. An idle connection is idle afterwards.

    The answer is cached for each connection. That is safe, because columns are only added, and adding one twice does
    nothing.
    """
    idle = conn.info.transaction_status == TransactionStatus.IDLE
    known = _KNOWN.setdefault(conn, {})
    if idle and table in known:
        return known[table]
    with conn.transaction():
        rows = conn.execute(
            "select attname from pg_attribute where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped",
            (f'raw."{table}"',),
        ).fetchall()
    columns = {name for (name,) in rows}
    if idle and columns:
        known[table] = columns
    return columns


def lacking(conn: psycopg.Connection, table: str, columns: Collection[str]) -> list[str]:
    """The columns that a raw table does not have. An idle connection is idle afterwards.

    Raises DocumentError if they are more than one document may add, or more than a table may have.
    """
    held = columns_of(conn, table)
    missing = [column for column in columns if column not in held]
    if len(missing) > MOST_NEW_COLUMNS or (missing and len(held) + len(missing) > MOST_COLUMNS):
        raise DocumentError(
            f"The document brings {len(missing)} columns that no document of this report had before, such as "
            f"{', '.join(missing[:3])}; the table has {len(held)}. At most {MOST_NEW_COLUMNS} are added at once, and "
            f"{MOST_COLUMNS} in all: Amazon adds a few at a time. Look at the document in the archive.",
            kind="too_many_columns",
        )
    return missing


def forget(conn: psycopg.Connection) -> None:
    """Forget the cached columns of a connection, after a change, or after an error: a table may have been dropped."""
    _KNOWN.pop(conn, None)


def widen(
    conn: psycopg.Connection, feed: Feed, section: Section, columns: Mapping[str, str], unknown: Iterable[str]
) -> list[str]:
    """Add the columns that the table lacks. Returns the headers that no document of this feed had before.

    columns: raw column -> header in the document. unknown: those of the columns that the catalogue does not know; they
    are recorded in ops.drift. conn: idle, and then it commits; or in a transaction that holds the table's lock. Raises
    WarehouseError if the table stays locked.
    """
    table = feed.table(section)
    held = columns_of(conn, table)
    missing = [column for column in columns if column not in held]
    new = {column: columns[column] for column in unknown}
    if not missing and not new:
        return []
    for attempt in range(1, _TRIES + 1):
        try:
            with conn.transaction():
                conn.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(_LOCK_TIMEOUT)))
                if missing:
                    _lock(conn, table)
                for column in missing:
                    conn.execute(
                        sql.SQL("alter table {} add column if not exists {} text").format(
                            sql.Identifier("raw", table), sql.Identifier(column)
                        )
                    )
                first_seen = _record_drift(conn, feed, table, new)
            if missing:
                forget(conn)
            return first_seen
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            log.info("%s is in use and cannot be widened yet, try %d of %d", table, attempt, _TRIES)
            time.sleep(min(0.1 * 2**attempt, 5))
    raise WarehouseError(
        f"The table raw.{table} needs the columns {', '.join(missing)}, which this document brings, but another "
        "session holds the table locked. End the sessions that read it (see pg_stat_activity) and pull again."
    )


def record_new_keys(conn: psycopg.Connection, feed: Feed, section: Section, keys: Iterable[str]) -> list[str]:
    """Record keys of JSON elements that the catalogue does not know. Returns those never seen before. No commit."""
    return _record_drift(conn, feed, feed.table(section), {key[:63]: key for key in keys})


def record_left_out(
    conn: psycopg.Connection, feed: Feed, section: Section, headers: Iterable[str], tenants: Iterable[str]
) -> None:
    """Record columns that were left out of a document of these tenants because of their names. No commit."""
    names = {words(each)[:63]: each[:200] for each in headers}
    conn.execute(
        "insert into ops.drift (feed, table_name, column_name, header, tenant_id, action) "
        "select %s, %s, n, h, t, 'dropped' from unnest(%s::text[], %s::text[]) as u(n, h), unnest(%s::text[]) as t "
        "on conflict do nothing",
        (feed.name, feed.table(section), list(names), list(names.values()), sorted(tenants)),
    )


def drop_if_empty(conn: psycopg.Connection, table: str, column: str) -> None:
    """Drop a column that holds only nulls, unless a view depends on it or the table is locked. conn: autocommit."""
    names = {"table": sql.Identifier("raw", table), "column": sql.Identifier(column)}
    with contextlib.suppress(psycopg.errors.LockNotAvailable, psycopg.errors.DependentObjectsStillExist):
        with conn.transaction():
            conn.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(_LOCK_TIMEOUT)))
            if column not in columns_of(conn, table):
                return
            conn.execute(sql.SQL("lock table {table} in access exclusive mode").format(**names))
            held = sql.SQL("select 1 from {table} where {column} is not null limit 1").format(**names)
            if conn.execute(held).fetchone() is None:
                conn.execute(sql.SQL("alter table {table} drop column {column}").format(**names))
        forget(conn)


def _record_drift(conn: psycopg.Connection, feed: Feed, table: str, columns: Mapping[str, str]) -> list[str]:
    if not columns:
        return []
    rows = conn.execute(
        "insert into ops.drift (feed, table_name, column_name, header) "
        "select %s, %s, * from unnest(%s::text[], %s::text[]) on conflict do nothing returning column_name",
        (feed.name, table, list(columns), list(columns.values())),
    ).fetchall()
    return [columns[column] for column in sorted(column for (column,) in rows)]


def _lock(conn: psycopg.Connection, table: str) -> None:
    """Wait until no other session changes this table. The lock blocks neither its readers nor its writers."""
    conn.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"raw.{table}",))
