"""All that a warehouse knows, told without ids of its own, so that two of them can be compared; losing it; replays."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
from psycopg import sql

from pipelines.feeds import FEEDS
from pipelines.landing.loading import raw_tables
from pipelines.landing.upkeep.replay import replay
from pipelines.settings import Settings
from pipelines.warehouse import connection
from pipelines.warehouse.connection import Warehouse
from tests.support.forked import Forked

_LOAD = "(select l.loaded_at::text from ops.loads l where l.load_id = t.{})"
_REQUEST = (
    "(select concat_ws('|', q.feed, q.scope_id, q.remote_id, q.intent_at, q.window_start, q.instant) "
    "from ops.requests q where q.request_id = t.request_id)"
)
# What each table says, ids replaced by what they stand for, without what is only of one database or one run.
_TABLES = {
    "requests": "to_jsonb(t) - '{request_id}'::text[]",
    "loads": f"to_jsonb(t) - '{{load_id}}'::text[] || jsonb_build_object('request_id', {_REQUEST})",
    "slices": "to_jsonb(t) - '{generation,claimed_by,changed_xid}'::text[] || jsonb_build_object("
    f"'current_load_id', {_LOAD.format('current_load_id')}, 'request_id', {_REQUEST})",
    "slice_history": f"to_jsonb(t) || jsonb_build_object('load_id', {_LOAD.format('load_id')})",
    "rejected_rows": "to_jsonb(t) - '{rejected_id}'::text[] || jsonb_build_object("
    f"'load_id', {_LOAD.format('load_id')}, 'request_id', {_REQUEST})",
    "drift": "to_jsonb(t) - '{seen_at}'::text[]",
    "expected": "to_jsonb(t)",
}

_RAW = """
select jsonb_build_object('of', l.feed || l.scope_id || l.loaded_at, 'row', to_jsonb(t) - '{load_id,row_seq}'::text[],
    'place', row_number() over (partition by t.load_id order by t.row_seq))::text
"""


def known(url: str) -> dict[str, list[str]]:
    """Every table of ledger and raw: its rows as text, sorted; raw rows with their place in their load."""
    with psycopg.connect(url) as conn:
        raw_tables.ensure_raw_tables(conn)
        found = {
            f"ops.{table}": sorted(_texts(conn, f"select ({row})::text from ops.{table} t"))  # noqa: S608
            for table, row in _TABLES.items()
        }
        found["order of loads"] = _texts(conn, "select concat_ws(' ', feed, loaded_at) from ops.loads order by load_id")
        for feed in FEEDS.values():
            for table in feed.tables:
                rows = _texts(conn, f"{_RAW} from raw.{table} t left join ops.loads l using (load_id)")
                found[f"raw.{table}"] = sorted(rows)
    return found


def lose_everything(url: str) -> None:
    """Drop all schemas and make them anew, empty, as a new database has them."""
    with psycopg.connect(url, autocommit=True) as conn:
        for schema in ("raw", "accounts", "ops", "staging", "intermediate", "marts", "insights"):
            conn.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(schema)))
    connection.prepare(url)


def start_replay(settings: Settings, url: str) -> Forked:
    """A replay in a process of its own, which can be killed."""
    settings.home.mkdir(parents=True, exist_ok=True)
    return Forked(_replay, str(settings.home), url, environment=dict(os.environ), output=settings.home / "replay.txt")


def _replay(home: str, url: str) -> None:
    replay(Settings(home=Path(home), warehouse_url=url), Warehouse(url))  # type: ignore[arg-type]


def _texts(conn: psycopg.Connection, query: str) -> list[str]:
    return [text for (text,) in conn.execute(query.encode()).fetchall()]
