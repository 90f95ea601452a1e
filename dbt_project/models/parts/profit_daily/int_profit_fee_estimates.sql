-- What each report of estimated fees expects of a unit of a SKU, in the days that the report speaks for.
with
    snapshots as (select * from {{ opened("_estimates", otherwise=snapshots_of_estimates()) }} as s),
    estimates as materialized(
        select
            s.store_id,
            s.first_day,
            s.next_day,
            e.sku,
            round(
                max(e.referral_fee_amount) / nullif(max(coalesce(e.sales_price_amount, e.your_price_amount)), 0), 3
            ) as referral_rate,
            max(e.fulfillment_fee_amount) as fulfilment_fee
        from snapshots as s
        inner join
            {{ sliced(ref("stg_amazon_sp__estimated_fees"), keys=["load_id"], within="_estimate_loads") }} as e
            on s.load_id = e.load_id
            and s.store_id = e.store_id
        group by s.store_id, s.first_day, s.next_day, e.sku
    )
select *
from estimates
