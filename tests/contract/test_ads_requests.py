"""What the pipeline asks Amazon Ads for, against what the API accepts by its guide (typed apart from the feeds)."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from pipelines.feeds import FEEDS, Feed
from pipelines.sources.amazon.ads import configuration
from simulator.apis.amazon_ads.report_types import TYPES
from simulator.apis.amazon_ads.requests import Invalid, check_request

TODAY = date(2026, 3, 10)
ADS = [pytest.param(feed, id=feed.short_name) for feed in FEEDS.values() if feed.source == "amazon_ads"]
# measures of books, and columns of the other time unit
NOT_ASKED = re.compile(r"kindle|Borrows$|BorrowsFrom|^startDate$|^endDate$|qualifiedBorrows")


def ask(feed: Feed, first: date, last: date, **change: object) -> None:
    body = {
        "name": "x",
        "startDate": first.isoformat(),
        "endDate": last.isoformat(),
        "configuration": configuration(feed) | change,
    }
    check_request(body, TODAY)


@pytest.mark.parametrize("feed", ADS)
def test_all_columns_that_the_contract_allows_are_asked_for(feed: Feed) -> None:
    known = TYPES[feed.report_type]
    (group,) = configuration(feed)["groupBy"]
    allowed = {column for column in known.columns | known.groups[group] if not NOT_ASKED.search(column)}
    columns = configuration(feed)["columns"]
    assert set(columns) == allowed
    assert len(columns) == len(allowed)
    ask(feed, TODAY, TODAY)
    with pytest.raises(Invalid, match="invalid values: \\(adMood\\)"):
        ask(feed, TODAY, TODAY, columns=[*columns, "adMood"])


@pytest.mark.parametrize("feed", ADS)
def test_the_oldest_day_and_the_longest_window_are_accepted_and_not_a_day_more(feed: Feed) -> None:
    oldest = TODAY - feed.history
    longest = timedelta(days=feed.days_per_request - 1)
    ask(feed, oldest, min(oldest + longest, TODAY))
    ask(feed, TODAY - min(longest, feed.history), TODAY)
    with pytest.raises(Invalid, match="retention limit"):
        # the day before the oldest is still answered, until midnight of the profile's zone comes
        ask(feed, oldest - timedelta(days=2), oldest - timedelta(days=2))
    with pytest.raises(Invalid, match="must not exceed maximum range"):
        ask(feed, TODAY - longest - timedelta(days=1), TODAY)


def test_the_types_and_groups_that_sellers_use_are_all_there() -> None:
    asked = {(feed.values[0].report_type, feed.values[0].ads["groupBy"]) for feed in ADS}  # type: ignore[attr-defined]
    assert len(asked) == len(ADS) == 15
    assert {name for name, _ in asked} == TYPES.keys()
