"""Which facts a claim stands on: each cited fact finds its role in the kind, or the claim is refused.

Nothing is taken from the claim but its kind and the ids. The subject is that of the facts, the direction is that of the
facts, and what a statement needs beside what was cited is looked up in the book.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.insights.claims.kinds.types import Emphasis, Kind, Severity, found
from pipelines.insights.claims.schema import Claim
from pipelines.insights.facts import Fact, FactBook


class Refused(Exception):
    """A claim that may not be shown. reason: a key of the locale's REFUSALS."""

    def __init__(self, reason: str, about: str = "") -> None:
        super().__init__(reason)
        self.reason, self.about = reason, about


@dataclass(frozen=True)
class Bound:
    """A claim that may be shown. groups: the facts by role, one group for each subject, the first one leads."""

    kind: Kind
    groups: tuple[dict[str, Fact], ...]
    emphasis: Emphasis = "normal"
    severity: Severity = "info"
    advice: tuple[str, ...] = ()
    remark: str = ""

    def subjects(self) -> set[tuple[str, str]]:
        """What must not be told twice: the kind with each subject, or with each fact where any fact fits."""
        if self.kind.any_fact:
            return {(self.kind.name, group["x"].id) for group in self.groups}
        keys = {fact.subject.key for group in self.groups for fact in group.values() if self._is_its(fact)}
        return {(self.kind.name, key) for key in keys or {""}}

    def _is_its(self, fact: Fact) -> bool:
        return fact.subject.kind == self.kind.about


@dataclass
class _Sorted:
    """Cited facts by where they belong."""

    shared: dict[str, Fact] = field(default_factory=dict)
    groups: dict[str, dict[str, Fact]] = field(default_factory=dict)
    linked: list[tuple[str, Fact]] = field(default_factory=list)


def bind(claim: Claim, kind: Kind, book: FactBook) -> tuple[dict[str, Fact], ...]:
    """The facts of each subject by role. Raises Refused for facts that do not carry the kind."""
    placed = _Sorted()
    known = book.by_id()
    for number in dict.fromkeys(claim.facts):
        if number not in known:
            raise Refused("unknown_fact")
        _place(placed, kind, known[number])
    if kind.any_fact:
        return _of_any_fact(kind, list(placed.groups.values()))
    groups = list(placed.groups.values()) or [{}]
    if len(groups) > 1 and not kind.more:
        raise Refused("several_subjects")
    for group in groups:
        _complete(kind, group, placed.shared, book)
    for role, fact in placed.linked:
        _link(role, fact, groups)
    result = []
    for place, group in enumerate(groups):
        told = {**placed.shared, **group} if place == 0 else group
        _check_needs(kind, told, is_first=place == 0)
        _check_periods(kind, told)
        result.append(told)
    return tuple(result)


def _place(placed: _Sorted, kind: Kind, fact: Fact) -> None:
    name = kind.role_of(fact)
    if name is None:
        raise Refused("other_measure", f"{kind.name} does not take {fact.name}")
    if not _is_consistent(fact):
        raise Refused("facts_contradict", fact.id)
    if kind.any_fact:
        placed.groups[fact.id] = {name: fact}
        return
    role = kind.roles[name]
    if fact.subject.kind != role.about:
        raise Refused("other_subject", fact.id)
    if role.basis and fact.comparison and fact.comparison.kind != role.basis:
        raise Refused("other_basis", fact.id)
    if role.when and not role.when(fact):
        raise Refused("not_so", f"{fact.name} of {fact.id}")
    if role.about == kind.about:
        into = placed.groups.setdefault(fact.subject.key, {})
    elif role.about == "store":
        into = placed.shared
    else:
        placed.linked.append((name, fact))
        return
    if name in into:
        raise Refused("two_of_one", fact.name)
    into[name] = fact


