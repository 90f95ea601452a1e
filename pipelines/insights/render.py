"""Writes facts and texts in a language: numbers, money, dates and names in the reader's own format.

All figures on a page come from here. `expected_numbers` says what a rendered figure must contain without asking Babel,
so that `holds` can check what was rendered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines.insights.alerts.wording import name_of as name_of_alert
from pipelines.insights.dates import babel_locale, day_text, when_text
from pipelines.insights.facts import Fact
from pipelines.insights.locales import locale
from pipelines.insights.text import Words, parse

if TYPE_CHECKING:
    pass

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_VARIANTS = re.compile(r"\s*[,，、;；|(（\[【]\s*|\s+(?:[-–—]\s|w/|～)")
LABEL_LEAST, LABEL_MOST = 4, 36  # columns of a description behind a name; wide characters take two
MINUS, PLUS = "\u2212", "+"


@dataclass(frozen=True, slots=True)
class Piece:
    """A rendered part of a text. kind: 'words', or of `fact` its 'figure', its subject's 'name' and 'label' (a
    description from outside), its 'period'."""

    kind: str
    text: str
    fact: str | None = None


def figure(fact: Fact, language: str, *, year: int, magnitude: bool = False) -> str:
    """A fact's value as text.

    magnitude: a signed fact is written without its sign, because the words around it say the direction. year: dates in
    this year are written without a year.
    """
    words = locale(language)
    value = fact.value
    if isinstance(value, date):
        return day_text(value, language, year=year)
    sign = ""
    if fact.signed:
        sign = "" if magnitude or not value else (PLUS if value > 0 else MINUS)
        value = abs(value)
    elif value < 0:
        sign, value = MINUS, -value
    if fact.unit == "money":
        return sign + _money(value, fact.currency or "USD", words.BABEL)
    number = _number(value, words.BABEL)
    if fact.unit == "percent":
        return f"{sign}{number}%"
    one, many = words.UNITS[fact.unit]
    return sign + (one if value == 1 else many).format(n=number)


def name_of(fact: Fact, language: str) -> str:
    """The name of a fact's subject: a feed's title, what a part of a statement is called, an alert's title with what it
    is about, or any other's key."""
    if fact.subject.kind == "feed":
        return str(locale(language).FEEDS.get(fact.subject.key, fact.subject.key))
    if fact.subject.kind == "part":
        return str(locale(language).PARTS.get(fact.subject.key, fact.subject.key))
    if fact.subject.kind == "alert":
        kind, _, about = fact.subject.key.partition("/")
        return name_of_alert(kind, about, language)
    return fact.subject.key


def short_label(label: str) -> str:
    """A product's title as it stands behind a name: what it is before its variants, ended at a word."""
    first = _VARIANTS.split(label, maxsplit=1)[0].strip()
    short = first if _columns(first) >= LABEL_LEAST else label
    if _columns(short) <= LABEL_MOST:
        return short
    cut = short
    while _columns(cut) > LABEL_MOST - 1:
        cut = cut[:-1]
    at_word = cut.rpartition(" ")[0]
    return (at_word if _columns(at_word) >= LABEL_MOST // 2 else cut).rstrip(" ,;:-–—|/&") + "…"


def _columns(text: str) -> int:
    """How wide a text is, in Latin characters."""
    return sum(2 if unicodedata.east_asian_width(each) in ("W", "F") else 1 for each in text)


def pieces(
    text: str, facts: Mapping[str, Fact], language: str, *, day: date, labelled: set[str] | None = None
) -> list[Piece]:
    """The rendered parts of a text. day: that of the brief. labelled: subjects that were described already; the first
    name of another gets its description behind it, and is added. None: nothing is described. Raises KeyError for a
    placeholder of no fact."""
    result = []
    for token in parse(text):
        if isinstance(token, Words):
            result.append(Piece("words", token.text))
            continue
        fact = facts[token.fact]
        if token.form == "name":
            # what we call a part of a statement is a word of ours and no name
            kind = "words" if fact.subject.kind == "part" else "name"
            result.append(Piece(kind, name_of(fact, language), fact.id))
            label = short_label(fact.subject.label)
            if kind == "name" and label and labelled is not None and fact.subject.key not in labelled:
                labelled.add(fact.subject.key)
                before, after = locale(language).BRACKETS
                result += [Piece("words", before), Piece("label", label, fact.id), Piece("words", after)]
        elif token.form in ("when", "When"):
            said = when_text(fact.period, day, language, begins=token.form == "When")
            result.append(Piece("period", said, fact.id))
        else:
            said = figure(fact, language, year=day.year, magnitude=token.form == "size")
            result.append(Piece("figure", said, fact.id))
    return result


def plain(parts: Iterable[Piece], *, names: bool = True) -> str:
    """The rendered text; with `names` False a sign stands in for each name, description and period."""
    return "".join("▪" if part.kind in ("name", "label", "period") and not names else part.text for part in parts)


# --- for grounding -------------------------------------------------------------------------------------------------


def holds(text: str, facts: Mapping[str, Fact], language: str, *, day: date) -> bool:
    """Whether the numbers that can be read in the rendered text are those of its facts, one for one."""
    parts = pieces(text, facts, language, day=day)
    expected = [
        number
        for part in parts
        if part.kind == "figure" and part.fact
        for number in expected_numbers(facts[part.fact], language, year=day.year)
    ]
    return numbers_in(plain(parts, names=False)) == expected


def numbers_in(text: str) -> list[Decimal]:
    """Every number in a text, in order, without its sign. Digits that run together are one number."""
    return [Decimal(match.replace(",", "")) for match in _NUMBER.findall(text)]


def expected_numbers(fact: Fact, language: str, *, year: int) -> list[Decimal]:
    """The numbers that a rendered fact must have, in order."""
    value = fact.value
    if not isinstance(value, date):
        return [abs(value).normalize() if value else Decimal(0)]
    with_year = [] if value.year == year else [value.year]
    ordered = [*with_year, value.month, value.day] if language == "zh" else [value.day, *with_year]
    return [Decimal(number) for number in ordered]


def _money(value: Decimal, currency: str, babel: str) -> str:
    from babel.numbers import format_currency

    return format_currency(value, currency, locale=babel_locale(babel))


def _number(value: Decimal, babel: str) -> str:
    from babel.numbers import format_decimal

    places = -int(value.as_tuple().exponent)
    pattern = "#,##0" + ("." + "0" * places if places > 0 else "")
    return format_decimal(value, pattern, locale=babel_locale(babel))
