"""The catalogue of feeds: `FEEDS` maps each name to its `Feed`. A new report is added to the module of its source."""

from pipelines.feeds import amazon_ads, amazon_data_kiosk, amazon_sp, apify, ebay, manual, shopify, woocommerce
from pipelines.feeds.feed import Feed, Section, column_name

FEEDS: dict[str, Feed] = {
    feed.name: feed
    for module in (amazon_sp, amazon_data_kiosk, amazon_ads, apify, shopify, ebay, woocommerce, manual)
    for feed in module.FEEDS
}

__all__ = ["FEEDS", "Feed", "Section", "column_name"]
