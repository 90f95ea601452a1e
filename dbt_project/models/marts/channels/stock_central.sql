{{
    config(
        meta={"slice": ["store_id"], "opens": "open_tenants", "reports": "none"},
        indexes=[{"columns": ["tenant_id", "central_sku", "store_id"], "unique": true}],
    )
}}
-- The one stock of a tenant: what lies in its own warehouses, less what open orders of every channel are waiting for.
-- It is counted in files, or by the shop's location that stores.yaml names.
-- What has left since it was counted is taken off too. Of a SKU and location in several files the newest count is used.
-- Orders of more than 90 days before the count hold nothing back: nobody sends them any more.
with
    places as (
        select distinct on (tenant_id, sku, location) store_id, tenant_id, sku, location, on_hand_quantity, as_of
        from {{ own_stock() }} as t
        order by tenant_id asc, sku asc, location asc, as_of desc, store_id asc
    ),
    stock as (
        select
            min(store_id) as store_id,
            tenant_id,
            sku as central_sku,
            sum(on_hand_quantity)::integer as on_hand_quantity,
            jsonb_object_agg(location, on_hand_quantity) as on_hand_by_location,
            min(as_of) as as_of
        from places
        group by tenant_id, sku
    ),
    counted as (select tenant_id, min(as_of) as as_of from stock group by tenant_id),
    waiting as (
        select
            c.tenant_id,
            i.sku as channel_sku,
            null::jsonb as named_skus,
            case when {{ is_sent_line("i") }} then 0 else i.units end as reserved,
            case when {{ is_sent_line("i") }} then i.units else 0 end as sent,
            i.last_updated_at as sent_at
        from counted as c
        inner join {{ ref("int_stores") }} as s on c.tenant_id = s.tenant_id
        inner join
            {{ ref("order_items") }} as i
            on s.store_id = i.store_id
            and i.date >= (c.as_of at time zone 'UTC')::date - 90
        where lower(i.fulfillment_channel) <> 'amazon' and not {{ is_cancelled_line("i") }}
        union all
        select
            c.tenant_id,
            l.sku,
            h.named_skus,
            l.unfulfilled_units,
            case when l.shipped_at is null then 0 else l.units - l.unfulfilled_units end,
            l.shipped_at
        from counted as c
        inner join {{ ref("int_shops") }} as h on c.tenant_id = h.tenant_id
        inner join
            {{ ref("shop_order_lines") }} as l
            on h.store_id = l.store_id
            and l.date >= (c.as_of at time zone 'UTC')::date - 90
        where not l.is_cancelled and not l.is_test
    ),
    mapped_waiting as (
        select w.*, mapped.central_sku from waiting as w {{ join_mapped("w", "w.channel_sku", "w.named_skus") }}
    ),
    promised as (
        select
            s.tenant_id,
            s.central_sku,
            coalesce(sum(w.reserved), 0)::integer as reserved_quantity,
            coalesce(sum(w.sent) filter (where w.sent_at > s.as_of), 0)::integer as sent_since_quantity
        from stock as s
        left join mapped_waiting as w on s.tenant_id = w.tenant_id and s.central_sku = w.central_sku
        group by s.tenant_id, s.central_sku
    )
select
    s.store_id,
    s.tenant_id,
    s.central_sku,
    s.on_hand_quantity,
    s.on_hand_by_location,
    p.reserved_quantity,
    p.sent_since_quantity,
    s.on_hand_quantity - p.reserved_quantity - p.sent_since_quantity as available_quantity,
    s.as_of
from stock as s
inner join promised as p on s.tenant_id = p.tenant_id and s.central_sku = p.central_sku
