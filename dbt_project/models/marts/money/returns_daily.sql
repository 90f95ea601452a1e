{{
    config(
        meta={"opens": "open_returns"},
        indexes=[{"columns": ["store_id", "date", "sku", "reason", "disposition"], "unique": true}],
    )
}}
-- What buyers sent back. Reports of FBA returns are of a whole account and name no marketplace: the order does. A unit
-- with a license plate comes back once from an order, on the day that the newest report of it says
-- (amzn/selling-partner-api-docs#2459: reports of different windows have different days).
with
    of_amazon as (
        select r.*
        from {{ sliced(ref("stg_amazon_sp__customer_returns"), within="_account_days") }} as r
        where
            not exists (
                select 1
                from {{ ref("int_returned_plates") }} as p
                where
                    p.account_id = r.account_id
                    and p.license_plate_number = r.license_plate_number
                    and p.amazon_order_id = coalesce(r.amazon_order_id, '')
                    and p.sku = r.sku
                    and (p.report_created_at, p.load_id, p.date, p.row_seq)
                    > (r.report_created_at, r.load_id, r.date, r.row_seq)
            )
    ),
    sold_by as (
        select r.account_id, r.amazon_order_id, min(i.store_id) as store_id
        from (select distinct account_id, amazon_order_id from of_amazon) as r
        inner join {{ stores_of_accounts(ref("order_items")) }} as p on r.account_id = p.account_id
        inner join {{ ref("order_items") }} as i on p.store_id = i.store_id and r.amazon_order_id = i.amazon_order_id
        group by r.account_id, r.amazon_order_id
    ),
    returned as (
        select
            coalesce(s.store_id, r.store_id) as store_id,
            r.tenant_id,
            r.date,
            r.sku,
            r.reason,
            r.disposition,
            r.amazon_order_id,
            coalesce(r.units, 0) as fba_units,
            case when s.store_id is null then coalesce(r.units, 0) else 0 end as unknown_order_units,
            0 as merchant_units,
            null::numeric as refunded_amount
        from of_amazon as r
        left join sold_by as s on r.account_id = s.account_id and r.amazon_order_id = s.amazon_order_id
        union all
        select store_id, tenant_id, date, sku, reason, null, amazon_order_id, 0, 0, coalesce(units, 0), refunded_amount
        from {{ sliced(ref("stg_amazon_sp__merchant_returns")) }} as m
    ),
    days as (
        select
            r.store_id,
            r.tenant_id,
            r.date,
            r.sku,
            coalesce(r.reason, '') as reason,
            coalesce(r.disposition, '') as disposition,
            sum(r.fba_units + r.merchant_units)::integer as units,
            sum(r.fba_units)::integer as fba_units,
            sum(r.merchant_units)::integer as merchant_units,
            sum(r.unknown_order_units)::integer as unknown_order_units,
            count(distinct r.amazon_order_id)::integer as orders,
            sum(r.refunded_amount) as merchant_refunded_amount
        from returned as r
        group by r.store_id, r.tenant_id, r.date, r.sku, coalesce(r.reason, ''), coalesce(r.disposition, '')
    ),
    with_currency as (
        select d.*, s.currency, t.reporting_currency
        from days as d
        left join ops.stores as s on d.store_id = s.store_id
        left join ops.tenants as t on d.tenant_id = t.tenant_id
    )
select d.*, round(d.merchant_refunded_amount * fx.rate, 4) as merchant_refunded_amount_reporting, fx.fx_date
from with_currency as d {{ join_rate("d", "d.date") }}
