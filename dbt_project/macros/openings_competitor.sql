{# Openings of the competitor marts, whose slices are not simply the days of what changed (see slices.sql), and what the
   comparison reads of searches. -#}
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

{#
    competitor_events: the days that have changed, and after them each ASIN's days up to the first on which its page was
    read with a price on it. What comes later is compared with that day or a later one, and stays.
-#}
{% macro open_competitor_events() %}
    {{ open_scopes() }}
    create temporary table _windows on commit drop as
    select distinct
        s.store_id,
        coalesce(c.window_start, '-infinity') as from_day,
        coalesce(c.window_end, 'infinity') as to_day
    from _changed as c
    inner join _scopes as s on c.scope_id = s.scope_id;
    analyze _windows
    ;
    insert into _slices
    select t.store_id, t.date
    from _windows as w
    inner join {{ this }} as t on w.store_id = t.store_id and t.date between w.from_day and w.to_day
    union
    select d.store_id, d.date
    from _windows as w
    inner join
    {{ ref("competitor_daily") }} as d on w.store_id = d.store_id and d.date between w.from_day and w.to_day
    union
    select f.store_id, f.date
    from _windows as w
    cross join
        lateral(
            select distinct d.asin
            from {{ ref("competitor_daily") }} as d
            where d.store_id = w.store_id and d.date > w.to_day
        ) as a
    left join
        lateral(
            select n.date as until_day
            from {{ ref("competitor_daily") }} as n
            where
                n.store_id = w.store_id
                and n.asin = a.asin
                and n.crawl_status = 'ok'
                and n.price_amount is not null
                and n.date > w.to_day
            order by n.date
            limit 1
        ) as u
        on true
    inner join
    {{ ref("competitor_daily") }} as f
        on w.store_id = f.store_id
        and a.asin = f.asin
        and f.date > w.to_day
        and f.date <= coalesce(u.until_day, 'infinity');
    analyze _slices
    ;
{% endmacro %}

{# The loads of the last week of searches, each marketplace's own: as an array, so that the raw table's index is used. -#}
{% macro in_last_searches() -%}
    load_id = any(
        array(
            select l.load_id
            from {{ current_loads("apify.keyword_search") }} as l
            inner join
                (
                    select scope_id, max(day) as day from {{ current_loads("apify.keyword_search") }} group by scope_id
                ) as m
                on l.scope_id = m.scope_id
                and l.day >= m.day - 6
        )
    )
{%- endmacro %}
