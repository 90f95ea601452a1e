"""Amazon Ads reporting v3 feeds: data only, a module per ad product; what they share is in `common.py`.

To add a report type, add a Feed to the module of its ad product, its fixture and its staging model. Columns are asked
for one by one and one unknown column fails the report, so each list is exactly what the type's contract allows with
DAILY, without the Kindle measures.
"""

from pipelines.feeds.amazon_ads import sponsored_brands, sponsored_display, sponsored_products

FEEDS = (*sponsored_products.FEEDS, *sponsored_brands.FEEDS, *sponsored_display.FEEDS)
