"""The check `coverage` of a raw asset, as Dagster shows it. What it says is decided in `verdicts.py`."""

import dagster as dg

from pipelines.orchestration import verdicts
from pipelines.orchestration.verdicts import Verdict


def coverage_check(key: dg.AssetKey, verdict: Verdict) -> dg.AssetCheckResult:
    """The check `coverage`; what is not here stands in a table, too."""
    rows = [
        dg.TableRecord(
            {
                "store": each.scope_id,
                "days": verdicts.spans(each.days),
                "number": len(each.days),
                "state": each.state,
                "reason": each.reason,
            }
        )
        for each in verdict.problems
    ]
    return dg.AssetCheckResult(
        asset_key=key,
        check_name="coverage",
        passed=verdict.passed,
        severity=dg.AssetCheckSeverity.WARN if verdict.warning else dg.AssetCheckSeverity.ERROR,
        description=verdict.description,
        metadata={
            "days_missing": sum(len(each.days) for each in verdict.problems),
            **({"missing": dg.MetadataValue.table(rows)} if rows else {}),
        },
    )
