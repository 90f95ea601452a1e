-- One row per marketplace, instant, keyword and place in its search results. A search that could not be read is a row
-- with `is_failed`.
with
    items as (
        {{
            crawled_items(
                "apify.keyword_search",
                [
                    "query",
                    "asin",
                    "url",
                    "error",
                    "error_description",
                    "page",
                    "position",
                    "is_sponsored",
                    "title",
                    "brand",
                    "price",
                    "list_price",
                    "currency",
                    "stars",
                    "reviews_count",
                ],
            )
        }}
    )
select
    i.load_id,
    i.row_seq,
    i.marketplace_id,
    i.date,
    i.instant,
    i.actor,
    {{ keyword_of("q.query") }} as keyword,
    {{ as_integer(crawled("page")) }} as page,
    {{ as_integer(crawled("position")) }} as position,
    {{ as_boolean(crawled("is_sponsored")) }} as is_sponsored,
    upper(
        coalesce({{ crawled("asin") }}, substring({{ crawled("url") }} from '/(?:dp|gp/product)/([A-Za-z0-9]{10})'))
    ) as asin,
    coalesce(nullif(lower({{ crawled("error") }}), 'false'), '') <> '' as is_failed,
    coalesce({{ as_text(crawled("error_description")) }}, {{ as_text(crawled("error")) }}) as failure_reason,
    {{ as_text(crawled("title")) }} as title,
    {{ as_text(crawled("brand")) }} as brand,
    {{ crawled_prices() }},
    {{ as_numeric(crawled("stars")) }} as stars,
    {{ as_page_count(crawled("reviews_count")) }} as reviews_count
from items as i {{ join_crawled_currency() }}
cross join lateral(select {{ crawled("query") }} as query) as q
