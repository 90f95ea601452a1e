"""`tradewind`: everything that can be done without Dagster. Commands only parse, call and print; the work is elsewhere.

Exit codes: 0 done, 1 something a user can cure (told in a sentence), 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from pipelines.errors import ConfigError, TradewindError
from pipelines.local import settlements, verifying
from pipelines.local.arguments import file_or_address

if TYPE_CHECKING:
    from pipelines.landing.planning.selection import Selection
    from pipelines.settings import Settings
    from pipelines.stores import Catalog
    from pipelines.warehouse.connection import Warehouse

app = typer.Typer(
    help="Amazon seller data into Postgres: reports, ads and competitor crawls, marts, daily briefs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.add_typer(settlements.app, name="settlements")
console = Console()
errors = Console(stderr=True)

DAY = ["%Y-%m-%d"]
MOMENT = [*DAY, *(f"%Y-%m-%d{t}%H:%M{seconds}{zone}" for t in "T " for seconds in (":%S", "") for zone in ("", "%z"))]
Stores = Annotated[
    list[str] | None, typer.Option("--store", metavar="STORE", help="Only this store (may be given several times).")
]
Feeds = Annotated[
    list[str] | None,
    typer.Option("--feed", metavar="FEED", help="Only this feed, as `amazon_sp.sales_and_traffic` (several times)."),
]
From = Annotated[
    datetime | None, typer.Option("--from", formats=DAY, metavar="DAY", help="First marketplace day, as 2026-03-01.")
]
To = Annotated[datetime | None, typer.Option("--to", formats=DAY, metavar="DAY", help="Last marketplace day.")]


def main() -> None:
    """Entry point: errors that a user can cure are sentences, not stack traces."""
    import psycopg

    try:
        app()
    except TradewindError as error:
        _fail(str(error))
    except psycopg.OperationalError as error:
        said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        _fail(f"The warehouse does not answer any more: {said}. What was committed stays; run the command again.")
    except BrokenPipeError:
        # whoever read our output has gone; nothing is left to be flushed when the interpreter ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        if error.strerror is None:
            raise
        _fail(f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror}.")
    except KeyboardInterrupt:
        _interrupted()
    except SystemExit as end:
        if end.code == 130:  # typer has met Ctrl-C
            _interrupted()
        raise


def _fail(message: str) -> None:
    errors.print(f"[bold red]Error:[/bold red] {escape(message)}", highlight=False, soft_wrap=True)
    sys.exit(1)


def _interrupted() -> None:
    errors.print("Interrupted. What has landed stays; the next run goes on from here.", soft_wrap=True)
    sys.exit(130)


@app.callback()
def options(
    verbose: Annotated[bool, typer.Option("--verbose", help="Log what is done, to standard error.")] = False,
) -> None:
    """Amazon seller data into Postgres: reports, ads and competitor crawls, marts, daily briefs."""
    from pipelines.logs import configure_logging

    configure_logging(verbose=verbose)


def _settings(*, tell: bool = False) -> Settings:
    from pipelines.local.homes import open_settings

    return open_settings(console if tell else None)


def _open(settings: Settings) -> tuple[Warehouse, Catalog]:
    from pipelines.local.progress import waiting
    from pipelines.local.steps import open_all

    with waiting(errors, "Opening the warehouse"):
        return open_all(settings)


def _selection(
    feeds: Sequence[str] | None,
    stores: Sequence[str] | None,
    start: datetime | None,
    end: datetime | None,
    force: bool = False,
) -> Selection:
    """The engine's selection from options; checks what can be checked without stores.yaml."""
    from pipelines.landing.planning.selection import Selection

    for name in feeds or ():
        _known_feed(name)
    days = None
    if (start is None) != (end is None):
        raise ConfigError("--from and --to belong together: give both days, or neither for everything that is due.")
    if start is not None and end is not None:
        if end < start:
            raise ConfigError(f"--to {end:%Y-%m-%d} lies before --from {start:%Y-%m-%d}.")
        days = tuple(start.date() + timedelta(days=n) for n in range((end - start).days + 1))
    return Selection(
        feeds=tuple(feeds) if feeds else None, stores=tuple(stores) if stores else None, days=days, force=force
    )


def _known_feed(name: str) -> None:
    from pipelines.feeds import FEEDS

    if name not in FEEDS:
        raise ConfigError(f"There is no feed {name}. The feeds are: {', '.join(FEEDS)}.")


def _known_stores(catalog: Catalog, stores: Sequence[str] | None) -> None:
    """A typing mistake is not an empty run."""
    unknown = sorted(set(stores or ()) - set(catalog.stores))
    if unknown:
        raise ConfigError(
            f"stores.yaml has no store {', '.join(unknown)}. The stores are: {', '.join(catalog.stores)}."
        )


