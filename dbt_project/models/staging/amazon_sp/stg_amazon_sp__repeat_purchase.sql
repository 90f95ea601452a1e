-- One row per store, week and product. Shares are of 1.
select
    r.load_id,
    s.store_id,
    s.tenant_id,
    l.day as date,
    {{ as_date("r.item ->> 'endDate'") }} as period_end,
    r.item ->> 'asin' as asin,
    {{ as_integer("r.item ->> 'orders'") }} as orders,
    {{ as_integer("r.item ->> 'uniqueCustomers'") }} as unique_customers,
    {{ as_numeric("r.item ->> 'repeatCustomersPctTotal'") }} as repeat_customers_share,
    {{ as_numeric("r.item -> 'repeatPurchaseRevenue' ->> 'amount'") }} as repeat_purchase_revenue_amount,
    {{ as_numeric("r.item ->> 'repeatPurchaseRevenuePctTotal'") }} as repeat_purchase_revenue_share,
    coalesce(r.item -> 'repeatPurchaseRevenue' ->> 'currencyCode', s.currency) as currency
from {{ source("amazon_sp", "repeat_purchase") }} as r
inner join
    {{ current_loads("amazon_sp.repeat_purchase") }} as l
    on r.load_id = l.load_id
    and l.day = {{ as_date("r.item ->> 'startDate'") }}
inner join ops.stores as s on l.scope_id = s.store_id
