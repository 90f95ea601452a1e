{# What describes stores and products: `marts.stores`, `marts.products` and how they find what is another (see slices.sql). -#}
{#
    The stores as the marts were built with, and the buckets of rows without a store, as long as a mart holds one. The
    marts named are those that such rows enter by; all others are made from these. (inventory_health stays below them: the
    tests that wait for it, so as to hold up no model, would hold up these.)
-#}
{% macro described_stores() -%}
    {%- set entered = [
        "order_items",
        "settlement_lines",
        "settlements",
        "returns_daily",
        "inventory_daily",
        "inventory_ledger_balance",
        "profit_daily",
    ] -%}
    (
        with
            buckets as (
                select distinct on (store_id) store_id, tenant_id
                from
                    (
                        {% for name in entered %}
                            select h.store_id, o.tenant_id
                            from {{ held_stores(ref(name)) }} as h
                            cross join
                                lateral(
                                    select r.tenant_id from {{ ref(name) }} as r where r.store_id = h.store_id limit 1
                                ) as o
                            where
                                h.store_id not in (select store_id from {{ ref("int_stores") }})
                                {{ "union all" if not loop.last }}
                        {% endfor %}
                    ) as h
                order by store_id, tenant_id
            ),
            found as (
                select
                    i.store_id,
                    i.tenant_id,
                    s.seller_id,
                    i.marketplace_id,
                    s.country,
                    i.sales_channel,
                    i.currency,
                    i.time_zone,
                    true as is_configured
                from {{ ref("int_stores") }} as i
                inner join ops.stores as s on i.store_id = s.store_id
                union all
                select
                    b.store_id,
                    b.tenant_id,
                    split_part(b.store_id, ':', 2),
                    null,
                    c.country,
                    coalesce(c.sales_channel, nullif(split_part(b.store_id, ':', 3), '')),
                    null,
                    null,
                    false
                from buckets as b
                left join
                    (
                        values
                            {%- for country, channel in sales_channels().items() if country != "UK" %}
                                ('{{ country }}', '{{ channel }}') {{- "," if not loop.last }}
                            {%- endfor %}
                    ) as c(country, sales_channel)
                    on split_part(b.store_id, ':', 3) = lower(c.sales_channel)
            )
        select
            f.*,
            t.name as tenant_name,
            t.reporting_currency,
            t.name
            || ' · '
            || coalesce(f.sales_channel, 'no marketplace')
            || case when f.is_configured then '' else ' (not configured)' end
            || case
                when count(*) over (partition by f.tenant_id, f.is_configured, lower(f.sales_channel)) > 1
                then ' [' || f.store_id || ']'
                else ''
            end as label
        from found as f
        inner join ops.tenants as t on f.tenant_id = t.tenant_id
    )
{%- endmacro %}

{# stores: `_described`, and of them those that are not as the mart has them; a tenant may have another name. -#}
{% macro open_described_stores() %}
    {%- set columns -%}
        store_id, tenant_id, seller_id, marketplace_id, country, sales_channel, currency, time_zone, is_configured,
        tenant_name, reporting_currency, label
    {%- endset -%}
    create temporary table _described on commit drop as
    select {{ columns }}
    from {{ described_stores() }} as d;
    insert into _slices
    select distinct store_id
    from
        (
            (select {{ columns }} from _described except select {{ columns }} from {{ this }})
            union all
            (select {{ columns }} from {{ this }} except select {{ columns }} from _described)
        ) as differing;
{% endmacro %}

{# products: whole stores; a report of an account is also about the buckets of its seller, though they have no SKU yet. -#}
{% macro open_products() %}
    {{ open_stores() }}
    insert into _slices
    (
        select store_id
        from {{ ref("stores") }}
        where
            not is_configured
            and seller_id in (
                select split_part(scope_id, '@', 1)
                from _changed
                union
                select s.seller_id
                from _changed as c
                inner join ops.stores as s on c.scope_id = s.store_id
            )
    )
    except
    select store_id
    from _slices;
{% endmacro %}

{#
    What a tenant sells, over all of its stores: the ASIN, which Amazon gives a product in every marketplace; of a SKU
    without one, the SKU. Null where there is neither.
-#}
{% macro product_id(tenant, asin, sku="null") -%}
    {{ tenant }} || ':' || coalesce({{ asin }}, 'sku:' || nullif({{ sku }}, ''))
{%- endmacro %}
