{{
    config(
        meta={"slice": ["store_id"], "opens": "open_tenants"},
        indexes=[
            {"columns": ["store_id", "item_id", "channel_sku"], "unique": true},
            {"columns": ["tenant_id", "central_sku", "store_id"]},
        ],
    )
}}
-- What each channel offers, and which goods of the tenant it is. What is not mapped stands here too.
-- It has a proposal where there is exactly one: by a SKU written almost alike, by its ASIN, or by its barcode.
with
    listed as (
        select
            m.store_id,
            m.tenant_id,
            'amazon' as channel,
            s.account_id as account,
            coalesce(m.asin, '') as item_id,
            m.sku as channel_sku,
            m.item_name as title,
            -- ISBN, UPC and EAN; 1 is an ASIN (Amazon's inventory file templates)
            case when m.product_id_type in ('2', '3', '4') then m.product_id end as barcode,
            m.asin,
            m.price_amount,
            m.currency,
            m.status,
            m.instant as as_of,
            null::jsonb as named_skus
        from {{ sliced(ref("stg_amazon_sp__merchant_listings")) }} as m
        inner join {{ ref("int_stores") }} as s on m.store_id = s.store_id
        where m.{{ in_newest_loads("amazon_sp.merchant_listings") }}
        union all
        select
            p.store_id,
            p.tenant_id,
            h.channel,
            h.domain,
            p.item_id,
            p.channel_sku,
            p.title,
            p.barcode,
            null,
            p.price_amount,
            p.currency,
            p.status,
            p.as_of,
            h.named_skus
        from {{ of_every_shop("listings") }} as p
        inner join {{ ref("int_shops") }} as h on p.store_id = h.store_id
    ),
    newest as (
        select distinct on (store_id, item_id, channel_sku) *
        from listed
        order by store_id asc, item_id asc, channel_sku asc, as_of desc, price_amount asc nulls last
    ),
    known as (
        select n.*, mapped.central_sku, mapped.mapped_by
        from newest as n {{ join_mapped("n", "n.channel_sku", "n.named_skus") }}
    ),
    candidates as (
        select tenant_id, 'sku' as kind, {{ bare_sku("central_sku") }} as identifier, central_sku
        from {{ central_skus() }} as c
        union
        select tenant_id, 'asin', asin, central_sku
        from known
        where central_sku is not null
        union
        select tenant_id, 'barcode', barcode, central_sku
        from known
        where central_sku is not null
    ),
    single as (
        select tenant_id, kind, identifier, min(central_sku) as central_sku
        from candidates
        where identifier is not null
        group by tenant_id, kind, identifier
        having count(distinct central_sku) = 1
    )
select
    k.store_id,
    k.tenant_id,
    k.channel,
    k.account,
    k.item_id,
    k.channel_sku,
    k.title,
    k.barcode,
    k.asin,
    k.price_amount,
    k.currency,
    k.status,
    k.central_sku,
    k.mapped_by,
    case when k.central_sku is null then coalesce(s.central_sku, a.central_sku, b.central_sku) end as proposed_sku,
    case
        when k.central_sku is not null
        then null
        when s.central_sku is not null
        then 'sku'
        when a.central_sku is not null
        then 'asin'
        when b.central_sku is not null
        then 'barcode'
    end as proposed_by,
    k.as_of
from known as k
left join single as s on k.tenant_id = s.tenant_id and s.kind = 'sku' and {{ bare_sku("k.channel_sku") }} = s.identifier
left join
    lateral(
        select min(i.central_sku) as central_sku
        from single as i
        where k.tenant_id = i.tenant_id and i.kind = 'asin' and i.identifier in (k.asin, k.barcode, k.channel_sku)
        having count(distinct i.central_sku) = 1
    ) as a
    on true
left join single as b on k.tenant_id = b.tenant_id and b.kind = 'barcode' and k.barcode = b.identifier
