-- Storage: a month's fee by equal shares of its days, each rounded so that the days up to it have their whole share.
select
    f.store_id,
    f.tenant_id,
    f.date + n - 1 as date,
    i.sku,
    f.currency,
    'storage_fees' as part,
    - (round(f.fee * n / l.day_count, 4) - round(f.fee * (n - 1) / l.day_count, 4)) as amount
from {{ ref("int_profit_storage_months") }} as f
cross join lateral(select extract(day from f.date + interval '1 month' - interval '1 day')::integer as day_count) as l
cross join lateral generate_series(1, l.day_count) as n
left join
    (
        select m.store_id, m.date as first_day, d.fnsku, min({{ by_letters("d.sku") }}) as sku
        from (select distinct store_id, date from {{ ref("int_profit_storage_months") }}) as m
        inner join
            {{ ref("inventory_daily") }} as d
            on m.store_id = d.store_id
            and m.date <= d.date
            and d.date < m.date + interval '1 month'
        where d.fnsku is not null
        group by m.store_id, m.date, d.fnsku
    ) as i
    on f.store_id = i.store_id
    and f.date = i.first_day
    and f.fnsku = i.fnsku
