"""Which days are painted and what the coverage check says, case by case."""

from datetime import date, timedelta

import pytest

from pipelines.landing.run.results import SliceOutcome
from pipelines.landing.views.coverage import DayState
from pipelines.orchestration import verdicts

FIRST = date(2026, 2, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(5)]
OLDEST = date(2026, 1, 1)


def outcome(day, state="loaded", *, scope="harbor-us", reason=None, retryable=False, waits=False):
    return SliceOutcome("amazon_ads.sp_campaigns", scope, str(day), day, state, reason, 1, retryable, waits)


def known(day, state="loaded", *, scope="harbor-us", reason=None):
    return DayState("amazon_ads.sp_campaigns", scope, day, state, reason)


def judge(outcomes=(), states=(), days=DAYS, *, oldest=OLDEST, scheduled=False, forced=False):
    return verdicts.of_days(outcomes, states, days, oldest=oldest, scheduled=scheduled, forced=forced)


def failure(outcomes, verdict, *, by_hand=True):
    return verdicts.failure(outcomes, [verdict], by_hand=by_hand)


def test_a_range_that_is_all_here_is_materialized_as_a_whole():
    verdict = judge([outcome(DAYS[0])], [known(day, "empty" if day == DAYS[1] else "loaded") for day in DAYS])
    assert verdict.whole and verdict.passed and verdict.days == ()


def test_of_a_range_with_a_failed_day_the_good_days_are_painted_one_by_one_and_the_bad_one_is_named():
    states = [known(day, "failed" if day == DAYS[2] else "loaded", reason="in the ledger") for day in DAYS]
    verdict = judge([outcome(DAYS[2], "failed", reason="HTTP 500", retryable=True)], states)
    assert not verdict.whole and not verdict.passed and not verdict.warning
    assert verdict.days == (DAYS[0], DAYS[1], DAYS[3], DAYS[4])
    assert verdict.description == "harbor-us: 2026-02-03: failed: HTTP 500"


def test_what_another_run_is_at_work_on_is_not_here_yet():
    verdict = judge((), [*map(known, DAYS[:4]), known(DAYS[4], "requested")])
    assert not verdict.whole and verdict.days == tuple(DAYS[:4])
    assert verdict.description == "harbor-us: 2026-02-05: requested: not landed yet"


def test_a_refused_account_fails_the_check_and_leaves_the_others_days_green():
    states = [known(day) for day in DAYS] + [known(day, "refused", scope="harbor-de", reason="403") for day in DAYS]
    verdict = judge([outcome(DAYS[0])], states)
    assert verdict.whole and not verdict.passed
    assert verdict.description.splitlines()[0] == "harbor-de: 2026-02-01 to 2026-02-05 (5 days): refused: 403"


def test_where_every_account_is_refused_nothing_is_painted():
    verdict = judge((), [known(day, "refused", reason="403") for day in DAYS])
    assert not verdict.whole and not verdict.passed and verdict.days == ()


def test_days_that_are_not_due_are_told_and_do_not_hold_up_a_backfill():
    verdict = judge([outcome(DAYS[0])], [known(day) for day in DAYS[:4]])
    assert verdict.whole and verdict.passed and verdict.not_due == (DAYS[4],)
    assert verdict.description == "Not due yet: 2026-02-05."


def test_a_scheduled_run_paints_what_has_landed_and_nothing_else():
    anchor, restated = DAYS[4], DAYS[1]
    verdict = judge(
        [outcome(restated), outcome(DAYS[0], "failed", reason="503")], [known(restated)], [anchor], scheduled=True
    )
    assert not verdict.whole and verdict.days == (restated,)
    later = judge([outcome(anchor), outcome(restated)], [known(anchor), known(restated)], [anchor], scheduled=True)
    assert later.whole and later.days == (restated,)


def test_days_before_the_sources_history_are_a_warning_and_not_painted():
    verdict = judge((), [known(day) for day in DAYS[2:]], oldest=DAYS[2])
    assert not verdict.whole and not verdict.passed and verdict.warning
    assert verdict.days == tuple(DAYS[2:])
    assert "2026-02-01 to 2026-02-02" in verdict.description and "from 2026-02-03 on" in verdict.description


def test_without_access_nothing_is_painted_and_the_check_says_why():
    verdict = judge(oldest=None)
    assert not verdict.whole and not verdict.passed
    assert "No store in stores.yaml has access" in verdict.description


def test_at_most_twenty_reasons_are_shown_and_the_rest_counted():
    days = [FIRST + timedelta(days=n) for n in range(25)]
    failed = [known(day, "failed", reason=f"HTTP {400 + number}") for number, day in enumerate(days)]
    lines = judge((), failed, days).description.splitlines()
    assert len(lines) == 21 and lines[-1] == "and 5 more"


