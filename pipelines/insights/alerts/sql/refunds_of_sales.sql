-- What was given back in the last days, percent of what shipped orders brought in them, both with fees taken off. Few
-- refunds are none to speak of.
select
    t.store_id as subject, null as product, null as name, d.day::date as date,
    case
        when t.refunds < %(least_refunds)s then 0
        else coalesce(round(100 * t.refunded / nullif(greatest(t.shipped, 0), 0), 6), 100)
    end as value,
    jsonb_build_object('refunds', t.refunds, 'refunded', t.refunded, 'shipped', t.shipped) as facts, t.currency
from generate_series(%(first)s::date, %(last)s::date, '1 day') as d (day)
cross join lateral (
    select
        e.store_id, e.currency,
        count(*) filter (where e.kind = 'refund') as refunds,
        coalesce(-sum(e.amount) filter (where e.kind = 'refund'), 0) as refunded,
        coalesce(sum(e.amount) filter (where e.kind = 'shipment'), 0) as shipped
    from (
        select distinct
            n.store_id, n.subject, lower(n.facts ->> 'transaction_type') as kind,
            (n.facts ->> 'amount')::numeric as amount, n.facts ->> 'currency' as currency
        from known as n
        inner join ops.stores as s on n.store_id = s.store_id and n.facts ->> 'currency' = s.currency
        where n.store_id = %(store_id)s and n.about = 'transaction'
            and n.date <= d.day and n.date > d.day::date - %(window_days)s::int
    ) as e
    group by e.store_id, e.currency
) as t
