"""Homes of earlier versions (tests/fixtures/homes, kept by tools/keep_home.py), as they lay when that version ended."""

from __future__ import annotations

import lzma
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from pipelines.local import backup_file
from pipelines.local.backup import DATABASES
from pipelines.warehouse import dumps, embedded

FILES = sorted((Path(__file__).parents[1] / "fixtures" / "homes").glob("*.tar.xz"))
# a test's data need not survive a power cut
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def put(file: Path, base: Path) -> str:
    """Make the user's home `base` of a kept one, its server running, and nothing of it newer than it was.

    Returns the address of its warehouse. Without `tradewind restore`, which would bring it to this version at once.
    """
    base.parent.mkdir(parents=True, exist_ok=True)
    backup, stage = base.parent / "backup.tar", base.parent / "stage"
    with lzma.open(file) as kept:
        backup.write_bytes(kept.read())
    about = backup_file.check(backup)
    backup_file.extract(backup, stage)
    home = base / "demo" if about.demo else base
    home.parent.mkdir(parents=True, exist_ok=True)
    (stage / "home").rename(home)
    embedded.start(home, _FAST)
    state = embedded.read_state(home)
    assert state is not None
    for name in DATABASES:
        dumps.load(stage / "databases" / f"{name}.dump", state.url(name))
    return state.url()


def counts(url: str) -> dict[str, int]:
    """The number of rows of every table of ledger, raw, briefs and marts, and of slices that have been loaded."""
    with psycopg.connect(url) as conn:
        tables = conn.execute(
            "select oid::regclass::text from pg_class where relkind = 'r' "
            "and relnamespace::regnamespace::text in ('ops', 'raw', 'insights', 'marts')"
        ).fetchall()
        query = "select count(*) from {}"
        found = {name: _row(conn, sql.SQL(query).format(sql.SQL(name)))[0] for (name,) in tables}
        loaded = _row(conn, sql.SQL("select count(current_load_id) from ops.slices"))[0]
    return {**found, "loaded slices": loaded}


def remember_marts(url: str) -> list[str]:
    """Copy every mart as it is into the schema `before`; returns their names."""
    with psycopg.connect(url) as conn:
        names = [
            name for (name,) in conn.execute("select tablename from pg_tables where schemaname = 'marts' order by 1")
        ]
        conn.execute("create schema before")
        for name in names:
            copy = sql.SQL("create table {} as table {}")
            conn.execute(copy.format(sql.Identifier("before", name), sql.Identifier("marts", name)))
    return names


@dataclass(frozen=True)
class Otherwise:
    """What of a mart is not compared: columns by their names, rows by a condition in SQL."""

    columns: frozenset[str] = frozenset()
    rows: str = "false"


def differences(url: str, mart: str, otherwise: Otherwise) -> list[str]:
    """What a mart tells now and told not then, or the other way round, as readable lines.

    Only columns that it had then are compared, and all of them must be there still.
    """
    without = otherwise.columns
    with psycopg.connect(url) as conn:
        then, now = (_columns(conn, schema, mart) for schema in ("before", "marts"))
        found = [f"{mart} has lost {name}" for name in then if name not in now and name not in without]
        columns = sql.SQL(", ").join(sql.Identifier(name) for name in then if name in now and name not in without)
        query = sql.SQL(
            "select to_jsonb(d)::text from (select {columns} from {one} where not ({rows}) "
            "except all select {columns} from {other} where not ({rows})) as d order by 1"
        )
        tables = {"then": sql.Identifier("before", mart), "now": sql.Identifier("marts", mart)}
        for one, other in (("then", "now"), ("now", "then")):
            asked = query.format(columns=columns, one=tables[one], other=tables[other], rows=sql.SQL(otherwise.rows))
            lines = conn.execute(asked).fetchall()
            found += [f"{mart} only {one} ({len(lines)} rows): {text}" for (text,) in lines[:2]]
    return found


def _columns(conn: psycopg.Connection[Any], schema: str, table: str) -> list[str]:
    found = conn.execute(
        "select attname from pg_attribute where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped "
        "and attname <> 'changed_xid' order by attnum",
        (f"{schema}.{table}",),
    )
    return [name for (name,) in found.fetchall()]


def _row(conn: psycopg.Connection[Any], query: sql.Composed) -> tuple[Any, ...]:
    row = conn.execute(query).fetchone()
    assert row is not None
    return row
