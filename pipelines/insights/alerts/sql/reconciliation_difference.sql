-- How many closed days of the window differ beyond what the comparison tolerates.
select
    kind as subject, null as product, null as name, %(last)s::date as date,
    (count(*) filter (where abs(difference) > tolerance))::numeric as value,
    jsonb_build_object('difference', sum(difference) filter (where abs(difference) > tolerance),
        'last_day', max(date) filter (where abs(difference) > tolerance)) as facts,
    max(currency) as currency
from marts.sales_reconciliation
where store_id = %(store_id)s and status = 'closed' and date > %(last)s::date - %(window_days)s::int
    and date <= %(last)s
group by kind
