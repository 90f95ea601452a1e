{{
    config(
        indexes=[{"columns": ["store_id", "date", "campaign_id"], "unique": true}],
    )
}}
with
    campaigns as (
        {% for prefix in ["sp", "sb", "sd"] %}
            select
                store_id,
                tenant_id,
                date,
                campaign_id,
                {{ ad_product(prefix) }} as ad_product,
                {{ "'CPC'" if prefix == "sp" else "max(cost_type)" }} as cost_type,
                max(campaign_name) as campaign_name,
                max(campaign_status) as campaign_status,
                max(campaign_budget_amount) as campaign_budget_amount,
                max(currency) as currency,
                {{ ad_measures(prefix) }},
                {%- if prefix == "sp" %}
                    null::integer as viewable_impressions,
                    null::integer as new_to_brand_purchases_14d_with_views,
                    null::numeric as new_to_brand_sales_14d_with_views
                {%- else %}
                    sum(viewable_impressions)::integer as viewable_impressions,
                    sum(new_to_brand_purchases)::integer as new_to_brand_purchases_14d_with_views,
                    sum(new_to_brand_sales) as new_to_brand_sales_14d_with_views
                {%- endif %}
            from {{ sliced(ref("stg_amazon_ads__" ~ prefix ~ "_campaigns")) }} as r
            group by store_id, tenant_id, date, campaign_id {{ "union all" if not loop.last }}
        {% endfor %}
    )
select
    c.*,
    {{ ad_ratios("c") }},
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
