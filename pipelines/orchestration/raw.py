"""The raw assets: one multi-asset per source and kind, all made from the catalogue of feeds.

A run asks the engine to land its selection and reports what the ledger then knows. Nothing here fetches or loads, and
which days are painted is decided in `verdicts.py`.
"""

import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import dagster as dg
from pydantic import Field

from pipelines.feeds import FEEDS, Feed
from pipelines.feeds.feed import Period
from pipelines.landing.planning import asked_crawls, slices
from pipelines.landing.planning.crawls import BY_HAND
from pipelines.landing.planning.planner import history_from
from pipelines.landing.planning.selection import Selection
from pipelines.landing.planning.slices import periods_per_request
from pipelines.landing.run.engine import land
from pipelines.landing.run.results import FeedResult, ProgressEvent, SliceOutcome
from pipelines.landing.views.coverage import all_day_states, day_states
from pipelines.landing.views.landed import Table, sizes
from pipelines.orchestration import describing, verdicts
from pipelines.orchestration.coverage_check import coverage_check
from pipelines.orchestration.resources import Platform
from pipelines.orchestration.runs import executed_again
from pipelines.orchestration.verdicts import Verdict
from pipelines.stores import Catalog, Scope

# Windowed feeds can be backfilled by their periods: assets of different partitions cannot share an op.
KIND_OF_PERIOD: dict[Period, str] = {"day": "windowed", "week": "weekly", "month": "monthly", "quarter": "quarterly"}
PERIOD_OF_KIND = {kind: period for period, kind in KIND_OF_PERIOD.items()}
DAYS_PER_RUN = 30
SECONDS_BETWEEN_NOTES = 15.0
SENSOR_NAME_TAG = "dagster/sensor_name"  # Dagster's tag of runs that a sensor has asked for


class LandConfig(dg.Config):
    """What a run may touch besides its partitions."""

    stores: list[str] = Field(default=[], description="Store ids of stores.yaml; empty: all.")
    force: bool = Field(default=False, description="Ask again also for what is here already.")
    everything_due: bool = Field(
        default=False,
        description="Land everything that is due, restated days of other partitions included: what schedules do.",
    )
    again: bool = Field(
        default=False,
        description="Land only what an earlier run has failed at or left: what the sensor `overdue` does.",
    )
    today: bool = Field(
        default=False,
        description="Land only what the running day has new: what the hourly schedules do.",
    )

    @property
    def is_anchored(self) -> bool:
        """Whether the run's partition is an anchor only: it lands what is due, of whatever day."""
        return self.everything_due or self.again or self.today


class CrawlConfig(LandConfig):
    """What a run of crawls may touch: everything that is due, or what is named here, whatever is here already."""

    asins: list[str] = Field(default=[], description="Crawl these products now, due or not.")
    keywords: list[str] = Field(default=[], description="Crawl the search results of these keywords now, due or not.")
    urgency: int = Field(default=BY_HAND, description="Of what is named: 0 by hand, 10 added. The smallest goes first.")


def selections(
    config: LandConfig,
    feeds: Sequence[Feed],
    days: Sequence[date] | None,
    catalog: Catalog,
    *,
    impatient: bool = False,
) -> list[Selection]:
    """What a run lands, one after the other. impatient: as in `Selection`.

    Raises ConfigError if what the config names cannot be crawled.
    """
    names = tuple(feed.name for feed in feeds)
    if isinstance(config, CrawlConfig) and (config.asins or config.keywords):
        named = asked_crawls.by_hand(catalog, config.asins, config.keywords, config.stores)
        return [replace(each, urgency=config.urgency) for each in named if each.feeds and each.feeds[0] in names]
    return [
        Selection(
            feeds=names,
            stores=tuple(config.stores) or None,
            days=None if config.is_anchored or days is None else tuple(days),
            force=config.force,
            again=config.again,
            today=config.today,
            impatient=impatient,
        )
    ]


def asset_keys(feed: Feed) -> list[dg.AssetKey]:
    """One asset per raw table, keyed as dbt keys its source: [source, feed] or [source, feed__section]."""
    return [dg.AssetKey([feed.source, table.removeprefix(f"{feed.source}__")]) for table in feed.tables]


