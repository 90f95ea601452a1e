"""Grounding checks that findings say only what their facts support. Pure functions from findings and facts to refusals.

A text may state a number only by a placeholder. It may name only subjects of the facts that it cites. It may say that
something rose or fell only if the cited facts did. Each refusal has a reason; nothing is corrected here. Words are
listed in `lexicon.py`, texts are parsed in `text.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pipelines.insights import render
from pipelines.insights.facts import Fact
from pipelines.insights.lexicon import FORBIDDEN, ROMAN, Lexicon, lexicon
from pipelines.insights.text import (
    Figure,
    Name,
    Token,
    Words,
    clauses,
    figures_of,
    may_be_written,
    parse,
    sentences,
    words_of,
)

Severity = Literal["critical", "warning", "good", "info"]
SEVERITIES: tuple[Severity, ...] = ("critical", "warning", "good", "info")
MAX_FINDINGS, MAX_TITLE, MAX_TEXT = 12, 120, 900

# Kinds of subjects that a sentence must name beside their figures. Figures of the store need no name.
_NAMED_KINDS = frozenset({"sku", "asin", "campaign", "search_term", "competitor"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of a writer or model: title and text with placeholders, and the ids of the facts that it cites."""

    title: str
    text: str
    facts: tuple[str, ...]
    severity: Severity = "info"

    def as_json(self) -> dict[str, Any]:
        """The finding as it is compared and stored."""
        return {"title": self.title, "text": self.text, "facts": list(self.facts), "severity": self.severity}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a finding may not be shown. finding: its position in the list, from 0; -1 for the list as a whole."""

    finding: int
    reason: str


def check(findings: Sequence[Finding], facts: Mapping[str, Fact], language: str, *, year: int) -> list[Refusal]:
    """Everything that is wrong with the findings; empty if they may be shown. year: the year of the brief's day."""
    if not findings:
        return [Refusal(-1, "there are no findings")]
    if len(findings) > MAX_FINDINGS:
        return [Refusal(-1, f"there are {len(findings)} findings; at most {MAX_FINDINGS} are read")]
    return [
        Refusal(number, reason)
        for number, finding in enumerate(findings)
        for reason in dict.fromkeys(_check_finding(finding, facts, language, year))
    ]


def claims(findings: Sequence[Finding], facts: Mapping[str, Fact]) -> list[dict[str, Any]]:
    """For each sentence and title, the facts that it cites. One without placeholders has all facts of its finding."""
    result = []
    for number, finding in enumerate(findings):
        for part, text in (("title", finding.title), ("text", finding.text)):
            for sentence in sentences(parse(text, facts, finding.facts)):
                cited = list(dict.fromkeys(_cited(sentence)))
                source = "".join(_source(token) for token in sentence)
                result.append(
                    {
                        "finding": number,
                        "severity": finding.severity,
                        "part": part,
                        "text": source,
                        "facts": cited or list(finding.facts),
                    }
                )
    return result


def _check_finding(finding: Finding, facts: Mapping[str, Fact], language: str, year: int) -> Iterable[str]:
    if finding.severity not in SEVERITIES:
        yield f"severity {finding.severity!r} is none of {', '.join(SEVERITIES)}"
    if not finding.facts:
        yield "it cites no facts"
    unknown = [fact for fact in finding.facts if fact not in facts]
    if unknown:
        yield f"there is no fact {', '.join(unknown)}"
        return
    cited = {fact: facts[fact] for fact in finding.facts}
    for part, text, limit in (("title", finding.title, MAX_TITLE), ("text", finding.text, MAX_TEXT)):
        if not text.strip():
            yield f"its {part} is empty"
        elif len(text) > limit:
            yield f"its {part} has {len(text)} characters; at most {limit} are allowed"
        else:
            for reason in _check_text(text, cited, facts, language, year):
                yield f"{part}: {reason}"


