"""Asks the query layer for a metric: which mart has it, by what it may be told, in which currency. Sums are not made
here but by `pipelines/asking`, which refuses what would add up wrongly; here that is said in a seller's words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.asking import statement
from pipelines.asking.contract import Adds, Mart, marts
from pipelines.asking.plan import plan
from pipelines.asking.question import MOST_ROWS, Filter, Op, Question
from pipelines.asking.question import Period as Step
from pipelines.asking.reader import mixed
from pipelines.assistant.caller import KnownStore
from pipelines.assistant.metrics import DIMENSIONS, METRICS, OTHER_DIMENSIONS, PERIODS, Metric, Read, named
from pipelines.assistant.outside import bare
from pipelines.assistant.periods import DEFAULT, Period, parse
from pipelines.assistant.refusals import Refusal

if TYPE_CHECKING:
    import psycopg

LEFT_OUT = "rows_without_rate"


@dataclass(frozen=True)
class Wanted:
    """A question in a seller's words, checked. by: dimensions, `day` to `year` among them. filters: dimension ->
    values. reporting: whether money is told in the tenant's reporting currency; None: where it must be."""

    metric: Metric
    stores: tuple[KnownStore, ...]
    period: Period | None
    by: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reporting: bool | None = None


@dataclass(frozen=True)
class Source:
    """Where the answer to a question is read. columns: the figure, and what it is divided by, of the mart. group: what
    rows are told by -> the mart's column. currency: the column that says in which currency a row is, if it is money."""

    read: Read
    mart: Mart
    columns: tuple[str, ...]
    group: Mapping[str, str]
    step: Step | None
    in_reporting: bool
    currency: str | None


def checked(
    metric: str,
    stores: Sequence[KnownStore],
    period: Period | None,
    by: Sequence[str],
    filters: Mapping[str, Sequence[str] | str] | None,
    reporting: bool | None = None,
) -> Wanted:
    """The question. Raises Refusal for a metric, a dimension or a filter that is not known."""
    found = named(bare(metric))
    if found is None:
        raise Refusal(f"There is no metric {metric!r}. There are: {', '.join(METRICS)}.")
    wanted = [dimension(each, found) for each in by]
    if found.is_now and (steps := [each for each in wanted if each in PERIODS]):
        raise Refusal(f"{found.name} tells how things are now, so it is not told by {steps[0]}. Leave it out of `by`.")
    if len([each for each in wanted if each in PERIODS]) > 1:
        raise Refusal(f"`by` names several periods: {', '.join(wanted)}. Choose one.")
    chosen = {
        dimension(name, found): tuple(bare(each) for each in ([values] if isinstance(values, str) else values))
        for name, values in (filters or {}).items()
    }
    if unfit := [name for name in chosen if name in PERIODS]:
        raise Refusal(f"`filters` has {unfit[0]!r}: days are chosen by `period`.")
    if "store" in chosen:
        raise Refusal("`filters` has 'store': stores are chosen by `stores`.")
    several = len(stores) > 1
    if several and "store" not in wanted and "sku" in (*wanted, *chosen):
        wanted.insert(0, "store")  # stores use the same SKUs for other products
    return Wanted(found, tuple(stores), period, tuple(dict.fromkeys(wanted)), chosen, reporting)


def period_of(metric: str, text: str, today: date) -> Period:
    """The days of a question. Of what tells how things are now they do not matter, so any word will do.

    Raises Refusal like `parse`.
    """
    found = named(bare(metric))
    return parse(DEFAULT if found is not None and found.is_now else text, today=today)


def dimension(text: str, metric: Metric) -> str:
    """The dimension of a word. Raises Refusal, which names those of the metric."""
    word = text.strip().lower().replace(" ", "_").replace("-", "_")
    word = OTHER_DIMENSIONS.get(word, word.removesuffix("s"))
    if word not in PERIODS and word not in DIMENSIONS:
        raise Refusal(f"{metric.name} cannot be told by {text!r}. It can by: {', '.join(told_by(metric))}.")
    return word


def told_by(metric: Metric) -> list[str]:
    """Everything that a metric may be told by, whichever read has it."""
    known = [marts()[read.mart] for read in metric.reads]
    steps = [] if metric.is_now else list(PERIODS)
    return steps + [name for name in DIMENSIONS if any(_column(name, mart) for mart in known)]


def source_of(wanted: Wanted) -> Source:
    """Where it is read: the first read whose mart has all dimensions and filters.

    Raises Refusal where none has, and where amounts of several currencies would have to be added.
    """
    metric = wanted.metric
    needed = list(dict.fromkeys(name for name in (*wanted.by, *wanted.filters) if name not in PERIODS))
    fitting = [read for read in metric.reads if all(_column(name, marts()[read.mart]) for name in needed)]
    if not fitting:
        together = " together" if len(needed) > 1 else ""
        why = f" {metric.note}" if metric.note else ""
        raise Refusal(
            f"{metric.name} cannot be told by {' and '.join(needed)}{together}.{why} It can by: "
            f"{', '.join(told_by(metric))}."
        )
    read = next((each for each in fitting if _can_be_added(wanted, each)), fitting[0])
    mart = marts()[read.mart]
    if read.rows and "sku" not in needed:
        raise Refusal(f"{metric.name} is of single products, and would mean nothing of several. Ask with `by` sku.")
    steps = [each for each in wanted.by if each in PERIODS]
    group = {name: _column(name, mart) or "" for name in wanted.by if name not in PERIODS}
    in_reporting = _in_reporting(wanted, read, mart)
    pair = read.reporting if in_reporting and read.reporting else (read.column, read.below)
    columns = tuple(each for each in pair if each)
    money = next((money for name in columns if (money := mart.columns[name].money)), None)
    return Source(read, mart, columns, group, Step(steps[0]) if steps else None, in_reporting, money)


