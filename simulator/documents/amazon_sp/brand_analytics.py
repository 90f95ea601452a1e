"""Brand Analytics reports: what Amazon writes into them. Always JSON, gzip, one marketplace, exact periods.

The figures and the periods are made in world/brand_analytics.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date
from decimal import Decimal

from simulator.documents.model import Asked, Document
from simulator.world.brand_analytics.baskets import pairs, repeats, share
from simulator.world.brand_analytics.periods import (
    ASINS_OPTION,
    MARKET_BASKET,
    REPEAT_PURCHASE,
    SEARCH_CATALOG,
    SEARCH_QUERY,
    SEARCH_TERMS,
    spans,
    version,
)
from simulator.world.brand_analytics.searches import Counts, own_prices, searches, shipping_split
from simulator.world.business import StoreBusiness
from simulator.world.rng import rng

MOST_CLICKED = 3

Rows = Callable[[Asked, date, date, int], Iterator[dict]]


def _document(report_type: str, key: str, rows: Rows) -> Callable[[Asked], Document | None]:
    """The report's function: the rows of each period asked for, in its current version."""

    def make(asked: Asked) -> Document | None:
        place = asked.business.store.marketplace
        if asked.start is None or asked.end is None:
            return None
        first, last = (moment.astimezone(UTC).date() for moment in (asked.start, asked.end))
        found: list[dict] = []
        for begin, end in spans(asked.options.get("reportPeriod", "WEEK"), first, last):
            age = version(place, end, asked.now)
            if age and begin >= asked.business.store.start:
                found += rows(asked, begin, end, age)
        body = {
            "reportSpecification": {
                "reportType": report_type,
                "reportOptions": dict(asked.options),
                "dataStartTime": first.isoformat(),
                "dataEndTime": last.isoformat(),
                "marketplaceIds": [place.marketplace_id],
            },
            key: found,
        }
        return Document(json.dumps(body, ensure_ascii=False, indent=1).encode(), "application/json", True)

    return make


def _money(business: StoreBusiness, amount: Decimal) -> dict:
    return {"amount": float(amount), "currencyCode": business.store.marketplace.currency}


def _period(first: date, last: date) -> dict:
    return {"startDate": first.isoformat(), "endDate": last.isoformat()}


def _search_terms(asked: Asked, first: date, last: date, age: int) -> Iterator[dict]:
    business = asked.business
    for rank, query in searches(business, first, last, age).ranked():
        for place, (asin, clicks, purchases) in enumerate(query.clicked()[:MOST_CLICKED], 1):
            yield {
                "departmentName": business.store.marketplace.sales_channel,
                "searchTerm": query.term,
                "searchFrequencyRank": rank,
                "clickedAsin": asin,
                "clickShareRank": place,
                "clickShare": float(share(clicks, query.total.clicks)),
                "conversionShare": float(share(purchases, query.total.purchases)),
            }


def _market_basket(asked: Asked, first: date, last: date, age: int) -> Iterator[dict]:
    for pair in pairs(asked.business, first, last, age):
        yield {
            **_period(first, last),
            "asin": pair.asin,
            "purchasedWithAsin": pair.other,
            "purchasedWithRank": pair.rank,
            "combinationPct": float(share(pair.share)),
        }


def _repeat_purchase(asked: Asked, first: date, last: date, age: int) -> Iterator[dict]:
    for each in repeats(asked.business, first, last, age):
        yield {
            **_period(first, last),
            "asin": each.asin,
            "orders": each.orders,
            "uniqueCustomers": each.customers,
            "repeatCustomersPctTotal": float(share(each.repeat_customers, each.customers)),
            "repeatPurchaseRevenue": _money(asked.business, each.repeat_revenue),
            "repeatPurchaseRevenuePctTotal": float(share(each.repeat_revenue, each.revenue)),
        }


def asked_asins(asked: Asked, report_type: str) -> list[str]:
    """The ASINs that a request names and the store sells; all of its own where it names none."""
    own = dict.fromkeys(offer.asin for offer in asked.business.offers)
    named = asked.options.get(ASINS_OPTION[report_type], "").split()
    return [asin for asin in dict.fromkeys(named) if asin in own] if named else sorted(own)


def split(
    business: StoreBusiness, kind: str, name: str, first: date, counts: Counts
) -> dict[str, tuple[int, int, int]]:
    """How many impressions, clicks, cart adds and purchases were promised for the same day, the next, and the third."""
    random = rng(business.seed, business.store.store_id, kind, name, first)
    return {
        "impressions": shipping_split(random, counts.impressions),
        "clicks": shipping_split(random, counts.clicks),
        "cart_adds": shipping_split(random, counts.cart_adds),
        "purchases": shipping_split(random, counts.purchases),
    }


