-- The rank of an own page in percent of its median of the days before, in the same category; 200: twice as far behind.
select
    p.asin as subject, p.asin as product, p.title as name, p.date, round(100 * p.bsr_rank / b.rank::numeric, 6) as value,
    jsonb_build_object('rank', p.bsr_rank, 'rank_before', b.rank) as facts, null as currency
from marts.competitor_daily as p
inner join lateral (
    select percentile_disc(0.5) within group (order by e.bsr_rank) as rank
    from marts.competitor_daily as e
    where e.store_id = p.store_id and e.asin = p.asin and e.bsr_category = p.bsr_category and e.bsr_rank > 0
        and e.date between p.date - %(window_days)s::int and p.date - 1
) as b on b.rank is not null
where p.store_id = %(store_id)s and p.is_own and p.bsr_rank > 0 and p.date between %(first)s and %(last)s
