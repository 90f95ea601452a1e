"""Verification forgets no feed: each raw table has sums or a reason, and each sum has its columns."""

from __future__ import annotations

import re

import pytest

from pipelines.feeds import FEEDS, Feed, Section, column_name
from pipelines.verify.marts import NOT_SUMMED, SUMS
from pipelines.verify.watched import WATCHED, staging_model, watched
from pipelines.warehouse.news import MODELS

TABLES = {feed.table(section): (feed, section) for feed in FEEDS.values() for section in feed.sections}


MART_MODELS = {path.stem for path in (MODELS / "marts").rglob("*.sql")}
STAGING_MODELS = {path.stem for path in (MODELS / "staging").rglob("*.sql")}


def test_every_raw_table_is_watched_or_it_says_why_not():
    assert set(WATCHED) == set(TABLES)
    for table, each in WATCHED.items():
        assert bool(each.sums) != bool(each.why_none), f"{table} has neither sums nor a reason, or both"


def test_every_staging_model_is_summed_up_by_a_mart_or_it_says_why_not():
    summed = {name for each in SUMS for relation in each.below for name in re.findall(r"staging\.stg_(\w+)", relation)}
    assert not summed & set(NOT_SUMMED)
    assert summed | set(NOT_SUMMED) == set(TABLES)
    assert {each.mart for each in SUMS} <= MART_MODELS


@pytest.mark.parametrize("table", TABLES)
def test_what_is_watched_is_in_the_document(table):
    feed, section = TABLES[table]
    known = {column_name(each) for each in (*section.known, *section.required)}
    for name in watched(feed, section).sums:
        first = name if not feed.is_json else name.partition(".")[0]
        if known and (section.known or not feed.is_json):
            assert column_name(first) in known, f"{table} knows no {name}"


@pytest.mark.parametrize("table", TABLES)
def test_every_raw_table_has_its_staging_model(table):
    assert staging_model(*TABLES[table]) in STAGING_MODELS


def test_a_feed_that_is_new_is_missed_by_name():
    feed = Feed(name="amazon_sp.new", title="New", shape="windowed", scope="store", write_disposition="replace")
    with pytest.raises(KeyError, match="amazon_sp__new"):
        watched(feed, Section())