@pytest.mark.parametrize(
    ("states", "whole", "passed"),
    [
        ([], True, True),
        (["loaded", "unavailable"], True, True),
        (["loaded", "refused"], True, False),
        (["refused"], False, False),
        (["loaded", "failed"], False, False),
        (["loaded", "requested"], False, False),
    ],
)
def test_snapshots(states, whole, passed):
    outcomes = [outcome(DAYS[n], state, scope=f"store-{n}", reason="why") for n, state in enumerate(states)]
    verdict = verdicts.of_snapshots(outcomes)
    assert (verdict.whole, verdict.passed) == (whole, passed)


def test_days_without_a_snapshot_are_told():
    verdict = verdicts.of_snapshots([outcome(day, "unavailable") for day in (DAYS[0], DAYS[1], DAYS[3])])
    assert verdict.description == "Without a snapshot for ever: 2026-02-01 to 2026-02-02, 2026-02-04."


def test_a_forced_day_that_did_not_come_is_not_painted_and_the_run_says_that_it_stays_as_it_was():
    states = [known(day) for day in DAYS] + [known(day, scope="harbor-de") for day in DAYS]
    failed = outcome(DAYS[2], "failed", reason="HTTP 503", retryable=True)
    outcomes = [*(outcome(day) for day in DAYS if day != DAYS[2]), failed]
    verdict = judge(outcomes, states, forced=True)
    assert not verdict.whole and verdict.days == (DAYS[0], DAYS[1], DAYS[3], DAYS[4]) and not verdict.passed
    told = failure(outcomes, verdict)
    assert "stays as it was, and nothing asks again by itself" in told and "harbor-us: 2026-02-03: failed" in told
    assert "overdue" not in told, "nothing tries it again"


def test_a_forced_run_of_a_refused_account_paints_nothing():
    refused = [outcome(day, "refused", reason="403") for day in DAYS]
    verdict = judge(refused, [known(day) for day in DAYS], forced=True)
    assert not verdict.whole and verdict.days == () and not verdict.passed
    beside = judge(refused, [*map(known, DAYS), *(known(day, scope="harbor-de") for day in DAYS)], forced=True)
    assert beside.whole and not beside.passed, "the other account's days have come"


@pytest.mark.parametrize("state", ["failed", "refused", "quarantined", "requested"])
def test_a_run_by_hand_that_has_not_asked_is_never_green(state):
    waits = outcome(DAYS[0], state, reason="HTTP 503. Tried again after 2026-02-06 12:54 UTC.", waits=True)
    verdict = judge([waits], [known(DAYS[0], state)], DAYS[:1])
    told = failure([waits], verdict)
    assert "were not asked for" in told and "Re-execute" in told and "12:54 UTC" in told
    assert failure([waits], verdict, by_hand=False) is None, "a night has done what was due"


def test_what_waits_fails_no_run_whose_days_are_here():
    waits = outcome(DAYS[0], "refused", scope="harbor-de", reason="403", waits=True)
    verdict = judge([waits], [known(DAYS[0]), known(DAYS[0], "refused", scope="harbor-de")], DAYS[:1])
    assert verdict.whole and failure([waits], verdict) is None
    busy = outcome(DAYS[0], "requested", waits=True)
    assert failure([busy], judge([busy], [known(DAYS[0])], DAYS[:1])) is None, "the other run has landed it meanwhile"


def test_what_could_not_be_landed_fails_every_run_and_says_who_tries_again():
    failed = outcome(DAYS[0], "failed", reason="HTTP 503", retryable=True)
    verdict = judge([failed], [known(DAYS[0], "failed")], DAYS[:1])
    for by_hand in (True, False):
        told = failure([failed], verdict, by_hand=by_hand)
        assert "The sensor `overdue` has them tried again" in told and "HTTP 503" in told


def test_a_snapshot_by_hand_that_waits_is_never_green():
    waits = outcome(DAYS[0], "failed", reason="HTTP 503", waits=True)
    assert "were not asked for" in failure([waits], verdicts.of_snapshots([waits]))


def test_days_that_fail_for_one_reason_are_joined_into_a_line_and_a_row() -> None:
    states = [known(day, "failed", reason="HTTP 503") for day in DAYS[:3]] + [
        known(DAYS[4], "failed", reason="HTTP 503")
    ]
    verdict = verdicts.of_ledger(states)
    assert not verdict.passed and not verdict.whole
    assert verdict.description == ("harbor-us: 2026-02-01 to 2026-02-03, 2026-02-05 (4 days): failed: HTTP 503")
    (problem,) = verdict.problems
    assert problem.days == (*DAYS[:3], DAYS[4])
    assert verdicts.of_ledger([known(DAYS[0])]).passed
