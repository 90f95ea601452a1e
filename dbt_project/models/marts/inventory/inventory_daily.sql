{{
    config(
        meta={"opens": "open_account_days"},
        indexes=[{"columns": ["store_id", "date", "sku"], "unique": true}, {"columns": ["store_id", "sku", "date"]}],
    )
}}
-- Stock at the end of each day: what the ledger says, and what the last snapshot made within that day says. Neither
-- stands in for the other, and nothing is carried forward.
with
    ledger as (
        select
            store_id,
            tenant_id,
            date,
            sku,
            max(asin) as asin,
            max(fnsku) as fnsku,
            sum(starting_quantity) filter (where disposition = 'SELLABLE')::integer as starting_quantity,
            sum(ending_quantity) filter (where disposition = 'SELLABLE')::integer as ending_quantity,
            sum(ending_quantity) filter (where disposition is distinct from 'SELLABLE')::integer
            as ending_unsellable_quantity
        from {{ sliced(ref("stg_amazon_sp__ledger_summary"), within="_account_days") }} as s
        group by store_id, tenant_id, date, sku
    ),
    snapshots as (
        -- of each store the last one that tells of it: a snapshot of one store says nothing of the others
        select *, dense_rank() over (partition by store_id, date order by instant desc, load_id desc) = 1 as is_last
        from {{ sliced(ref("stg_amazon_sp__fba_myi_unsuppressed_inventory"), within="_account_days") }} as s
    ),
    snapshot as (
        select
            store_id,
            tenant_id,
            date,
            sku,
            max(asin) as asin,
            max(fnsku) as fnsku,
            sum(fulfillable_quantity)::integer as fulfillable_quantity,
            sum(reserved_quantity)::integer as reserved_quantity,
            sum(unsellable_quantity)::integer as unsellable_quantity,
            sum(inbound_working_quantity)::integer as inbound_working_quantity,
            sum(inbound_shipped_quantity)::integer as inbound_shipped_quantity,
            sum(inbound_receiving_quantity)::integer as inbound_receiving_quantity,
            sum(total_quantity)::integer as total_quantity
        from snapshots
        where is_last
        group by store_id, tenant_id, date, sku
    )
select
    coalesce(s.store_id, l.store_id) as store_id,
    coalesce(s.tenant_id, l.tenant_id) as tenant_id,
    coalesce(s.date, l.date) as date,
    coalesce(s.sku, l.sku) as sku,
    coalesce(s.asin, l.asin) as asin,
    coalesce(s.fnsku, l.fnsku) as fnsku,
    l.starting_quantity as ledger_starting_quantity,
    l.ending_quantity as ledger_ending_quantity,
    l.ending_unsellable_quantity as ledger_ending_unsellable_quantity,
    s.fulfillable_quantity as snapshot_fulfillable_quantity,
    s.reserved_quantity as snapshot_reserved_quantity,
    s.unsellable_quantity as snapshot_unsellable_quantity,
    s.inbound_working_quantity as snapshot_inbound_working_quantity,
    s.inbound_shipped_quantity as snapshot_inbound_shipped_quantity,
    s.inbound_receiving_quantity as snapshot_inbound_receiving_quantity,
    s.total_quantity as snapshot_total_quantity
from ledger as l
full join snapshot as s using (store_id, date, sku)
