-- Days since a campaign last spent anything, of campaigns that used to spend on most days.
with known as (
    select c.date, case c.feed
        when 'amazon_ads.sp_campaigns' then 'SPONSORED_PRODUCTS'
        when 'amazon_ads.sb_campaigns' then 'SPONSORED_BRANDS' else 'SPONSORED_DISPLAY' end as ad_product
    from marts.data_coverage as c
    where c.store_id = %(store_id)s and c.state in ('loaded', 'empty') and c.date between %(first)s and %(last)s
        and c.feed in ('amazon_ads.sp_campaigns', 'amazon_ads.sb_campaigns', 'amazon_ads.sd_campaigns')
),
spent as (
    select campaign_id, campaign_name, ad_product, date, cost, currency from marts.ads_campaigns_daily
    where store_id = %(store_id)s and cost > 0
        and date between %(first)s::date - %(forget_days)s::int - %(window_days)s::int and %(last)s
)
select
    l.campaign_id as subject, null as product, l.campaign_name as name, k.date, (k.date - l.last)::numeric as value,
    jsonb_build_object('usual_cost', round(l.usual_cost, 2)) as facts, l.currency
from known as k
inner join lateral (
    select
        s.campaign_id, max(s.campaign_name) as campaign_name, max(s.currency) as currency, max(m.last) as last,
        avg(s.cost) as usual_cost, count(*) as days
    from spent as s
    inner join (
        select campaign_id, max(date) as last from spent
        where date between k.date - %(forget_days)s::int and k.date and ad_product = k.ad_product
        group by campaign_id
    ) as m on m.campaign_id = s.campaign_id and s.date > m.last - %(window_days)s::int and s.date <= m.last
    group by s.campaign_id
) as l on 100 * l.days >= %(usual_share_percent)s * %(window_days)s
