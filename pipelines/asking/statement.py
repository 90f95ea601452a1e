"""SQL for a plan. Names of columns come from the contract and are quoted; every value of a question is a parameter."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from psycopg import sql

from pipelines.asking import pages
from pipelines.asking.contract import Adds, Column, Mart, Part, Ratio
from pipelines.asking.plan import WITHOUT_RATE, Condition, Plan, converted
from pipelines.asking.plan import plan as plan_of
from pipelines.asking.question import ROWS, Op, Period, Question
from pipelines.asking.values import ZERO

_COMPARED = {Op.GT: sql.SQL(">"), Op.GTE: sql.SQL(">="), Op.LT: sql.SQL("<"), Op.LTE: sql.SQL("<=")}
_NOTHING = sql.SQL("")
_TYPES = {
    "text": sql.SQL("text"),
    "date": sql.SQL("date"),
    "boolean": sql.SQL("boolean"),
    "timestamptz": sql.SQL("timestamptz"),
    "integer": sql.SQL("bigint"),
    "bigint": sql.SQL("bigint"),
    "numeric": sql.SQL("numeric"),
}


@dataclass(frozen=True)
class Statement:
    """text and parameters for psycopg. names: of the columns that are told. After them come `extra` more: the values of
    the plan's keys, and whether the group mixes currencies (`mixes`: where a plan forbids it)."""

    text: sql.SQL | sql.Composed
    parameters: tuple[Any, ...]
    names: tuple[str, ...]
    mixes: bool


def page(plan: Plan) -> Statement:
    """One page and a row more, which says that there is another. Raises Refused for a wrong cursor."""
    after = pages.position(plan)
    if after is not None:
        return _statement(plan, after=after, limit=plan.question.limit + 1, hidden=True)
    # the limit is the last parameter, and the text is the same for each
    sent = _first_page(replace(plan.question, limit=1), plan.mart, plan.stores)
    return replace(sent, parameters=(*sent.parameters[:-1], plan.question.limit + 1))


@lru_cache(maxsize=1000)
def _first_page(question: Question, mart: Mart, stores: tuple[str, ...] | None) -> Statement:
    """Written once for pages of every length: the limit is the last parameter."""
    made = plan_of(question, mart, None if stores is None else frozenset(stores))
    sent = _statement(made, after=None, limit=1, hidden=True)
    return replace(sent, text=sql.SQL(sent.text.as_string(None)))


def whole(plan: Plan) -> Statement:
    """All rows, for an export: nothing but what is told. Groups are in order, rows in none that has to be sorted for.

    Moments are texts in UTC.
    """
    inner = _statement(plan, after=None, limit=None, hidden=False)
    shown = [sql.SQL("{} as {}").format(_exported(each), sql.Identifier(each.name)) for each in plan.columns]
    parts = [sql.SQL("select "), sql.SQL(", ").join(shown), sql.SQL(" from ("), inner.text, sql.SQL(") as told")]
    if plan.grouped and plan.keys:
        parts += [sql.SQL(" order by "), sql.SQL(", ").join(sql.Identifier(each.name) for each in plan.keys)]
    return Statement(sql.Composed(parts), inner.parameters, inner.names, False)


def mixing(plan: Plan) -> Statement:
    """One row, where a group of the plan mixes currencies; none where all may be told."""
    inner = _statement(plan, after=None, limit=None, hidden=True)
    text = sql.SQL("select 1 from ({}) as told where mixes limit 1").format(inner.text)
    return Statement(text, inner.parameters, ("mixes",), False)


def _exported(column: Column) -> sql.Composable:
    name = sql.Identifier(column.name)
    if column.type == "timestamptz":
        return sql.SQL("""to_char({} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""").format(name)
    return name


@dataclass
class _Made:
    """Parameters in the order in which their placeholders stand."""

    parameters: list[Any] = field(default_factory=list)

    def value(self, value: Any) -> sql.Placeholder:
        self.parameters.append(value)
        return sql.Placeholder()


