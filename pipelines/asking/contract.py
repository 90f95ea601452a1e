"""What may be asked of each mart: its columns, and how each of them may be put together over several rows.

All of it is read from the marts' yml files: columns and meanings as dbt has them, and under `config.meta.measures` how
each number adds up. A new mart is there without code; tests/contract/test_measures.py says what its yml still lacks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from pipelines.transformation import dictionary

NUMBERS = frozenset({"integer", "bigint", "numeric"})
_MONEY = re.compile(r"\bin `(\w*currency)`")


class Adds(StrEnum):
    """How a column's values of several rows become one.

    SUM: they are added. STOCK: a level, such as units in a warehouse: the last day of the period counts, and is added
    over the rest. STATE: a level of one thing, such as a price: its last value of the period, never added. RATIO: made
    anew from the sums of its parts, never an average. NEVER: only read row by row. KEY: no measure; rows are told
    apart, or grouped, by it.
    """

    SUM = "sum"
    STOCK = "stock"
    STATE = "state"
    RATIO = "ratio"
    NEVER = "rows_only"
    KEY = "key"


@dataclass(frozen=True)
class Part:
    """What a ratio is made of: a column, or one of two by what a third says.

    column: the column; of a choice the one where `by` has the value `value`. otherwise: the one elsewhere.
    """

    column: str
    by: str | None = None
    value: str | None = None
    otherwise: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """All measures that it reads."""
        return (self.column,) if self.otherwise is None else (self.column, self.otherwise)


@dataclass(frozen=True)
class Ratio:
    """above and below: the parts. times: 100 for percent."""

    above: Part
    below: Part
    times: int = 1


@dataclass(frozen=True)
class Column:
    """A column of a mart.

    type: as Postgres names it. money: the column that names the currency of its amounts; None for what is no money.
    within: the columns of which a group must have one value each, or the sum counts something twice.
    """

    name: str
    type: str
    meaning: str
    nullable: bool
    adds: Adds = Adds.KEY
    money: str | None = None
    within: tuple[str, ...] = ()
    ratio: Ratio | None = None


@dataclass(frozen=True, eq=False)
class Mart:
    """A table or view that may be asked. Each is made once, and equal to none but itself.

    day: the column that is the row's day; None where rows have none. grain: `day` or `week`, what a row's day stands
    for. feeds: without whose documents the rows of a day are not whole; `amazon_sp.all_orders` is any feed whose name
    begins so.
    """

    name: str
    schema: str
    domain: str
    meaning: str
    key: tuple[str, ...]
    columns: Mapping[str, Column] = field(default_factory=dict)
    day: str | None = None
    grain: str = "day"
    feeds: tuple[str, ...] = ()

    @property
    def measures(self) -> tuple[str, ...]:
        """The columns that are numbers to be put together."""
        return tuple(name for name, each in self.columns.items() if each.adds is not Adds.KEY)


@cache
def marts() -> Mapping[str, Mart]:
    """Every mart by its name."""
    return MappingProxyType({model["name"]: mart(domain, model) for domain, model in dictionary.models()})


def mart(domain: str, model: Mapping[str, Any]) -> Mart:
    """A mart as its yml describes it. Raises ConfigError or KeyError for a yml that is not whole."""
    measures = model.get("config", {}).get("meta", {}).get("measures", {})
    columns = {each["name"]: each for each in model["columns"]}
    key = tuple(dictionary.key(dict(model)))
    day = measures.get("date", "date" if "date" in columns else None)
    return Mart(
        name=model["name"],
        schema="marts",
        domain=domain,
        meaning=_line(model["description"]),
        key=key,
        columns=MappingProxyType({name: _column(each, key, measures, columns) for name, each in columns.items()}),
        day=day,
        grain=measures.get("grain", "day"),
        feeds=tuple(measures.get("feeds", ())),
    )


def money_of(column: Mapping[str, Any]) -> str | None:
    """The column that names the currency of an amount, by what the contract says; None for what is no money."""
    if column["data_type"] != "numeric":
        return None
    if told := _MONEY.search(column.get("description", "")):
        return told[1]
    if column["name"].endswith("_reporting"):
        return "reporting_currency"
    return "currency" if column["name"].endswith("_amount") else None


def _column(
    each: Mapping[str, Any], key: tuple[str, ...], measures: Mapping[str, Any], columns: Mapping[str, Any]
) -> Column:
    name = each["name"]
    filled = any(constraint["type"] == "not_null" for constraint in each.get("constraints", ()))
    adds, ratio = Adds.KEY, None
    if each["data_type"] in NUMBERS and name not in key:
        adds = next((kind for kind in Adds if name in measures.get(_LISTS.get(kind, ""), ())), Adds.NEVER)
        if name in measures.get("sums_within", {}):
            adds = Adds.SUM
    if adds is Adds.RATIO:
        above, below, *times = measures["ratios"][name]
        parts = measures.get("parts", {})
        ratio = Ratio(_part(above, parts), _part(below, parts), *times)
    money = money_of(each) if adds is not Adds.KEY else None
    return Column(
        name=name,
        type="timestamptz" if each["data_type"] == "timestamp with time zone" else each["data_type"],
        meaning=_line(each.get("description", "")),
        nullable=not filled,
        adds=adds,
        money=money if money in columns else None,
        within=tuple(measures.get("sums_within", {}).get(name, ())),
        ratio=ratio,
    )


_LISTS = {
    Adds.SUM: "sums",
    Adds.STOCK: "stock",
    Adds.STATE: "state",
    Adds.RATIO: "ratios",
    Adds.NEVER: "rows_only",
}


def _part(name: str, parts: Mapping[str, Any]) -> Part:
    if name not in parts:
        return Part(name)
    told = parts[name]
    return Part(told["then"], told["by"], told["is"], told["else"])


def _line(text: str) -> str:
    return " ".join(text.split())
