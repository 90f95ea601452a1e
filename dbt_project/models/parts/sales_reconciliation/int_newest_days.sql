-- The newest day that each store has of a source: what is younger may still change.
with
    stores as (
        select store_id
        from {{ ref("int_stores") }}
        union
        select store_id
        from {{ held_stores(ref("order_items")) }} as h
        union
        select store_id
        from {{ held_stores(ref("settlement_lines")) }} as h
    )
select
    n.store_id,
    (select max(t.date) from {{ ref("traffic_store_daily") }} as t where t.store_id = n.store_id) as traffic_day,
    (select max(c.date) from {{ ref("ads_campaigns_daily") }} as c where c.store_id = n.store_id) as ads_day,
    (select max(l.posted_date) from {{ ref("settlement_lines") }} as l where l.store_id = n.store_id) as settled_day
from {{ sliced("stores", keys=["store_id"]) }} as n
