"""Whose a document is by the ids in it: settlements and orders that have landed before.

Read only where marketplace, currency and seller id leave several stores. What follows is decided in `recognition.py`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from psycopg import sql

from pipelines.feeds import FEEDS, column_name
from pipelines.landing.imports.sniffing import Evidence

if TYPE_CHECKING:
    import psycopg

    from pipelines.feeds import Feed
    from pipelines.landing.imports.recognition import Owners
    from pipelines.warehouse.connection import Warehouse

_OF_ORDERS = tuple(feed for feed in FEEDS.values() if feed.order_key and not feed.is_json)


def owners_in(warehouse: Warehouse) -> Owners:
    """A function that finds the accounts or stores, by id, of which a document's ids have landed in a warehouse."""

    def owners(feed: Feed, evidence: Evidence) -> Collection[str]:
        with warehouse.connect() as conn:
            return owners_of(conn, feed, evidence.ids)

    return owners


def owners_of(conn: psycopg.Connection, feed: Feed, ids: Collection[str]) -> set[str]:
    """The scopes, by id, of the loads in whose rows one of these ids is: of the feed itself if its documents name
    themselves, else of orders."""
    tables = [(feed, feed.identity)] if feed.identity else [(each, each.order_key) for each in _OF_ORDERS]
    found: set[str] = set()
    for source, key in tables:
        table = source.table(source.sections[0])
        if conn.execute("select to_regclass(%s)", (f"raw.{table}",)).fetchone() == (None,):
            continue
        query = sql.SQL(
            "select distinct l.scope_id from raw.{} r join ops.loads l using (load_id) where r.{} = any(%s)"
        ).format(sql.Identifier(table), sql.Identifier(column_name(key)))
        found.update(scope for (scope,) in conn.execute(query, (list(ids),)))
    return found
