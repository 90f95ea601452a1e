"""What assets say of themselves: owners, tags, columns, age, code."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.feeds import FEEDS
from pipelines.landing.views.coverage import DayState
from pipelines.landing.views.landed import NOTHING, Landed
from pipelines.orchestration import describing, landed
from pipelines.stores import Catalog

DAY, AT = date(2026, 2, 1), datetime(2026, 2, 2, tzinfo=UTC)


@pytest.mark.parametrize("name", sorted(FEEDS))
def test_a_raw_asset_leads_to_the_line_that_describes_it(name: str) -> None:
    feed = FEEDS[name]
    for table in feed.tables:
        metadata = describing.raw_metadata(feed, table)
        (reference,) = metadata["dagster/code_references"].code_references
        line = Path(reference.file_path).read_text(encoding="utf-8").splitlines()[reference.line_number - 1]
        assert reference.line_number > 1 and feed.short_name.partition("_")[2] in line
        columns = [column.name for column in metadata["dagster/column_schema"].columns]
        assert columns[:2] == ["load_id", "row_seq"] and len(columns) == len(set(columns)) > 2
        assert metadata["dagster/table_name"] == f"raw.{table}"


def test_a_page_that_is_named_is_there() -> None:
    for name in ("feeds.md", "marts.md"):
        assert Path(str(describing.page(name).value)).is_file()


def test_a_weekly_feed_is_not_late_after_a_day() -> None:
    weekly = next(feed for feed in FEEDS.values() if feed.period == "week")
    daily = FEEDS["amazon_ads.sp_campaigns"]
    late = [describing.freshness_of(feed).fail_window.to_timedelta() for feed in (daily, weekly)]
    assert late[0] < timedelta(days=7) < late[1]


def test_nobody_owns_what_is_asked_for_nobody() -> None:
    assert describing.owners_of(FEEDS["amazon_ads.sp_campaigns"], Catalog({}, {}, {})) == []


def state(store: str, what: str, day: date = DAY) -> DayState:
    return DayState("amazon_ads.sp_campaigns", store, day, what, None)


@pytest.mark.parametrize(
    ("states", "materialized", "is_told"),
    [
        ([state("a", "loaded")], {}, True),
        ([state("a", "loaded"), state("b", "failed")], {}, False),
        ([state("a", "loaded"), state("b", "refused")], {}, True),
        ([state("a", "loaded")], {DAY: AT + timedelta(seconds=1)}, False),
        ([state("a", "loaded")], {DAY: AT - timedelta(days=1)}, True),
        ([], {}, False),
    ],
)
def test_which_days_are_told(states: list[DayState], materialized: dict[date, datetime], is_told: bool) -> None:
    told = Landed("amazon_ads.sp_campaigns", {DAY: AT}, 1, 5, 0, (), {})
    assert landed.days_to_tell(told, states, materialized) == ([DAY] if is_told else [])


def test_the_cursor_of_another_server_means_nothing() -> None:
    seen = {**landed.read_cursor(None, "1"), "manual.fx_rates": "10:12:"}
    cursor = landed.write_cursor(seen, "1")
    assert landed.read_cursor(cursor, "1") == seen
    assert set(landed.read_cursor(cursor, "2").values()) == {NOTHING}
