"""Apify crawls of competitors: data only. Which actor runs, and where its items have each field, is configuration.

`FIELDS` names what staging reads from an item; `pipelines/actors.py` says where an actor's items have it. To add a
field, name it here, in the built-in actors there, and in the staging model.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from pipelines.feeds.feed import Feed, Section

FEEDS: tuple[Feed, ...] = (
    Feed(
        name="apify.products",
        title="Product pages, own and competitors'",
        shape="crawl",
        scope="marketplace",
        write_disposition="snapshot",
        report_type="products",
        sections=(Section(path="item"),),
        history=timedelta(0),
        min_interval=timedelta(hours=12),
        format="json",
    ),
    Feed(
        name="apify.keyword_search",
        title="Search results of keywords",
        shape="crawl",
        scope="marketplace",
        write_disposition="snapshot",
        report_type="keyword_search",
        sections=(Section(path="item"),),
        history=timedelta(0),
        min_interval=timedelta(hours=12),
        format="json",
    ),
)

SUBJECTS: Mapping[str, str] = {"apify.products": "asin", "apify.keyword_search": "keyword"}
"""Feed -> the name in the template of an actor's input that stands for one subject of a crawl."""

FIELDS: Mapping[str, tuple[str, ...]] = {
    "apify.products": (
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
    ),
    "apify.keyword_search": (
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
    ),
}
"""Feed -> the fields that are read from an item. query: the keyword, or the address of the search. currency: a code or
sign for its prices; without one, and without a sign in the price, they are in the marketplace's currency. offers: how
many there are, or a list of them. Prices, counts, ranks and coupons may be texts as the page has them."""
