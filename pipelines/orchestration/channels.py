"""The assets `channels/*`: what each shop, and each store at Amazon that channels.yaml names, is told of the stock.

A build of the marts tells them what it has changed. What webhooks tell, what is to be tried again and what other rounds
have left is found by a level-triggered sensor, and everything is compared once a day. What is sent is decided in
`pipelines/channels`; only channels that are `write: on` are told anything by these runs.
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import dagster as dg
from pydantic import Field

from pipelines.orchestration.resources import Platform
from pipelines.orchestration.runs import ACTIVE

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

    from pipelines.channels.sync import Outcome
    from pipelines.stores import Catalog

JOB, SENSOR = "tell_channels", "channels_due"
EVERY_SECONDS = 300
"""How long at most a change of the stock that the marts know waits to be told."""
WHOLE_AGAIN_SECONDS = 3600
"""How long at least a round that was to read everything, and did not get through, is not asked for again."""
_UPSTREAM = [dg.AssetKey(["marts", name]) for name in ("channel_listings", "stock_central", "shop_order_lines")]
PRIORITY = "40"


class ChannelConfig(dg.Config):
    """full: every listing is read, not only what seems to differ."""

    full: bool = Field(default=True, description="read every listing, not only what seems to differ")


@dataclass(frozen=True)
class Parts:
    """What the code location has for channels: nothing where there are none."""

    assets: tuple[dg.AssetsDefinition, ...] = ()
    jobs: "tuple[UnresolvedAssetJobDefinition, ...]" = ()
    schedules: tuple[dg.ScheduleDefinition, ...] = ()
    sensors: tuple[dg.SensorDefinition, ...] = ()


def of(catalog: "Catalog") -> Parts:
    """The assets of each shop and each store at Amazon with access, and what asks for them."""
    stores = (each.store_id for each in catalog.stores.values() if each.has_api)
    keys = [dg.AssetKey(["channels", each]) for each in sorted([*catalog.shops, *stores])]
    if not keys:
        return Parts()
    job = channels_job(keys)
    return Parts((build_channels(keys),), (job,), (channels_schedule(job),), (channels_sensor(job),))


def build_channels(keys: Iterable[dg.AssetKey]) -> dg.AssetsDefinition:
    """The assets of the channels, below the marts that their figures are read from."""
    specs = [
        dg.AssetSpec(
            key,
            deps=_UPSTREAM,
            group_name="channels",
            kinds={"postgres"},
            skippable=True,
            description="The figures of the stock that this channel shows, compared with what it should show; each one "
            "that was sent is in ops.channel_updates",
        )
        for key in keys
    ]
    checks = [
        dg.AssetCheckSpec("told", asset=spec.key, description="The channel was asked, and took what it was told")
        for spec in specs
    ]

    @dg.multi_asset(name="channels", specs=specs, check_specs=checks, can_subset=True)
    def channels(
        context: dg.AssetExecutionContext, config: ChannelConfig, platform: dg.ResourceParam[Platform]
    ) -> Iterator[object]:
        from pipelines.channels import rounds
        from pipelines.channels.policies_file import load_policies

        policies = load_policies(platform.settings, platform.catalog)
        there = rounds.channels(platform.catalog, policies)
        wanted = [there[key.path[1]] for key in context.selected_asset_keys if key.path[1] in there]
        send = rounds.told_by_itself(wanted, policies)
        outcomes, problems = asyncio.run(
            rounds.look(platform.settings, platform.warehouse, wanted, policies, full=config.full, send=send)
        )
        for each in outcomes:
            yield from _told(each)
        for problem in problems:
            context.log.warning(str(problem))
        if problems and not outcomes:
            raise problems[0]

    return channels


def _told(outcome: "Outcome") -> Iterator[object]:
    key, decision = dg.AssetKey(["channels", outcome.channel.channel_id]), outcome.decision
    if outcome.busy:  # the other process does it
        return
    counts = {action: sum(each.action == action for each in decision.verdicts) for action in ("send", "wait", "keep")}
    yield dg.MaterializeResult(
        asset_key=key,
        metadata={
            "told": outcome.sent,
            "failed": outcome.failed,
            "right": counts["keep"],
            "waiting": counts["wait"],
            "to_tell": counts["send"],
            "stopped": decision.stopped or "no",
        },
    )
    yield dg.AssetCheckResult(
        asset_key=key,
        check_name="told",
        passed=not outcome.failed and decision.stopped is None,
        severity=dg.AssetCheckSeverity.WARN,
        description=decision.stopped or f"{outcome.failed} figures were not taken, and are tried again",
    )


def channels_job(keys: Iterable[dg.AssetKey]) -> "UnresolvedAssetJobDefinition":
    """Compares what channels show with the stock."""
    return dg.define_asset_job(JOB, selection=dg.AssetSelection.assets(*keys))


def channels_schedule(job: "UnresolvedAssetJobDefinition") -> dg.ScheduleDefinition:
    """Everything once a day: what somebody has changed at a channel, and no webhook has told of, is found."""
    return dg.ScheduleDefinition(
        name="channels_daily",
        job=job,
        cron_schedule="40 4 * * *",
        execution_timezone="UTC",
        run_config={"ops": {"channels": {"config": {"full": True}}}},
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the sensor remembers. news: the text at the last round that it asked for. at, whole_at: when that was, and
    when it last asked for one that reads everything; UTC."""

    news: str = ""
    at: datetime | None = None
    whole_at: datetime | None = None

    @classmethod
    def of(cls, cursor: str | None) -> "Asked":
        """What a cursor holds; one of another version holds nothing."""
        news, *moments = (cursor or "").split("@")
        try:
            at, whole_at = (datetime.fromisoformat(each) if each else None for each in moments)
        except ValueError:
            return cls()
        return cls(news, at, whole_at)

    def cursor(self) -> str:
        """As the sensor's cursor."""
        return "@".join((self.news, *(each.isoformat() if each else "" for each in (self.at, self.whole_at))))

    @staticmethod
    def long_ago(moment: datetime | None, now: datetime, seconds: float) -> bool:
        """Whether so many seconds have passed since, or it never was."""
        return moment is None or (now - moment).total_seconds() >= seconds


