"""Runs of Dagster: which are under way, as sensors ask before they ask for another one, and who has asked for one."""

import dagster as dg

ACTIVE = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]
# Dagster's tags of runs that it retries by itself, and of the runs of a backfill that somebody has executed again.
RETRY_NUMBER_TAG, PARENT_BACKFILL_TAG = "dagster/retry_number", "dagster/parent_backfill_id"


def executed_again(run: dg.DagsterRun) -> bool:
    """Whether somebody has executed a run or a backfill again: what failed is mended, and wanted now."""
    of_run = run.parent_run_id is not None and RETRY_NUMBER_TAG not in run.tags
    return of_run or PARENT_BACKFILL_TAG in run.tags
