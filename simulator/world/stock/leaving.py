"""When units that cannot be sold leave the warehouses, and by which kind of removal order.

Only the calendar and the kind: which units they are is in book.py, the orders are in inventory/removals.py.
"""

from __future__ import annotations

from datetime import date

from simulator.world.model import SimStore
from simulator.world.rng import rng

CYCLE_DAYS = 30
# the day of each cycle, counted from the world's first day, on which all that was asked for leaves
LEAVES_ON = 17
DISPOSAL, RETURN, LIQUIDATION = "Disposal", "Return", "Liquidations"


def leaves(store: SimStore, day: date) -> bool:
    """Whether unsellable units leave on that day."""
    return (day - store.start).days % CYCLE_DAYS == LEAVES_ON


def kind_of_removal(seed: int, store: SimStore, sku: str, day: date) -> str:
    """How the seller has a SKU removed in the cycle to which a day belongs; a cycle ends with the day of leaving."""
    cycle = ((day - store.start).days - LEAVES_ON - 1) // CYCLE_DAYS
    chance = rng(seed, store.store_id, sku, "kind of removal", cycle).random()
    return DISPOSAL if chance < 0.5 else RETURN if chance < 0.8 else LIQUIDATION
