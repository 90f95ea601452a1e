"""The types of facts. A fact is one figure of the marts, with its unit, period, subject and query.

Here are the types, and the book that numbers a brief's facts (f1, f2, ...). All functions are pure. The names of facts
are in `catalogue.py`. Figures are computed in `measures/` and written in a language in `render.py`.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from pipelines.insights.catalogue import CATALOGUE as CATALOGUE
from pipelines.insights.catalogue import Definition, Unit

Direction = Literal["up", "down", "flat"]
SubjectKind = Literal[
    "store", "sku", "asin", "campaign", "search_term", "competitor", "settlement", "feed", "part", "shop", "alert"
]

LABEL_LIMIT = 70
FLAT_BELOW_PERCENT = Decimal(1)  # A smaller change is called flat.
_PLACES = {"percent": 1, "points": 1, "days": 1, "per_day": 1, "units": 0, "rank": 0, "count": 0, "stars": 1}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a fact is about.

    kind: a `shop` is one store of a brief about all of them. key: its id; of an `alert` its kind, a slash, and what it
    is about. label: a description from outside, such as a
    product's name, cleaned. also: other names that a text may use for it.
    """

    kind: SubjectKind
    key: str
    label: str = ""
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names that a text may use for it. Feeds, parts and alerts have none; they are named by the locale."""
        return () if self.kind in ("feed", "part", "alert") else (self.key, *self.also)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a fact's value is compared with.

    kind: 'weekday_average', 'week_ago', 'previous_7d', 'previous_30d', 'previous_price' or 'own_price'. value: in the
    fact's unit.
    """

    kind: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure.

    id: f1, f2, ... value: for percent, 12.3 means 12.3 %. currency: of money, ISO 4217. period: marketplace days, both
    inclusive. query: the name of the query that it is from. open_days: how many days of the period Amazon still
    changes. table: the table that the query reads, if that is no mart.
    """

    id: str
    name: str
    value: Decimal | date
    unit: Unit
    subject: Subject
    period: tuple[date, date]
    query: str
    currency: str | None = None
    comparison: Comparison | None = None
    direction: Direction | None = None
    open_days: int = 0
    table: str | None = None

    @property
    def definition(self) -> Definition:
        """The definition of the fact's name."""
        return CATALOGUE[self.name]

    @property
    def measure(self) -> str:
        """What the fact is about; see `Definition`."""
        return self.definition.measure

    @property
    def source(self) -> str:
        """The table that the query reads, with its schema."""
        return self.table or f"marts.{self.definition.mart}"

    @property
    def signed(self) -> bool:
        """Whether it is a change, whose sign is shown."""
        return self.definition.signed

    def as_json(self) -> dict[str, Any]:
        """The fact as it is stored and given to a model: values as text, without empty fields."""
        content: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "value": _plain(self.value),
            "unit": self.unit,
            "currency": self.currency,
            "period": [self.period[0].isoformat(), self.period[1].isoformat()],
            "subject": {"kind": self.subject.kind, "key": self.subject.key, "label": self.subject.label},
            "direction": self.direction,
            "open_days": self.open_days or None,
            "source": self.source,
            "query": self.query,
        }
        if self.comparison:
            content["comparison"] = {"kind": self.comparison.kind, "value": _plain(self.comparison.value)}
        return {key: value for key, value in content.items() if value is not None}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Fact:
        """Read a fact that a brief has stored. Raises KeyError if its name is not in the catalogue any more."""
        unit = CATALOGUE[content["name"]].unit
        first, last = (date.fromisoformat(day) for day in content["period"])
        subject, compared = content["subject"], content.get("comparison")
        return cls(
            id=content["id"],
            name=content["name"],
            value=date.fromisoformat(content["value"]) if unit == "date" else Decimal(content["value"]),
            unit=unit,
            subject=Subject(subject["kind"], subject["key"], subject["label"]),
            period=(first, last),
            query=content["query"],
            currency=content.get("currency"),
            comparison=Comparison(compared["kind"], Decimal(compared["value"])) if compared else None,
            direction=content.get("direction"),
            open_days=content.get("open_days", 0),
            table=content.get("source"),
        )


