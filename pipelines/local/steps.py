"""The steps that `demo` and the commands share, each with its progress shown. Nothing is decided here."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from pipelines.errors import ConfigError, SourceError, TransformError
from pipelines.home import read_world
from pipelines.local import world
from pipelines.local.opening import open_all
from pipelines.local.processes import stopping
from pipelines.local.progress import Parts, say, waiting
from pipelines.local.tables import LANDED, print_problems
from pipelines.settings import Settings, get_settings
from pipelines.stores import Catalog
from pipelines.warehouse.connection import Warehouse, open_warehouse
from pipelines.warehouse.roles import role_url
from pipelines.warehouse.tenant_roles import tenant_url

if TYPE_CHECKING:
    from pipelines.insights.brief import BriefResult
    from pipelines.insights.forecast.store import ForecastResult
    from pipelines.landing.imports.recognition import Ambiguous
    from pipelines.landing.planning.selection import Selection
    from pipelines.landing.run.results import ProgressEvent
    from pipelines.landing.upkeep.replay import ReplayOutcome

NOTHING_NEW = "The marts have seen every change: nothing to build."


def warehouse_url(console: Console, settings: Settings, role: str | None) -> str:
    """The warehouse's address: the pipeline's own, or that of a role (`bi`, `tenant_<tenant>`). console: for progress.

    Raises ConfigError if there is no such role, WarehouseError if it cannot be made.
    """
    kind, _, tenant = (role or "").removeprefix("tradewind_").partition("_")
    if role is not None and (kind, tenant) != ("bi", "") and not (kind == "tenant" and tenant):
        raise ConfigError(f"There is no role {role!r}; the roles are: bi, tenant_<tenant>.")
    with waiting(console, "Opening the warehouse"):
        if kind == "tenant":
            return tenant_url(settings, *open_all(settings), tenant)
        warehouse = open_warehouse(settings)
        return role_url(settings, warehouse) if kind == "bi" else warehouse.url


@contextmanager
def marketplaces(console: Console, settings: Settings) -> Iterator[Settings]:
    """The settings with which sources can be asked.

    In the demo's home the simulated marketplaces are started for the while if they do not run, at the moment at which
    their world stands; everywhere else these are the settings given.
    """
    known = read_world(settings.home) if settings.is_demo else None
    if known is None or world.serves(settings):
        yield settings
        return
    with stopping([]) as children:
        with waiting(console, "Starting the simulated marketplaces"):
            children.append(world.start_world(settings.home, int(known["seed"]), now=None))
        world.use_world(settings.home)
        yield get_settings()


async def pull(
    console: Console, settings: Settings, warehouse: Warehouse, catalog: Catalog, selection: Selection | None = None
) -> int:
    """Land what is due and tell how far each feed is; returns how many slices failed."""
    from pipelines.landing.planning.selection import Selection
    from pipelines.landing.run.engine import land

    results = []
    with Parts(console) as parts:

        def show(event: ProgressEvent) -> None:
            parts.show(event.feed, event.done, event.total, event.note)

        async for result in land(settings, warehouse, catalog, selection or Selection(), progress=show):
            results.append(result)
            slices = len(result.outcomes)
            told = f"{result.feed}: {slices:,} slices, {result.rows:,} rows, with {result.requests:,} requests"
            parts.finish(result.feed, told if slices else "")
    rows = sum(result.rows for result in results)
    requests = sum(result.requests for result in results)
    slices = sum(each.state in LANDED for result in results for each in result.outcomes)
    say(console, f"Landed {slices:,} slices, {rows:,} rows, with {requests:,} requests.")
    return print_problems(console, results)


def take_notifications(console: Console, settings: Settings, warehouse: Warehouse, catalog: Catalog) -> None:
    """Land what waits in the queue of notifications, where one is set. One that does not answer is told, and no more:
    it is read again by the next run."""
    from pipelines.landing.run.notices import take
    from pipelines.sources.amazon.notifications import Left
    from pipelines.sources.transport.sqs import Queue, QueueFailure

    queue = Queue.of(settings)
    if queue is None:
        return
    left, messages = Left(queue.name), 0
    try:
        with waiting(console, "Taking Amazon's notifications"):
            while queue.waiting() and (taken := take(settings, warehouse, catalog, queue, left)).messages:
                messages += taken.messages
    except QueueFailure as failure:
        say(console, f"Notifications cannot be read: {failure}", "yellow")
    say(console, f"Took {messages:,} notifications from the queue.")


def not_landed(failed: int) -> SourceError:
    """The error that a run ends with in which slices failed."""
    return SourceError(
        f"{failed} slices could not be landed, for the reasons above. All else has landed. A later run tries them "
        "again when their time has come; `tradewind status` tells when."
    )


def import_manual_files(
    console: Console, settings: Settings, warehouse: Warehouse, catalog: Catalog, folder: Path
) -> None:
    """Land the files of a drop folder: `fx_rates.csv` and `product_costs.<store_id>.csv`."""
    from pipelines.landing.imports.importer import import_file

    first_store = min(catalog.stores)
    for path in sorted(folder.glob("*.csv")):
        feed, _, store_id = path.stem.partition(".")
        outcome = import_file(settings, warehouse, catalog, path, f"manual.{feed}", store_id or first_store)
        if not outcome.unchanged:
            say(console, f"Imported {path.name}: {outcome.rows:,} rows.")


def build_marts(
    console: Console,
    settings: Settings,
    warehouse: Warehouse,
    *,
    full_refresh: bool = False,
    as_of: datetime | None = None,
) -> None:
    """Build and test the marts, as far as something is new to them.

    Raises TransformError with the names of what failed.
    """
    from pipelines.transformation import transform

    with Parts(console, transient=True) as parts:
        parts.show("Building and testing the marts", 0, None)
        result = transform.transform(
            settings,
            warehouse,
            full_refresh=full_refresh,
            as_of=as_of,
            progress=lambda done, total: parts.show("Building and testing the marts", done, total),
        )
    if result.nothing_new:
        say(console, NOTHING_NEW)
        return
    if not result.ok:
        raise TransformError("The marts were not built whole:\n  " + "\n  ".join(result.failures))
    where = " of that moment, in the schemas that end in _as_of," if as_of is not None else ""
    say(console, f"Built and tested the marts{where} in {result.seconds:.0f} s.")


def build_if_stale(console: Console, settings: Settings, warehouse: Warehouse) -> None:
    """Build the marts if a committed change is unseen by one of them. Raises TransformError."""
    from pipelines.transformation import transform

    with warehouse.connect() as conn:
        stale = transform.stale(conn)
    if stale:
        build_marts(console, settings, warehouse)
    else:
        say(console, NOTHING_NEW)


def tell_channels(console: Console, settings: Settings, warehouse: Warehouse, catalog: Catalog) -> None:
    """Compare what channels show with the stock, and tell those that are `write: on`. A channel that does not answer
    keeps nothing else waiting: it is told, and tried again by the next round.

    Raises ConfigError for a wrong channels.yaml."""
    from pipelines.channels import rounds
    from pipelines.channels.policies_file import load_policies

    policies = load_policies(settings, catalog)
    wanted = rounds.chosen(catalog, policies, None)
    if not wanted:
        return
    told = rounds.told_by_itself(wanted, policies)
    with waiting(console, "Telling the channels of the stock"):
        outcomes, problems = asyncio.run(rounds.look(settings, warehouse, wanted, policies, full=True, send=told))
    for each in outcomes:
        waits = sum(verdict.action in ("wait", "send") for verdict in each.decision.verdicts)
        say(console, f"{each.channel.channel_id}: told {each.sent:,} figures of the stock, {waits:,} wait.")
    for problem in problems:
        say(console, str(problem), "yellow")


def forecast_demand(
    console: Console, settings: Settings, warehouse: Warehouse, catalog: Catalog, stores: Sequence[str] | None = None
) -> list[ForecastResult]:
    """Forecast the demand of each store (default: all) whose history is not the one that is known."""
    from pipelines.insights.forecast.store import make_forecasts

    total = len(stores or catalog.stores)
    results: list[ForecastResult] = []
    with Parts(console, transient=True) as parts:
        parts.show("Forecasting demand", 0, total)

        def count(result: ForecastResult) -> None:
            results.append(result)
            parts.show("Forecasting demand", len(results), total)

        make_forecasts(settings, warehouse, catalog, stores=stores, progress=count)
    made = [each for each in results if each.origin is not None and not each.reused]
    if made:
        say(console, f"Forecast the demand of {sum(each.skus for each in made):,} SKUs in {len(made)} stores.")
    return results


def write_briefs(
    console: Console,
    settings: Settings,
    warehouse: Warehouse,
    catalog: Catalog,
    stores: Sequence[str] | None = None,
    *,
    day: date | None = None,
    languages: Sequence[str] | None = None,
    kinds: Sequence[str] | None = None,
) -> list[BriefResult]:
    """Forecast demand, as far as its history is new, and write the briefs.

    day: None for the last complete one. languages, kinds: None for all.
    """
    from pipelines.insights import brief
    from pipelines.insights.briefs.catalogue import BRIEFS, brief_kind

    forecast_demand(console, settings, warehouse, catalog, stores)
    wanted = tuple(languages or brief.LANGUAGES)
    of_kinds = [brief_kind(name) for name in kinds or BRIEFS]
    total = len(wanted) * sum(1 for _ in brief.planned(catalog, stores or list(catalog.stores), of_kinds))
    done = 0
    with Parts(console, transient=True) as parts:
        parts.show("Writing the briefs", 0, total)

        def count(result: BriefResult) -> None:
            nonlocal done
            done += 1 if result.language else len(wanted)
            parts.show("Writing the briefs", done, total)

        return brief.write_briefs(
            settings, warehouse, catalog, stores=stores, day=day, languages=wanted, kinds=kinds, progress=count
        )


def replay(
    console: Console, settings: Settings, warehouse: Warehouse, *, until: datetime | None = None
) -> ReplayOutcome:
    """Fill the raw tables anew from the archive. until: as they were then.

    Raises ArchiveError, ConfigError, WarehouseError.
    """
    from pipelines.landing.upkeep import replay as landing

    with Parts(console) as parts:

        def show(feed: str, done: int, total: int) -> None:
            parts.show(feed, done, total)
            if done == total:
                parts.finish(feed, f"{feed}: {total:,} loads" if total else "")

        return landing.replay(settings, warehouse, until=until, progress=show)


def recognised(
    console: Console, warehouse: Warehouse, catalog: Catalog, file: Path | str, feed: str | None, store: str | None
) -> tuple[str, str | None]:
    """Feed and store of a file that is to be imported; says what was found where not both are given.

    Where it fits several, the person at the terminal is asked. Raises Ambiguous where there is none.
    """
    from pipelines.landing.imports.known_ids import owners_in
    from pipelines.landing.imports.recognition import Ambiguous, recognise

    if feed is not None and store is not None:
        return feed, store
    while True:
        try:
            found = recognise(catalog, file, feed, store, owners_in(warehouse))
            break
        except Ambiguous as several:
            if not sys.stdin.isatty():
                raise
            chosen = _chosen(console, several)
            feed, store = (chosen, store) if several.option == "--feed" else (feed, chosen)
    for sentence in (found.summary, *found.notes):
        say(console, sentence)
    return found.feed.name, found.store.store_id if found.store else store


def _chosen(console: Console, several: Ambiguous) -> str:
    """Which of the candidates the person at the terminal means, by its number or its name."""
    say(console, str(several))
    for number, each in enumerate(several.candidates, 1):
        say(console, f"  {number}  {each}")
    while True:
        answer = input("Which one? ").strip()
        if answer in several.candidates:
            return answer
        if answer.isdecimal() and 1 <= int(answer) <= len(several.candidates):
            return several.candidates[int(answer) - 1]
