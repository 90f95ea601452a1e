-- Units that a SKU sold of late, if its listing is not active although there is stock; else 0. A listing without stock is
-- inactive by itself, and what is out of stock has an alert of its own. The day is that of the last listings report.
with report as (
    select max(date) as date from marts.data_coverage
    where store_id = %(store_id)s and feed = 'amazon_sp.merchant_listings' and state = 'loaded' and date <= %(last)s
)
select
    p.sku as subject, p.sku as product, p.title as name, r.date,
    case when p.listing_status = 'Active' or h.fulfillable_quantity = 0 then 0 else coalesce(s.units, 0) end::numeric
        as value,
    jsonb_build_object('status', p.listing_status) as facts, null as currency
from marts.products as p
inner join report as r on r.date >= %(first)s
left join marts.inventory_health as h on h.store_id = p.store_id and h.sku = p.sku
left join lateral (
    select sum(d.units + d.pending_units) as units from marts.sales_daily as d
    where d.store_id = p.store_id and d.sku = p.sku and d.date between r.date - %(sold_within_days)s::int and r.date
) as s on true
where p.store_id = %(store_id)s and p.listing_status is not null
