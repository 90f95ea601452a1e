-- One row per store, day, SKU and charge: fees by type, and advertising by type.
select
    r.load_id,
    s.store_id,
    s.tenant_id,
    l.day as date,
    coalesce(r.item ->> 'msku', '') as sku,
    c.kind,
    c.charge_type,
    c.charge ->> 'identifier' as identifier,
    coalesce({{ as_date("c.charge ->> 'startDate'") }}, l.day) as start_date,
    coalesce({{ as_date("c.charge ->> 'endDate'") }}, l.day) as end_date,
    coalesce(c.detail -> 'totalAmount' ->> 'currencyCode', s.currency) as currency,
    {{ as_numeric("c.detail -> 'amount' ->> 'amount'") }} as amount,
    {{ as_numeric("c.detail -> 'promotionAmount' ->> 'amount'") }} as promotion_amount,
    {{ as_numeric("c.detail -> 'taxAmount' ->> 'amount'") }} as tax_amount,
    {{ as_numeric("c.detail -> 'totalAmount' ->> 'amount'") }} as total_amount,
    {{ as_numeric("c.detail -> 'amountPerUnit' ->> 'amount'") }} as amount_per_unit_amount,
    {{ as_numeric("c.detail ->> 'quantity'") }} as quantity
from {{ source("amazon_data_kiosk", "economics") }} as r
inner join
    {{ current_loads("amazon_data_kiosk.economics") }} as l
    on r.load_id = l.load_id
    and l.day = {{ as_date("r.item ->> 'startDate'") }}
inner join ops.stores as s on l.scope_id = s.store_id
cross join
    lateral(
        select 'fee' as kind, f.fee ->> 'feeTypeName' as charge_type, g.charge, g.charge -> 'aggregatedDetail' as detail
        from jsonb_path_query(r.item, '$.fees[*]') as f(fee)
        cross join jsonb_path_query(f.fee, '$.charges[*]') as g(charge)
        union all
        select
            'advertising' as kind,
            a.ad ->> 'adTypeName' as charge_type,
            a.ad -> 'charge' as charge,
            a.ad -> 'charge' as detail
        from jsonb_path_query(r.item, '$.ads[*]') as a(ad)
        where jsonb_typeof(a.ad -> 'charge') = 'object'
    ) as c
where r.item ->> 'startDate' = r.item ->> 'endDate'
