"""Apify crawls of competitors: data only. Which actor runs is configuration (settings), so that another can be used."""

from __future__ import annotations

from datetime import timedelta

from pipelines.feeds.feed import Feed, Section

FEEDS: tuple[Feed, ...] = (
    Feed(
        name="apify.products",
        title="Product pages, own and competitors'",
        shape="crawl",
        scope="marketplace",
        semantics="snapshot",
        report_type="junglee/amazon-crawler",
        sections=(Section(path="item"),),
        history=timedelta(0),
        min_interval=timedelta(hours=12),
        format="json",
    ),
)
