"""traffic_daily and traffic_store_daily: sales and traffic of each day in its current version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from simulator.documents.amazon_sp.traffic import buy_box
from simulator.truth.dimensions import products
from simulator.truth.known import REPORT_LATENCY, Known, converted, rounded
from simulator.world.catalogue.offers import UNTAXED
from simulator.world.marketplaces import local_day
from simulator.world.orders.order import views
from simulator.world.sales.traffic import StoreDay, percent, store_day, version

ZERO = Decimal(0)


@dataclass(slots=True)
class Prices:
    """Prices of the lines sold, and what of them is no tax: of the store's day, and by ASIN."""

    price: Decimal = ZERO
    net: Decimal = ZERO
    asins: dict[str, Prices] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """A store's day as the report shows it, and what the marts add to it."""

    store_id: str
    tenant_id: str
    currency: str
    entry: StoreDay
    prices: Prices
    contains_tax: bool
    reporting: tuple[str, Decimal | None, date | None]

    def money(self, sales: Decimal, of: Prices) -> dict:
        """Sales with and without tax, the latter as large a part as of the orders."""
        net = None
        if not sales or not self.contains_tax:
            net = sales
        elif of.price or self.prices.price:
            found = of if of.price else self.prices
            net = rounded(Fraction(sales) * Fraction(found.net) / Fraction(found.price), 4)
        reporting_currency, rate, fx_date = self.reporting
        return {
            "ordered_product_sales_amount": sales,
            "ordered_product_sales_net_estimated_amount": net,
            "currency": self.currency,
            "reporting_currency": reporting_currency,
            "ordered_product_sales_net_estimated_amount_reporting": None if net is None else converted(net, rate),
            "fx_date": fx_date,
        }


def days(known: Known) -> Iterator[Shown]:
    """All ended days of all stores in their current version."""
    for account, store, business in known.stores(configured_only=True):
        zone, taxed = known.zone(account), store.marketplace.country not in UNTAXED
        prices: dict[date, Prices] = {}
        for order in business.orders(known.now):
            of_day = prices.setdefault(local_day(zone, order.purchased), Prices())
            for view in views(order, known.now):
                if not view.cancelled and view.price is not None:
                    net = view.price - ((view.tax or ZERO) if taxed else ZERO)
                    for into in (of_day, of_day.asins.setdefault(view.line.offer.asin, Prices())):
                        into.price, into.net = into.price + view.price, into.net + net
        currency = store.marketplace.currency
        for day in known.ended(account, REPORT_LATENCY):
            age = version(store.marketplace.time_zone, day, known.now)
            yield Shown(
                store.store_id, store.tenant_id, currency, store_day(business, day, age), prices.get(day, Prices()),
                taxed, known.reporting(store.tenant_id, currency, day),
            )  # fmt: skip


def traffic_daily(known: Known) -> Iterator[dict]:
    """One row per day and ASIN that has sales or visits; the report names no SKU, which is told where there is one."""
    skus: dict[tuple[str, str], list[str]] = {}
    for row in products(known):
        skus.setdefault((row["store_id"], row["asin"]), []).append(row["sku"])
    for shown in days(known):
        for asin in shown.entry.asins:
            of_asin = skus.get((shown.store_id, asin.asin), [])
            yield {
                "store_id": shown.store_id,
                "tenant_id": shown.tenant_id,
                "date": shown.entry.day,
                "child_asin": asin.asin,
                "product_id": f"{shown.tenant_id}:{asin.asin}",
                "sku": of_asin[0] if len(of_asin) == 1 else "",
                "parent_asin": asin.parent_asin,
                "units_ordered": asin.units,
                "total_order_items": asin.order_items,
                **shown.money(asin.sales, shown.prices.asins.get(asin.asin, Prices())),
                "browser_sessions": asin.browser_sessions,
                "mobile_app_sessions": asin.app_sessions,
                "sessions": asin.sessions,
                "browser_page_views": asin.browser_views,
                "mobile_app_page_views": asin.app_views,
                "page_views": asin.views,
                "buy_box_page_views": asin.views * buy_box([asin]) / 100,
                "buy_box_percentage": buy_box([asin]),
                "unit_session_percentage": percent(asin.units, asin.sessions),
            }


def traffic_store_daily(known: Known) -> Iterator[dict]:
    """One row per day: the store as a whole."""
    for shown in days(known):
        asins = shown.entry.asins
        units, sessions, views_of_all = (
            sum(a.units for a in asins), sum(a.sessions for a in asins), sum(a.views for a in asins)
        )  # fmt: skip
        yield {
            "store_id": shown.store_id,
            "tenant_id": shown.tenant_id,
            "date": shown.entry.day,
            **shown.money(sum((a.sales for a in asins), ZERO), shown.prices),
            "units_ordered": units,
            "total_order_items": sum(a.order_items for a in asins),
            "units_refunded": shown.entry.refunded,
            "browser_sessions": sum(a.browser_sessions for a in asins),
            "mobile_app_sessions": sum(a.app_sessions for a in asins),
            "sessions": sessions,
            "browser_page_views": sum(a.browser_views for a in asins),
            "mobile_app_page_views": sum(a.app_views for a in asins),
            "page_views": views_of_all,
            "buy_box_page_views": views_of_all * buy_box(asins) / 100,
            "buy_box_percentage": buy_box(asins),
            "unit_session_percentage": percent(units, sessions),
        }
