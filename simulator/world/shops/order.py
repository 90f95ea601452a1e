"""An order of a shop and its whole life, made when it is placed: paid, sent or cancelled, refunded.

Pure, like world/orders/order.py. Whether there is stock for it is decided in business.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from simulator.world.catalogue.offers import cents
from simulator.world.shops.kinds import KINDS
from simulator.world.shops.shop import SimShop, Variant


@dataclass(frozen=True, slots=True)
class ShopLine:
    """A line. Money is for the whole line in the shop's currency: price before the discount, tax on top of the rest."""

    line_id: str
    variant: Variant
    quantity: int
    price: Decimal
    discount: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class ShopRefund:
    """Units and money given back for a line. restocked: the units are in the warehouse again at `at`."""

    refund_id: str
    at: datetime
    line: int
    quantity: int
    amount: Decimal
    tax: Decimal
    restocked: bool


@dataclass(frozen=True, slots=True)
class ShopOrder:
    """An order. paid, shipped, cancelled: when (UTC), None for never. An order is shipped whole, or cancelled."""

    order_id: str
    name: str
    placed: datetime
    lines: tuple[ShopLine, ...]
    paid: datetime | None
    shipped: datetime | None
    cancelled: datetime | None
    refunds: tuple[ShopRefund, ...]

    def updated(self, at: datetime) -> datetime:
        """When it last changed, as seen at `at`."""
        moments = (self.placed, self.paid, self.shipped, self.cancelled, *(each.at for each in self.refunds))
        return max(each for each in moments if each is not None and each <= at)

    def is_open(self, at: datetime) -> bool:
        """Whether it was placed by then, and its goods are still to be sent."""
        return self.placed <= at and not happened(self.shipped, at) and not happened(self.cancelled, at)

    def refunds_by(self, at: datetime) -> tuple[ShopRefund, ...]:
        """The refunds made by then."""
        return tuple(each for each in self.refunds if each.at <= at)


def happened(moment: datetime | None, at: datetime) -> bool:
    """Whether something that has a moment was done by then."""
    return moment is not None and moment <= at


def _id(shop: SimShop, what: str, *key: object) -> str:
    return KINDS[shop.kind].ident(what, shop.shop_id, *key)


def make_line(random: Random, shop: SimShop, variant: Variant, quantity: int, *key: object) -> ShopLine:
    """A line; now and then with a tenth off."""
    price = variant.price * quantity
    discount = cents(price / 10, 2) if random.random() < 0.2 else Decimal(0)
    tax = cents((price - discount) * shop.tax_percent / 100, 2)
    return ShopLine(_id(shop, "LineItem", *key), variant, quantity, price, discount, tax)


def make_order(random: Random, shop: SimShop, placed: datetime, name: str, lines: tuple[ShopLine, ...]) -> ShopOrder:
    """The order with its whole life."""

    def after(low: float, high: float, since: datetime) -> datetime:
        return since + timedelta(seconds=int(random.uniform(low, high) * 3600))

    paid: datetime | None = placed if random.random() < 0.85 else after(1, 20, placed)
    shipped: datetime | None = after(2, 50, paid or placed)
    cancelled: datetime | None = None
    refunds: tuple[ShopRefund, ...] = ()
    fate = random.random()
    if fate < 0.06:
        cancelled, shipped = after(0.5, 30, placed), None
        paid = paid if happened(paid, cancelled) else None
    elif fate < 0.18 and shipped is not None:
        refunds = (_refund(random, shop, name, lines, after(30, 300, shipped)),)
    return ShopOrder(_id(shop, "Order", name), name, placed, lines, paid, shipped, cancelled, refunds)


def _refund(random: Random, shop: SimShop, name: str, lines: tuple[ShopLine, ...], at: datetime) -> ShopRefund:
    index = random.randrange(len(lines))
    line = lines[index]
    quantity = random.randint(1, line.quantity)
    share = Decimal(quantity) / line.quantity
    amount, tax = cents((line.price - line.discount) * share, 2), cents(line.tax * share, 2)
    return ShopRefund(_id(shop, "Refund", name), at, index, quantity, amount, tax, random.random() < 0.7)
