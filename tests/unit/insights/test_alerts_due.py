"""When messages of alerts are due: quiet hours, the digest's hour, and a channel that is down."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from pipelines.insights.alerts.due import is_digest_due, is_left_alone, is_quiet
from pipelines.insights.alerts.rules import Habits

NIGHT = (time(22), time(7))


def habits(quiet: tuple[time, time] | None = NIGHT, digest_at: time | None = None, zone: str = "Asia/Tokyo") -> Habits:
    return Habits(zone, quiet, digest_at, ("critical",))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "quiet"),
    [
        ("2026-11-20T12:59", False),  # 21:59 in Tokyo
        ("2026-11-20T13:00", True),  # 22:00
        ("2026-11-20T21:59", True),  # 06:59
        ("2026-11-20T22:00", False),  # 07:00
    ],
)
def test_quiet_hours_are_those_of_the_tenants_zone_and_go_over_midnight(now: str, quiet: bool):
    assert is_quiet(utc(now), habits()) is quiet
    assert not is_quiet(utc(now), habits(None))


def test_quiet_hours_within_a_day_and_none_at_all():
    noon = habits((time(12), time(14)))
    assert is_quiet(utc("2026-11-20T04:00"), noon) and not is_quiet(utc("2026-11-20T05:00"), noon)
    assert not is_quiet(utc("2026-11-20T04:00"), habits((time(12), time(12))))


def test_quiet_hours_follow_the_clock_on_the_wall_when_summer_time_ends():
    berlin = habits(zone="Europe/Berlin")
    assert not is_quiet(utc("2026-10-24T19:59"), berlin)  # 21:59, summer time
    assert is_quiet(utc("2026-10-25T05:59"), berlin) and not is_quiet(utc("2026-10-25T06:00"), berlin)  # winter time


def test_a_digest_waits_for_its_hour_and_for_the_end_of_quiet_hours():
    assert not is_digest_due(utc("2026-11-20T23:29"), habits(digest_at=time(8, 30)))
    assert is_digest_due(utc("2026-11-20T23:30"), habits(digest_at=time(8, 30)))
    assert not is_digest_due(utc("2026-11-20T21:30"), habits(digest_at=time(6)))  # 06:30 is quiet
    assert is_digest_due(utc("2026-11-20T22:00"), habits(digest_at=time(6)))
    assert not is_digest_due(utc("2026-11-20T22:00"), habits())


def test_a_channel_that_is_down_is_left_alone_longer_each_time():
    assert not is_left_alone(0, timedelta(0))
    waits = [
        next(n for n in range(100) if not is_left_alone(failures, timedelta(minutes=n))) for failures in range(1, 9)
    ]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
