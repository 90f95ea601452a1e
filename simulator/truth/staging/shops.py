"""What is known of shops, whichever system they run on: the rows that the staging models of each kind share.

What differs by system is told by a `ShopTruth`, which the module of the kind makes (shopify.py and others).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from simulator.truth.known import Known
from simulator.truth.staging.kind import StagingTruth
from simulator.world.marketplaces import local_day
from simulator.world.shops.business import ShopBusiness
from simulator.world.shops.order import ShopOrder, happened
from simulator.world.shops.shop import SimShop, Variant

_SHOP = ("store_id", "tenant_id")
_ORDER = (
    *_SHOP, "order_id", "order_name", "ordered_at", "date", "last_updated_at", "cancelled_at", "is_cancelled",
    "shipped_at", "financial_status", "fulfillment_status", "is_test", "prices_contain_tax", "currency", "order_lines",
)  # fmt: skip
_LINE = (
    *_SHOP, "order_id", "last_updated_at", "line_number", "line_id", "sku", "item_id", "units", "unfulfilled_units",
    "currency", "item_price_amount", "discount_amount", "tax_amount", "refunded_units", "restocked_units",
    "refunded_amount",
)  # fmt: skip
_LISTING = (
    *_SHOP, "item_id", "channel_sku", "title", "barcode", "price_amount", "currency", "status",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopTruth:
    """A kind of shop system, as the truth looks at it.

    snapshots, orders: its feeds. states: (order, now) -> (payment, fulfilment) as the system writes them. item_id: of a
    variant in its lists and in orders. title: of a variant. dates_cancellations, counts_refunds, tells_restocks:
    whether it tells when an order was cancelled, how many units a refund is of, and whether they came back.
    refunds_cancelled: whether the money of a cancelled order is told as a refund.
    """

    snapshots: tuple[str, ...]
    orders: str
    states: Callable[[ShopOrder, datetime], tuple[str, str]]
    item_id: Callable[[Variant], str]
    title: Callable[[Variant], str]
    dates_cancellations: bool = True
    counts_refunds: bool = True
    tells_restocks: bool = True
    refunds_cancelled: bool = False


def of_kind(known: Known, kind: str) -> list[SimShop]:
    """The shops that run on one system."""
    return [shop for shop in known.world.shops if shop.kind == kind]


def businesses(known: Known) -> Iterator[tuple[SimShop, ShopBusiness]]:
    """The shops of the world, simulated up to now."""
    for shop in known.world.shops:
        yield shop, known.world.shop_business(shop).until(known.now)


def offered(known: Known, business: ShopBusiness, variant: Variant, at: datetime, *place: str) -> int:
    """What a shop without locations offers at an instant: a figure that Tradewind has set there counts until the next
    count of the shop's own. place: where the simulator keeps that figure, behind the shop's id."""
    told = known.figure_set(business.shop.shop_id, *place, until=at)
    if told is not None and told[0] <= business.counted(at):
        told = None
    return business.offered(variant, at, told)


def order_rows(
    truth: ShopTruth, shop: SimShop, business: ShopBusiness, now: datetime
) -> Iterator[tuple[ShopOrder, dict]]:
    """Every order of a shop that is known, in its current state."""
    for order in business.orders_by(now):
        gone, sent = happened(order.cancelled, now), happened(order.shipped, now)
        financial, fulfillment = truth.states(order, now)
        yield (
            order,
            {
                "store_id": shop.shop_id,
                "tenant_id": shop.tenant_id,
                "order_id": order.order_id,
                "order_name": order.name,
                "ordered_at": order.placed,
                "date": local_day(shop.time_zone, order.placed),
                "last_updated_at": order.updated(now),
                "cancelled_at": order.cancelled if gone and truth.dates_cancellations else None,
                "is_cancelled": gone,
                "shipped_at": order.shipped if sent else None,
                "financial_status": financial,
                "fulfillment_status": fulfillment,
                "is_test": False,
                "prices_contain_tax": False,
                "currency": shop.currency,
                "order_lines": len(order.lines),
            },
        )


def line_rows(truth: ShopTruth, shop: SimShop, order: ShopOrder, row: dict, now: datetime) -> Iterator[dict]:
    """The lines of an order; row: that of the order."""
    gone, sent, paid = (happened(each, now) for each in (order.cancelled, order.shipped, order.paid))
    for index, line in enumerate(order.lines):
        back = [each for each in order.refunds_by(now) if each.line == index]
        given = sum((each.amount for each in back), Decimal(0))
        if gone and paid and truth.refunds_cancelled:
            given = line.price - line.discount
        yield {
            **{name: row[name] for name in (*_SHOP, "order_id", "currency", "last_updated_at")},
            "line_number": index + 1,
            "line_id": line.line_id,
            "sku": line.variant.sku,
            "item_id": truth.item_id(line.variant),
            "units": line.quantity,
            "unfulfilled_units": 0 if gone or sent else line.quantity,
            "item_price_amount": line.price,
            "discount_amount": line.discount,
            "tax_amount": line.tax,
            "refunded_units": sum(each.quantity for each in back) if truth.counts_refunds else None,
            "restocked_units": sum(each.quantity for each in back if each.restocked) if truth.tells_restocks else None,
            "refunded_amount": given,
        }


def listing_rows(truth: ShopTruth, shop: SimShop, business: ShopBusiness) -> Iterator[dict]:
    """What a shop lists."""
    for each in business.variants:
        yield {
            "store_id": shop.shop_id,
            "tenant_id": shop.tenant_id,
            "item_id": truth.item_id(each),
            "channel_sku": each.sku,
            "title": truth.title(each),
            "barcode": each.barcode or None,
            "price_amount": each.price if each.status else None,
            "currency": shop.currency,
            "status": each.status or None,
        }


def shared_models(kind: str, truth: ShopTruth) -> dict[str, StagingTruth]:
    """The truth of the three staging models that every kind has: listings, orders and their lines."""

    def orders(known: Known) -> Iterator[dict]:
        for shop in of_kind(known, kind):
            business = known.world.shop_business(shop).until(known.now)
            yield from (row for _, row in order_rows(truth, shop, business, known.now))

    def lines(known: Known) -> Iterator[dict]:
        for shop in of_kind(known, kind):
            business = known.world.shop_business(shop).until(known.now)
            for order, row in order_rows(truth, shop, business, known.now):
                yield from line_rows(truth, shop, order, row, known.now)

    def listings(known: Known) -> Iterator[dict]:
        for shop in of_kind(known, kind):
            yield from listing_rows(truth, shop, known.world.shop_business(shop))

    return {
        f"stg_{kind}__listings": StagingTruth(_LISTING, ("store_id", "item_id", "channel_sku"), listings),
        f"stg_{kind}__orders": StagingTruth(
            _ORDER, ("store_id", "order_id"), orders, newest_of=("store_id", "order_id")
        ),
        f"stg_{kind}__orders__lines": StagingTruth(
            _LINE, ("store_id", "order_id", "line_number"), lines, newest_of=("store_id", "order_id")
        ),
    }
