"""stock_by_channel and channel_sync_status: what shops show after Tradewind has told them the stock, and should show.

What a shop shows is what the world has and what was set there (stock_writes.jsonl), whatever it should have been. The
world's channels.yaml gives every shop at Shopify all of the stock (config_files.py), so that is what should be shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from simulator.truth.known import Known
from simulator.truth.shops import stock_central
from simulator.truth.staging.shops import of_kind
from simulator.world.shops.shop import LOCATIONS, gid

TOLD = "shopify"
"""The kind of shops that are told the stock: the only one that channels.yaml of the world names."""


def stock_by_channel(known: Known) -> Iterator[dict]:
    """Every variant that is mapped, at every shop, after the round that was made at `now`."""
    available = {(row["tenant_id"], row["central_sku"]): row["available_quantity"] for row in stock_central(known)}
    after = known.now + timedelta(seconds=1)
    for shop in of_kind(known, TOLD):
        business = known.world.shop_business(shop).until(known.now)
        for each in business.variants:
            sku = each.mapped_sku
            if sku is None:
                continue
            figures = [
                found[1]
                + known.stock_set(shop.shop_id, each.item_id, gid("Location", shop.shop_id, place), until=after)
                for place in LOCATIONS
                if (found := business.shown(each, place, known.now)) is not None
            ]
            should = max(0, available[shop.tenant_id, sku])
            yield {
                "store_id": shop.shop_id,
                "tenant_id": shop.tenant_id,
                "channel": shop.kind,
                "item_id": each.variant_id,
                "channel_sku": each.sku,
                "central_sku": sku,
                "shows_quantity": sum(figures),
                "should_show_quantity": should,
                "difference_quantity": sum(figures) - should,
            }


def channel_sync_status(known: Known) -> Iterator[dict]:
    """Every shop, looked at whole at `now`."""
    rows = list(stock_by_channel(known))
    for shop in of_kind(known, TOLD):
        own = [row for row in rows if row["store_id"] == shop.shop_id]
        yield {
            "store_id": shop.shop_id,
            "tenant_id": shop.tenant_id,
            "channel": shop.kind,
            "write_mode": "on",
            "last_full_at": known.now,
            "listings": len(own),
            "differing_listings": sum(row["difference_quantity"] != 0 for row in own),
        }
