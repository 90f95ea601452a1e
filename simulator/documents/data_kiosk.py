"""The rows that answer Data Kiosk's queries, with every field that the schema has, whatever a query selects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from simulator.documents.amazon_sp.traffic import by_asin
from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import cents
from simulator.world.marketplaces import days_between
from simulator.world.model import SimStore
from simulator.world.money.economics import AD_TYPE, Charge, SkuDay, proceeds, sku_days, unit_cost
from simulator.world.rng import stable_uuid
from simulator.world.sales.traffic import percent, store_day, version

SALES_AND_TRAFFIC = "analytics_salesAndTraffic_2024_04_24.salesAndTrafficByAsin"
ECONOMICS = "analytics_economics_2024_03_15.economics"


def rows(
    businesses: Sequence[StoreBusiness],
    dataset: str,
    arguments: Mapping[str, Any],
    first: date,
    last: date,
    now: datetime,
) -> list[dict[str, Any]]:
    """The rows of a query of these marketplaces; none where nothing is known yet. arguments: of the query."""
    found: list[dict[str, Any]] = []
    for business in businesses:
        zone = business.store.marketplace.time_zone
        days = [
            (day, age)
            for day in days_between(max(first, business.store.start), last)
            if (age := version(zone, day, now))
        ]
        if dataset == ECONOMICS:
            found += _economics(business, days, arguments.get("aggregateBy") or {}, first, last)
        else:
            found += _sales_and_traffic(business, days, arguments["aggregateBy"], first, last)
    return found


def _amount(store: SimStore, value: Decimal | None) -> dict[str, Any] | None:
    return None if value is None else {"amount": float(value), "currencyCode": store.marketplace.currency}


def _sales_and_traffic(
    business: StoreBusiness, days: list[tuple[date, int]], granularity: str, first: date, last: date
) -> list[dict[str, Any]]:
    store = business.store
    sold: dict[tuple[str, ...], list[SkuDay]] = {}
    firsts = {offer.asin: offer.sku for offer in reversed(business.offers)}
    for day, age in days:
        for entry in sku_days(business, day, age):
            offer = entry.offer
            names = (offer.parent_asin, offer.asin, firsts[offer.asin])
            sold.setdefault(names[: _LEVELS[granularity]], []).append(entry)
    elements = by_asin([store_day(business, day, age) for day, age in days], granularity, store.marketplace.currency)
    return [
        {
            "startDate": first.isoformat(),
            "endDate": last.isoformat(),
            "marketplaceId": store.marketplace.marketplace_id,
            "parentAsin": element["parentAsin"],
            "childAsin": element.get("childAsin"),
            "sku": element.get("sku"),
            "sales": _asin_sales(store, sold.get(_key(element), [])),
            "traffic": element["trafficByAsin"],
        }
        for element in elements
    ]


_LEVELS = {"PARENT": 1, "CHILD": 2, "SKU": 3}


def _key(element: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(element[name] for name in ("parentAsin", "childAsin", "sku") if name in element)


def _asin_sales(store: SimStore, entries: list[SkuDay]) -> dict[str, Any]:
    zero = Decimal(0)
    units, refunded = sum(e.units for e in entries), sum(e.refunded_units for e in entries)
    return {
        "orderedProductSales": _amount(store, sum((e.sales for e in entries), zero)),
        "orderedProductSalesB2B": _amount(store, sum((e.business_sales for e in entries), zero)),
        "unitsOrdered": units,
        "unitsOrderedB2B": sum(e.business_units for e in entries),
        "totalOrderItems": sum(e.items for e in entries),
        "totalOrderItemsB2B": sum(e.business_items for e in entries),
        "shippedProductSales": _amount(store, sum((e.shipped_sales for e in entries), zero)),
        "unitsShipped": sum(e.shipped_units for e in entries),
        "ordersShipped": len({order for e in entries for order in e.shipped_orders}),
        "unitsRefunded": refunded,
        "refundRate": float(min(percent(refunded, units), Decimal(100))),
    }


def _economics(
    business: StoreBusiness, days: list[tuple[date, int]], aggregate: Mapping[str, str], first: date, last: date
) -> list[dict[str, Any]]:
    """One row per product and period, as the arguments have them; by SKU and day without any."""
    by_period, by_product = aggregate.get("date") or "DAY", aggregate.get("productId") or "MSKU"
    groups: dict[tuple[date, date, str], list[SkuDay]] = {}
    for day, age in days:
        begin, end = _period(day, by_period, first, last)
        if begin < first or end > last:
            continue  # of a week or month that is not whole there is nothing
        for entry in sku_days(business, day, age):
            offer = entry.offer
            product = {"MSKU": offer.sku, "CHILD_ASIN": offer.asin, "PARENT_ASIN": offer.parent_asin}[by_product]
            groups.setdefault((begin, end, product), []).append(entry)
    return [
        _economics_row(business.store, entries, begin, end, by_product) for (begin, end, _), entries in groups.items()
    ]


def _period(day: date, granularity: str, first: date, last: date) -> tuple[date, date]:
    if granularity == "DAY":
        return day, day
    if granularity == "WEEK":
        begin = day - timedelta(days=(day.weekday() + 1) % 7)
        return begin, begin + timedelta(days=6)
    if granularity == "MONTH":
        begin = day.replace(day=1)
        return begin, (begin + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first, last


def _economics_row(store: SimStore, entries: list[SkuDay], begin: date, end: date, product: str) -> dict[str, Any]:
    zero, decimals, offer = Decimal(0), store.marketplace.decimals, entries[0].offer
    ordered, refunded = sum((e.sales for e in entries), zero), sum((e.refunded_sales for e in entries), zero)
    units, units_refunded = sum(e.units for e in entries), sum(e.refunded_units for e in entries)
    total, net_units = sum((proceeds(store, e) for e in entries), zero), units - units_refunded
    fees: dict[str, Charge] = {}
    for entry in entries:
        for kind, fee in entry.fees.items():
            into = fees.setdefault(kind, Charge())
            into.amount += fee.amount
            into.quantity = None if fee.quantity is None else (into.quantity or 0) + fee.quantity
    spent = [entry.advertising for entry in entries if entry.advertising]
    is_sku = product == "MSKU"
    cost = unit_cost(store, offer) if is_sku else None
    return {
        "startDate": begin.isoformat(),
        "endDate": end.isoformat(),
        "marketplaceId": store.marketplace.marketplace_id,
        "parentAsin": offer.parent_asin,
        "childAsin": None if product == "PARENT_ASIN" else offer.asin,
        "fnsku": (offer.fnsku or None) if is_sku else None,
        "msku": offer.sku if is_sku else None,
        "sales": {
            "orderedProductSales": _amount(store, ordered),
            "refundedProductSales": _amount(store, refunded),
            "netProductSales": _amount(store, ordered - refunded),
            "averageSellingPrice": _amount(store, cents(ordered / units, decimals) if units else None),
            "unitsOrdered": units,
            "unitsRefunded": units_refunded,
            "netUnitsSold": net_units,
        },
        "fees": [
            {
                "feeTypeName": kind,
                "charges": [
                    {
                        "identifier": stable_uuid(store.store_id, offer.sku, kind, begin, end),
                        "startDate": begin.isoformat(),
                        "endDate": end.isoformat(),
                        "aggregatedDetail": _detail(store, fee),
                    }
                ],
            }
            for kind, fee in fees.items()
        ],
        "ads": [{"adTypeName": AD_TYPE, "charge": _detail(store, _sum(spent))}] if spent else [],
        "cost": None if cost is None else {"costOfGoodsSold": _amount(store, cost)},
        "netProceeds": {
            "total": _amount(store, total),
            "perUnit": _amount(store, cents(total / net_units, decimals) if net_units else None),
        },
    }


def _sum(charges: list[Charge]) -> Charge:
    return Charge(sum((c.amount for c in charges), Decimal(0)), sum(c.quantity or 0 for c in charges))


def _detail(store: SimStore, charge: Charge) -> dict[str, Any]:
    each = cents(charge.amount / charge.quantity, store.marketplace.decimals) if charge.quantity else None
    return {
        "amount": _amount(store, charge.amount),
        "amountPerUnit": _amount(store, each),
        "promotionAmount": _amount(store, Decimal(0)),
        "taxAmount": _amount(store, Decimal(0)),
        "totalAmount": _amount(store, charge.amount),
        "quantity": charge.quantity,
    }
