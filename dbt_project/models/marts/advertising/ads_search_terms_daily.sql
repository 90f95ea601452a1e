{{
    config(
        indexes=[
            {
                "columns": [
                    "store_id",
                    "date",
                    "campaign_id",
                    "ad_group_id",
                    "target_id",
                    "match_type",
                    "search_term",
                ],
                "unique": true,
            }
        ],
    )
}}
with
    terms as (
        {% for prefix in ["sp", "sb"] %}
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
                max({{ "targeting" if prefix == "sp" else "keyword" }}) as targeting,
                coalesce(match_type, '') as match_type,
                coalesce(search_term, '') as search_term,
                max(currency) as currency,
                {{ ad_measures(prefix, has_units=prefix == "sp") }}
            from {{ sliced(ref("stg_amazon_ads__" ~ prefix ~ "_search_term")) }} as r
            group by
                store_id,
                tenant_id,
                date,
                campaign_id,
                coalesce(ad_group_id, ''),
                coalesce(target_id, ''),
                coalesce(match_type, ''),
                coalesce(search_term, '')
                {{ "union all" if not loop.last }}
        {% endfor %}
    )
select t.*, {{ ad_ratios("t") }}
from terms as t
