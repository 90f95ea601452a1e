"""What each listing shows and should show, and when its channel was looked at: written for marts.stock_by_channel and
marts.channel_sync_status. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from pipelines.channels.decision import Decision, Verdict
from pipelines.channels.model import Channel

if TYPE_CHECKING:
    import psycopg

_WRITE = """
    insert into insights.channel_stock as s (store_id, tenant_id, channel, item_id, channel_sku, central_sku,
        shows_quantity, should_show_quantity, action, reason, shown_at, differs_since, as_of)
    select %(store)s, %(tenant)s, %(channel)s, n.item, n.sku, n.central, n.shows, n.should, n.action, n.why, n.shown_at,
        case when n.differs then %(now)s::timestamptz end, %(now)s
    from json_to_recordset(%(rows)s::json) as n (item text, sku text, central text, shows integer, should integer,
        action text, why text, shown_at timestamptz, differs boolean)
    on conflict (store_id, item_id, channel_sku) do update
    set (tenant_id, channel, central_sku, shows_quantity, should_show_quantity, action, reason, shown_at, as_of) =
            (excluded.tenant_id, excluded.channel, excluded.central_sku, excluded.shows_quantity,
            excluded.should_show_quantity, excluded.action, excluded.reason, excluded.shown_at, excluded.as_of),
        differs_since = case when excluded.differs_since is not null
            then coalesce(s.differs_since, excluded.differs_since) end
"""
_FORGET = """
    delete from insights.channel_stock as s where store_id = %s
        and not exists (
            select from unnest(%s::text[], %s::text[]) as l (item_id, channel_sku)
            where l.item_id = s.item_id and l.channel_sku = s.channel_sku)
"""
_FINISH = """
    insert into insights.channel_sync as s (store_id, tenant_id, channel, write_mode, last_full_at, last_incremental_at,
        updates_last_hour, failed_last_hour, stopped_reason, as_of)
    select %(store)s, %(tenant)s, %(channel)s, %(mode)s, case when %(full)s then %(now)s::timestamptz end,
        case when not %(full)s then %(now)s::timestamptz end,
        count(*) filter (where state in ('sent', 'done')),
        count(*) filter (where state in ('failed', 'refused') or state = 'waiting' and attempts > 0),
        %(stopped)s, %(now)s
    from ops.channel_updates where store_id = %(store)s and sent_at > clock_timestamp() - interval '1 hour'
    on conflict (store_id) do update
    set tenant_id = excluded.tenant_id, channel = excluded.channel, write_mode = excluded.write_mode,
        last_full_at = coalesce(excluded.last_full_at, s.last_full_at),
        last_incremental_at = coalesce(excluded.last_incremental_at, s.last_incremental_at),
        updates_last_hour = excluded.updates_last_hour, failed_last_hour = excluded.failed_last_hour,
        stopped_reason = excluded.stopped_reason, as_of = excluded.as_of
"""

_STATUS = """
    select s.store_id, s.last_full_at, s.last_incremental_at, s.updates_last_hour, s.failed_last_hour, s.stopped_reason,
        count(c.store_id), count(c.differs_since), min(c.differs_since), (
            select count(*) from marts.channel_listings as l where l.store_id = s.store_id and l.central_sku is null)
    from insights.channel_sync as s left join insights.channel_stock as c on s.store_id = c.store_id
    group by s.store_id
"""


@dataclass(frozen=True, slots=True)
class Status:
    """Of one channel. listings: that are mapped. differing: of these, show another figure than they should."""

    channel_id: str
    last_full_at: datetime | None
    last_incremental_at: datetime | None
    updates_last_hour: int
    failed_last_hour: int
    stopped_reason: str | None
    listings: int
    differing: int
    oldest_difference_at: datetime | None
    unmapped: int


def statuses(conn: psycopg.Connection[Any]) -> list[Status]:
    """Of every channel that was looked at."""
    return [Status(*row) for row in conn.execute(_STATUS).fetchall()]


def record(conn: psycopg.Connection[Any], channel: Channel, verdicts: Sequence[Verdict], now: datetime) -> None:
    """Write down what was found of each listing of a channel. Since when one differs is kept while it does."""
    keys = [each.offer.listing for each in verdicts]
    values = {"store": channel.channel_id, "tenant": channel.tenant_id, "channel": channel.kind, "now": now}
    with conn.transaction():
        conn.execute(_WRITE, {**values, "rows": orjson.dumps([_row(each) for each in verdicts]).decode()})
        conn.execute(_FORGET, (channel.channel_id, [k.item_id for k in keys], [k.channel_sku for k in keys]))


def finish(
    conn: psycopg.Connection[Any], channel: Channel, decision: Decision, mode: str, now: datetime, *, full: bool
) -> None:
    """Note that a channel was looked at, and how its updates went."""
    values = {"store": channel.channel_id, "tenant": channel.tenant_id, "channel": channel.kind, "mode": mode}
    conn.execute(_FINISH, {**values, "full": full, "now": now, "stopped": decision.stopped})


def _row(verdict: Verdict) -> dict[str, Any]:
    offer, shown = verdict.offer, verdict.offer.shown
    return {
        "item": offer.listing.item_id,
        "sku": offer.listing.channel_sku,
        "central": offer.central_sku,
        "shows": shown.quantity if shown else None,
        "should": verdict.target,
        "action": verdict.action,
        "why": verdict.why,
        "shown_at": shown.at if shown else None,
        "differs": verdict.action in ("send", "wait"),
    }
