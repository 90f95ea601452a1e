{{
    config(
        meta={"slice": ["store_id", "order_id"], "opens": "open_loads", "reports": "none"},
        indexes=[
            {"columns": ["store_id", "order_id"], "unique": true},
            {"columns": ["changed_xid"]},
            {"columns": ["load_id"]},
        ],
    )
}}
-- The delivery that counts for each order of a shop: the newest by (last update, document made, load). Because "newest"
-- is a maximum, the order in which loads are looked at does not matter. `changed_xid` says to shop_order_lines which
-- orders it has not seen.
with
    newest as (
        select distinct on (store_id, order_id) store_id, order_id, date, load_id, last_updated_at, report_created_at
        from {{ of_every_shop("orders", keys=["load_id"], within="_changed") }} as s
        where order_id is not null and last_updated_at is not null
        order by store_id asc, order_id asc, last_updated_at desc, report_created_at desc, load_id desc
    )
select n.*, pg_current_xact_id() as changed_xid
from newest as n
left join {{ rows_before("newest") }} as w on n.store_id = w.store_id and n.order_id = w.order_id
where
    w.load_id is null
    or (n.last_updated_at, n.report_created_at, n.load_id) > (w.last_updated_at, w.report_created_at, w.load_id)
