-- Whether a listing cannot be bought since Amazon's newest message, though there is stock as far as is known. What is
-- out of stock has an alert of its own. A message holds until the next one.
select
    m.sku as subject, m.sku as product, p.title as name, d.day::date as date,
    case when m.is_buyable or m.is_deleted or coalesce(f.fulfillable_quantity, h.fulfillable_quantity) = 0 then 0
        else 1 end::numeric as value,
    jsonb_build_object('since', to_char(m.date, 'YYYY-MM-DD')) as facts, null as currency
from generate_series(%(first)s::date, %(last)s::date, '1 day') as d (day)
cross join lateral (
    select distinct on (n.sku) n.* from staging.stg_amazon_sp__listing_status_changes as n
    where n.store_id = %(store_id)s and n.date <= d.day order by n.sku, n.happened_at desc, n.notification_id desc
) as m
left join lateral (
    select n.fulfillable_quantity from staging.stg_amazon_sp__fba_availability_changes as n
    where n.store_id = m.store_id and n.sku = m.sku and n.date <= d.day
    order by n.happened_at desc, n.notification_id desc limit 1
) as f on true
left join marts.inventory_health as h on h.store_id = m.store_id and h.sku = m.sku
left join marts.products as p on p.store_id = m.store_id and p.sku = m.sku
