{{
    config(
        indexes=[{"columns": ["store_id", "date"], "unique": true}],
    )
}}
with
    ads as (
        select
            c.store_id,
            c.date,
            sum(c.impressions)::integer as impressions,
            sum(c.clicks)::integer as clicks,
            sum(c.cost) as cost,
            {%- for prefix in ["sp", "sb", "sd"] %}
                sum(c.cost) filter (where c.ad_product = {{ ad_product(prefix) }}) as {{ prefix }}_cost,
            {%- endfor %}
            sum(c.purchases_14d)::integer as purchases_14d,
            sum(c.sales_14d) as sales_14d
        from {{ sliced(ref("ads_campaigns_daily")) }} as c
        group by c.store_id, c.date
    ),
    sales as (
        select
            d.store_id,
            d.date,
            d.item_price_amount as ordered_sales_amount,
            d.item_price_net_amount as ordered_sales_net_amount
        from {{ sliced(ref("sales_store_daily")) }} as d
    ),
    days as (
        select
            coalesce(a.store_id, o.store_id) as store_id,
            coalesce(a.date, o.date) as date,
            a.impressions,
            a.clicks,
            a.cost,
            a.sp_cost,
            a.sb_cost,
            a.sd_cost,
            a.purchases_14d,
            a.sales_14d,
            o.ordered_sales_amount,
            o.ordered_sales_net_amount
        from ads as a
        full join sales as o on a.store_id = o.store_id and a.date = o.date
    )
select
    d.store_id,
    s.tenant_id,
    d.date,
    s.currency,
    d.impressions,
    d.clicks,
    d.cost,
    d.sp_cost,
    d.sb_cost,
    d.sd_cost,
    d.purchases_14d,
    d.sales_14d,
    d.ordered_sales_amount,
    d.ordered_sales_net_amount,
    {{ ratio("d.cost", "d.sales_14d") }} as acos_14d,
    {{ ratio("d.sales_14d", "d.cost") }} as roas_14d,
    {{ ratio("d.cost", "d.ordered_sales_amount") }} as tacos,
    {{ ratio("d.cost", "d.ordered_sales_net_amount") }} as tacos_net,
    s.reporting_currency,
    round(d.cost * fx.rate, 4) as cost_reporting,
    round(d.ordered_sales_amount * fx.rate, 4) as ordered_sales_amount_reporting,
    round(d.ordered_sales_net_amount * fx.rate, 4) as ordered_sales_net_amount_reporting,
    fx.fx_date
from days as d
inner join {{ ref("int_stores") }} as s on d.store_id = s.store_id {{ join_rate("s", "d.date") }}
