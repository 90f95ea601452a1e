"""order_items, sales_daily and sales_store_daily: what was ordered, from the orders themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal

from simulator.truth.known import Known, converted, no_rate, why_not_whole
from simulator.world.catalogue.offers import UNTAXED
from simulator.world.marketplaces import local_day
from simulator.world.orders.order import views

ZERO = Decimal(0)


def order_items(known: Known) -> Iterator[dict]:
    """Every line of every order that is known, in its current state."""
    for account, store, business in known.stores(configured_only=False):
        zone = known.zone(account)
        for order in business.every_order(known.now):
            numbers: dict[str, int] = {}
            for view in views(order, known.now):
                offer = view.line.offer
                numbers[offer.sku] = numbers.get(offer.sku, 0) + 1
                yield {
                    "store_id": store.store_id,
                    "tenant_id": store.tenant_id,
                    "amazon_order_id": order.order_id,
                    "sku": offer.sku,
                    "line_number": numbers[offer.sku],
                    "date": local_day(zone, order.purchased),
                    "purchased_at": order.purchased,
                    "last_updated_at": order.state(known.now).at,
                    "order_status": view.order_status,
                    "item_status": view.item_status,
                    "fulfillment_channel": order.channel,
                    "sales_channel": order.sales_channel,
                    "asin": offer.asin,
                    "product_name": offer.title,
                    "units": view.line.quantity,
                    "currency": view.currency,
                    "item_price_amount": view.price,
                    "item_tax_amount": view.tax,
                    "shipping_price_amount": view.shipping,
                    "shipping_tax_amount": view.shipping_tax,
                    "gift_wrap_price_amount": view.gift,
                    "gift_wrap_tax_amount": view.gift_tax,
                    "item_promotion_discount_amount": view.discount,
                    "ship_promotion_discount_amount": view.shipping_discount,
                    "promotion_ids": view.line.promotion_ids or None,
                    "is_business_order": order.business,
                    "is_replacement": view.replacement,
                    "is_multi_channel": bool(order.multi_channel),
                    "ship_country": store.marketplace.country if view.place else None,
                }


@dataclass(slots=True)
class Sold:
    """The day of a SKU, or of all of them. Money in the store's currency."""

    lines: int = 0
    orders: set[str] = field(default_factory=set)
    units: int = 0
    price: Decimal = ZERO
    tax: Decimal = ZERO
    net: Decimal = ZERO
    tax_unknown: int = 0
    shipping: Decimal = ZERO
    discount: Decimal = ZERO
    cancelled: int = 0
    pending: int = 0
    replaced: int = 0
    business: int = 0
    # of multi-channel orders
    elsewhere: int = 0
    # that lines are written in; pending and multi-channel ones are in none
    currencies: set[str] = field(default_factory=set)

    def add(self, other: Sold) -> None:
        """What of another SKU was sold on the day."""
        for each in fields(self):
            mine, more = getattr(self, each.name), getattr(other, each.name)
            setattr(self, each.name, mine | more if isinstance(mine, set) else mine + more)


def sold(known: Known) -> dict[tuple[str, str, str, date, str], Sold]:
    """(store, tenant, currency, day, SKU) -> what was sold, waits for its price, or was cancelled."""
    result: dict[tuple[str, str, str, date, str], Sold] = {}
    for account, store, business in known.stores(configured_only=False):
        zone = known.zone(account)
        for order in business.every_order(known.now):
            day = local_day(zone, order.purchased)
            for view in views(order, known.now):
                key = (store.store_id, store.tenant_id, store.marketplace.currency, day, view.line.offer.sku)
                entry = result.setdefault(key, Sold())
                entry.currencies |= {view.currency} if view.currency else set()
                if view.cancelled:
                    entry.cancelled += view.line.quantity
                elif order.multi_channel:
                    entry.elsewhere += view.line.quantity
                elif view.price is None:
                    entry.pending += view.line.quantity
                else:
                    entry.lines += 1
                    entry.orders.add(order.order_id)
                    entry.units += view.line.quantity
                    entry.price += view.price
                    entry.tax += view.tax or ZERO
                    taxed = store.marketplace.country not in UNTAXED
                    entry.net += view.price - ((view.tax or ZERO) if taxed else ZERO)
                    if taxed and view.price and view.tax is None:
                        entry.tax_unknown += view.line.quantity
                    entry.shipping += view.shipping or ZERO
                    entry.discount += view.discount or ZERO
                    entry.replaced += view.line.quantity if view.replacement else 0
                    entry.business += view.line.quantity if order.business else 0
    return result


def sales_daily(known: Known) -> Iterator[dict]:
    """The orders by purchase day and SKU."""
    for (store_id, tenant_id, currency, day, sku), entry in sold(known).items():
        yield {"sku": sku, **_day(known, store_id, tenant_id, currency, day, entry)}


def sales_store_daily(known: Known) -> Iterator[dict]:
    """The orders by purchase day."""
    configured = {store.store_id for _, store, _ in known.stores(configured_only=True)}
    days: dict[tuple[str, str, str, date], Sold] = {}
    for (store_id, tenant_id, currency, day, _), entry in sold(known).items():
        days.setdefault((store_id, tenant_id, currency, day), Sold()).add(entry)
    for (store_id, tenant_id, currency, day), entry in days.items():
        row = _day(known, store_id, tenant_id, currency, day, entry)
        reason = why_not_whole(
            None if store_id in configured else "the store is not configured",
            no_rate(row["fx_date"], currency, row["reporting_currency"]),
        )
        yield {**row, "is_complete": reason is None, "incomplete_reason": reason}


def _day(known: Known, store_id: str, tenant_id: str, currency: str, day: date, entry: Sold) -> dict:
    # the currency of a marketplace without a configured store is known from its lines only
    told = None if store_id.startswith("unmapped:") and not entry.currencies else currency
    reporting_currency, rate, fx_date = known.reporting(tenant_id, told, day)
    return {
        "store_id": store_id,
        "tenant_id": tenant_id,
        "date": day,
        "order_lines": entry.lines,
        "orders": len(entry.orders),
        "units": entry.units,
        "item_price_amount": entry.price,
        "item_tax_amount": entry.tax,
        "item_price_net_amount": entry.net,
        "units_without_tax": entry.tax_unknown,
        "shipping_price_amount": entry.shipping,
        "item_promotion_discount_amount": entry.discount,
        "currency": told,
        "cancelled_units": entry.cancelled,
        "pending_units": entry.pending,
        "multi_channel_units": entry.elsewhere,
        "replacement_units": entry.replaced,
        "business_units": entry.business,
        "reporting_currency": reporting_currency,
        "item_price_amount_reporting": converted(entry.price, rate),
        "item_price_net_amount_reporting": converted(entry.net, rate),
        "fx_date": fx_date,
    }
