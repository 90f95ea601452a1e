-- One row per day and pair of currencies: how many units of the quote currency one unit of the base currency is worth.
-- Of two lines for the same day and pair the later one counts.
select distinct
    on (l.day, upper(btrim(r.base_currency)), upper(btrim(r.quote_currency)))
    r.load_id,
    l.day as date,
    upper(btrim(r.base_currency)) as base_currency,
    upper(btrim(r.quote_currency)) as quote_currency,
    {{ as_user_numeric("r.rate") }} as rate
from {{ source("manual", "fx_rates") }} as r
inner join
    {{ current_loads("manual.fx_rates") }} as l on r.load_id = l.load_id and l.day = {{ row_day("manual", "fx_rates") }}
order by l.day, upper(btrim(r.base_currency)), upper(btrim(r.quote_currency)), r.row_seq desc
