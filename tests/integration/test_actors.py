"""Another Apify actor by configuration alone: what both have found is staged alike, each by its own mapping."""

from __future__ import annotations

import shutil
from datetime import timedelta

import psycopg

from pipelines.actors import BUILT_IN
from pipelines.warehouse import transform
from pipelines.warehouse.stores_sync import sync_stores
from simulator.truth import columns_of, rows, text
from simulator.world import World
from tests.support.references import ROOT
from tests.support.running import NOON, LandingWorld
from tests.support.truth import mart_rows

PRODUCTS, SEARCH = "apify.products", "apify.keyword_search"
MODELS = ("stg_apify__products", "stg_apify__keyword_search")
FIRST, SECOND = "junglee/amazon-crawler", "epctex/amazon-scraper"
CAPTCHAS = {"op": "apify.getItems", "do": "captcha_items", "fraction": 0.5}


def crawl(world: LandingWorld) -> None:
    with world.warehouse.connect() as conn:
        sync_stores(conn, world.catalog)
    for result in world.land(PRODUCTS, SEARCH).values():
        assert {each.state for each in result.outcomes} <= {"loaded"}, result.outcomes


def test_rows_of_two_actors_are_each_read_by_their_own_mapping(landing) -> None:
    world: LandingWorld = landing(days=20, seed=7)
    crawl(world)
    shutil.copy(ROOT / "actors.example.yaml", world.simulator.config / "actors.yaml")
    world.move(timedelta(days=1))
    crawl(world)
    assert {each["actor"] for each in world.simulator.counts()["apify_start"]} == {FIRST, SECOND}
    assert dict(world.query("select actor, in_use from ops.actor_mappings where feed = %s", SEARCH)) == {
        FIRST: False,
        SECOND: True,
    }
    result = transform.transform(world.settings, world.warehouse, select=MODELS)
    assert result.ok, result.failures

    truth = World(7, NOON, products=12, days=20)
    with psycopg.connect(world.warehouse.url) as conn:
        for model in MODELS:
            columns = columns_of(model)
            assert columns is not None
            known = rows(model, truth, world.now, world.simulator.state)
            expected = [tuple(text(row[name]) for name in columns) for row in known]
            assert sorted(mart_rows(conn, model, list(columns))) == sorted(expected)
            by_actor = dict(world.query(f"select actor, max(date) from staging.{model} group by actor"))  # noqa: S608
            assert by_actor[FIRST] < by_actor[SECOND]
    keywords = {word for store in world.catalog.stores.values() for word in store.keywords}
    found = world.query("select distinct keyword from staging.stg_apify__keyword_search")
    assert {word for (word,) in found} == keywords
    assert any('"' in word for word in keywords)
    assert any(not word.isascii() for word in keywords)

    # back to the first actor, whose pages now meet captchas: runs that succeed, with items that failed
    (world.simulator.config / "actors.yaml").unlink()
    world.move(timedelta(days=1))
    world.simulator.set_faults([CAPTCHAS])
    crawl(world)
    with world.warehouse.connect() as conn:  # which mapping is in use means nothing to a run that has its own
        mine = [actor.mapping_id for actor in BUILT_IN.values()]
        conn.execute("update ops.actor_mappings set in_use = false where mapping_id = any(%s)", (mine,))
    for model in MODELS:
        statement = f"select failure_reason, count(*) from staging.{model} where is_failed group by 1"  # noqa: S608
        assert dict(world.query(statement))["Blocked by a captcha"] >= 3
    assert world.query("select count(*) from staging.stg_apify__products where is_failed and asin is null") == [(0,)]
