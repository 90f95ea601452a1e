"""Checks that SQL models cannot see: what the documents brought that the catalogue does not know."""

from collections.abc import Iterator

import dagster as dg

from pipelines.feeds import FEEDS
from pipelines.landing.views.coverage import drifted_columns
from pipelines.orchestration.raw import asset_keys
from pipelines.orchestration.resources import Platform


def build_drift_checks() -> dg.AssetChecksDefinition:
    """One `known_columns` check per raw asset: a warning names each column that Amazon added, loaded or left out."""
    feed_of = {key: feed for feed in FEEDS.values() if feed.is_asked_for for key in asset_keys(feed)}
    specs = [dg.AssetCheckSpec(name="known_columns", asset=key) for key in feed_of]

    @dg.multi_asset_check(name="schema_drift", specs=specs, can_subset=True)
    def drift(
        context: dg.AssetCheckExecutionContext, platform: dg.ResourceParam[Platform]
    ) -> Iterator[dg.AssetCheckResult]:
        with platform.warehouse.connect() as conn:
            for check in context.selected_asset_check_keys:
                feed = feed_of[check.asset_key]
                new = drifted_columns(conn, feed.name)
                yield dg.AssetCheckResult(
                    asset_key=check.asset_key,
                    check_name="known_columns",
                    passed=not new,
                    severity=dg.AssetCheckSeverity.WARN,
                    description="\n".join(map(str, new)) or "no unknown column came",
                )

    return drift
