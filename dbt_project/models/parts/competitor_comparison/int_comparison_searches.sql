-- Places found by the last search of each keyword of a store, on the last day on which one of them was read. Only loads
-- of the last week of searches are looked into, each marketplace's own: as an array, so that the raw table's index is
-- used.
select *
from
    (
        select
            k.store_id,
            i.date,
            i.keyword,
            i.asin,
            i.position,
            coalesce(i.is_sponsored, false) as is_sponsored,
            max(i.date) over (partition by k.store_id) as search_date,
            rank() over (partition by k.store_id, i.keyword order by i.date desc, i.instant desc, i.load_id desc) as nth
        from
            (
                select distinct store_id, marketplace_id, unnest(keywords) as keyword
                from {{ ref("int_comparison_pairs") }}
            ) as k
        inner join
            {{ ref("stg_apify__keyword_search") }} as i on k.marketplace_id = i.marketplace_id and k.keyword = i.keyword
        where
            not i.is_failed
            and i.load_id = any(
                array(
                    select l.load_id
                    from {{ current_loads("apify.keyword_search") }} as l
                    inner join
                        (
                            select n.scope_id, max(n.day) as last_day
                            from {{ current_loads("apify.keyword_search") }} as n
                            group by n.scope_id
                        ) as m
                        on l.scope_id = m.scope_id
                        and l.day >= m.last_day - 6
                )
            )
    ) as found
where date = search_date and nth = 1
