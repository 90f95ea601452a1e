"""The sensor that does not wait for the night: it starts what the ledger says is overdue.

That is what failed and whose next try has come, what a killed run has left, and what nobody has looked for although its
night has passed: the first landing of a new store, and a night in which nothing ran. What is overdue is decided in
landing/views/overdue.py. It is level-triggered: while a run changes nothing about it, the next one comes ever later.
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import dagster as dg

from pipelines.feeds import FEEDS, Feed
from pipelines.landing.views.overdue import Overdue, overdue
from pipelines.orchestration.automation import PRIORITY_TAG, SCHEDULED_PRIORITY, SLOTS, Slot, anchor, last_night
from pipelines.orchestration.raw import PERIOD_OF_KIND, asset_keys, op_name, selected_feeds
from pipelines.orchestration.resources import Platform
from pipelines.orchestration.runs import ACTIVE

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

SENSOR = "overdue"
TAG, MARK_TAG = "tradewind/overdue", "tradewind/overdue_mark"
PAUSES = (60.0, 300.0, 900.0, 3600.0, 6 * 3600.0, 24 * 3600.0)
"""Seconds until the next run, after one, two, ... have changed nothing about what is overdue."""

_SLOT_OF = {name: slot for slot in SLOTS for name in slot.feeds}


@dataclass(frozen=True)
class Wanted:
    """One run: feeds and stores of a slot. again: only what was taken up before. mark: of the state that it is for."""

    slot: Slot
    again: bool
    feeds: tuple[str, ...]
    stores: tuple[str, ...]
    mark: str

    @property
    def name(self) -> str:
        """What its runs have in common: the value of their tag."""
        return f"{self.slot.name}: {'again' if self.again else 'everything due'}"


def wanted(found: Iterable[Overdue]) -> list[Wanted]:
    """The runs that land what is overdue: one for each slot, and one beside it for what is only tried again."""
    groups: dict[tuple[str, bool], list[Overdue]] = defaultdict(list)
    for each in found:
        groups[_SLOT_OF[each.feed].name, each.again].append(each)
    runs = []
    for (_, again), group in sorted(groups.items()):
        marks = "\n".join(sorted(f"{each.feed} {each.scope.scope_id} {each.mark}" for each in group))
        runs.append(
            Wanted(
                _SLOT_OF[group[0].feed],
                again,
                tuple(sorted({each.feed for each in group})),
                tuple(sorted({store.store_id for each in group for store in each.scope.stores})),
                hashlib.sha256(marks.encode()).hexdigest()[:16],
            )
        )
    return runs


def seconds_to_wait(marks: Iterable[str], mark: str, since_last: float) -> float:
    """How long the next run is not started yet.

    marks: of the earlier runs of this name, the newest first. since_last: seconds since the newest one began.
    """
    in_vain = 0
    for each in marks:
        if each != mark:
            break
        in_vain += 1
    return PAUSES[min(in_vain, len(PAUSES)) - 1] - since_last if in_vain else 0.0


def run_request(run: Wanted, today: date) -> dg.RunRequest:
    """What Dagster is asked for. today: the business day of UTC."""
    config = {"stores": list(run.stores), "everything_due": not run.again, "again": run.again}
    tags = {PRIORITY_TAG: SCHEDULED_PRIORITY, TAG: run.name, MARK_TAG: run.mark}
    if run.slot.kind in PERIOD_OF_KIND:
        tags |= anchor(PERIOD_OF_KIND[run.slot.kind], today)
    return dg.RunRequest(
        job_name=f"land_{run.slot.name}",
        asset_selection=[key for name in run.feeds for key in asset_keys(FEEDS[name])],
        run_config={"ops": {op_name(run.slot.source, run.slot.kind): {"config": config}}},
        tags=tags,
    )


def overdue_sensor(jobs: Mapping[str, UnresolvedAssetJobDefinition]) -> dg.SensorDefinition:
    """Asks for runs of what is overdue, one of each kind at a time. jobs: of landing, by slot."""

    @dg.sensor(
        name=SENSOR,
        jobs=list(jobs.values()),
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts what is overdue by the ledger: tries again, first landings, nights in which nothing ran",
    )
    def overdue_(
        context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]
    ) -> list[dg.RunRequest] | dg.SkipReason:
        now = platform.settings.now()

        def night(feed: Feed, zone: str) -> datetime:
            return last_night(_SLOT_OF[feed.name], zone, now)

        active = [each.dagster_run for each in context.instance.get_run_records(dg.RunsFilter(statuses=ACTIVE))]
        with platform.warehouse.connect() as conn:
            found = overdue(conn, platform.settings, platform.catalog, now, night, at_work(active))
        under_way = {run.tags.get(TAG) for run in active}
        runs = [run for run in wanted(found) if run.name not in under_way and _pause(context.instance, run) <= 0]
        if not runs:
            return dg.SkipReason("what is overdue is under way or waits" if found else "nothing is overdue")
        return [run_request(run, now.date()) for run in runs]

    return overdue_


def at_work(runs: Iterable[dg.DagsterRun]) -> set[str]:
    """The feeds that these runs land."""
    slots = {f"land_{slot.name}": slot for slot in SLOTS}
    found: set[str] = set()
    for run in runs:
        if run.asset_selection:
            found |= {feed.name for feed in selected_feeds(FEEDS.values(), run.asset_selection)}
        elif run.job_name in slots:
            found |= set(slots[run.job_name].feeds)
    return found


def _pause(instance: dg.DagsterInstance, run: Wanted) -> float:
    records = instance.get_run_records(dg.RunsFilter(tags={TAG: run.name}), limit=len(PAUSES))
    if not records:
        return 0.0
    marks = [each.dagster_run.tags.get(MARK_TAG, "") for each in records]
    return seconds_to_wait(marks, run.mark, time.time() - records[0].create_timestamp.timestamp())
