"""Asks for the batches of a crawl: each has a lease, and waits for its turn among the crawls of all processes.

Which batches are due is decided in `planning/crawls.py`, who goes first in `ledger/crawl_turns.py`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipelines.landing.planning import crawls, slices
from pipelines.landing.run.endings import busy_elsewhere
from pipelines.landing.run.leased_request import LeasedRequest
from pipelines.landing.run.report_job import ReportJob

if TYPE_CHECKING:
    from pipelines.landing.planning.crawls import Batch
    from pipelines.landing.planning.planner import ScopePlan
    from pipelines.landing.run.context import RunContext
    from pipelines.landing.run.queues import Priority
    from pipelines.landing.run.state import FeedRun


def queue_batches(run: RunContext, feed_run: FeedRun, plan: ScopePlan) -> None:
    """Queue the batches that are due, the most urgent first."""
    feed_run.total += len(plan.batches)
    if plan.batches:
        run.report_progress(feed_run, "asking")
    for batch in plan.batches:
        order = (batch.urgency, -run.now.toordinal())
        run.queue("ask", feed_run, plan.scope, order, partial(_ask_batch, run, feed_run, plan, batch, order))


async def _ask_batch(run: RunContext, feed_run: FeedRun, plan: ScopePlan, batch: Batch, order: Priority) -> None:
    scope_id = plan.scope.scope_id
    instant = run.settings.now().replace(microsecond=0)
    day = slices.local_date(instant, plan.scope.time_zone)
    lease = await run.leases.take_crawl(
        plan.feed.name,
        scope_id,
        instant,
        day,
        crawls.as_option(batch.subjects),
        repeats=batch.repeats,
        anyway=batch.urgency == crawls.BY_HAND,
        force=run.selection.force,
        intent_at=run.settings.now(),
        details={"why": batch.why, "urgency": batch.urgency, "tenants": list(batch.tenants)},
    )
    if lease is None:
        busy_elsewhere(run, feed_run, scope_id, [(slices.slice_key_of(instant), day)])
        return
    await ReportJob(LeasedRequest(run, feed_run, plan.scope, lease, order, plan.credential)).ask()
