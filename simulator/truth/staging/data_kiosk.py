"""What the staging models of Data Kiosk queries must hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from simulator.documents.amazon_sp.traffic import buy_box
from simulator.truth.known import REPORT_LATENCY, Known
from simulator.truth.staging.kind import StagingTruth
from simulator.world.catalogue.offers import cents
from simulator.world.model import SimStore
from simulator.world.money.economics import AD_TYPE, Charge, SkuDay, proceeds, sku_days, unit_cost
from simulator.world.rng import stable_uuid
from simulator.world.sales.traffic import AsinDay, percent, store_day, version

ZERO = Decimal(0)
OWNER = ("store_id", "tenant_id", "date")


def _owner(store: SimStore, day: date) -> dict:
    return {"store_id": store.store_id, "tenant_id": store.tenant_id, "date": day}


def _sku_days(known: Known) -> Iterator[tuple[SimStore, SkuDay]]:
    """The SKUs' ended days, each in the version that is shown now."""
    for account, store, business in known.stores(configured_only=True):
        for day in known.ended(account, REPORT_LATENCY):
            for entry in sku_days(business, day, version(store.marketplace.time_zone, day, known.now)):
                yield store, entry


def by_asin(known: Known) -> Iterator[dict]:
    """One row per day and child ASIN that was visited or bought."""
    for account, store, business in known.stores(configured_only=True):
        for day in known.ended(account, REPORT_LATENCY):
            age = version(store.marketplace.time_zone, day, known.now)
            sold: dict[str, list[SkuDay]] = {}
            for entry in sku_days(business, day, age):
                sold.setdefault(entry.offer.asin, []).append(entry)
            asins = store_day(business, day, age).asins
            for asin in asins:
                yield {
                    **_owner(store, day),
                    "child_asin": asin.asin,
                    "parent_asin": asin.parent_asin,
                    "currency": store.marketplace.currency,
                    **_sales(sold.get(asin.asin, [])),
                    **_visits(asin, asins),
                }


def _sales(entries: list[SkuDay]) -> dict:
    units, refunded = sum(e.units for e in entries), sum(e.refunded_units for e in entries)
    return {
        "ordered_product_sales_amount": sum((e.sales for e in entries), ZERO),
        "units_ordered": units,
        "total_order_items": sum(e.items for e in entries),
        "ordered_product_sales_b2b_amount": sum((e.business_sales for e in entries), ZERO),
        "units_ordered_b2b": sum(e.business_units for e in entries),
        "total_order_items_b2b": sum(e.business_items for e in entries),
        "shipped_product_sales_amount": sum((e.shipped_sales for e in entries), ZERO),
        "units_shipped": sum(e.shipped_units for e in entries),
        "orders_shipped": len({order for e in entries for order in e.shipped_orders}),
        "units_refunded": refunded,
        "refund_rate": min(percent(refunded, units), Decimal(100)),
    }


# column of a count, column of its share of all ASINs, the count
_COUNTS = (
    ("browser_sessions", "browser_session_percentage", "browser_sessions"),
    ("mobile_app_sessions", "mobile_app_session_percentage", "app_sessions"),
    ("sessions", "session_percentage", "sessions"),
    ("browser_page_views", "browser_page_views_percentage", "browser_views"),
    ("mobile_app_page_views", "mobile_app_page_views_percentage", "app_views"),
    ("page_views", "page_views_percentage", "views"),
)


def _visits(asin: AsinDay, everything: tuple[AsinDay, ...]) -> dict:
    row: dict = {}
    for count, share, name in _COUNTS:
        row[count] = getattr(asin, name)
        row[share] = percent(getattr(asin, name), sum(getattr(each, name) for each in everything))
    row["buy_box_percentage"] = buy_box([asin])
    row["unit_session_percentage"] = percent(asin.units, asin.sessions)
    return row


