"""What each SKU costs by the user's own word, period by period, and how long it takes to arrive.

Costs by batches are in cost_batches.py. The file of it is written in documents/user_files.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from simulator.world.catalogue.offers import cents, offers
from simulator.world.model import SimStore
from simulator.world.orders.order import money
from simulator.world.rng import rng


def product_costs(seed: int, store: SimStore) -> Iterator[dict]:
    """What each SKU costs, from before the world's start on, and again from its 30th day for some; with lead times.

    Of what the merchant sends, sending one unit costs something too, a little more from that day on.
    """
    for offer in offers(seed, store):
        random = rng(seed, store.store_id, offer.sku, "cost")
        lead_time = random.randint(9, 16)
        cost = offer.base_price * random.randint(28, 42) / 100
        for day, share in _cost_changes(store.start, random.random() < 0.3):
            yield {
                "sku": offer.sku,
                "valid_from": day,
                "unit_cost_amount": cents(cost * share, store.marketplace.decimals),
                "currency": store.marketplace.currency,
                "lead_time_days": lead_time,
                "shipping_cost_amount": money(store, "4.35") * share if offer.channel == "Merchant" else None,
            }


def _cost_changes(start: date, changes: bool) -> list[tuple[date, Decimal]]:
    later = [(start + timedelta(days=30), Decimal("1.05"))] if changes else []
    return [(start - timedelta(days=365), Decimal(1)), *later]
