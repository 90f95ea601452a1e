-- The campaigns that bid on a keyword in a week: it is the text of one of their targets, with which something was
-- shown.
select
    t.store_id,
    t.week as date,
    lower(t.targeting) as keyword,
    count(distinct t.campaign_id)::integer as bidding_campaigns,
    string_agg(distinct t.campaign_id, ', ') as bidding_campaign_ids,
    max(t.bid_amount) as highest_bid_amount
from {{ of_weeks(ref("ads_targets_daily")) }} as t
where t.match_type in ('EXACT', 'PHRASE', 'BROAD')
group by t.store_id, t.week, lower(t.targeting)
