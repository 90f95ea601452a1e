{{
    config(
        indexes=[{"columns": ["store_id", "date", "campaign_id", "ad_group_id", "target_id"], "unique": true}],
    )
}}
with
    targets as (
        {% for prefix in ["sp", "sb", "sd"] %}
            select
                store_id,
                tenant_id,
                date,
                campaign_id,
                max(campaign_name) as campaign_name,
                coalesce(ad_group_id, '') as ad_group_id,
                max(ad_group_name) as ad_group_name,
                coalesce(target_id, '') as target_id,
                {{ ad_product(prefix) }} as ad_product,
                max(targeting) as targeting,
                {%- if prefix == "sp" %} max(match_type) as match_type,
                {%- elif prefix == "sb" %} max(coalesce(match_type, targeting_type)) as match_type,
                {%- else %} null as match_type,
                {%- endif %}
                {{ "null::numeric" if prefix == "sd" else "max(bid_amount)" }} as bid_amount,
                max(target_status) as target_status,
                max(currency) as currency,
                {{ ad_measures(prefix, has_units=prefix != "sb") }}
            from {{ sliced(ref("stg_amazon_ads__" ~ prefix ~ "_targeting")) }} as r
            group by
                store_id,
                tenant_id,
                date,
                campaign_id,
                coalesce(ad_group_id, ''),
                coalesce(target_id, '')
                {{ "union all" if not loop.last }}
        {% endfor %}
    )
select t.*, {{ ad_ratios("t") }}
from targets as t
