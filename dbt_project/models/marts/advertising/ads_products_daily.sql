{{
    config(
        indexes=[
            {"columns": ["store_id", "date", "campaign_id", "ad_group_id", "ad_id"], "unique": true},
            {"columns": ["store_id", "sku", "date"]},
        ],
    )
}}
with
    products as (
        {% for prefix in ["sp", "sd"] %}
            select
                store_id,
                tenant_id,
                date,
                campaign_id,
                max(campaign_name) as campaign_name,
                coalesce(ad_group_id, '') as ad_group_id,
                max(ad_group_name) as ad_group_name,
                coalesce(ad_id, '') as ad_id,
                {{ ad_product(prefix) }} as ad_product,
                max(asin) as asin,
                max(sku) as sku,
                max(currency) as currency,
                {{ ad_measures(prefix) }},
                {%- if prefix == "sp" %}
                    {%- for measure, type in {"purchases": "::integer", "sales": ""}.items() %}
                        {%- set last_measure = loop.last %}
                        {%- for days in [1, 7, 14, 30] %}
                            sum({{ measure }}_same_sku_{{ days }}d){{ type }} as {{ measure }}_same_sku_{{ days }}d
                            {{- "," if not (last_measure and loop.last) }}
                        {%- endfor %}
                    {%- endfor %}
                {%- else %}
                    {{
                        sum_of_14_days(
                            {"purchases": "purchases_promoted_clicks", "sales": "sales_promoted_clicks"},
                            ["purchases", "sales"],
                            end="_same_sku",
                        )
                    }}
                {%- endif %}
            from {{ sliced(ref("stg_amazon_ads__" ~ prefix ~ "_advertised_product")) }} as r
            group by
                store_id,
                tenant_id,
                date,
                campaign_id,
                coalesce(ad_group_id, ''),
                coalesce(ad_id, '')
                {{ "union all" if not loop.last }}
        {% endfor %}
    )
select p.*, {{ ad_ratios("p") }}
from products as p
