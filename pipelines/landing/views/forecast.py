"""What a run would ask for now: each request with its reason, its cost in tokens and its earliest times.

The plan is made by `planning/planner.py`. Nothing is written, and no source is asked, so the forecast is not exact: a
run asks for less if reports exist already at the source, and it needs more tokens to fetch their documents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from pipelines.landing.planning import slices
from pipelines.landing.planning.planner import ScopePlan, chosen_feeds, chosen_scopes, plan_feed, priority
from pipelines.landing.planning.selection import Selection
from pipelines.landing.planning.slices import DueSlice, Window
from pipelines.landing.views.planned import BudgetUse, PlannedRequest
from pipelines.sources.traits import TRAITS

if TYPE_CHECKING:
    import psycopg

    from pipelines.feeds import Feed
    from pipelines.settings import Settings
    from pipelines.stores import Catalog, Scope
    from pipelines.warehouse.connection import Warehouse

Budgets = dict[tuple[str, str], tuple[float, float]]
"""(account, operation) -> tokens that the budget holds now, and its rate in tokens per second."""


def plan(
    settings: Settings, warehouse: Warehouse, catalog: Catalog, selection: Selection | None = None
) -> list[PlannedRequest]:
    """Every request that a run would make now, in the order of sending, with its reason, cost and earliest times."""
    return plan_and_budgets(settings, warehouse, catalog, selection)[0]


def plan_and_budgets(
    settings: Settings, warehouse: Warehouse, catalog: Catalog, selection: Selection | None = None
) -> tuple[list[PlannedRequest], list[BudgetUse]]:
    """`plan`, and the tokens that it takes from each budget."""
    selection = selection or Selection()
    now = settings.now()
    planned: list[tuple[tuple[int, int], PlannedRequest]] = []
    budgets: Budgets = {}
    with warehouse.connect() as conn:
        for feed in chosen_feeds(selection):
            for scoped in plan_feed(conn, settings, feed, chosen_scopes(catalog, feed, selection), selection, now):
                planned += _requests_of(scoped, now)
                budgets |= _published(feed, scoped.scope)
        budgets |= _read_budgets(conn)
    planned.sort(key=lambda item: item[0])
    requests = timed([request for _, request in planned], budgets)
    return requests, used(requests, budgets)


def timed(requests: Sequence[PlannedRequest], budgets: Budgets) -> list[PlannedRequest]:
    """The requests, which must be in the order of sending, with the times at which their tokens can be had."""
    spent: Counter[tuple[str, str]] = Counter()
    answer = []
    for request in requests:
        waits: list[float | None] = []
        for operation in request.operations:
            budget = (request.account, operation)
            spent[budget] += 1
            waits.append(wait(spent[budget], budgets.get(budget)))
        known = [each for each in waits if each is not None]
        done = max(known) if len(known) == len(waits) else None
        answer.append(replace(request, waits=waits[0], done=done))
    return answer


def used(requests: Sequence[PlannedRequest], budgets: Budgets) -> list[BudgetUse]:
    """The tokens that requests take, by account and operation."""
    tokens = Counter((each.account, operation) for each in requests for operation in each.operations)
    found = []
    for (account, operation), count in sorted(tokens.items()):
        left, rate = budgets.get((account, operation), (None, None))
        found.append(BudgetUse(account, operation, count, left, rate, wait(count, budgets.get((account, operation)))))
    return found


def wait(number: int, budget: tuple[float, float] | None) -> float | None:
    """Seconds until the n-th token of a budget can be had: (n - b) / r; None without a budget.

    b: the tokens in the budget now; r: its rate per second.
    """
    if budget is None:
        return None
    tokens, rate = budget
    return max(0.0, (number - tokens) / rate)


def _requests_of(plan: ScopePlan, now: datetime) -> list[tuple[tuple[int, int], PlannedRequest]]:
    feed, scope = plan.feed, plan.scope
    today = slices.local_date(now, scope.time_zone)
    windows = list(plan.windows)
    if plan.snapshot is not None:
        windows = [Window(today, today, (DueSlice(today, plan.snapshot[0]),))]
    windows += [Window(today, today, (DueSlice(today, each.why),)) for each in plan.batches]
    traits = TRAITS[feed.source]
    operations = (*traits.operations, *(traits.restricted_operations if feed.restricted else ()))
    return [
        (
            (priority(window, today), -window.last.toordinal()),
            PlannedRequest(
                feed.name,
                scope.scope_id,
                window.first,
                window.last,
                len(window.due),
                window.reason,
                _account(feed, scope),
                operations,
            ),
        )
        for window in windows
    ]


def _account(feed: Feed, scope: Scope) -> str:
    """The owner of the budget: the seller account, for Ads the profile; for crawls, which have none, the scope."""
    account = scope.account.account_id if scope.account else scope.scope_id
    of_profile = TRAITS[feed.source].limits_of == "profile"
    return (scope.stores[0].ads_profile_id or account) if of_profile else account


def _published(feed: Feed, scope: Scope) -> Budgets:
    """The published budgets of a scope, full. They hold for budgets from which no token was taken yet."""
    account, limits = _account(feed, scope), TRAITS[feed.source].limits
    return {(account, operation): (limit.burst, limit.rate) for operation, limit in limits.items()}


def _read_budgets(conn: psycopg.Connection) -> Budgets:
    rows = conn.execute(
        "select subject, operation, rate,"
        " least(burst, tokens + rate * extract(epoch from clock_timestamp() - updated_at)) from ops.buckets"
    )
    return {(subject, operation): (float(tokens), float(rate)) for subject, operation, rate, tokens in rows}
