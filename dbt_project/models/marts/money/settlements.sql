{{
    config(
        meta={"slice": ["store_id", "settlement_id"], "opens": "open_converted_settlements", "reports": "none"},
        indexes=[{"columns": ["store_id", "settlement_id"], "unique": true}],
    )
}}
-- One row per settlement: what Amazon states in the summary row, beside the sums of the lines by what they are about.
{% set sold = "('principal', 'shipping', 'gift_wrap', 'promotion')" %}
with
    documents as (
        select distinct on (account_id, settlement_id) *
        from {{ sliced(ref("int_settlements"), keys=["account_id", "settlement_id"], within="_settlements") }} as s
        order by account_id asc, settlement_id asc, report_created_at desc, load_id desc
    ),
    sums as (
        select
            d.account_id,
            d.settlement_id,
            count(*)::integer as lines,
            sum(l.amount) as lines_amount,
            sum(l.amount) filter (where l.kind in {{ sold }} and not l.is_refund) as revenue_amount,
            sum(l.amount) filter (where l.kind in {{ sold }} and l.is_refund) as refunds_amount,
            sum(l.amount) filter (where l.kind in ('referral_fee', 'refund_fee')) as selling_fees_amount,
            sum(l.amount) filter (where l.kind = 'fulfilment_fee') as fulfilment_fees_amount,
            sum(l.amount) filter (
                where l.kind in ('storage_fee', 'other_storage_fee', 'aged_surcharge')
            ) as storage_fees_amount,
            sum(l.amount) filter (where l.kind = 'advertising') as advertising_amount,
            sum(l.amount) filter (where l.kind in ('subscription_fee', 'fee_tax', 'other')) as other_fees_amount,
            sum(l.amount) filter (where l.kind = 'reimbursement') as reimbursements_amount,
            sum(l.amount) filter (where l.kind = 'adjustment') as adjustments_amount,
            sum(l.amount) filter (where l.kind = 'unknown') as unknown_amount,
            sum(l.amount) filter (where l.is_profit_or_loss) as profit_or_loss_amount,
            sum(l.amount) filter (where l.kind = 'tax') as tax_amount,
            sum(l.amount) filter (where l.kind = 'withheld_tax') as withheld_tax_amount,
            sum(l.amount) filter (where l.kind = 'transfer') as transfers_amount,
            sum(l.amount) filter (
                where l.kind = 'reserve' and l.amount_description ilike 'previous%'
            ) as opening_reserve_amount,
            sum(l.amount) filter (
                where l.kind = 'reserve' and l.amount_description not ilike 'previous%'
            ) as closing_reserve_amount,
            -- of multi-channel orders only where nothing else is named (as in int_settlements)
            coalesce(
                {%- for named in ["l.marketplace_name ilike 'amazon.%'", "l.marketplace_name is not null"] %}
                    case
                        when count(distinct l.store_id) filter (where {{ named }}) = 1
                        then min(l.store_id) filter (where {{ named }})
                    end
                    {{- "," if not loop.last }}
                {%- endfor %}
            ) as only_store_id
        from documents as d
        inner join {{ stores_of_accounts(ref("settlement_lines")) }} as p on d.account_id = p.account_id
        inner join {{ ref("settlement_lines") }} as l on p.store_id = l.store_id and d.settlement_id = l.settlement_id
        group by d.account_id, d.settlement_id
    ),
    homes as (select * from {{ homes_of_settlements() }}),
    placed as (
        select
            d.*,
            coalesce(l.only_store_id, b.store_id, a.first_store_id) as store_id,
            a.tenant_id,
            t.reporting_currency,
            (d.deposit_at at time zone coalesce(s.time_zone, a.time_zone))::date as deposit_date
        from documents as d
        inner join {{ accounts() }} as a on d.account_id = a.account_id
        left join ops.tenants as t on a.tenant_id = t.tenant_id
        left join sums as l on d.account_id = l.account_id and d.settlement_id = l.settlement_id
        left join homes as b on d.account_id = b.account_id and d.settlement_id = b.settlement_id
        left join ops.stores as s on coalesce(l.only_store_id, b.store_id, a.first_store_id) = s.store_id
    )
select
    d.store_id,
    d.tenant_id,
    d.settlement_id,
    d.settlement_start_at as started_at,
    d.settlement_end_at as ended_at,
    d.deposit_at as deposited_at,
    d.deposit_date,
    d.currency,
    d.total_amount,
    coalesce(l.lines, 0) as lines,
    coalesce(l.lines_amount, 0) as lines_amount,
    d.total_amount - coalesce(l.lines_amount, 0) as difference,
    coalesce(l.revenue_amount, 0) as revenue_amount,
    coalesce(l.refunds_amount, 0) as refunds_amount,
    coalesce(l.selling_fees_amount, 0) as selling_fees_amount,
    coalesce(l.fulfilment_fees_amount, 0) as fulfilment_fees_amount,
    coalesce(l.storage_fees_amount, 0) as storage_fees_amount,
    coalesce(l.advertising_amount, 0) as advertising_amount,
    coalesce(l.other_fees_amount, 0) as other_fees_amount,
    coalesce(l.reimbursements_amount, 0) as reimbursements_amount,
    coalesce(l.adjustments_amount, 0) as adjustments_amount,
    coalesce(l.unknown_amount, 0) as unknown_amount,
    coalesce(l.profit_or_loss_amount, 0) as profit_or_loss_amount,
    coalesce(l.tax_amount, 0) as tax_amount,
    coalesce(l.withheld_tax_amount, 0) as withheld_tax_amount,
    coalesce(l.transfers_amount, 0) as transfers_amount,
    coalesce(l.opening_reserve_amount, 0) as opening_reserve_amount,
    coalesce(l.closing_reserve_amount, 0) as closing_reserve_amount,
    d.reporting_currency,
    round(d.total_amount * fx.rate, 4) as total_amount_reporting,
    round(coalesce(l.profit_or_loss_amount, 0) * fx.rate, 4) as profit_or_loss_amount_reporting,
    fx.fx_date
from placed as d
left join
    sums as l
    on d.account_id = l.account_id
    and d.settlement_id = l.settlement_id {{ join_rate("d", "d.deposit_date") }}
