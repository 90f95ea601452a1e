{{
    config(
        meta={"slice": ["store_id"], "reports": "none"},
        indexes=[{"columns": ["store_id", "n", "ngram"], "unique": true}],
    )
}}
-- Neighbouring words of search terms, one to three; an ASIN is no word. A term counts once for each that it has.
with
    terms as (
        select t.*, {{ words_of("t.search_term") }} as words
        from ({{ search_terms_of_last_days() }}) as t
        where t.search_term !~* '^b0[0-9a-z]{8}$'
    ),
    grams as (
        select distinct t.store_id, t.search_term, n.n, array_to_string(t.words[i.i:i.i + n.n - 1], ' ') as ngram
        from terms as t
        cross join generate_series(1, 3) as n(n)
        cross join lateral generate_series(1, cardinality(t.words) - n.n + 1) as i(i)
    ),
    counted as (
        select
            g.store_id,
            max(t.tenant_id) as tenant_id,
            g.n,
            g.ngram,
            max(t.window_start) as window_start,
            max(t.window_end) as window_end,
            count(*)::integer as terms,
            max(t.currency) as currency,
            sum(t.impressions)::integer as impressions,
            sum(t.clicks)::integer as clicks,
            sum(t.cost) as cost,
            sum(t.purchases_14d)::integer as purchases_14d,
            sum(t.sales_14d) as sales_14d
        from grams as g
        inner join terms as t on g.store_id = t.store_id and g.search_term = t.search_term
        group by g.store_id, g.n, g.ngram
    )
select
    c.*,
    {{ ratio("c.cost", "c.clicks") }} as cpc,
    {{ ratio("c.purchases_14d", "c.clicks") }} as cvr_14d,
    {{ ratio("c.cost", "c.sales_14d") }} as acos_14d
from counted as c
