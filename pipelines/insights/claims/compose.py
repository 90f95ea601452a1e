"""From bound claims to sentences with placeholders: which parts are said, and in which of the wordings that fit.

The wording is chosen by the content, so the same facts read the same; of two sentences in a row none begins like the
other where the frames allow it. Figures, names and periods stay placeholders; `render.py` writes them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.insights import render
from pipelines.insights.claims.bind import Bound
from pipelines.insights.claims.frames import frames
from pipelines.insights.claims.kinds.types import Kind, Part, Severity, Told
from pipelines.insights.claims.schema import Refusal
from pipelines.insights.claims.stakes import stakes
from pipelines.insights.facts import Fact, FactBook
from pipelines.insights.locales import locale

_SLOT = re.compile(r"\{(\w+)(?:\.(\w+))?(?:\|([^{}|]*)\|([^{}|]*))?\}")
_SENTENCES = re.compile(r"(?<=\.)\s+(?=\S)|(?<=。)(?=\S)")  # a dot in a slot ends none
Known = Mapping[str, tuple[str, ...]]
_FORMS = frozenset({"size", "name", "when", "When"})  # what is left to be rendered


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim in words: title and text hold placeholders for facts. facts: all that it says and rests on. stake: the
    amounts of a week that are at stake by it, where it does not say them itself; of one name, one for each subject.
    todo: the sentences of its text that advise, once more."""

    kind: str
    title: str
    text: str
    facts: tuple[str, ...]
    severity: Severity = "info"
    emphasis: str = "normal"
    advice: tuple[str, ...] = ()
    remark: str = ""
    stake: tuple[str, ...] = ()
    todo: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "title": self.title,
            "text": self.text,
            "facts": list(self.facts),
            "severity": self.severity,
            "emphasis": self.emphasis,
            "advice": list(self.advice),
            "remark": self.remark,
            "stake": list(self.stake),
            "todo": self.todo,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Statement:
        several = {name: tuple(content.get(name, ())) for name in ("facts", "advice", "stake")}
        return cls(**{**content, **several})


def can_be_said(kind: Kind, told: Told, book: FactBook, *, is_first: bool = True) -> bool:
    """Whether there is a title for the facts, and a sentence that leads: one of a choice that is called so."""
    known = frames("en").FRAMES
    parts = kind.parts if is_first else kind.more
    leads = [part for part in _sayable(kind, parts, told, book, known) if part.choice.startswith("lead")]
    titled = not is_first or next(iter(_sayable(kind, kind.titles, told, book, known)), None) is not None
    return bool(leads) and titled


def to_do(statements: Sequence[Statement], most: int = 2) -> list[tuple[int, Statement]]:
    """What to do first, with its place: the first findings that need something done and say what."""
    needing = [
        (place, each) for place, each in enumerate(statements) if each.todo and each.severity in ("critical", "warning")
    ]
    return needing[:most]


def compose(shown: Sequence[Bound], book: FactBook, language: str) -> list[Statement]:
    """The claims in words, in their order."""
    composer = _Composer(book, language)
    return [composer.statement(bound) for bound in shown]


def _sayable(kind: Kind, parts: Iterable[Part], told: Told, book: FactBook, known: Known) -> list[Part]:
    """The parts that the facts carry; of each choice the first."""
    result: list[Part] = []
    for part in parts:
        if part.choice and any(part.choice == other.choice for other in result):
            continue
        if any(role not in told for role in part.roles) or _key(kind, part, told) not in known:
            continue
        if part.when is None or part.when(told, book):
            result.append(part)
    return result


def _key(kind: Kind, part: Part, told: Told) -> str:
    key = f"{kind.name}.{part.key}"
    return f"{key}.{told[part.by].direction}" if part.by else key


