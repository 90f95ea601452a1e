"""What subscribers of webhooks are told of the one stock: `stock.changed`, `stock.low` and `order.imported`.

Each is told once, after the build that shows it. What was there before anybody could be told is not told.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipelines.webhooks.outbox import Outgoing, emit

if TYPE_CHECKING:
    import psycopg

LOW_UNITS = 5
"""`stock.low` is told when what is available falls to this or below."""
TOLD_DAYS = 7
"""Orders older than this, which come late, are not told as new."""

_CHANGED = """
    with now_there as (
        select central_sku, available_quantity from marts.stock_central where tenant_id = %(tenant)s
    ), told as (
        insert into ops.stock_told as t (tenant_id, central_sku, available_quantity)
        select %(tenant)s, central_sku, available_quantity from now_there
        on conflict (tenant_id, central_sku) do update set available_quantity = excluded.available_quantity
            where t.available_quantity <> excluded.available_quantity
        returning central_sku
    )
    select n.central_sku, o.available_quantity, n.available_quantity
    from now_there as n inner join told using (central_sku)
    inner join ops.stock_told as o on o.tenant_id = %(tenant)s and o.central_sku = n.central_sku
    order by n.central_sku
"""
_ORDERS = """
    with new as (
        insert into ops.orders_told (tenant_id, store_id, order_id)
        select distinct tenant_id, store_id, order_id from marts.shop_order_lines
        where tenant_id = %(tenant)s and date > %(now)s::date - %(days)s::integer
        on conflict do nothing returning store_id, order_id
    )
    select n.store_id, n.order_id, l.channel, l.order_name, min(l.ordered_at), sum(l.units)::integer
    from new as n inner join marts.shop_order_lines as l using (store_id, order_id)
    group by n.store_id, n.order_id, l.channel, l.order_name order by n.store_id, min(l.ordered_at), n.order_id
"""
_PRUNE = "delete from ops.orders_told where tenant_id = %s and told_at < clock_timestamp() - make_interval(days => %s)"


def tell(conn: psycopg.Connection[Any], tenant_id: str, now: datetime) -> None:
    """Write down what subscribers of a tenant are told since the last time, in the caller's transaction."""
    if conn.execute("select to_regclass('marts.stock_central'), to_regclass('marts.shop_order_lines')").fetchone() in (
        None,
        (None, None),
    ):
        return
    conn.execute("select pg_advisory_xact_lock(hashtextextended('tradewind.channels.told.' || %s, 0))", (tenant_id,))
    is_first = conn.execute("select from ops.stock_told where tenant_id = %s limit 1", (tenant_id,)).fetchone() is None
    found = [*_stock(conn, tenant_id, now), *_orders(conn, tenant_id, now)]
    if not is_first:
        emit(conn, tenant_id, found)


def _stock(conn: psycopg.Connection[Any], tenant_id: str, now: datetime) -> list[Outgoing]:
    """A statement sees the table as it was when it began, so that the former figure is told beside the new one."""
    found = []
    for sku, before, after in conn.execute(_CHANGED, {"tenant": tenant_id}).fetchall():
        data = {"sku": sku, "from": before, "to": after}
        found.append(Outgoing("stock.changed", sku, now, data))
        if after <= LOW_UNITS < before:
            found.append(Outgoing("stock.low", sku, now, {"sku": sku, "available": after, "low": LOW_UNITS}))
    return found


def _orders(conn: psycopg.Connection[Any], tenant_id: str, now: datetime) -> list[Outgoing]:
    rows = conn.execute(_ORDERS, {"tenant": tenant_id, "now": now, "days": TOLD_DAYS}).fetchall()
    conn.execute(_PRUNE, (tenant_id, 4 * TOLD_DAYS))
    return [
        Outgoing(
            "order.imported",
            order_id,
            ordered_at,
            {"store": store_id, "channel": channel, "order": order_id, "name": name, "units": units},
        )
        for store_id, order_id, channel, name, ordered_at, units in rows
    ]