def channels_sensor(job: "UnresolvedAssetJobDefinition") -> dg.SensorDefinition:
    """Asks for a round when the marts or a webhook know something that no round has seen, and every five minutes."""

    @dg.sensor(
        name=SENSOR,
        job=job,
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells channels of the stock: at once when a webhook or a build has news, else every five minutes; "
        "reads everything where nothing did so for a day",
    )
    def channels_due(
        context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]
    ) -> dg.RunRequest | dg.SkipReason:
        from pipelines.channels import due, rounds
        from pipelines.channels.policies_file import load_policies

        if context.instance.get_runs_count(dg.RunsFilter(job_name=JOB, statuses=ACTIVE)):
            return dg.SkipReason("channels are being told")
        policies = load_policies(platform.settings, platform.catalog)
        wanted = list(rounds.channels(platform.catalog, policies))
        if not wanted:
            return dg.SkipReason("there is no channel to tell")
        with platform.warehouse.connect() as conn:
            news, whole = due.news(conn), due.whole(conn, wanted, platform.settings.now())
        if news is None:
            return dg.SkipReason("there are no listings yet")
        asked = Asked.of(context.cursor)
        now = datetime.now(UTC)
        # a shop that cannot be read is not read as a whole every five minutes
        whole = whole and asked.long_ago(asked.whole_at, now, WHOLE_AGAIN_SECONDS)
        if asked.news == news and not whole and not asked.long_ago(asked.at, now, EVERY_SECONDS):
            return dg.SkipReason("the channels have been told what is known")
        context.update_cursor(Asked(news, now, now if whole else asked.whole_at).cursor())
        return dg.RunRequest(
            run_config={"ops": {"channels": {"config": {"full": whole}}}}, tags={"dagster/priority": PRIORITY}
        )

    return channels_due
