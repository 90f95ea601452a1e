"""Which days of an answer are not whole: what the ledger knows of the feeds without which a mart's days lack rows.

Here alone it is written which day is here (`days`); the read API and the assistant's tools tell it each in its form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import sql

from pipelines.asking.plan import Plan
from pipelines.asking.question import Op
from pipelines.feeds import FEEDS

Query = tuple[sql.Composed, dict[str, Any]]
MOST_DAYS = 400
"""The most missing days that are told one by one, of all stores and feeds together."""


@dataclass(frozen=True)
class Gap:
    """Days of one store that are not here, or not whole. feed: what is missing; of several that tell the same, their
    common beginning. days: of the business; the first ones where there are very many. count: how many there are."""

    store_id: str
    feed: str
    days: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Coverage:
    """feeds: what was looked at; none where a mart's rows are of no days. first, last: the days that were ever asked
    for, over all stores, within those of the question. gaps: none where all of these are whole."""

    feeds: tuple[str, ...]
    first: str | None
    last: str | None
    gaps: tuple[Gap, ...]

    @property
    def complete(self) -> bool:
        """Whether every day that was asked for is here."""
        return not self.gaps


def about(plan: Plan) -> tuple[Any, ...]:
    """Of what the coverage of a plan is: plans that are alike in it have the same."""
    return plan.mart.feeds, _stores(plan), plan.question.since, plan.question.until


def query(plan: Plan) -> Query:
    """What is asked of marts.data_coverage for a plan, whose mart has rows of days.

    A feed by prefix is whole on a day when one of those that begin so is: each of them tells the whole day.
    """
    pairs = [(name, told) for told in plan.mart.feeds for name in FEEDS if name.startswith(told)]
    of_days, parameters = days(pairs, *about(plan)[1:])
    text = sql.SQL(
        "with days as ({}), span as (select min(date) as first, max(date) as last from days)"
        " select span.first, span.last, g.store_id, g.told, g.days, g.count from span left join ("
        "select store_id, told, (array_agg(date order by date))[:%(most)s] as days, count(*) as count"
        " from days where not is_here group by store_id, told) as g on true order by g.store_id, g.told"
    ).format(of_days)
    return text, {**parameters, "most": MOST_DAYS}


def days(
    pairs: Sequence[tuple[str, str]], stores: Sequence[str] | None, first: date | None, last: date | None
) -> Query:
    """A query for how each day stands: store_id, told, date, is_here, and of a day that is not here state and reason.

    pairs: feeds, and as what each is told. A day of what is told is here where one of its feeds has it. stores, first,
    last: which are asked for; None: all.
    """
    conditions = [
        sql.SQL(condition)
        for condition, value in (
            ("c.store_id = any(%(stores)s::text[])", stores),
            ("c.date >= %(first)s", first),
            ("c.date <= %(last)s", last),
        )
        if value is not None
    ]
    text = sql.SQL(
        "select c.store_id, f.told, c.date, bool_or(not c.is_gap) as is_here,"
        " case when bool_and(c.is_gap) then min(c.state) end as state,"
        " case when bool_and(c.is_gap) then min(c.reason) end as reason"
        " from unnest(%(feeds)s::text[], %(told)s::text[]) as f (feed, told)"
        " inner join marts.data_coverage as c on c.feed = f.feed{} group by c.store_id, f.told, c.date"
    ).format(sql.SQL("").join(sql.SQL(" and {}").format(each) for each in conditions))
    return text, {
        "feeds": [feed for feed, _ in pairs],
        "told": [told for _, told in pairs],
        "stores": None if stores is None else list(stores),
        "first": first,
        "last": last,
    }


def told(plan: Plan, rows: list[tuple[Any, ...]]) -> Coverage:
    """What the rows of the query mean."""
    gaps: list[Gap] = []
    left = MOST_DAYS
    for _, _, store, feed, days, count in rows:
        if store is not None:
            gaps.append(Gap(store, feed, tuple(days[:left]), count))
            left -= len(gaps[-1].days)
    first, last = rows[0][:2] if rows else (None, None)
    return Coverage(plan.mart.feeds, first, last, tuple(gaps))


def _stores(plan: Plan) -> tuple[str, ...] | None:
    """The stores that an answer is about, as far as the question says so."""
    asked = [
        {str(value) for value in each.values}
        for each in plan.conditions
        if each.column.name == "store_id" and each.op is Op.EQ
    ]
    if plan.stores is not None:
        asked.append(set(plan.stores))
    return tuple(sorted(set.intersection(*asked))) if asked else None
