-- Where the store's own products stood in a week, by keyword: of each day that was read their best places.
with
    days as (
        select
            store_id,
            week,
            keyword,
            date,
            min(organic_position) filter (where is_own) as organic_position,
            min(sponsored_position) filter (where is_own) as sponsored_position,
            coalesce(bool_or(is_own and organic_position is not null and page = 1), false) as is_on_first_page,
            coalesce(sum(first_page_places) filter (where is_own), 0) as first_page_places,
            max(first_page_size) as first_page_size
        from {{ of_weeks(ref("keyword_rank_daily")) }} as r
        group by store_id, week, keyword, date
    )
select
    store_id,
    week as date,
    lower(keyword) as keyword,
    count(distinct date)::integer as days_searched,
    count(distinct date) filter (where is_on_first_page)::integer as days_on_first_page,
    min(organic_position) as best_organic_position,
    round(avg(organic_position), 2) as mean_organic_position,
    min(sponsored_position) as best_sponsored_position,
    {{ ratio("sum(first_page_places)", "sum(first_page_size)") }} as first_page_share
from days
group by store_id, week, lower(keyword)
