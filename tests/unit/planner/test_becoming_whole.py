"""A new store gets its newest days first, then its history, newest first; and is told when it will be whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.feeds import FEEDS
from pipelines.landing.planning import slices
from pipelines.landing.planning.planner import priority
from pipelines.landing.views.becoming_whole import behind, filling
from pipelines.landing.views.forecast import timed
from pipelines.landing.views.planned import PlannedRequest
from pipelines.landing.views.status import StatusRow
from pipelines.sources.base import BACKFILL, TODAY
from pipelines.sources.traits import SP_LIMITS
from pipelines.stores import Catalog, load_stores

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
STORES = """
tenants:
  acme:
    name: Acme
    reporting_currency: USD
    accounts:
      - {seller_id: A1EXAMPLE, region: na, stores: {acme-us: {marketplace: US}, acme-ca: {marketplace: CA}}}
"""
ACCOUNT = "A1EXAMPLE@na"


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    (tmp_path / "stores.yaml").write_text(STORES)
    return load_stores(tmp_path / "stores.yaml")


def windows_of_a_new_store(feed_name: str, days: int) -> list[tuple[tuple[int, int], slices.Window]]:
    """The windows of a feed of which nothing has landed, as a run orders them."""
    feed, zone = FEEDS[feed_name], "America/Los_Angeles"
    today = slices.local_date(NOW, zone)
    since = today - timedelta(days=days)
    due = slices.due_days(feed, zone, (), NOW, settled=(), history_from=since)
    found = slices.cover(due, slices.periods_per_request(feed), feed.period)
    return sorted(((priority(each, today), -each.last.toordinal()), each) for each in found)


def request(feed: str, scope: str, first: date, last: date) -> PlannedRequest:
    return PlannedRequest(feed, scope, first, last, 1, "never asked", ACCOUNT, ("createReport", "getReportDocument"))


def test_the_newest_days_come_first_and_then_history_newest_first() -> None:
    ordered = windows_of_a_new_store("amazon_sp.sales_and_traffic", 60)
    lasts = [window.last for _, window in ordered]
    assert lasts == sorted(lasts, reverse=True)
    levels = [level for (level, _), _ in ordered]
    assert levels[0] == TODAY
    assert set(levels[2:]) == {BACKFILL}
    both = sorted(
        [*ordered, *windows_of_a_new_store("amazon_sp.all_orders_by_last_update", 60)], key=lambda each: each[0]
    )
    first_of_history = next(number for number, ((level, _), _) in enumerate(both) if level == BACKFILL)
    assert all(level == TODAY for (level, _), _ in both[:first_of_history]), "today of every feed before any history"


def test_the_time_until_a_store_is_whole_follows_from_its_budgets(catalog: Catalog) -> None:
    day = NOW.date()
    planned = [request("amazon_sp.all_orders_by_last_update", ACCOUNT, day - timedelta(days=30), day)]
    planned += [
        request("amazon_sp.sales_and_traffic", "acme-us", d, d) for d in (day - timedelta(n) for n in range(115))
    ]
    budgets = {(ACCOUNT, name): (limit.burst, limit.rate) for name, limit in SP_LIMITS.items()}
    (us,) = filling(timed(planned, budgets), catalog)
    assert (us.store_id, us.requests, us.newest) == ("acme-us", 116, 0.0)
    assert us.whole == pytest.approx((116 - 15) / 0.0167)
    assert us.whole_at(NOW) == NOW + timedelta(seconds=us.whole)
    assert us.budget == f"createReport of {ACCOUNT}"
    assert filling(timed(planned, budgets), catalog, ["acme-ca"]) == []
    assert filling(timed(planned[:2], budgets), catalog) == [], "the newest days alone are no history"
    assert filling([replace(each, done=None) for each in planned], catalog) == []


def test_a_plan_is_made_for_status_only_where_history_is_missing(catalog: Catalog) -> None:
    row = StatusRow("acme-us", "amazon_sp.sales_and_traffic", 3, None, None, 7)
    assert behind([row], catalog) == []
    assert behind([row._replace(missing=8)], catalog) == ["acme-us"]
    assert behind([row._replace(of=ACCOUNT, missing=700)], catalog) == ["acme-ca", "acme-us"]
