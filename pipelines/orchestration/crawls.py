"""Crawls that do not wait for the night: the job with a launchpad, and the sensor for what was added.

Which of them are due, and in which order they have their turns, is decided in pipelines/landing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import dagster as dg

from pipelines.feeds import FEEDS
from pipelines.feeds.apify import SUBJECTS
from pipelines.landing.planning import asked_crawls
from pipelines.landing.planning.crawls import ADDED
from pipelines.landing.planning.selection import Selection
from pipelines.orchestration.raw import asset_keys, op_name
from pipelines.orchestration.resources import Platform

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

JOB = "crawl"
# Before builds and the night's runs: it is short, and somebody waits for it.
_PRIORITY_TAG, _BY_HAND, _ADDED = "dagster/priority", "30", "15"


def crawl_job() -> UnresolvedAssetJobDefinition:
    """Crawls the ASINs and keywords that the launchpad's config names, at once. Without any, what is due."""
    empty: dict[str, list[str]] = {"asins": [], "keywords": [], "stores": []}
    return dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.assets(*(key for name in SUBJECTS for key in asset_keys(FEEDS[name]))),
        config={"ops": {op_name("apify", "crawl"): {"config": empty}}},
        tags={_PRIORITY_TAG: _BY_HAND},
        description="Crawls the ASINs and keywords of the config now; without any, what is due today",
    )


def added_sensor(job: UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    """Asks for a crawl of what was added to a store's products or keywords and has not been crawled since."""

    @dg.sensor(
        name="added_to_track", job=job, minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING
    )
    def added_to_track(
        context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]
    ) -> list[dg.RunRequest] | dg.SkipReason:
        del context
        if not platform.catalog.can_crawl:
            return dg.SkipReason("TRADEWIND_APIFY_TOKEN is not set: nothing is crawled")
        now = platform.settings.now()
        with platform.warehouse.connect() as conn:
            found = asked_crawls.added(conn, platform.settings, platform.catalog, now)
        if not found:
            return dg.SkipReason("everything that was added has been crawled, or is being crawled")
        # One run of the same in an hour: a run that is queued is not asked for again, one that died is.
        return [run_of(each, f"{now:%Y-%m-%dT%H}") for each in found]

    return added_to_track


def run_of(selection: Selection, hour: str) -> dg.RunRequest:
    """The run of the job that crawls a selection. hour: part of the run's key."""
    (feed,) = selection.feeds or ("",)
    subjects, stores = list(selection.subjects or ()), list(selection.stores or ())
    digest = hashlib.sha256("\n".join((feed, *stores, *subjects)).encode()).hexdigest()[:16]
    return dg.RunRequest(
        run_key=f"added:{digest}:{hour}",
        asset_selection=asset_keys(FEEDS[feed]),
        run_config={"ops": {op_name("apify", "crawl"): {"config": _config(feed, subjects, stores)}}},
        tags={_PRIORITY_TAG: _ADDED},
    )


def _config(feed: str, subjects: Sequence[str], stores: Sequence[str]) -> dict[str, object]:
    named = {"asins": [], "keywords": [], f"{SUBJECTS[feed]}s": list(subjects)}
    return {**named, "stores": list(stores), "urgency": ADDED}
