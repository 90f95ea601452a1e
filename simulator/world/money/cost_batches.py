"""The batches in which a seller's goods arrived and what each cost, for the stores that count costs by batches.

As the user has written them down: what arrived by a day, in the order of arrival. Batches are smaller than what is sold
of best sellers, so that these run out of them. Costs by period are in product_costs.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from simulator.world.catalogue.offers import cents, offers
from simulator.world.marketplaces import local_day
from simulator.world.model import SimStore
from simulator.world.rng import rng

METHODS = {"harbor-us": "fifo", "sakura-jp": "weighted_average"}
"""How the stores of the demo count; a store that is not named here does by period."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Goods of one SKU that arrived together. unit_cost: in `currency`."""

    sku: str
    received_on: date
    units: int
    unit_cost: Decimal
    currency: str


def batches(seed: int, store: SimStore, now: datetime) -> list[Batch]:
    """What has arrived by the marketplace day of `now`, as the user's file lists it; nothing of a store by period."""
    if store.store_id not in METHODS:
        return []
    today = local_day(store.marketplace.time_zone, now)
    found = [batch for batch in _all(seed, store, today) if batch.received_on <= today]
    return sorted(found, key=lambda batch: batch.received_on)


def _all(seed: int, store: SimStore, last: date) -> Iterator[Batch]:
    for offer in offers(seed, store):
        random = rng(seed, store.store_id, offer.sku, "batches")
        # one in ten is counted by period only: nobody wrote its batches down
        day = last + timedelta(days=1) if random.random() < 0.1 else store.start - timedelta(days=random.randint(2, 20))
        cost = offer.base_price * random.randint(28, 42) / 100
        while day <= last:
            share = Decimal(random.choice((94, 97, 100, 103, 108))) / 100
            yield Batch(
                sku=offer.sku,
                received_on=day,
                units=max(1, round(offer.demand * random.randint(6, 22))),
                unit_cost=cents(cost * share, store.marketplace.decimals),
                currency=store.marketplace.currency,
            )
            # now and then two batches on one day
            day += timedelta(days=random.choice((0, 9, 14, 17, 23)))
