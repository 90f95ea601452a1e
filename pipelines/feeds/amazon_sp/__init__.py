"""SP-API report feeds. To add a report, add a Feed to the module of its kind, its fixture and its staging model.

Columns are the union of every header variant seen; documents are read by name, so an unknown or missing one is no error
unless it is required. Latencies, histories and intervals are Amazon's (reports use-case guide, report type values).
"""

from pipelines.feeds.amazon_sp import brand_analytics, inventory, money, orders, removals, returns, traffic
from pipelines.feeds.feed import Feed

FEEDS: tuple[Feed, ...] = tuple(
    feed for module in (orders, traffic, inventory, returns, removals, money, brand_analytics) for feed in module.FEEDS
)
