"""What a kind of shop system is, to the simulated world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from simulator.world.model import SimStore
from simulator.world.shops.shop import SimShop, Variant


@dataclass(frozen=True, slots=True)
class Kind:
    """A shop system.

    shop: (seed, store beside which it sells, first day) -> the shop. variants: (seed, shop, store) -> what it sells, in
    the order of the goods. ident: (what, *key) -> an id as the system makes them. order_name: (shop, how many orders
    there were before) -> what people call an order. settings: what a shop's entry in stores.yaml has besides what all
    have; secrets: the variables that it names, with their values.
    """

    shop: Callable[[int, SimStore, date], SimShop]
    variants: Callable[[int, SimShop, SimStore], tuple[Variant, ...]]
    ident: Callable[..., str]
    order_name: Callable[[SimShop, int], str]
    settings: Callable[[SimShop], dict[str, str]]
    secrets: Callable[[SimShop], dict[str, str]]


def variable(shop: SimShop, what: str) -> str:
    """The name of a variable of a shop: `TRADEWIND_EBAY_SECRET_HARBOR`."""
    return f"TRADEWIND_{shop.kind}_{what}_{shop.tenant_id}".upper().replace("-", "_")
