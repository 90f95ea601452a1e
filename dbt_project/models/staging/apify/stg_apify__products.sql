-- One row per marketplace, instant and product page. A page that could not be read is a row with `error`.
select
    r.load_id,
    r.row_seq,
    l.scope_id as marketplace_id,
    l.day as date,
    l.instant,
    upper(
        coalesce(
            r.item ->> 'originalAsin',
            r.item ->> 'asin',
            substring(
                coalesce(r.item ->> 'url', r.item -> 'input' ->> 'url') from '/(?:dp|gp/product)/([A-Za-z0-9]{10})'
            )
        )
    ) as asin,
    r.item ? 'error' as is_failed,
    coalesce({{ as_text("r.item ->> 'errorDescription'") }}, {{ as_text("r.item ->> 'error'") }}) as failure_reason,
    {{ as_text("r.item ->> 'title'") }} as title,
    {{ as_text("r.item ->> 'brand'") }} as brand,
    {{ as_numeric("r.item -> 'price' ->> 'value'") }} as price_amount,
    {{ as_numeric("r.item -> 'listPrice' ->> 'value'") }} as list_price_amount,
    {{ as_boolean("r.item ->> 'inStock'") }} as in_stock,
    {{ as_numeric("r.item ->> 'stars'") }} as stars,
    {{ as_integer("r.item ->> 'reviewsCount'") }} as reviews_count,
    {{ as_integer("r.item -> 'bestsellerRanks' -> 0 ->> 'rank'") }} as bsr_rank,
    {{ as_text("r.item -> 'bestsellerRanks' -> 0 ->> 'category'") }} as bsr_category,
    {{ as_text("r.item -> 'seller' ->> 'name'") }} as seller_name
from {{ source("apify", "products") }} as r
inner join {{ current_loads("apify.products") }} as l on r.load_id = l.load_id
