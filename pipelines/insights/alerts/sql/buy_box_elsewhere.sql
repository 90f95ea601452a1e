-- How far our price is from the one in the buy box since Amazon's newest message, percent of that: while they differ, the
-- box is another seller's. Nothing is known where Amazon lists no offer of ours.
select
    m.subject, m.subject as product, p.title as name, d.day::date as date,
    round(100 * abs(o.own - o.box) / nullif(o.box, 0), 6) as value,
    jsonb_build_object('price', o.own, 'box_price', o.box, 'others', m.facts -> 'offers_of_others') as facts,
    m.facts ->> 'currency' as currency
from generate_series(%(first)s::date, %(last)s::date, '1 day') as d (day)
cross join lateral (
    select distinct on (n.subject) n.* from known as n
    where n.store_id = %(store_id)s and n.about = 'offers' and n.date <= d.day
    order by n.subject, n.happened_at desc, n.notification_id desc
) as m
cross join lateral (
    select (m.facts ->> 'own_price_amount')::numeric as own, (m.facts ->> 'buy_box_price_amount')::numeric as box
) as o
left join lateral (
    select max(each.title) as title from marts.products as each
    where each.store_id = m.store_id and each.asin = m.subject
) as p on true
