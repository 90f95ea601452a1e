{# What the marts of stock share. -#}
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
    The day of each store's last snapshot of listed SKUs (`as_of_date`), and which snapshot of all SKUs stands beside it:
    the newest one, unless it is more than a week older. A store's snapshots are its own and those of its account; where
    there are none, those of the account's other stores, which may tell of it too.
-#}
{% macro last_stock_snapshots() -%}
    (
        select h.store_id, l.as_of_date, e.load_id as all_load_id, e.instant as all_instant
        from {{ sliced(held_stores(ref("inventory_daily"))) }} as h
        cross join
            lateral(
                select s.account_id
                from ops.stores as s
                where
                    s.store_id = h.store_id
                    or (h.store_id like 'unmapped:%' and s.seller_id = split_part(h.store_id, ':', 2))
                order by s.store_id
                limit 1
            ) as a
        cross join
            lateral(
                select c.day as as_of_date
                from {{ current_loads("amazon_sp.fba_myi_unsuppressed_inventory") }} as c
                where {{ may_tell_of("h", "a") }}
                order by {{ is_own("h", "a") }} desc, c.day desc
                limit 1
            ) as l
        left join
            lateral(
                select c.load_id, c.instant
                from {{ current_loads("amazon_sp.fba_myi_all_inventory") }} as c
                where {{ may_tell_of("h", "a") }} and c.day >= l.as_of_date - 7
                order by {{ is_own("h", "a") }} desc, c.instant desc
                limit 1
            ) as e
            on true
        where l.as_of_date is not null
    )
{%- endmacro %}

{# Whether a load `c` may have rows of store `h` of account `a`, and whether it was asked for it or for the account. -#}
{% macro may_tell_of(h, a) -%}
    (
        {{ is_own(h, a) }}
        or c.scope_id in (select o.store_id from ops.stores as o where o.account_id = {{ a }}.account_id)
    )
{%- endmacro %}

{% macro is_own(h, a) -%}(c.scope_id in ({{ h }}.store_id, {{ a }}.account_id)) {%- endmacro %}

{#
    The velocity of windows `w` as a fraction: of those in which the SKU was in stock, weighted .5 (7 days), .3 (30) and
    .2 (90). `over` is null where it never was.
-#}
{% macro weighted_velocity(w) -%}
    {%- set weights = {7: 5, 30: 3, 90: 2} -%}
    (
        select
            {% for n, weight in weights.items() %}
                {{ "+ " if not loop.first }} f.weight_{{ n }} * f.sold_{{ n }}
                {%- for other in weights if other != n %} * f.over_{{ other }} {%- endfor %}
            {% endfor %} as sold,
            nullif((f.weight_7 + f.weight_30 + f.weight_90) * f.over_7 * f.over_30 * f.over_90, 0) as over
        from
            (
                select
                    {%- for n, weight in weights.items() %}
                        coalesce({{ w }}.sold_{{ n }}d, 0) as sold_{{ n }},
                        greatest(coalesce({{ w }}.days_in_stock_{{ n }}d, 0), 1)::numeric as over_{{ n }},
                        case when {{ w }}.days_in_stock_{{ n }}d > 0 then {{ weight }} else 0 end as weight_{{ n }}
                        {{- "," if not loop.last }}
                    {%- endfor %}
            ) as f
    )
{%- endmacro %}

{#
    The newest snapshot that stores had asked for, one row per store and SKU, unless it is more than a week older than the
    store's stock: `positions` is a CTE of the model with store_id and as_of_date. columns: of the staging model `r`.
-#}
{% macro newest_snapshot(table, columns) -%}
    (
        select distinct on (r.store_id, r.sku) r.store_id, r.sku, r.date, {{ columns | join(", ") }}
        from {{ ref("stg_amazon_sp__" ~ table) }} as r
        inner join
            (select store_id, max(as_of_date) as as_of_date from positions group by store_id) as p
            on r.store_id = p.store_id
            and r.date >= p.as_of_date - 7
        where r.{{ in_newest_loads("amazon_sp." ~ table) }}
        order by r.store_id, r.sku, r.instant desc, r.load_id desc
    )
{%- endmacro %}

{# The newest cost of each SKU that is known on the day of `positions`; of lead times those that can be one. -#}
{% macro newest_costs() -%}
    (
        select distinct
            on (c.store_id, c.sku)
            c.store_id,
            c.sku,
            c.unit_cost_amount,
            c.currency,
            case when c.lead_time_days between 0 and 3650 then c.lead_time_days end as lead_time_days
        from {{ ref("stg_manual__product_costs") }} as c
        inner join positions as p on c.store_id = p.store_id and c.sku = p.sku and c.valid_from <= p.as_of_date
        order by c.store_id, c.sku, c.valid_from desc
    )
{%- endmacro %}

{# How many standard deviations a service level asks for (normal distribution, one-sided): a table, 3 places. -#}
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

{#
    inventory_health: the newest planning report. The surcharge that units older than 180 days will cost next is the sum of
    the report's own estimates, by ages that do not overlap; reports without such columns are estimated by the rates of
    the seed that hold on their day, in the same currency and unit of volume.
-#}
{% macro planned_stock() -%}
    {%- set ages = ["181_210", "211_240", "241_270", "271_300", "301_330", "331_365"] -%}
    {%- set estimates = [] -%}
    {%- for age in ages + ["366_455", "456_plus", "365_plus"] -%}
        {%- do estimates.append("r.surcharge_" ~ age ~ "_amount") -%}
    {%- endfor -%}
    {%- set columns = [
        "r.age_0_90_quantity",
        "r.age_91_180_quantity",
        "r.age_181_270_quantity",
        "r.age_271_365_quantity",
        "r.age_over_365_quantity",
        "r.currency",
        "r.volume_unit",
        "r.item_volume",
    ] -%}
    (
        select
            r.*,
            r.currency as aged_surcharge_currency,
            case
                when r.aged_quantity = 0
                then 0
                when r.is_estimated
                then
                    {% for age in ages %}
                        coalesce(r.surcharge_{{ age }}_amount, 0) + {% endfor %} coalesce(
                        r.surcharge_366_455_amount + r.surcharge_456_plus_amount,
                        r.surcharge_366_455_amount,
                        r.surcharge_456_plus_amount,
                        r.surcharge_365_plus_amount,
                        0
                    )
                else
                    round(
                        r.item_volume * (
                            r.age_181_270_quantity * s.rate_181_270
                            + r.age_271_365_quantity * s.rate_271_365
                            + r.age_over_365_quantity * s.rate_over_365
                        ),
                        4
                    )
            end as aged_surcharge_amount,
            case
                when r.aged_quantity = 0 or r.is_estimated then 'report' when s.currency is not null then 'rates'
            end as aged_surcharge_source
        from
            (
                select
                    r.*,
                    r.age_181_270_quantity + r.age_271_365_quantity + r.age_over_365_quantity as aged_quantity,
                    bool_or(num_nonnulls({{ estimates | join(", ") }}) > 0) over (
                        partition by r.store_id
                    ) as is_estimated
                from {{ newest_snapshot("inventory_planning", columns + estimates) }} as r
            ) as r
        left join
            lateral(
                select *
                from {{ ref("aged_surcharge_rates") }} as s
                where s.currency = r.currency and s.volume_unit = lower(r.volume_unit) and s.valid_from <= r.date
                order by s.valid_from desc
                limit 1
            ) as s
            on true
    )
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
