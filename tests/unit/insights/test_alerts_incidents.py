"""What begins, goes on and ends: incidents from readings of days."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pipelines.insights.alerts.incidents import FORGET_AFTER, Incident, Reading, follow

FIRST = date(2026, 11, 1)


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


def readings(pattern: str, subject: str = "HG-LAMP-01", first: int = 0) -> list[Reading]:
    """A day each: `x` it is on, `.` it is not, a blank: nothing was read."""
    return [
        Reading(subject, day(first + n), sign == "x", Decimal(0 if sign == "x" else 5))
        for n, sign in enumerate(pattern)
        if sign != " "
    ]


def spans(found: list[Incident]) -> list[tuple[int, int, int | None]]:
    """First and last day on which it was seen, and the day on which it was over."""
    return [
        ((i.first_seen - FIRST).days, (i.last_seen - FIRST).days, (i.over_on - FIRST).days if i.over_on else None)
        for i in found
    ]


def test_an_incident_is_one_however_often_it_is_seen_and_ends_by_itself():
    assert spans(follow([], readings("..xxx..x"), over_after=1)) == [(2, 4, 5), (7, 7, None)]


def test_a_day_of_which_nothing_was_read_ends_nothing():
    assert spans(follow([], readings("x  x  ."), over_after=1)) == [(0, 3, 6)]


def test_what_flutters_is_one_incident_where_the_kind_waits_for_some_days():
    assert spans(follow([], readings("x.x.x..."), over_after=2)) == [(0, 4, 6)]


def test_a_second_look_at_the_same_days_changes_nothing():
    seen = readings("..xxx..x")
    known = follow([], seen, over_after=1)
    assert follow([known[-1]], seen[-1:], over_after=1) == []


def test_what_is_over_begins_anew_on_a_later_day():
    over = follow([], readings("x."), over_after=1)
    assert spans(follow(over, readings("x", first=2), over_after=1)) == [(2, 2, None)]


def test_a_day_that_was_restated_goes_on_with_what_it_had_ended():
    over = follow([], readings("x."), over_after=1)
    assert spans(follow(over, readings("x", first=1), over_after=1)) == [(0, 1, None)]
    # and the other way round: what was seen today is seen to be over today, where the kind does not wait
    begun = follow([], readings("x"), over_after=0)
    assert spans(follow(begun, readings("."), over_after=0)) == [(0, 0, 0)]
    assert follow(begun, readings("."), over_after=1) == []


def test_a_subject_of_which_nothing_is_read_any_more_is_gone_in_the_end():
    begun = follow([], readings("x"), over_after=1)
    assert follow(begun, [], over_after=1, read_to=day(FORGET_AFTER)) == []
    gone = follow(begun, [], over_after=1, read_to=day(FORGET_AFTER + 1))
    assert [(each.ended, each.over_on) for each in gone] == [("gone", day(FORGET_AFTER + 1))]


def test_the_figures_are_those_of_the_last_day_on_which_it_was_on():
    seen = [replace(each, value=Decimal(n)) for n, each in enumerate(readings("xx."))]
    (incident,) = follow([], seen, over_after=1)
    assert incident.last.value == 1 and incident.ended == "over"


PATTERNS = st.dictionaries(
    st.sampled_from(["a", "b", "c"]), st.text(alphabet="x. ", min_size=1, max_size=25), min_size=1
)


@given(PATTERNS, st.lists(st.integers(min_value=0, max_value=25), max_size=6), st.integers(min_value=1, max_value=3))
def test_runs_as_they_come_find_what_one_run_finds(patterns: dict[str, str], stops: list[int], over_after: int):
    """Runs look from the last day that was read, that day included, to the newest, as `evaluate` does."""
    every = [each for subject, pattern in patterns.items() for each in readings(pattern, subject)]
    once = {(each.subject, each.first_seen): each for each in follow([], every, over_after=over_after)}
    kept: dict[tuple[str, date], Incident] = {}
    first = FIRST
    for stop in [*sorted(stops), 25]:
        newest = {each.subject: each for _, each in sorted(kept.items())}
        part = [each for each in every if first <= each.day <= day(stop)]
        kept |= {(i.subject, i.first_seen): i for i in follow(newest.values(), part, over_after=over_after)}
        first = max((each.day for each in part), default=first)
    assert kept == once
    by_subject: dict[str, list[Incident]] = {}
    for each in kept.values():
        by_subject.setdefault(each.subject, []).append(each)
    for incidents in by_subject.values():  # one after the other, and only the last may last
        ordered = sorted(incidents, key=lambda each: each.first_seen)
        for before, after in itertools.pairwise(ordered):
            assert before.over_on and before.over_on < after.first_seen