def _statement(plan: Plan, *, after: tuple[Any, ...] | None, limit: int | None, hidden: bool) -> Statement:
    made = _Made()
    # from the inside to the outside, as the placeholders stand in the text
    shown = [sql.SQL("{} as {}").format(_told(each, plan), sql.Identifier(each.name)) for each in plan.columns]
    if hidden:
        shown += [
            sql.SQL("{} as {}").format(_key(each, plan), sql.Identifier(f"key {number}"))
            for number, each in enumerate(plan.keys)
        ]
        if plan.one_of:
            mixed = [sql.SQL("min({0}) <> max({0})").format(sql.Identifier(each)) for each in plan.one_of]
            shown.append(sql.SQL("coalesce({}, false) as mixes").format(sql.SQL(" or ").join(mixed)))
    parts = [sql.SQL("select "), sql.SQL(", ").join(shown), sql.SQL(" from "), _source(plan, made)]
    if plan.grouped and plan.keys:
        parts += [sql.SQL(" group by "), sql.SQL(", ").join(_key(each, plan) for each in plan.keys)]
    elif plan.grouped:  # one group, and none where there is no row
        parts.append(sql.SQL(" having count(*) > 0"))
    text = sql.Composed(parts)
    if hidden:
        text = _paged(plan, text, after, made)
    if limit is not None:
        text = sql.Composed([text, sql.SQL(" limit "), made.value(limit)])
    return Statement(text, tuple(made.parameters), tuple(each.name for each in plan.columns), bool(plan.one_of))


def _paged(plan: Plan, inner: sql.Composed, after: tuple[Any, ...] | None, made: _Made) -> sql.Composed:
    """The rows behind a position, in order. Null stands behind all values, by an expression."""
    parts: list[sql.Composable] = [sql.SQL("select * from ("), inner, sql.SQL(") as told")]
    terms: list[sql.Composable] = []
    values: list[Any] = []
    for number, key in enumerate(plan.keys):
        name = sql.Identifier(f"key {number}")
        value = after[number] if after else None
        if key.nullable:
            terms += [sql.SQL("({} is null)").format(name)]
            zero = sql.SQL("{}::{}").format(sql.Literal(str(ZERO[key.type])), _TYPES[key.type])
            terms += [sql.SQL("coalesce({}, {})").format(name, zero)]
            values += [value is None, ZERO[key.type] if value is None else value]
        else:
            terms.append(name)
            values.append(value)
    if after and terms:
        parts.append(
            sql.SQL(" where ({}) {} ({})").format(
                sql.SQL(", ").join(terms),
                sql.SQL("<" if plan.question.newest_first else ">"),
                sql.SQL(", ").join(made.value(each) for each in values),
            )
        )
    if terms:
        end = sql.SQL(" desc" if plan.question.newest_first else "")
        parts += [sql.SQL(" order by "), sql.SQL(", ").join(sql.Composed([each, end]) for each in terms)]
    return sql.Composed(parts)


def _source(plan: Plan, made: _Made) -> sql.Composable:
    mart = plan.mart
    table = sql.Identifier(mart.schema, mart.name)
    outer = _days(plan, made) if not _stocks(plan) else []
    if _stocks(plan):
        # the last day is that of the whole store, so that what had none left on it counts as none
        windows = [
            sql.SQL("max({}) filter (where {} is not null) over (partition by {}{}) as {}").format(
                sql.Identifier(mart.day or ""),
                sql.Identifier(each.name),
                sql.Identifier("store_id" if "store_id" in mart.columns else "tenant_id"),
                _trunc(plan, sql.SQL(", ")),
                sql.Identifier(f"last {each.name}"),
            )
            for each in _stocks(plan)
        ]
        inner = _where(_days(plan, made))
        table = sql.SQL("(select *, {} from {}{}) as levels").format(  # type: ignore[assignment]
            sql.SQL(", ").join(windows), table, inner
        )
    return sql.Composed([table, _where([*outer, *(_condition(each, made) for each in plan.conditions)])])


def _days(plan: Plan, made: _Made) -> list[sql.Composable]:
    """Which days and stores count."""
    found: list[sql.Composable] = []
    if plan.stores is not None:
        found.append(sql.SQL("store_id = any({}::text[])").format(made.value(list(plan.stores))))
    for value, sign in ((plan.question.since, ">="), (plan.question.until, "<=")):
        if value is not None and plan.mart.day:
            found.append(sql.SQL("{} {} {}").format(sql.Identifier(plan.mart.day), sql.SQL(sign), made.value(value)))
    return found


def _where(conditions: list[sql.Composable]) -> sql.Composable:
    if not conditions:
        return _NOTHING
    return sql.Composed([sql.SQL(" where "), sql.SQL(" and ").join(conditions)])


