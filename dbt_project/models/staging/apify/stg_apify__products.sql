-- One row per marketplace, instant and product page. A page that could not be read is a row with `is_failed`. What is
-- written in words is read by macros/page_texts.sql; `unread` has what nobody could read.
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
                    "seller_id",
                    "offers",
                    "coupon",
                    "parent_asin",
                    "image",
                    "bought_past_month",
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
    {{ as_page_count(crawled("reviews_count")) }} as reviews_count,
    {{ as_page_rank(crawled("bsr_rank")) }} as bsr_rank,
    coalesce({{ as_text(crawled("bsr_category")) }}, {{ page_rank(crawled("bsr_rank"), "category") }}) as bsr_category,
    {{ as_text(crawled("seller_name")) }} as seller_name,
    {{ as_text(crawled("seller_id")) }} as seller_id,
    {{ as_offers_count(crawled("offers")) }} as offers_count,
    {{ as_text(crawled("coupon")) }} as coupon,
    {{ page_coupon(crawled("coupon"), "ratio") }} as coupon_ratio,
    case when c.is_own then {{ page_coupon(crawled("coupon"), "amount") }} end as coupon_amount,
    upper({{ as_text(crawled("parent_asin")) }}) as parent_asin,
    {{ page_image(crawled("image")) }} as image,
    {{ as_page_count(crawled("bought_past_month")) }} as bought_past_month,
    {{
        unread(
            {
                "price": "page_price",
                "list_price": "page_price",
                "reviews_count": "page_count",
                "bsr_rank": "page_rank",
                "offers": "offers_count",
                "coupon": "page_coupon",
                "bought_past_month": "page_count",
            }
        )
    }} as unread
from items as i {{ join_crawled_currency() }}
