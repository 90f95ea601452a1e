-- 1 while the buyer of an order that we send ourselves has asked to cancel it, and it is neither sent nor cancelled.
select
    m.subject, null as product, null as name, d.day::date as date,
    case
        when (m.facts ->> 'is_cancellation_requested')::boolean
            and m.facts ->> 'order_status' not in ('Shipped', 'Canceled', 'Unfulfillable') then 1
        else 0
    end::numeric as value,
    jsonb_build_object(
        'units', m.facts -> 'units', 'skus', a.skus,
        'ship_by', to_char((m.facts ->> 'latest_ship_at')::timestamptz at time zone s.time_zone, 'YYYY-MM-DD')
    ) as facts,
    null as currency
from generate_series(%(first)s::date, %(last)s::date, '1 day') as d (day)
cross join lateral (
    select distinct on (n.subject) n.* from known as n
    where n.store_id = %(store_id)s and n.about = 'order' and n.date <= d.day
        and n.date > d.day::date - %(window_days)s::int
    order by n.subject, n.happened_at desc, n.notification_id desc
) as m
inner join ops.stores as s on s.store_id = m.store_id
cross join lateral (
    select string_agg(each, ', ') as skus from jsonb_array_elements_text(m.facts -> 'skus') as each
) as a
where m.facts ->> 'fulfillment_type' = 'MFN'
