{{
    config(
        meta={"slice": ["load_id"], "opens": "open_loads", "reports": "none"},
        indexes=[{"columns": ["store_id", "date", "load_id"], "unique": true}],
    )
}}
-- What each reading of a day said of the store's visits: traffic_store_daily has the last one only.
select
    d.store_id,
    d.date,
    d.load_id,
    d.read_at,
    max({{ as_integer("r.item -> 'trafficByDate' ->> 'sessions'") }}) as sessions,
    max({{ as_integer("r.item -> 'salesByDate' ->> 'unitsOrdered'") }}) as units_ordered
from {{ readings("amazon_sp.sales_and_traffic") }} as d
left join
    {{ source("amazon_sp", "sales_and_traffic__by_date") }} as r
    on d.load_id = r.load_id
    and d.date = {{ as_date("r.item ->> 'date'") }}
group by d.store_id, d.date, d.load_id, d.read_at
