-- By how many percent the estimated fulfilment fee of a unit differs from that at the beginning of the window; another
-- size tier counts as 100.
with fees as (
    select
        sku, date, product_name, currency, fulfillment_fee_amount as fee, size_tier,
        first_value(fulfillment_fee_amount) over earlier as fee_before,
        first_value(size_tier) over earlier as tier_before
    from (
        select distinct on (sku, date) sku, date, product_name, currency, fulfillment_fee_amount, size_tier
        from staging.stg_amazon_sp__estimated_fees
        where store_id = %(store_id)s and date between %(first)s::date - %(window_days)s::int and %(last)s
            and fulfillment_fee_amount > 0
        order by sku, date, instant desc
    ) as newest
    window earlier as (
        partition by sku order by date
        range between make_interval(days => %(window_days)s::int) preceding and current row
    )
)
select
    sku as subject, sku as product, product_name as name, date,
    case when size_tier is distinct from tier_before then 100
        else round(100 * abs(fee - fee_before) / fee_before, 1) end::numeric as value,
    jsonb_build_object('fee', fee, 'fee_before', fee_before, 'size_tier', size_tier, 'size_tier_before', tier_before)
        as facts,
    currency
from fees
where date >= %(first)s
