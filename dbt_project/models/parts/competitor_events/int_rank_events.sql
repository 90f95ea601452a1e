-- Tracked products that came onto the first page of a keyword's results, or left it, since these were last read. A
-- place
-- that is paid for is none.
with
    searches as (
        select d.store_id, d.tenant_id, d.keyword, d.date, p.compared_date
        from (select distinct store_id, tenant_id, keyword, date from {{ sliced(ref("keyword_rank_daily")) }} as r) as d
        cross join
            lateral(
                select max(r.date) as compared_date
                from {{ ref("keyword_rank_daily") }} as r
                where r.store_id = d.store_id and r.keyword = d.keyword and r.date < d.date
            ) as p
        where p.compared_date is not null
    ),
    places as (
        select
            s.*,
            r.asin,
            r.is_own,
            r.title,
            r.date = s.date as is_now,
            r.organic_position,
            r.organic_position is not null and coalesce(r.page = 1, false) as is_on_first_page
        from searches as s
        -- each of the two days by itself: asked for one or the other, all days of the keyword would be read
        cross join lateral(values (s.date), (s.compared_date)) as n(day)
        inner join
            {{ ref("keyword_rank_daily") }} as r on s.store_id = r.store_id and s.keyword = r.keyword and n.day = r.date
        where r.is_tracked
    ),
    moves as (
        select
            store_id,
            tenant_id,
            asin,
            date,
            keyword,
            compared_date,
            bool_or(is_own) as is_own,
            coalesce(max(title) filter (where is_now), max(title)) as title,
            max(organic_position) filter (where not is_now)::numeric as number_before,
            max(organic_position) filter (where is_now)::numeric as number_after,
            coalesce(bool_or(is_on_first_page) filter (where not is_now), false) as was_on,
            coalesce(bool_or(is_on_first_page) filter (where is_now), false) as is_on
        from places
        group by store_id, tenant_id, asin, date, keyword, compared_date
    )
select
    store_id,
    tenant_id,
    asin,
    date,
    case when is_on then 'first_page_entered' else 'first_page_left' end as kind,
    keyword,
    is_own,
    title,
    compared_date,
    number_before::text as value_before,
    number_after::text as value_after,
    number_before,
    number_after,
    number_after - number_before as change,
    {{ ratio("(number_after - number_before)", "number_before") }} as change_ratio,
    'rank' as unit,
    null as currency
from moves
where is_on <> was_on
