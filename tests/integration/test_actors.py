"""Another Apify actor by configuration alone: what both have found is staged alike, each by its own mapping."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from pipelines.actors import BUILT_IN
from pipelines.transformation import transform
from pipelines.warehouse.stores_sync import sync_stores
from simulator.seeded_world import World
from simulator.truth import columns_of, rows, text
from tests.support.ledger import Ledger
from tests.support.references import ROOT
from tests.support.running import NOON, LandingWorld
from tests.support.truth import mart_rows

PRODUCTS, SEARCH = "apify.products", "apify.keyword_search"
MODELS = ("stg_apify__products", "stg_apify__keyword_search")
FIRST, SECOND = "junglee/amazon-crawler", "epctex/amazon-scraper"
DAY = date(2026, 1, 5)
CAPTCHAS = {"op": "apify.getItems", "do": "captcha_items", "fraction": 0.5}


def crawl(world: LandingWorld) -> None:
    with world.warehouse.connect() as conn:
        sync_stores(conn, world.catalog)
    for result in world.land(PRODUCTS, SEARCH).values():
        assert {each.state for each in result.outcomes} <= {"loaded"}, result.outcomes


def queries_are_read_as_keywords(world: LandingWorld) -> None:
    """A file without a run is read by the mapping in use; what is no valid UTF-8 stays as it is and breaks nothing."""
    given = {
        "https://www.amazon.com/s?k=desk+lamp": "desk lamp",
        "https://www.amazon.com/s?i=garden&k=8%22+%2B+100%25&ref=nb_sb": '8" + 100%',
        "https://www.amazon.co.jp/s?k=%E3%83%A9%e3%83%b3%E3%83%97%F0%9F%92%A1#top": "ランプ💡",
        "https://www.amazon.com/s?k=caf%E9": "caf%E9",
        "https://www.amazon.com/s?k=a%00b": "a%00b",
        "https://www.amazon.com/s?k=a%ED%A0%80b": "a%ED%A0%80b",
        "https://www.amazon.com/s?k=50%": "50%",
        "https://www.amazon.com/s?k=50%+off%2": "50% off%2",
        "https://www.amazon.com/gp/bestsellers": None,
        "desk lamp, 100%": "desk lamp, 100%",
    }
    items = [{"asin": f"B00000000{n}", "input": query} for n, query in enumerate(given)]
    items.append({"asin": "B000000010", "input": {"url": "https://www.amazon.com/s?k=x"}})
    with world.warehouse.connect() as conn:
        ledger = Ledger(conn)
        load_id = ledger.load(SEARCH, "ATVPDKIKX0DER", items, days=[DAY], instant=datetime(2026, 1, 5, tzinfo=UTC))
    found = world.query(
        "select asin, keyword from staging.stg_apify__keyword_search where load_id = %s order by 1", load_id
    )
    assert [keyword for _, keyword in found] == [*given.values(), "x"]


@pytest.mark.thorough
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
    queries_are_read_as_keywords(world)
    with world.warehouse.connect() as conn:  # which mapping is in use means nothing to a run that has its own
        mine = [actor.mapping_id for actor in BUILT_IN.values()]
        conn.execute("update ops.actor_mappings set in_use = false where mapping_id = any(%s)", (mine,))
    for model in MODELS:
        statement = f"select failure_reason, count(*) from staging.{model} where is_failed group by 1"  # noqa: S608
        assert dict(world.query(statement))["Blocked by a captcha"] >= 3
    assert world.query("select count(*) from staging.stg_apify__products where is_failed and asin is null") == [(0,)]
