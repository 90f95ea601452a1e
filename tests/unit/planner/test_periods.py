"""Slices of weeks, months and quarters, and of parts of the store's ASINs: due when they may be, asked for with the
fewest requests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.feeds import FEEDS
from pipelines.landing.planning import periods, slices
from pipelines.landing.planning.planner import priority
from pipelines.landing.planning.slices import DueSlice, KnownSlice
from pipelines.sources.base import BACKFILL, RESTATEMENT, TODAY

PERIODS = ("day", "week", "month", "quarter")
ZONE = "Asia/Tokyo"
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday, 21:00 in Tokyo
MONTHS = replace(
    FEEDS["amazon_sp.ledger_summary"],
    period="month",
    periods_per_request=3,
    latency=timedelta(days=2),
    history=timedelta(days=365),
    restate_after=(1, 10),
)
WEEKS = replace(MONTHS, period="week", periods_per_request=1, history=timedelta(days=60), restate_after=(1, 7))
PARTS = replace(WEEKS, asins_option="asin", asins_characters=200, options={"reportPeriod": "WEEK"})

some_period = st.sampled_from(PERIODS)
some_day = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def due(feed, known=(), now=NOW, **options) -> dict[str, str]:
    return {item.key: item.reason for item in slices.due_days(feed, ZONE, known, now, **options)}


def loaded(key: str, checked_at: datetime, **values: object) -> KnownSlice:
    return KnownSlice(key, date.fromisoformat(key[:10]), "loaded", checked_at=checked_at, **values)  # type: ignore[arg-type]


# --- the calendar --------------------------------------------------------------------------------------------------


@given(some_period, some_day)
def test_every_day_lies_in_one_period(period, day):
    first = periods.first_of(period, day)
    last = periods.last_of(period, first)
    assert first <= day <= last
    assert (last - first).days < periods.LONGEST_DAYS[period]
    assert periods.first_of(period, last) == first
    assert periods.following(period, first) == last + timedelta(days=1)
    assert periods.number(period, last + timedelta(days=1)) == periods.number(period, first) + 1
    assert periods.first_from(period, day) in (first, periods.following(period, first))
    assert periods.first_from(period, day) >= day


@given(some_day)
def test_weeks_are_sunday_to_saturday(day):
    first = periods.first_of("week", day)
    assert (first.strftime("%a"), periods.last_of("week", first).strftime("%a")) == ("Sun", "Sat")


@given(some_period, some_day, st.integers(0, 400))
def test_periods_between_are_those_that_begin_there(period, first, days):
    last = first + timedelta(days=days)
    begins = [each for each in slices.day_range(first, last) if periods.first_of(period, each) == each]
    assert list(periods.periods_between(period, first, last)) == begins


# --- what is due ---------------------------------------------------------------------------------------------------


def test_a_period_is_due_when_it_has_ended_and_its_latency_has_passed():
    ends = slices.local_midnight(date(2026, 11, 1), ZONE) + MONTHS.latency
    october = "2026-10-01"
    assert october in due(MONTHS, now=ends)
    assert october not in due(MONTHS, now=ends - timedelta(seconds=1))
    assert "2026-11-01" not in due(MONTHS)


def test_ages_count_from_the_last_day():
    last = slices.local_midnight(date(2026, 11, 22), ZONE)
    first, second = last + WEEKS.latency, last + timedelta(days=6) + WEEKS.latency
    row = loaded("2026-11-15", first)
    assert slices.due_reason(WEEKS, ZONE, row.day, row, second - timedelta(seconds=1)) is None
    assert slices.due_reason(WEEKS, ZONE, row.day, row, second) == "age 7 reached"


def test_only_periods_that_begin_within_history_are_asked_for():
    assert min(due(WEEKS)) == "2026-09-27"
    assert min(due(WEEKS, history_from=date(2026, 10, 5))) == "2026-10-11"
    assert min(due(MONTHS, history_from=date(2026, 8, 1))) == "2026-08-01"
    assert min(due(MONTHS, history_from=date(2026, 8, 2))) == "2026-09-01"


def test_a_day_of_a_selection_means_the_period_in_which_it_lies():
    assert set(due(WEEKS, days=[date(2026, 11, 18), date(2026, 11, 4)])) == {"2026-11-15", "2026-11-01"}


def test_what_should_be_here_begins_and_ends_with_whole_periods():
    assert slices.expected(WEEKS, ZONE, NOW, date(2026, 11, 2)) == (date(2026, 11, 8), date(2026, 11, 15))
    assert slices.expected(WEEKS, ZONE, NOW, date(2026, 11, 20)) is None
    assert slices.expected(MONTHS, ZONE, NOW, date(2026, 8, 20)) == (date(2026, 9, 1), date(2026, 10, 1))


@given(st.sampled_from([WEEKS, MONTHS]), st.integers(0, 24 * 80))
def test_what_is_expected_is_what_is_due_where_nothing_is_known(feed, hours):
    now = NOW + timedelta(hours=hours)
    span = slices.expected(feed, ZONE, now, date(2026, 9, 1))
    wanted = periods.periods_between(feed.period, *span) if span else ()
    assert list(due(feed, now=now, history_from=date(2026, 9, 1))) == [day.isoformat() for day in wanted]


def test_a_load_that_is_gone_is_due_again():
    row = loaded("2026-11-08", NOW, broken=True)
    assert due(WEEKS, [row], history_from=date(2026, 11, 8))[row.slice_key] == "its load is gone"


def test_the_newest_period_goes_first_then_restated_ones_then_the_backfill():
    today = slices.local_date(NOW, ZONE)

    def of(day: date, reason: str) -> int:
        (window,) = slices.cover([DueSlice(day, reason)], 1, "week")
        return priority(window, today)

    assert of(date(2026, 11, 15), "never asked") == TODAY
    assert of(date(2026, 11, 8), "age 7 reached") == RESTATEMENT
    assert of(date(2026, 11, 8), "never asked") == BACKFILL


# --- parts of the store's ASINs ------------------------------------------------------------------------------------


@given(st.sets(st.integers(0, 9999), max_size=90), st.integers(10, 300))
def test_asins_are_packed_into_the_fewest_texts_that_fit(numbers, characters):
    asins = [f"B{number:09}" for number in numbers]
    parts = slices.pack_asins(asins, characters)
    assert [asin for part in parts for asin in part.split(" ")] == sorted(asins)
    assert all(len(part) <= characters for part in parts)
    in_one = (characters + 1) // 11
    assert len(parts) == -(-len(asins) // in_one)


def test_a_period_is_asked_for_in_parts_that_keep_what_they_are():
    texts = ["B000000001 B000000002", "B000000003"]
    new = slices.due_days(PARTS, ZONE, [], NOW, history_from=date(2026, 11, 15), parts=texts)
    assert [(item.key, item.options) for item in new] == [
        ("2026-11-15/01", {"asin": texts[0]}),
        ("2026-11-15/02", {"asin": texts[1]}),
    ]
    known = [
        loaded("2026-11-15/01", NOW, options={"asin": "B000000009"}),
        KnownSlice("2026-11-15/02", date(2026, 11, 15), "due", options={"asin": "B000000008"}),
    ]
    left = slices.due_days(PARTS, ZONE, known, NOW, history_from=date(2026, 11, 15), parts=texts)
    assert [(item.key, item.options) for item in left] == [("2026-11-15/02", {"asin": "B000000008"})]


def test_a_row_without_a_part_is_replaced_by_parts_when_they_are_known():
    stands_for = KnownSlice("2026-11-15", date(2026, 11, 15), "due")
    assert list(due(PARTS, [stands_for], history_from=date(2026, 11, 15), parts=["B000000001"])) == ["2026-11-15/01"]


def test_each_part_is_a_request_of_its_own():
    items = [DueSlice(date(2026, 11, day), "x", part, {"asin": str(part)}) for day in (8, 15) for part in (1, 2)]
    windows = slices.cover(items, 5, "week")
    assert [window.due[0].key for window in windows] == [
        "2026-11-15/01",
        "2026-11-15/02",
        "2026-11-08/01",
        "2026-11-08/02",
    ]
    assert all(len(window.due) == 1 for window in windows)


@pytest.mark.parametrize(("key", "part"), [("2026-11-15", 0), ("2026-11-15/07", 7), ("2026-11-15T12:00:00Z", 0)])
def test_a_key_tells_its_part(key, part):
    assert slices.part_of(key) == part


# --- fewest requests -----------------------------------------------------------------------------------------------


@given(some_period, st.sets(st.integers(0, 11), max_size=9), st.integers(1, 5))
def test_cover_is_the_minimum_that_trying_everything_finds(period, numbers, longest):
    """Against brute force: every way to cut the due periods, from the oldest, into windows that a request may have."""
    first = periods.first_of(period, date(2026, 1, 1))
    days = []
    for number in range(12):
        days += [first] if number in numbers else []
        first = periods.following(period, first)
    windows = slices.cover([DueSlice(day, "x") for day in days], longest, period)

    assert sorted(item.day for window in windows for item in window.due) == days
    for window in windows:
        assert (
            periods.number(period, periods.first_of(period, window.last)) - periods.number(period, window.first)
            < longest
        )
        assert window.last == periods.last_of(period, window.due[-1].day)
        assert window.first == window.due[0].day
        assert set(window.days) >= {item.day for item in window.due}
    assert len(windows) == fewest(tuple(periods.number(period, day) for day in days), longest)


def fewest(numbers: tuple[int, ...], longest: int) -> int:
    """The least number of windows: the window of the oldest period may begin on any of the numbers that let it hold."""
    if not numbers:
        return 0
    starts = range(numbers[0] - longest + 1, numbers[0] + 1)
    return 1 + min(fewest(tuple(n for n in numbers if n >= start + longest), longest) for start in starts)