def _condition(told: Condition, made: _Made) -> sql.Composable:
    name = sql.Identifier(told.column.name)
    match told.op:
        case Op.EQ | Op.NE:
            if len(told.values) == 1:
                sign = sql.SQL("=" if told.op is Op.EQ else "is distinct from")
                return sql.SQL("{} {} {}").format(name, sign, made.value(told.values[0]))
            values = sql.SQL("{}::{}[]").format(made.value(list(told.values)), _TYPES[told.column.type])
            if told.op is Op.EQ:
                return sql.SQL("{} = any({})").format(name, values)
            return sql.SQL("({0} is null or {0} <> all({1}))").format(name, values)
        case Op.CONTAINS:
            return sql.SQL("strpos(lower({}), lower({})) > 0").format(name, made.value(told.values[0]))
        case Op.NULL:
            return sql.SQL("{} is {}null").format(name, sql.SQL("" if told.values[0] else "not "))
    return sql.SQL("{} {} {}").format(name, _COMPARED[told.op], made.value(told.values[0]))


def _key(column: Column, plan: Plan) -> sql.Composable:
    """A group's column: the period's first day, or the column itself."""
    day, period = plan.mart.day, plan.question.period
    if plan.grouped and day and column.name == "date" and period not in (None, Period.ALL):
        return _trunc(plan)
    return sql.Identifier(column.name)


def _trunc(plan: Plan, before: sql.Composable = _NOTHING) -> sql.Composable:
    period, day = plan.question.period, sql.Identifier(plan.mart.day or "")
    if period is None or period is Period.ALL:
        return _NOTHING
    if period is Period.DAY:
        return sql.Composed([before, day])
    return sql.Composed([before, sql.SQL("date_trunc({}, {}::timestamp)::date").format(sql.Literal(str(period)), day)])


def _stocks(plan: Plan) -> list[Column]:
    return [each for each in plan.columns if each.adds is Adds.STOCK] if plan.grouped and plan.mart.day else []


def _told(column: Column, plan: Plan) -> sql.Composable:
    """A column as it is told: of a row itself, of a group what its rows make."""
    name = sql.Identifier(column.name)
    if not plan.grouped:
        return name
    if column in plan.keys:
        return _key(column, plan)
    if column.name == ROWS and column.name not in plan.mart.columns:
        return sql.SQL("count(*)")
    if column.name == WITHOUT_RATE and column.name not in plan.mart.columns:
        pairs = [(each.name, base) for each in plan.columns if (base := converted(each, plan.mart))]
        lacks = [
            sql.SQL("({} is not null and {} is null)").format(sql.Identifier(base), sql.Identifier(reporting))
            for reporting, base in pairs
        ]
        return sql.SQL("count(*) filter (where {})").format(sql.SQL(" or ").join(lacks))
    day = sql.Identifier(plan.mart.day) if plan.mart.day else None
    match column.adds:
        case Adds.STOCK if day is not None:
            return sql.SQL("sum({}) filter (where {} = {})").format(name, day, sql.Identifier(f"last {column.name}"))
        case Adds.STATE if day is not None:
            return sql.SQL("(array_agg({0} order by {1} desc) filter (where {0} is not null))[1]").format(name, day)
        case Adds.RATIO if column.ratio is not None:
            return _ratio(column.ratio)
        case Adds.KEY:  # the currency of the group, which is one
            return sql.SQL("min({})").format(name)
    return sql.SQL("sum({})").format(name)


def _ratio(ratio: Ratio) -> sql.Composable:
    """From sums of the rows that know both parts; 6 places, as in the marts."""
    return sql.SQL(
        "round({times} * sum({above}) filter (where ({below}) is not null)"
        " / nullif(sum({below}) filter (where ({above}) is not null), 0)::numeric, 6)"
    ).format(times=sql.Literal(ratio.times), above=_part(ratio.above), below=_part(ratio.below))


def _part(part: Part) -> sql.Composable:
    if part.otherwise is None:
        return sql.Identifier(part.column)
    return sql.SQL("case when {} = {} then {} else {} end").format(
        sql.Identifier(part.by or ""),
        sql.Literal(part.value),
        sql.Identifier(part.column),
        sql.Identifier(part.otherwise),
    )
