-- ACoS of the last 60 known days in percent of the one at which the product's profit is gone.
select
    m.sku as subject, m.sku as product, p.title as name, m.window_end as date,
    round(100 * m.acos_14d / coalesce(m.break_even_acos, m.estimated_break_even_acos), 6) as value,
    jsonb_build_object('acos', round(100 * m.acos_14d, 1),
        'break_even', round(100 * coalesce(m.break_even_acos, m.estimated_break_even_acos), 1), 'cost', m.cost) as facts,
    m.currency
from marts.ads_matrix as m
left join marts.products as p on p.store_id = m.store_id and p.sku = m.sku
where m.store_id = %(store_id)s and m.window_end between %(first)s and %(last)s and m.clicks >= %(least_clicks)s
    and m.acos_14d is not null and coalesce(m.break_even_acos, m.estimated_break_even_acos) > 0
