-- Units that can be sold at each day's end, of SKUs that sold in the days before.
select
    i.sku as subject, i.sku as product, p.title as name, i.date,
    coalesce(i.snapshot_fulfillable_quantity, i.ledger_ending_quantity)::numeric as value,
    jsonb_build_object('units_sold', s.units) as facts, null as currency
from marts.inventory_daily as i
inner join lateral (
    select sum(d.units + d.pending_units + d.multi_channel_units) as units
    from marts.sales_daily as d
    where d.store_id = i.store_id and d.sku = i.sku and d.date between i.date - %(sold_within_days)s::int and i.date
) as s on s.units > 0
left join marts.products as p on p.store_id = i.store_id and p.sku = i.sku
where i.store_id = %(store_id)s and i.date between %(first)s and %(last)s
    and coalesce(i.snapshot_fulfillable_quantity, i.ledger_ending_quantity) is not null
