"""traffic_daily and traffic_store_daily: sales and traffic of each day in its current version."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from simulator.documents_traffic import buy_box
from simulator.traffic import StoreDay, percent, store_day, version
from simulator.truth.known import REPORT_LATENCY, Known


def days(known: Known) -> Iterator[tuple[str, str, str, StoreDay]]:
    """(store id, tenant id, currency, day) of all ended days in their current version."""
    for account, store, business in known.stores(configured_only=True):
        for day in known.ended(account, REPORT_LATENCY):
            age = version(store.marketplace.time_zone, day, known.now)
            yield store.store_id, store.tenant_id, store.marketplace.currency, store_day(business, day, age)


def traffic_daily(known: Known) -> Iterator[dict]:
    """One row per day and ASIN that has sales or visits; the report names no SKU."""
    for store_id, tenant_id, currency, entry in days(known):
        for asin in entry.asins:
            yield {
                "store_id": store_id,
                "tenant_id": tenant_id,
                "date": entry.day,
                "child_asin": asin.asin,
                "sku": "",
                "parent_asin": asin.parent_asin,
                "units_ordered": asin.units,
                "total_order_items": asin.order_items,
                "ordered_product_sales_amount": asin.sales,
                "currency": currency,
                "browser_sessions": asin.browser_sessions,
                "mobile_app_sessions": asin.app_sessions,
                "sessions": asin.sessions,
                "browser_page_views": asin.browser_views,
                "mobile_app_page_views": asin.app_views,
                "page_views": asin.views,
                "buy_box_percentage": buy_box([asin]),
                "unit_session_percentage": percent(asin.units, asin.sessions),
            }


def traffic_store_daily(known: Known) -> Iterator[dict]:
    """One row per day: the store as a whole."""
    for store_id, tenant_id, currency, entry in days(known):
        asins = entry.asins
        units, sessions = sum(a.units for a in asins), sum(a.sessions for a in asins)
        yield {
            "store_id": store_id,
            "tenant_id": tenant_id,
            "date": entry.day,
            "ordered_product_sales_amount": sum((a.sales for a in asins), Decimal(0)),
            "currency": currency,
            "units_ordered": units,
            "total_order_items": sum(a.order_items for a in asins),
            "units_refunded": entry.refunded,
            "browser_sessions": sum(a.browser_sessions for a in asins),
            "mobile_app_sessions": sum(a.app_sessions for a in asins),
            "sessions": sessions,
            "browser_page_views": sum(a.browser_views for a in asins),
            "mobile_app_page_views": sum(a.app_views for a in asins),
            "page_views": sum(a.views for a in asins),
            "buy_box_percentage": buy_box(asins),
            "unit_session_percentage": percent(units, sessions),
        }
