"""Parses texts with placeholders: `{f12}` is the figure of a fact, `{f12.name}` the name of its subject.

A text is parsed into tokens, on which grounding and rendering work. Pure functions, which are the same for every
language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipelines.insights.facts import Fact

PLACEHOLDER = re.compile(r"\{(f\d{1,5})(\.name)?\}")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])\s*")


@dataclass(frozen=True, slots=True)
class Words:
    """Literal text."""

    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """The figure of a fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class Name:
    """A name. fact: the id of the fact, if it was written as a placeholder; None if the name was written out."""

    text: str
    fact: str | None = None


Token = Words | Figure | Name


def parse(text: str, facts: Mapping[str, Fact], cited: Iterable[str] = ()) -> list[Token]:
    """The tokens of a text.

    Names of subjects that are written out become Name tokens too, the longest first. A short or common word counts as a
    name only if it is the name of a cited fact's subject. Placeholders of unknown facts are kept, for grounding to
    refuse. cited: ids of the facts that the text's finding cites.
    """
    tokens: list[Token] = []
    literal = _name_pattern(facts, set(cited))
    position = 0
    for match in PLACEHOLDER.finditer(text):
        tokens += _split_names(text[position : match.start()], literal)
        fact = match[1]
        if fact in facts and match[2]:
            tokens.append(Name(facts[fact].subject.key, fact))
        else:
            tokens.append(Figure(fact))
        position = match.end()
    return tokens + _split_names(text[position:], literal)


def sentences(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens, sentence by sentence. A full stop within a name or a figure does not end a sentence."""
    result: list[list[Token]] = [[]]
    for token in tokens:
        if not isinstance(token, Words):
            result[-1].append(token)
            continue
        pieces = _SENTENCE_END.split(token.text)
        for number, piece in enumerate(pieces):
            if number:
                result.append([])
            if piece:
                result[-1].append(Words(piece))
    return [sentence for sentence in result if sentence]


def clauses(sentence: Sequence[Token], breaks: re.Pattern[str]) -> list[list[Token]]:
    """The tokens, clause by clause."""
    result: list[list[Token]] = [[]]
    for token in sentence:
        if not isinstance(token, Words):
            result[-1].append(token)
            continue
        for number, piece in enumerate(breaks.split(token.text)):
            if number:
                result.append([])
            if piece:
                result[-1].append(Words(piece))
    return [clause for clause in result if clause]


def words_of(tokens: Iterable[Token]) -> str:
    """The literal text, with a gap in place of figures and names."""
    return "".join(token.text if isinstance(token, Words) else " · " for token in tokens)


def figures_of(tokens: Iterable[Token]) -> list[str]:
    """The ids of the facts whose figures are among the tokens."""
    return [token.fact for token in tokens if isinstance(token, Figure)]


def may_be_written(name: str) -> bool:
    """Whether a name may be written out. A name of digits only may not, because it would look like a figure."""
    return len(name) >= 3 and any(letter.isalpha() for letter in name)


def _is_distinct(name: str) -> bool:
    """Whether a name cannot be mistaken for an ordinary word."""
    return may_be_written(name) and (name != name.lower() or any(not letter.isalpha() for letter in name))


def _name_pattern(facts: Mapping[str, Fact], cited: set[str]) -> re.Pattern[str] | None:
    names = {
        name
        for fact in facts.values()
        for name in fact.subject.names
        if (may_be_written(name) if fact.id in cited else _is_distinct(name))
    }
    if not names:
        return None
    body = "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))
    return re.compile(rf"(?<![A-Za-z0-9])(?:{body})(?![A-Za-z0-9])")


def _split_names(text: str, pattern: re.Pattern[str] | None) -> list[Token]:
    if not text:
        return []
    if pattern is None:
        return [Words(text)]
    tokens: list[Token] = []
    position = 0
    for match in pattern.finditer(text):
        if match.start() > position:
            tokens.append(Words(text[position : match.start()]))
        tokens.append(Name(match[0]))
        position = match.end()
    if position < len(text):
        tokens.append(Words(text[position:]))
    return tokens
