-- One row per marketplace, instant and product page. A page that could not be read is a row with `is_failed`.
with
    items as (
        {{
            crawled_items(
                "apify.products",
                [
                    "asin",
                    "url",
                    "error",
                    "error_description",
                    "title",
                    "brand",
                    "price",
                    "list_price",
                    "currency",
                    "in_stock",
                    "stars",
                    "reviews_count",
                    "bsr_rank",
                    "bsr_category",
                    "seller_name",
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
    upper(
        coalesce({{ crawled("asin") }}, substring({{ crawled("url") }} from '/(?:dp|gp/product)/([A-Za-z0-9]{10})'))
    ) as asin,
    coalesce(nullif(lower({{ crawled("error") }}), 'false'), '') <> '' as is_failed,
    coalesce({{ as_text(crawled("error_description")) }}, {{ as_text(crawled("error")) }}) as failure_reason,
    {{ as_text(crawled("title")) }} as title,
    {{ as_text(crawled("brand")) }} as brand,
    {{ crawled_prices() }},
    {{ as_boolean(crawled("in_stock")) }} as in_stock,
    {{ as_numeric(crawled("stars")) }} as stars,
    {{ as_integer(crawled("reviews_count")) }} as reviews_count,
    {{ as_integer(crawled("bsr_rank")) }} as bsr_rank,
    {{ as_text(crawled("bsr_category")) }} as bsr_category,
    {{ as_text(crawled("seller_name")) }} as seller_name
from items as i {{ join_crawled_currency() }}
