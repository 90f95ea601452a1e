"""Checks a question against its mart's contract: what is told, by what it is put together, what must not be mixed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pipelines.asking import values
from pipelines.asking.contract import Adds, Column, Mart, Part
from pipelines.asking.question import MOST_ROWS, MOST_VALUES, ROWS, Filter, Op, Period, Question, Refused, some

WITHOUT_RATE = "rows_without_rate"
"""Of a group with amounts in the reporting currency: the rows for which there was no exchange rate, left out of it."""

_COUNTED = {
    ROWS: Column(ROWS, "bigint", "Rows of the mart that the group is made of.", False, Adds.SUM),
    WITHOUT_RATE: Column(
        WITHOUT_RATE,
        "bigint",
        "Rows with an amount for which there is no exchange rate: they are not in the `*_reporting` sums.",
        False,
        Adds.SUM,
    ),
}
_GROUPABLE = frozenset({"text", "boolean", "date", "integer", "bigint"})


@dataclass(frozen=True)
class Condition:
    """A filter whose values are read."""

    column: Column
    op: Op
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Plan:
    """A question that has an answer.

    columns: what is told, in order. keys: what rows are put in order by. conditions: which rows count. one_of: the
    columns, such as `currency`, of which each group may have one value only. stores: those that the asker is confined
    to; None: all of the tenant's.
    """

    question: Question
    mart: Mart
    columns: tuple[Column, ...]
    keys: tuple[Column, ...]
    conditions: tuple[Condition, ...]
    one_of: tuple[str, ...] = ()
    stores: tuple[str, ...] | None = None

    @property
    def grouped(self) -> bool:
        """Whether rows are put together."""
        return self.question.grouped


def plan(question: Question, mart: Mart, stores: frozenset[str] | None = None) -> Plan:
    """How a question is answered. stores: the ids that the asker is confined to. Raises Refused."""
    if stores is not None and "store_id" not in mart.columns:
        raise Refused(
            "not_yours",
            f"{mart.name} tells of a whole tenant, and this key is confined to {some(sorted(stores))}. Ask with a key "
            "for all stores.",
        )
    if not 1 <= question.limit <= MOST_ROWS:
        raise Refused("wrong_value", f"limit is {question.limit}; it may be 1 to {MOST_ROWS}.", "limit")
    _check_days(question, mart)
    conditions = tuple(_condition(each, mart) for each in question.filters)
    confined = None if stores is None else tuple(sorted(stores))
    if not question.grouped:
        return _rows(question, mart, conditions, confined)
    return _groups(question, mart, conditions, confined)


def _rows(question: Question, mart: Mart, conditions: tuple[Condition, ...], stores: tuple[str, ...] | None) -> Plan:
    names = question.columns or tuple(mart.columns)
    columns = tuple(_column(name, mart, "columns") for name in dict.fromkeys(names))
    keys = [mart.columns[name] for name in mart.key]
    if question.newest_first and mart.day in mart.key:
        keys.sort(key=lambda each: each.name != mart.day)
    return Plan(question, mart, columns, tuple(keys), conditions, stores=stores)


def _groups(question: Question, mart: Mart, conditions: tuple[Condition, ...], stores: tuple[str, ...] | None) -> Plan:
    by = [_group(name, mart) for name in dict.fromkeys(question.by)]
    pinned = {each.name for each in by}
    pinned |= {each.column.name for each in conditions if each.op is Op.EQ and len(each.values) == 1}
    if question.columns:
        measures = [_measure(name, mart, by, pinned) for name in dict.fromkeys(question.columns)]
        measures = [each for each in measures if each.name not in {group.name for group in by}]
    else:
        measures = [mart.columns[name] for name in mart.measures if _why_not(mart.columns[name], mart, pinned) is None]
        if "currency" in mart.columns and "currency" not in pinned and any(_monies(each, mart) for each in measures):
            by.append(mart.columns["currency"])
        measures.append(_COUNTED[ROWS])
    keys = [*_period_key(question, mart), *by]
    monies = {money for each in measures for money in _monies(each, mart)}
    told = [*keys, *measures]
    known = {each.name for each in told}
    told += [replace(mart.columns[money], nullable=True) for money in sorted(monies - known)]
    if any(_base(each, mart) for each in measures):
        told.append(_COUNTED[WITHOUT_RATE])
    one_of = tuple(sorted(monies - {each.name for each in by}))
    return Plan(question, mart, tuple(told), tuple(keys), conditions, one_of, stores)


def converted(measure: Column, mart: Mart) -> str | None:
    """Of an amount in the reporting currency: the column that it was converted from; None of any other measure."""
    return _base(measure, mart)


def _base(measure: Column, mart: Mart) -> str | None:
    name = measure.name.removesuffix("_reporting")
    return name if name != measure.name and name in mart.columns else None


def _period_key(question: Question, mart: Mart) -> list[Column]:
    if question.period in (None, Period.ALL) or mart.day is None:
        return []
    meaning = f"First day of the {question.period}." if question.period is not Period.DAY else "Day."
    return [Column("date", "date", meaning, mart.columns[mart.day].nullable)]


def _check_days(question: Question, mart: Mart) -> None:
    if mart.day is None:
        for name in ("since", "until"):
            if getattr(question, name) is not None:
                raise Refused(
                    "no_such_column",
                    f"Rows of {mart.name} have no day: it tells how things are now. Leave {name} out.",
                    name,
                )
        if question.period not in (None, Period.ALL):
            raise Refused(
                "no_such_column",
                f"Rows of {mart.name} have no day, so there is no {question.period} to group by. Take period=all.",
                "period",
            )
    elif question.period is not None and mart.day in question.by:
        raise Refused("wrong_value", f"{mart.day} is what the period is made of; leave it out of by.", "by")
    elif mart.grain == "week" and question.period not in (None, Period.ALL):
        raise Refused(
            "cannot_be_added",
            f"Rows of {mart.name} are Amazon's weeks, Sunday to Saturday, which make up no {question.period}. Group "
            f"with by={mart.day}.",
            "period",
        )
    if question.since and question.until and question.since > question.until:
        raise Refused("wrong_value", f"since ({question.since}) is after until ({question.until}).", "since")


def _column(name: str, mart: Mart, parameter: str) -> Column:
    found = mart.columns.get(name)
    if found is None:
        raise Refused(
            "no_such_column",
            f"{mart.name} has no column {name[:63]!r}. It has: {some(list(mart.columns), 100)}.",
            parameter,
        )
    return found


def _group(name: str, mart: Mart) -> Column:
    column = _column(name, mart, "by")
    if column.adds is not Adds.KEY or column.type not in _GROUPABLE:
        groups = [each.name for each in mart.columns.values() if each.adds is Adds.KEY and each.type in _GROUPABLE]
        raise Refused("cannot_be_added", f"Rows are not grouped by {name}. They can be by: {some(groups, 60)}.", "by")
    return column


def _measure(name: str, mart: Mart, by: list[Column], pinned: set[str]) -> Column:
    if name in _COUNTED and name not in mart.columns:
        return _COUNTED[name]
    column = _column(name, mart, "columns")
    if column.adds is Adds.KEY:
        if name in {each.name for each in by}:
            return column
        raise Refused(
            "cannot_be_added",
            f"{name} is no number: a group has many of them. Put it into by, or leave it out of columns.",
            "columns",
        )
    if why := _why_not(column, mart, pinned):
        raise Refused("cannot_be_added", why, "columns")
    return column


def _why_not(column: Column, mart: Mart, pinned: set[str]) -> str | None:
    """Why a measure has no value for a group; None where it has one."""
    if column.adds is Adds.NEVER:
        return f"{column.name} is told row by row only; put together it would mean nothing. Leave period and by out."
    if lacking := [each for each in column.within if each not in pinned]:
        return (
            f"{column.name} must not be added over {some(lacking)}: what several have in common would count several "
            f"times. Put {some(lacking)} into by, or filter for one."
        )
    if column.adds is Adds.STATE:
        lacking = [each for each in mart.key if each != mart.day and each not in pinned]
        if lacking:
            return (
                f"{column.name} is a state of one thing, such as a price or a rank, and is not added. Put "
                f"{some(lacking)} into by, or filter for one: then it is the last of the period."
            )
    return None


def _monies(column: Column, mart: Mart) -> set[str]:
    """The currency columns by which a measure is measured."""
    found = {column.money} if column.money else set()
    if column.ratio:
        for part in (column.ratio.above, column.ratio.below):
            found |= {money for name in part.columns if (money := mart.columns[name].money)}
    return found


def parts_of(column: Column) -> tuple[Part, ...]:
    """The parts of a ratio; none of any other column."""
    return (column.ratio.above, column.ratio.below) if column.ratio else ()


def _condition(told: Filter, mart: Mart) -> Condition:
    column = _column(told.column, mart, told.column)
    name = told.column if told.op is Op.EQ else f"{told.column}.{told.op}"
    if not told.values:
        raise Refused("wrong_value", f"{name} has no value.", name)
    if len(told.values) > MOST_VALUES:
        raise Refused("wrong_value", f"{name} has {len(told.values)} values; at most {MOST_VALUES} are taken.", name)
    if told.op not in (Op.EQ, Op.NE) and len(told.values) > 1:
        raise Refused("wrong_value", f"{name} takes one value, and {len(told.values)} came.", name)
    if told.op is Op.CONTAINS and column.type != "text":
        raise Refused("wrong_value", f"{told.column} is no text, so nothing is contained in it.", name)
    type = "boolean" if told.op is Op.NULL else column.type
    return Condition(column, told.op, tuple(values.value(each, type, name) for each in told.values))
