"""The truth of every staging model, by its name: `STAGING`, put together from the modules of this folder.

A staging model shows what documents say, so its truth is what Amazon knows of the days and snapshots that an up-to-date
platform has; it is computed from the world's events, like the truth of the marts, never from documents.
"""

from simulator.truth.staging import (
    ads,
    apify,
    brand_analytics,
    data_kiosk,
    ebay,
    inventory,
    manual,
    money,
    orders,
    removals,
    shopify,
    traffic,
    woocommerce,
)
from simulator.truth.staging.kind import StagingTruth

KINDS_OF_SHOPS = {"shopify": shopify, "ebay": ebay, "woocommerce": woocommerce}
"""Modules of kinds of shops by the names of the kinds: each has a `TRUTH` beside its `STAGING`."""

STAGING: dict[str, StagingTruth] = {
    model: truth
    for module in (
        orders,
        traffic,
        inventory,
        money,
        removals,
        brand_analytics,
        ads,
        apify,
        manual,
        data_kiosk,
        *KINDS_OF_SHOPS.values(),
    )
    for model, truth in module.STAGING.items()
}

__all__ = ["KINDS_OF_SHOPS", "STAGING", "StagingTruth"]