def _is_consistent(fact: Fact) -> bool:
    """Whether a change goes the way that its sign says."""
    if not fact.signed or fact.unit == "date" or fact.direction in (None, "flat"):
        return True
    return (fact.value > 0) == (fact.direction == "up")  # type: ignore[operator]


def _complete(kind: Kind, group: dict[str, Fact], shared: dict[str, Fact], book: FactBook) -> None:
    """Look up what the statement needs and what it would be half true without."""
    key = next((fact.subject.key for fact in group.values()), None)
    for need in kind.needs:
        names = need.split("|")
        own = [name for name in names if kind.roles[name].about == kind.about]
        if any(name in group for name in names):
            continue
        # of a subject that is told of its own fact is needed, whatever stands for the store
        candidates = own if group and own else [] if any(name in shared for name in names) else names
        for name in candidates:
            fact = _lookup(kind, name, key, book)
            if fact is not None:
                (group if kind.roles[name].about == kind.about else shared)[name] = fact
                break
    for name in kind.with_it:
        if name not in group and name not in shared:
            fact = _lookup(kind, name, key, book)
            if fact is not None:
                (group if kind.roles[name].about == kind.about else shared)[name] = fact
    gap = group.get("gap")
    if gap is not None and "own" in kind.roles and "own" not in group and gap.subject.also:
        own_fact = found(book, kind.roles["own"].fact, kind.roles["own"].about, gap.subject.also[0])
        if own_fact is not None:
            group["own"] = own_fact


def _lookup(kind: Kind, name: str, key: str | None, book: FactBook) -> Fact | None:
    """The book's fact for a role, about the same subject; None where it would not fit."""
    role = kind.roles[name]
    of_subject = role.about == kind.about and role.about != "store"
    if of_subject and key is None:
        return None  # nothing says which subject is meant
    fact = found(book, role.fact, role.about, key if of_subject else None)
    if fact is None or not _is_consistent(fact) or (role.when and not role.when(fact)):
        return None
    return None if role.basis and fact.comparison and fact.comparison.kind != role.basis else fact


def _link(role: str, fact: Fact, groups: list[dict[str, Fact]]) -> None:
    """A fact about something else stands beside the subject only where a fact of that subject names it."""
    for group in groups:
        if any(fact.subject.key in other.subject.also for other in group.values()):
            group.setdefault(role, fact)
            return
    raise Refused("other_subject", fact.id)


def _check_needs(kind: Kind, told: dict[str, Fact], *, is_first: bool) -> None:
    for need in kind.needs:
        names = need.split("|")
        own = [name for name in names if kind.roles[name].about == kind.about]
        if not own and not is_first:
            continue  # what the store needs stands with the first subject
        has_subject = any(fact.subject.kind == kind.about for fact in told.values())
        wanted = own if own and has_subject else names
        if not any(name in told for name in wanted):
            raise Refused("fact_missing", " or ".join(kind.roles[name].fact for name in wanted))


def _check_periods(kind: Kind, told: dict[str, Fact]) -> None:
    for names in kind.whole:
        if len({told[name].period for name in names if name in told}) > 1:
            raise Refused("other_period")


def _of_any_fact(kind: Kind, groups: list[dict[str, Fact]]) -> tuple[dict[str, Fact], ...]:
    """Any facts as they are; for an order, such as can be ordered."""
    if not kind.by_size:
        return tuple(groups)
    facts = [group["x"] for group in groups]
    alike = {
        (f.name, f.unit, f.currency, f.period, f.subject.kind, f.comparison and f.comparison.kind, bool(f.open_days))
        for f in facts
    }
    if len(facts) < 2 or len(alike) > 1 or facts[0].unit == "date" or facts[0].subject.kind == "store":
        raise Refused("not_comparable")
    if len({fact.value for fact in facts}) < len(facts):
        raise Refused("not_comparable", "some are equal")
    ordered = sorted(facts, key=lambda fact: fact.value, reverse=True)
    return tuple({"x": fact} for fact in ordered)
