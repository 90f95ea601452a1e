-- 1 while our offer of an ASIN has no chance of the buy box for its price: Amazon has said so, and has not told since then
-- of an offer of ours at what other retailers ask, or less. Amazon does not say when it is over.
select
    m.subject, m.subject as product, p.title as name, d.day::date as date,
    case
        when d.day::date - m.date >= %(window_days)s then 0
        when o.happened_at > m.happened_at
            and (o.facts ->> 'own_price_amount')::numeric <= (o.facts ->> 'competitive_price_amount')::numeric then 0
        else 1
    end::numeric as value,
    jsonb_build_object(
        'price', m.facts -> 'own_price_amount', 'competitive_price', m.facts -> 'competitive_price_amount',
        'box_price', m.facts -> 'buy_box_price_amount'
    ) as facts,
    m.facts ->> 'currency' as currency
from generate_series(%(first)s::date, %(last)s::date, '1 day') as d (day)
cross join lateral (
    select distinct on (n.subject) n.* from known as n
    where n.store_id = %(store_id)s and n.about = 'pricing_health' and n.date <= d.day
    order by n.subject, n.happened_at desc, n.notification_id desc
) as m
left join lateral (
    select distinct on (n.subject) n.subject, n.happened_at, n.facts from known as n
    where n.store_id = %(store_id)s and n.about = 'offers' and n.date <= d.day
    order by n.subject, n.happened_at desc, n.notification_id desc
) as o on o.subject = m.subject
left join lateral (
    select max(each.title) as title from marts.products as each
    where each.store_id = m.store_id and each.asin = m.subject
) as p on true
