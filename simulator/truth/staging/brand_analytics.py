"""What the staging models of Brand Analytics must hold: every week that Amazon shows, in its current version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from simulator.documents.amazon_sp.brand_analytics import MOST_CLICKED, split
from simulator.truth.known import Known
from simulator.truth.staging.kind import StagingTruth
from simulator.world.brand_analytics.baskets import pairs, repeats, share
from simulator.world.brand_analytics.periods import weeks
from simulator.world.brand_analytics.searches import own_prices, searches
from simulator.world.business import StoreBusiness

_PERIOD = ("store_id", "tenant_id", "date", "period_end")
_DAYS = ("same_day", "one_day", "two_day")


def _weeks(known: Known) -> Iterator[tuple[dict, StoreBusiness, tuple[date, date, int]]]:
    """(what every row begins with, business, week) of the configured stores."""
    for _, store, business in known.stores(configured_only=True):
        for first, last, age in weeks(store, known.now):
            row = {"store_id": store.store_id, "tenant_id": store.tenant_id, "date": first, "period_end": last}
            yield row, business, (first, last, age)


def _promised(prefix: str, what: str, counts: tuple[int, int, int]) -> dict:
    return {f"{prefix}{day}_shipping_{what}": count for day, count in zip(_DAYS, counts, strict=True)}


def _search_terms(known: Known) -> Iterator[dict]:
    for begin, business, week in _weeks(known):
        for rank, query in searches(business, *week).ranked():
            for place, (asin, clicks, purchases) in enumerate(query.clicked()[:MOST_CLICKED], 1):
                yield begin | {
                    "department_name": business.store.marketplace.sales_channel,
                    "search_term": query.term,
                    "search_frequency_rank": rank,
                    "clicked_asin": asin,
                    "click_share_rank": place,
                    "click_share": share(clicks, query.total.clicks),
                    "conversion_share": share(purchases, query.total.purchases),
                }


def _market_basket(known: Known) -> Iterator[dict]:
    for begin, business, week in _weeks(known):
        for pair in pairs(business, *week):
            yield begin | {
                "asin": pair.asin,
                "purchased_with_asin": pair.other,
                "purchased_with_rank": pair.rank,
                "combination_share": share(pair.share),
            }


def _repeat_purchase(known: Known) -> Iterator[dict]:
    for begin, business, week in _weeks(known):
        for each in repeats(business, *week):
            yield begin | {
                "asin": each.asin,
                "orders": each.orders,
                "unique_customers": each.customers,
                "repeat_customers_share": share(each.repeat_customers, each.customers),
                "repeat_purchase_revenue_amount": each.repeat_revenue,
                "repeat_purchase_revenue_share": share(each.repeat_revenue, each.revenue),
                "currency": business.store.marketplace.currency,
            }


def _own_asins(business: StoreBusiness) -> list[str]:
    return sorted({offer.asin for offer in business.offers})


def _search_query_performance(known: Known) -> Iterator[dict]:
    for begin, business, (first, last, age) in _weeks(known):
        found = searches(business, first, last, age)
        for asin in _own_asins(business):
            for score, query, mine in found.of(asin):
                total, prices = query.total, own_prices(business, asin, mine, first, last)
                promised = split(business, "query shipping", query.term, first, total)
                row = begin | {
                    "asin": asin,
                    "search_query": query.term,
                    "search_query_score": score,
                    "search_query_volume": query.volume,
                    "total_impressions": total.impressions,
                    "asin_impressions": mine.impressions,
                    "asin_impression_share": share(mine.impressions, total.impressions),
                    "currency": business.store.marketplace.currency,
                }
                for name, all_of_them, own, price, own_price in (
                    ("click", total.clicks, mine.clicks, query.prices.clicked, prices.clicked),
                    ("cart_add", total.cart_adds, mine.cart_adds, query.prices.cart_added, prices.cart_added),
                    ("purchase", total.purchases, mine.purchases, query.prices.purchased, prices.purchased),
                ):
                    row |= {
                        f"total_{name}s": all_of_them,
                        f"total_{name}_rate": share(all_of_them, query.volume),
                        f"asin_{name}s": own,
                        f"asin_{name}_share": share(own, all_of_them),
                        f"total_median_{name}_price_amount": price,
                        f"asin_median_{name}_price_amount": own_price,
                        **_promised("total_", f"{name}s", promised[f"{name}s"]),
                    }
                yield row


def _search_catalog_performance(known: Known) -> Iterator[dict]:
    for begin, business, (first, last, age) in _weeks(known):
        found = searches(business, first, last, age)
        for asin in _own_asins(business):
            mine = found.total(asin)
            if not mine.impressions:
                continue
            prices = own_prices(business, asin, mine, first, last)
            promised = split(business, "catalog shipping", asin, first, mine)
            row: dict[str, date | Decimal | int | str] = begin | {
                "asin": asin,
                "impressions": mine.impressions,
                "impression_median_price_amount": prices.shown,
                "clicks": mine.clicks,
                "click_rate": share(mine.clicks, mine.impressions),
                "click_median_price_amount": prices.clicked,
                "cart_adds": mine.cart_adds,
                "cart_add_median_price_amount": prices.cart_added,
                "purchases": mine.purchases,
                "search_traffic_sales_amount": mine.sales,
                "conversion_rate": share(mine.purchases, mine.clicks),
                "purchase_median_price_amount": prices.purchased,
                "currency": business.store.marketplace.currency,
            }
            for what in ("impressions", "clicks", "cart_adds", "purchases"):
                row |= _promised("", what, promised[what])
            yield row


def _shipping(prefix: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{prefix}{day}_shipping_{name}" for name in names for day in _DAYS)


def _blocks() -> Iterator[str]:
    for name in ("click", "cart_add", "purchase"):
        yield from (f"total_{name}s", f"total_{name}_rate", f"asin_{name}s", f"asin_{name}_share")
        yield from (f"total_median_{name}_price_amount", f"asin_median_{name}_price_amount")


STAGING: dict[str, StagingTruth] = {
    "stg_amazon_sp__search_terms": StagingTruth(
        (
            *_PERIOD, "department_name", "search_term", "search_frequency_rank", "clicked_asin", "click_share_rank",
            "click_share", "conversion_share",
        ),
        ("store_id", "date", "search_frequency_rank", "click_share_rank"),
        _search_terms,
    ),
    "stg_amazon_sp__market_basket": StagingTruth(
        (*_PERIOD, "asin", "purchased_with_asin", "purchased_with_rank", "combination_share"),
        ("store_id", "date", "asin", "purchased_with_rank"),
        _market_basket,
    ),
    "stg_amazon_sp__repeat_purchase": StagingTruth(
        (
            *_PERIOD, "asin", "orders", "unique_customers", "repeat_customers_share", "repeat_purchase_revenue_amount",
            "repeat_purchase_revenue_share", "currency",
        ),
        ("store_id", "date", "asin"),
        _repeat_purchase,
    ),
    "stg_amazon_sp__search_query_performance": StagingTruth(
        (
            *_PERIOD, "asin", "search_query", "search_query_score", "search_query_volume", "total_impressions",
            "asin_impressions", "asin_impression_share", *_blocks(),
            *_shipping("total_", "clicks", "cart_adds", "purchases"), "currency",
        ),
        ("store_id", "date", "asin", "search_query_score"),
        _search_query_performance,
    ),
    "stg_amazon_sp__search_catalog_performance": StagingTruth(
        (
            *_PERIOD, "asin", "impressions", "impression_median_price_amount", "clicks", "click_rate",
            "click_median_price_amount", "cart_adds", "cart_add_median_price_amount", "purchases",
            "search_traffic_sales_amount", "conversion_rate", "purchase_median_price_amount",
            *_shipping("", "impressions", "clicks", "cart_adds", "purchases"), "currency",
        ),
        ("store_id", "date", "asin"),
        _search_catalog_performance,
    ),
}  # fmt: skip
