-- Where the two products of each pair stand in the last searches: best places, counted over the keywords they share.
-- Searches are read once and not for each pair, of which a store may have thousands.
with
    searches as materialized(select * from {{ ref("int_comparison_searches") }}),
    keywords as (select distinct store_id, search_date, keyword from searches),
    places as (
        select
            store_id,
            keyword,
            asin,
            min(position) filter (where not is_sponsored) as place,
            count(*) filter (where is_sponsored) as paid
        from searches
        group by store_id, keyword, asin
    )
select
    p.store_id,
    p.own_asin,
    p.competitor_asin,
    k.search_date,
    count(*)::integer as searched,
    count(o.place)::integer as own,
    count(c.place)::integer as competitor,
    count(o.place + c.place)::integer as shared,
    count(*) filter (where c.place < o.place)::integer as ahead,
    min(o.place) filter (where c.place is not null) as own_position,
    min(c.place) filter (where o.place is not null) as competitor_position,
    coalesce(sum(o.paid), 0)::integer as own_paid,
    coalesce(sum(c.paid), 0)::integer as competitor_paid
from {{ ref("int_comparison_pairs") }} as p
inner join keywords as k on p.store_id = k.store_id
left join places as o on k.store_id = o.store_id and k.keyword = o.keyword and p.own_asin = o.asin
left join places as c on k.store_id = c.store_id and k.keyword = c.keyword and p.competitor_asin = c.asin
group by p.store_id, p.own_asin, p.competitor_asin, k.search_date
