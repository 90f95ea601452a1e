-- The SKUs of the stores. Those that a mart has are found by as many looks into its index on (store_id, sku) as there
-- are of them.
select store_id, sku
from {{ ref("int_product_listings") }}
union
select store_id, sku
from {{ ref("int_product_stock") }}
{% for name in ["sales_daily", "profit_daily", "inventory_daily"] %}
    union
    select s.store_id, h.sku
    from {{ ref("int_product_stores") }} as s
    cross join
        lateral(
            with recursive
                held(sku) as (
                    select min(t.sku)
                    from {{ ref(name) }} as t
                    where t.store_id = s.store_id
                    union all
                    select (select min(t.sku) from {{ ref(name) }} as t where t.store_id = s.store_id and t.sku > p.sku)
                    from held as p
                    where p.sku is not null
                )
            select sku
            from held
            where sku is not null
        ) as h
{% endfor %}
