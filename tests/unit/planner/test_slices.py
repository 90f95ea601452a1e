"""Which slices are due, and the fewest requests that cover them: no day missed, no window too long, none too many."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.feeds import FEEDS
from pipelines.landing.planning import slices, snapshots
from pipelines.landing.planning.slices import DueSlice, KnownSlice, Window

ADS = FEEDS["amazon_ads.sp_campaigns"]
TRAFFIC = FEEDS["amazon_sp.sales_and_traffic"]
UPDATES = FEEDS["amazon_sp.all_orders_by_last_update"]
LISTINGS = FEEDS["amazon_sp.merchant_listings"]
ZONES = ("America/Los_Angeles", "Europe/Paris", "Asia/Tokyo", "Asia/Kolkata", "America/Sao_Paulo", "Africa/Cairo")
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
TODAY = date(2026, 3, 20)

days_of_year = st.dates(date(2026, 1, 1), date(2026, 12, 31))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))


def loaded(day: date, checked_at: datetime, **values: object) -> KnownSlice:
    return KnownSlice(day.isoformat(), day, "loaded", checked_at=checked_at, **values)  # type: ignore[arg-type]


def due(feed=TRAFFIC, zone="Asia/Tokyo", known=(), now=NOW, **options) -> dict[date, str]:
    found = slices.due_days(feed, zone, known, now, **options)
    return {item.day: item.reason for item in found}


# --- time ------------------------------------------------------------------------------------------------------


@given(days_of_year, st.sampled_from(ZONES))
def test_local_midnight_is_the_first_instant_of_its_day(day, zone):
    midnight = slices.local_midnight(day, zone)
    assert slices.local_date(midnight, zone) == day
    assert slices.local_date(midnight - timedelta(seconds=1), zone) == day - timedelta(days=1)


def test_days_of_23_and_25_hours_are_asked_for_whole():
    spring = slices.data_range(date(2026, 3, 29), date(2026, 3, 29), "Europe/Paris", NOW + timedelta(days=30))
    assert spring[1] - spring[0] == timedelta(hours=23, seconds=-1)
    autumn = slices.data_range(date(2026, 10, 25), date(2026, 10, 25), "Europe/Paris", NOW + timedelta(days=365))
    assert autumn[1] - autumn[0] == timedelta(hours=25, seconds=-1)


def test_a_day_that_is_written_as_its_midnight_in_utc_is_within_what_is_asked_for():
    day, later = date(2026, 3, 3), NOW + timedelta(days=30)
    for zone in ZONES:
        start, end = slices.data_range(day, day, zone, later, from_midnight=True)
        assert start <= datetime(2026, 3, 3, tzinfo=UTC) <= end
        assert (start, end)[1] == slices.data_range(day, day, zone, later)[1]


def test_a_window_with_the_running_day_ends_now():
    start, end = slices.data_range(TODAY - timedelta(days=1), TODAY, "Asia/Tokyo", NOW)
    assert (start, end) == (datetime(2026, 3, 18, 15, tzinfo=UTC), NOW)


# --- which days are due ------------------------------------------------------------------------------------------


def test_a_day_is_due_when_its_latency_has_passed_and_not_a_second_before():
    yesterday = date(2026, 3, 19)
    boundary = datetime(2026, 3, 19, 15, tzinfo=UTC) + TRAFFIC.latency
    assert yesterday in due(now=boundary)
    assert yesterday not in due(now=boundary - timedelta(seconds=1))
    assert date(2026, 3, 20) not in due(now=boundary)


def test_each_age_makes_a_day_due_once():
    day = date(2026, 3, 1)
    checked = slices.boundary(ADS, day, 1, "Asia/Tokyo")
    asked = []
    for offset in range(60):
        now = slices.local_midnight(day + timedelta(days=offset), "Asia/Tokyo") + timedelta(hours=2)
        reason = slices.due_reason(ADS, "Asia/Tokyo", day, loaded(day, checked), now)
        if reason:
            asked.append((offset, reason))
            checked = now
    assert asked == [(age, f"age {age} reached") for age in ADS.restate_after[1:]]


def test_a_pipeline_that_stood_still_asks_once_for_all_ages_missed():
    day = date(2026, 3, 1)
    row = loaded(day, slices.boundary(ADS, day, 1, "Asia/Tokyo"))
    now = slices.local_midnight(day + timedelta(days=30), "Asia/Tokyo")
    assert slices.due_reason(ADS, "Asia/Tokyo", day, row, now) == "age 28 reached"
    assert slices.due_reason(ADS, "Asia/Tokyo", day, replace(row, checked_at=now), now) is None


def test_history_bounds_what_is_asked():
    assert min(due(ADS)) == TODAY - timedelta(days=94)
    assert min(due(ADS, history_from=date(2026, 3, 10))) == date(2026, 3, 10)
    assert min(due(ADS, history_from=date(2020, 1, 1))) == TODAY - timedelta(days=94)


def test_the_running_day_is_fetched_again_after_its_interval():
    assert due(UPDATES, history_from=TODAY)[TODAY] == "running day"
    fresh = loaded(TODAY, NOW - timedelta(minutes=49))
    stale = loaded(TODAY, NOW - timedelta(minutes=50))
    assert due(UPDATES, known=[fresh], history_from=TODAY) == {}
    assert due(UPDATES, known=[stale], history_from=TODAY) == {TODAY: "running day"}
    assert TODAY not in due(TRAFFIC)


def test_the_running_day_is_due_again_when_it_has_ended():
    row = loaded(TODAY, NOW)
    ended = slices.boundary(UPDATES, TODAY, 1, "Asia/Tokyo")
    assert slices.due_reason(UPDATES, "Asia/Tokyo", TODAY, row, ended) == "age 1 reached"


def test_force_asks_again_but_never_for_what_cannot_be_there():
    known = [loaded(TODAY - timedelta(days=n), NOW) for n in range(1, 20)]
    assert due(known=known, history_from=date(2026, 3, 15)) == {}
    forced = due(known=known, history_from=date(2026, 3, 15), force=True)
    assert set(forced) == {date(2026, 3, day) for day in range(15, 20)}
    assert set(forced.values()) == {"forced"}


def test_a_selection_of_days_is_all_that_may_be_touched():
    assert set(due(days=[date(2026, 3, 2), date(2026, 3, 4), TODAY])) == {date(2026, 3, 2), date(2026, 3, 4)}


def test_what_runs_or_is_open_is_left_alone():
    day = TODAY - timedelta(days=1)
    for state in ("requesting", "requested", "ready", "unavailable"):
        row = KnownSlice(day.isoformat(), day, state)
        assert due(known=[row], history_from=day) == {}, state
    assert due(known=[KnownSlice(day.isoformat(), day, "due", busy=True)], history_from=day) == {}


def test_settled_days_need_not_be_known():
    settled = {TODAY - timedelta(days=n) for n in range(2, 10)}
    assert set(due(settled=settled, history_from=TODAY - timedelta(days=9))) == {TODAY - timedelta(days=1)}


# --- failures ------------------------------------------------------------------------------------------------------


def test_a_failed_slice_waits_and_is_tried_again():
    day = TODAY - timedelta(days=1)
    row = KnownSlice(day.isoformat(), day, "failed", next_try_at=NOW + timedelta(minutes=5), attempts=1)
    assert due(known=[row], history_from=day) == {}
    assert due(known=[row], history_from=day, now=NOW + timedelta(minutes=5)) == {day: "failed before, try 2"}
    assert due(known=[row], history_from=day, force=True) == {day: "forced"}


def test_a_refused_slice_waits_for_a_day_or_another_credential():
    day = TODAY - timedelta(days=1)
    row = KnownSlice(day.isoformat(), day, "refused", next_try_at=NOW + timedelta(days=1), attempts=1, credential="old")
    assert due(known=[row], history_from=day, credential="old") == {}
    assert due(known=[row], history_from=day, credential="new") == {day: "refused before, the credential has changed"}
    assert day in due(known=[row], history_from=day, credential="old", now=NOW + timedelta(days=1))


def test_back_off_grows_from_minutes_to_a_week():
    pauses = [slices.backoff(n) for n in range(1, 12)]
    assert pauses[0] == timedelta(minutes=5)
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(days=7)
    assert slices.next_try("quarantined", 1, NOW, timedelta(minutes=30)) == NOW + timedelta(minutes=30)
    assert slices.next_try("refused", 5, NOW) == NOW + timedelta(days=1)
    assert slices.next_try("due", 1, NOW) is None


def test_what_never_came_and_is_too_old_is_given_up():
    old = KnownSlice("2025-12-01", date(2025, 12, 1), "failed", attempts=9)
    had = replace(old, checked_at=NOW - timedelta(days=90))
    assert slices.out_of_history(ADS, "Asia/Tokyo", [old, had], NOW) == [old]
    yesterday = KnownSlice("2026-03-19T03:00:00Z", date(2026, 3, 19), "failed")
    assert snapshots.out_of_history("Asia/Tokyo", [yesterday], NOW) == [yesterday]


# --- fewest requests -----------------------------------------------------------------------------------------------


def test_a_request_covers_adjacent_days_newest_first():
    items = [DueSlice(date(2026, 3, day), "x") for day in (1, 2, 3, 9, 10)]
    windows = slices.cover(items, 4)
    assert [(w.first.day, w.last.day) for w in windows] == [(9, 10), (1, 3)]


@given(st.sets(days_of_year, max_size=80), st.integers(1, 40))
def test_cover_misses_no_day_and_exceeds_no_window(days, longest):
    windows = slices.cover([DueSlice(day, "x") for day in days], longest)
    covered = [item.day for window in windows for item in window.due]
    assert sorted(covered) == sorted(days)
    assert all((window.last - window.first).days < longest for window in windows)
    assert all(window.first in days and window.last in days for window in windows)


@given(st.sets(st.dates(date(2026, 1, 1), date(2026, 3, 31)), max_size=40), st.integers(1, 31))
def test_cover_uses_the_fewest_requests(days, longest):
    """Against the exact minimum, by dynamic programming over the sorted days."""
    ordered = sorted(days)
    best = [0] * (len(ordered) + 1)
    for end in range(1, len(ordered) + 1):
        best[end] = min(best[start] + 1 for start in range(end) if (ordered[end - 1] - ordered[start]).days < longest)
    assert len(slices.cover([DueSlice(day, "x") for day in days], longest)) == best[-1]


@given(moments, st.sampled_from(ZONES), st.sampled_from([ADS, TRAFFIC, UPDATES]), st.data())
def test_after_a_run_nothing_is_due_until_a_boundary_is_crossed(now, zone, feed, data):
    since = slices.local_date(now, zone) - timedelta(days=50)
    first = slices.due_days(feed, zone, [], now, history_from=since)
    rows = {item.day: loaded(item.day, now) for item in first}
    assert slices.due_days(feed, zone, rows.values(), now, history_from=since) == []
    later = now + timedelta(hours=data.draw(st.integers(1, 24 * 40)))
    again = {item.day for item in slices.due_days(feed, zone, rows.values(), later, history_from=since)}
    for day, row in rows.items():
        age = (slices.local_date(later, zone) - day).days
        crossed = any(row.checked_at < slices.boundary(feed, day, each, zone) <= later for each in feed.restate_after)
        running = feed.refresh_today is not None and age == 0 and later - now >= feed.refresh_today
        assert (day in again) == (crossed or running)


@given(moments, st.sampled_from(ZONES), st.integers(1, 60))
def test_the_first_run_asks_for_every_day_that_can_be_there(now, zone, history):
    since = slices.local_date(now, zone) - timedelta(days=history)
    got = {item.day for item in slices.due_days(TRAFFIC, zone, [], now, history_from=since)}
    yesterday = slices.local_date(now, zone) - timedelta(days=1)
    want = {day for day in slices.day_range(since, yesterday) if slices.boundary(TRAFFIC, day, 1, zone) <= now}
    assert got == want


def test_reasons_of_a_window_are_counted():
    window = Window(
        date(2026, 3, 1),
        date(2026, 3, 3),
        tuple(DueSlice(date(2026, 3, d), r) for d, r in ((1, "a"), (2, "a"), (3, "b"))),
    )
    assert window.reason == "a (2 days), b"
    assert window.days == tuple(date(2026, 3, day) for day in (1, 2, 3))


# --- snapshots -----------------------------------------------------------------------------------------------------


def snapshot(day: date, hour: int, state: str = "loaded", **values: object) -> KnownSlice:
    instant = datetime.combine(day, datetime.min.time(), ZoneInfo("Asia/Tokyo")) + timedelta(hours=hour)
    checked = instant if state == "loaded" else None
    return KnownSlice(slices.slice_key_of(instant), day, state, instant.astimezone(UTC), checked, **values)  # type: ignore[arg-type]


def test_a_snapshot_is_due_once_a_day():
    yesterday = snapshot(TODAY - timedelta(days=1), 20)
    assert snapshots.snapshot_due(LISTINGS, "Asia/Tokyo", [yesterday], NOW) == ("first of the day", None)
    assert snapshots.snapshot_due(LISTINGS, "Asia/Tokyo", [yesterday, snapshot(TODAY, 1)], NOW) is None


def test_a_forced_snapshot_waits_for_the_minimum_interval():
    row = snapshot(TODAY, 20)
    assert row.checked_at is not None
    soon, later = row.checked_at + timedelta(minutes=29), row.checked_at + timedelta(minutes=30)
    assert snapshots.snapshot_due(LISTINGS, "Asia/Tokyo", [row], soon, force=True) is None
    assert snapshots.snapshot_due(LISTINGS, "Asia/Tokyo", [row], later, force=True) == ("forced", None)


def test_a_failed_snapshot_is_repeated_in_its_place():
    row = snapshot(TODAY, 9, "failed", next_try_at=NOW, attempts=1)
    assert snapshots.snapshot_due(LISTINGS, "Asia/Tokyo", [row], NOW) == ("failed before, try 2", row)
    assert snapshots.snapshot_due(LISTINGS, "Asia/Tokyo", [row], NOW - timedelta(minutes=1)) is None


def test_an_open_snapshot_is_not_asked_for_again():
    row = replace(snapshot(TODAY, 9), state="requested", checked_at=None)
    assert snapshots.snapshot_due(LISTINGS, "Asia/Tokyo", [row], NOW) is None


def test_days_without_a_snapshot_are_found():
    have = {TODAY - timedelta(days=n) for n in (0, 1, 4)}
    missing = snapshots.missing_days("Asia/Tokyo", have, None, NOW, TODAY - timedelta(days=5))
    assert [(TODAY - day).days for day in missing] == [5, 3, 2]
    assert snapshots.missing_days("Asia/Tokyo", (), None, NOW, None) == []
    assert snapshots.look_since("Asia/Tokyo", missing, None, NOW) == slices.local_midnight(missing[0], "Asia/Tokyo")
    assert snapshots.look_since("Asia/Tokyo", [], TODAY, NOW) == slices.local_midnight(TODAY, "Asia/Tokyo")


@pytest.mark.parametrize("moment", ["2026-03-20T12:00:00+00:00", "2026-03-20T21:00:00.999+09:00"])
def test_the_key_of_a_snapshot_is_its_instant_in_utc(moment):
    assert slices.slice_key_of(datetime.fromisoformat(moment)) == "2026-03-20T12:00:00Z"


@pytest.mark.parametrize(
    "zone", ["America/Los_Angeles", "America/Sao_Paulo", "Europe/Paris", "Asia/Tokyo", "Australia/Sydney"]
)
@pytest.mark.parametrize(
    "day", [date(2026, 1, 15), date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 4), date(2026, 11, 1)]
)
def test_a_window_that_is_read_as_dates_has_the_same_dates_in_utc_and_is_never_in_the_future(zone, day):
    ended = slices.local_midnight(day + timedelta(days=1), zone)
    start, end = slices.data_range(day - timedelta(days=6), day, zone, ended, whole_dates=True)
    assert (start.date(), end.date()) == (day - timedelta(days=6), day)
    assert end < ended
