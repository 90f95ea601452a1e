"""`tradewind`: everything that can be done without Dagster. Commands only parse, call and print; the work is elsewhere.

Exit codes: 0 done, 1 something a user can cure (told in a sentence), 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipelines.errors import ConfigError, TradewindError

app = typer.Typer(
    help="Amazon seller data into Postgres: reports, ads and competitor crawls, marts, daily briefs.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
console = Console()
errors = Console(stderr=True)

Stores = Annotated[list[str] | None, typer.Option("--store", help="Only this store (may be given several times).")]
Feeds = Annotated[list[str] | None, typer.Option("--feed", help="Only this feed, as `amazon_sp.sales_and_traffic`.")]
From = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First marketplace day.")]
To = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last marketplace day.")]


def main() -> None:
    """Entry point: errors that a user can cure are sentences, not stack traces."""
    from pipelines.logs import configure_logging

    configure_logging(verbose="--verbose" in sys.argv)
    sys.argv = [each for each in sys.argv if each != "--verbose"]
    try:
        app()
    except TradewindError as error:
        errors.print(f"[bold red]Error:[/bold red] {type(error).__name__}", highlight=False)
        errors.print(str(error), highlight=False, markup=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        errors.print("Interrupted. What has landed stays; the next run goes on from here.")
        sys.exit(130)


def _settings():
    from pipelines.settings import get_settings

    return get_settings()


def _selection(feeds, stores, start, end, force=False):
    """The engine's selection from options; checks names, so that a typing mistake is not an empty run."""
    from datetime import timedelta

    from pipelines.feeds import FEEDS
    from pipelines.landing.engine import Selection

    unknown = [name for name in feeds or () if name not in FEEDS]
    if unknown:
        raise ConfigError(f"There is no feed {', '.join(unknown)}. The feeds are: {', '.join(FEEDS)}.")
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


def _known_stores(catalog, stores):
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
    fresh: Annotated[bool, typer.Option("--fresh", help="Delete the demo's data first.")] = False,
    advance: Annotated[int, typer.Option(min=0, help="Let the world go on by this many days first.")] = 0,
) -> None:
    """Run everything once on three simulated stores: land, build the marts, write the briefs."""
    from pipelines.local import world
    from pipelines.local.demo import DEFAULT_SEED, run_demo

    home = _home()
    known = None if fresh else world.read_world(home)
    chosen = seed if seed is not None else int(known["seed"]) if known else DEFAULT_SEED
    run_demo(console, home, seed=chosen, fresh=fresh, advance=advance)


def _home() -> Path:
    import os

    return Path(os.environ.get("TRADEWIND_HOME") or ".tradewind")


@app.command()
def up(
    port: Annotated[int | None, typer.Option(help="Port of Dagster's UI; default 3000 if it is free.")] = None,
) -> None:
    """Start the warehouse, Dagster's daemon and its UI; Ctrl-C stops them."""
    from pipelines.local.up import run_up

    run_up(console, _home(), port=port)


@app.command()
def down() -> None:
    """Stop the embedded warehouse."""
    from pipelines.warehouse import embedded

    console.print("The warehouse is stopped." if embedded.stop(_settings().home) else "The warehouse was not running.")


@app.command()
def url(role: Annotated[str | None, typer.Option(help="`bi`: read-only, marts and insights only.")] = None) -> None:
    """Start the warehouse if need be and print its URL, and nothing else."""
    from pipelines.local.steps import open_all
    from pipelines.warehouse.roles import role_url

    if role not in (None, "bi"):
        raise ConfigError(f"There is no role {role!r}; the roles are: bi.")
    settings = _settings()
    warehouse, _ = open_all(settings)
    print(role_url(settings, warehouse) if role == "bi" else warehouse.url)  # noqa: T201  the command's whole output


@app.command()
def plan(
    feed: Feeds = None,
    store: Stores = None,
    start: From = None,
    end: To = None,
    explain: Annotated[str | None, typer.Option(help="Tell the history of one slice: FEED/SCOPE/DAY.")] = None,
) -> None:
    """Show what would be asked for now, why, and when it can be finished at the earliest. Asks nobody."""
    from pipelines.landing import planner, status
    from pipelines.local.steps import open_all

    settings = _settings()
    warehouse, catalog = open_all(settings)
    _known_stores(catalog, store)
    if explain:
        with warehouse.connect() as conn:
            for line in status.explain(conn, explain):
                console.print(line, highlight=False, markup=False)
        return
    table = Table(show_edge=False)
    for column in ("feed", "of", "window", "slices", "why", "earliest"):
        table.add_column(column)
    planned = planner.plan(settings, warehouse, catalog, _selection(feed, store, start, end))
    for each in planned:
        table.add_row(each.feed, each.scope_id, each.window_text, str(each.slices), each.reason, each.earliest_text)
    console.print(table if planned else "Nothing is due.")


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

    settings = _settings()
    warehouse, catalog = steps.open_all(settings)
    _known_stores(catalog, store)
    selection = _selection(feed, store, start, end, force)
    failed = asyncio.run(steps.pull(console, settings, warehouse, catalog, selection))
    if failed:
        raise TradewindError(f"{failed} slices could not be landed; `tradewind status` names them and why.")


