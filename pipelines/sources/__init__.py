"""Clients of the APIs that data comes from: one per API, all with the interface of `base.Source`.

`make_source` makes them. `amazon/`, `apify.py`, `shopify/`, `ebay/` and `woocommerce.py` know the APIs; `transport/`
has what they share: connections, retries, tokens and rate budgets. `traits.py` says, as data, what differs by source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.errors import ConfigError
from pipelines.sources.base import OnWait, Source

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.settings import Settings


def make_source(name: str, settings: Settings, pool: AsyncConnectionPool, *, on_wait: OnWait | None = None) -> Source:
    """The source of this name, which the names of its feeds begin with. One per run, to be entered with `async with`.

    pool: open connections to the warehouse, for the rate budgets; one connection is used at a time.
    on_wait: called when something has to wait a second or more for a budget; must not block.
    Raises ConfigError for a name of no source, and for a source whose credentials are not set.
    """
    # Imported on use: a run of one source does not pay for the clients of the others.
    if name == "amazon_sp":
        from pipelines.sources.amazon.sp_reports import AmazonSpSource

        return AmazonSpSource(settings, pool, on_wait=on_wait)
    if name == "amazon_data_kiosk":
        from pipelines.sources.amazon.data_kiosk import AmazonDataKioskSource

        return AmazonDataKioskSource(settings, pool, on_wait=on_wait)
    if name == "amazon_ads":
        from pipelines.sources.amazon.ads import AmazonAdsSource

        return AmazonAdsSource(settings, pool, on_wait=on_wait)
    if name == "apify":
        from pipelines.sources.apify import ApifySource

        return ApifySource(settings, pool, on_wait=on_wait)
    if name == "shopify":
        from pipelines.sources.shopify.source import ShopifySource

        return ShopifySource(settings, pool, on_wait=on_wait)
    if name == "ebay":
        from pipelines.sources.ebay.source import EbaySource

        return EbaySource(settings, pool, on_wait=on_wait)
    if name == "woocommerce":
        from pipelines.sources.woocommerce import WooCommerceSource

        return WooCommerceSource(settings, pool, on_wait=on_wait)
    raise ConfigError(
        f"There is no source named {name!r}. Sources are amazon_sp, amazon_data_kiosk, amazon_ads, apify, "
        "shopify, ebay and woocommerce; a feed's name begins with that of its source."
    )
