-- What the last report of listings says of each SKU. Who ships it: DEFAULT is the merchant, AMAZON_NA, AMAZON_EU and
-- their like are Amazon; so are the words that reports of other kinds and languages have for them.
select distinct
    on (store_id, sku)
    store_id,
    sku,
    asin,
    item_name as title,
    price_amount,
    currency,
    status,
    case
        when
            upper(fulfillment_channel) in (
                'DEFAULT',
                'MERCHANT',
                'MFN',
                'FBM',
                'HÄNDLER',
                'VERKÄUFER',
                'VENDEUR',
                'VENDITORE',
                'VENDEDOR',
                'VERKOPER',
                'SPRZEDAWCA',
                'SÄLJARE',
                'SATICI',
                '出品者',
                '卖家'
            )
        then 'Merchant'
        when upper(fulfillment_channel) like 'AMAZON%' or upper(fulfillment_channel) in ('AFN', 'FBA', '亚马逊')
        then 'Amazon'
    end as fulfillment_channel
from {{ ref("stg_amazon_sp__merchant_listings") }}
where sku <> '' and {{ in_newest_loads("amazon_sp.merchant_listings") }}
order by store_id asc, sku asc, instant desc, status asc, listing_id asc
