-- One row per store, week, product and product that was bought with it. Shares are of 1.
select
    r.load_id,
    s.store_id,
    s.tenant_id,
    l.day as date,
    {{ as_date("r.item ->> 'endDate'") }} as period_end,
    r.item ->> 'asin' as asin,
    r.item ->> 'purchasedWithAsin' as purchased_with_asin,
    {{ as_integer("r.item ->> 'purchasedWithRank'") }} as purchased_with_rank,
    {{ as_numeric("r.item ->> 'combinationPct'") }} as combination_share
from {{ source("amazon_sp", "market_basket") }} as r
inner join
    {{ current_loads("amazon_sp.market_basket") }} as l
    on r.load_id = l.load_id
    and l.day = {{ as_date("r.item ->> 'startDate'") }}
inner join ops.stores as s on l.scope_id = s.store_id
