-- One row per store, week, department, search term and clicked product (the three most clicked ones). The rows name no
-- week: it is the slice's. A week of a marketplace has millions of rows: models on this one should choose weeks.
select
    r.load_id,
    s.store_id,
    s.tenant_id,
    l.day as date,
    l.day + 6 as period_end,
    r.item ->> 'departmentName' as department_name,
    r.item ->> 'searchTerm' as search_term,
    {{ as_integer("r.item ->> 'searchFrequencyRank'") }} as search_frequency_rank,
    r.item ->> 'clickedAsin' as clicked_asin,
    {{ as_integer("r.item ->> 'clickShareRank'") }} as click_share_rank,
    {{ as_numeric("r.item ->> 'clickShare'") }} as click_share,
    {{ as_numeric("r.item ->> 'conversionShare'") }} as conversion_share
from {{ source("amazon_sp", "search_terms") }} as r
inner join {{ current_loads("amazon_sp.search_terms") }} as l on r.load_id = l.load_id
inner join ops.stores as s on l.scope_id = s.store_id
