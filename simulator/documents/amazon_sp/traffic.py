"""Sales and traffic as JSON: one element per day, and one per ASIN for the whole range (with no day in it)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from simulator.documents.model import Document
from simulator.world.business import StoreBusiness
from simulator.world.marketplaces import days_between
from simulator.world.sales.traffic import AsinDay, StoreDay, percent, store_day, version


def traffic_document(
    business: StoreBusiness, start: datetime | None, end: datetime | None, options: Mapping[str, str], now: datetime
) -> Document | None:
    """The report of the ended days in the window, each in its current version; None when no day of it has ended."""
    store, zone = business.store, business.store.marketplace.time_zone
    if start is None:
        return None
    # Amazon ignores the time of day: it takes the UTC dates of the two instants
    first, last = start.astimezone(UTC).date(), min(end or now, now).astimezone(UTC).date()
    days = []
    for day in days_between(max(first, store.start), last):
        age = version(zone, day, now)
        if age:
            days.append(store_day(business, day, age))
    if not days:
        return None
    currency = store.marketplace.currency
    granularity = options.get("asinGranularity", "PARENT")
    body = {
        "reportSpecification": {
            "reportType": "GET_SALES_AND_TRAFFIC_REPORT",
            "reportOptions": {"dateGranularity": options.get("dateGranularity", "DAY"), "asinGranularity": granularity},
            "dataStartTime": first.isoformat(),
            "dataEndTime": last.isoformat(),
            "marketplaceIds": [store.marketplace.marketplace_id],
        },
        "salesAndTrafficByDate": [_by_date(label, group, currency) for label, group in _periods(days, options)],
        "salesAndTrafficByAsin": by_asin(days, granularity, currency),
    }
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Document(content, "application/json", True)


def _periods(days: list[StoreDay], options: Mapping[str, str]) -> Iterable[tuple[str, list[StoreDay]]]:
    """Days by the date that names their day, week (its Sunday) or month (its first)."""
    groups: dict[str, list[StoreDay]] = {}
    for entry in days:
        label = entry.day
        if options.get("dateGranularity") == "WEEK":
            label = entry.day - timedelta(days=(entry.day.weekday() + 1) % 7)
        elif options.get("dateGranularity") == "MONTH":
            label = entry.day.replace(day=1)
        groups.setdefault(label.isoformat(), []).append(entry)
    return groups.items()


def _money(amount: Decimal, currency: str) -> dict:
    return {"amount": float(amount), "currencyCode": currency}


def _mean(total: Decimal, count: int) -> Decimal:
    return (total / count).quantize(Decimal("0.01"), ROUND_HALF_UP) if count else Decimal(0)


def buy_box(asins: Iterable[AsinDay]) -> Decimal:
    """The share of page views on which the seller had the buy box, percent."""
    weighed = [(entry.views, entry.buy_box) for entry in asins]
    views = sum(count for count, _ in weighed)
    return _mean(sum((count * share for count, share in weighed), Decimal(0)), views)


def _by_date(label: str, days: list[StoreDay], currency: str) -> dict:
    asins = [entry for day in days for entry in day.asins]
    units, items = sum(a.units for a in asins), sum(a.order_items for a in asins)
    sales, refunded = sum((a.sales for a in asins), Decimal(0)), sum(d.refunded for d in days)
    sessions = sum(a.sessions for a in asins)
    return {
        "date": label,
        "salesByDate": {
            "orderedProductSales": _money(sales, currency),
            "unitsOrdered": units,
            "totalOrderItems": items,
            "averageSalesPerOrderItem": _money(_mean(sales, items), currency),
            "averageUnitsPerOrderItem": float(_mean(Decimal(units), items)),
            "averageSellingPrice": _money(_mean(sales, units), currency),
            "unitsRefunded": refunded,
            "refundRate": float(min(percent(refunded, units), Decimal(100))),
            "claimsGranted": 0,
            "claimsAmount": _money(Decimal(0), currency),
            "shippedProductSales": _money(sum((d.shipped_sales for d in days), Decimal(0)), currency),
            "unitsShipped": sum(d.shipped_units for d in days),
            "ordersShipped": sum(d.shipped_orders for d in days),
        },
        "trafficByDate": {
            "browserPageViews": sum(a.browser_views for a in asins),
            "mobileAppPageViews": sum(a.app_views for a in asins),
            "pageViews": sum(a.views for a in asins),
            "browserSessions": sum(a.browser_sessions for a in asins),
            "mobileAppSessions": sum(a.app_sessions for a in asins),
            "sessions": sessions,
            "buyBoxPercentage": float(buy_box(asins)),
            "orderItemSessionPercentage": float(min(percent(items, sessions), Decimal(100))),
            "unitSessionPercentage": float(percent(units, sessions)),
            "averageOfferCount": max(d.offers for d in days),
            "averageParentItems": max(len({a.parent_asin for a in d.asins}) for d in days),
            "feedbackReceived": 0,
            "negativeFeedbackReceived": 0,
            "receivedNegativeFeedbackRate": 0.0,
        },
    }


def by_asin(days: list[StoreDay], granularity: str, currency: str) -> list[dict]:
    """The elements of some days taken together, by parent or child ASIN or SKU."""
    groups: dict[tuple[str, ...], list[AsinDay]] = {}
    for entry in (entry for day in days for entry in day.asins):
        key = (entry.parent_asin,) if granularity == "PARENT" else (entry.parent_asin, entry.asin)
        # visits belong to a product page, and a page belongs to the first SKU of its ASIN: further SKUs have no visits
        groups.setdefault((*key, entry.skus[0]) if granularity == "SKU" else key, []).append(entry)
    everything = [entry for group in groups.values() for entry in group]
    totals = {name: sum(getattr(a, name) for a in everything) for name in _SHARES}
    return [_asin_element(key, group, totals, currency) for key, group in groups.items()]


_SHARES = {
    "browser_sessions": "browserSessionPercentage",
    "app_sessions": "mobileAppSessionPercentage",
    "sessions": "sessionPercentage",
    "browser_views": "browserPageViewsPercentage",
    "app_views": "mobileAppPageViewsPercentage",
    "views": "pageViewsPercentage",
}
_COUNTS = {
    "browser_sessions": "browserSessions",
    "app_sessions": "mobileAppSessions",
    "sessions": "sessions",
    "browser_views": "browserPageViews",
    "app_views": "mobileAppPageViews",
    "views": "pageViews",
}


def _asin_element(key: tuple[str, ...], group: list[AsinDay], totals: Mapping[str, int], currency: str) -> dict:
    sums = {name: sum(getattr(a, name) for a in group) for name in _SHARES}
    units = sum(a.units for a in group)
    names = dict(zip(("parentAsin", "childAsin", "sku"), key, strict=False))
    return {
        **names,
        "salesByAsin": {
            "unitsOrdered": units,
            "orderedProductSales": _money(sum((a.sales for a in group), Decimal(0)), currency),
            "totalOrderItems": sum(a.order_items for a in group),
        },
        "trafficByAsin": {
            **{_COUNTS[name]: sums[name] for name in _COUNTS},
            **{_SHARES[name]: float(percent(sums[name], totals[name])) for name in _SHARES},
            "buyBoxPercentage": float(buy_box(group)),
            "unitSessionPercentage": float(percent(units, sums["sessions"])),
        },
    }


DOCUMENTS = {
    "GET_SALES_AND_TRAFFIC_REPORT": lambda asked: traffic_document(
        asked.business, asked.start, asked.end, asked.options, asked.now
    ),
}
