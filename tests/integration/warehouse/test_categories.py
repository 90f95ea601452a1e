"""Categories: the products on the first pages of their keywords are known, are crawled, and are forgotten in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from pipelines.errors import ConfigError
from pipelines.feeds import FEEDS
from pipelines.landing.ledger import categories
from pipelines.landing.loading.raw_tables import ensure_raw_tables
from pipelines.landing.planning import asked_crawls, planner
from pipelines.landing.planning.selection import Selection
from pipelines.settings import Settings
from pipelines.stores import Catalog, load_stores
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.stores_sync import sync_stores
from tests.support.ledger import Ledger
from tests.support.references import ROOT

SEARCH, US = "apify.keyword_search", "ATVPDKIKX0DER"
TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 20, tzinfo=UTC)
LAMPS = """
            categories:
              - {name: lamps, keywords: [led lamp, reading lamp], auto_crawl: true}
              - {name: chairs, keywords: [chair]}
"""
# What staging makes of the raw items; that it does so is shown by tests of the model.
STAGED = """
create schema if not exists staging;
create table if not exists staging.stg_apify__keyword_search (
    load_id bigint, marketplace_id text, date date, keyword text, page integer, position integer, asin text,
    is_failed boolean)
"""


def catalog(tmp_path: Path, more: str = LAMPS) -> Catalog:
    text = (ROOT / "stores.example.yaml").read_text(encoding="utf-8")
    text = text.replace("            ads_profile_id:", f"{more.rstrip()}\n            ads_profile_id:", 1)
    (tmp_path / "stores.yaml").write_text(text, encoding="utf-8")
    return load_stores(tmp_path / "stores.yaml", lambda _: SecretStr("x"))


def searched(conn: Any, day: date, keyword: str, *places: tuple[str, int, int]) -> None:
    """A search of a day: ASIN, page and position of each place."""
    moment = datetime(day.year, day.month, day.day, 12, len(keyword), tzinfo=UTC)  # a slice of its own
    load_id = Ledger(conn).load(SEARCH, US, [{"input": keyword}], days=[day], instant=moment)
    conn.cursor().executemany(
        "insert into staging.stg_apify__keyword_search values (%s, %s, %s, %s, %s, %s, %s, false)",
        [(load_id, US, day, keyword, page, position, asin) for asin, page, position in places],
    )


def known(conn: Any) -> list[tuple[Any, ...]]:
    return conn.execute(
        "select category, asin, best_position, first_seen, last_seen from ops.category_asins order by 1, 2"
    ).fetchall()


def test_what_stands_on_the_first_pages_is_crawled_as_of_the_category(
    warehouse: Warehouse, settings: Settings, tmp_path: Path
) -> None:
    stores = catalog(tmp_path)
    with warehouse.connect() as conn:
        sync_stores(conn, stores)
        categories.refresh(conn, stores)
        assert known(conn) == [], "staging is not there yet"
        ensure_raw_tables(conn)
        conn.execute(STAGED)
        before = TODAY - timedelta(days=20)
        searched(conn, before, "led lamp", ("B0GONE0001", 1, 1))
        searched(conn, TODAY, "led lamp", ("B0LAMP0001", 1, 3), ("B0LAMP0002", 1, 1), ("B0SECOND01", 2, 17))
        searched(conn, TODAY, "chair", ("B0CHAIR001", 1, 1))
        categories.refresh(conn, stores)
        assert known(conn) == [("lamps", "B0LAMP0001", 3, TODAY, TODAY), ("lamps", "B0LAMP0002", 1, TODAY, TODAY)]

        feed = FEEDS["apify.products"]
        (scope,) = stores.scopes(feed)
        (plan,) = planner.plan_feed(conn, settings, feed, [scope], Selection(), NOW)
        due = {each for batch in plan.batches for each in batch.subjects}
        assert due == {"B0LAMP0001", "B0LAMP0002", "B0OWNASIN1", "B0OWNASIN2", "B0COMP0001", "B0COMP0002"}
        found = {each.feeds: each.subjects for each in asked_crawls.added(conn, settings, stores, NOW)}
        assert set(found["apify.products",] or ()) == due, "they are crawled soon"
        assert set(found[SEARCH,] or ()) == {'lamp 8" brass', "desk lamp", "led lamp", "reading lamp", "chair"}

        # another search, of another day: a product that is no longer there stays for a while
        searched(conn, TODAY + timedelta(days=10), "reading lamp", ("B0LAMP0003", 1, 2))
        categories.refresh(conn, stores)
        assert [asin for _, asin, *_ in known(conn)] == ["B0LAMP0001", "B0LAMP0002", "B0LAMP0003"]
        searched(conn, TODAY + timedelta(days=20), "reading lamp", ("B0LAMP0003", 1, 2))
        categories.refresh(conn, stores)
        assert [asin for _, asin, *_ in known(conn)] == ["B0LAMP0003"]

        without = replace(stores, stores={key: replace(each, categories=()) for key, each in stores.stores.items()})
        categories.refresh(conn, without)
        assert known(conn) == []


def test_a_category_of_two_names_and_too_many_keywords_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="categories: 'lamps' is there twice"):
        catalog(tmp_path, LAMPS.replace("chairs", "lamps"))
    many = ", ".join(f"k{number}" for number in range(200))
    with pytest.raises(ConfigError, match="name 205 keywords; at most 200"):
        catalog(tmp_path, LAMPS.replace("chair]", f"chair, {many}]").replace("k199", "k199"))
