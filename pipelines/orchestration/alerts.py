"""The asset of alerts, below the marts, and what sends them when they are due. What an alert is, is in insights/alerts.

The asset looks for alerts and sends what is due. What becomes due later (quiet hours end, the hour of the digest comes,
a channel that was down has been left alone for long enough) is found by a level-triggered sensor.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import dagster as dg
from pydantic import Field

from pipelines.errors import ConfigError
from pipelines.orchestration.resources import Platform
from pipelines.orchestration.runs import ACTIVE

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

    from pipelines.insights.alerts.evaluate import Outcome

ALERTS = dg.AssetKey(["insights", "alerts"])
JOB, SEND_JOB = "look_for_alerts", "send_alerts"


class AlertConfig(dg.Config):
    """Which stores are looked at; empty: all."""

    stores: list[str] = Field(default=[], description="store ids; empty: all")


def build_alerts(upstream: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """The asset `insights/alerts`, below the marts."""

    @dg.asset(
        key=ALERTS,
        deps=list(upstream),
        group_name="insights",
        kinds={"postgres"},
        description=(
            "What must be heard of, by the rules of alerts.yaml: insights.alerts, a row for each incident however "
            "often it is seen. It resolves by itself"
        ),
        check_specs=[
            dg.AssetCheckSpec(name="looked", asset=ALERTS, description="Every kind of alert could be looked for"),
            dg.AssetCheckSpec(name="sent", asset=ALERTS, description="Whoever wants to hear of alerts has"),
        ],
    )
    def alerts(config: AlertConfig, platform: dg.ResourceParam[Platform]) -> Iterator[object]:
        from pipelines.insights.alerts.evaluate import evaluate

        outcomes: list[Outcome] = []
        mistake = ""
        try:
            outcomes = evaluate(platform.settings, platform.warehouse, platform.catalog, stores=config.stores or None)
        except ConfigError as error:  # told by the checks; briefs, which are below, are written all the same
            mistake = str(error)
        yield dg.MaterializeResult(
            asset_key=ALERTS,
            metadata={
                "begun": sum(each.begun for each in outcomes),
                "over": sum(each.over for each in outcomes),
                "by_kind": dg.MetadataValue.md(_by_kind(outcomes)),
            },
        )
        problems = dict.fromkeys(f"{each.store_id} {each.kind}: {each.problem}" for each in outcomes if each.problem)
        yield dg.AssetCheckResult(
            asset_key=ALERTS,
            check_name="looked",
            passed=not problems and not mistake,
            severity=dg.AssetCheckSeverity.ERROR if mistake else dg.AssetCheckSeverity.WARN,
            description=mistake or "; ".join(problems) or "every kind was looked for in every store",
        )
        told, wrong = ("", [mistake]) if mistake else _send(platform)
        yield dg.AssetCheckResult(
            asset_key=ALERTS,
            check_name="sent",
            passed=not wrong,
            severity=dg.AssetCheckSeverity.WARN,
            description="; ".join(wrong) or told,
        )

    return alerts


@dg.op(name="send", description="Sends the messages of alerts that are due, each once")
def send_op(context: dg.OpExecutionContext, platform: dg.ResourceParam[Platform]) -> None:
    """What could not be sent is told in the log, and fails no run: it is tried again."""
    told, wrong = _send(platform)
    context.log.info(told)
    for each in wrong:
        context.log.warning(each)


@dg.job(name=SEND_JOB)
def send_alerts() -> None:
    """Send what is due."""
    send_op()


@dg.sensor(
    name="alerts_due", job=send_alerts, minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING
)
def alerts_due(
    context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]
) -> dg.RunRequest | dg.SkipReason:
    """Asks for one run when a message is due."""
    from pipelines.insights.alerts.outbox import is_anything_due

    if context.instance.get_runs_count(dg.RunsFilter(job_name=SEND_JOB, statuses=ACTIVE)):
        return dg.SkipReason("messages are being sent")
    if not is_anything_due(platform.settings, platform.warehouse, platform.catalog):
        return dg.SkipReason("no message is due")
    return dg.RunRequest()


def _send(platform: Platform) -> tuple[str, list[str]]:
    """Send what is due: what was sent, and a sentence for each thing that went wrong."""
    from pipelines.insights.alerts.outbox import send_due, unsent

    sent, wrong = send_due(platform.settings, platform.warehouse, platform.catalog, patient=True)
    arrived = sum(each.outcome == "sent" for each in sent)
    return f"{arrived} messages sent", [*unsent(sent), *wrong]


def alerts_job() -> "UnresolvedAssetJobDefinition":
    """Looks for alerts in the marts as they are."""
    return dg.define_asset_job(JOB, selection=dg.AssetSelection.assets(ALERTS))


def alerts_schedule(job: "UnresolvedAssetJobDefinition") -> dg.ScheduleDefinition:
    """Hourly: builds look for alerts too, but nothing is built where nothing lands, of which one must hear as well."""
    return dg.ScheduleDefinition(
        name="alerts_hourly",
        job=job,
        cron_schedule="50 * * * *",
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )


def _by_kind(outcomes: Sequence["Outcome"]) -> str:
    lines = [
        f"- {each.store_id} {each.kind}: {each.begun} begun, {each.over} over"
        for each in outcomes
        if each.begun or each.over
    ]
    return "\n".join(lines) or "nothing has begun or ended"
