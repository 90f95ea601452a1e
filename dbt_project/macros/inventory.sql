{# What the marts of stock and their parts (models/parts) share, and what inventory_ledger_balance opens. -#}
{#
    inventory_ledger_balance: a day changes with its ledger and with that of the day before. `_told_days` are the days of
    accounts to tell anew; `_account_days`, which are read, have the days before them too.
-#}
{% macro open_ledger_days() %}
    {{ open_days() }}
    create temporary table _told_days on commit drop as
    select distinct scope_id as account_id, date + n as date
    from _scope_days
    cross join generate_series(0, 1) as n;
    create temporary table _account_days on commit drop as
    select distinct account_id, date - n as date
    from _told_days
    cross join generate_series(0, 1) as n;
    insert into _scope_days
    select account_id, date
    from _account_days
    except
    select scope_id, date
    from _scope_days;
    insert into _slices
    select store_id, date + 1
    from _slices
    except
    select store_id, date
    from _slices;
    analyze _told_days
    ;
    analyze _account_days
    ;
    analyze _scope_days
    ;
    analyze _slices
    ;
{% endmacro %}

{#
    int_velocity_snapshots: whether a load `c` may have rows of store `h` of account `a`, and whether it was asked for
    it or for the account.
-#}
{% macro may_tell_of(h, a) -%}
    (
        {{ is_own(h, a) }}
        or c.scope_id in (select o.store_id from ops.stores as o where o.account_id = {{ a }}.account_id)
    )
{%- endmacro %}

{% macro is_own(h, a) -%}(c.scope_id in ({{ h }}.store_id, {{ a }}.account_id)) {%- endmacro %}

{#
    Parts of inventory_health: the newest snapshot that stores had asked for, one row per store and SKU, unless it is
    more than a week older than the store's stock. columns: of the staging model `r`.
-#}
{% macro newest_snapshot(table, columns) -%}
    (
        select distinct on (r.store_id, r.sku) r.store_id, r.sku, r.date, {{ columns | join(", ") }}
        from {{ ref("stg_amazon_sp__" ~ table) }} as r
        inner join
            (select store_id, max(as_of_date) as as_of_date from {{ ref("int_health_stock") }} group by store_id) as p
            on r.store_id = p.store_id
            and r.date >= p.as_of_date - 7
        where r.{{ in_newest_loads("amazon_sp." ~ table) }}
        order by r.store_id, r.sku, r.instant desc, r.load_id desc
    )
{%- endmacro %}

{#
    inventory_health: how many standard deviations a service level asks for (normal distribution, one-sided): a table, 3
    places.
-#}
{% macro z_of_service_level() -%}
    {%- set known = {
        "0.8": 0.842,
        "0.85": 1.036,
        "0.9": 1.282,
        "0.95": 1.645,
        "0.975": 1.960,
        "0.98": 2.054,
        "0.99": 2.326,
        "0.995": 2.576,
        "0.999": 3.090,
    } -%}
    {%- set level = var("inventory_service_level") | string -%}
    {%- if level not in known -%}
        {{
            exceptions.raise_compiler_error(
                "inventory_service_level is " ~ level ~ ". Choose one of " ~ known.keys() | join(", ") ~ "."
            )
        }}
    {%- endif -%}
    {{- known[level] -}}
{%- endmacro %}

{# What inventory_health shows of the planning report. -#}
{% macro planned_columns(alias) -%}
    {%- for name in [
        "age_0_90_quantity",
        "age_91_180_quantity",
        "age_181_270_quantity",
        "age_271_365_quantity",
        "age_over_365_quantity",
        "aged_surcharge_amount",
        "aged_surcharge_currency",
        "aged_surcharge_source",
    ] %}
        {{ alias }}.{{ name }} {{- "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}
