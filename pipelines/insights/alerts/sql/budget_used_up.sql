-- What a campaign cost on a day, in percent of its daily budget.
select
    campaign_id as subject, null as product, campaign_name as name, date,
    round(100 * cost / campaign_budget_amount, 6) as value,
    jsonb_build_object('cost', cost, 'budget', campaign_budget_amount) as facts, currency
from marts.ads_campaigns_daily
where store_id = %(store_id)s and date between %(first)s and %(last)s and campaign_budget_amount > 0
