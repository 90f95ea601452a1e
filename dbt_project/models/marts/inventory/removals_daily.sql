{{
    config(
        meta={"opens": "open_account_days"},
        indexes=[{"columns": ["store_id", "date", "sku", "order_type", "disposition"], "unique": true}],
    )
}}
-- What was asked to be taken out of FBA stock, by the day on which it was asked for, and what has become of it. Parcels
-- are of the day and store of their order; what has parcels and no order (yet) is here with nothing requested.
with
    orders as (select * from {{ sliced(ref("stg_amazon_sp__removal_orders"), within="_account_days") }} as o),
    parcels as (select * from {{ sliced(ref("stg_amazon_sp__removal_shipments"), within="_account_days") }} as p),
    stores_of_orders as (
        select account_id, date, removal_order_id, min(store_id) as store_id
        from orders
        group by account_id, date, removal_order_id
    ),
    removed as (
        select
            store_id,
            tenant_id,
            date,
            sku,
            order_type,
            disposition,
            removal_order_id,
            requested_quantity,
            cancelled_quantity,
            disposed_quantity,
            shipped_quantity,
            in_process_quantity,
            removal_fee_amount,
            currency,
            0 as tracked_quantity,
            null as tracking_number
        from orders
        union all
        select
            coalesce(o.store_id, p.store_id),
            p.tenant_id,
            p.date,
            p.sku,
            p.order_type,
            p.disposition,
            p.removal_order_id,
            0,
            0,
            0,
            0,
            0,
            null,
            null,
            p.shipped_quantity,
            p.tracking_number
        from parcels as p
        left join
            stores_of_orders as o
            on p.account_id = o.account_id
            and p.date = o.date
            and p.removal_order_id = o.removal_order_id
    ),
    days as (
        select
            store_id,
            tenant_id,
            date,
            sku,
            coalesce(initcap(btrim(order_type)), '') as order_type,
            coalesce(initcap(btrim(disposition)), '') as disposition,
            count(distinct removal_order_id)::integer as orders,
            coalesce(sum(requested_quantity), 0)::integer as requested_quantity,
            coalesce(sum(cancelled_quantity), 0)::integer as cancelled_quantity,
            coalesce(sum(disposed_quantity), 0)::integer as disposed_quantity,
            coalesce(sum(shipped_quantity), 0)::integer as shipped_quantity,
            coalesce(sum(in_process_quantity), 0)::integer as in_process_quantity,
            coalesce(sum(tracked_quantity), 0)::integer as tracked_quantity,
            count(distinct tracking_number)::integer as parcels,
            sum(removal_fee_amount) as removal_fee_amount,
            max(currency) as currency
        from removed
        group by
            store_id,
            tenant_id,
            date,
            sku,
            coalesce(initcap(btrim(order_type)), ''),
            coalesce(initcap(btrim(disposition)), '')
    ),
    with_currency as (
        select
            d.store_id,
            d.tenant_id,
            d.date,
            d.sku,
            d.order_type,
            d.disposition,
            d.orders,
            d.requested_quantity,
            d.cancelled_quantity,
            d.disposed_quantity,
            d.shipped_quantity,
            d.in_process_quantity,
            d.tracked_quantity,
            d.parcels,
            d.removal_fee_amount,
            coalesce(d.currency, s.currency) as currency,
            t.reporting_currency
        from days as d
        left join {{ ref("int_stores") }} as s on d.store_id = s.store_id
        left join ops.tenants as t on d.tenant_id = t.tenant_id
    )
select d.*, round(d.removal_fee_amount * fx.rate, 4) as removal_fee_amount_reporting, fx.fx_date
from with_currency as d {{ join_rate("d", "d.date") }}
