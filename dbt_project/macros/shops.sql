{# Shops beside Amazon, the tenant's own (central) SKUs, and how models find what is another there (see slices.sql). -#}
{#
    The kinds of shops. Each has three staging models with the same columns: `stg_KIND__listings`, `stg_KIND__orders` and
    `stg_KIND__orders__lines`. A new kind is its staging models, and its name here.
-#}
{% macro kinds_of_shops() %} {{ return(["shopify", "ebay", "woocommerce"]) }} {% endmacro %}

{# To read from: one of these models of every kind of shop, the slices of it as `sliced` has them. -#}
{% macro of_every_shop(model, keys=none, within="_slices") -%}
    {%- set columns = {
        "listings": [
            "store_id",
            "tenant_id",
            "item_id",
            "channel_sku",
            "title",
            "barcode",
            "price_amount",
            "currency",
            "status",
            "as_of",
        ],
        "orders": [
            "load_id",
            "report_created_at",
            "store_id",
            "tenant_id",
            "order_id",
            "order_name",
            "ordered_at",
            "date",
            "last_updated_at",
            "cancelled_at",
            "is_cancelled",
            "shipped_at",
            "financial_status",
            "fulfillment_status",
            "is_test",
            "prices_contain_tax",
            "currency",
        ],
        "orders__lines": [
            "load_id",
            "store_id",
            "order_id",
            "line_number",
            "sku",
            "item_id",
            "units",
            "unfulfilled_units",
            "refunded_units",
            "restocked_units",
            "currency",
            "item_price_amount",
            "discount_amount",
            "tax_amount",
            "refunded_amount",
        ],
    }[model] -%}
    (
        {%- for kind in kinds_of_shops() %}
            select {{ columns | join(", ") }}
            from
                {{ sliced(ref("stg_" ~ kind ~ "__" ~ model), keys=keys, within=within) }} as {{ kind }}
                {{ "union all" if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{#
    To read from: the rows of each shop's newest list, by a staging model of snapshots and its feed. A list that came
    again without a change has one load, and as many rows of each thing as it has instants.
-#}
{% macro newest_list(model, feed) -%}
    (
        select *
        from
            (
                select each.*, rank() over (partition by each.store_id order by each.instant desc) as age
                from {{ ref(model) }} as each
                where each.{{ in_newest_loads(feed) }}
            ) as aged
        where age = 1
    )
{%- endmacro %}

{# The shops as they are configured now, with the SKUs that the user has named: in stores.yaml, else by `channels map`. -#}
{% macro configured_shops() -%}
    (
        select
            h.shop_id as store_id,
            h.tenant_id,
            h.channel,
            h.domain,
            h.currency,
            h.time_zone,
            t.reporting_currency,
            h.stock_location,
            coalesce(
                (
                    select jsonb_object_agg(n.sku, n.central_sku)
                    from
                        (
                            select distinct on (k.sku) k.sku, k.central_sku
                            from
                                (
                                    select 1 as rank, sku, central_sku
                                    from ops.shop_skus
                                    where shop_id = h.shop_id
                                    union all
                                    select 2, channel_sku, central_sku
                                    from ops.channel_maps
                                    where store_id = h.shop_id
                                ) as k
                            order by k.sku, k.rank
                        ) as n
                ),
                '{}'
            ) as named_skus
        from ops.shops as h
        inner join ops.tenants as t on h.tenant_id = t.tenant_id
    )
{%- endmacro %}

{% macro open_differing_shops() %}
    insert into _slices
    select distinct store_id
    from {{ differing(configured_shops()) }} as d;
{% endmacro %}

{# shop_order_lines: `_shop_orders`, the orders whose delivery is another than the one seen. An order keeps its day. -#}
{% macro open_shop_orders() %}
    create temporary table _shop_orders on commit drop as
    select store_id, order_id, load_id, date
    from {{ ref("int_shop_orders_current") }}
    where
    {{ unseen("changed_xid") }}
        or store_id
        in (select scope_id from _changed where producer = '{{ relation_name(ref("int_shops")) }}');
    insert into _slices
    select store_id, order_id
    from _shop_orders;
    insert into _reported
    select distinct store_id, date
    from _shop_orders
    where date is not null;
    analyze _shop_orders
    ;
    analyze _slices
    ;
{% endmacro %}

{# Slices are all stores and shops of a tenant: what they sell and hold is its one stock. -#}
{% macro open_tenants() %}
    {{ open_scopes() }}
    insert into _slices
    with
        members as (
            select store_id, tenant_id
            from ops.stores
            union
            select shop_id, tenant_id
            from ops.shops
        )
    select distinct m.store_id
    from _changed as c
    inner join _scopes as s on c.scope_id = s.scope_id
    inner join members as t on s.store_id = t.store_id
    inner join members as m on t.tenant_id = m.tenant_id;
    analyze _slices
    ;
{% endmacro %}

{#
    To read from: the tenant's own stock by SKU and location, as it was counted. It is that of files, or, where a shop's
    location is named as the source (`stock_location` in stores.yaml), what the shop's newest list has on hand there.
-#}
{% macro own_stock() -%}
    (
        select f.store_id, f.tenant_id, f.sku, f.location, f.on_hand_quantity, f.as_of
        from {{ sliced(ref("stg_manual__stock")) }} as f
        where
            f.sku <> ''
            and not exists (
                select 1
                from {{ ref("int_shops") }} as h
                where h.tenant_id = f.tenant_id and h.stock_location is not null
            )
        union all
        select
            c.store_id,
            c.tenant_id,
            coalesce(h.named_skus ->> c.sku, c.sku) as sku,
            c.location_name,
            coalesce(c.on_hand_quantity, 0),
            c.instant
        from
            (
                select l.*, rank() over (partition by l.store_id order by l.instant desc) as age
                from {{ sliced(ref("stg_shopify__inventory_levels")) }} as l
            ) as c
        inner join {{ ref("int_shops") }} as h on c.store_id = h.store_id and c.location_name = h.stock_location
        where c.age = 1 and c.sku <> ''
    )
{%- endmacro %}

{# The tenant's central SKUs: what it has, or has had, in its own stock. -#}
{% macro central_skus() -%}
    (
        select tenant_id, sku as central_sku
        from {{ ref("stg_manual__stock") }}
        where sku <> ''
        union
        select l.tenant_id, coalesce(h.named_skus ->> l.sku, l.sku)
        from {{ ref("stg_shopify__inventory_levels") }} as l
        inner join {{ ref("int_shops") }} as h on l.store_id = h.store_id and l.location_name = h.stock_location
        where l.sku <> ''
    )
{%- endmacro %}

{#
    What a SKU of a channel is mapped to, joined as `mapped` (central_sku, mapped_by) to a row that has tenant_id: what the
    user has named, else the central SKU that is written alike to the letter. Everything else is for people to decide.
    named: the jsonb of the shop's named SKUs.
-#}
{% macro join_mapped(row, sku, named="null::jsonb") -%}
    left join
        {{ central_skus() }} as equal_sku
        on {{ row }}.tenant_id = equal_sku.tenant_id
        and {{ sku }} = equal_sku.central_sku
    cross join
        lateral(
            select
                coalesce({{ named }} ->> {{ sku }}, equal_sku.central_sku) as central_sku,
                case
                    when {{ named }} ->> {{ sku }} is not null
                    then 'settings'
                    when equal_sku.central_sku is not null
                    then 'sku'
                end as mapped_by
        ) as mapped
{%- endmacro %}

{# A SKU without case, blanks, hyphens and other signs: how people write the same one. -#}
{% macro bare_sku(sku) -%} nullif(regexp_replace(lower({{ sku }}), '[^[:alnum:]]', '', 'g'), '') {%- endmacro %}

{# Whether the goods of an order line of Amazon have left: in all words of the report that begin so, whatever follows. -#}
{% macro is_sent_line(line) -%}
    coalesce(lower({{ line }}.order_status) like 'shipped%' or lower({{ line }}.item_status) like 'shipped%', false)
{%- endmacro %}
