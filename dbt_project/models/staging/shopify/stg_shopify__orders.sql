-- Every delivery of every order, one row each; its day is that of the order in the shop's zone.
select
    r.load_id,
    r.row_seq,
    l.report_created_at,
    h.shop_id as store_id,
    h.tenant_id,
    r.item ->> 'id' as order_id,
    {{ as_text("r.item ->> 'name'") }} as order_name,
    t.ordered_at,
    (t.ordered_at at time zone h.time_zone)::date as date,
    t.last_updated_at,
    t.cancelled_at,
    t.cancelled_at is not null as is_cancelled,
    f.shipped_at,
    {{ as_text("r.item ->> 'displayFinancialStatus'") }} as financial_status,
    {{ as_text("r.item ->> 'displayFulfillmentStatus'") }} as fulfillment_status,
    coalesce({{ as_boolean("r.item ->> 'test'") }}, false) as is_test,
    coalesce({{ as_boolean("r.item ->> 'taxesIncluded'") }}, false) as prices_contain_tax,
    coalesce({{ as_text("r.item ->> 'currencyCode'") }}, h.currency) as currency,
    jsonb_array_length(coalesce(r.item -> 'lineItems' -> 'nodes', '[]')) as order_lines
from {{ source("shopify", "orders") }} as r
inner join {{ every_load("shopify.orders") }} as l on r.load_id = l.load_id
inner join ops.shops as h on l.scope_id = h.shop_id
cross join
    lateral(
        select
            {{ as_timestamp("r.item ->> 'createdAt'") }} as ordered_at,
            {{ as_timestamp("r.item ->> 'updatedAt'") }} as last_updated_at,
            {{ as_timestamp("r.item ->> 'cancelledAt'") }} as cancelled_at
    ) as t
cross join
    lateral(
        select max({{ as_timestamp("e ->> 'createdAt'") }}) as shipped_at
        from jsonb_array_elements(coalesce(r.item -> 'fulfillments', '[]')) as e
        where e ->> 'status' = 'SUCCESS'
    ) as f
