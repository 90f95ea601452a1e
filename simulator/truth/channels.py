"""stock_by_channel and channel_sync_status: what shops show after Tradewind has told them the stock, and should show.

What a shop shows is what the world has and what was set there (stock_writes.jsonl), whatever it should have been. The
world's channels.yaml lets every shop offer all of the stock (config_files.py), so that is what should be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from simulator.truth.known import Known
from simulator.truth.shops import stock_central
from simulator.truth.staging import KINDS_OF_SHOPS, ebay
from simulator.truth.staging.shops import businesses, offered
from simulator.world.shops.business import ShopBusiness
from simulator.world.shops.shop import LOCATIONS, Variant, gid

MODES = {"shopify": "on", "ebay": "on", "woocommerce": "propose"}
"""How the shops of each kind are told, by the world's channels.yaml; what it does not name is only proposed to."""
_Shows = Callable[[Known, ShopBusiness, Variant, datetime], int | None]


def _shopify(known: Known, business: ShopBusiness, variant: Variant, after: datetime) -> int | None:
    shop_id = business.shop.shop_id
    figures = [
        found[1] + known.stock_set(shop_id, variant.item_id, gid("Location", shop_id, place), until=after)
        for place in LOCATIONS
        if (found := business.shown(variant, place, known.now)) is not None
    ]
    return sum(figures)


def _ebay(known: Known, business: ShopBusiness, variant: Variant, after: datetime) -> int | None:
    return ebay.sellable(known, business, variant, after) if variant.status == "PUBLISHED" else None


def _woocommerce(known: Known, business: ShopBusiness, variant: Variant, after: datetime) -> int | None:
    return offered(known, business, variant, after, variant.variant_id) if variant.sku else None


_SHOWS: dict[str, _Shows] = {"shopify": _shopify, "ebay": _ebay, "woocommerce": _woocommerce}


def stock_by_channel(known: Known) -> Iterator[dict]:
    """Every variant that is mapped, at every shop, after the round that was made at `now`."""
    available = {(row["tenant_id"], row["central_sku"]): row["available_quantity"] for row in stock_central(known)}
    after = known.now + timedelta(seconds=1)
    for shop, business in businesses(known):
        for each in business.variants:
            sku = each.mapped_sku
            if sku is None:
                continue
            shows = _SHOWS[shop.kind](known, business, each, after)
            should = None if shows is None else max(0, available[shop.tenant_id, sku])
            yield {
                "store_id": shop.shop_id,
                "tenant_id": shop.tenant_id,
                "channel": shop.kind,
                "item_id": KINDS_OF_SHOPS[shop.kind].TRUTH.item_id(each),
                "channel_sku": each.sku,
                "central_sku": sku,
                "shows_quantity": shows,
                "should_show_quantity": should,
                "difference_quantity": None if shows is None or should is None else shows - should,
            }


def channel_sync_status(known: Known) -> Iterator[dict]:
    """Every shop, looked at whole at `now`."""
    rows = list(stock_by_channel(known))
    for shop, _ in businesses(known):
        own = [row for row in rows if row["store_id"] == shop.shop_id]
        yield {
            "store_id": shop.shop_id,
            "tenant_id": shop.tenant_id,
            "channel": shop.kind,
            "write_mode": MODES[shop.kind],
            "last_full_at": known.now,
            "listings": len(own),
            "differing_listings": sum(row["difference_quantity"] not in (0, None) for row in own),
        }
