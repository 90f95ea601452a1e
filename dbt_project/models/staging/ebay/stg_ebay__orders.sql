-- Every delivery of every order, one row each; its day is that of the order in the time zone of stores.yaml.
select
    r.load_id,
    r.row_seq,
    l.report_created_at,
    h.shop_id as store_id,
    h.tenant_id,
    r.item ->> 'orderId' as order_id,
    coalesce({{ as_text("r.item ->> 'salesRecordReference'") }}, r.item ->> 'orderId') as order_name,
    t.ordered_at,
    (t.ordered_at at time zone h.time_zone)::date as date,
    t.last_updated_at,
    {{ as_timestamp("r.item -> 'cancelStatus' ->> 'cancelledDate'") }} as cancelled_at,
    coalesce(r.item -> 'cancelStatus' ->> 'cancelState' = 'CANCELED', false) as is_cancelled,
    f.shipped_at,
    {{ as_text("r.item ->> 'orderPaymentStatus'") }} as financial_status,
    {{ as_text("r.item ->> 'orderFulfillmentStatus'") }} as fulfillment_status,
    false as is_test,
    false as prices_contain_tax,
    coalesce({{ as_text("r.item #>> '{lineItems,0,lineItemCost,currency}'") }}, h.currency) as currency,
    jsonb_array_length(coalesce(r.item -> 'lineItems', '[]')) as order_lines
from {{ source("ebay", "orders") }} as r
inner join {{ every_load("ebay.orders") }} as l on r.load_id = l.load_id
inner join ops.shops as h on l.scope_id = h.shop_id
cross join
    lateral(
        select
            {{ as_timestamp("r.item ->> 'creationDate'") }} as ordered_at,
            {{ as_timestamp("r.item ->> 'lastModifiedDate'") }} as last_updated_at
    ) as t
cross join
    lateral(
        select max({{ as_timestamp("e ->> 'shippedDate'") }}) as shipped_at
        from jsonb_array_elements(coalesce(r.item -> 'fulfillments', '[]')) as e
    ) as f
