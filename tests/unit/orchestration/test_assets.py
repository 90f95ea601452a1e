"""What the orchestration decides by itself: keys, first day, back-off, which feed is landed when."""

from dataclasses import replace
from datetime import UTC, date, datetime

import dagster as dg
import pytest

from pipelines.feeds import FEEDS
from pipelines.landing.planning import periods
from pipelines.orchestration.automation import SLOTS, seconds_to_wait, slots
from pipelines.orchestration.raw import (
    PERIOD_OF_KIND,
    asset_keys,
    first_partition_day,
    kind_of,
    partitions_of,
    selected_feeds,
)
from pipelines.orchestration.runs import executed_again


def test_each_raw_table_is_an_asset_named_as_dbt_names_its_source():
    keys = [key.path for key in asset_keys(FEEDS["amazon_sp.sales_and_traffic"])]
    assert keys == [["amazon_sp", "sales_and_traffic__by_date"], ["amazon_sp", "sales_and_traffic__by_asin"]]
    assert asset_keys(FEEDS["amazon_ads.sp_campaigns"])[0].path == ["amazon_ads", "sp_campaigns"]


def test_a_feed_is_landed_when_one_of_its_sections_is_selected():
    keys = asset_keys(FEEDS["amazon_sp.sales_and_traffic"])[1:]
    assert [feed.name for feed in selected_feeds(FEEDS.values(), keys)] == ["amazon_sp.sales_and_traffic"]


def test_the_first_day_is_the_earliest_history():
    today = date(2026, 11, 22)
    assert first_partition_day([date(2026, 10, 1), date(2026, 9, 23)], today) == date(2026, 9, 23)


@pytest.mark.parametrize("history_from", [[], [None], [None, date(2026, 9, 23)]])
def test_a_store_that_wants_all_there_is_can_be_backfilled_two_years_from_a_day_that_does_not_move(history_from):
    assert first_partition_day(history_from, date(2026, 11, 22)) == date(2024, 1, 2)
    assert first_partition_day(history_from, date(2026, 1, 2)) == date(2024, 1, 2)


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (1, 60), (2, 300), (4, 3600), (9, 3600)])
def test_failing_builds_are_asked_for_later_and_later(failures, seconds):
    assert seconds_to_wait(failures) == seconds


def test_every_feed_with_an_api_has_exactly_one_slot():
    scheduled = [name for slot in SLOTS for name in slot.feeds]
    assert sorted(scheduled) == sorted(feed.name for feed in FEEDS.values() if feed.is_asked_for)
    for slot in SLOTS:
        assert {(FEEDS[name].source, kind_of(FEEDS[name])) for name in slot.feeds} == {(slot.source, slot.kind)}
    assert len({slot.name for slot in SLOTS}) == len(SLOTS)


def test_feeds_of_longer_periods_have_an_op_and_a_slot_of_their_own():
    weekly = replace(FEEDS["amazon_sp.ledger_summary"], name="amazon_sp.weekly", period="week")
    (slot,) = [each for each in slots([*FEEDS.values(), weekly]) if "amazon_sp.weekly" in each.feeds]
    assert (slot.name, slot.source, slot.kind) == ("amazon_sp_weekly", "amazon_sp", "weekly")


@pytest.mark.parametrize("kind", sorted(PERIOD_OF_KIND))
def test_partitions_are_the_slices_of_their_period(kind):
    period, first, now = PERIOD_OF_KIND[kind], date(2026, 1, 5), datetime(2026, 11, 25, 12, tzinfo=UTC)
    keys = partitions_of(kind, first).get_partition_keys(current_time=now)
    assert keys == [day.isoformat() for day in periods.periods_between(period, first, now.date())]


def test_snapshots_have_no_partitions():
    assert partitions_of("snapshot", date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    ("parent", "tags", "again"),
    [
        (None, {}, False),
        (None, {"dagster/backfill": "b"}, False),
        ("a", {}, True),
        ("a", {"dagster/retry_number": "1"}, False),
        (None, {"dagster/backfill": "b", "dagster/parent_backfill_id": "a"}, True),
    ],
)
def test_who_executes_a_run_or_a_backfill_again_does_not_wait_and_dagsters_own_retry_does(parent, tags, again):
    run = dg.DagsterRun("job", parent_run_id=parent, root_run_id=parent, tags=tags)
    assert executed_again(run) is again
