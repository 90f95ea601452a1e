{{
    config(
        meta={"slice": ["account_id", "amazon_order_id"], "opens": "open_loads", "reports": "none"},
        indexes=[
            {"columns": ["account_id", "amazon_order_id"], "unique": true},
            {"columns": ["changed_xid"]},
            {"columns": ["load_id"]},
        ],
    )
}}
-- The delivery that counts for each order: the newest by (last update, report made, load), leaving out deliveries of
-- which a line was rejected. Because "newest" is a maximum, the order in which loads are looked at does not matter.
-- `changed_xid` says to order_items which orders it has not seen.
with
    lines as (
        {% for feed in ["all_orders_by_order_date", "all_orders_by_last_update"] %}
            select account_id, amazon_order_id, load_id, last_updated_at
            from
                {{ sliced(ref("stg_amazon_sp__" ~ feed), keys=["load_id"], within="_changed") }} as s
                {{ "union all" if not loop.last }}
        {% endfor %}
    ),
    deliveries as (
        select account_id, amazon_order_id, load_id, coalesce(max(last_updated_at), '-infinity') as last_updated_at
        from lines
        where amazon_order_id is not null
        group by account_id, amazon_order_id, load_id
    ),
    whole as (
        select d.*, l.feed, l.report_created_at
        from deliveries as d
        inner join ops.loads as l on d.load_id = l.load_id
        where
            not exists (
                select 1 from ops.rejected_rows as r where r.load_id = d.load_id and r.order_key = d.amazon_order_id
            )
    ),
    newest as (
        select distinct on (account_id, amazon_order_id) *
        from whole
        order by account_id asc, amazon_order_id asc, last_updated_at desc, report_created_at desc, load_id desc
    )
select
    n.account_id,
    n.amazon_order_id,
    n.load_id,
    n.feed,
    n.last_updated_at,
    n.report_created_at,
    pg_current_xact_id() as changed_xid
from newest as n
left join {{ rows_before("newest") }} as w on n.account_id = w.account_id and n.amazon_order_id = w.amazon_order_id
where
    w.load_id is null
    or (n.last_updated_at, n.report_created_at, n.load_id) > (w.last_updated_at, w.report_created_at, w.load_id)
