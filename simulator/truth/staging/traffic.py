"""What the staging models of sales and traffic must hold: as their marts, which show the same rows and columns."""

from __future__ import annotations

from simulator.truth.columns import TRAFFIC_DAILY, TRAFFIC_STORE_DAILY
from simulator.truth.staging.kind import StagingTruth
from simulator.truth.traffic import traffic_daily, traffic_store_daily

STAGING: dict[str, StagingTruth] = {
    "stg_amazon_sp__sales_and_traffic__by_asin": StagingTruth(
        TRAFFIC_DAILY, ("store_id", "date", "child_asin", "sku"), traffic_daily
    ),
    "stg_amazon_sp__sales_and_traffic__by_date": StagingTruth(
        TRAFFIC_STORE_DAILY, ("store_id", "date"), traffic_store_daily
    ),
}
