{{
    config(
        meta={"opens": "open_competitor_events"},
        indexes=[
            {"columns": ["store_id", "asin", "date", "kind", "keyword"], "unique": true},
            {"columns": ["store_id", "date", "kind"]},
        ],
    )
}}
{#- A row for each kind of event of the page `d`. b: the page as last read; o: as last read with a price on it. Texts
    and numbers are (before, after); numbers without texts are told as text too. -#}
{%- set both = "num_nulls(b.bsr_rank, d.bsr_rank) = 0 and " %}
{%- set same = both ~ "b.bsr_category is not distinct from d.bsr_category and " %}
{%- set categories, ranks = ("b.bsr_category", "d.bsr_category"), ("b.bsr_rank", "d.bsr_rank") %}
{%- set stars, prices = ("b.stars", "d.stars"), ("o.price_amount", "d.price_amount") %}
{%- set sellers, offers = ("o.seller_name", "d.seller_name"), ("o.offers_count", "d.offers_count") %}
{%- set intruder = "d.is_own and (not d.is_own_seller and d.seller_id is distinct from o.seller_id" %}
{%- set deals, started = ("o.deal_amount", "d.deal_amount"), "o.deal_amount is null and d.deal_amount is not null" %}
{%- set changes = [
    ("first_seen", "b.date is null", ("null", "d.title"), none, none),
    ("out_of_stock", "b.in_stock and not d.in_stock", ("'in stock'", "'out of stock'"), none, none),
    ("back_in_stock", "not b.in_stock and d.in_stock", ("'out of stock'", "'in stock'"), none, none),
    ("title_changed", "b.title <> d.title", ("b.title", "d.title"), none, none),
    ("image_changed", "b.image <> d.image", ("b.image", "d.image"), none, none),
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
    ("coupon_started", "o.coupon is null and d.coupon is not null", ("null", "d.coupon"), none, none),
    ("coupon_ended", "o.coupon is not null and d.coupon is null", ("o.coupon", "null"), none, none),
    ("buy_box_changed", "o.seller_name <> d.seller_name", sellers, none, none),
    ("new_seller", intruder ~ " or d.offers_count > o.offers_count)", sellers, offers, "offers"),
] %}
{%- set of_event = "store_id, tenant_id, asin, date, kind, keyword, is_own, title, compared_date, value_before" %}
{%- set told = "value_after, number_before, number_after, change, change_ratio, unit, currency" %}
{#- from so many crawls in a row on that failed, it is told that a page is not read any more -#}
{%- set crawls_that_fail = 3 %}
-- What happened to a page since it was last read (b). What only an offer shows (price, coupon, seller) is compared
-- with the last crawl that saw a price (o), so that a change behind a stock-out is told when the product is
-- back. A crawl that failed is no event of the page; that it is the third in a row is told as such.
with
    pages as not materialized(
        select *, case when list_price_amount > price_amount then list_price_amount end as deal_amount
        from {{ ref("competitor_daily") }}
    )
select
    d.store_id,
    d.tenant_id,
    d.asin,
    d.date,
    e.kind,
    '' as keyword,
    d.is_own,
    d.title,
    e.compared_date,
    e.value_before,
    e.value_after,
    e.number_before,
    e.number_after,
    case when e.kind <> 'bsr_category_changed' then e.number_after - e.number_before end as change,
    case
        when e.kind <> 'bsr_category_changed' then {{ ratio("(e.number_after - e.number_before)", "e.number_before") }}
    end as change_ratio,
    e.unit,
    case when e.unit = 'money' then d.currency end as currency
from {{ sliced("pages") }} as d
left join
    lateral(
        select p.*
        from pages as p
        where p.store_id = d.store_id and p.asin = d.asin and p.crawl_status = 'ok' and p.date < d.date
        order by p.date desc
        limit 1
    ) as b
    on true
left join
    lateral(
        select p.*
        from pages as p
        where
            p.store_id = d.store_id
            and p.asin = d.asin
            and p.crawl_status = 'ok'
            and p.price_amount is not null
            and p.date < d.date
        order by p.date desc
        limit 1
    ) as o
    on d.price_amount is not null
left join
    lateral(
        select count(*) as crawls
        from
            (
                select p.date
                from pages as p
                where
                    p.store_id = d.store_id
                    and p.asin = d.asin
                    and p.crawl_status = 'failed'
                    and p.date > coalesce(b.date, '-infinity')
                    and p.date <= d.date
                limit {{ crawls_that_fail }} + 1
            ) as f
    ) as failed
    on d.crawl_status = 'failed'
cross join
    lateral(
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
        select 'crawl_failing', b.date, null, d.failure_reason, null, {{ crawls_that_fail }}, 'days'
        where d.crawl_status = 'failed' and failed.crawls = {{ crawls_that_fail }}
    ) as e
union all
select {{ of_event }}, {{ told }}
from {{ ref("int_rank_events") }}
