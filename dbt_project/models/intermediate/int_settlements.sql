{{
    config(
        meta={"slice": ["account_id", "load_id"], "reports": "none"},
        indexes=[
            {"columns": ["account_id", "settlement_id", "load_id"], "unique": true},
            {"columns": ["changed_xid"]},
        ],
        pre_hook="{{ open_changes(['amazon_sp.settlements_v2']) }}",
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
    case
        when min(lower(marketplace_name)) = max(lower(marketplace_name)) then min(marketplace_name)
    end as only_sales_channel,
    pg_current_xact_id() as changed_xid
from {{ ref("stg_amazon_sp__settlements_v2") }}
where settlement_id is not null {% if by_slices() %} and load_id = any(array(select load_id from _changed)) {% endif %}
group by account_id, settlement_id, load_id, report_created_at
