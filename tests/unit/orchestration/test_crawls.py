"""Crawls that do not wait for the night: what a launchpad or a command names, and what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from pipelines.errors import ConfigError
from pipelines.feeds import FEEDS
from pipelines.landing.ledger.asked_crawls import Asked
from pipelines.landing.planning import asked_crawls
from pipelines.landing.planning.selection import Selection
from pipelines.orchestration import asked
from pipelines.orchestration.crawls import run_of
from pipelines.orchestration.raw import CrawlConfig, LandConfig, selections
from pipelines.stores import Catalog, load_stores
from tests.support.references import ROOT

PRODUCTS, SEARCH = "apify.products", "apify.keyword_search"
BOTH = [FEEDS[PRODUCTS], FEEDS[SEARCH]]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_stores(Path(ROOT / "stores.example.yaml"), lambda _: SecretStr("x"))


def test_what_is_named_is_crawled_by_hand_each_kind_by_its_feed(catalog: Catalog) -> None:
    config = CrawlConfig(asins=["B0COMP0001"], keywords=["desk lamp"])
    assert selections(config, BOTH, None, catalog) == [
        Selection(feeds=(PRODUCTS,), subjects=("B0COMP0001",), urgency=0),
        Selection(feeds=(SEARCH,), subjects=("desk lamp",), urgency=0),
    ]
    assert [each.feeds for each in selections(config, BOTH[:1], None, catalog)] == [(PRODUCTS,)]


def test_without_any_name_what_is_due_is_landed(catalog: Catalog) -> None:
    for config in (CrawlConfig(stores=["harbor-us"]), LandConfig(stores=["harbor-us"])):
        (selection,) = selections(config, BOTH, None, catalog)
        assert selection == Selection(feeds=(PRODUCTS, SEARCH), stores=("harbor-us",))


def test_what_was_added_is_one_run_before_the_nights_and_once_in_an_hour(catalog: Catalog) -> None:
    search = Selection(feeds=(SEARCH,), stores=("harbor-us",), subjects=("desk lamp",), urgency=10)
    run = run_of([search], "2026-11-22T12")
    assert run.run_key == run_of([search], "2026-11-22T12").run_key != run_of([search], "2026-11-22T13").run_key
    assert [key.path for key in run.asset_selection or ()] == [["apify", "keyword_search"]]
    config = CrawlConfig(**run.run_config["ops"]["apify_crawl"]["config"])
    assert selections(config, BOTH[1:], None, catalog) == [search]

    products = Selection(feeds=(PRODUCTS,), stores=("harbor-us",), subjects=("B0COMP0001",), urgency=10)
    both = run_of([products, search], "2026-11-22T12")
    assert both.run_key != run.run_key
    config = CrawlConfig(**both.run_config["ops"]["apify_crawl"]["config"])
    assert selections(config, BOTH, None, catalog) == [products, search]


def test_what_was_asked_for_at_the_api_is_one_run_before_all_others(catalog: Catalog) -> None:
    run = asked.run_of(Asked(7, "harbor-us", ("B0COMP0001",), ("desk lamp",)), catalog)
    assert run.run_key == "asked:7" and run.tags["dagster/priority"] == "30"
    config = CrawlConfig(**run.run_config["ops"]["apify_crawl"]["config"])
    stores = ("harbor-us",)
    assert selections(config, BOTH, None, catalog) == [
        Selection(feeds=(PRODUCTS,), stores=stores, subjects=("B0COMP0001",), urgency=0),
        Selection(feeds=(SEARCH,), stores=stores, subjects=("desk lamp",), urgency=0),
    ]
    with pytest.raises(ConfigError, match="no store gone"):
        asked.run_of(Asked(8, "gone", ("B0COMP0001",), ()), catalog)
    with pytest.raises(ConfigError, match="APIFY_TOKEN"):
        asked.run_of(Asked(9, "harbor-us", ("B0COMP0001",), ()), replace(catalog, can_crawl=False))


@pytest.mark.parametrize(
    ("asins", "keywords", "told"),
    [
        ([], [], "Nothing is named"),
        (["b0comp0001"], [], "'b0comp0001' is no ASIN"),
        (["B0UNKNOWN1"], [], "No store tracks 'B0UNKNOWN1'"),
        ([], ["\t"], "'' is no keyword"),
    ],
)
def test_what_cannot_be_crawled_is_told_before_anything_is_asked(
    catalog: Catalog, asins: list[str], keywords: list[str], told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        asked_crawls.by_hand(catalog, asins, keywords)
    with pytest.raises(ConfigError, match="TRADEWIND_APIFY_TOKEN is not set"):
        asked_crawls.by_hand(replace(catalog, can_crawl=False), ["B0COMP0001"], [])


def test_a_product_that_nobody_tracks_is_crawled_where_a_store_is_named(catalog: Catalog) -> None:
    (selection,) = asked_crawls.by_hand(catalog, ["B0UNKNOWN1"], [], ["harbor-de"])
    assert (selection.stores, selection.subjects) == (("harbor-de",), ("B0UNKNOWN1",))