def _check_text(
    text: str, cited: Mapping[str, Fact], facts: Mapping[str, Fact], language: str, year: int
) -> Iterable[str]:
    lexis = lexicon(language)
    tokens = parse(text, facts, cited)
    uncited = [
        token.fact for token in tokens if not isinstance(token, Words) and token.fact and token.fact not in facts
    ]
    if uncited:
        yield f"there is no fact {', '.join(uncited)}"
        return
    missing = sorted({fact for fact in _cited(tokens) if fact not in cited})
    if missing:
        yield f"{', '.join(missing)} is in the text but not in the finding's list of facts"
        return
    yield from _check_words(words_of(tokens), lexis)
    for sentence in sentences(tokens):
        yield from _check_names(sentence, cited)
        yield from _check_capitals(sentence, lexis, language)
        for clause in clauses(sentence, lexis.breaks):
            yield from _check_measure(clause, cited, lexis)
            yield from _check_direction(clause, sentence, cited, lexis)
        yield from _check_rendered(sentence, facts, language, year)


def _check_words(words: str, lexis: Lexicon) -> Iterable[str]:
    """Refuse numbers in any form, markup, addresses, instructions, and characters that a sentence does not need."""
    words = words.replace(" · ", " ")
    digits = [letter for letter in words if unicodedata.category(letter).startswith("N")]
    if digits:
        yield f"it writes a number out ({''.join(digits)[:12]!r}); a number is given by a placeholder only"
    for found in lexis.numbers.finditer(lexis.idioms.sub(" ", words)):
        yield f"{found[0]!r} states a number; a number is given by a placeholder only"
    for found in ROMAN.finditer(words):
        yield f"{found[0]!r} is a Roman numeral; a number is given by a placeholder only"
    for found in FORBIDDEN.finditer(words):
        yield f"{found[0]!r} is markup, an address or an instruction; findings are plain sentences"
    strange = sorted({letter for letter in words if not digits and not lexis.letters.fullmatch(letter)})
    if strange:
        named = ", ".join(f"U+{ord(letter):04X}" for letter in strange[:5])
        yield f"it has characters that do not belong in a sentence ({named}); units and signs come with the figure"
    for found in lexis.valence.finditer(words):
        yield f"{found[0]!r} does not say which way; say that it rose or fell"


def _check_names(sentence: Sequence[Token], cited: Mapping[str, Fact]) -> Iterable[str]:
    """Refuse names that are no cited fact's, and figures beside the name of another subject."""
    figures = [cited[fact] for fact in figures_of(sentence)]
    by_figures = {name for fact in figures for name in fact.subject.names}
    by_finding = {name for fact in cited.values() for name in fact.subject.names}
    for token in sentence:
        if not isinstance(token, Name) or token.fact:
            continue
        if token.text not in by_finding:
            yield f"{token.text!r} is named, but no cited fact is about it"
        elif figures and token.text not in by_figures:
            yield f"{token.text!r} is named beside figures of something else"
        elif not may_be_written(token.text):
            yield f"{token.text!r} must be given as a placeholder, like {{f12.name}}"
    last: Name | None = None
    first = next((token for token in sentence if isinstance(token, Name)), None)
    for token in sentence:
        if isinstance(token, Name):
            last = token
        elif isinstance(token, Figure) and cited[token.fact].subject.kind in _NAMED_KINDS:
            name = last or first
            fact = cited[token.fact]
            if name is not None and name.text not in fact.subject.names:
                yield f"{{{fact.id}}} is about {fact.subject.key!r}, but is beside {name.text!r}"


def _check_capitals(sentence: Sequence[Token], lexis: Lexicon, language: str) -> Iterable[str]:
    """Refuse unknown names: capitalised words within a sentence, and Latin words in Chinese."""
    at_start = True
    for token in sentence:
        if not isinstance(token, Words):
            at_start = False
            continue
        for found in re.finditer(r"[A-Za-z][A-Za-z'’&-]*", token.text):
            word = re.sub(r"['’]s$", "", found[0])
            is_name = word != word.lower() and not (at_start and word[1:] == word[1:].lower())
            if (is_name or (language == "zh" and len(word) > 1)) and word not in lexis.proper:
                yield f"{word!r} looks like a name that no cited fact carries"
            at_start = token.text[found.end() : found.end() + 1] in (":", "：")