def kind_of(feed: Feed) -> str:
    """Which feeds of a source share an op: those of one shape and, if they are windowed, of one length of periods."""
    return KIND_OF_PERIOD[feed.period] if feed.shape == "windowed" else feed.shape


def partitions_of(kind: str, first_day: date) -> dg.TimeWindowPartitionsDefinition | None:
    """The periods from `first_day` to the running one, keyed by their first days; None for kinds without.

    The running one is in because Tokyo's day ends before UTC's. Weeks begin on Sunday.
    """
    start = first_day.isoformat()
    if kind == "windowed":
        return dg.DailyPartitionsDefinition(start_date=start, end_offset=1)
    if kind == "weekly":
        return dg.WeeklyPartitionsDefinition(start_date=start, day_offset=0, end_offset=1)
    if kind == "monthly":
        return dg.MonthlyPartitionsDefinition(start_date=start, end_offset=1)
    if kind == "quarterly":
        return dg.TimeWindowPartitionsDefinition(
            start=start, fmt="%Y-%m-%d", cron_schedule="0 0 1 1,4,7,10 *", end_offset=1
        )
    return None


def op_name(source: str, kind: str) -> str:
    """Name of the multi-asset's op: run config is addressed by it, so it is an interface."""
    return f"{source}_{kind}"


def selected_feeds(feeds: Iterable[Feed], keys: Iterable[dg.AssetKey]) -> list[Feed]:
    """The feeds any of whose assets is selected: a document fills all of its sections."""
    wanted = set(keys)
    return [feed for feed in feeds if wanted & set(asset_keys(feed))]


def first_partition_day(history_from: Iterable[date | None], today: date) -> date:
    """The first day that can be backfilled: the earliest store's history.

    history_from: of the stores with API access. One without it wants all there is, and no store at all is no answer:
    then it is the two years that Amazon answers for, counted from the first of this year, so that the partitions do
    not move every day.
    """
    known = list(history_from)
    days = [day for day in known if day is not None]
    return min(days) if days and len(days) == len(known) else date(today.year, 1, 1) - timedelta(days=730)


def build_raw_assets(first_day: date, catalog: Catalog) -> list[dg.AssetsDefinition]:
    """All raw assets of the catalogue; feeds that nobody asks for (files, notifications) are not here."""
    groups: dict[tuple[str, str], list[Feed]] = defaultdict(list)
    for feed in FEEDS.values():
        if feed.is_asked_for:
            groups[(feed.source, kind_of(feed))].append(feed)
    return [raw_assets(source, kind, feeds, first_day, catalog) for (source, kind), feeds in groups.items()]


def external_assets(catalog: Catalog) -> list[dg.AssetSpec]:
    """Feeds that come by themselves, by `tradewind import` or through a queue: known to the lineage, never run."""
    landed_by = {
        "file": "`tradewind import`",
        "notification": "the sensor `notifications` or `tradewind notifications`",
    }
    return [
        dg.AssetSpec(
            key,
            group_name=feed.source,
            kinds={"postgres"},
            description=f"{feed.title}. Landed by {landed_by[feed.shape]}.",
            metadata=describing.raw_metadata(feed, table),
            owners=describing.owners_of(feed, catalog),
            tags=describing.raw_tags(feed),
        )
        for feed in FEEDS.values()
        if not feed.is_asked_for
        for key, table in zip(asset_keys(feed), feed.tables, strict=True)
    ]


