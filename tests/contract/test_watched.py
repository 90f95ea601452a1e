"""What verification compares: tables of the catalogue only, by sums or with a reason.

That no feed is forgotten is asked by test_adding_a_report.py.
"""

from __future__ import annotations

import re

import pytest

from pipelines.feeds import FEEDS, Feed, Section
from pipelines.transformation.news import MODELS
from pipelines.verify.marts import NOT_SUMMED, SUMS
from pipelines.verify.watched import WATCHED, watched

TABLES = {feed.table(section): (feed, section) for feed in FEEDS.values() for section in feed.sections}


MART_MODELS = {path.stem for path in (MODELS / "marts").rglob("*.sql")}


def test_what_is_chosen_by_hand_is_of_a_raw_table_and_has_sums_or_a_reason():
    assert set(WATCHED) <= set(TABLES)
    for table, each in WATCHED.items():
        assert bool(each.sums) != bool(each.why_none), f"{table} has neither sums nor a reason, or both"


def test_units_and_money_are_summed_as_staging_casts_them():
    removals = watched(*TABLES["amazon_sp__removal_orders"]).sums
    assert removals["requested-quantity"] == "requested_quantity"
    assert removals["removal-fee"] == "removal_fee_amount"
    assert "order-id" not in removals


def test_a_staging_model_is_summed_up_by_a_mart_or_none():
    summed = {name for each in SUMS for relation in each.below for name in re.findall(r"staging\.stg_(\w+)", relation)}
    assert not summed & set(NOT_SUMMED)
    assert summed | set(NOT_SUMMED) <= set(TABLES)
    assert {each.mart for each in SUMS} <= MART_MODELS


def test_a_feed_that_is_new_is_missed_by_name():
    feed = Feed(name="amazon_sp.new", title="New", shape="windowed", scope="store", write_disposition="replace")
    with pytest.raises(KeyError, match="amazon_sp__new"):
        watched(feed, Section())
