"""Reads a query string as a question. What is no parameter of the API is a filter by the column of that name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.asking import values
from pipelines.asking.question import MOST_VALUES, USUAL_ROWS, Filter, Op, Period, Question, Refused, some

MOST_PARAMETERS = 100
MOST_COLUMNS = 200
MEANINGS = {
    "columns": "Columns that are told, with commas; without it all.",
    "period": "Put rows together by day, week (from Monday), month, quarter, year, or all of the time.",
    "by": "Columns that rows are put together by, with commas.",
    "since": "The first day, as 2026-11-01.",
    "until": "The last day.",
    "order": "`asc` (usual) or `desc`, by period and group, or by the mart's key.",
    "limit": f"Rows of a page, 1 to 10000; {USUAL_ROWS} without it. CSV, Parquet and Arrow have all.",
    "after": "The cursor of the page before (`next`).",
    "format": "`json`, `csv`, `parquet` or `arrow`, where Accept cannot be set.",
}
"""The parameters of every question, by name."""

FILTERS = (
    "Any other parameter is a filter by a column: `sku=A`, several for any of them; `units.gte=5` (`gt`, `gte`, `lt`, "
    "`lte`, `ne`), `title.contains=bottle`, `asin.null=true`. Filters choose rows before they are put together."
)


@dataclass(frozen=True)
class Asked:
    """question: its mart may still be open. form: what `format` says, if anything. paged: `limit` or `after` came."""

    question: Question
    form: str | None
    paged: bool


def read(mart: str, items: Iterable[tuple[str, str]]) -> Asked:
    """The question of a query string, in the order in which it came. Raises Refused."""
    told: dict[str, str] = {}
    filters: dict[tuple[str, Op], list[str]] = {}
    for number, (name, text) in enumerate(items):
        if number >= MOST_PARAMETERS + MOST_VALUES:
            raise Refused("wrong_value", f"More than {MOST_PARAMETERS + MOST_VALUES} parameters came.")
        if name in MEANINGS:
            if name in told:
                raise Refused("wrong_value", f"{name} came twice; give it once, with commas.", name)
            told[name] = text
        else:
            filters.setdefault(_filter(name), []).append(text)
    if len(filters) > MOST_PARAMETERS:
        raise Refused("wrong_value", f"{len(filters)} filters came; at most {MOST_PARAMETERS} are taken.")
    question = Question(
        mart=mart,
        columns=_names(told, "columns"),
        period=Period(_one_of(told["period"], list(Period), "period")) if "period" in told else None,
        by=_names(told, "by"),
        filters=tuple(Filter(column, op, tuple(each)) for (column, op), each in filters.items()),
        since=values.day(told["since"], "since") if "since" in told else None,
        until=values.day(told["until"], "until") if "until" in told else None,
        newest_first=_one_of(told.get("order", "asc"), ["asc", "desc"], "order") == "desc",
        limit=values.value(told["limit"], "integer", "limit") if "limit" in told else USUAL_ROWS,
        after=told.get("after"),
    )
    form = _one_of(told["format"], ["json", "csv", "parquet", "arrow"], "format") if "format" in told else None
    return Asked(question, form, bool({"limit", "after"} & told.keys()))


def _filter(name: str) -> tuple[str, Op]:
    column, _, op = name.partition(".")
    if op == "" and "." not in name:
        return column, Op.EQ
    if op not in list(Op):
        raise Refused("wrong_value", f"{name[:80]!r} compares by {op[:20]!r}; it can be: {some(list(Op))}.", name[:80])
    return column, Op(op)


def _names(told: dict[str, str], parameter: str) -> tuple[str, ...]:
    if parameter not in told:
        return ()
    found = tuple(each.strip() for each in told[parameter].split(","))
    if len(found) > MOST_COLUMNS:
        raise Refused(
            "wrong_value", f"{parameter} names {len(found)} columns; at most {MOST_COLUMNS} are taken.", parameter
        )
    return found


def _one_of(text: str, known: list[str], name: str) -> str:
    if text not in known:
        raise Refused(
            "wrong_value", f"{name} is {text[:40]!r}; it can be: {some([str(each) for each in known])}.", name
        )
    return text
