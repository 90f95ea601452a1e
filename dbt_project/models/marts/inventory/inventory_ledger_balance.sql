{{
    config(
        meta={"opens": "open_ledger_days"},
        indexes=[{"columns": ["store_id", "date", "fnsku", "disposition"], "unique": true}],
    )
}}
-- The inventory ledger as a balance that must add up: within a day (`difference`), and with the day before
-- (`continuity_difference`). A day is closed once its report was made at an age of three days, as ledger days are
-- restated until then.
{%- set movements = [
    "receipts",
    "customer_shipments",
    "customer_returns",
    "vendor_returns",
    "warehouse_transfer",
    "found",
    "lost",
    "damaged",
    "disposed",
    "other_events",
    "unknown_events",
] %}
with
    days as (
        select
            s.account_id,
            s.store_id,
            s.tenant_id,
            s.date,
            coalesce(s.fnsku, '') as fnsku,
            coalesce(s.disposition, '') as disposition,
            min(s.sku) as sku,
            min(s.asin) as asin,
            min(s.country) as country,
            sum(s.starting_quantity)::integer as opening_quantity,
            {%- for name in movements %}
                coalesce(sum(s.{{ name }}_quantity), 0)::integer as {{ name }}_quantity,
            {%- endfor %}
            sum(s.ending_quantity)::integer as closing_quantity,
            sum(s.in_transit_quantity)::integer as in_transit_quantity,
            coalesce(
                -- a day's report can be had an hour after midnight
                min(o.report_created_at at time zone a.time_zone) - interval '1 hour'
                >= s.date + {{ var("ledger_final_days") }},
                false
            ) as is_final
        from {{ sliced(ref("stg_amazon_sp__ledger_summary"), within="_account_days") }} as s
        inner join ops.loads as o on s.load_id = o.load_id
        inner join {{ accounts() }} as a on s.account_id = a.account_id
        group by s.account_id, s.store_id, s.tenant_id, s.date, coalesce(s.fnsku, ''), coalesce(s.disposition, '')
    ),
    -- by a window, and not by a join with itself, whose size the planner takes for a row
    with_day_before as (
        select
            d.*,
            case
                when lag(d.date) over line = d.date - 1
                then lag(d.closing_quantity) over line
                when (d.store_id, d.date - 1) in (select store_id, date from days)
                then 0
            end as previous_closing_quantity
        from days as d
        window line as (partition by d.store_id, d.fnsku, d.disposition order by d.date)
    )
select
    store_id,
    tenant_id,
    date,
    fnsku,
    disposition,
    sku,
    asin,
    country,
    opening_quantity,
    {%- for name in movements %} {{ name }}_quantity, {%- endfor %}
    closing_quantity,
    in_transit_quantity,
    opening_quantity
    {%- for name in movements %} + {{ name }}_quantity {%- endfor %} - closing_quantity as difference,
    previous_closing_quantity,
    opening_quantity - previous_closing_quantity as continuity_difference,
    case when is_final then 'closed' else 'open' end as status
from {{ sliced("with_day_before", within="_told_days") }} as d
