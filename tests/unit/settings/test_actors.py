"""actors.yaml: what it gives, and one clear sentence for each mistake in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.actors import BUILT_IN, Actor, load_actors, read_actors
from pipelines.errors import ConfigError
from pipelines.feeds.apify import FEEDS, FIELDS, SUBJECTS
from pipelines.marketplaces import MARKETPLACES
from pipelines.settings import Settings
from tests.support.references import ROOT

DE, US, JP = (MARKETPLACES[country] for country in ("DE", "US", "JP"))
PRODUCTS, SEARCH = "apify.products", "apify.keyword_search"
GOOD = """
products:
  actor: me/mine
  input: {startUrls: ["https://www.{domain}/dp/{asin}"], country: "{country}"}
  fields: {asin: [asin, id], price: price.0.value}
"""


def read(tmp_path: Path, text: str) -> dict[str, Actor]:
    file = tmp_path / "actors.yaml"
    file.write_text(text, encoding="utf-8")
    return read_actors(file)


def settings(tmp_path: Path, **values: object) -> Settings:
    return Settings(home=tmp_path, stores_path=tmp_path / "stores.yaml", **values)  # type: ignore[arg-type]


def test_every_crawl_has_a_built_in_actor_that_knows_every_field() -> None:
    assert BUILT_IN.keys() == FIELDS.keys() == SUBJECTS.keys() == {feed.name for feed in FEEDS}
    for feed, actor in BUILT_IN.items():
        assert actor.fields.keys() == set(FIELDS[feed])


def test_the_example_is_valid() -> None:
    actors = read_actors(ROOT / "actors.example.yaml")
    assert actors.keys() == BUILT_IN.keys()
    assert {actor.actor for actor in actors.values()} == {"epctex/amazon-scraper"}


def test_a_file_replaces_the_actors_that_it_names(tmp_path: Path) -> None:
    assert load_actors(settings(tmp_path)) == BUILT_IN
    (tmp_path / "actors.yaml").write_text(GOOD, encoding="utf-8")
    actors = load_actors(settings(tmp_path))
    assert actors[SEARCH] == BUILT_IN[SEARCH]
    mine = actors[PRODUCTS]
    assert (mine.actor, mine.fields) == ("me/mine", {"asin": (("asin",), ("id",)), "price": (("price", "0", "value"),)})
    assert mine.run_input(DE, ["B2", "B1", "B2"]) == {
        "startUrls": ["https://www.amazon.de/dp/B1", "https://www.amazon.de/dp/B2"],
        "country": "DE",
    }
    (tmp_path / "actors.yaml").write_text("", encoding="utf-8")
    assert load_actors(settings(tmp_path)) == BUILT_IN


def test_a_mapping_is_another_one_when_actor_or_places_are_others(tmp_path: Path) -> None:
    ids = {
        read(tmp_path, text)[PRODUCTS].mapping_id
        for text in (GOOD, GOOD.replace("me/mine", "me/other"), GOOD.replace("price.0", "price"), GOOD)
    }
    assert len(ids) == 3
    # what a run is given does not change how its items are read
    other = read(tmp_path, GOOD.replace('country: "{country}"', "maxItems: 7"))[PRODUCTS]
    assert other.mapping_id in ids


@pytest.mark.parametrize("keyword", ['lampe 8" groß', "ランプ", "100% cotton & more", "a+b"])
def test_keywords_are_written_as_addresses(keyword: str) -> None:
    actor = BUILT_IN[SEARCH]
    run_input = actor.run_input(JP, [keyword])
    assert actor.is_for(run_input, JP)
    assert not actor.is_for(run_input, US)
    assert not BUILT_IN[PRODUCTS].is_for(run_input, JP)


@pytest.mark.parametrize(
    ("run_input", "ours"),
    [
        ({"categoryOrProductUrls": [{"url": "https://amazon.de/dp/B000000001"}]}, True),
        ({"categoryOrProductUrls": ["https://www.amazon.de/Tisch-Holz/dp/B000000001?th=1"]}, True),
        ({"categoryOrProductUrls": [{"url": "https://www.amazon.de/gp/product/B000000001/"}]}, True),
        ({"categoryOrProductUrls": [{"url": "https://www.amazon.com/dp/B000000001"}]}, False),
        ({"categoryOrProductUrls": [{"url": "https://www.amazon.de/s?k=tisch"}]}, False),
        ({"categoryOrProductUrls": [{"url": "https://www.amazon.de/dp/B000000001"}, {"url": "https://b.de"}]}, False),
        ({"categoryOrProductUrls": []}, False),
        ({"categoryOrProductUrls": "https://www.amazon.de/dp/B000000001"}, False),
        ({"startUrls": ["https://www.amazon.de/dp/B000000001"]}, False),
        ({"categoryOrProductUrls": [None, 7]}, False),
    ],
)
def test_whose_run_it_is_is_seen_by_its_pages(run_input: dict, ours: bool) -> None:
    assert BUILT_IN[PRODUCTS].is_for(run_input, DE) is ours


def test_an_actor_that_takes_no_addresses_is_known_by_its_marketplace(tmp_path: Path) -> None:
    actor = read(tmp_path, GOOD.replace('"https://www.{domain}/dp/{asin}"', '"{asin}"'))[PRODUCTS]
    run_input = actor.run_input(DE, ["B000000001"])
    assert run_input == {"startUrls": ["B000000001"], "country": "DE"}
    assert actor.is_for(run_input, DE)
    assert not actor.is_for(run_input, US)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a", "must name feeds, like `products:`"),
        ("products: [", "no valid YAML"),
        ("product: {}", "product: there is no such crawl; there are products, keyword_search"),
        ("products: {actor: me/mine}", "products.input: this is missing"),
        ("products: seven", "'seven' is not allowed"),
        (GOOD.replace("me/mine", "mine"), "'mine' is no actor; write it like user/name"),
        (GOOD.replace("price:", "prize:"), "products.fields.prize: nothing reads this; known are asin, url"),
        (GOOD.replace("asin: [asin, id], ", ""), "asin or url must be there"),
        (GOOD.replace("price.0.value", "price..value"), "a place is written like price.value"),
        (GOOD.replace("[asin, id]", "[a, b, c, d]"), "at most 3 places"),
        (GOOD.replace("{domain}", "{host}"), "{host} means nothing here; there are {asin}, {country}, {domain}"),
        (GOOD.replace("{asin}", "x"), "exactly one list must have {asin} in its only element"),
        (GOOD.replace('"{country}"', '"{asin}"'), "{asin} stands outside of the list"),
        (GOOD.replace("  fields", "  wait: 3\n  fields"), "products.wait: there is no such setting here"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert said in str(caught.value)
    assert str(tmp_path / "actors.yaml") in str(caught.value)


def test_all_mistakes_are_told_at_once_and_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"prize.*\{asin\} in its only element"):
        read(tmp_path, GOOD.replace("price:", "prize:").replace("{asin}", "x"))
    with pytest.raises(ConfigError, match="TRADEWIND_ACTORS names"):
        load_actors(settings(tmp_path, actors_path=tmp_path / "elsewhere.yaml"))
