"""The dbt project against the rest: the page of the marts, the catalogue's tables, the facts of marketplaces."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest
import yaml

from pipelines.feeds import FEEDS
from pipelines.marketplaces import COUNTRY_ALIASES, MARKETPLACES, marketplace_named
from pipelines.transformation import dictionary
from pipelines.transformation.transform import PROJECT_DIR

ROOT = Path(__file__).parents[3]
MODELS = PROJECT_DIR / "models"


def test_the_page_of_the_marts_is_made_from_the_models():
    shown = (ROOT / "docs" / "marts.md").read_text()
    assert shown == dictionary.page(), "run: python -m pipelines.transformation.dictionary > docs/marts.md"


@functools.cache
def sources() -> dict[tuple[str, str], str]:
    found = {}
    for path in (MODELS / "staging").rglob("*.yml"):
        for source in yaml.safe_load(path.read_text()).get("sources", ()):
            for table in source["tables"]:
                found[source["name"], table["name"]] = table["identifier"]
    return found


@pytest.mark.parametrize("feed", FEEDS.values(), ids=lambda feed: feed.name)
def test_every_table_of_a_feed_is_a_source_with_a_staging_model(feed):
    for section, table in zip(feed.sections, feed.tables, strict=True):
        short = f"{feed.short_name}__{section.name}" if section.name else feed.short_name
        assert sources().get((feed.source, short)) == table, f"feed {feed.name}: {table} is no source of dbt"
        assert (MODELS / "staging" / feed.source / f"stg_{feed.source}__{short}.sql").is_file(), (
            f"feed {feed.name} has no staging model stg_{feed.source}__{short}.sql"
        )


def test_no_source_is_without_a_feed():
    assert set(sources().values()) == {table for feed in FEEDS.values() for table in feed.tables}


def test_the_sales_channels_of_countries_are_those_of_the_marketplaces():
    written = (PROJECT_DIR / "macros" / "stores.sql").read_text()
    known = dict(re.findall(r'"([A-Z]{2})": "(Amazon[.a-z]+)"', written))
    expected = {country: place.sales_channel for country, place in MARKETPLACES.items()}
    expected |= {alias: MARKETPLACES[country].sales_channel for alias, country in COUNTRY_ALIASES.items()}
    differ = dict(known.items() ^ expected.items())
    assert not differ, (
        f"sales_channels in dbt_project/macros/stores.sql and pipelines/marketplaces.py differ in {differ}"
    )


def test_the_feeds_of_moments_are_the_snapshots_and_crawls_of_the_catalogue():
    written = (PROJECT_DIR / "macros" / "coverage.sql").read_text()
    expected = {feed.name for feed in FEEDS.values() if feed.shape in ("snapshot", "crawl")}
    assert set(re.findall(r'"(\w+\.\w+)"', written)) == expected


def test_the_names_of_countries_are_known_on_both_sides():
    written = (PROJECT_DIR / "macros" / "stock.sql").read_text()
    known = dict(re.findall(r'"([a-z ]+)": "([A-Z]{2})"', written))
    assert {name: MARKETPLACES[code] for name, code in known.items()} == {
        name: marketplace_named(name) for name in known
    }
    unnamed = set(MARKETPLACES) - set(known.values())
    assert not unnamed, (
        f"say how reports name {unnamed} in English: in _BY_COUNTRY_NAME of pipelines/marketplaces.py, and in "
        "country_codes of dbt_project/macros/stock.sql"
    )


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*.sql")), ids=lambda path: path.stem)
def test_models_are_short_and_have_no_clock_of_their_own(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 150
    assert not re.search(r"\b(now\(\)|current_date|current_timestamp|clock_timestamp)", text)


@pytest.mark.parametrize(
    ("domain", "model"), list(dictionary.models()), ids=lambda value: getattr(value, "get", str)("name")
)
def test_every_mart_has_a_key_of_its_own_columns_and_describes_each(domain, model):
    columns = {column["name"]: column for column in model["columns"]}
    assert {"store_id", "tenant_id"} <= set(columns)
    assert set(dictionary.key(model)) <= set(columns)
    # a view groups by its key, and has no constraints
    tests = model["data_tests"] if domain != "views" else ()
    for arguments in [test["key_holds"]["arguments"] for test in tests if "key_holds" in test]:
        for name in set(dictionary.key(model)) - set(arguments.get("nullable", ())):
            assert columns[name]["constraints"] == [{"type": "not_null"}], f"{model['name']}.{name} may be null"
    bare = [name for name, column in columns.items() if not column.get("description", "").strip()]
    assert not bare, f"the yml of {model['name']} does not say what these columns mean: {bare}"
    assert (dictionary.FOLDERS[domain] / f"{model['name']}.sql").is_file()