def _promised(prefix: str, what: str, counts: tuple[int, int, int]) -> dict:
    names = (f"{prefix}{day}Shipping{what}Count" for day in ("SameDay", "OneDay", "TwoDay"))
    return dict(zip((name[0].lower() + name[1:] for name in names), counts, strict=True))


def _search_query(asked: Asked, first: date, last: date, age: int) -> Iterator[dict]:
    business = asked.business
    week = searches(business, first, last, age)
    for asin in asked_asins(asked, SEARCH_QUERY):
        for score, query, mine in week.of(asin):
            total, volume = query.total, query.volume
            prices = own_prices(business, asin, mine, first, last)
            promised = split(business, "query shipping", query.term, first, total)
            yield {
                **_period(first, last),
                "asin": asin,
                "searchQueryData": {
                    "searchQuery": query.term,
                    "searchQueryScore": score,
                    "searchQueryVolume": volume,
                },
                "impressionData": {
                    "totalQueryImpressionCount": total.impressions,
                    "asinImpressionCount": mine.impressions,
                    "asinImpressionShare": float(share(mine.impressions, total.impressions)),
                },
                "clickData": {
                    "totalClickCount": total.clicks,
                    "totalClickRate": float(share(total.clicks, volume)),
                    "asinClickCount": mine.clicks,
                    "asinClickShare": float(share(mine.clicks, total.clicks)),
                    "totalMedianClickPrice": _money(business, query.prices.clicked),
                    "asinMedianClickPrice": _money(business, prices.clicked),
                    **_promised("total", "Click", promised["clicks"]),
                },
                "cartAddData": {
                    "totalCartAddCount": total.cart_adds,
                    "totalCartAddRate": float(share(total.cart_adds, volume)),
                    "asinCartAddCount": mine.cart_adds,
                    "asinCartAddShare": float(share(mine.cart_adds, total.cart_adds)),
                    "totalMedianCartAddPrice": _money(business, query.prices.cart_added),
                    "asinMedianCartAddPrice": _money(business, prices.cart_added),
                    **_promised("total", "CartAdd", promised["cart_adds"]),
                },
                "purchaseData": {
                    "totalPurchaseCount": total.purchases,
                    "totalPurchaseRate": float(share(total.purchases, volume)),
                    "asinPurchaseCount": mine.purchases,
                    "asinPurchaseShare": float(share(mine.purchases, total.purchases)),
                    "totalMedianPurchasePrice": _money(business, query.prices.purchased),
                    "asinMedianPurchasePrice": _money(business, prices.purchased),
                    **_promised("total", "Purchase", promised["purchases"]),
                },
            }


def _search_catalog(asked: Asked, first: date, last: date, age: int) -> Iterator[dict]:
    business = asked.business
    week = searches(business, first, last, age)
    for asin in asked_asins(asked, SEARCH_CATALOG):
        mine = week.total(asin)
        if not mine.impressions:
            continue
        prices = own_prices(business, asin, mine, first, last)
        promised = split(business, "catalog shipping", asin, first, mine)
        yield {
            **_period(first, last),
            "asin": asin,
            "impressionData": {
                "impressionCount": mine.impressions,
                "impressionMedianPrice": _money(business, prices.shown),
                **_promised("", "Impression", promised["impressions"]),
            },
            "clickData": {
                "clickCount": mine.clicks,
                "clickRate": float(share(mine.clicks, mine.impressions)),
                "clickedMedianPrice": _money(business, prices.clicked),
                **_promised("", "Click", promised["clicks"]),
            },
            "cartAddData": {
                "cartAddCount": mine.cart_adds,
                "cartAddedMedianPrice": _money(business, prices.cart_added),
                **_promised("", "CartAdd", promised["cart_adds"]),
            },
            "purchaseData": {
                "purchaseCount": mine.purchases,
                "searchTrafficSales": _money(business, mine.sales),
                "conversionRate": float(share(mine.purchases, mine.clicks)),
                "purchaseMedianPrice": _money(business, prices.purchased),
                **_promised("", "Purchase", promised["purchases"]),
            },
        }


DOCUMENTS: dict[str, Callable[[Asked], Document | None]] = {
    SEARCH_TERMS: _document(SEARCH_TERMS, "dataByDepartmentAndSearchTerm", _search_terms),
    MARKET_BASKET: _document(MARKET_BASKET, "dataByAsin", _market_basket),
    REPEAT_PURCHASE: _document(REPEAT_PURCHASE, "dataByAsin", _repeat_purchase),
    SEARCH_QUERY: _document(SEARCH_QUERY, "dataByAsin", _search_query),
    SEARCH_CATALOG: _document(SEARCH_CATALOG, "dataByAsin", _search_catalog),
}
