"""What the staging models of a shop on WooCommerce must hold: products with their stock, orders and their lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from simulator.truth.known import Known
from simulator.truth.staging.kind import StagingTruth
from simulator.truth.staging.shops import ShopTruth, of_kind, offered, shared_models
from simulator.world.marketplaces import local_day
from simulator.world.shops.order import ShopOrder, happened
from simulator.world.shops.shop import Variant


def _states(order: ShopOrder, now: datetime) -> tuple[str, str]:
    gone, sent, paid = (happened(each, now) for each in (order.cancelled, order.shipped, order.paid))
    given = sum((each.amount + each.tax for each in order.refunds_by(now)), Decimal(0))
    whole = sum((each.price - each.discount + each.tax for each in order.lines), Decimal(0))
    if gone:
        state = "cancelled"
    elif given and given == whole:
        state = "refunded"
    else:
        state = "completed" if sent else "processing" if paid else "on-hold"
    return "paid" if paid else "unpaid", state


def _title(variant: Variant) -> str:
    return f"{variant.product_title}, {variant.title}" if variant.title else variant.product_title


TRUTH = ShopTruth(
    snapshots=("woocommerce.products",),
    orders="woocommerce.orders",
    states=_states,
    item_id=lambda variant: variant.variant_id,
    title=_title,
    dates_cancellations=False,
    tells_restocks=False,
)


def _products(known: Known) -> Iterator[dict]:
    for shop in of_kind(known, "woocommerce"):
        business = known.world.shop_business(shop)
        for run in known.runs():
            for each in business.variants:
                yield {
                    "store_id": shop.shop_id,
                    "tenant_id": shop.tenant_id,
                    "date": local_day(shop.time_zone, run.now),
                    "item_id": each.variant_id,
                    "product_id": each.product_id,
                    "sku": each.sku,
                    "barcode": each.barcode or None,
                    "title": _title(each),
                    "status": "publish",
                    "is_tracked": bool(each.sku),
                    "stock_quantity": offered(known, business, each, run.now, each.variant_id) if each.sku else None,
                    "price_amount": each.price,
                    "currency": shop.currency,
                }


STAGING: dict[str, StagingTruth] = {
    "stg_woocommerce__products": StagingTruth(
        columns=(
            "store_id", "tenant_id", "date", "item_id", "product_id", "sku", "barcode", "title", "status",
            "is_tracked", "stock_quantity", "price_amount", "currency",
        ),
        key=("store_id", "date", "item_id"),
        rows=_products,
    ),
    **shared_models("woocommerce", TRUTH),
}  # fmt: skip
