-- How far our price is from the one in the buy box since Amazon's newest message, percent of that: while they differ, the
-- box is another seller's. Nothing is known where Amazon lists no offer of ours.
select
    m.asin as subject, m.asin as product, p.title as name, d.day::date as date,
    round(100 * abs(m.own_price_amount - m.buy_box_price_amount) / nullif(m.buy_box_price_amount, 0), 6) as value,
    jsonb_build_object('price', m.own_price_amount, 'box_price', m.buy_box_price_amount, 'others', m.offers_of_others)
        as facts,
    m.currency
from generate_series(%(first)s::date, %(last)s::date, '1 day') as d (day)
cross join lateral (
    select distinct on (n.asin) n.* from staging.stg_amazon_sp__offer_changes as n
    where n.store_id = %(store_id)s and n.date <= d.day order by n.asin, n.happened_at desc, n.notification_id desc
) as m
left join lateral (
    select max(each.title) as title from marts.products as each
    where each.store_id = m.store_id and each.asin = m.asin
) as p on true
