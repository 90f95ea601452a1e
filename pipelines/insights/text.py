"""Texts with placeholders: `{f12}` is the figure of a fact, `{f12.size}` that without its sign, `{f12.name}` the name
of what it is about, `{f12.when}` its period in words.

Text is parsed into tokens; rendering works on these. Pure: no language, no numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"\{(f\d{1,5})(?:\.(size|name|when|When))?\}")


@dataclass(frozen=True, slots=True)
class Words:
    """Literal text."""

    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """What is written of a fact. form: 'figure', 'size', 'name', 'when', or 'When' where a sentence begins."""

    fact: str
    form: str


Token = Words | Slot


def parse(text: str) -> list[Token]:
    """The tokens of a text. What looks like no placeholder is words."""
    tokens: list[Token] = []
    position = 0
    for match in PLACEHOLDER.finditer(text):
        if match.start() > position:
            tokens.append(Words(text[position : match.start()]))
        tokens.append(Slot(match[1], match[2] or "figure"))
        position = match.end()
    if position < len(text):
        tokens.append(Words(text[position:]))
    return tokens
