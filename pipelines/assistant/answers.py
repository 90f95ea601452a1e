"""What every tool answers: figures with unit, currency, period, coverage and freshness, in pages of at most 25 kB.

Pure: rows come in, an `Answer` goes out. How rows are read is in `tools/`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field

from pipelines.assistant.outside import cell
from pipelines.assistant.periods import Period
from pipelines.assistant.refusals import Refusal
from pipelines.insights.facts import currency_places, rounded

MOST_BYTES = 25_000
"""Of a result as it is sent. The protocol has it twice: as text for models, and as content for programs."""

_ENVELOPE = 300
"""Bytes of what stands around an answer."""

_NOTES = 12


class Days(BaseModel):
    """The days that an answer is about: marketplace days, both inclusive."""

    first: date
    last: date
    days: int


class Gap(BaseModel):
    """Days of a report that are not here."""

    store: str
    report: str
    days: int
    first: date
    last: date
    why: str
    what_to_do: str


class Coverage(BaseModel):
    """Whether all days that the figures are made of are here; `missing` has the largest gaps, at most eight."""

    is_whole: bool
    missing_days: int = 0
    missing: list[Gap] = Field(default_factory=list)


class Freshness(BaseModel):
    """Up to which day there is data, by store, and when the newest of it was loaded (UTC)."""

    data_until: dict[str, date] = Field(default_factory=dict)
    loaded_at: datetime | None = None


class Answer(BaseModel):
    """What a tool answers.

    says: the answer in a sentence. unit: of the figures in the rows: money, units, count, percent, days. currency: ISO
    4217, where all rows have one; else it stands in each row. rows: figures are text, so that no digit is lost. notes:
    what must be known to read the figures rightly. formula: how they are made. details: what else a figure
    is explained by. next_page: what to pass as `page` for
    more.
    """

    says: str
    unit: str | None = None
    currency: str | None = None
    period: Days | None = None
    compared_with: Days | None = None
    rows: list[dict[str, Any]] = Field(default_factory=list)
    rows_in_all: int = 0
    coverage: Coverage | None = None
    freshness: Freshness | None = None
    notes: list[str] = Field(default_factory=list)
    formula: str | None = None
    details: dict[str, Any] | None = None
    next_page: int | None = None


def days_of(period: Period) -> Days:
    """A period as an answer tells it."""
    return Days(first=period.first, last=period.last, days=period.days)


def figure(value: Decimal | int | None, unit: str, currency: str | None = None) -> str | int | None:
    """A figure as it is shown: money with the currency's decimals, percents and stars with two, counts whole."""
    if value is None:
        return None
    number = Decimal(value)
    if unit == "money":
        return format(rounded(number, currency_places(currency)), "f")
    if unit in ("units", "count") and number == number.to_integral_value():
        return int(number)
    return format(rounded(number, 2), "f")


def both_covered(one: Coverage | None, other: Coverage | None) -> Coverage | None:
    """The coverage of two periods together."""
    if one is None or other is None:
        return one or other
    return Coverage(
        is_whole=one.is_whole and other.is_whole,
        missing_days=one.missing_days + other.missing_days,
        missing=[*one.missing, *other.missing][:8],
    )


def signed(figure: Any) -> str:
    """A change with its sign."""
    return str(figure) if str(figure).startswith("-") else f"+{figure}"


def paged(answer: Answer, rows: Sequence[Mapping[str, Any]], page: int = 0) -> Answer:
    """The answer with the rows from number `page` on, as many as there is room for.

    Raises Refusal where there is no such row.
    """
    if page < 0 or (page and page >= len(rows)):
        raise Refusal(f"There is no page {page}: there are {len(rows)} rows. Begin with page 0.")
    notes = list(dict.fromkeys(answer.notes))[:_NOTES]
    bare = answer.model_copy(update={"rows": [], "rows_in_all": len(rows), "notes": notes, "next_page": len(rows)})
    room = MOST_BYTES - _ENVELOPE - size(bare)
    shown: list[dict[str, Any]] = []
    for row in rows[page:]:
        told = {name: told_value(name, value) for name, value in row.items() if value is not None}
        room -= _size(json.dumps(told, ensure_ascii=False)) + 4
        if room < 0 and shown:
            break
        shown.append(told)
    after = page + len(shown)
    return bare.model_copy(update={"rows": shown, "next_page": after if after < len(rows) else None})


def size(answer: Answer) -> int:
    """Bytes of the answer as it is sent: once as content, and once as a text within JSON."""
    return _size(written(answer))


def written(answer: Answer) -> str:
    """The answer as the text that a model reads: JSON without what is empty."""
    return answer.model_dump_json(exclude_none=True)


def _size(text: str) -> int:
    return len(text.encode()) + len(json.dumps(text, ensure_ascii=False).encode())


def told_value(name: str, value: Any) -> Any:
    """A value of a row as JSON has it; texts of others are fenced."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return cell(name, value)


def one_currency(rows: Iterable[Mapping[str, Any]]) -> str | None:
    """The currency of all rows; None if there are several, or none."""
    found = {row["currency"] for row in rows if row.get("currency")}
    return found.pop() if len(found) == 1 else None