@app.command()
def status() -> None:
    """Say per store and feed what is here, what is missing, and why."""
    from pipelines.landing import status as ledger_status
    from pipelines.local.steps import open_all

    settings = _settings()
    warehouse, catalog = open_all(settings)
    table = Table(show_edge=False)
    for column in ("of", "feed", "days here", "from", "to", "missing", "why"):
        table.add_column(column, overflow="fold")
    with warehouse.connect() as conn:
        for row in ledger_status.status(conn, catalog, settings.now()):
            table.add_row(*(str(value) if value is not None else "" for value in row))
    console.print(table)


@app.command()
def doctor() -> None:
    """Check the set-up piece by piece and say what to do about what is wrong."""
    from pipelines.local.doctor import examine

    findings = examine()
    for finding in findings:
        mark = "[green]ok[/green]  " if finding.ok else "[red]no[/red]  "
        console.print(f"{mark}{finding.what}", highlight=False)
        if finding.advice:
            console.print(f"      {finding.advice}", highlight=False, markup=False)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


@app.command()
def brief(
    store: Stores = None,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Marketplace day; default: the last complete one.")
    ] = None,
    language: Annotated[list[str] | None, typer.Option(help="`en` or `zh`; default both.")] = None,
) -> None:
    """Write the daily brief of each store from the marts."""
    from pipelines.local import steps

    settings = _settings()
    warehouse, catalog = steps.open_all(settings)
    _known_stores(catalog, store)
    options: dict[str, object] = {"day": day.date() if day else None}
    if language:
        options["languages"] = tuple(language)
    steps.print_briefs(console, steps.write_briefs(console, settings, warehouse, catalog, store, **options))


@app.command()
def transform(
    full_refresh: Annotated[bool, typer.Option("--full-refresh", help="Build every mart anew from raw.")] = False,
    as_of: Annotated[
        datetime | None, typer.Option(help="Show what was known then (UTC), in schemas of their own.")
    ] = None,
) -> None:
    """Build and test the marts with dbt."""
    from pipelines.errors import TransformError
    from pipelines.local.steps import open_all
    from pipelines.warehouse import transform as dbt

    settings = _settings()
    warehouse, _ = open_all(settings)
    with console.status("Building the marts (dbt)"):
        result = dbt.transform(settings, warehouse, full_refresh=full_refresh, as_of=as_of)
    if not result.ok:
        raise TransformError("The marts were not built whole:\n  " + "\n  ".join(result.failures))
    console.print(f"Built and tested the marts in {result.seconds:.0f} s.", highlight=False)


@app.command()
def replay() -> None:
    """Rebuild the raw tables and the ledger's loads from the archive, without asking anyone."""
    from pipelines.landing.replay import replay as run_replay
    from pipelines.local.steps import open_all

    settings = _settings()
    warehouse, catalog = open_all(settings)
    with console.status("Loading the archived documents again"):
        outcome = run_replay(settings, warehouse, catalog)
    console.print(f"Replayed {outcome.loads} loads, {outcome.rows} rows.", highlight=False)


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The document, as downloaded.")
    ],
    feed: Annotated[str, typer.Option(help="What it is, as `amazon_sp.all_orders_by_order_date`.")],
    store: Annotated[str, typer.Option(help="Whose it is: a store of stores.yaml.")],
    start: From = None,
    end: To = None,
    as_of: Annotated[datetime | None, typer.Option(help="The moment a snapshot shows, in UTC.")] = None,
    no_transform: Annotated[bool, typer.Option("--no-transform", help="Do not build the marts afterwards.")] = False,
) -> None:
    """Land a document downloaded by hand and build what depends on it."""
    from pipelines.feeds import FEEDS
    from pipelines.landing.importer import import_file
    from pipelines.local import steps

    if feed not in FEEDS:
        raise ConfigError(f"There is no feed {feed}. The feeds are: {', '.join(FEEDS)}.")
    settings = _settings()
    warehouse, catalog = steps.open_all(settings)
    _known_stores(catalog, [store])
    days: dict[str, date | None] = {
        "date_from": start.date() if start else None,
        "date_to": end.date() if end else None,
    }
    with console.status(f"Importing {file.name}"):
        outcome = import_file(settings, warehouse, catalog, file, feed, store, as_of=as_of, **days)
    for warning in outcome.warnings:
        console.print(f"Note: {warning}", highlight=False, markup=False)
    if outcome.unchanged:
        console.print("This document is loaded already: nothing changed.")
    else:
        console.print(f"Imported {outcome.rows} rows, {outcome.rejected} rejected.", highlight=False)
    if not no_transform:
        steps.transform_if_stale(console, settings, warehouse)


if __name__ == "__main__":
    main()
