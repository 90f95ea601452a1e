"""What is landed without waiting for the night, and when a report that is not finished is looked at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from pipelines.feeds import FEEDS
from pipelines.landing.planning.planner import ScopePlan
from pipelines.landing.planning.slices import DueSlice, KnownSlice, cover
from pipelines.landing.run.endings import pause_of_open
from pipelines.landing.views.overdue import Known, Left, is_behind, to_land, wanted_by
from pipelines.stores import Scope

TRAFFIC = FEEDS["amazon_sp.sales_and_traffic"]
LISTINGS = FEEDS["amazon_sp.merchant_listings"]
SETTLEMENTS = FEEDS["amazon_sp.settlements_v2"]
SCOPE = Scope("harbor-us", (SimpleNamespace(history_from=date(2026, 2, 1)),), "America/Los_Angeles")
# 02:30 of Los Angeles
NIGHT = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
FIRST, YESTERDAY, TODAY = date(2026, 2, 1), date(2026, 3, 9), date(2026, 3, 10)


def behind_of(feed, scope, known, night=NIGHT):
    return is_behind(wanted_by(feed, scope.time_zone, scope.stores[0].history_from, night), known)


@pytest.mark.parametrize(
    ("known", "behind"),
    [
        (Known(), True),
        (Known(YESTERDAY, (FIRST, YESTERDAY - timedelta(days=1))), True),
        (Known(TODAY, (FIRST, YESTERDAY)), False),
        (Known(TODAY + timedelta(days=1), (FIRST, TODAY)), False),
        (Known(TODAY, (FIRST + timedelta(days=3), YESTERDAY)), True),
        (Known(YESTERDAY, (FIRST, YESTERDAY)), True),
        (Known(None, (FIRST, YESTERDAY)), True),
    ],
    ids=[
        *("never looked for", "a night without a run", "last night's", "newer", "history_from was moved back"),
        *("killed before it asked for what is to be read again", "killed in the first night"),
    ],
)
def test_days_are_behind_when_a_night_has_passed_without_a_run(known, behind):
    assert behind_of(TRAFFIC, SCOPE, known, NIGHT + TRAFFIC.latency) is behind


def test_a_store_without_a_day_to_ask_for_is_not_behind():
    new = replace(SCOPE, stores=(SimpleNamespace(history_from=date(2026, 3, 11)),))
    assert not behind_of(TRAFFIC, new, Known())


@pytest.mark.parametrize("feed", [LISTINGS, SETTLEMENTS], ids=lambda feed: feed.name)
def test_snapshots_and_lists_are_behind_until_a_run_of_the_nights_day_is_through_with_them(feed):
    assert behind_of(feed, SCOPE, Known())
    assert behind_of(feed, SCOPE, Known(YESTERDAY))
    assert not behind_of(feed, SCOPE, Known(TODAY))


LOOKED = Known(TODAY, (FIRST, TODAY))


def land(*left, known=LOOKED, working=(), credential="new"):
    spans = {(TRAFFIC.name, SCOPE.scope_id): known} if known else {}
    return to_land([(TRAFFIC, SCOPE)], left, spans, lambda feed, zone: NIGHT, working, lambda feed, scope: credential)


def one(*, waits=False, unfinished=False, credential=None, tries=3):
    return Left(TRAFFIC.name, SCOPE.scope_id, waits, unfinished, credential, 2, tries)


def test_what_failed_is_tried_again_when_its_pause_has_ended_beside_whatever_runs():
    (found,) = land(one())
    assert found.again and found.mark == "2 slices, 3 tries"
    assert land(one(), working={TRAFFIC.name}) == [found]
    assert land(one(tries=4)) != [found], "a run that has tried changes the mark"
    assert land() == []


def test_what_a_run_left_is_taken_up_when_nobody_lands_the_feed():
    assert land(one(unfinished=True))
    assert not land(one(unfinished=True), working={TRAFFIC.name})


def test_what_was_refused_waits_unless_the_credential_is_another():
    assert not land(one(waits=True, credential="new"))
    assert not land(one(waits=True))
    assert land(one(waits=True, credential="old"))
    assert not land(one(waits=True, credential="old"), credential=None), "there is none to ask with"


def test_what_nobody_has_looked_for_is_landed_whole_once_no_run_does():
    (found,) = land(one(), known=None)
    assert not found.again
    (only,) = land(one(), known=None, working={TRAFFIC.name})
    assert only.again


def test_trying_again_asks_for_nothing_that_no_run_has_taken_up():
    days = [date(2026, 3, day) for day in range(1, 7)]
    states = dict(zip(days, ("failed", "due", "loaded", "refused", "quarantined"), strict=False))
    known = {day.isoformat(): KnownSlice(day.isoformat(), day, state) for day, state in states.items()}
    plan = ScopePlan(TRAFFIC, SCOPE, known, frozenset(days), None)
    plan.windows = cover([DueSlice(day, "why") for day in days], 1)
    plan.missing, plan.expected = [days[0]], (days[0], days[-1])
    plan.only_again()
    left = {item.day for window in plan.windows for item in window.due}
    assert left == {days[0], days[1], days[3], days[4]}, "not what is restated, nor what nobody has looked for"
    assert (plan.missing, plan.expected) == ([], None)


def test_trying_again_takes_no_snapshot_that_was_not_tried():
    row = KnownSlice("2026-03-10T10:00:00Z", date(2026, 3, 10), "failed")
    for snapshot, left in ((("first of the day", None), None), (("failed before, try 2", row), row)):
        plan = ScopePlan(LISTINGS, SCOPE, {}, frozenset(), None, snapshot=snapshot, look_since=NIGHT, past=[FIRST])
        plan.only_again()
        assert (plan.snapshot and plan.snapshot[1]) == left and plan.past == []
        assert plan.look_since == (NIGHT if left else None)


@pytest.mark.parametrize(("age", "pause"), [(0, 5), (19, 5), (60, 15), (240, 60), (2000, 60)])
def test_a_report_that_is_not_finished_is_left_alone_for_a_quarter_of_its_age(age, pause):
    assert pause_of_open(timedelta(minutes=age)) == timedelta(minutes=pause)
