-- Where the two products of each pair stand in the last searches: best places, counted over the keywords they share.
select
    p.store_id,
    p.own_asin,
    p.competitor_asin,
    k.search_date,
    count(*)::integer as searched,
    count(k.own)::integer as own,
    count(k.competitor)::integer as competitor,
    count(k.own + k.competitor)::integer as shared,
    count(*) filter (where k.competitor < k.own)::integer as ahead,
    min(k.own) filter (where k.competitor is not null) as own_position,
    min(k.competitor) filter (where k.own is not null) as competitor_position,
    sum(k.own_paid)::integer as own_paid,
    sum(k.competitor_paid)::integer as competitor_paid
from {{ ref("int_comparison_pairs") }} as p
cross join
    lateral(
        select
            search_date,
            min(position) filter (where asin = p.own_asin and not is_sponsored) as own,
            min(position) filter (where asin = p.competitor_asin and not is_sponsored) as competitor,
            count(*) filter (where asin = p.own_asin and is_sponsored) as own_paid,
            count(*) filter (where asin = p.competitor_asin and is_sponsored) as competitor_paid
        from {{ ref("int_comparison_searches") }}
        where store_id = p.store_id
        group by search_date, keyword
    ) as k
group by p.store_id, p.own_asin, p.competitor_asin, k.search_date
