"""Sales and traffic reports of SP-API: data only."""

from __future__ import annotations

from datetime import timedelta

from pipelines.feeds.feed import Feed, Section

FEEDS: tuple[Feed, ...] = (
    Feed(
        name="amazon_sp.sales_and_traffic",
        title="Sales and traffic",
        shape="windowed",
        scope="store",
        write_disposition="replace",
        report_type="GET_SALES_AND_TRAFFIC_REPORT",
        options={"dateGranularity": "DAY", "asinGranularity": "CHILD"},
        sections=(
            Section(
                name="by_date",
                path="salesAndTrafficByDate.item",
                required=("date", "salesByDate", "trafficByDate"),
                day="date",
            ),
            # one row per ASIN for the whole range: the day is the slice's, so a document of several days cannot fill it
            Section(
                name="by_asin",
                path="salesAndTrafficByAsin.item",
                required=("parentAsin", "salesByAsin", "trafficByAsin"),
            ),
        ),
        days_per_request=1,
        whole_dates=True,
        latency=timedelta(hours=1),
        history=timedelta(days=729),
        restate_after=(1, 2, 3, 7, 14),
        min_interval=timedelta(hours=1),
        format="json",
    ),
)
