{{
    config(
        indexes=[{"columns": ["store_id", "date", "campaign_id"], "unique": true}],
        pre_hook="{{ open_slices(['amazon_ads.sp_campaigns', 'intermediate.int_fx_rates', 'intermediate.int_stores']) }}",
    )
}}
with
    campaigns as (
        select
            store_id,
            tenant_id,
            date,
            campaign_id,
            max(campaign_name) as campaign_name,
            max(campaign_status) as campaign_status,
            max(campaign_budget_amount) as campaign_budget_amount,
            max(currency) as currency,
            sum(impressions)::integer as impressions,
            sum(clicks)::integer as clicks,
            sum(cost) as cost,
            {{ sum_windows() }}
        from {{ ref("stg_amazon_ads__sp_campaigns") }}
        {% if by_slices() %}
            where
                (store_id, date) in (select store_id, date from _slices)
                and {{ in_changed_loads("amazon_ads.sp_campaigns") }}
        {% endif %}
        group by store_id, tenant_id, date, campaign_id
    )
select
    c.*,
    {{ ratio("c.clicks", "c.impressions") }} as ctr,
    {{ ratio("c.cost", "c.clicks") }} as cpc,
    {{ ratio("c.cost", "c.sales_7d") }} as acos_7d,
    {{ ratio("c.sales_7d", "c.cost") }} as roas_7d,
    {{ ratio("c.cost", "c.sales_14d") }} as acos_14d,
    {{ ratio("c.sales_14d", "c.cost") }} as roas_14d,
    s.reporting_currency,
    round(c.cost * fx.rate, 4) as cost_reporting,
    round(c.sales_14d * fx.rate, 4) as sales_14d_reporting,
    fx.fx_date
from campaigns as c
inner join {{ ref("int_stores") }} as s on c.store_id = s.store_id {{ join_rate("s", "c.date") }}
