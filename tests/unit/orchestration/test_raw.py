"""What the orchestration decides by itself: keys, first day, back-off, what a check says."""

from datetime import date

import pytest

from pipelines.feeds import FEEDS
from pipelines.landing.engine import SliceOutcome
from pipelines.orchestration.automation import SLOTS, seconds_to_wait
from pipelines.orchestration.raw import asset_keys, coverage_description, first_partition_day


def test_each_raw_table_is_an_asset_named_as_dbt_names_its_source():
    keys = [key.path for key in asset_keys(FEEDS["amazon_sp.sales_and_traffic"])]
    assert keys == [["amazon_sp", "sales_and_traffic__by_date"], ["amazon_sp", "sales_and_traffic__by_asin"]]
    assert asset_keys(FEEDS["amazon_ads.sp_campaigns"])[0].path == ["amazon_ads", "sp_campaigns"]


def test_the_first_day_is_the_earliest_history_else_two_years_that_do_not_move_daily():
    today = date(2026, 11, 22)
    assert first_partition_day([None, date(2026, 9, 23), date(2026, 10, 1)], today) == date(2026, 9, 23)
    assert first_partition_day([None], today) == first_partition_day([None], date(2026, 1, 2)) == date(2024, 1, 2)


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (1, 60), (2, 300), (4, 3600), (9, 3600)])
def test_failing_builds_are_asked_for_later_and_later(failures, seconds):
    assert seconds_to_wait(failures) == seconds


def test_every_feed_with_an_api_has_exactly_one_slot():
    scheduled = [name for slot in SLOTS for name in slot.feeds]
    assert sorted(scheduled) == sorted(feed.name for feed in FEEDS.values() if feed.shape != "file")
    for slot in SLOTS:
        assert {(FEEDS[name].source, FEEDS[name].shape) for name in slot.feeds} == {(slot.source, slot.shape)}


def test_a_check_names_store_day_and_reason_and_says_how_many_more():
    bad = [
        SliceOutcome(
            "amazon_sp.x", "harbor-us", f"2026-02-{day:02}", date(2026, 2, day), "failed", "HTTP 403", 0, False
        )
        for day in range(1, 26)
    ]
    lines = coverage_description(bad, []).splitlines()
    assert lines[0] == "harbor-us: 2026-02-01: failed: HTTP 403"
    assert lines[-1] == "and 5 more"
