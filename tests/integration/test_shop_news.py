"""A webhook makes its shop's orders be asked for at once, and once; what comes meanwhile is asked for afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import dagster as dg
import pytest

from pipelines.feeds import FEEDS
from pipelines.landing.planning.selection import Selection
from pipelines.landing.run.results import FeedResult
from pipelines.orchestration.raw import LandConfig, selections
from pipelines.orchestration.shop_news import NEWEST_TAG, shop_news_sensor, wanted
from pipelines.orchestration.through_the_day import today_jobs
from pipelines.webhooks import inbox
from pipelines.webhooks.model import Due
from tests.support.running import LandingWorld

ORDERS, LEVELS = "shopify.orders", "shopify.inventory_levels"


def told(world: LandingWorld, topic: str, event_id: int) -> None:
    """What `tradewind serve` keeps of a webhook."""
    shop = world.catalog.shops["harbor-shop"]
    with world.warehouse.connect() as conn:
        conn.execute(
            "insert into ops.pulls_due (channel, account, topic, tenant_id, event_id) values (%s, %s, %s, %s, %s) "
            "on conflict (channel, account, topic) "
            "do update set asked_at = clock_timestamp(), event_id = excluded.event_id",
            (shop.kind, shop.domain, topic, shop.tenant_id, event_id),
        )


def asked(world: LandingWorld, instance: dg.DagsterInstance) -> list[dg.RunRequest] | dg.SkipReason:
    sensor = shop_news_sensor(today_jobs(date(2026, 1, 1)))
    platform = SimpleNamespace(settings=world.settings, catalog=world.catalog, warehouse=world.warehouse)
    with dg.build_sensor_context(instance, resources={"platform": platform}) as context:
        return sensor(context)  # type: ignore[return-value]


def begun(instance: dg.DagsterInstance, request: dg.RunRequest) -> dg.DagsterRun:
    run = dg.DagsterRun(str(request.job_name), tags=dict(request.tags), status=dg.DagsterRunStatus.STARTED)
    return instance.add_run(run)


def test_a_webhook_is_one_pull_and_the_next_one_another(landing):
    world: LandingWorld = landing()
    world.land(ORDERS, LEVELS)
    with dg.DagsterInstance.ephemeral() as instance:
        assert isinstance(asked(world, instance), dg.SkipReason)
        told(world, "orders", 1)
        told(world, "refunds", 2)
        (request,) = asked(world, instance)
        assert (request.job_name, request.tags[NEWEST_TAG]) == ("land_today_shopify_windowed", "2")
        assert [each.run_key for each in asked(world, instance)] == [request.run_key], "Dagster starts it once"
        run = begun(instance, request)
        assert isinstance(asked(world, instance), dg.SkipReason)
        with world.warehouse.connect() as conn:
            assert inbox.waiting(conn) == []

        told(world, "orders", 3)
        told(world, "stock", 4)
        (stock,) = asked(world, instance)
        assert stock.job_name == "land_today_shopify_snapshot", "the run of orders is still under way"
        instance.report_run_failed(run)
        assert {each.tags[NEWEST_TAG] for each in asked(world, instance)} == {"3", "4"}

    config = request.run_config["ops"]["shopify_windowed"]["config"]
    selection = Selection(stores=tuple(config["stores"]), today=config["today"], force=config["force"])
    world.move(timedelta(minutes=1))
    for feed in (ORDERS, LEVELS):
        result = world.select(replace(selection, feeds=(feed,)))[feed]
        assert [each.state for each in result.outcomes] == ["loaded"], "although it was asked for a moment ago"


def test_what_no_feed_reads_and_shops_of_nobody_are_left_out(landing):
    world: LandingWorld = landing()
    shop = world.catalog.shops["harbor-shop"]
    at = datetime(2026, 11, 22, tzinfo=UTC)
    others = [
        inbox.Asked(due, at, 1)
        for due in (
            Due("ebay", "harbor", "orders"),
            Due(shop.kind, "other.myshopify.com", "orders"),
            Due(shop.kind, shop.domain, "products"),
        )
    ]
    assert wanted(others, world.catalog) == []
    (pull,) = wanted([*others, inbox.Asked(Due(shop.kind, shop.domain.upper(), "stock"), at, 7)], world.catalog)
    assert (pull.shop_id, pull.kind, pull.newest) == (shop.shop_id, "snapshot", 7)
    assert set(pull.stores) == {
        each.store_id for each in world.catalog.stores.values() if each.tenant_id == shop.tenant_id
    }


@pytest.mark.thorough
@pytest.mark.parametrize("kind", ["shopify", "ebay", "woocommerce"])
def test_a_past_days_orders_are_fetched_anew_by_a_backfill_with_force(landing, kind):
    """What a run of one partition lands: nothing of a day that is here, unless its config says so."""
    world: LandingWorld = landing()
    feed = FEEDS[f"{kind}.orders"]

    def rows(query: str, *values: object) -> list[tuple]:
        with world.warehouse.connect() as conn:
            return conn.execute(query.encode(), values).fetchall()

    def backfilled(*, force: bool) -> FeedResult:
        (selection,) = selections(LandConfig(force=force), [feed], [day], world.catalog)
        return world.select(selection)[feed.name]

    world.land(feed.name)
    orders = f"select item::text from raw.{feed.tables[0]}"  # noqa: S608
    before = set(rows(orders))
    query = "select day, current_load_id from ops.slices where feed = %s and state = 'loaded' and day < %s order by day"
    day, load = rows(query, feed.name, world.now.date())[0]
    assert backfilled(force=False).requests == 0
    (outcome,) = backfilled(force=True).outcomes
    assert (outcome.state, outcome.day) == ("loaded", day)
    of_day = rows("select current_load_id from ops.slices where feed = %s and day = %s", feed.name, day)
    assert of_day != [(load,)], "the day has a load of its own now"
    anew = set(rows(f"{orders} where load_id = %s", *of_day[0]))
    assert anew and anew <= before, "the orders that were changed on this day, as they were"
