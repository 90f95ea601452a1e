-- What ads brought in a week that answered a search for the keyword, whatever they bid on.
select
    t.store_id,
    t.week as date,
    lower(t.search_term) as keyword,
    sum(t.clicks)::integer as ad_clicks,
    sum(t.cost) as ad_cost_amount,
    sum(t.purchases_14d)::integer as ad_purchases_14d,
    sum(t.sales_14d) as ad_sales_14d_amount
from {{ of_weeks(ref("ads_search_terms_daily")) }} as t
group by t.store_id, t.week, lower(t.search_term)
