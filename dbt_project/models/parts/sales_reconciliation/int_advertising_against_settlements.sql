-- The Ads reports' cost of a settlement's days against its lines of advertising, on the last of these days.
-- Settlements that end on one day are one: an account may have several side by side, as for cash on delivery or
-- invoiced orders. A day that more than one covers counts once: for the one that is charged for advertising, of
-- those for the first to end.
with
    stretches as (
        select
            t.store_id,
            max(t.tenant_id) as tenant_id,
            coalesce(min(t.first_day) filter (where t.advertising_amount <> 0), min(t.first_day)) as first_day,
            t.last_day,
            sum(- t.advertising_amount) as charged,
            max(t.currency) as currency
        from {{ sliced(settlement_periods(), keys=["store_id"]) }} as t
        group by t.store_id, t.last_day
    ),
    days as (
        select distinct on (s.store_id, n.day) s.store_id, s.last_day, n.day::date as date
        from stretches as s
        cross join lateral generate_series(s.first_day, s.last_day, '1 day') as n(day)
        order by s.store_id asc, n.day asc, s.charged = 0 asc, s.last_day asc
    )
select
    p.store_id,
    p.tenant_id,
    p.last_day as date,
    'advertising_against_settlements' as kind,
    coalesce(a.cost, 0) as amount,
    p.charged as compared_amount,
    0 as unsettled_amount,
    0 as unsettled_orders,
    p.currency,
    coalesce(p.last_day <= n.ads_day - {{ days_open("ads") }} and p.first_day >= b.first_ads_day, false) as is_closed
from {{ sliced("stretches", day="last_day") }} as p
inner join {{ ref("int_newest_days") }} as n on p.store_id = n.store_id
-- of the feed that reaches back least
left join
    (
        select scope_id, max(first_day) as first_ads_day
        from
            (
                {%- for prefix in ["sp", "sb", "sd"] %}
                    select scope_id, min(day) as first_day
                    from {{ current_loads("amazon_ads." ~ prefix ~ "_campaigns") }}
                    group by scope_id {{ "union all" if not loop.last }}
                {%- endfor %}
            ) as f
        group by scope_id
    ) as b
    on p.store_id = b.scope_id
left join
    (
        select d.store_id, d.last_day, sum(c.cost) as cost
        from {{ sliced("days", day="last_day") }} as d
        inner join {{ ref("ads_campaigns_daily") }} as c on d.store_id = c.store_id and d.date = c.date
        group by d.store_id, d.last_day
    ) as a
    on p.store_id = a.store_id
    and p.last_day = a.last_day
where coalesce(a.cost, 0) <> 0 or p.charged <> 0
