"""In which order findings stand, and which of them are one. Pure: bound claims and facts in, bound claims out.

Alike findings become one that names several subjects; what one tells beside another thing is not told again. How much
money a finding is about is said by its kind (`Kind.stake`), and computed in `measures/stakes.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from pipelines.insights.claims.bind import Bound
from pipelines.insights.claims.compose import can_be_said
from pipelines.insights.claims.kinds.advice import ADVICE
from pipelines.insights.claims.kinds.types import SEVERITIES, Severity, Told, found
from pipelines.insights.claims.stakes import stakes
from pipelines.insights.facts import Fact, FactBook

WEIGHTS: dict[Severity, Decimal] = {
    "critical": Decimal(4),
    "warning": Decimal(2),
    "good": Decimal(1),
    "info": Decimal("0.5"),
}


def arrange(bounds: Sequence[Bound], book: FactBook) -> list[Bound]:
    """The findings as they stand on a page: nothing twice, alike ones as one, and what matters first."""
    return rank(together(rank(told_once(bounds, book), book), book), book)


def rank(bounds: Iterable[Bound], book: FactBook) -> list[Bound]:
    """What matters first: the money that is at stake in a week (`Kind.stake`, in the store's currency), times a weight.

    What is to be done today counts four times, what is to be watched twice, good news once, and what only informs
    half (WEIGHTS). So of similar money what needs action stands before good news, and a trifle before neither. What is
    urgent and whose amount nobody knows stands before all, for it cannot be called a trifle; anything else without an
    amount stands behind, by how urgent it is. What is equal keeps its order.
    """

    def key(bound: Bound) -> tuple[int, Decimal, int]:
        amount = at_stake(bound, book)
        urgency = SEVERITIES.index(bound.severity)
        if amount is None:
            return (0 if bound.severity == "critical" else 2, Decimal(0), urgency)
        return 1, -amount * WEIGHTS[bound.severity], urgency

    return sorted(bounds, key=key)


def at_stake(bound: Bound, book: FactBook) -> Decimal | None:
    """The sum of the amounts, without sign; None if none is known."""
    facts = stakes(bound, book)
    return sum((abs(Decimal(fact.value)) for fact in facts), Decimal(0)) if facts else None  # type: ignore[arg-type]


# --- what another one tells -------------------------------------------------------------------------------------------


def told_once(bounds: Sequence[Bound], book: FactBook) -> list[Bound]:
    """Of a fall and its reason, about one subject, only one is told: the fall, where it tells the reason too
    (`Kind.tells`). It is then as urgent as what it stands for, and the amount is told once."""
    result = list(bounds)
    pairs = [
        (place, other, tells)
        for place, bound in enumerate(bounds)
        for name, tells in bound.kind.tells.items()
        for other, another in enumerate(bounds)
        if another.kind.name == name
    ]
    for place, other, tells in pairs:
        told, others = _by_subject(result[place]), _by_subject(result[other])
        for key in told.keys() & others.keys():
            if tells(told[key], book):
                severity = min(result[place].severity, result[other].severity, key=SEVERITIES.index)
                result[place] = replace(result[place], severity=severity)
                result[other] = _without(result[other], key, book)
    return [bound for bound in result if bound.groups]


def _by_subject(bound: Bound) -> dict[str, dict[str, Fact]]:
    return {key: group for group in bound.groups if (key := _key(bound, group)) is not None}


def _key(bound: Bound, group: Told) -> str | None:
    """Of what subject a group is; None where it is of the store alone."""
    return next((fact.subject.key for fact in group.values() if fact.subject.kind == bound.kind.about), None)


def _without(bound: Bound, key: str, book: FactBook) -> Bound:
    """The finding without a subject. Of the next one as much is told as was of the first, if that one goes; what is
    said of the store stays. Advice that does not fit the next one goes too."""
    left = [group for group in bound.groups if _key(bound, group) != key]
    if not left or left[0] is bound.groups[0]:
        return replace(bound, groups=tuple(left))
    kind, lead = bound.kind, {**_of_store(bound.groups[0]), **left[0]}
    for name in bound.groups[0].keys() - lead.keys():
        role = kind.roles[name]
        fact = found(book, role.fact, role.about, _key(bound, left[0])) if role.about == kind.about else None
        if fact is not None and (role.when is None or role.when(fact)):
            lead[name] = fact
    advice = tuple(name for name in bound.advice if ADVICE[name].when(lead, book))
    return replace(bound, groups=(lead, *left[1:]), advice=advice)


def _of_store(group: Told) -> dict[str, Fact]:
    return {role: fact for role, fact in group.items() if fact.subject.kind == "store"}


# --- alike ones ------------------------------------------------------------------------------------------------------


def together(bounds: Iterable[Bound], book: FactBook) -> list[Bound]:
    """Findings of one kind that go the same way as one that names all their subjects, where the kind may name several
    (`Kind.more`). It is as urgent as the most urgent of them, and has the advice that fits the subject that leads."""
    result: list[Bound] = []
    for bound in bounds:
        place = next((n for n, other in enumerate(result) if _are_alike(other, bound, book)), None)
        if place is None:
            result.append(bound)
        else:
            result[place] = _joined(result[place], bound, book)
    return result


def _are_alike(first: Bound, other: Bound, book: FactBook) -> bool:
    kind = first.kind
    if kind.name != other.kind.name or not kind.more or kind.any_fact or kind.about == "store":
        return False
    groups = _others(other)
    return (
        _manner(first) == _manner(other)
        and _key(first, first.groups[0]) is not None
        and all(_key(other, group) is not None and can_be_said(kind, group, book, is_first=False) for group in groups)
    )


def _manner(bound: Bound) -> str | None:
    """The direction that the title speaks of."""
    told = bound.groups[0]
    return next((told[part.by].direction for part in bound.kind.titles if part.by and part.by in told), None)


def _others(bound: Bound) -> list[dict[str, Fact]]:
    """The groups of a finding, without what is said of the store."""
    return [{role: fact for role, fact in group.items() if fact.subject.kind != "store"} for group in bound.groups]


def _joined(first: Bound, other: Bound, book: FactBook) -> Bound:
    lead = {**_of_store(other.groups[0]), **first.groups[0]}
    fitting = (name for name in (*first.advice, *other.advice) if ADVICE[name].when(lead, book))
    return replace(
        first,
        groups=(lead, *first.groups[1:], *_others(other)),
        severity=min(first.severity, other.severity, key=SEVERITIES.index),
        advice=tuple(dict.fromkeys(fitting)),
        remark=first.remark or other.remark,
    )
