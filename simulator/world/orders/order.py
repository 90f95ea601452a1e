"""Orders and their lives: what was ordered, and how each order changes until it is shipped, cancelled or refunded.

Pure: an order's whole life follows from its own generator when it is made, so that asking later only shows more of it.
Which orders are placed, and whether there is stock for them, is decided in world/business.py.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from simulator.world.catalogue.offers import TAX_PERCENT, UNTAXED, Offer, cents
from simulator.world.catalogue.texts import PLACES
from simulator.world.incidents import is_of_bad_batch
from simulator.world.marketplaces import local_day
from simulator.world.model import SimStore

FREE_SHIPPING = {
    "US": "US Core Free Shipping 2015/04/08 23-48-34-565",
    "JP": "Japan Free Shipping ～ 2016",
    "DE": "DE Core Free Shipping Größe L",
}
# statuses of a line that is never sent
CANCELLED = frozenset({"Cancelled", "Unfulfillable"})


@dataclass(frozen=True, slots=True)
class Line:
    """One order line. Money is for the whole line, in the store's currency; None where the document has nothing."""

    offer: Offer
    quantity: int
    price: Decimal
    shipping: Decimal | None
    gift: Decimal | None
    discount: Decimal | None
    shipping_discount: Decimal | None
    promotion_ids: str
    item_code: str


@dataclass(frozen=True, slots=True)
class OrderState:
    """The order from `at` (UTC) on. priced: the document shows the prices (they exist anyway). prices: per line."""

    at: datetime
    status: str
    item_statuses: tuple[str, ...]
    priced: bool
    prices: tuple[Decimal, ...]

    def cancelled(self, index: int) -> bool:
        """Whether that line is cancelled."""
        return not CANCELLED.isdisjoint((self.status, self.item_statuses[index]))


@dataclass(frozen=True, slots=True)
class Refund:
    """Money given back for a line; returned: when the goods reached the warehouse (None: they were kept)."""

    at: datetime
    line: int
    principal: Decimal
    quantity: int
    returned: datetime | None
    disposition: str


@dataclass(frozen=True, slots=True)
class Order:
    """An order. states: oldest first, the first at `purchased`. shipped: None when it was cancelled. multi_channel:
    the name of the channel of an order from elsewhere (multi_channel.py), '' for one of a marketplace."""

    order_id: str
    store: SimStore
    purchased: datetime
    channel: str
    lines: tuple[Line, ...]
    states: tuple[OrderState, ...]
    business: bool
    replacement: bool
    place: tuple[str, str, str]
    shipped: datetime | None
    refunds: tuple[Refund, ...]
    multi_channel: str = ""

    @property
    def sales_channel(self) -> str:
        """What Amazon calls the channel it was ordered in."""
        return self.multi_channel or self.store.marketplace.sales_channel

    def state(self, at: datetime) -> OrderState:
        """The state at that instant; the order must have been placed by then."""
        return self.states[bisect_right(self.states, at, key=lambda s: s.at) - 1]

    @property
    def end(self) -> OrderState:
        """The last state there will be."""
        return self.states[-1]


@dataclass(frozen=True, slots=True)
class LineView:
    """What Amazon tells of an order line at some instant; None where it tells nothing (prices of a pending order)."""

    line: Line
    order_status: str
    item_status: str
    currency: str | None
    price: Decimal | None
    tax: Decimal | None
    shipping: Decimal | None
    shipping_tax: Decimal | None
    gift: Decimal | None
    gift_tax: Decimal | None
    discount: Decimal | None
    shipping_discount: Decimal | None
    place: tuple[str, str, str] | None

    @property
    def cancelled(self) -> bool:
        """Whether the line is cancelled, by itself or with its order."""
        return not CANCELLED.isdisjoint((self.order_status, self.item_status))

    @property
    def replacement(self) -> bool:
        """Whether the line is sent in place of other goods: at price zero and without a promotion."""
        return not self.cancelled and self.price == 0 and not self.line.promotion_ids


def views(order: Order, at: datetime) -> list[LineView]:
    """The order's lines as Amazon tells them at that instant, in the order's own order."""
    state, store = order.state(at), order.store

    def told(amount: Decimal | None) -> Decimal | None:
        return amount if state.priced else None

    def taxed(amount: Decimal | None) -> Decimal | None:
        return None if amount is None or not state.priced else tax(store, amount)

    return [
        LineView(
            line=line,
            order_status=state.status,
            item_status=state.item_statuses[index],
            currency=store.marketplace.currency if state.priced else None,
            price=told(state.prices[index]),
            tax=taxed(state.prices[index]),
            shipping=told(line.shipping),
            shipping_tax=taxed(line.shipping),
            gift=told(line.gift),
            gift_tax=taxed(line.gift),
            discount=told(line.discount),
            shipping_discount=told(line.shipping_discount),
            place=order.place if state.priced or order.multi_channel else None,
        )
        for index, line in enumerate(order.lines)
    ]


def tax(store: SimStore, amount: Decimal) -> Decimal:
    """The tax of an amount: on top where prices are without, the part contained elsewhere."""
    place = store.marketplace
    rate = TAX_PERCENT[place.country]
    return cents(
        amount * rate / 100 if place.country in UNTAXED else amount - amount / (1 + rate / 100), place.decimals
    )


def money(store: SimStore, dollars: str) -> Decimal:
    """A small fixed charge, given in dollars, in the store's money."""
    return cents(Decimal(dollars) * (100 if store.marketplace.decimals == 0 else 1), store.marketplace.decimals)


