-- What the last reports of FBA inventory say of each SKU.
select distinct on (store_id, sku) *
from
    (
        {% for table in ["fba_myi_all_inventory", "fba_myi_unsuppressed_inventory"] %}
            select
                store_id,
                sku,
                instant,
                asin,
                fnsku,
                product_name as title,
                currency,
                case when currency is not null then your_price_amount end as price_amount
            from {{ ref("stg_amazon_sp__" ~ table) }}
            where sku <> '' and {{ in_newest_loads("amazon_sp." ~ table) }} {{ "union all" if not loop.last }}
        {% endfor %}
    ) as r
order by store_id asc, sku asc, instant desc, asin asc, fnsku asc, title asc, price_amount asc
