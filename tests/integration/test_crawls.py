"""Crawls of several processes: batches, what is more urgent first, one ceiling, and the next day."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
import yaml

from pipelines.actors import BUILT_IN
from pipelines.landing.planning import asked_crawls
from pipelines.warehouse.stores_sync import sync_stores
from tests.support.running import LandingWorld, until

PRODUCTS, SEARCH = "apify.products", "apify.keyword_search"


def configure(world: LandingWorld, *, batch_size: int, **variables: str) -> None:
    """Small batches, and settings, for all runs of the world."""
    actor = BUILT_IN[PRODUCTS]
    fields = {name: [".".join(path) for path in paths] for name, paths in actor.fields.items()}
    entry = {"actor": actor.actor, "input": dict(actor.template), "fields": fields, "batch_size": batch_size}
    config = world.simulator.config
    (config / "actors.yaml").write_text(yaml.safe_dump({"products": entry}), encoding="utf-8")
    with (config / ".env").open("a", encoding="utf-8") as file:
        file.writelines(f"{name}='{value}'\n" for name, value in variables.items())
    with world.warehouse.connect() as conn:
        sync_stores(conn, world.catalog)


def started(world: LandingWorld) -> list[set[str]]:
    """The ASINs of each crawl, in the order in which they were started."""
    runs = json.loads((world.simulator.state / "apify_runs.json").read_text(encoding="utf-8"))
    lists = [run["input"]["categoryOrProductUrls"] for run in runs]
    return [{entry["url"].rsplit("/", 1)[1] for entry in urls} for urls in lists]


def test_by_hand_goes_first_while_a_nights_batches_are_under_way_and_nothing_is_left_out(landing) -> None:
    world: LandingWorld = landing(days=2)
    configure(world, batch_size=4, TRADEWIND_CRAWLS_AT_ONCE="1")
    tracked = {asin for own, others in world.catalog.stores["harbor-us"].tracked.items() for asin in (own, *others)}
    world.simulator.set_faults([{"do": "hold", "nth": 1, "match": {"api": "apify", "operation": "getRun"}}])
    night = world.start(PRODUCTS, stores=("harbor-us",))
    until(world.simulator.held, "the first batch of the night runs")
    last = max(tracked)
    by_hand = world.start(PRODUCTS, stores=("harbor-us",), subjects=(last,))
    waiting = "select count(*) from ops.crawls where state = 'waiting' and urgency = %s"
    until(lambda: world.query(waiting, 0) == [(1,)], "the crawl by hand waits for its turn")
    until(lambda: world.query(waiting, 20) == [(3,)], "the other batches of the night wait for theirs")
    world.simulator.set_faults([])
    world.simulator.release()
    told = [process.printed(60) for process in (night, by_hand)]
    assert [process.poll() for process in (night, by_hand)] == [0, 0], told

    first, second, *others = started(world)
    assert second == {last}, "the crawl by hand was not the next"
    assert len(others) == 3
    assert set().union(first, *others) == tracked, "a batch of the night was left out"
    assert all(len(batch) <= 4 for batch in (first, *others))
    assert world.query("select distinct state from ops.crawls") == [("ended",)]
    assert world.query("select count(*) from ops.crawls where counted_usd = usage_usd and usage_usd > 0") == [(5,)]
    assert world.states(PRODUCTS)["loaded"] >= 5
    crawled = world.query(
        "select count(*) from raw.apify__products r join ops.current_loads(%s) c using (load_id) where c.day = %s",
        PRODUCTS,
        world.now.date(),
    )
    assert crawled == [(len(tracked) + 1,)], "a page of a batch is missing"
    again = world.land(PRODUCTS, stores=("harbor-us",))[PRODUCTS]
    assert (again.outcomes, again.requests) == ([], 0), "something of today was crawled again"


@pytest.mark.thorough
def test_two_processes_keep_one_ceiling_and_the_rest_goes_on_the_next_day(landing) -> None:
    world: LandingWorld = landing(days=2)
    # two pages a crawl: it is taken to cost 0.02 USD, and costs 0.005
    configure(world, batch_size=2, TRADEWIND_CRAWL_BUDGET_DAY_USD="0.022")
    stores = [each for each in world.catalog.stores.values() if each.tenant_id == "harbor" and each.has_api]
    assert len({each.marketplace for each in stores}) == 2, "the tenant has stores in two marketplaces"
    processes = [world.start(PRODUCTS, stores=(each.store_id,)) for each in stores]
    told = [process.printed(120) for process in processes]
    assert [process.poll() for process in processes] == [0, 0], told

    states = [_states(each) for each in told]
    refused = sum(each.get("refused", 0) for each in states)
    ((spent, runs),) = world.query("select sum(usage_usd), count(*) from ops.crawls where state = 'ended'")
    assert Decimal("0.017") < spent <= Decimal("0.022"), "the ceiling was not used, or not kept"
    assert runs == len(started(world)) == 4
    assert refused == world.query("select count(*) from ops.crawls where state = 'refused'")[0][0] > 0
    ((reason, next_try),) = world.query(
        "select min(reason), min(next_try_at)::text from ops.slices where feed = %s and state = 'refused'", PRODUCTS
    )
    assert "crawls of this day (UTC) have cost harbor 0.02 of 0.02 USD" in reason
    assert next_try.startswith("2026-11-23 00:00:00")

    assert world.land(PRODUCTS, stores=tuple(each.store_id for each in stores))[PRODUCTS].requests == 0
    world.move(timedelta(days=1))
    assert world.land(PRODUCTS, stores=(stores[0].store_id,))[PRODUCTS].requests == 4


def _states(told: str) -> dict[str, int]:
    (result,) = json.loads(told)
    return dict(result["states"])


@pytest.mark.thorough
def test_what_was_added_is_crawled_soon_and_no_more(landing) -> None:
    world: LandingWorld = landing(days=2)

    def added() -> list[tuple[tuple[str, ...] | None, tuple[str, ...] | None]]:
        with world.warehouse.connect() as conn:
            sync_stores(conn, world.catalog)
            found = asked_crawls.added(conn, world.settings, world.catalog, world.now)
        return [(each.stores, each.subjects) for each in found]

    world.land(PRODUCTS, SEARCH)
    assert added() == [], "what the night has crawled is not new"
    stores = world.simulator.config / "stores.yaml"
    content = yaml.safe_load(stores.read_text(encoding="utf-8"))
    of_us = content["tenants"]["harbor"]["accounts"][0]["stores"]["harbor-us"]
    of_us["keywords"].append("a new keyword")
    stores.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    assert added() == [(("harbor-us",), ("a new keyword",))]
    with world.warehouse.connect() as conn:
        (wanted,) = asked_crawls.added(conn, world.settings, world.catalog, world.now)
    world.select(wanted)
    assert added() == []
    assert world.query("select subjects, urgency, state from ops.crawls order by crawl_id desc limit 1") == [
        (1, 10, "ended")
    ]
