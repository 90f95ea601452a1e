-- FBA stock of the last snapshots: what is listed, and what only the snapshot of all SKUs has.
with
    listed as (
        select
            s.as_of_date,
            false as is_suppressed,
            d.store_id,
            d.tenant_id,
            d.sku,
            d.asin,
            d.snapshot_fulfillable_quantity as fulfillable_quantity,
            d.snapshot_reserved_quantity as reserved_quantity,
            d.snapshot_unsellable_quantity as unsellable_quantity,
            d.snapshot_inbound_working_quantity
            + d.snapshot_inbound_shipped_quantity
            + d.snapshot_inbound_receiving_quantity as inbound_quantity
        from {{ ref("int_velocity_snapshots") }} as s
        inner join {{ ref("inventory_daily") }} as d on s.store_id = d.store_id and s.as_of_date = d.date
        where num_nonnulls(d.snapshot_total_quantity, d.snapshot_fulfillable_quantity) > 0
    )
select *
from listed
union all
select
    s.as_of_date,
    true,
    a.store_id,
    a.tenant_id,
    a.sku,
    max(a.asin),
    sum(a.fulfillable_quantity)::integer,
    sum(a.reserved_quantity)::integer,
    sum(a.unsellable_quantity)::integer,
    sum(a.inbound_working_quantity + a.inbound_shipped_quantity + a.inbound_receiving_quantity)::integer
from {{ ref("int_velocity_snapshots") }} as s
inner join
    {{ ref("stg_amazon_sp__fba_myi_all_inventory") }} as a
    on s.store_id = a.store_id
    and s.all_load_id = a.load_id
    and s.all_instant = a.instant
where
    a.load_id = any(array(select n.all_load_id from {{ ref("int_velocity_snapshots") }} as n))
    and a.total_quantity > 0
    and (a.store_id, a.sku) not in (select l.store_id, l.sku from listed as l)
group by s.as_of_date, a.store_id, a.tenant_id, a.sku
