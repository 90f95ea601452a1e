"""Multi-channel orders: what a seller sells elsewhere and Amazon sends from FBA stock. Only in worlds as they are met.

They have no prices, no tax, no promotions and no refunds. All that Amazon knows is what to send where, and its fee. The
names of their channels are those of seller help 200141600, amzn/selling-partner-api-docs#761 and public settlements.
That an order which cannot be sent is Unfulfillable is seller help 200244490. Stock is taken in world/business.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from simulator.world.catalogue.offers import Offer
from simulator.world.catalogue.texts import PLACES
from simulator.world.marketplaces import midnight
from simulator.world.model import SimStore
from simulator.world.orders.order import Line, Order, OrderState
from simulator.world.rng import rng

# how sales channels and marketplace names are written, by the store's country
CHANNELS = {
    "US": ("Non-Amazon US", "Non-Amazon", "sim1.stores.amazon.com"),
    "DE": ("SI DE Prod Marketplace", "Non-Amazon"),
    "FR": ("SI Prod FR Marketplace", "Non-Amazon FR"),
    "GB": ("SI UK Prod Marketplace", "Non-Amazon"),
}
# in other countries
ANYWHERE = ("Non-Amazon",)
# how the numbers of these orders begin, by region
PREFIX = {"na": "S01", "eu": "S02", "fe": "S03"}
UNFULFILLABLE = 0.1


def arrivals(seed: int, store: SimStore, offers: Sequence[Offer], day: date) -> list[tuple[datetime, Offer, int]]:
    """(time, FBA offer, units) of a marketplace day, by time: one to three orders."""
    zone, there = store.marketplace.time_zone, [offer for offer in offers if offer.channel == "Amazon"]
    random = rng(seed, store.store_id, "elsewhere", day)
    begin, end = midnight(zone, day), midnight(zone, day + timedelta(days=1))
    length = int((end - begin).total_seconds())
    wanted = [
        (begin + timedelta(seconds=random.randrange(length)), random.choice(there), random.choice((1, 1, 2)))
        for _ in range(random.randint(1, 3) if there else 0)
    ]
    return sorted(wanted, key=lambda want: (want[0], want[1].sku))


def make(random: Random, store: SimStore, purchased: datetime, offer: Offer, units: int) -> Order:
    """The order with its whole life."""
    nothing = Decimal(0)
    line = Line(offer, units, nothing, None, None, None, None, "", f"{random.randrange(10**13, 10**14)}")
    gone = random.random() < UNFULFILLABLE
    at = purchased + timedelta(seconds=random.randint(3 * 3600, 60 * 3600))
    status = "Unfulfillable" if gone else "Shipped"
    return Order(
        order_id=f"{PREFIX[store.region]}-{random.randrange(10**7):07d}-{random.randrange(10**7):07d}",
        store=store,
        purchased=purchased,
        channel="Amazon",
        lines=(line,),
        states=tuple(
            OrderState(when, said, (said,), False, (nothing,))
            for when, said in ((purchased, "Unshipped"), (at, status))
        ),
        business=False,
        replacement=False,
        place=random.choice(PLACES[store.marketplace.country]),
        shipped=None if gone else at,
        refunds=(),
        multi_channel=random.choice(CHANNELS.get(store.marketplace.country, ANYWHERE)),
    )
