"""What Dagster is told of a feed that a run has landed: which days are painted, and what the coverage check says.

Pure: outcomes of the run and states of the ledger in, a `Verdict` out. The events are made in `raw.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from pipelines.landing.run.results import SliceOutcome
from pipelines.landing.views.coverage import SETTLED, DayState

# What a failed check is for: the run did its work; the account or the document is the problem.
CHECK_ONLY_STATES = frozenset({"refused", "quarantined"})
REASONS_SHOWN = 20


@dataclass(frozen=True)
class Problem:
    """Days of one store or account that are not here for the same reason. days: sorted."""

    scope_id: str
    days: tuple[date, ...]
    state: str
    reason: str

    def __str__(self) -> str:
        count = f" ({len(self.days)} days)" if len(self.days) > 1 else ""
        return f"{self.scope_id}: {spans(self.days)}{count}: {self.state}: {self.reason}"


@dataclass(frozen=True)
class Verdict:
    """What is reported of one feed.

    whole: the run's own partitions (or the asset, where it has none) are materialized. days: single marketplace days to
    materialize besides: restated ones, and the good ones of a range that is not whole. passed, warning, description: of
    the `coverage` check. not_due, too_old: days of the range for which there was nothing to ask for. kept: slices that
    are here, were asked for once more and did not come, so that they stay as they were. stuck: slices that the run has
    not tried, since they wait or another run works on them, and without which their days are not here. problems: what
    `description` tells of days that are not here, for a table.
    """

    whole: bool
    passed: bool
    description: str
    days: tuple[date, ...] = ()
    warning: bool = False
    not_due: tuple[date, ...] = field(default=())
    too_old: tuple[date, ...] = field(default=())
    kept: tuple[SliceOutcome, ...] = ()
    stuck: tuple[SliceOutcome, ...] = ()
    problems: tuple[Problem, ...] = ()


def of_days(
    outcomes: Sequence[SliceOutcome],
    states: Iterable[DayState],
    days: Sequence[date],
    *,
    oldest: date | None,
    scheduled: bool,
    forced: bool = False,
) -> Verdict:
    """A feed with daily partitions.

    states: the ledger's, of the run's scopes, for `days` (the run's partitions) and for the days of `outcomes`. oldest:
    the first day that the source can be asked for; None: nobody has access to it. scheduled: the run's range is only
    the night's anchor, it lands whatever is due. forced: it has asked also for what is here; what did not come is not
    painted then, although the ledger still has what was here before.

    A range that a person has chosen is done when nothing due is missing: a day that is not due yet is landed by the
    schedule, and a backfill that waited for it would never end. A scheduled run paints what has landed, nothing else.
    """
    failed = {(each.scope_id, each.day): each for each in outcomes if each.state not in SETTLED and not each.waits}
    by_day: dict[date, list[DayState]] = {}
    kept: list[SliceOutcome] = []
    for state in states:
        outcome = failed.get((state.scope_id, state.day)) if forced and state.state in SETTLED else None
        if outcome is not None:
            kept.append(outcome)
        now = state if outcome is None else replace(state, state=outcome.state, reason=outcome.reason)
        by_day.setdefault(state.day, []).append(now)
    unknown = [day for day in days if day not in by_day]
    too_old = tuple(day for day in unknown if oldest is None or day < oldest)
    not_due = tuple(day for day in unknown if day not in set(too_old))
    here = {day for day, known in by_day.items() if is_here(known)}
    accepted = here if scheduled else here | set(not_due)
    whole = bool(days) and accepted >= set(days)
    landed = {each.day for each in outcomes if each.state in SETTLED} | set(days)
    painted = sorted(day for day in landed & here if not (whole and day in set(days)))
    problems = _problems(outcomes, [state for known in by_day.values() for state in known])
    lines = _told(problems)
    if too_old:
        lines.append(_too_old(too_old, oldest))
    if not_due:
        lines.append(f"Not due yet: {spans(not_due)}.")
    return Verdict(
        whole=whole,
        days=tuple(painted),
        passed=not problems and (scheduled or not too_old),
        warning=not problems,
        description="\n".join(lines) or "Every day asked for is here, or known to be empty.",
        not_due=not_due,
        too_old=too_old,
        kept=tuple(kept),
        stuck=tuple(each for each in outcomes if each.waits and each.day not in here),
        problems=tuple(problems),
    )


def of_snapshots(outcomes: Sequence[SliceOutcome]) -> Verdict:
    """A feed without partitions: snapshots, crawls, listed documents. Days that nobody can give any more are told."""
    bad = [each for each in outcomes if each.state not in SETTLED]
    landed = [each for each in outcomes if each.state in SETTLED]
    problems = _problems(outcomes, ())
    lines = _told(problems)
    lost = sorted({each.day for each in outcomes if each.state == "unavailable"})
    if lost:
        lines.append(f"Without a snapshot for ever: {spans(lost)}.")
    whole = not bad or (bool(landed) and all(each.state in CHECK_ONLY_STATES for each in bad))
    return Verdict(
        whole=whole,
        passed=not problems,
        description="\n".join(lines) or "Everything that was due is here.",
        stuck=() if whole else tuple(each for each in bad if each.waits),
        problems=tuple(problems),
    )


def of_ledger(states: Iterable[DayState]) -> Verdict:
    """What the check `coverage` says when nobody has landed anything, but asks: of all days that the ledger has."""
    problems = _problems((), states)
    told = "\n".join(_told(problems)) or "Every day that was asked for is here, or known to be empty."
    return Verdict(whole=False, passed=not problems, description=told, problems=tuple(problems))


_LEFT = (
    "Some slices could not be landed now. The sensor `overdue` has them tried again when their pause has ended; "
    "`tradewind status` tells when. The rest has landed."
)
_KEPT = (
    "Some slices were asked for once more and did not come. What was here before stays as it was, and nothing asks "
    "again by itself: start the run again."
)
_STUCK = (
    "Some slices were not asked for: they failed before and wait for their next try, or another run works on them. "
    "That comes by itself; to ask now, execute this run again (*Re-execute*)."
)


def failure(outcomes: Sequence[SliceOutcome], judged: Iterable[Verdict], *, by_hand: bool) -> str | None:
    """Why a run has failed, with what follows; None if it has not.

    A run fails if something could not be landed now. One that somebody has started by hand fails as well if it has not
    even tried something that it was to land: green would say that it is here.
    """
    verdicts = list(judged)
    kept = [each for verdict in verdicts for each in verdict.kept]
    left = [each for each in outcomes if each.retryable and each not in kept]
    stuck = [each for verdict in verdicts for each in verdict.stuck] if by_hand else []
    told = [
        "\n".join([sentence, *_told(problems)])
        for sentence, problems in ((_LEFT, _joined(left)), (_KEPT, _joined(kept)), (_STUCK, _joined(stuck)))
        if problems
    ]
    return "\n".join(told) or None


def spans(days: Collection[date]) -> str:
    """Days as text, neighbours joined: `2026-03-01 to 2026-03-04, 2026-03-09`."""
    ordered = sorted(days)
    runs: list[list[date]] = []
    for day in ordered:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(f"{run[0]}" if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def is_here(known: Sequence[DayState]) -> bool:
    """A refused account does not keep the others' day from being here; something still open or failed does."""
    settled = [each for each in known if each.state in SETTLED]
    return bool(settled) and all(each.state in SETTLED | CHECK_ONLY_STATES for each in known)


def _problems(outcomes: Sequence[SliceOutcome], states: Iterable[DayState]) -> list[Problem]:
    """What is not settled; an outcome knows more than the ledger's row of the same day."""
    bad: list[SliceOutcome | DayState] = [each for each in outcomes if each.state not in SETTLED]
    told = {(each.scope_id, each.day) for each in bad}
    bad += [each for each in states if each.state not in SETTLED and (each.scope_id, each.day) not in told]
    return _joined(bad)


def _joined(bad: Iterable[SliceOutcome | DayState]) -> list[Problem]:
    """Days of the same store, state and reason as one, the oldest first."""
    days: dict[tuple[str, str, str], set[date]] = {}
    for each in bad:
        days.setdefault((each.scope_id, each.state, each.reason or "not landed yet"), set()).add(each.day)
    found = [Problem(scope, tuple(sorted(those)), state, reason) for (scope, state, reason), those in days.items()]
    return sorted(found, key=lambda each: (each.scope_id, each.days[0], each.state, each.reason))


def _told(problems: Sequence[Problem]) -> list[str]:
    lines = [str(each) for each in problems]
    return [*lines[:REASONS_SHOWN], *_more(lines)]


def _more(lines: Sequence[str]) -> list[str]:
    return [f"and {len(lines) - REASONS_SHOWN} more"] if len(lines) > REASONS_SHOWN else []


def _too_old(days: Collection[date], oldest: date | None) -> str:
    if oldest is None:
        return "No store in stores.yaml has access to this source, so that nothing was asked for."
    return f"Cannot be asked for: {spans(days)}; the source is asked for days from {oldest} on."
