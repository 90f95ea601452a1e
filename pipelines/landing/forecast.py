"""What a run would ask for now, told to people: each request with its reason, its cost and its earliest time.

Reads only, and asks no source: reports that exist already there may save some of it. The plan itself is `planner.py`'s.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.feeds import FEEDS
from pipelines.landing import slices
from pipelines.landing.planner import ScopePlan, chosen_feeds, chosen_scopes, plan_feed, priority
from pipelines.landing.results import PlannedRequest, Selection
from pipelines.landing.slices import DueSlice, Window
from pipelines.sources.rate_limits import ADS_LIMITS, KIOSK_LIMITS, SP_LIMITS, Limit

if TYPE_CHECKING:
    import psycopg

    from pipelines.settings import Settings
    from pipelines.stores import Catalog
    from pipelines.warehouse.connection import Warehouse

_OPERATIONS = {"apify": "run", "amazon_data_kiosk": "createQuery"}
_LIMITS = {"amazon_sp": SP_LIMITS, "amazon_data_kiosk": KIOSK_LIMITS, "amazon_ads": ADS_LIMITS}


def plan(
    settings: Settings, warehouse: Warehouse, catalog: Catalog, selection: Selection | None = None
) -> list[PlannedRequest]:
    """Every request that a run would make now, in the order of sending, with its reason and its earliest time.

    Reports that exist already at the source may save some of them: that is not known before the source is asked.
    """
    selection = selection or Selection()
    now = settings.now()
    planned: list[tuple[tuple[int, int], PlannedRequest, str]] = []
    with warehouse.connect() as conn:
        for feed in chosen_feeds(selection):
            for scoped in plan_feed(conn, settings, feed, chosen_scopes(catalog, feed, selection), selection, now):
                planned += _requests_of(scoped, now)
        tokens = _tokens(conn)
    planned.sort(key=lambda item: item[0])
    spent: dict[tuple[str, str], int] = {}
    answer = []
    for _, request, subject in planned:
        bucket = (subject, request.operation)
        spent[bucket] = spent.get(bucket, 0) + request.cost
        waits = _wait(spent[bucket], tokens.get(bucket), _published(request.feed, request.operation))
        earliest = None if waits is None else now + timedelta(seconds=waits)
        answer.append(replace(request, waits=waits, earliest=earliest))
    return answer


def _requests_of(plan: ScopePlan, now: datetime) -> list[tuple[tuple[int, int], PlannedRequest, str]]:
    feed, scope = plan.feed, plan.scope
    today = slices.local_date(now, scope.time_zone)
    windows = list(plan.windows)
    if plan.snapshot is not None:
        windows = [Window(today, today, (DueSlice(today, plan.snapshot[0]),))]
    operation = _OPERATIONS.get(feed.source, "createReport")
    account = scope.account.account_id if scope.account else scope.scope_id
    subject = (scope.stores[0].ads_profile_id or account) if feed.source == "amazon_ads" else account
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
                operation,
                1,
                None,
                None,
            ),
            subject,
        )
        for window in windows
    ]


def _tokens(conn: psycopg.Connection) -> dict[tuple[str, str], tuple[float, float]]:
    """What each bucket holds at this moment, and its rate."""
    rows = conn.execute(
        "select subject, operation, rate,"
        " least(burst, tokens + rate * extract(epoch from clock_timestamp() - updated_at)) from ops.buckets"
    )
    return {(subject, operation): (float(tokens), float(rate)) for subject, operation, rate, tokens in rows}


def _published(feed_name: str, operation: str) -> Limit | None:
    return _LIMITS.get(FEEDS[feed_name].source, {}).get(operation)


def _wait(number: int, bucket: tuple[float, float] | None, published: Limit | None) -> float | None:
    """(n - b) / r: when the n-th request of a bucket can be sent, in seconds from now."""
    if bucket is None:
        if published is None:
            return None
        bucket = (published.burst, published.rate)
    tokens, rate = bucket
    return max(0.0, (number - tokens) / rate)
