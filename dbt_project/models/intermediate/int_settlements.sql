{{
    config(
        meta={"slice": ["account_id", "load_id"], "opens": "open_loads", "reports": "none"},
        indexes=[
            {"columns": ["account_id", "settlement_id", "load_id"], "unique": true},
            {"columns": ["changed_xid"]},
        ],
    )
}}
-- One row per settlement and document that tells it. Which document counts is settlement_lines' choice: the newest.
select
    account_id,
    settlement_id,
    load_id,
    report_created_at,
    min(settlement_start_at) as settlement_start_at,
    max(settlement_end_at) as settlement_end_at,
    max(deposit_at) as deposit_at,
    max(total_amount) filter (where is_summary) as total_amount,
    coalesce(sum(amount) filter (where not is_summary), 0) as lines_amount,
    coalesce(max(currency) filter (where is_summary), max(currency)) as currency,
    max(imported_into) as imported_into,
    -- where lines of multi-channel orders stand among others, the others say whose settlement it is
    coalesce(
        case
            when
                min(lower(marketplace_name)) filter (where is_named)
                = max(lower(marketplace_name)) filter (where is_named)
            then min(marketplace_name) filter (where is_named)
        end,
        case when not bool_or(is_named) and min(lower(channel)) = max(lower(channel)) then min(channel) end
    ) as only_sales_channel,
    pg_current_xact_id() as changed_xid
from
    (
        select
            *,
            {{ settled_channel("marketplace_name") }} as channel,
            coalesce(
                marketplace_name is not null and not {{ is_multi_channel("marketplace_name", "null") }}, false
            ) as is_named
        from {{ sliced(ref("stg_amazon_sp__settlements_v2"), keys=["load_id"], within="_changed") }} as s
        where settlement_id is not null
    ) as l
group by account_id, settlement_id, load_id, report_created_at
