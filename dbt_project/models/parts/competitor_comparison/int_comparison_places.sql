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
            s.search_date,
            min(s.position) filter (where s.asin = p.own_asin and not s.is_sponsored) as own,
            min(s.position) filter (where s.asin = p.competitor_asin and not s.is_sponsored) as competitor,
            count(*) filter (where s.asin = p.own_asin and s.is_sponsored) as own_paid,
            count(*) filter (where s.asin = p.competitor_asin and s.is_sponsored) as competitor_paid
        from {{ ref("int_comparison_searches") }} as s
        where s.store_id = p.store_id
        group by s.search_date, s.keyword
    ) as k
group by p.store_id, p.own_asin, p.competitor_asin, k.search_date