def raw_assets(source: str, kind: str, feeds: Sequence[Feed], first_day: date, catalog: Catalog) -> dg.AssetsDefinition:
    """The multi-asset that lands `feeds`, all of one source and kind; each feed is reported as it is finished."""
    partitions = partitions_of(kind, first_day)
    specs = [
        dg.AssetSpec(
            key,
            group_name=source,
            description=_description(feed),
            skippable=True,
            kinds={"postgres"},
            metadata=describing.raw_metadata(feed, table),
            owners=describing.owners_of(feed, catalog),
            tags=describing.raw_tags(feed),
            partitions_def=partitions,
            freshness_policy=describing.freshness_of(feed),
        )
        for feed in feeds
        for key, table in zip(asset_keys(feed), feed.tables, strict=True)
    ]
    checks = [dg.AssetCheckSpec(name="coverage", asset=spec.key, description=_CHECKS) for spec in specs]

    multi_asset = dg.multi_asset(
        name=op_name(source, kind),
        specs=specs,
        check_specs=checks,
        can_subset=True,
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.multi_run(max_partitions_per_run=DAYS_PER_RUN) if partitions else None,
    )
    # Dagster reads a return type as that of the outputs, unless it is a generator that is not async: none is given
    if kind == "crawl":

        @multi_asset
        async def crawl_feeds(
            context: dg.AssetExecutionContext, config: CrawlConfig, platform: dg.ResourceParam[Platform]
        ):
            async for event in _land_feeds(context, config, platform, feeds, None):
                yield event

        return crawl_feeds

    @multi_asset
    async def land_feeds(context: dg.AssetExecutionContext, config: LandConfig, platform: dg.ResourceParam[Platform]):
        days = _days_of(context) if partitions is not None and context.selected_asset_keys else None
        async for event in _land_feeds(context, config, platform, feeds, days):
            yield event

    return land_feeds


async def _land_feeds(
    context: dg.AssetExecutionContext,
    config: LandConfig,
    platform: Platform,
    feeds: Sequence[Feed],
    days: Sequence[date] | None,
) -> AsyncIterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Land what a run has selected. Yields the events of each feed as it is finished."""
    _refuse_unknown_stores(platform, config.stores)
    keys = set(context.selected_asset_keys)
    if not keys:  # somebody has executed the check alone
        for check in _looked_up(platform, feeds, context.selected_asset_check_keys):
            yield check
        return
    of_run = [platform.catalog.stores[each] for each in config.stores] or platform.catalog.stores.values()
    context.instance.add_run_tags(context.run_id, describing.tenant_tags(store.tenant_id for store in of_run))
    impatient = executed_again(context.run)
    wanted = selections(config, selected_feeds(feeds, keys), days, platform.catalog, impatient=impatient)
    outcomes: list[SliceOutcome] = []
    judged: list[Verdict] = []
    note = _notes(context.log.info)
    async for result in _landed(platform, wanted, note):
        context.log.info(f"{result.feed}: {result.rows} rows, {result.requests} requests")
        verdict = _judge(FEEDS[result.feed], result, platform, days, config)
        outcomes += result.outcomes
        judged.append(verdict)
        with platform.warehouse.connect() as conn:
            now = sizes(conn, FEEDS[result.feed].tables)
        for event in _events(FEEDS[result.feed], result, verdict, keys, now):
            if isinstance(event, dg.AssetMaterialization):
                context.log_event(event)
            else:
                yield event
    failure = verdicts.failure(outcomes, judged, by_hand=_by_hand(context.run, config))
    if failure is not None:
        raise dg.Failure(failure, allow_retries=False)


def _looked_up(
    platform: Platform, feeds: Sequence[Feed], checks: Iterable[dg.AssetCheckKey]
) -> Iterator[dg.AssetCheckResult]:
    """What the ledger says of these checks' feeds. Nothing is landed."""
    wanted = {check.asset_key for check in checks}
    for feed in feeds:
        keys = [key for key in asset_keys(feed) if key in wanted]
        if keys:
            with platform.warehouse.connect() as conn:
                verdict = verdicts.of_ledger(all_day_states(conn, feed.name))
            yield from (coverage_check(key, verdict) for key in keys)


async def _landed(
    platform: Platform, wanted: Iterable[Selection], note: Callable[[ProgressEvent], None]
) -> AsyncIterator[FeedResult]:
    for each in wanted:
        async for result in land(platform.settings, platform.warehouse, platform.catalog, each, progress=note):
            yield result


def _by_hand(run: dg.DagsterRun, config: LandConfig) -> bool:
    """Whether somebody has asked for just this: by choosing days, or by executing a run again."""
    return executed_again(run) or (not config.is_anchored and SENSOR_NAME_TAG not in run.tags)


