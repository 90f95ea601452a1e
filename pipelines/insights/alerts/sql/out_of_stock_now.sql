-- Units of a SKU that can be sold since Amazon's newest message; null, so nothing known, of SKUs without one.
select
    m.sku as subject, m.sku as product, p.title as name, d.day::date as date,
    m.fulfillable_quantity::numeric as value,
    jsonb_build_object('inbound', m.inbound_working_quantity + m.inbound_shipped_quantity + m.inbound_receiving_quantity)
        as facts,
    null as currency
from generate_series(%(first)s::date, %(last)s::date, '1 day') as d (day)
cross join lateral (
    select distinct on (n.sku) n.* from staging.stg_amazon_sp__fba_availability_changes as n
    where n.store_id = %(store_id)s and n.date <= d.day order by n.sku, n.happened_at desc, n.notification_id desc
) as m
left join marts.products as p on p.store_id = m.store_id and p.sku = m.sku
