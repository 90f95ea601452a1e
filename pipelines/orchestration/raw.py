"""The raw assets: one multi-asset per source and shape, all made from the catalogue of feeds.

A run asks the engine to land its selection and reports what the ledger then knows: days that are settled
are materialized, a `coverage` check names every store, day and reason that is not. Nothing here fetches or loads.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import date, timedelta

import dagster as dg
from pydantic import Field

from pipelines.feeds import FEEDS, Feed
from pipelines.landing.coverage import day_states, settled_days
from pipelines.landing.engine import FeedResult, Selection, SliceOutcome, land
from pipelines.orchestration.resources import Platform

# What a failed check is for: the run did its work, the account or the document is the problem.
CHECK_ONLY_STATES = frozenset({"refused", "quarantined", "unavailable"})
REASONS_SHOWN = 20

# Shapes that are asked for by marketplace day, and so can be backfilled by day.
PARTITIONED_SHAPES = frozenset({"windowed"})


class LandConfig(dg.Config):
    """What a run may touch besides its partitions."""

    stores: list[str] = Field(default=[], description="store ids; empty: all")
    force: bool = False
    # Scheduled runs land everything that is due, restated days of other partitions included.
    everything_due: bool = False


def asset_keys(feed: Feed) -> list[dg.AssetKey]:
    """One asset per raw table, keyed as dbt keys its source: [source, feed] or [source, feed__section]."""
    return [dg.AssetKey([feed.source, table.removeprefix(f"{feed.source}__")]) for table in feed.tables]


def daily_partitions(first_day: date) -> dg.DailyPartitionsDefinition:
    """Marketplace days from `first_day` to today; today is in because Tokyo's yesterday ends before UTC's."""
    return dg.DailyPartitionsDefinition(start_date=first_day.isoformat(), end_offset=1)


def op_name(source: str, shape: str) -> str:
    """Name of the multi-asset's op: run config is addressed by it, so it is an interface."""
    return f"{source}_{shape}"


def selected_feeds(feeds: Iterable[Feed], keys: set[dg.AssetKey]) -> list[Feed]:
    """The feeds any of whose assets is selected: a document fills all of its sections."""
    return [feed for feed in feeds if keys & set(asset_keys(feed))]


def coverage_description(outcomes: Sequence[SliceOutcome], unsettled: Sequence[str]) -> str:
    """What is missing and why, for the check: at most `REASONS_SHOWN` lines."""
    lines = [f"{each.scope_id}: {each.day}: {each.state}: {each.reason or 'no reason given'}" for each in outcomes]
    lines += unsettled
    more = len(lines) - REASONS_SHOWN
    return "\n".join(lines[:REASONS_SHOWN] + ([f"and {more} more"] if more > 0 else []))


def _feed_events(
    feed: Feed, result: FeedResult, platform: Platform, days: Sequence[date] | None, stores: Sequence[str]
) -> Iterator[dg.MaterializeResult | dg.AssetMaterialization | dg.AssetCheckResult]:
    bad = [each for each in result.outcomes if each.state not in ("loaded", "empty")]
    landed_days = sorted({each.day for each in result.outcomes} - {each.day for each in bad})
    unsettled: list[str] = []
    complete = not [each for each in bad if each.state not in CHECK_ONLY_STATES]
    if days is not None:
        scopes = [scope.scope_id for scope in platform.catalog.scopes(feed) if _touches(scope, stores)]
        with platform.warehouse.connect() as conn:
            states = day_states(conn, feed.name, days, scopes)
        settled = settled_days(states)
        unsettled = [
            f"{state.scope_id}: {state.day}: {state.state}: {state.reason or 'not landed yet'}"
            for state in states
            if state.day not in settled and not any(each.day == state.day for each in bad)
        ]
        complete = complete and settled >= set(days)
        landed_days = sorted(settled | (set(landed_days) - set(days)))
    metadata = {"rows": result.rows, "requests": result.requests, "slices": len(result.outcomes)}
    in_partitions = set(days or ())
    for key in asset_keys(feed):
        if (not bad) if days is None else complete:
            yield dg.MaterializeResult(asset_key=key, metadata=metadata)
        if feed.shape in PARTITIONED_SHAPES:
            # days outside this run's partitions (restated ones), or single good days of a run that has bad ones
            for day in landed_days:
                if day not in in_partitions or not complete:
                    yield dg.AssetMaterialization(asset_key=key, partition=day.isoformat())
        yield dg.AssetCheckResult(
            asset_key=key,
            check_name="coverage",
            passed=not bad and not unsettled,
            description=coverage_description(bad, unsettled) or "every day asked for is here or known to be empty",
        )


