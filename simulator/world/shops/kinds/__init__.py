"""The systems that shops run on, by their names in stores.yaml. A new one is a module with a `KIND` and a line here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from simulator.world.marketplaces import local_day
from simulator.world.model import SimStore
from simulator.world.shops.kinds import ebay, shopify, woocommerce
from simulator.world.shops.kinds.kind import Kind
from simulator.world.shops.shop import DAYS_OPEN, SELLS_BESIDE, ZONE, SimShop, Variant

KINDS: Mapping[str, Kind] = {
    "shopify": shopify.KIND,
    "ebay": ebay.KIND,
    "woocommerce": woocommerce.KIND,
}


def shops(seed: int, stores: Iterable[SimStore], first_now: datetime) -> tuple[SimShop, ...]:
    """The shops of a world: one of each kind beside the store SELLS_BESIDE, where there is that store."""
    opened = local_day(ZONE, first_now) - timedelta(days=DAYS_OPEN)
    return tuple(
        kind.shop(seed, store, max(store.start, opened))
        for store in stores
        if store.store_id == SELLS_BESIDE
        for kind in KINDS.values()
    )


def variants(seed: int, shop: SimShop, store: SimStore) -> tuple[Variant, ...]:
    """What a shop sells, in the order of the goods of the store beside it."""
    return KINDS[shop.kind].variants(seed, shop, store)
