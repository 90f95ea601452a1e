"""Whether something is known that no round has seen: a mark of the marts, and of the webhooks of orders and stock; and
whether it is time to read everything again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

# The stock is rewritten only where it changes, so that its newest row tells of the newest change.
_NEWS = """
    select coalesce((select max(xmin::text::bigint) from marts.stock_central), 0)::text || '/'
        || coalesce((select max(xmin::text::bigint) from marts.channel_listings), 0)::text || '/'
        || coalesce((select max(event_id) from ops.webhook_events), 0)::text || '/'
        || (select count(*) from ops.channel_updates
            where state in ('waiting', 'sending', 'sent') and due_at <= clock_timestamp())::text
"""

WHOLE_EVERY = timedelta(days=1)
_SEEN_WHOLE = "select count(*) from insights.channel_sync where store_id = any(%s) and last_full_at > %s"


def news(conn: psycopg.Connection[Any]) -> str | None:
    """A text that changes when there is something to look at; None: the marts are not built."""
    row = conn.execute("select to_regclass('marts.stock_central'), to_regclass('marts.channel_listings')").fetchone()
    if row is None or None in row:
        return None
    found = conn.execute(_NEWS).fetchone()
    return str(found[0]) if found else None


def whole(conn: psycopg.Connection[Any], channel_ids: Collection[str], now: datetime) -> bool:
    """Whether one of the channels has not been read as a whole for a day: the schedule's hour may have found nobody
    awake. now: UTC."""
    row = conn.execute(_SEEN_WHOLE, (list(channel_ids), now - WHOLE_EVERY)).fetchone()
    return row is None or row[0] < len(channel_ids)


def newest_event(conn: psycopg.Connection[Any]) -> int:
    """The number of the newest webhook of an order or of stock, once the marts are there; 0: there is none."""
    if news(conn) is None:
        return 0
    row = conn.execute("select coalesce(max(event_id), 0) from ops.webhook_events").fetchone()
    return int(row[0]) if row else 0