def _can_be_added(wanted: Wanted, read: Read) -> bool:
    """Whether the amounts of a read may be told of these stores in the currency that is asked for."""
    try:
        _in_reporting(wanted, read, marts()[read.mart])
    except Refusal:
        return False
    return True


def _in_reporting(wanted: Wanted, read: Read, mart: Mart) -> bool:
    """Whether the tenant's reporting currency is told: where it is asked for, or where stores differ and are added."""
    involved = any(mart.columns[name].money for name in (read.column, read.below) if name)
    several = len({store.currency for store in wanted.stores}) > 1
    if not involved:
        return False
    adds = several and "store" not in wanted.by
    if (wanted.reporting is False and adds) or (adds and read.reporting is None):
        currencies = ", ".join(sorted({store.currency for store in wanted.stores}))
        instead = " or leave `currency` out for the reporting currency" if read.reporting else ""
        raise Refusal(
            f"{wanted.metric.name} of these stores is in {currencies}: currencies are not added. Put store into `by`, "
            f"ask for one store{instead}."
        )
    if wanted.reporting and read.reporting is None:
        by = f" by {', '.join(wanted.by)}" if wanted.by else ""
        raise Refusal(
            f"{wanted.metric.name} is not kept in the reporting currency{by}. Ask for it in the stores' own, by "
            "`currency` own."
        )
    return bool(wanted.reporting) or adds


def question_of(wanted: Wanted, source: Source) -> Question:
    """The question to the query layer."""
    mart, read = source.mart, source.read
    filters = [Filter("store_id", Op.EQ, tuple(store.store_id for store in wanted.stores))]
    filters += [Filter(_column(name, mart) or "", Op.EQ, values) for name, values in wanted.filters.items()]
    if read.whole:
        filters.append(Filter("is_complete", Op.EQ, ("true",)))
    by = list(source.group.values())
    if source.currency and source.currency not in by and "store" in wanted.by:
        by.append(source.currency)
    own = () if read.rows else tuple(source.columns)
    days = wanted.period if mart.day else None
    return Question(
        mart.name,
        columns=(*by, *source.columns) if read.rows else own,
        period=None if read.rows else source.step or Step.ALL,
        by=() if read.rows else tuple(by),
        filters=tuple(filters),
        since=days.first if days else None,
        until=days.last if days else None,
        limit=MOST_ROWS,
    )


def asked(conn: psycopg.Connection[Any], question: Question) -> list[dict[str, Any]]:
    """The rows of a question, read as whoever the connection is. Raises Refused, and Refusal for too many rows."""
    made = plan(question, marts()[question.mart])
    sent = statement.page(made)
    rows = conn.execute(sent.text, sent.parameters).fetchall()
    if sent.mixes and any(row[-1] for row in rows):
        raise mixed(made)
    if len(rows) > question.limit:
        raise Refusal(f"These are more than {question.limit} rows. Ask for a shorter period, or a coarser `by`.")
    return [dict(zip(sent.names, row, strict=False)) for row in rows]


def figures(wanted: Wanted, source: Source, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows in a seller's words: what they are of, and `value`, exact. A group without anything has none."""
    found = []
    for row in rows:
        above = row[source.columns[0]]
        value = above if above is None else Decimal(above)
        if len(source.columns) > 1:
            below = row[source.columns[1]]
            value = None if value is None or not below else value / Decimal(below)
        if value is not None:
            value *= source.read.times
        currency = row.get(source.currency) if source.currency and wanted.metric.unit == "money" else None
        found.append(
            {
                **({"date": row["date"]} if source.step else {}),
                **{name: row[column] for name, column in source.group.items()},
                "value": value,
                "currency": currency,
                "left_out": row.get(LEFT_OUT) or 0,
            }
        )
    return found


def formula_of(source: Source) -> str:
    """How the figure is made, in the words of the marts."""
    names = [f"marts.{source.mart.name}.{name}" for name in source.columns]
    how = {Adds.STOCK: "last day's sum of", Adds.NEVER: "row by row", Adds.RATIO: "from sums, not averaged:"}
    first = source.mart.columns[source.columns[0]]
    times = f"{source.read.times} x " if source.read.times != 1 else ""
    where = " where is_complete" if source.read.whole else ""
    if len(names) > 1:
        return f"{times}sum({names[0]}) / sum({names[1]}){where}"
    if first.ratio is not None:
        ratio = first.ratio
        return f"{ratio.times} x sum({ratio.above.column}) / sum({ratio.below.column}) of marts.{source.mart.name}"
    if first.adds in how:
        return f"{how[first.adds]} {names[0]}{where}"
    return f"{times}sum({names[0]}){where}"


def _column(name: str, mart: Mart) -> str | None:
    return next((each for each in DIMENSIONS[name] if each in mart.columns), None)
