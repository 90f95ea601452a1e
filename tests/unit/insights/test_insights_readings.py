"""Which readings may be compared, and what counts as changed since the version before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pipelines.feeds import FEEDS
from pipelines.insights import writer
from pipelines.insights.briefs.daily import BRIEF as DAILY
from pipelines.insights.claims.compose import compose, unholdable
from pipelines.insights.facts import Fact, FactBook, Subject
from pipelines.insights.measures.compare import Basis, day_facts, week_facts
from pipelines.insights.readings import TRAFFIC, Readings, age_at
from pipelines.insights.versions import Earlier, changes
from tests.support.facts import make_book

DAY = date(2026, 11, 28)
WEEK_AGO = DAY - timedelta(weeks=1)
AGES = FEEDS[TRAFFIC].restate_after
FIRST, SETTLED = {"sessions": 520}, {"sessions": 611}


def _readings(reached: int | None, *told: tuple[int, dict[str, int]], confirmed: set[int] | None = None) -> Readings:
    """The day was read at the age `reached`; the day a week before had these readings."""
    ages = {} if reached is None else {DAY: reached}
    return Readings(AGES, ages, {WEEK_AGO: list(told)}, {WEEK_AGO: confirmed or set()})


def test_a_day_is_open_until_its_last_age() -> None:
    assert [_readings(age).is_open(DAY) for age in (1, 7, 14)] == [True, True, False]
    assert _readings(None).is_open(DAY)  # nobody knows how old it is
    assert _readings(3).open_days((DAY - timedelta(days=1), DAY)) == 2
    assert _readings(3).final_on((WEEK_AGO, DAY)) == date(2026, 12, 12)


def test_an_earlier_day_is_taken_as_it_was_at_the_same_age() -> None:
    assert _readings(1, (1, FIRST), (14, SETTLED)).as_old_as(WEEK_AGO, DAY) == FIRST
    assert _readings(14, (1, FIRST), (14, SETTLED)).as_old_as(WEEK_AGO, DAY) == SETTLED


def test_a_day_that_was_not_read_at_that_age_is_not_compared() -> None:
    assert _readings(1, (14, SETTLED)).as_old_as(WEEK_AGO, DAY) is None  # filled in later, by a backfill
    assert _readings(7, (1, FIRST), (14, SETTLED)).as_old_as(WEEK_AGO, DAY) is None  # nobody read it in between
    assert _readings(1).as_old_as(WEEK_AGO, DAY) is None
    assert _readings(None, (1, FIRST)).as_old_as(WEEK_AGO, DAY) is None


def test_a_reading_that_brought_nothing_new_counts() -> None:
    assert _readings(7, (1, FIRST), (14, SETTLED), confirmed={3, 7}).as_old_as(WEEK_AGO, DAY) == FIRST
    assert _readings(7, (1, FIRST), (14, SETTLED), confirmed={3}).as_old_as(WEEK_AGO, DAY) is None


def test_ages_are_those_of_the_catalogue_in_the_stores_zone() -> None:
    feed = FEEDS[TRAFFIC]

    def age(*moment: int) -> int:
        return age_at(feed, DAY, "America/Los_Angeles", datetime(*moment, tzinfo=UTC))

    assert age(2026, 11, 29, 8, 30) == 0  # the day has ended, and its report cannot be had yet
    assert age(2026, 11, 29, 14) == 1
    assert age(2026, 12, 4, 14) == 3  # six days after it: the reading of the third still stands
    assert age(2026, 12, 12, 14) == 14


def _book(value: int, usual: int, **basis: Any) -> FactBook:
    book = FactBook("harbor-us", DAY, "USD")
    day_facts(book, "sales", Basis("Q", **basis), Decimal(value), Decimal(usual), None)
    return book


@pytest.mark.parametrize(
    ("value", "pending", "compared"),
    [(90, "0.1", True), (95, "0.1", False), (95, "0", True), (120, "0.5", True), (50, None, False)],
)
def test_what_awaits_payment_may_make_up_for_a_fall(value: int, pending: str | None, compared: bool) -> None:
    book = _book(value, 100, pending=None if pending is None else Decimal(pending))
    assert (book.get("sales_vs_weekday") is not None) == compared
    day = book.get("sales_day")
    assert day and (day.comparison is not None) == compared and book.get("sales_weekday_average")


def test_the_week_is_not_compared_either_while_payments_decide() -> None:
    book = FactBook("harbor-us", DAY, "USD")
    week_facts(book, "sales", Basis("Q", pending=Decimal("0.04")), Decimal(980), Decimal(1000))
    assert [fact.name for fact in book.facts] == ["sales_7d"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("compared", [True, False])
def test_what_is_not_final_is_said_in_grounded_words(language: str, compared: bool) -> None:
    book = make_book(open_days=True, compared=compared)
    shown, defects = writer.write(DAILY, book)
    findings = compose(shown, book, language)
    assert defects == [] == unholdable(findings, book, language)
    facts = book.by_id()
    cited = {facts[number].name for finding in findings for number in finding.facts}
    assert {"traffic_final_on", "ads_open_days", "ads_final_on"} <= cited
    fewer = {
        "en": ("Fewer visits", "More visits", "Ad spend is"),
        "zh": ("访问少于", "访问多于", "广告花费增", "广告花费减"),
    }
    titles = " ".join(finding.title for finding in findings)
    assert any(words in titles for words in fewer[language]) == compared


def _fact(name: str, value: int, subject: Subject | None = None) -> Fact:
    book = FactBook("harbor-us", DAY, "USD")
    fact = book.add(name, value, "Q", subject=subject)
    assert fact
    return fact


def _version(number: int, facts_hash: str, *facts: Fact) -> Earlier:
    return Earlier(
        number, datetime(2026, 11, 29, 6, number, tzinfo=UTC), facts_hash, [fact.as_json() for fact in facts]
    )


def test_what_has_changed_is_named_with_what_it_was() -> None:
    mug, cup = Subject("sku", "MUG"), Subject("sku", "CUP")
    now = [_fact("sessions_day", 611), _fact("units_day", 80), _fact("stock_on_hand", 5, mug)]
    before = _version(1, "a", _fact("sessions_day", 520), _fact("units_day", 80), _fact("stock_on_hand", 9, cup))
    found = changes(now, "b", [before])
    assert found.since == before.read_at
    assert {number: old.value for number, old in found.was.items()} == {now[0].id: Decimal(520)}


def test_a_version_that_only_words_the_same_facts_anew_is_passed_over() -> None:
    now = [_fact("sessions_day", 611)]
    first, reworded = _version(1, "a", _fact("sessions_day", 520)), _version(2, "b", *now)
    assert changes(now, "b", [reworded, first]).since == first.read_at
    assert changes(now, "a", [first]).since is None


def test_facts_that_the_catalogue_has_no_more_are_no_changes() -> None:
    gone = {**_fact("sessions_day", 520).as_json(), "name": "visits_of_old"}
    found = changes([_fact("sessions_day", 611)], "b", [Earlier(1, datetime(2026, 11, 29, tzinfo=UTC), "a", [gone])])
    assert dict(found.was) == {}


def test_a_fact_is_read_as_it_was_stored() -> None:
    for fact in make_book(open_days=True).facts:
        stored = Fact.from_json(fact.as_json())
        assert stored.as_json() == fact.as_json()
