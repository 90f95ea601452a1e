{#
    Openings of the models that are made of the platform's own tables (see slices.sql): stores, rates, lists of what is
    crawled. These tables tell no changes; what they have now is compared with what the model has.
-#}
{# What a model made of the platform's own tables has otherwise than these have now: `known` is the model's own query. -#}
{% macro differing(known) -%}
    (
        (
            select *
            from {{ known }} as k
            except
            select *
            from {{ this }}
        )
        union all
        (
            select *
            from {{ this }}
            except
            select *
            from {{ known }} as k
        )
    )
{%- endmacro %}

{# The stores as they are configured now. -#}
{% macro configured_stores() -%}
    (
        select
            s.store_id,
            s.tenant_id,
            s.account_id,
            s.marketplace_id,
            s.sales_channel,
            s.currency,
            s.time_zone,
            s.cost_method,
            t.reporting_currency
        from ops.stores as s
        inner join ops.tenants as t on s.tenant_id = t.tenant_id
    )
{%- endmacro %}

{# int_stores: the stores that are not as the marts were built with; all of their account is reported as changed. -#}
{% macro open_differing_stores() %}
    create temporary table _differing on commit drop as
    select *
    from {{ differing(configured_stores()) }} as d;
    insert into _slices
    select distinct store_id
    from _differing;
    insert into _reported
    select distinct account_id, null::date
    from _differing;
{% endmacro %}

{# What each store has crawled: its own ASINs, their competitors and what its categories have found, each once. -#}
{% macro tracked_asins() -%}
    (
        select store_id, asin, bool_or(is_own) as is_own
        from
            (
                select store_id, competitor_asin as asin, competitor_asin = own_asin as is_own
                from ops.tracked_asins
                union all
                select store_id, asin, is_own
                from ops.category_asins
            ) as tracked
        group by store_id, asin
    )
{%- endmacro %}

{# What is compared for each store, as `ops` has it: pairs of ASINs, and the keywords on whose results they are looked for. -#}
{% macro known_competitor_pairs() -%}
    (
        select
            t.store_id,
            t.own_asin,
            t.competitor_asin,
            array(
                select k.keyword from ops.tracked_keywords as k where k.store_id = t.store_id order by k.keyword
            ) as keywords
        from ops.tracked_asins as t
        where t.own_asin <> t.competitor_asin
    )
{%- endmacro %}

{# The keywords whose search results each store watches, as `ops` has them. -#}
{% macro tracked_keywords() -%}(select store_id, keyword from ops.tracked_keywords) {%- endmacro %}

{# int_tracked_asins, int_tracked_keywords, int_competitor_pairs: the stores whose list is another. -#}
{% macro open_differing_tracked_asins() %} {{ open_differing_lists(tracked_asins()) }} {% endmacro %}

{% macro open_differing_tracked_keywords() %} {{ open_differing_lists(tracked_keywords()) }} {% endmacro %}

{% macro open_differing_competitor_pairs() %} {{ open_differing_lists(known_competitor_pairs()) }} {% endmacro %}

{% macro open_differing_lists(known) %}
    insert into _slices
    select distinct store_id
    from {{ differing(known) }} as d;
    insert into _reported
    select store_id, null::date
    from _slices;
{% endmacro %}

{# int_fx_rates: the rates that differ; each is reported for the week in which it may be the last one, as `USD/JPY`. -#}
{% macro open_differing_rates() %}
    {% set in_window %}
        exists (
            select 1
            from _changed as c
            where r.date between coalesce(c.window_start, '-infinity') and coalesce(c.window_end, 'infinity')
        )
    {% endset %}
    {% set known %} select * from {{ known_rates() }} as r where {{ in_window }} {% endset %}
    {% set built %} select * from {{ this }} as r where {{ in_window }} {% endset %}
    insert into _slices
    select distinct base_currency, quote_currency, date
    from ((({{ known }}) except ({{ built }})) union all (({{ built }}) except ({{ known }}))) as d;
    insert into _reported
    select s.base_currency || '/' || s.quote_currency, s.date + n
    from _slices as s
    cross join generate_series(0, 7) as n;
{% endmacro %}
