"""Periods as sellers name them, and the days that they stand for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.assistant.periods import Period, pair_of, parse
from pipelines.assistant.refusals import Refusal

MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("yesterday", "2026-11-29", "2026-11-29"),
        ("last 7 days", "2026-11-23", "2026-11-29"),
        ("Past 30 days", "2026-10-31", "2026-11-29"),
        ("last week", "2026-11-23", "2026-11-29"),
        ("last_month", "2026-10-01", "2026-10-31"),
        ("this month", "2026-11-01", "2026-11-29"),
        ("2026", "2026-01-01", "2026-11-29"),
        ("2026-11", "2026-11-01", "2026-11-29"),
        ("2026-w46", "2026-11-09", "2026-11-15"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-11-05", "2026-11-05", "2026-11-05"),
        ("2026-11-01..2026-11-15", "2026-11-01", "2026-11-15"),
        ("2026-10..2026-11-15", "2026-10-01", "2026-11-15"),
        (None, "2026-11-23", "2026-11-29"),
    ],
)
def test_a_period_has_the_days_that_have_ended(text, first, last):
    found = parse(text, today=MONDAY)
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "text", ["today", "2026-11-30", "this week", "2026-13", "2026-02-30", "soon", "2026-12", "9999"]
)
def test_a_period_that_nobody_knows_or_that_has_not_begun_is_refused_with_what_is_understood(text):
    with pytest.raises(Refusal, match=r"Write|ended"):
        parse(text, today=MONDAY)


@settings(max_examples=50)
@given(st.text(max_size=40) | st.from_regex(r"\d{1,5}-[w\d]{1,4}(-\d{1,3})?(\.\.\d{4}(-\d\d){0,2})?", fullmatch=True))
def test_whatever_comes_is_days_that_have_ended_or_a_refusal(text):
    try:
        found = parse(text, today=MONDAY)
    except Refusal:
        return
    assert found.first <= found.last < MONDAY


@given(st.dates(date(2020, 1, 1), date(2026, 11, 1)), st.integers(0, 60))
def test_the_period_before_is_as_long_and_ends_the_day_before(first, more):
    now = Period(first, first + timedelta(days=more))
    before = now.before()
    assert before.last == first - timedelta(days=1)
    assert before.is_month if now.is_month else before.days == now.days


def test_a_whole_month_is_compared_with_the_one_before_and_that_of_the_year_before():
    now = parse("2026-03", today=MONDAY)
    assert str(pair_of(now, "previous", today=MONDAY)[1]) == "2026-02-01 to 2026-02-28"
    assert str(pair_of(now, "year ago", today=MONDAY)[1]) == "2025-03-01 to 2025-03-31"
    week = parse("2026-W46", today=MONDAY)
    assert pair_of(week, "year_ago", today=MONDAY)[1].first == week.first - timedelta(days=364)


def test_periods_with_days_in_common_are_not_compared():
    with pytest.raises(Refusal, match="days in common"):
        pair_of(parse("last 7 days", today=MONDAY), "last 14 days", today=MONDAY)
