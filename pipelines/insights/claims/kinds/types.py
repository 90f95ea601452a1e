"""What a kind of statement is: which facts it takes, in which parts it is told, and how urgent it may be.

Types only. The kinds are in the modules beside this one, their wordings in the frames of each language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipelines.insights.facts import Fact, FactBook, SubjectKind

Severity = Literal["critical", "warning", "good", "info"]
SEVERITIES: tuple[Severity, ...] = ("critical", "warning", "good", "info")
Emphasis = Literal["low", "normal", "high"]

Told = Mapping[str, Fact]
"""The facts of one subject by their role."""


@dataclass(frozen=True, slots=True)
class Role:
    """A place for a fact in a statement. fact: its name in the catalogue. about: what its subject must be. basis: what
    it must be compared with, if it is compared. when: what must hold of the fact itself."""

    fact: str
    about: SubjectKind = "store"
    basis: str | None = None
    when: Callable[[Fact], bool] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A title or a sentence. It is said where all its roles have a fact, and `when` holds of them.

    key: names its frames, with the kind before it. by: the role whose direction chooses the frame. choice: of the parts
    of one choice only the first that can be said is said; one of a choice that begins with `lead` must be.
    """

    key: str
    roles: tuple[str, ...] = ()
    by: str | None = None
    when: Callable[[Told, FactBook], bool] | None = None
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Tone:
    """How urgent a statement may be called: at low, normal and high emphasis. The facts decide, within it a writer."""

    low: Severity = "info"
    normal: Severity = "info"
    high: Severity = "info"

    def at(self, emphasis: Emphasis) -> Severity:
        return {"low": self.low, "normal": self.normal, "high": self.high}[emphasis]


def always(*severities: Severity) -> Callable[[Told, FactBook], Tone]:
    """The same tone whatever the facts: one severity, or those of low, normal and high."""
    tone = Tone(*severities) if len(severities) == 3 else Tone(*severities * 3)
    return lambda told, book: tone


FOR_INFORMATION = always("info")


@dataclass(frozen=True, slots=True)
class Stake:
    """How much money a week a statement is about, by which findings are put in order (`claims/order.py`).

    fact: the name of the amount, in the store's currency. role: it is that of the same subject as the fact in this
    role, where one is told.
    """

    fact: str
    role: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of statement.

    meaning: one line for whoever chooses claims. about: what its subject is; facts of the store may stand beside those
    of a subject. roles: by name. needs: each must have a fact, which is looked up where it was not cited; 'a|b': one of
    them. with_it: roles that are looked up whether cited or not, since the statement would be half true without them.
    titles: the first that can be said. parts: its sentences, in order. more: the sentences of each further subject, for
    kinds that take several. whole: groups of roles whose facts must be of one period. tone: how urgent it may be
    called. stake: where to find how much money it is about, the first that is known; without one it comes last.
    tells: kinds that this one stands for where it tells the same of a subject, and when it does; it is then as urgent.
    by_size: subjects stand in the order of their value. any_fact: `roles` holds one role, for facts of any name.
    offered: whether a model may choose it.
    """

    name: str
    meaning: str
    roles: Mapping[str, Role]
    needs: tuple[str, ...]
    titles: tuple[Part, ...]
    parts: tuple[Part, ...]
    about: SubjectKind = "store"
    with_it: tuple[str, ...] = ()
    more: tuple[Part, ...] = ()
    whole: tuple[tuple[str, ...], ...] = ()
    tone: Callable[[Told, FactBook], Tone] = FOR_INFORMATION
    stake: tuple[Stake, ...] = ()
    tells: Mapping[str, Callable[[Told, FactBook], bool]] = field(default_factory=dict)
    by_size: bool = False
    any_fact: bool = False
    offered: bool = True

    def role_of(self, fact: Fact) -> str | None:
        """The role that a fact may play here by its name; None if there is none."""
        if self.any_fact:
            return next(iter(self.roles))
        return next((name for name, role in self.roles.items() if role.fact == fact.name), None)


def found(book: FactBook, name: str, about: SubjectKind, key: str | None = None) -> Fact | None:
    """The first fact of that name about such a subject."""
    return next(
        (f for f in book.facts if f.name == name and f.subject.kind == about and key in (None, f.subject.key)), None
    )


def number(fact: Fact | None) -> float:
    """The value of a fact that is no date, for conditions; 0 where there is none."""
    return 0.0 if fact is None or fact.unit == "date" else float(fact.value)  # type: ignore[arg-type]


def is_open(told: Told) -> bool:
    """Whether Amazon still changes what one of the facts says."""
    return any(fact.open_days for fact in told.values())
