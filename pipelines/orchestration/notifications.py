"""The sensor of Amazon's notifications: when messages wait in the queue, one run takes them and looks for alerts.

It is level-triggered: it asks the queue how many messages wait, and takes none. Messages of others, which stay there,
are not waited for again and again: after a run that took nothing it asks less often.
"""

import time
from typing import TYPE_CHECKING

import dagster as dg

from pipelines.orchestration.resources import Platform
from pipelines.orchestration.runs import ACTIVE

if TYPE_CHECKING:
    from pipelines.landing.run.notices import Taken

JOB = "take_notifications"
TOOK_NOTHING = "tradewind/took_nothing"
PAUSE_SECONDS = 600
"""After a run that found nothing of ours, though messages wait: they are those of others."""


@dg.op(name="take", description="Takes Amazon's notifications from the queue and looks for alerts of what came")
def take_op(context: dg.OpExecutionContext, platform: dg.ResourceParam[Platform]) -> None:
    """What could not be sent is told in the log; it is tried again by the sensor `alerts_due`."""
    from pipelines.insights.alerts import reaction
    from pipelines.landing.run.notices import drain
    from pipelines.sources.transport.sqs import Queue

    queue = Queue.of(platform.settings)
    if queue is None:
        return
    seen = 0

    def react(taken: "Taken") -> None:
        nonlocal seen
        seen += taken.messages
        context.log.info(f"{taken.messages} messages, of {', '.join(sorted(taken.stores)) or 'no store'}")
        if not taken.stores:
            return
        found = reaction.react(platform.settings, platform.warehouse, platform.catalog, taken.stores)
        for problem in found.problems:
            context.log.warning(problem)

    drain(platform.settings, platform.warehouse, platform.catalog, queue, on_taken=react)
    if not seen:
        context.instance.add_run_tags(context.run_id, {TOOK_NOTHING: "true"})


@dg.job(name=JOB)
def take_notifications() -> None:
    """Take what Amazon has told the queue."""
    take_op()


@dg.sensor(
    name="notifications",
    job=take_notifications,
    # an alert is there within a minute of its message, of which the start of a run takes its part
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def notifications(
    context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]
) -> dg.RunRequest | dg.SkipReason:
    """Asks for one run when messages wait in the queue."""
    from pipelines.sources.transport.sqs import Queue, QueueFailure

    queue = Queue.of(platform.settings)
    if queue is None:
        return dg.SkipReason("no queue is set up (TRADEWIND_SQS_QUEUE_URL)")
    if context.instance.get_runs_count(dg.RunsFilter(job_name=JOB, statuses=ACTIVE)):
        return dg.SkipReason("messages are being taken")
    records = context.instance.get_run_records(dg.RunsFilter(job_name=JOB), limit=1)
    nothing = bool(records) and TOOK_NOTHING in records[0].dagster_run.tags
    if nothing and time.time() - (records[0].end_time or 0) < PAUSE_SECONDS:
        return dg.SkipReason("what waited a while ago was of others")
    try:
        waiting = queue.waiting()
    except QueueFailure as failure:
        return dg.SkipReason(f"the queue cannot be asked: {failure}")
    return dg.RunRequest() if waiting else dg.SkipReason("no message waits")
