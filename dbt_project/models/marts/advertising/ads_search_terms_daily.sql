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
        pre_hook="{{ open_slices(['amazon_ads.sp_search_term', 'intermediate.int_stores']) }}",
    )
}}
-- depends_on: {{ ref("int_stores") }}
select
    store_id,
    tenant_id,
    date,
    campaign_id,
    max(campaign_name) as campaign_name,
    coalesce(ad_group_id, '') as ad_group_id,
    max(ad_group_name) as ad_group_name,
    coalesce(target_id, '') as target_id,
    max(targeting) as targeting,
    coalesce(match_type, '') as match_type,
    coalesce(search_term, '') as search_term,
    max(currency) as currency,
    sum(impressions)::integer as impressions,
    sum(clicks)::integer as clicks,
    sum(cost) as cost,
    {{ sum_windows() }}
from {{ ref("stg_amazon_ads__sp_search_term") }}
{% if by_slices() %}
    where
        (store_id, date) in (select store_id, date from _slices) and {{ in_changed_loads("amazon_ads.sp_search_term") }}
{% endif %}
group by
    store_id,
    tenant_id,
    date,
    campaign_id,
    coalesce(ad_group_id, ''),
    coalesce(target_id, ''),
    coalesce(match_type, ''),
    coalesce(search_term, '')
