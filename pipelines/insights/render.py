"""Writes facts and texts in a language: numbers, money, dates and names in the reader's own format.

All figures on a page are written here. `expected_numbers` computes the numbers of a rendered figure without Babel, so
that grounding can compare them with `numbers_in` the rendered text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from pipelines.insights.facts import Fact
from pipelines.insights.lexicon import Lexicon, lexicon
from pipelines.insights.locales import locale
from pipelines.insights.text import Name, Token, Words, clauses, parse, sentences, words_of

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
MINUS, PLUS = "\u2212", "+"


@dataclass(frozen=True, slots=True)
class Piece:
    """A rendered part of a text. kind: 'words', 'figure' or 'name'. fact: the id of its fact, if it has one."""

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


def day_text(day: date, language: str, *, year: int | None) -> str:
    """A date as text; without its year if that is `year`."""
    from babel.dates import format_date

    words = locale(language)
    return format_date(day, words.SHORT_DATE if day.year == year else words.LONG_DATE, locale=words.BABEL)


def full_day_text(day: date, language: str) -> str:
    """A date as text, with its weekday."""
    from babel.dates import format_date

    words = locale(language)
    return format_date(day, words.FULL_DATE, locale=words.BABEL)


def moment_text(moment: datetime, language: str, *, zone: str) -> str:
    """A moment as text, to the minute, in a time zone (IANA name)."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{day_text(local.date(), language, year=local.year)} {local:%H:%M}"


def period_text(period: tuple[date, date], language: str, *, year: int) -> str:
    """A period as text: one day, or its first and last day."""
    first, last = (day_text(day, language, year=year) for day in period)
    return first if period[0] == period[1] else locale(language).RANGE.format(first=first, last=last)


def name_of(fact: Fact, language: str) -> str:
    """The name of a fact's subject: a feed's title, or the key of any other subject."""
    if fact.subject.kind == "feed":
        return str(locale(language).FEEDS.get(fact.subject.key, fact.subject.key))
    return fact.subject.key


def pieces(tokens: Sequence[Token], facts: Mapping[str, Fact], language: str, *, year: int) -> list[Piece]:
    """The rendered parts of one sentence or title."""
    lexis = lexicon(language)
    directed = {
        id(token) for clause in clauses(tokens, lexis.breaks) if says_direction(clause, lexis) for token in clause
    }
    result = []
    for token in tokens:
        if isinstance(token, Words):
            result.append(Piece("words", token.text))
        elif isinstance(token, Name):
            text = name_of(facts[token.fact], language) if token.fact else token.text
            result.append(Piece("name", text, token.fact))
        else:
            fact = facts[token.fact]
            result.append(Piece("figure", figure(fact, language, year=year, magnitude=id(token) in directed), fact.id))
    return result


def says_direction(tokens: Iterable[Token], lexis: Lexicon) -> bool:
    """Whether the words among the tokens say that something rose, fell or is unchanged."""
    words = lexis.idioms.sub(" ", words_of(tokens))
    return any(pattern.search(words) for pattern in lexis.directions.values())


def paragraph(
    text: str, facts: Mapping[str, Fact], cited: Iterable[str], language: str, *, year: int
) -> list[list[Piece]]:
    """A text, rendered sentence by sentence."""
    return [pieces(sentence, facts, language, year=year) for sentence in sentences(parse(text, facts, cited))]


def plain(parts: Iterable[Piece], *, names: bool = True) -> str:
    """The rendered text. names: if False, each name is replaced by a sign."""
    return "".join("▪" if part.kind == "name" and not names else part.text for part in parts)


# --- for grounding -------------------------------------------------------------------------------------------------


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

    return format_currency(value, currency, locale=babel)


def _number(value: Decimal, babel: str) -> str:
    from babel.numbers import format_decimal

    places = -int(value.as_tuple().exponent)
    pattern = "#,##0" + ("." + "0" * places if places > 0 else "")
    return format_decimal(value, pattern, locale=babel)