def make_line(
    random: Random,
    store: SimStore,
    offer: Offer,
    quantity: int,
    unit: Decimal,
    promotion: tuple[int, str] | None,
    free: bool,
) -> Line:
    """An order line at that unit price; free: a gift, written as price 0 with a promotion id."""
    price = Decimal(0) if free else unit * quantity
    ids, discount, shipping, shipping_discount = [], None, None, None
    if free:
        ids.append(f"PLM-free-{offer.asin.lower()}")
    elif promotion:
        discount = cents(price * promotion[0] / 100, store.marketplace.decimals)
        ids.append(promotion[1])
    if offer.channel == "Merchant":
        if random.random() < 0.6:
            shipping = money(store, "4.99")
    elif random.random() < 0.15:
        shipping = shipping_discount = money(store, "5.99")
        ids.append(FREE_SHIPPING.get(store.marketplace.country, "Core Free Shipping 2016"))
    return Line(
        offer=offer,
        quantity=quantity,
        price=cents(price, store.marketplace.decimals),
        shipping=shipping,
        gift=money(store, "3.99") if random.random() < 0.03 else None,
        discount=discount,
        shipping_discount=shipping_discount,
        promotion_ids=",".join(ids),
        item_code=f"{random.randrange(10**13, 10**14)}",
    )


def replacement_line(random: Random, offer: Offer, quantity: int) -> Line:
    """What is sent in place of broken goods: price zero, no promotion."""
    return Line(offer, quantity, Decimal(0), None, None, None, None, "", f"{random.randrange(10**13, 10**14)}")


def make_order(
    random: Random, store: SimStore, purchased: datetime, lines: tuple[Line, ...], replacement: bool = False
) -> Order:
    """The order with its whole life."""
    states, shipped = _life(random, store, purchased, lines, replacement)
    return Order(
        order_id=f"{store.marketplace.order_prefix}-{random.randrange(10**7):07d}-{random.randrange(10**7):07d}",
        store=store,
        purchased=purchased,
        channel=lines[0].offer.channel,
        lines=lines,
        states=states,
        business=not replacement and random.random() < 0.08,
        replacement=replacement,
        place=random.choice(PLACES[store.marketplace.country]),
        shipped=shipped,
        refunds=_refunds(random, store, purchased, lines, states[-1], shipped) if shipped and not replacement else (),
    )


def _life(
    random: Random, store: SimStore, purchased: datetime, lines: tuple[Line, ...], replacement: bool
) -> tuple[tuple[OrderState, ...], datetime | None]:
    def after(low: float, high: float, since: datetime) -> datetime:
        return since + timedelta(seconds=int(random.uniform(low, high) * 3600))

    prices, items = tuple(line.price for line in lines), ("Unshipped",) * len(lines)
    if replacement:
        shipped = after(3, 40, purchased)
        return (
            OrderState(purchased, "Unshipped", items, True, prices),
            OrderState(shipped, "Shipped", ("Shipped",) * len(lines), True, prices),
        ), shipped
    priced = store.marketplace.country == "FR" or random.random() < 0.45
    states = [OrderState(purchased, "Pending", items, priced, prices)]
    fate = random.random()
    if fate < 0.04:  # the buyer changes their mind, or the payment fails
        states.append(OrderState(after(0.5, 30, purchased), "Cancelled", ("Cancelled",) * len(lines), priced, prices))
        return tuple(states), None
    paid = after(6, 30, purchased) if random.random() < 0.15 else after(0.3, 4, purchased)
    if len(lines) > 1 and random.random() < 0.06:  # one line is taken out of the order
        items = ("Cancelled", *items[1:])
    states.append(OrderState(paid, "Unshipped", items, True, prices))
    slow = random.random() < 0.12
    leaves = after(80, 210, paid) if slow else after(2, 44, paid)
    if fate < 0.055:  # cancelled days later
        states.append(OrderState(after(50, 120, paid), "Cancelled", ("Cancelled",) * len(lines), True, prices))
        return tuple(states), None
    if slow and random.random() < 0.25 and prices[-1] > 0:  # re-priced while it waits
        prices = (*prices[:-1], cents(prices[-1] * 9 / 10, store.marketplace.decimals))
        states.append(OrderState(after(30, 70, paid), "Unshipped", items, True, prices))
    sent = tuple("Cancelled" if item == "Cancelled" else "Shipped" for item in items)
    states.append(OrderState(leaves, "Shipped", sent, True, prices))
    return tuple(states), leaves


def _refunds(
    random: Random, store: SimStore, purchased: datetime, lines: tuple[Line, ...], end: OrderState, shipped: datetime
) -> tuple[Refund, ...]:
    result = []
    day = local_day(store.marketplace.time_zone, purchased)
    for index, line in enumerate(lines):
        share = 0.7 if is_of_bad_batch(store, line.offer.rank, day) else 0.07
        if end.cancelled(index) or random.random() >= share or end.prices[index] == 0:
            continue
        at = shipped + timedelta(seconds=int(random.uniform(3, 22) * 86400))
        paid = end.prices[index] - (line.discount or 0)
        if random.random() < 0.3:  # something is wrong with it, the buyer keeps it
            result.append(Refund(at, index, cents(paid * 3 / 10, store.marketplace.decimals), 0, None, ""))
        else:
            disposition = random.choice(("SELLABLE", "SELLABLE", "CUSTOMER_DAMAGED", "DEFECTIVE"))
            result.append(
                Refund(at, index, paid, line.quantity, at + timedelta(days=random.randint(1, 5)), disposition)
            )
    return tuple(result)
