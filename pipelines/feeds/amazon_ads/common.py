"""What the feeds of all ad products share: columns that several types have, and how a Feed is made of a list of them.

Restatement: traffic is corrected up to 3 days, conversions 1, 7 and 28 days after the conversion, so that with a 14-day
window a day can move for 42 days (Amazon Ads reporting v3 FAQ).
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.feeds.feed import Feed, Section

WINDOWS = ("1d", "7d", "14d", "30d")

CAMPAIGN = ("campaignId", "campaignName", "campaignBudgetCurrencyCode")
BUDGET = ("campaignStatus", "campaignBudgetAmount", "campaignBudgetType")
AD_GROUP = ("adGroupId", "adGroupName")
TRAFFIC = ("impressions", "clicks", "cost")


def windowed(*measures: str) -> tuple[str, ...]:
    """Each measure once for each attribution window: purchases1d, purchases7d, ..."""
    return tuple(measure + window for measure in measures for window in WINDOWS)


def feed(
    short: str,
    title: str,
    ad_product: str,
    report_type: str,
    group_by: str,
    columns: tuple[str, ...],
    required: tuple[str, ...],
    *,
    history: int,
    days_per_request: int = 31,
) -> Feed:
    """A daily report. history: days back from today that are answered; required: columns without which no row helps."""
    columns = ("date", *columns)
    return Feed(
        name=f"amazon_ads.{short}",
        title=title,
        shape="windowed",
        scope="store",
        write_disposition="replace",
        report_type=report_type,
        ads={"adProduct": ad_product, "groupBy": (group_by,), "timeUnit": "DAILY", "columns": columns},
        sections=(Section(path="item", known=columns, required=("date", *required), day="date"),),
        days_per_request=days_per_request,
        latency=timedelta(hours=1),
        history=timedelta(days=history),
        restate_after=(1, 2, 3, 7, 14, 28, 42),
        min_interval=timedelta(hours=1),
        format="json",
    )
