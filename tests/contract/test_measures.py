"""Every mart says how each of its numbers adds up (`config.meta.measures` of its yml), so that any of them can be asked
without code. What is missing is named."""

from __future__ import annotations

import re

import pytest

from pipelines.asking.contract import NUMBERS, Adds, Part, marts
from pipelines.asking.marks import consumers, newest, wanted
from pipelines.feeds import FEEDS
from pipelines.transformation import dictionary, news

LISTS = ("sums", "stock", "state", "rows_only")
MODELS = {model["name"]: model for _, model in dictionary.models()}


def _measures(name):
    return MODELS[name].get("config", {}).get("meta", {}).get("measures")


@pytest.mark.parametrize("name", MODELS)
def test_each_number_of_a_mart_adds_up_in_one_way(name):
    told = _measures(name)
    assert told is not None, f"{name}: its yml has no config.meta.measures (CONTRIBUTING.md, A mart)"
    key = set(dictionary.key(MODELS[name]))
    numbers = [each["name"] for each in MODELS[name]["columns"] if each["data_type"] in NUMBERS]
    said = [column for each in LISTS for column in told.get(each, ())]
    said += [*told.get("sums_within", {}), *told.get("ratios", {})]
    assert sorted(said) == sorted(set(numbers) - key)
    assert set(told) <= {*LISTS, "sums_within", "ratios", "parts", "feeds", "date", "grain"}


@pytest.mark.parametrize("name", MODELS)
def test_what_measures_name_is_there(name):
    mart = marts()[name]
    added = {each.name for each in mart.columns.values() if each.adds is Adds.SUM}
    for column in mart.columns.values():
        assert set(column.within) <= set(mart.columns)
        for part in (column.ratio.above, column.ratio.below) if column.ratio else ():
            assert set(part.columns) <= added, f"{name}.{column.name}: a ratio is made of sums"
            assert isinstance(part, Part) and part.by in {None, *mart.columns}
        if column.adds in (Adds.STOCK, Adds.STATE):
            assert mart.day, f"{name}.{column.name}: what is the last of a period needs a day"
        if column.money:
            assert column.money in mart.columns
    assert mart.day is None or mart.columns[mart.day].type == "date"
    assert "tenant_id" in mart.columns
    for feed in mart.feeds:
        assert any(known.startswith(feed) for known in FEEDS), f"{name}: no feed is called {feed}"


def test_marts_of_days_say_of_which_feeds_their_days_are():
    """What rows of past days tell must say which days are missing; what is of now, or of no feed's days, has none."""
    without = {name for name, mart in marts().items() if mart.day and not mart.feeds}
    assert without == {"data_coverage", "settlements", "settlement_lines", "refunds_daily", "sales_reconciliation"}


def test_a_sum_that_its_meaning_forbids_is_not_allowed():
    for mart in marts().values():
        for column in mart.columns.values():
            if re.search(r"not to be summed", column.meaning, re.IGNORECASE):
                assert column.within or column.adds is not Adds.SUM, f"{mart.name}.{column.name}"


UNBUILT = {"stock_by_channel", "channel_sync_status"}


def test_marks_are_those_that_models_keep():
    known = set(news.consumers())
    for name in set(marts()) - UNBUILT:
        assert consumers(name) and set(consumers(name)) <= known, name


def test_what_changes_between_builds_has_no_mark_by_which_an_answer_could_be_kept():
    for name in UNBUILT:
        assert not consumers(name)
        assert newest([], wanted(marts()[name])) is None
