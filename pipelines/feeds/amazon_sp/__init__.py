"""SP-API report feeds. To add a report, add a Feed to the module of its kind, its fixture and its staging model.

Columns are the union of every header variant seen. Documents are read by the names of their headers: one that is
unknown or missing is no error unless it is required. Latencies, histories and intervals are those that Amazon documents
(reports use-case guide, report type values).
"""

from pipelines.feeds.amazon_sp import (
    brand_analytics,
    inventory,
    money,
    notifications,
    orders,
    removals,
    returns,
    traffic,
)
from pipelines.feeds.feed import Feed

FEEDS: tuple[Feed, ...] = tuple(
    feed
    for module in (orders, traffic, inventory, returns, removals, money, brand_analytics, notifications)
    for feed in module.FEEDS
)
