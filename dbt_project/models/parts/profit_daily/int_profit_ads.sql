-- What advertising cost, each day once. The campaigns' cost is the whole. Products and Display: what their reports
-- of advertised products tell, by SKU. Brands: a campaign's day by the sales of the products that it led to, those
-- of the same day's report, in the order of their ASINs and rounded like storage. The rest has no SKU.
with
    ads_campaigns as materialized(
        select c.store_id, c.tenant_id, c.date, c.campaign_id, c.ad_product, c.currency, coalesce(c.cost, 0) as cost
        from {{ sliced(ref("ads_campaigns_daily")) }} as c
    ),
    ads_products as materialized(
        select p.store_id, p.tenant_id, p.date, p.campaign_id, p.sku, p.currency, coalesce(p.cost, 0) as cost
        from {{ sliced(ref("ads_products_daily")) }} as p
    ),
    ads_brands as materialized(
        select
            c.store_id,
            c.tenant_id,
            c.date,
            c.campaign_id,
            c.currency,
            i.sku,
            round(c.cost * b.upto / b.whole, 4) - round(c.cost * (b.upto - b.sales) / b.whole, 4) as cost
        from ads_campaigns as c
        inner join
            (
                select
                    store_id,
                    date,
                    campaign_id,
                    purchased_asin,
                    sum(sales) as sales,
                    sum(sum(sales)) over (partition by store_id, date, campaign_id) as whole,
                    sum(sum(sales)) over (
                        partition by store_id, date, campaign_id order by {{ by_letters("purchased_asin") }}
                    ) as upto
                from {{ sliced(ref("stg_amazon_ads__sb_purchased_product")) }} as p
                where sales > 0
                group by store_id, date, campaign_id, purchased_asin
            ) as b
            on c.store_id = b.store_id
            and c.date = b.date
            and c.campaign_id = b.campaign_id
        left join
            (
                select d.store_id, d.date, d.asin, min({{ by_letters("d.sku") }}) as sku
                from {{ sliced(ref("inventory_daily")) }} as d
                group by d.store_id, d.date, d.asin
            ) as i
            on c.store_id = i.store_id
            and c.date = i.date
            and b.purchased_asin = i.asin
        where c.ad_product = 'SPONSORED_BRANDS'
    )
select store_id, tenant_id, date, sku, currency, 'advertising' as part, - cost as amount
from
    (
        select p.store_id, p.tenant_id, p.date, p.sku, p.currency, p.cost
        from ads_products as p
        union all
        select b.store_id, b.tenant_id, b.date, b.sku, b.currency, b.cost
        from ads_brands as b
        union all
        select c.store_id, c.tenant_id, c.date, null, c.currency, c.cost - coalesce(p.cost, 0) - coalesce(b.cost, 0)
        from ads_campaigns as c
        left join
            (
                select store_id, date, campaign_id, sum(cost) as cost
                from ads_products
                group by store_id, date, campaign_id
            ) as p
            on c.store_id = p.store_id
            and c.date = p.date
            and c.campaign_id = p.campaign_id
        left join
            (
                select store_id, date, campaign_id, sum(cost) as cost
                from ads_brands
                group by store_id, date, campaign_id
            ) as b
            on c.store_id = b.store_id
            and c.date = b.date
            and c.campaign_id = b.campaign_id
    ) as a
where cost <> 0
