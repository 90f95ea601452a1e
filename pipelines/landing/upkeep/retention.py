"""Pruning deletes the rows of loads that are not needed any more from raw. The archive and the ledger keep the loads.

A load is needed while a slice points at it, or pointed at it within the horizon, so that `as_of` can go back that far.
A load of an upsert feed is also needed while it holds the newest delivery of an order.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

import psycopg
from psycopg import sql

from pipelines.feeds import FEEDS, Feed
from pipelines.landing.loading.raw_tables import columns_of, field_of

log = logging.getLogger(__name__)

HORIZON = timedelta(days=90)
"""How long the rows of a load are kept after the last slice stopped pointing at it."""

# Loads that no slice has pointed at within the horizon. For a load that no slice ever pointed at, the time of loading
# counts.
_SUPERSEDED = """
select l.load_id from ops.loads l
where l.feed = %(feed)s and l.pruned_at is null and l.loaded_at < clock_timestamp() - %(horizon)s::interval
  and not exists (select from ops.slices s where s.current_load_id = l.load_id)
  and not exists (
      select from (
          select h.load_id, lead(h.known_from) over (
              partition by h.feed, h.scope_id, h.slice_key order by h.known_from
          ) as until
          from ops.slice_history h where h.feed = l.feed and h.scope_id = l.scope_id
      ) held
      where held.load_id = l.load_id and (until is null or until >= clock_timestamp() - %(horizon)s::interval)
  )
order by l.load_id
"""


@dataclass(frozen=True, slots=True)
class Pruned:
    """The numbers of loads and rows that were pruned."""

    loads: int
    rows: int


def prune(conn: psycopg.Connection, horizon: timedelta = HORIZON) -> Pruned:
    """Delete the rows of loads not needed for longer than `horizon`. conn: must be idle; commits after each feed."""
    loads = rows = 0
    for feed in FEEDS.values():
        if not all(columns_of(conn, table) for table in feed.tables):
            continue
        with conn.transaction():
            # Only one pruning may run at a time; two would both count the same loads.
            conn.execute("select pg_advisory_xact_lock(hashtextextended('tradewind prune', 0))")
            found = [
                load_id
                for (load_id,) in conn.execute(_SUPERSEDED.encode(), {"feed": feed.name, "horizon": horizon}).fetchall()
            ]
            if feed.write_disposition == "upsert" and found:
                found = sorted(set(found) - _loads_with_newest(conn, feed))
            for table in feed.tables:
                deleted = conn.execute(
                    sql.SQL("delete from {} where load_id = any(%s)").format(sql.Identifier("raw", table)), (found,)
                )
                rows += deleted.rowcount
            conn.execute("update ops.loads set pruned_at = clock_timestamp() where load_id = any(%s)", (found,))
            loads += len(found)
    log.info("pruned %d loads, %d rows", loads, rows)
    return Pruned(loads, rows)


def _loads_with_newest(conn: psycopg.Connection, feed: Feed) -> set[int]:
    """The loads that hold the newest delivery of at least one order.

    If a line of an order's newest delivery was rejected, the newest delivery without a rejected line is kept too. The
    newest delivery is found as in staging: by the last update, then the report's creation, then the load.
    """
    query = sql.SQL(
        "with deliveries as (select distinct l.scope_id, {order} as order_key, r.load_id, l.report_created_at, "
        "case when pg_input_is_valid({updated}, 'timestamptz') then ({updated})::timestamptz end as updated, "
        "exists (select from ops.rejected_rows j where j.load_id = r.load_id and j.order_key = {order}) as broken "
        "from {table} r join ops.loads l on l.load_id = r.load_id) "
        "select distinct load_id from (select load_id, row_number() over (partition by scope_id, order_key, broken "
        "order by updated desc nulls last, report_created_at desc, load_id desc) as place from deliveries) ranked "
        "where place = 1"
    ).format(
        order=field_of(feed, feed.order_key),
        updated=field_of(feed, feed.updated_key),
        table=sql.Identifier("raw", feed.table(feed.sections[0])),
    )
    return {load_id for (load_id,) in conn.execute(query).fetchall()}
