"""`tradewind verify` once a week, as a check of one asset that stands for everything that was loaded. No logic here."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import dagster as dg

from pipelines.orchestration.resources import Platform
from pipelines.verify.audit import audit

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

LOADS = dg.AssetSpec(
    dg.AssetKey(["ops", "loads"]),
    group_name="ops",
    kinds={"postgres"},
    description="Everything that was ever loaded. What becomes of it is verified weekly; nothing makes this asset.",
)
# Documents of older loads were read again in the weeks before.
_READ_AGAIN = timedelta(days=8)
_LINES_SHOWN = 50


@dg.asset_check(
    asset=LOADS.key,
    name="adds_up",
    description="Documents against raw rows, staging and marts; names what does not add up (`tradewind verify`)",
)
def adds_up(context: dg.AssetCheckExecutionContext, platform: dg.ResourceParam[Platform]) -> dg.AssetCheckResult:
    """Everything in the warehouse; documents of the last days."""
    report = audit(platform.settings, platform.warehouse, platform.catalog, since=datetime.now(UTC) - _READ_AGAIN)
    lines = [finding.text for finding in report.findings]
    for line in lines:
        context.log.warning(line)
    return dg.AssetCheckResult(
        passed=report.ok,
        severity=dg.AssetCheckSeverity.WARN,
        description="\n".join([*lines[:_LINES_SHOWN], report.summary]),
        metadata={"loads": report.loads, "rows": report.rows, "findings": len(lines)},
    )


def verify_job() -> "UnresolvedAssetJobDefinition":
    """The check and nothing else."""
    return dg.define_asset_job("verify", selection=dg.AssetSelection.checks(adds_up))


def verify_schedule(job: "UnresolvedAssetJobDefinition") -> dg.ScheduleDefinition:
    """Sundays at 06:00 UTC, after the pruning."""
    return dg.ScheduleDefinition(
        name="verify_weekly",
        job=job,
        cron_schedule="0 6 * * 0",
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
