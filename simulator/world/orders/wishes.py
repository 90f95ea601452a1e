"""Buyers who ask the merchant to cancel an order that is not sent yet. What the merchant does about it: he sends it, or
it is cancelled, as the order's own life has it."""

from __future__ import annotations

from datetime import datetime

from simulator.world.orders.order import Order, OrderState
from simulator.world.rng import rng

SHARE = 0.3
"""Of the orders that merchants send themselves."""


def asks_to_cancel(seed: int, order: Order) -> datetime | None:
    """When the buyer asks for it, UTC: halfway between the last change of the unsent order and its end. None: never."""
    if order.channel != "Merchant" or len(order.states) < 3:
        return None
    if rng(seed, order.store.store_id, "asks to cancel", order.order_id).random() >= SHARE:
        return None
    before, end = order.states[-2:]
    return before.at + (end.at - before.at) / 2


def asked_for(seed: int, order: Order, state: OrderState) -> bool:
    """Whether the buyer had asked to cancel when the order came into that state."""
    asked = asks_to_cancel(seed, order)
    return asked is not None and asked <= state.at
