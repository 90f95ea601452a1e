"""The sensor for crawls that were asked for at the API: each becomes a run of the job `crawl`, before all others.

Whether it can be crawled is decided in pipelines/landing; who may ask, in pipelines/serving/api.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import dagster as dg

from pipelines.errors import ConfigError
from pipelines.feeds import FEEDS
from pipelines.landing.ledger import asked_crawls as asked_ledger
from pipelines.landing.ledger.asked_crawls import Asked
from pipelines.landing.planning import asked_crawls
from pipelines.orchestration.crawls import BY_HAND_TAGS
from pipelines.orchestration.raw import asset_keys, op_name
from pipelines.orchestration.resources import Platform

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

    from pipelines.stores import Catalog


def asked_sensor(job: UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    """Asks for a run for each crawl that waits in ops.asked_crawls; what cannot be crawled is told there."""

    @dg.sensor(
        name="asked_to_crawl", job=job, minimum_interval_seconds=30, default_status=dg.DefaultSensorStatus.RUNNING
    )
    def asked_to_crawl(
        context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]
    ) -> list[dg.RunRequest] | dg.SkipReason:
        del context
        runs = []
        with platform.warehouse.connect() as conn:
            for each in asked_ledger.waiting(conn):
                try:
                    runs.append(run_of(each, platform.catalog))
                except ConfigError as error:
                    asked_ledger.refused(conn, each.asked_id, str(error))
                else:
                    asked_ledger.started(conn, [each.asked_id])
        return runs or dg.SkipReason("nobody has asked for a crawl")

    return asked_to_crawl


def run_of(asked: Asked, catalog: Catalog) -> dg.RunRequest:
    """The run that crawls what was asked for. Raises ConfigError for what cannot be crawled."""
    if asked.store_id not in catalog.stores:
        raise ConfigError(f"There is no store {asked.store_id} in stores.yaml any more.")
    feeds = [
        feed
        for each in asked_crawls.by_hand(catalog, asked.asins, asked.keywords, [asked.store_id])
        for feed in each.feeds or ()
    ]
    config = {"asins": list(asked.asins), "keywords": list(asked.keywords), "stores": [asked.store_id]}
    return dg.RunRequest(
        run_key=f"asked:{asked.asked_id}",
        asset_selection=[key for feed in feeds for key in asset_keys(FEEDS[feed])],
        run_config={"ops": {op_name("apify", "crawl"): {"config": config}}},
        tags=dict(BY_HAND_TAGS),
    )