@app.command()
def demo(
    seed: Annotated[
        int | None, typer.Option(help="Seed of the simulated world; default 7, or that of the demo that is there.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Delete the demo's data first; of yours nothing.")] = False,
    advance: Annotated[int, typer.Option(min=0, help="Let the world go on by this many days first.")] = 0,
    yes: Annotated[bool, typer.Option("--yes", help="With --fresh: also what you have imported into it.")] = False,
    as_met: Annotated[bool, typer.Option("--as-met", hidden=True, help="Documents come as users met them.")] = False,
) -> None:
    """Run everything once on three simulated stores: land, build the marts, write the briefs."""
    from pipelines.local.demo import run_demo

    run_demo(console, seed=seed, fresh=fresh, advance=advance, yes=yes, as_met=as_met)


@app.command()
def up(
    port: Annotated[int | None, typer.Option(help="Port of Dagster's UI; default 3000 if it is free.")] = None,
) -> None:
    """Start the warehouse, Dagster's daemon and its UI; Ctrl-C stops them."""
    from pipelines.local.up import run_up

    run_up(console, _settings(tell=True), port=port)


@app.command()
def down(
    everything: Annotated[bool, typer.Option("--all", help="Also those of the demo, or beside it.")] = False,
) -> None:
    """Stop what `tradewind up` has started, and the embedded warehouse."""
    from pipelines.local.homes import stop_homes

    stop_homes(console, everything=everything)


@app.command()
def url(
    role: Annotated[
        str | None,
        typer.Option(
            metavar="ROLE",
            help="`bi` reads all marts and insights, `tenant_<tenant>` its tenant's rows; neither changes anything.",
        ),
    ] = None,
) -> None:
    """Start the warehouse if need be and print its URL, and nothing else."""
    from pipelines.local.steps import warehouse_url

    print(warehouse_url(errors, _settings(), role))  # noqa: T201  the command's whole output


@app.command()
def plan(
    feed: Feeds = None,
    store: Stores = None,
    start: From = None,
    end: To = None,
    explain: Annotated[
        str | None, typer.Option(metavar="SLICE", help="Tell a slice's history: `STORE FEED DAY` or FEED:STORE:DAY.")
    ] = None,
    of: Annotated[list[str] | None, typer.Argument(metavar="[FEED DAY]", help="The rest of a SLICE.")] = None,
) -> None:
    """Show what would be asked for now, why, and how soon it can be. Asks nobody."""
    from pipelines.landing.views import forecast, history
    from pipelines.local.plans import print_plan
    from pipelines.local.progress import say

    selection = _selection(feed, store, start, end)
    name = history.parse(" ".join([explain or "", *(of or ())]).strip()) if explain or of else None
    settings = _settings()
    warehouse, catalog = _open(settings)
    _known_stores(catalog, store)
    if name is not None:
        with warehouse.connect() as conn:
            for line in history.explain(conn, name, catalog, settings.now()):
                say(console, line)
        return
    print_plan(console, *forecast.plan_and_budgets(settings, warehouse, catalog, selection))


@app.command()
def pull(
    feed: Feeds = None,
    store: Stores = None,
    start: From = None,
    end: To = None,
    force: Annotated[bool, typer.Option("--force", help="Ask again for what is here already.")] = False,
) -> None:
    """Land what is due: ask the sources, keep the documents, load the rows."""
    from pipelines.local import steps

    selection = _selection(feed, store, start, end, force)
    with steps.marketplaces(console, _settings()) as settings:
        warehouse, catalog = _open(settings)
        _known_stores(catalog, store)
        failed = asyncio.run(steps.pull(console, settings, warehouse, catalog, selection))
    if failed:
        raise steps.not_landed(failed)


@app.command()
def status(feed: Feeds = None, store: Stores = None) -> None:
    """Say per store and feed what is here, what is missing, and why."""
    from pipelines.landing.views import status as ledger_status
    from pipelines.landing.views.coverage import drifted_columns
    from pipelines.local.tables import print_left_out, print_status
    from pipelines.local.whole import print_whole, units_of_stores

    _selection(feed, store, None, None)
    settings = _settings(tell=True)
    warehouse, catalog = _open(settings)
    _known_stores(catalog, store)
    with warehouse.connect() as conn:
        rows = [row for row in ledger_status.status(conn, catalog, settings.now()) if feed is None or row.feed in feed]
        columns = [column for column in drifted_columns(conn) if feed is None or column.feed in feed]
        units = [] if feed else units_of_stores(conn)
    print_status(console, rows, catalog, stores=store)
    print_left_out(console, columns)
    print_whole(console, units, store and {catalog.stores[each].tenant_id for each in store})