class _Composer:
    """Remembers how the last sentence and the last title began."""

    def __init__(self, book: FactBook, language: str) -> None:
        self.book, self.language, self.words = book, language, frames(language)
        self.labels = locale(language).FACTS
        self.last_sentence = self.last_title = ""

    def statement(self, bound: Bound) -> Statement:
        used: dict[str, None] = {}
        kind, first = bound.kind, bound.groups[0]
        title_part = _sayable(kind, kind.titles, first, self.book, self.words.FRAMES)[0]
        title, self.last_title = self._say(
            kind, _key(kind, title_part, first), self.words.FRAMES, first, {}, self.last_title
        )
        if len(bound.groups) > 1 and title.endswith(".name}"):
            title += self.words.OTHERS
        sentences: list[str] = []
        for place, told in enumerate(bound.groups):
            parts = _sayable(kind, kind.more if place else kind.parts, told, self.book, self.words.FRAMES)
            for part in parts:
                sentences.append(self._sentence(kind, _key(kind, part, told), self.words.FRAMES, told, used))
            # what was compared is cited too, though only its direction may be said
            used |= {fact.id: None for fact in told.values() if fact.direction}
        facts = [fact for told in bound.groups for fact in told.values()]
        if any(fact.open_days for fact in facts) and not self._says_open(bound):
            sentences.append(self._sentence(kind, "open", self.words.FRAMES, first, used))
        advice = [self._sentence(kind, advice, self.words.ADVICE, first, used) for advice in bound.advice]
        return Statement(
            kind.name,
            title,
            self.words.JOIN.join([*sentences, *advice]),
            tuple(used),
            bound.severity,
            bound.emphasis,
            bound.advice,
            bound.remark,
            tuple(fact.id for fact in stakes(bound, self.book) if fact.id not in used),
            self.words.JOIN.join(advice),
        )

    def _says_open(self, bound: Bound) -> bool:
        """Whether the sentences of the kind say already that figures are not final."""
        said = [
            part
            for place, told in enumerate(bound.groups)
            for part in _sayable(
                bound.kind, bound.kind.more if place else bound.kind.parts, told, self.book, self.words.FRAMES
            )
        ]
        return any(part.choice == "open" or part.key in ("late", "open_days") for part in said)

    def _sentence(self, kind: Kind, key: str, known: Known, told: Told, used: dict[str, None]) -> str:
        sentence, self.last_sentence = self._say(kind, key, known, told, used, self.last_sentence)
        return sentence

    def _say(self, kind: Kind, key: str, known: Known, told: Told, used: dict[str, None], last: str) -> tuple[str, str]:
        """A wording, and how its last sentence begins: chosen by content, another one if the one before began alike."""
        variants = known[key]
        about = ",".join(sorted(f"{role}={fact.value}{fact.subject.key}" for role, fact in told.items()))
        content = f"{self.book.store_id}|{self.book.day}|{key}|{about}"
        start = int.from_bytes(hashlib.sha256(content.encode()).digest()[:4], "big") % len(variants)
        ordered = variants[start:] + variants[:start]
        chosen = next((each for each in ordered if self._opening(each, told) != last), ordered[0])
        for match in _SLOT.finditer(chosen):
            used[told[match[1]].id] = None
        last_sentence = _SENTENCES.split(chosen)[-1]
        return _SLOT.sub(lambda match: self._fill(match, told[match[1]], kind), chosen), self._opening(
            last_sentence, told
        )

    def _fill(self, match: re.Match[str], fact: Fact, kind: Kind) -> str:
        form = match[2] or ""
        if form == "against":
            # a change that does not say what it is compared with is what its name says
            return str(self.words.AGAINST[fact.comparison.kind if fact.comparison else kind.roles[match[1]].basis])
        if form == "label":
            return str(self.labels[fact.name])
        if match[3] is not None:
            return f"{{{fact.id}}} {match[3] if fact.value == 1 else match[4]}"
        return f"{{{fact.id}.{form}}}" if form in _FORMS else f"{{{fact.id}}}"

    def _opening(self, frame: str, told: Told) -> str:
        """How a sentence begins, as a reader hears it."""
        slot = _SLOT.match(frame)
        if slot is None:
            letters = re.match(r"\W*(\w+)", frame) if self.language != "zh" else re.match(r"\W*(\w{1,2})", frame)
            return letters[1].lower() if letters else frame[:2]
        fact, form = told[slot[1]], slot[2] or "figure"
        if form == "name":
            return f"{form} {fact.subject.key}"
        return self.labels[fact.name].split()[0].lower() if form == "label" else form.lower()


def unholdable(statements: Sequence[Statement], book: FactBook, language: str) -> list[Refusal]:
    """The last net, which should catch nothing: statements whose rendered numbers are not those of their facts."""
    facts = book.by_id()
    return [
        Refusal("not_as_rendered", statement.kind, place)
        for place, statement in enumerate(statements)
        if not all(render.holds(text, facts, language, day=book.day) for text in (statement.title, statement.text))
    ]
