"""Crawls: what is due in which batches, and who can pay."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.feeds import FEEDS
from pipelines.landing.ledger.crawl_turns import who_can_pay
from pipelines.landing.planning import crawls
from pipelines.landing.planning.crawls import ADDED, BY_HAND, Batch
from pipelines.landing.planning.slices import KnownSlice

FEED = FEEDS["apify.products"]
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WANTED = dict.fromkeys("ABCDEFG", ("harbor",))


def row(state: str, *subjects: str, **values) -> KnownSlice:
    given = {"day": TODAY, "options": crawls.as_option(subjects) if subjects else None} | values
    if state in ("loaded", "empty"):
        given = {"checked_at": NOW - timedelta(hours=1)} | given
    return KnownSlice(f"key of {''.join(subjects)}", state=state, **given)


def due(*known: KnownSlice, **options) -> list[Batch]:
    return crawls.due(FEED, options.pop("wanted", WANTED), known, TODAY, NOW, 3, **options)


def test_the_first_crawl_of_a_day_is_in_even_batches():
    assert [each.subjects for each in due()] == [("A", "B"), ("C", "D"), ("E", "F", "G")]
    assert {(each.why, each.urgency, each.repeats) for each in due()} == {("first of the day", 20, None)}


def test_what_was_crawled_or_is_being_crawled_is_not_due_and_what_was_added_is():
    known = (row("loaded", "A", "B"), row("requested", "C"), row("requesting", "D", busy=True), row("empty", "E"))
    assert [each.subjects for each in due(*known)] == [("F", "G")]
    assert due(row("loaded")) == [], "a crawl that names nothing was of everything"
    yesterday = row("loaded", "A", "B", day=TODAY - timedelta(days=1))
    assert [each.subjects for each in due(yesterday, wanted={"A": ("harbor",)}, urgency=ADDED)] == [("A",)]


def test_a_failed_batch_is_tried_again_as_it_was_when_its_time_has_come():
    failed = row("failed", "A", "B", next_try_at=NOW - timedelta(minutes=1), attempts=1)
    again, *others = due(failed)
    assert (again.subjects, again.repeats, again.why) == (("A", "B"), failed, "failed before, try 2")
    assert [each.subjects for each in others] == [("C", "D"), ("E", "F", "G")]
    waits = row("failed", "A", "B", next_try_at=NOW + timedelta(minutes=1))
    assert [each.subjects for each in due(waits)] == [("C", "D"), ("E", "F", "G")]
    assert due(row("failed", "X", next_try_at=None), wanted={}) == [], "nobody wants it any more"
    stopped = row("due", "A", "B")
    assert due(stopped, wanted={"A": ("harbor",)})[0].repeats == stopped


def test_force_asks_again_for_what_is_older_than_the_least_pause():
    known = (row("loaded", "A", checked_at=NOW - timedelta(hours=13)), row("loaded", "B"))
    wanted = {"A": ("harbor",), "B": ("harbor",)}
    assert [(each.subjects, each.why) for each in due(*known, wanted=wanted, force=True)] == [(("A",), "forced")]


def test_by_hand_everything_is_due():
    found = due(row("loaded", "A"), row("requested", "B"), wanted={"A": ("harbor",), "B": ("harbor",)}, urgency=BY_HAND)
    assert [(each.subjects, each.why, each.urgency) for each in found] == [(("A", "B"), "by hand", 0)]


tenants = st.sampled_from([("a",), ("b",), ("a", "b")])


@given(st.dictionaries(st.text("abc", min_size=1, max_size=4), tenants), st.integers(1, 5))
def test_batches_hold_everything_once_and_only_of_the_same_tenants(wanted, size):
    found = crawls.due(FEED, wanted, [], TODAY, NOW, size)
    assert sorted(each for batch in found for each in batch.subjects) == sorted(wanted)
    assert all(0 < len(batch.subjects) <= size for batch in found)
    assert all({wanted[each] for each in batch.subjects} == {batch.tenants} for batch in found)


@pytest.mark.parametrize(
    ("expected", "spent", "bearers"),
    [
        ("2", {"a": "0", "b": "0"}, ("a", "b")),
        ("2", {"a": "0", "b": "4.5"}, ("a",)),  # b has no dollar left: a bears it alone
        ("6", {"a": "0", "b": "4.5"}, ()),
        ("5", {"a": "0"}, ("a",)),
        ("5.01", {"a": "0"}, ()),
        ("500", {"no ceiling": "900"}, ("no ceiling",)),
    ],
)
def test_who_can_pay(expected, spent, bearers):
    ceilings = {"a": Decimal(5), "b": Decimal(5)}
    assert who_can_pay(Decimal(expected), {key: Decimal(value) for key, value in spent.items()}, ceilings) == bearers


money = st.decimals(0, 20, places=2)


@given(money, st.dictionaries(st.sampled_from("abcd"), money, min_size=1), money)
def test_nobody_ever_pays_more_than_the_ceiling(expected, spent, ceiling):
    bearers = who_can_pay(expected, spent, dict.fromkeys("abcd", ceiling))
    assert all(spent[each] + expected / len(bearers) <= ceiling for each in bearers)
    assert bearers or all(spent[each] + expected > ceiling for each in spent), "one alone could have paid"
