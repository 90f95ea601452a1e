"""Which days of an answer are not whole: what the ledger knows of the feeds without which a mart's days lack rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg import sql

from pipelines.asking.plan import Plan
from pipelines.asking.question import Op
from pipelines.feeds import FEEDS

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


def query(plan: Plan) -> tuple[sql.Composed, tuple[Any, ...]]:
    """What is asked of marts.data_coverage for a plan, whose mart has rows of days.

    A feed by prefix is whole on a day when one of those that begin so is: each of them tells the whole day.
    """
    pairs = [(told, name) for told in plan.mart.feeds for name in FEEDS if name.startswith(told)]
    names = [name for _, name in pairs]
    conditions: list[sql.Composable] = [sql.SQL("c.feed = any(%s::text[])")]
    parameters: list[Any] = [[told for told, _ in pairs], names, names]
    _, stores, since, until = about(plan)
    for condition, value in (
        (sql.SQL("c.store_id = any(%s::text[])"), None if stores is None else list(stores)),
        (sql.SQL("c.date >= %s"), since),
        (sql.SQL("c.date <= %s"), until),
    ):
        if value is not None:
            conditions.append(condition)
            parameters.append(value)
    text = sql.SQL(
        "with days as ("
        "select c.store_id, f.told as feed, c.date, bool_or(c.state in ('loaded', 'empty', 'never_existed')) as whole"
        " from unnest(%s::text[], %s::text[]) as f (told, feed) inner join marts.data_coverage as c on c.feed = f.feed"
        " where {} group by c.store_id, f.told, c.date)"
        ", span as (select min(date) as first, max(date) as last from days)"
        " select span.first, span.last, g.store_id, g.feed, g.days, g.count from span left join ("
        "select store_id, feed, (array_agg(date order by date))[:%s] as days, count(*) as count"
        " from days where not whole group by store_id, feed) as g on true order by g.store_id, g.feed"
    ).format(sql.SQL(" and ").join(conditions))
    return text, (*parameters, MOST_DAYS)


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
