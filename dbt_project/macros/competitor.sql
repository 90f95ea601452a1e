{# What the competitor marts are made of: the kinds of competitor_events, and the sides of competitor_comparison. -#}
{# From so many crawls in a row on that failed, it is told that a page is not read any more. -#}
{% macro crawls_that_fail() -%} 3 {%- endmacro %}

{#
    A row for each kind of event of the page `d`. b: the page as last read; o: as last read with a price on it. Texts and
    numbers are (before, after); numbers without texts are told as text too.
-#}
{% macro competitor_changes() %}
    {% set both = "num_nulls(b.bsr_rank, d.bsr_rank) = 0 and " %}
    {% set same = both ~ "b.bsr_category is not distinct from d.bsr_category and " %}
    {% set categories, ranks = ("b.bsr_category", "d.bsr_category"), ("b.bsr_rank", "d.bsr_rank") %}
    {% set stars, prices = ("b.stars", "d.stars"), ("o.price_amount", "d.price_amount") %}
    {% set deals, started = ("o.deal_amount", "d.deal_amount"), "o.deal_amount is null and d.deal_amount is not null" %}
    {% set changes = [
        ("first_seen", "b.date is null", ("null", "d.title"), none, none),
        ("out_of_stock", "b.in_stock and not d.in_stock", ("'in stock'", "'out of stock'"), none, none),
        ("back_in_stock", "not b.in_stock and d.in_stock", ("'out of stock'", "'in stock'"), none, none),
        ("title_changed", "b.title <> d.title", ("b.title", "d.title"), none, none),
        ("rating_changed", "b.stars <> d.stars", none, stars, "stars"),
        ("bsr_entered", "b.bsr_rank is null and d.bsr_rank is not null", categories, ranks, "rank"),
        ("bsr_left", "b.bsr_rank is not null and d.bsr_rank is null", categories, ranks, "rank"),
        (
            "bsr_category_changed",
            both ~ "b.bsr_category is distinct from d.bsr_category",
            categories,
            ranks,
            "rank",
        ),
        ("bsr_improved", same ~ "2 * d.bsr_rank <= b.bsr_rank", none, ranks, "rank"),
        ("bsr_worsened", same ~ "d.bsr_rank >= 2 * b.bsr_rank", none, ranks, "rank"),
        ("price_drop", "d.price_amount < o.price_amount", none, prices, "money"),
        ("price_rise", "d.price_amount > o.price_amount", none, prices, "money"),
        ("deal_started", started, none, deals, "money"),
        ("deal_ended", "o.deal_amount is not null and d.deal_amount is null", none, deals, "money"),
        ("list_price_changed", "o.deal_amount <> d.deal_amount", none, deals, "money"),
        ("buy_box_changed", "o.seller_name <> d.seller_name", ("o.seller_name", "d.seller_name"), none, none),
    ] %}
    {% for kind, when, texts, numbers, unit in changes %}
        {% set by_offer = "o." in when %}
        {% set before, after = numbers or ("null::numeric", "null::numeric") %}
        {% set told_before, told_after = texts or (
            "trim_scale(" ~ before ~ ")::text",
            "trim_scale(" ~ after ~ ")::text",
        ) %}
        select
            '{{ kind }}' as kind,
            {{ "o.date" if by_offer else "b.date" }} as compared_date,
            {{ told_before }} as value_before,
            {{ told_after }} as value_after,
            {{ before }}::numeric as number_before,
            {{ after }}::numeric as number_after,
            {{ "'" ~ unit ~ "'" if unit else "null" }} as unit
        where
            d.crawl_status = 'ok' and {{ when }}
            {%- if kind != "first_seen" %} and {{ "o.date" if by_offer else "b.date" }} is not null {%- endif %}
        union all
    {% endfor %}
    select 'crawl_failing', b.date, null, d.failure_reason, null, {{ crawls_that_fail() }}, 'days'
    where d.crawl_status = 'failed' and failed.crawls = {{ crawls_that_fail() }}
{% endmacro %}

{# A page is too old to be compared when it was last read more than so many days before the store's last page. -#}
{% macro competitor_stale_days() -%} {{ var("competitor_stale_days", 3) }} {%- endmacro %}

{# The last page of an ASIN that was read; its price only where it is not too old to be compared. Always a row. -#}
{% macro last_page_of(side) -%}
    select
        d.*,
        n.is_stale,
        case when not n.is_stale then d.price_amount end as fresh_price,
        case
            when d.list_price_amount > d.price_amount
            then {{ ratio("(d.list_price_amount - d.price_amount)", "d.list_price_amount") }}
        end as discount_ratio
    from (select) as one
    left join
        lateral(
            select
                date,
                title,
                brand,
                price_amount,
                list_price_amount,
                in_stock,
                seller_name,
                stars,
                reviews_count,
                bsr_rank,
                bsr_category
            from {{ ref("competitor_daily") }}
            where store_id = {{ side }}.store_id and asin = {{ side }}.asin and crawl_status = 'ok'
            order by date desc
            limit 1
        ) as d
        on true
    cross join
        lateral(select coalesce(d.date < {{ side }}.today - {{ competitor_stale_days() }}, true) as is_stale) as n
{%- endmacro %}

{# What the pages of the last 30 and 90 days say. -#}
{% macro pages_of_a_quarter(side) -%}
    select
        min(price_amount) filter (where date > {{ side }}.today - 30) as lowest_price_30d,
        min(price_amount) as lowest_price_90d,
        count(*) filter (where date > {{ side }}.today - 30)::integer as days_read_30d,
        count(*) filter (where date > {{ side }}.today - 30 and not in_stock)::integer as days_out_of_stock_30d
    from {{ ref("competitor_daily") }}
    where
        store_id = {{ side }}.store_id
        and asin = {{ side }}.asin
        and crawl_status = 'ok'
        and date > {{ side }}.today - 90
{%- endmacro %}

{# The number of ratings on the first page of the last 30 days, or of the day before them, that has one. -#}
{% macro first_reviews_of_a_month(side) -%}
    select date as reviews_since, reviews_count as reviews_then
    from {{ ref("competitor_daily") }}
    where
        store_id = {{ side }}.store_id
        and asin = {{ side }}.asin
        and crawl_status = 'ok'
        and reviews_count is not null
        and date >= {{ side }}.today - 30
    order by date
    limit 1
{%- endmacro %}

{# What the store itself asks: the lowest price of an ASIN's listings in the last report of them. -#}
{% macro last_listings() -%}
    select store_id, asin, min(price_amount) as listed_price, max(date) as listed_date
    from {{ ref("stg_amazon_sp__merchant_listings") }}
    where {{ in_newest_loads("amazon_sp.merchant_listings") }}
    group by store_id, asin
{%- endmacro %}

{# Places found by the last search of each keyword of a store, on the last day on which one of them was read. -#}
{% macro last_searches_of(pairs) -%}
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
                rank() over (
                    partition by k.store_id, i.keyword order by i.date desc, i.instant desc, i.load_id desc
                ) as age
            from (select distinct store_id, marketplace_id, unnest(keywords) as keyword from {{ pairs }}) as k
            inner join
                {{ ref("stg_apify__keyword_search") }} as i
                on k.marketplace_id = i.marketplace_id
                and k.keyword = i.keyword
            where not i.is_failed and {{ in_last_searches() }}
        ) as found
    where date = search_date and age = 1
{%- endmacro %}

{# Where the two products of each pair stand in these searches: best places, counted over the keywords they share. -#}
{% macro places_in(searches, pairs) -%}
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
    from {{ pairs }} as p
    cross join
        lateral(
            select
                search_date,
                min(position) filter (where asin = p.own_asin and not is_sponsored) as own,
                min(position) filter (where asin = p.competitor_asin and not is_sponsored) as competitor,
                count(*) filter (where asin = p.own_asin and is_sponsored) as own_paid,
                count(*) filter (where asin = p.competitor_asin and is_sponsored) as competitor_paid
            from {{ searches }}
            where store_id = p.store_id
            group by search_date, keyword
        ) as k
    group by p.store_id, p.own_asin, p.competitor_asin, k.search_date
{%- endmacro %}
