"""The truth of every staging model, by its name: `STAGING`, put together from the modules of this folder.

A staging model shows what documents say, so its truth is what Amazon knows of the days and snapshots that an up-to-date
platform has; it is computed from the world's events, like the truth of the marts, never from documents.
"""

from simulator.truth.staging import (
    ads,
    apify,
    brand_analytics,
    data_kiosk,
    inventory,
    manual,
    money,
    orders,
    removals,
    shopify,
    traffic,
)
from simulator.truth.staging.kind import StagingTruth

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
        shopify,
    )
    for model, truth in module.STAGING.items()
}

__all__ = ["STAGING", "StagingTruth"]