_CHECKS = "Whether every day (or week, or month) that was due is here; names store, day and reason of each that is not."


def _description(feed: Feed) -> str:
    most = periods_per_request(feed)
    window = f", {f'one {feed.period}' if most == 1 else f'up to {most} {feed.period}s'} per request"
    window = window if feed.shape == "windowed" else ""
    ages = ", ".join(map(str, feed.restate_after))
    again = f" Each {feed.period} is asked for at the ages of {ages} days." if len(feed.restate_after) > 1 else ""
    return f"{feed.title}. Report `{feed.report_type}`{window}.{again}"


def _days_of(context: dg.AssetExecutionContext) -> list[date]:
    chosen = context.has_partition_key or context.has_partition_key_range
    days = [date.fromisoformat(key) for key in context.partition_keys] if chosen else []
    if not days:
        raise dg.Failure(
            "This run has no partitions, so that nothing would be landed. Choose one or more days and start it again.",
            allow_retries=False,
        )
    return days


def _refuse_unknown_stores(platform: Platform, stores: Sequence[str]) -> None:
    unknown = sorted(set(stores) - set(platform.catalog.stores))
    if unknown:
        raise dg.Failure(
            f"The run's config names {', '.join(unknown)}, which stores.yaml does not have. The stores are: "
            f"{', '.join(platform.catalog.stores)}. Correct `stores` in the config and start the run again.",
            allow_retries=False,
        )


def _judge(
    feed: Feed, result: FeedResult, platform: Platform, days: Sequence[date] | None, config: LandConfig
) -> Verdict:
    if days is None:
        return verdicts.of_snapshots(result.outcomes)
    scopes = [scope for scope in platform.catalog.scopes(feed) if _touches(scope, config.stores)]
    asked = sorted({*days, *(each.day for each in result.outcomes)})
    with platform.warehouse.connect() as conn:
        states = day_states(conn, feed.name, asked, [scope.scope_id for scope in scopes])
    now = platform.settings.now()
    oldest = [slices.first_day(feed, scope.time_zone, now, history_from(scope)) for scope in scopes]
    return verdicts.of_days(
        result.outcomes,
        states,
        days,
        oldest=min(oldest, default=None),
        scheduled=config.is_anchored,
        forced=config.force,
    )


def _touches(scope: Scope, stores: Sequence[str]) -> bool:
    return not stores or any(store.store_id in stores for store in scope.stores)


def _events(
    feed: Feed, result: FeedResult, verdict: Verdict, keys: set[dg.AssetKey], now: Mapping[str, Table]
) -> Iterator[dg.MaterializeResult | dg.AssetMaterialization | dg.AssetCheckResult]:
    """The events of one feed, for those of its assets that the run has selected. now: its tables, of all days."""
    # a run's events of all its days carry the same: what the run brought, not what the day has
    metadata: dict[str, Any] = {
        "rows_of_run": result.rows,
        "requests_of_run": result.requests,
        "slices_of_run": len(result.outcomes),
    }
    if verdict.not_due:
        metadata["not_due_yet"] = verdicts.spans(verdict.not_due)
    for key, table in zip(asset_keys(feed), feed.tables, strict=True):
        if key not in keys:
            continue
        # this one plots over time, whatever days a run has brought
        size = {"dagster/row_count": now[table].rows, "size_bytes": now[table].size} if table in now else {}
        if verdict.whole:
            yield dg.MaterializeResult(asset_key=key, metadata=metadata | size)
        for day in verdict.days:
            yield dg.AssetMaterialization(asset_key=key, partition=day.isoformat(), metadata=size)
        yield coverage_check(key, verdict)


def _notes(say: Callable[[str], None]) -> Callable[[ProgressEvent], None]:
    """Progress for the run's log: at most one line per feed every `SECONDS_BETWEEN_NOTES`."""
    said: dict[str, float] = {}

    def note(event: ProgressEvent) -> None:
        now = time.monotonic()
        if now - said.setdefault(event.feed, now) < SECONDS_BETWEEN_NOTES:
            return
        said[event.feed] = now
        say(f"{event.feed}: {event.done} of {event.total} slices" + (f"; {event.note}" if event.note else ""))

    return note