def economics(known: Known) -> Iterator[dict]:
    """One row per day and SKU that sold, gave back, was charged or was advertised."""
    for store, entry in _sku_days(known):
        offer, decimals = entry.offer, store.marketplace.decimals
        spent = entry.advertising.amount if entry.advertising else ZERO
        total = proceeds(store, entry)
        yield {
            **_owner(store, entry.day),
            "sku": offer.sku,
            "fnsku": offer.fnsku or None,
            "child_asin": offer.asin,
            "parent_asin": offer.parent_asin,
            "currency": store.marketplace.currency,
            "ordered_product_sales_amount": entry.sales,
            "refunded_product_sales_amount": entry.refunded_sales,
            "net_product_sales_amount": entry.net_sales,
            "average_selling_price_amount": cents(entry.sales / entry.units, decimals) if entry.units else None,
            "units_ordered": entry.units,
            "units_refunded": entry.refunded_units,
            "net_units_sold": entry.net_units,
            "fees_amount": entry.charged - spent,
            "advertising_amount": spent,
            "cost_of_goods_sold_amount": unit_cost(store, offer),
            "miscellaneous_cost_amount": None,
            "shipping_to_amazon_cost_amount": None,
            "fulfillment_cost_amount": None,
            "storage_cost_amount": None,
            "net_proceeds_amount": total,
            "net_proceeds_per_unit_amount": cents(total / entry.net_units, decimals) if entry.net_units else None,
        }


def charges(known: Known) -> Iterator[dict]:
    """One row per day, SKU and kind of charge."""
    for store, entry in _sku_days(known):
        for kind, fee in entry.fees.items():
            identifier = stable_uuid(store.store_id, entry.offer.sku, kind, entry.day, entry.day)
            yield _charge(store, entry, "fee", kind, fee, identifier)
        if entry.advertising:
            yield _charge(store, entry, "advertising", AD_TYPE, entry.advertising, None)


def _charge(store: SimStore, entry: SkuDay, kind: str, name: str, charge: Charge, identifier: str | None) -> dict:
    per_unit = cents(charge.amount / charge.quantity, store.marketplace.decimals) if charge.quantity else None
    return {
        **_owner(store, entry.day),
        "sku": entry.offer.sku,
        "kind": kind,
        "charge_type": name,
        "identifier": identifier,
        "start_date": entry.day,
        "end_date": entry.day,
        "currency": store.marketplace.currency,
        "amount": charge.amount,
        "promotion_amount": ZERO,
        "tax_amount": ZERO,
        "total_amount": charge.amount,
        "amount_per_unit_amount": per_unit,
        "quantity": charge.quantity,
    }


STAGING: dict[str, StagingTruth] = {
    "stg_amazon_data_kiosk__sales_and_traffic_by_asin": StagingTruth(
        columns=(
            *OWNER,
            "child_asin",
            "parent_asin",
            "currency",
            *_sales([]),
            *(name for count, share, _ in _COUNTS for name in (count, share)),
            "buy_box_percentage",
            "unit_session_percentage",
        ),
        key=("store_id", "date", "child_asin"),
        rows=by_asin,
    ),
    "stg_amazon_data_kiosk__economics": StagingTruth(
        columns=(
            *OWNER,
            "sku",
            "fnsku",
            "child_asin",
            "parent_asin",
            "currency",
            "ordered_product_sales_amount",
            "refunded_product_sales_amount",
            "net_product_sales_amount",
            "average_selling_price_amount",
            "units_ordered",
            "units_refunded",
            "net_units_sold",
            "fees_amount",
            "advertising_amount",
            "cost_of_goods_sold_amount",
            "miscellaneous_cost_amount",
            "shipping_to_amazon_cost_amount",
            "fulfillment_cost_amount",
            "storage_cost_amount",
            "net_proceeds_amount",
            "net_proceeds_per_unit_amount",
        ),
        key=("store_id", "date", "sku"),
        rows=economics,
    ),
    "stg_amazon_data_kiosk__economics__charges": StagingTruth(
        columns=(
            *OWNER,
            "sku",
            "kind",
            "charge_type",
            "identifier",
            "start_date",
            "end_date",
            "currency",
            "amount",
            "promotion_amount",
            "tax_amount",
            "total_amount",
            "amount_per_unit_amount",
            "quantity",
        ),
        key=("store_id", "date", "sku", "kind", "charge_type"),
        rows=charges,
    ),
}