def _check_measure(clause: Sequence[Token], cited: Mapping[str, Fact], lexis: Lexicon) -> Iterable[str]:
    """Refuse a clause that names a measure and has figures, none of which is of that measure."""
    measures = _measures(clause, lexis)
    given = [cited[fact] for fact in figures_of(clause)]
    given = [fact for fact in given if fact.unit != "date"]
    if measures and given and not any(fact.measure in measures for fact in given):
        about = ", ".join(sorted({fact.measure for fact in given}))
        yield f"it speaks of {' and '.join(sorted(measures))}, but its figures are about {about}"


def _check_direction(
    clause: Sequence[Token], sentence: Sequence[Token], cited: Mapping[str, Fact], lexis: Lexicon
) -> Iterable[str]:
    """Refuse words for rose, fell or unchanged without a cited fact of that direction.

    If the clause has figures with several directions, the nearest figure must have it.
    """
    measures = _measures(clause, lexis)

    def pool(facts: Iterable[str]) -> list[Fact]:
        chosen = [cited[fact] for fact in facts if cited[fact].direction]
        return [fact for fact in chosen if not measures or fact.measure in measures]

    near = pool(figures_of(clause))
    carriers = near or pool(figures_of(sentence)) or pool(cited)
    for direction, word, place in _directions(clause, lexis):
        if not carriers:
            yield f"{word!r} says a direction, but no cited fact has one"
        elif near and len({fact.direction for fact in near}) > 1:
            nearest = _nearest(clause, place, {fact.id for fact in near})
            if cited[nearest].direction != direction:
                yield f"{word!r} contradicts {{{nearest}}}, which went {cited[nearest].direction}"
        elif direction not in {fact.direction for fact in carriers}:
            facts_say = ", ".join(f"{{{fact.id}}} went {fact.direction}" for fact in carriers[:3])
            yield f"{word!r} contradicts the facts: {facts_say}"


def _check_rendered(sentence: Sequence[Token], facts: Mapping[str, Fact], language: str, year: int) -> Iterable[str]:
    """Refuse a sentence if the numbers in its rendered text are not exactly those of its facts. A second safeguard."""
    rendered = render.plain(render.pieces(sentence, facts, language, year=year), names=False)
    found = render.numbers_in(rendered)
    expected = [
        number for fact in figures_of(sentence) for number in render.expected_numbers(facts[fact], language, year=year)
    ]
    if found != expected:
        yield f"as rendered it reads {rendered!r}, whose numbers are not those of its facts"


def _cited(tokens: Iterable[Token]) -> list[str]:
    return [token.fact for token in tokens if not isinstance(token, Words) and token.fact]


def _source(token: Token) -> str:
    if isinstance(token, Figure):
        return f"{{{token.fact}}}"
    if isinstance(token, Name) and token.fact:
        return f"{{{token.fact}.name}}"
    return token.text


def _measures(clause: Sequence[Token], lexis: Lexicon) -> set[str]:
    """The measures that a clause names. Longer phrases are matched first, so that 'ad sales' is not also 'sales'."""
    words, found = words_of(clause), set()
    for measure, pattern in lexis.measures.items():
        if pattern.search(words):
            found.add(measure)
            words = pattern.sub(" ", words)
    return found


def _directions(clause: Sequence[Token], lexis: Lexicon) -> Iterable[tuple[str, str, int]]:
    """(direction, word, index of its token) for each word of direction, except advice at a clause's beginning."""
    for index, token in enumerate(clause):
        if not isinstance(token, Words):
            continue
        words = lexis.idioms.sub(lambda found: " " * len(found[0]), token.text)
        if index == 0:
            words = lexis.imperatives.sub(" ", words)
        for direction, pattern in lexis.directions.items():
            for found in pattern.finditer(words):
                yield direction, found[0], index


def _nearest(clause: Sequence[Token], place: int, among: set[str]) -> str:
    """The figure nearest to a token. Of two equally near, the one after the token is taken."""
    candidates = [
        (abs(index - place), index < place, token.fact)
        for index, token in enumerate(clause)
        if isinstance(token, Figure) and token.fact in among
    ]
    return min(candidates)[2]
