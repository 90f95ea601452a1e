"""Crawls that do not wait for the night: the job with a launchpad, and the sensor for what was added.

Which of them are due, and in which order they have their turns, is decided in pipelines/landing.
"""

from __future__ import annotations

import hashlib
import itertools
import json
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
BY_HAND_TAGS = {_PRIORITY_TAG: _BY_HAND}


def crawl_job() -> UnresolvedAssetJobDefinition:
    """Crawls the ASINs and keywords that the launchpad's config names, at once. Without any, what is due."""
    empty: dict[str, list[str]] = {"asins": [], "keywords": [], "stores": []}
    return dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.assets(*(key for name in SUBJECTS for key in asset_keys(FEEDS[name]))),
        config={"ops": {op_name("apify", "crawl"): {"config": empty}}},
        tags=BY_HAND_TAGS,
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
        together = itertools.groupby(found, lambda each: platform.catalog.stores[(each.stores or ("",))[0]].marketplace)
        return [run_of(list(each), f"{now:%Y-%m-%dT%H}") for _, each in together]

    return added_to_track


def run_of(found: Sequence[Selection], hour: str) -> dg.RunRequest:
    """The one run of the job that crawls these selections of one marketplace: a run costs a process.

    hour: part of the run's key.
    """
    feeds = [feed for each in found for feed in each.feeds or ()]
    named: dict[str, list[str]] = {f"{kind}s": [] for kind in SUBJECTS.values()}
    for each in found:
        for feed in each.feeds or ():
            named[f"{SUBJECTS[feed]}s"] += each.subjects or ()
    config = {**named, "stores": sorted({store for each in found for store in each.stores or ()}), "urgency": ADDED}
    return dg.RunRequest(
        run_key=f"added:{hashlib.sha256(json.dumps(config).encode()).hexdigest()[:16]}:{hour}",
        asset_selection=[key for feed in feeds for key in asset_keys(FEEDS[feed])],
        run_config={"ops": {op_name("apify", "crawl"): {"config": config}}},
        tags={_PRIORITY_TAG: _ADDED},
    )
