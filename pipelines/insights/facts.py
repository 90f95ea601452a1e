"""The types of facts. A fact is one figure of the marts, with its unit, period, subject and query.

Here are the types, the catalogue of fact names, and the book that numbers a brief's facts (f1, f2, ...). All functions
are pure. Figures are computed in `measures/` and written in a language in `render.py`.
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

Unit = Literal["money", "units", "percent", "points", "days", "per_day", "rank", "date", "count"]
Direction = Literal["up", "down", "flat"]
SubjectKind = Literal["store", "sku", "asin", "campaign", "search_term", "competitor", "settlement", "feed"]

LABEL_LIMIT = 70
FLAT_BELOW_PERCENT = Decimal(1)  # A smaller change is called flat.
_PLACES = {"percent": 1, "points": 1, "days": 1, "per_day": 1, "units": 0, "rank": 0, "count": 0}


@dataclass(frozen=True, slots=True)
class Definition:
    """The definition of a fact name.

    measure: what it is about (sales, stock, ...); a sentence about another measure may not use it. mart: the mart that
    it is computed from. signed: it is a change, whose sign is shown.
    """

    unit: Unit
    measure: str
    mart: str
    signed: bool = False


def _with_comparison(prefix: str, unit: Unit, mart: str) -> dict[str, Definition]:
    change: Unit = "points" if unit == "percent" else "percent"
    return {
        f"{prefix}_day": Definition(unit, prefix, mart),
        f"{prefix}_weekday_average": Definition(unit, prefix, mart),
        f"{prefix}_vs_weekday": Definition(change, prefix, mart, signed=True),
        f"{prefix}_week_ago": Definition(unit, prefix, mart),
        f"{prefix}_vs_week_ago": Definition(change, prefix, mart, signed=True),
    }


def _over_weeks(prefix: str, unit: Unit, mart: str) -> dict[str, Definition]:
    change: Unit = "points" if unit == "percent" else "percent"
    return {
        f"{prefix}_7d": Definition(unit, prefix, mart),
        f"{prefix}_previous_7d": Definition(unit, prefix, mart),
        f"{prefix}_vs_previous_7d": Definition(change, prefix, mart, signed=True),
    }


CATALOGUE: Mapping[str, Definition] = {
    "day": Definition("date", "date", "sales_daily"),
    **_with_comparison("sales", "money", "sales_daily"),
    **_over_weeks("sales", "money", "sales_daily"),
    **_with_comparison("units", "units", "sales_daily"),
    **_with_comparison("orders", "count", "order_items"),
    "pending_units_day": Definition("units", "pending", "sales_daily"),
    "cancelled_units_day": Definition("units", "cancelled", "sales_daily"),
    **_with_comparison("sessions", "count", "traffic_store_daily"),
    **_with_comparison("conversion", "percent", "traffic_store_daily"),
    "traffic_final_on": Definition("date", "date", "traffic_store_daily"),
    "traffic_open_days": Definition("count", "coverage", "traffic_daily"),
    "sku_sales_7d": Definition("money", "sales", "sales_daily"),
    "sku_sales_previous_7d": Definition("money", "sales", "sales_daily"),
    "sku_sales_change": Definition("money", "sales", "sales_daily", signed=True),
    "buy_box_7d": Definition("percent", "buy_box", "traffic_daily"),
    "buy_box_previous_7d": Definition("percent", "buy_box", "traffic_daily"),
    "buy_box_change": Definition("points", "buy_box", "traffic_daily", signed=True),
    "skus_out_of_stock": Definition("count", "stock", "inventory_health"),
    "skus_low_cover": Definition("count", "stock", "inventory_health"),
    "stock_as_of": Definition("date", "date", "inventory_health"),
    "stock_on_hand": Definition("units", "stock", "inventory_health"),
    "stock_inbound": Definition("units", "inbound", "inventory_health"),
    "sku_velocity": Definition("per_day", "velocity", "inventory_health"),
    "sku_units_30d": Definition("units", "units", "inventory_health"),
    "days_of_cover": Definition("days", "stock", "inventory_health"),
    "stock_out_date": Definition("date", "stock", "inventory_health"),
    **_over_weeks("ad_spend", "money", "ads_campaigns_daily"),
    **_over_weeks("ad_sales", "money", "ads_campaigns_daily"),
    **_over_weeks("acos", "percent", "ads_campaigns_daily"),
    "ads_open_days": Definition("count", "coverage", "ads_campaigns_daily"),
    "ads_final_on": Definition("date", "date", "ads_campaigns_daily"),
    "campaign_spend": Definition("money", "ad_spend", "ads_campaigns_daily"),
    "campaign_clicks": Definition("count", "clicks", "ads_campaigns_daily"),
    "wasted_terms": Definition("count", "search_terms", "ads_search_terms_daily"),
    "wasted_terms_spend": Definition("money", "ad_spend", "ads_search_terms_daily"),
    "term_spend": Definition("money", "ad_spend", "ads_search_terms_daily"),
    "term_clicks": Definition("count", "clicks", "ads_search_terms_daily"),
    "competitor_price": Definition("money", "price", "competitor_price_history"),
    "competitor_previous_price": Definition("money", "price", "competitor_price_history"),
    "competitor_price_change": Definition("percent", "price", "competitor_price_history", signed=True),
    "competitor_changed_on": Definition("date", "date", "competitor_price_history"),
    "own_price": Definition("money", "price", "competitor_daily"),
    "price_gap": Definition("percent", "price", "competitor_price_history", signed=True),
    "competitor_out_since": Definition("date", "stock", "competitor_price_history"),
    "settlement_amount": Definition("money", "settlement", "settlement_lines"),
    "settlement_from": Definition("date", "date", "settlement_lines"),
    "settlement_to": Definition("date", "date", "settlement_lines"),
    "gap_days": Definition("count", "coverage", "data_coverage"),
    "gap_last_day": Definition("date", "coverage", "data_coverage"),
    "data_until": Definition("date", "coverage", "data_coverage"),
    "incomplete_units": Definition("units", "profit", "profit_daily"),
    "incomplete_share": Definition("percent", "profit", "profit_daily"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a fact is about.

    key: its id. label: a description from outside, such as a product's name, cleaned. also: other names that a text may
    use for it.
    """

    kind: SubjectKind
    key: str
    label: str = ""
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names that a text may use for it. Feeds have none; they are named by the locale."""
        return () if self.kind == "feed" else (self.key, *self.also)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a fact's value is compared with.

    kind: 'weekday_average', 'week_ago', 'previous_7d', 'previous_price' or 'own_price'. value: in the fact's unit.
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
    """The facts of one store and day. A fact gets its id when it is added. currency: the store's, ISO 4217."""

    store_id: str
    day: date
    currency: str
    facts: list[Fact] = field(default_factory=list)

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