@app.command()
def doctor() -> None:
    """Check the set-up piece by piece and say what to do about what is wrong."""
    from pipelines.local.doctor import examine
    from pipelines.local.progress import say

    wrong = 0
    for finding in examine(console):
        mark = "[green]ok[/green]" if finding.ok else "[bold red]no[/bold red]"
        console.print(f"{mark}  {escape(finding.what)}", highlight=False, soft_wrap=True)
        if finding.advice:
            say(console, f"    {finding.advice}")
        wrong += not finding.ok
    if wrong:
        raise typer.Exit(1)


@app.command()
def brief(
    store: Stores = None,
    day: Annotated[
        datetime | None,
        typer.Option(formats=DAY, metavar="DAY", help="Marketplace day; default: the last complete one."),
    ] = None,
    language: Annotated[list[str] | None, typer.Option(metavar="LANGUAGE", help="`en` or `zh`; default: both.")] = None,
) -> None:
    """Write the daily brief of each store from the marts."""
    from pipelines.local import steps, tables

    settings = _settings()
    warehouse, catalog = _open(settings)
    _known_stores(catalog, store)
    written = steps.write_briefs(
        console, settings, warehouse, catalog, store, day=day.date() if day else None, languages=language
    )
    tables.print_briefs(console, written)


@app.command()
def transform(
    full_refresh: Annotated[bool, typer.Option("--full-refresh", help="Build every mart anew from raw.")] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            metavar="MOMENT", help="Show what was known then (UTC), in schemas of their own: marts_as_of, ..."
        ),
    ] = None,
) -> None:
    """Build and test the marts with dbt."""
    from pipelines.local.steps import build_marts

    settings = _settings()
    warehouse, _ = _open(settings)
    build_marts(console, settings, warehouse, full_refresh=full_refresh, as_of=as_of)


@app.command()
def replay() -> None:
    """Fill ledger and raw tables anew from the archived documents, without asking anyone."""
    from pipelines.local import steps
    from pipelines.local.progress import say

    settings = _settings()
    warehouse, _ = _open(settings)
    outcome = steps.replay(console, settings, warehouse)
    say(console, f"Read {outcome.loads:,} loads again, {outcome.rows:,} rows.")
    if outcome.restored:
        say(console, f"The ledger did not know {outcome.restored:,} of them; it does now.")
    if outcome.repaired:
        say(console, f"The rows of {outcome.repaired:,} of them had not been whole.")
        say(console, "`tradewind transform --full-refresh` makes the marts right.")


@app.command("import")
def import_(
    file: Annotated[Any, typer.Argument(metavar="FILE_OR_URL", parser=file_or_address, help="`manual.*`: also a URL.")],
    feed: Annotated[
        str | None,
        typer.Option(metavar="FEED", help="What it is, as `amazon_sp.settlements_v2`; default: by its header."),
    ] = None,
    store: Annotated[
        str | None, typer.Option(metavar="STORE", help="Whose it is; default: by its rows. Rates belong to nobody.")
    ] = None,
    start: From = None,
    end: To = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=MOMENT, metavar="MOMENT", help="When it was made, or what a snapshot shows; in UTC."),
    ] = None,
    no_transform: Annotated[bool, typer.Option("--no-transform", help="Do not build the marts afterwards.")] = False,
) -> None:
    """Land a document downloaded by hand and build what depends on it.

    Without --feed or --store it is looked at first, and what it is taken for is printed before it is loaded.
    With --from and --to it is taken to cover these days whole; without, its days are those of its rows.
    """
    from pipelines.landing.imports.importer import import_file
    from pipelines.local import steps
    from pipelines.local.progress import say, waiting

    if feed is not None:
        _known_feed(feed)
    settings = _settings(tell=True)
    warehouse, catalog = _open(settings)
    _known_stores(catalog, [store] if store else None)
    feed, store = steps.recognised(console, catalog, file, feed, store)
    with waiting(console, f"Importing {file}"):
        outcome = import_file(
            settings,
            warehouse,
            catalog,
            file,
            feed,
            store,
            date_from=start.date() if start else None,
            date_to=end.date() if end else None,
            as_of=as_of,
        )
    for warning in outcome.warnings:
        say(console, f"Note: {warning}")
    if outcome.unchanged:
        say(console, "This document is loaded already: nothing changed.")
    else:
        say(console, f"Imported {outcome.rows:,} rows of {getattr(file, 'name', file)}.")
    if not no_transform:
        steps.build_if_stale(console, settings, warehouse)


app.command()(verifying.verify)


if __name__ == "__main__":
    main()
