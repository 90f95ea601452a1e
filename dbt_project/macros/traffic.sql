{# What traffic_daily and traffic_store_daily have beside the report's own figures: sales without tax, and a SKU. -#}
{#
    Prices of sale lines of a day, and what of them is no tax: the report tells neither. Of the slices that are built.
-#}
{% macro prices_of_orders(by=[]) -%}
    {%- set keys = ["i.store_id", "i.date"] + by -%}
    select
        {{ keys | join(", ") }},
        sum(i.item_price_amount) as price,
        sum({{ without_tax("i.item_price_amount", "i.item_tax_amount", "o.sales_channel") }}) as net
    from {{ sliced(ref("order_items")) }} as i
    inner join {{ ref("int_stores") }} as o on i.store_id = o.store_id
    where {{ is_sale_line("i") }}
    group by {{ keys | join(", ") }}
{%- endmacro %}

{#
    Ordered product sales without tax: where prices contain it, as large a part as of the day's orders, those of the first
    of `orders` that has any; null where none has.
-#}
{% macro net_sales(amount, store, orders) -%}
    case
        when {{ amount }} = 0 or not {{ prices_contain_tax(store ~ ".sales_channel") }}
        then {{ amount }}
        {% for found in orders %}
            when {{ found }}.price > 0 then round({{ amount }} * {{ found }}.net / {{ found }}.price, 4)
        {% endfor %}
    end
{%- endmacro %}

{# Page views with the buy box: unlike its share they can be summed. A share of 0.01 of a percent is told. -#}
{% macro buy_box_views(row) -%} {{ row }}.page_views * {{ row }}.buy_box_percentage * 0.01 {%- endmacro %}

{# int_asin_skus: of each ASIN of a store the SKU that alone stands for it; '' where several do. -#}
{% macro skus_of_asins() -%}
    select store_id, asin, case when count(*) = 1 then min(sku) else '' end as sku
    from {{ ref("products") }}
    where asin is not null and sku <> ''
    group by store_id, asin
{%- endmacro %}

{# int_asin_skus: the ASINs of stores whose products have changed for which another SKU stands now, or none any more. -#}
{% macro open_asin_skus() %}
    {{ open_scopes() }}
    insert into _slices
    select coalesce(n.store_id, t.store_id), coalesce(n.asin, t.asin)
    from ({{ skus_of_asins() }}) as n
    full join {{ this }} as t on n.store_id = t.store_id and n.asin = t.asin
    where
        coalesce(n.store_id, t.store_id) in (
            select s.store_id from _changed as c inner join _scopes as s on c.scope_id = s.scope_id
        )
        and (t.sku is null or coalesce(n.sku, '') <> t.sku);
{% endmacro %}

{# traffic_daily: also the days of an ASIN for which another SKU stands now. -#}
{% macro open_traffic_slices() %}
    {{ open_days() }}
    insert into _slices
    select distinct t.store_id, t.date
    from {{ ref("int_asin_skus") }} as m
    inner join {{ this }} as t on m.store_id = t.store_id and m.asin = t.child_asin
    where {{ unseen("m.changed_xid") }} and t.sku <> m.sku
    except
    select store_id, date
    from _slices;
    analyze _slices
    ;
{% endmacro %}
