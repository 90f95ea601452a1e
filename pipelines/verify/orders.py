"""Compares orders in staging with orders in the marts. The newest delivery of an order counts, as a whole.

The newest delivery is found here independently of the dbt models, by the documented rule: the last update, then the
time at which the report was made, then the load. A delivery with a rejected line does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import psycopg

FEEDS = ("amazon_sp.all_orders_by_order_date", "amazon_sp.all_orders_by_last_update")
OLDER = "lines of orders that a newer delivery has replaced"
BROKEN = "lines of order deliveries with a line that could not be read"
WITHOUT_ID = "order lines without an order id"

_DELIVERIES = """
create temporary table if not exists _deliveries on commit drop as
with lines as (
    select account_id, amazon_order_id, load_id, feed, last_updated_at, report_created_at, units, item_price_amount
    from staging.stg_amazon_sp__all_orders_by_order_date
    union all
    select account_id, amazon_order_id, load_id, feed, last_updated_at, report_created_at, units, item_price_amount
    from staging.stg_amazon_sp__all_orders_by_last_update
), deliveries as (
    select account_id, amazon_order_id, load_id, feed, max(last_updated_at) as updated, max(report_created_at) as made,
        count(*) as lines, coalesce(sum(units), 0) as units, coalesce(sum(item_price_amount), 0) as price
    from lines group by 1, 2, 3, 4
)
select d.*, broken, amazon_order_id is not null and not broken and row_number() over (
        partition by account_id, amazon_order_id, broken order by updated desc nulls last, made desc, load_id desc
    ) = 1 as newest
from deliveries d cross join lateral (
    select exists (select from ops.rejected_rows r where r.load_id = d.load_id and r.order_key = d.amazon_order_id)
) b(broken)
"""
_MARTS = """
with marts as (
    select s.account_id, i.amazon_order_id, count(*) as lines, coalesce(sum(i.units), 0) as units,
        coalesce(sum(i.item_price_amount), 0) as price
    from marts.order_items i
    join (
        select distinct m.store_id, coalesce(s.account_id, a.account_id) as account_id
        from (select distinct store_id from marts.order_items) m
        left join ops.stores s using (store_id)
        left join ops.stores a on s.store_id is null and a.seller_id = split_part(m.store_id, ':', 2)
    ) s using (store_id)
    group by 1, 2
)
select d.feed, d.account_id, d.load_id, d.amazon_order_id, d.lines, d.units, d.price, m.lines, m.units, m.price
from (select * from _deliveries where newest) d left join marts m using (account_id, amazon_order_id)
where (d.lines, d.units, d.price) is distinct from (m.lines, m.units, m.price)
order by d.load_id, d.amazon_order_id
"""


@dataclass(frozen=True, slots=True)
class Differing:
    """An order that differs between its newest delivery and marts.order_items.

    delivered, marts: number of lines, units, and sum of item prices in the order's currency. marts: None if the mart
    does not have the order.
    """

    feed: str
    account_id: str
    load_id: int
    order_id: str
    delivered: tuple[int, int, Decimal]
    marts: tuple[int, int, Decimal] | None


def differing(conn: psycopg.Connection) -> tuple[list[Differing], dict[str, int]]:
    """The orders that differ, and reason -> number of lines that do not count for this good reason."""
    conn.execute(_DELIVERIES.encode())
    found = [
        Differing(feed, account, load, order, (lines, units, price), None if in_marts is None else (in_marts, *rest))
        for feed, account, load, order, lines, units, price, in_marts, *rest in conn.execute(_MARTS.encode())
    ]
    row = conn.execute(
        "select coalesce(sum(lines) filter (where not newest and not broken and amazon_order_id is not null), 0), "
        "coalesce(sum(lines) filter (where broken), 0), coalesce(sum(lines) filter (where amazon_order_id is null), 0) "
        "from _deliveries"
    ).fetchone()
    older, broken, without = row or (0, 0, 0)
    return found, {OLDER: int(older), BROKEN: int(broken), WITHOUT_ID: int(without)}
