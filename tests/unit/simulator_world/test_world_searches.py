"""Searches for keywords in every seed's world, and the shapes in which two actors write what they find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from simulator.documents.apify.shapes import CRAWLER, SCRAPER
from simulator.seeded_world import World
from simulator.world.marketplaces import days_between, local_day
from simulator.world.product_pages.competitors import tracked
from simulator.world.product_pages.search_results import (
    PAGES,
    PAID,
    PER_PAGE,
    Result,
    failed,
    results,
    tracked_keywords,
)
from tests.support.seeds import of_seeds

SEEDS = (1, 7, 20261)
STORES = ("harbor-us", "harbor-de", "sakura-jp")

Search = tuple[str, str, tuple[Result, ...]]


@pytest.fixture(params=of_seeds(*SEEDS))
def seeded(request: pytest.FixtureRequest, world_of: Callable[[int], World]) -> World:
    return world_of(request.param)


@pytest.fixture
def searches(seeded: World, now: datetime) -> list[Search]:
    """(store, keyword, results) of all that is tracked, today."""
    found = []
    for store_id in STORES:
        store = seeded.store(store_id)
        day = local_day(store.marketplace.time_zone, now)
        for keyword in tracked_keywords(seeded.seed, store):
            found.append((store_id, keyword, results(seeded.pages, store.marketplace, keyword, day)))
    return found


def test_pages_are_full_and_some_places_are_paid_for(searches: list[Search]) -> None:
    for _, _, found in searches:
        assert [each.position for each in found] == list(range(1, PAGES * PER_PAGE + 1))
        assert [each.page for each in found] == [1] * PER_PAGE + [2] * PER_PAGE
        assert sum(each.sponsored for each in found) == PAGES * len(PAID)


def test_own_products_and_competitors_stand_among_others(seeded: World, searches: list[Search]) -> None:
    own, others, twice = 0, 0, 0
    for store_id, _, found in searches:
        pairs = tracked(seeded.seed, seeded.store(store_id))
        asins = [each.shown.asin for each in found]
        own += sum(asin in pairs for asin in asins)
        others += sum(any(asin in competitors for competitors in pairs.values()) for asin in asins)
        twice += len(asins) - len(set(asins))
    assert own > 3
    assert others > 3
    assert twice > 3, "a product that pays for a place may stand in another one too"


def test_some_searches_fail_and_places_move(seeded: World, now: datetime) -> None:
    store = seeded.store("harbor-us")
    keyword = tracked_keywords(seeded.seed, store)[0]
    days = days_between(store.start, now.date() - timedelta(days=1))
    assert any(failed(seeded.seed, store.marketplace, keyword, day) for day in days)
    first, second = (
        [each.shown.asin for each in results(seeded.pages, store.marketplace, keyword, day)] for day in days[-2:]
    )
    assert first != second
    assert len(set(first) & set(second)) > PER_PAGE, "most results are there again the next day"


def test_keywords_have_what_addresses_must_bear(seeded: World) -> None:
    words = [word for store_id in STORES for word in tracked_keywords(seeded.seed, seeded.store(store_id))]
    assert any('"' in word for word in words)
    assert any("," in word for word in words)
    assert any(not word.isascii() for word in words)


def test_both_actors_tell_the_same(world: World, now: datetime) -> None:
    addresses = ["https://www.amazon.de/dp/B000000000", "https://www.amazon.de/s?k=lampe+8%22", "https://example.org/"]
    addresses += [f"https://www.amazon.de/dp/{asin}" for asin in tracked(world.seed, world.store("harbor-de"))]
    crawler = world.crawl_items({"categoryOrProductUrls": [{"url": each} for each in addresses]}, now, "r", CRAWLER)
    scraper = world.crawl_items({"startUrls": addresses}, now, "r", SCRAPER)
    assert len(crawler) == len(scraper) > PAGES * PER_PAGE
    for one, other in zip(crawler, scraper, strict=True):
        assert ("error" in one) == ("errorMessage" in other)
        if "error" not in one:
            assert one["asin"] == other["asin"]
            assert one["price"] == other["price"]
        if "searchUrl" in other and "position" in other:
            assert one["categoryPageData"] == {
                "productPosition": other["position"],
                "pageNumber": other["page"],
                "isSponsored": other["sponsored"],
            }
    limited = {"categoryOrProductUrls": [{"url": addresses[1]}], "maxItemsPerStartUrl": 5}
    assert len(world.crawl_items(limited, now, "r")) == 5
