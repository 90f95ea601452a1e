"""What a report needs: one test that says by name what is missing, where it is written, and how.

CONTRIBUTING.md sends here whoever adds one.
"""

from __future__ import annotations

import re

import pytest

from pipelines.feeds import FEEDS, Feed, Section
from tests.support.pieces import CHECKS, ROOT, left_out, missing


@pytest.mark.parametrize("feed", FEEDS.values(), ids=lambda feed: feed.name)
def test_a_report_has_all_that_it_needs(feed):
    lacks = missing(feed)
    assert not lacks, "\n".join([f"{feed.name} lacks {len(lacks)}:", *(f"- {sentence}" for sentence in lacks)])


@pytest.mark.parametrize(
    ("package", "table"),
    [
        ("pipelines.feeds", "FEEDS"),
        ("pipelines.feeds.amazon_sp", "FEEDS"),
        ("pipelines.feeds.amazon_ads", "FEEDS"),
        ("simulator.truth.staging", "STAGING"),
    ],
)
def test_no_module_is_left_out_of_its_table(package, table):
    lost = left_out(package, table)
    assert not lost, f"import them in {package.replace('.', '/')}/__init__.py, and add them to {table} there: {lost}"


def test_a_report_of_which_nothing_is_there_is_told_everything():
    # the headers are those of a settlement that is said to be no feed
    section = Section(known=("settlement-id", "price-type", "price-amount", "item-related-fee-type"))
    feed = Feed(name="amazon_sp.new", title="New", shape="windowed", scope="store", write_disposition="replace",
                report_type="GET_NEW_DATA", sections=(section,))  # fmt: skip
    lacks = missing(feed)
    assert all(any(sentence in lacks for sentence in check(feed)) for check in CHECKS), "each check has its say"
    for place in re.findall(r"\b(?:pipelines|simulator|tests|dbt_project)/[\w/.]+\w", "\n".join(lacks)):
        path = ROOT / place
        assert path.exists() or ("new" in path.name and path.parent.is_dir()), f"{place} is told, and is not there"
