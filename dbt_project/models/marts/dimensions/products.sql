{{
    config(
        meta={"slice": ["store_id"], "opens": "open_products", "reports": "stores"},
        indexes=[{"columns": ["store_id", "sku"], "unique": true}, {"columns": ["store_id", "asin"]}],
    )
}}
-- What every SKU of the marts stands for: by its listing, else by FBA inventory, else by its newest order line. History
-- is looked into by SKU, never read.
with
    brands as (
        select store_id, sku, max(brand) as brand
        from {{ ref("stg_amazon_sp__estimated_fees") }}
        where {{ in_newest_loads("amazon_sp.estimated_fees") }}
        group by store_id, sku
    )
select
    k.store_id,
    s.tenant_id,
    k.sku,
    coalesce(l.asin, f.asin, i.asin, o.asin) as asin,
    case
        when l.asin is not null
        then 'listing'
        when coalesce(f.asin, i.asin) is not null
        then 'fba_inventory'
        when o.asin is not null
        then 'order'
    end as asin_source,
    {{ product_id("s.tenant_id", "coalesce(l.asin, f.asin, i.asin, o.asin)", "k.sku") }} as product_id,
    coalesce(f.fnsku, i.fnsku) as fnsku,
    coalesce(l.title, f.title, o.product_name) as title,
    case
        when l.title is not null
        then 'listing'
        when f.title is not null
        then 'fba_inventory'
        when o.product_name is not null
        then 'order'
    end as title_source,
    e.brand,
    l.status as listing_status,
    coalesce(
        l.fulfillment_channel, case when coalesce(f.sku, i.sku) is not null then 'Amazon' end, o.fulfillment_channel
    ) as fulfillment_channel,
    coalesce(l.price_amount, f.price_amount) as price_amount,
    case
        when l.price_amount is not null then l.currency when f.price_amount is not null then f.currency
    end as currency,
    case
        when l.price_amount is not null then 'listing' when f.price_amount is not null then 'fba_inventory'
    end as price_source,
    d.first_sold_on,
    d.last_sold_on
from {{ ref("int_product_skus") }} as k
inner join {{ ref("int_product_stores") }} as s on k.store_id = s.store_id
left join {{ ref("int_product_listings") }} as l on k.store_id = l.store_id and k.sku = l.sku
left join {{ ref("int_product_stock") }} as f on k.store_id = f.store_id and k.sku = f.sku
left join brands as e on k.store_id = e.store_id and k.sku = e.sku
left join
    lateral(
        select t.sku, t.asin, t.fnsku
        from {{ ref("inventory_daily") }} as t
        where t.store_id = k.store_id and t.sku = k.sku and f.sku is null and k.sku <> ''
        order by t.date desc
        limit 1
    ) as i
    on true
left join
    lateral(
        select t.asin, t.product_name, t.fulfillment_channel
        from {{ ref("order_items") }} as t
        where
            t.store_id = k.store_id
            and t.sku = k.sku
            and t.date
            = (select max(n.date) from {{ ref("sales_daily") }} as n where n.store_id = k.store_id and n.sku = k.sku)
            and k.sku <> ''
            and num_nulls(
                coalesce(l.asin, f.asin, i.asin),
                coalesce(l.title, f.title),
                coalesce(l.fulfillment_channel, f.sku, i.sku)
            )
            > 0
        order by t.purchased_at desc, t.amazon_order_id desc, t.line_number asc
        limit 1
    ) as o
    on true
cross join
    lateral(
        select min(t.date) as first_sold_on, max(t.date) as last_sold_on
        from {{ ref("sales_daily") }} as t
        where t.store_id = k.store_id and t.sku = k.sku and t.units > 0
    ) as d
