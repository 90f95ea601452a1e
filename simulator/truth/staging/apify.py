"""What the staging models of Apify crawls must hold: what pages and searches showed on the days they were looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from simulator.truth.competitors import further
from simulator.truth.known import Known
from simulator.truth.staging.kind import StagingTruth
from simulator.world.marketplaces import Marketplace
from simulator.world.model import SimStore
from simulator.world.product_pages.search_results import FAILURE, failed, results

SHOWN = (
    "title", "brand", "price_amount", "list_price_amount", "price_other_amount", "price_other_currency", "stars",
    "reviews_count",
)  # fmt: skip
PRODUCTS = (
    "marketplace_id", "date", "asin", "is_failed", "failure_reason", *SHOWN, "in_stock", "bsr_rank", "bsr_category",
    "seller_name", "seller_id", "offers_count", "coupon", "coupon_ratio", "coupon_amount", "parent_asin", "image",
    "bought_past_month", "unread",
)  # fmt: skip
SEARCHES = (
    "marketplace_id", "date", "keyword", "page", "position", "is_sponsored", "asin", "is_failed", "failure_reason",
    *SHOWN,
)  # fmt: skip


def _looks(
    known: Known, of: Callable[[SimStore], Mapping[date, frozenset[str]]]
) -> Iterator[tuple[Marketplace, date, str]]:
    """(marketplace, day, ASIN or keyword) of all crawls, once for each marketplace."""
    places: dict[str, tuple[Marketplace, SimStore]] = {}
    for account in known.world.accounts:
        for store in account.configured_stores:
            places.setdefault(store.marketplace.country, (store.marketplace, store))
    for place, store in places.values():
        for day, names in of(store).items():
            for name in sorted(names):
                yield place, day, name


def products(known: Known) -> Iterator[dict]:
    """One row per marketplace, day and page."""
    for place, day, asin in _looks(known, known.crawled):
        page = known.world.pages.page(place, asin, day)
        yield {
            "marketplace_id": place.marketplace_id,
            "date": day,
            "asin": asin,
            "is_failed": bool(page.error),
            "failure_reason": page.error_description or None,
            "title": page.title,
            "brand": page.brand,
            "price_amount": page.price,
            "list_price_amount": page.list_price,
            "price_other_amount": page.other_price,
            "price_other_currency": None if page.other_price is None else place.visitors_currency[0],
            "stars": page.stars,
            "reviews_count": page.reviews,
            "in_stock": page.in_stock,
            "bsr_rank": page.rank,
            "bsr_category": page.category,
            "seller_name": page.seller,
            **further(place, page),
        }


def searches(known: Known) -> Iterator[dict]:
    """One row per marketplace, day, keyword and place in its results."""
    for place, day, keyword in _looks(known, known.searched):
        row = dict.fromkeys(SEARCHES)
        row |= {"marketplace_id": place.marketplace_id, "date": day, "keyword": keyword, "is_failed": False}
        if failed(known.world.seed, place, keyword, day):
            yield row | {"is_failed": True, "failure_reason": FAILURE[1]}
            continue
        for result in results(known.world.pages, place, keyword, day):
            page = result.shown
            yield row | {
                "page": result.page,
                "position": result.position,
                "is_sponsored": result.sponsored,
                "asin": page.asin,
                "title": page.title,
                "brand": page.brand,
                "price_amount": page.price,
                "list_price_amount": page.list_price,
                "price_other_amount": page.other_price,
                "price_other_currency": None if page.other_price is None else place.visitors_currency[0],
                "stars": page.stars,
                "reviews_count": page.reviews,
            }


STAGING: dict[str, StagingTruth] = {
    "stg_apify__products": StagingTruth(PRODUCTS, ("marketplace_id", "date", "asin"), products),
    "stg_apify__keyword_search": StagingTruth(SEARCHES, ("marketplace_id", "date", "keyword", "position"), searches),
}