def clean(text: object, limit: int = LABEL_LIMIT) -> str:
    """Text from outside that can be shown: one line of at most `limit` characters, without control characters."""
    letters = (" " if unicodedata.category(c) in ("Zl", "Zp", "Cc") else c for c in str(text or ""))
    line = " ".join("".join(c for c in letters if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn")).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def currency_places(currency: str | None) -> int:
    """The number of decimals of a currency's amounts; 0 for yen. None: as for USD."""
    from babel.numbers import get_currency_precision

    return get_currency_precision(currency or "USD")


def rounded(value: Decimal, places: int) -> Decimal:
    """A value rounded to some decimals, half away from zero, as the marts round."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def direction_of(value: Decimal, before: Decimal) -> Direction:
    """The direction of a change: up, down, or flat if it is less than one percent of `before`."""
    difference = value - before
    if abs(difference) * 100 < FLAT_BELOW_PERCENT * abs(before) or difference == 0:
        return "flat"
    return "up" if difference > 0 else "down"


@dataclass
class FactBook:
    """The facts of one store and period. A fact gets its id when it is added.

    day: the last marketplace day of the period. first: the first one; None: the period is the day. currency: the
    store's, ISO 4217.
    """

    store_id: str
    day: date
    currency: str
    facts: list[Fact] = field(default_factory=list)
    first: date | None = None

    @property
    def period(self) -> tuple[date, date]:
        """The period that the brief is about, both days inclusive."""
        return self.first or self.day, self.day

    @property
    def store(self) -> Subject:
        """The store as a subject."""
        return Subject("store", self.store_id)

    def days(self, length: int, *, back: int = 0) -> tuple[date, date]:
        """The period of `length` days that ends `back` days before the book's day."""
        end = self.day - timedelta(days=back)
        return end - timedelta(days=length - 1), end

    def add(
        self,
        name: str,
        value: Decimal | int | date | None,
        query: str,
        *,
        subject: Subject | None = None,
        period: tuple[date, date] | None = None,
        currency: str | None = None,
        comparison: Comparison | None = None,
        direction: Direction | None = None,
        open_days: int = 0,
        table: str | None = None,
    ) -> Fact | None:
        """Add a fact, rounded as it is shown. Returns None, and adds nothing, if the value is None.

        subject: default the store. period: default the book's day. currency: default the book's. direction: default
        from value and comparison. The other arguments are those of `Fact`.
        """
        if value is None:
            return None
        unit = CATALOGUE[name].unit
        money = (currency or self.currency) if unit == "money" else None
        if not isinstance(value, date):
            value = rounded(Decimal(value), currency_places(money) if unit == "money" else _PLACES[unit])
        if direction is None and comparison is not None and isinstance(value, Decimal):
            direction = direction_of(value, comparison.value)
        fact = Fact(
            id=f"f{len(self.facts) + 1}",
            name=name,
            value=value,
            unit=unit,
            subject=subject or self.store,
            period=period or (self.day, self.day),
            query=query,
            currency=money,
            comparison=comparison,
            direction=direction,
            open_days=open_days,
            table=table,
        )
        self.facts.append(fact)
        return fact

    def get(self, name: str, key: str | None = None) -> Fact | None:
        """The first fact with a name, and about a subject if a key is given; None if there is none."""
        return next((f for f in self.facts if f.name == name and key in (None, f.subject.key)), None)

    def all(self, name: str) -> Iterator[Fact]:
        """All facts with a name."""
        return (fact for fact in self.facts if fact.name == name)

    def by_id(self) -> dict[str, Fact]:
        """Fact id -> fact."""
        return {fact.id: fact for fact in self.facts}

    def as_json(self) -> list[dict[str, Any]]:
        """All facts as they are stored."""
        return [fact.as_json() for fact in self.facts]

    def hash(self) -> str:
        """The SHA-256 of all facts. It is the same for the same figures, whatever the brief's language."""
        content = json.dumps(self.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()


def _plain(value: Decimal | date) -> str:
    return value.isoformat() if isinstance(value, date) else format(value, "f")
