{# Openings of the competitor marts, whose slices are not simply the days of what changed (see slices.sql). -#}
{#
    competitor_events: the days that have changed, and after them each ASIN's days up to the first on which its page was
    read with a price on it, and the first on which each keyword's results were read. What comes later is compared with
    that day or a later one, and stays.
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
        and f.date <= coalesce(u.until_day, 'infinity')
    union
    select r.store_id, r.date
    from _windows as w
    inner join
    {{ ref("keyword_rank_daily") }} as r on w.store_id = r.store_id and r.date between w.from_day and w.to_day
    union
    select w.store_id, n.date
    from _windows as w
    inner join {{ ref("int_tracked_keywords") }} as k on w.store_id = k.store_id
    inner join
        lateral(
            select min(r.date) as date
            from {{ ref("keyword_rank_daily") }} as r
            where r.store_id = w.store_id and r.keyword = k.keyword and r.date > w.to_day
        ) as n
        on n.date is not null;
    analyze _slices
    ;
{% endmacro %}

{#
    competitor_price_history: `_pairs` (store_id, asin, from_day, anchor). Days before from_day have not changed, so that
    all versions before the last of them stand; that one, the anchor, is continued.
-#}
{% macro open_price_history() %}
    {{ open_scopes() }}
    create temporary table _pairs on commit drop as
    with
        stores as (
            select s.store_id, min(coalesce(c.window_start, '-infinity')) as from_day
            from _changed as c
            inner join _scopes as s on c.scope_id = s.scope_id
            group by s.store_id
        ),
        pairs as (
            -- each that has versions, by its last one: its pages of the changed days may be gone
            select s.store_id, t.asin, s.from_day
            from stores as s
            inner join {{ this }} as t on s.store_id = t.store_id and t.valid_to is null
            union
            select s.store_id, d.asin, s.from_day
            from stores as s
            inner join {{ ref("competitor_daily") }} as d on s.store_id = d.store_id and s.from_day <= d.date
        )
    select p.store_id, p.asin, p.from_day, a.anchor
    from pairs as p
    left join
        lateral(
            select t.valid_from as anchor
            from {{ this }} as t
            where t.store_id = p.store_id and t.asin = p.asin and t.valid_from < p.from_day
            order by t.valid_from desc
            limit 1
        ) as a
        on true;
    analyze _pairs
    ;
    insert into _slices
    select t.store_id, t.asin, t.valid_from
    from {{ this }} as t
    inner join _pairs as p on t.store_id = p.store_id and t.asin = p.asin
    where t.valid_from >= coalesce(p.anchor, '-infinity');
    analyze _slices
    ;
{% endmacro %}