def _touches(scope, stores: Sequence[str]) -> bool:
    return not stores or any(store.store_id in stores for store in scope.stores)


def raw_assets(source: str, shape: str, feeds: Sequence[Feed], first_day: date) -> dg.AssetsDefinition:
    """The multi-asset that lands `feeds`, all of one source and shape; each feed is reported as it is finished."""
    partitions = daily_partitions(first_day) if shape in PARTITIONED_SHAPES else None
    specs = [
        dg.AssetSpec(
            key,
            group_name=source,
            description=feed.title,
            skippable=True,
            kinds={"postgres"},
            metadata={"feed": feed.name, "report_type": feed.report_type, "table": f"raw.{table}"},
            partitions_def=partitions,
        )
        for feed in feeds
        for key, table in zip(asset_keys(feed), feed.tables, strict=True)
    ]
    checks = [dg.AssetCheckSpec(name="coverage", asset=spec.key) for spec in specs]

    @dg.multi_asset(
        name=op_name(source, shape),
        specs=specs,
        check_specs=checks,
        can_subset=True,
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.multi_run(max_partitions_per_run=30) if partitions else None,
    )
    async def land_feeds(
        context: dg.AssetExecutionContext, config: LandConfig, platform: dg.ResourceParam[Platform]
    ) -> AsyncIterator[object]:
        days = None
        if partitions is not None:
            days = [date.fromisoformat(key) for key in context.partition_keys]
            if not days:
                raise dg.Failure("This run has no partitions: nothing can be landed. Choose days and start it again.")
        chosen = selected_feeds(feeds, set(context.selected_asset_keys))
        selection = Selection(
            feeds=tuple(feed.name for feed in chosen),
            stores=tuple(config.stores) or None,
            days=None if config.everything_due or days is None else tuple(days),
            force=config.force,
        )
        left: dict[str, list[SliceOutcome]] = defaultdict(list)
        async for result in land(platform.settings, platform.warehouse, platform.catalog, selection):
            context.log.info(f"{result.feed}: {result.rows} rows, {result.requests} requests")
            left[result.feed] += [each for each in result.outcomes if each.state == "failed" and each.retryable]
            for event in _feed_events(FEEDS[result.feed], result, platform, days, config.stores):
                if isinstance(event, dg.AssetMaterialization):
                    context.log_event(event)
                elif _is_selected(event, context.selected_asset_keys):
                    yield event
        retryable = [each for outcomes in left.values() for each in outcomes]
        if retryable:
            raise dg.Failure(
                "Some slices could not be landed now and are tried again by the next run:\n"
                + coverage_description(retryable, ()),
                allow_retries=False,
            )

    return land_feeds


def _is_selected(event: dg.MaterializeResult | dg.AssetCheckResult, keys: Iterable[dg.AssetKey]) -> bool:
    return event.asset_key in set(keys)


def build_raw_assets(first_day: date) -> list[dg.AssetsDefinition]:
    """All raw assets of the catalogue; feeds without an API (`file`) are not here."""
    groups: dict[tuple[str, str], list[Feed]] = defaultdict(list)
    for feed in FEEDS.values():
        if feed.shape != "file":
            groups[(feed.source, feed.shape)].append(feed)
    return [raw_assets(source, shape, feeds, first_day) for (source, shape), feeds in groups.items()]


def file_assets() -> list[dg.AssetSpec]:
    """Feeds that `tradewind import` lands: known to the lineage, never run."""
    return [
        dg.AssetSpec(
            key,
            group_name=feed.source,
            description=f"{feed.title}: landed by `tradewind import`",
            metadata={"feed": feed.name},
        )
        for feed in FEEDS.values()
        if feed.shape == "file"
        for key in asset_keys(feed)
    ]


def first_partition_day(history_from: Iterable[date | None], today: date) -> date:
    """The first day that can be backfilled: the earliest store's history, else the two years that Amazon answers for.

    Two years are counted from the first of this year, so that the partitions do not move every day.
    """
    known = [day for day in history_from if day is not None]
    fallback = date(today.year, 1, 1) - timedelta(days=730)
    return min(known) if known else fallback
