{{
    config(
        meta={"slice": ["store_id"], "reports": "none"},
        indexes=[{"columns": ["store_id", "search_term"], "unique": true}],
    )
}}
-- Terms that cost money, brought no order, and had more clicks than chance explains at the store's conversion rate.
with
    terms as ({{ search_terms_of_last_days() }}),
    rated as (
        select
            t.*,
            sum(t.clicks) over store as all_clicks,
            sum(t.purchases_14d) over store as all_orders,
            {{ chance_of_no_order("t.clicks", "sum(t.clicks) over store", "sum(t.purchases_14d) over store") }}
            as chance
        from terms as t
        window store as (partition by t.store_id)
    )
select
    store_id,
    tenant_id,
    search_term,
    window_start,
    window_end,
    campaigns,
    campaign_ids,
    currency,
    impressions,
    clicks,
    cost,
    {{ ratio("all_orders", "all_clicks") }} as store_conversion_rate,
    round(clicks::numeric * all_orders / all_clicks, 4) as expected_orders,
    round(chance, 6) as p_value,
    rank() over (partition by store_id order by cost desc)::integer as cost_rank
from rated
where search_term not in ('', '*') and cost > 0 and purchases_14d = 0 and chance < {{ ads_chance() }}
