-- One row per store, day and SKU. Fees and advertising as sums; what they are made of is in `..__economics__charges`.
select
    r.load_id,
    s.store_id,
    s.tenant_id,
    l.day as date,
    coalesce(r.item ->> 'msku', '') as sku,
    r.item ->> 'fnsku' as fnsku,
    r.item ->> 'childAsin' as child_asin,
    r.item ->> 'parentAsin' as parent_asin,
    coalesce(r.item -> 'sales' -> 'orderedProductSales' ->> 'currencyCode', s.currency) as currency,
    {{ as_numeric("r.item -> 'sales' -> 'orderedProductSales' ->> 'amount'") }} as ordered_product_sales_amount,
    {{ as_numeric("r.item -> 'sales' -> 'refundedProductSales' ->> 'amount'") }} as refunded_product_sales_amount,
    {{ as_numeric("r.item -> 'sales' -> 'netProductSales' ->> 'amount'") }} as net_product_sales_amount,
    {{ as_numeric("r.item -> 'sales' -> 'averageSellingPrice' ->> 'amount'") }} as average_selling_price_amount,
    {{ as_integer("r.item -> 'sales' ->> 'unitsOrdered'") }} as units_ordered,
    {{ as_integer("r.item -> 'sales' ->> 'unitsRefunded'") }} as units_refunded,
    {{ as_integer("r.item -> 'sales' ->> 'netUnitsSold'") }} as net_units_sold,
    coalesce(c.fees_amount, 0) as fees_amount,
    coalesce(c.advertising_amount, 0) as advertising_amount,
    {{ as_numeric("r.item -> 'cost' -> 'costOfGoodsSold' ->> 'amount'") }} as cost_of_goods_sold_amount,
    {{ as_numeric("r.item -> 'cost' -> 'miscellaneousCost' ->> 'amount'") }} as miscellaneous_cost_amount,
    {{ as_numeric("r.item -> 'cost' -> 'fbaCost' -> 'shippingToAmazonCost' ->> 'amount'") }}
    as shipping_to_amazon_cost_amount,
    {{ as_numeric("r.item -> 'cost' -> 'mfnCost' -> 'fulfillmentCost' ->> 'amount'") }} as fulfillment_cost_amount,
    {{ as_numeric("r.item -> 'cost' -> 'mfnCost' -> 'storageCost' ->> 'amount'") }} as storage_cost_amount,
    {{ as_numeric("r.item -> 'netProceeds' -> 'total' ->> 'amount'") }} as net_proceeds_amount,
    {{ as_numeric("r.item -> 'netProceeds' -> 'perUnit' ->> 'amount'") }} as net_proceeds_per_unit_amount
from {{ source("amazon_data_kiosk", "economics") }} as r
inner join
    {{ current_loads("amazon_data_kiosk.economics") }} as l
    on r.load_id = l.load_id
    and l.day = {{ as_date("r.item ->> 'startDate'") }}
inner join ops.stores as s on l.scope_id = s.store_id
cross join
    lateral(
        select
            sum({{ as_numeric("x.total ->> 'amount'") }}) filter (where x.is_fee) as fees_amount,
            sum({{ as_numeric("x.total ->> 'amount'") }}) filter (where not x.is_fee) as advertising_amount
        from
            (
                select
                    true as is_fee,
                    jsonb_path_query(r.item, '$.fees[*].charges[*].aggregatedDetail.totalAmount') as total
                union all
                select false as is_fee, jsonb_path_query(r.item, '$.ads[*].charge.totalAmount') as total
            ) as x
    ) as c
where r.item ->> 'startDate' = r.item ->> 'endDate'
