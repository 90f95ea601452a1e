"""Says an incident in a language: title and sentences, with figures as its readers write them.

What comes from outside (titles, search terms, names of sellers and campaigns) is made harmless by `outside` before it
enters a sentence: it stands in one line, and in a code span, in which Markdown has no marks, services know no links and
nobody is called by @. The words are in `words/`.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from pipelines.insights.alerts.kinds import kinds
from pipelines.insights.dates import day_text
from pipelines.insights.locales import locale

if TYPE_CHECKING:
    from pipelines.insights.alerts.store import Kept

MOST = 80
"""Characters of a text from outside."""
_PLACES = {"score": 1, "percent": 1, "stars": 1, "hours": 0, "number": 1}
_LIKE = str.maketrans({"`": "'", "\\": "\uff3c"})
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # control, format (of direction too), no characters, line ends


@cache
def words(language: str) -> Mapping[str, Any]:
    """The words of a language. Raises ConfigError for an unknown one."""
    locale(language)
    text = (files(__package__) / "words" / f"{language}.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def tame(text: str) -> str:
    """A text from outside in one line of visible characters, not too long.

    Backticks and backslashes, by which a code span would end early for one reader or another, become their like.
    """
    seen = "".join(" " if unicodedata.category(each) in _HIDDEN else each for each in text.translate(_LIKE))
    line = " ".join(seen.split())
    return line if len(line) <= MOST else line[: MOST - 1].rstrip() + "…"


def outside(text: str) -> str:
    """A text from outside as it may stand in Markdown: a code span."""
    return f"`{tame(text) or '?'}`"


def plain(markdown: str) -> str:
    """A sentence of ours as plain text: without the backticks around texts from outside."""
    return markdown.replace("`", "")


def title(incident: Kept, language: str) -> str:
    """What it is, in a few words of ours."""
    return str(words(language)["kinds"][incident.kind]["title"])


def sentences(incident: Kept, language: str, *, quote: Callable[[str], str] = outside) -> list[str]:
    """What is told of an incident, as Markdown; a sentence whose figures are not known is left out.

    quote: makes a text from outside harmless.
    """
    kind, known = kinds()[incident.kind], words(language)
    figures = {"subject": quote(subject(incident, language))}
    for name, unit, value in (
        ("value", kind.unit, incident.value),
        ("threshold", kind.unit, incident.threshold),
        *((name, unit, incident.facts.get(name)) for name, unit in kind.facts.items()),
    ):
        if value is not None:
            figures[name] = quote(str(value)) if unit == "text" else figure(value, unit, incident.currency, language)
    told = [text for text in known["kinds"][incident.kind]["says"] if slots(text) <= figures.keys()]
    return [text.format(**figures) for text in told]


def slots(text: str) -> set[str]:
    """The names in a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def subject(incident: Kept, language: str) -> str:
    """What it is about, as people call it: a SKU or ASIN with its title, a campaign's name, a feed's title."""
    about = kinds()[incident.kind].subject
    if about == "feed":
        return str(locale(language).FEEDS.get(incident.subject, incident.subject))
    if about == "comparison":
        return str(words(language)["comparisons"].get(incident.subject, incident.subject))
    if about == "campaign":
        return incident.name or incident.subject
    if incident.name and about in ("sku", "asin", "competitor"):
        return f"{incident.subject} · {_short(incident.name)}"
    return incident.subject


def name_of(kind: str, subject: str, language: str) -> str:
    """What an alert is called: its title, and what it is about, as it came. A kind that is no more has its own name."""
    known = kinds().get(kind)
    if known is None:
        return f"{kind} · {subject}"
    told = str(words(language)["kinds"][kind]["title"])
    if known.subject == "store":
        return told
    if known.subject == "feed":
        subject = str(locale(language).FEEDS.get(subject, subject))
    elif known.subject == "comparison":
        subject = str(words(language)["comparisons"].get(subject, subject))
    return f"{told} · {subject}"


def figure(value: Any, unit: str, currency: str | None, language: str) -> str:
    """A figure as readers of a language write it, with its unit."""
    from babel.numbers import format_currency, format_decimal

    babel = locale(language).BABEL
    number = Decimal(str(value))
    if unit == "amount" and currency:
        return str(format_currency(number, currency, locale=babel))
    places = _PLACES.get(unit, 2 if unit == "amount" else 0)
    number = round(number, places)
    text = format_decimal(number, format="#,##0." + "#" * places if places else "#,##0", locale=babel)
    one, many = words(language)["units"].get(unit, ("{n}", "{n}"))
    return str((one if number == 1 else many).format(n=text))


def day(value: date, language: str, *, year: int) -> str:
    """A day as text; without its year if that is `year`."""
    return day_text(value, language, year=year)


def _short(name: str) -> str:
    """A title's first words: what it is, before what it comes with."""
    first = re.split(r"[,，|(（\[【]", name, maxsplit=1)[0].strip()
    return (first if len(first) >= 4 else name)[:48].strip()
