"""`tradewind`: everything that can be done without Dagster. Commands only parse, call and print; the work is elsewhere.

Exit codes: 0 done, 1 something a user can cure (told in a sentence), 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from pipelines.errors import TradewindError, full_disk
from pipelines.local import (
    account_commands,
    alerts,
    arguments,
    assistant,
    backup_commands,
    channel_commands,
    distribution,
    landing_commands,
    notifications,
    settlements,
    tracking,
    verifying,
    webhook_commands,
)
from pipelines.local.arguments import DAY, Feeds, Stores
from pipelines.local.first_day import command as first_day
from pipelines.local.first_day import rotating
from pipelines.local.panels import Panels
from pipelines.local.tenants import commands as tenant_commands

if TYPE_CHECKING:
    from pipelines.settings import Settings

app = typer.Typer(
    cls=Panels,
    help="Amazon seller data into Postgres: reports, ads and competitor crawls, marts, daily briefs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.add_typer(settlements.app, name="settlements")
app.add_typer(alerts.app, name="alerts")
app.add_typer(tracking.app, name="track")
app.command("init")(first_day.init)
app.command("rotate")(rotating.rotate)
app.command("notifications")(notifications.notifications)
app.add_typer(webhook_commands.app, name="webhooks")
app.add_typer(account_commands.users_app, name="users")
app.add_typer(account_commands.keys_app, name="keys")
app.command("serve")(webhook_commands.serve)
app.command("mcp")(assistant.mcp)
app.add_typer(tenant_commands.app, name="tenant")
app.add_typer(channel_commands.app, name="channels")
console = Console()
errors = Console(stderr=True)


def main() -> None:
    """Entry point: errors that a user can cure are sentences, not stack traces."""
    import psycopg

    os.umask(0o077)  # what lies in a home, and what is written elsewhere, is its owner's business
    try:
        app()
    except TradewindError as error:
        _fail(str(error))
    except psycopg.OperationalError as error:
        if full := full_disk(error):
            _fail(full)
        said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        _fail(f"The warehouse does not answer any more: {said}. What was committed stays; run the command again.")
    except BrokenPipeError:
        # whoever read our output has gone; nothing is left to be flushed when the interpreter ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        if error.strerror is None:
            raise
        where = f"{error.filename}: " if error.filename else ""
        _fail(full_disk(error) or f"{where}{error.strerror}.")
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


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"tradewind {version('tradewind')}")  # noqa: T201  the command's whole output
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell which Tradewind this is."),
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log what is done, to standard error.")] = False,
) -> None:
    """Amazon seller data into Postgres: reports, ads and competitor crawls, marts, daily briefs."""
    from pipelines.logs import configure_logging

    configure_logging(verbose=verbose)


def _settings(*, tell: bool = False) -> Settings:
    from pipelines.local.homes import open_settings

    return open_settings(console if tell else None)


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
            "--role",
            metavar="ROLE",
            help="`bi` reads all marts and insights, `tenant_<tenant>` its tenant's rows; neither changes anything.",
        ),
    ] = None,
) -> None:
    """Start the warehouse if need be and print its URL, and nothing else."""
    from pipelines.local.steps import warehouse_url

    print(warehouse_url(errors, _settings(), role))  # noqa: T201  the command's whole output


app.command()(landing_commands.plan)
app.command()(landing_commands.pull)
app.command()(landing_commands.crawl)


@app.command()
def status(feed: Feeds = None, store: Stores = None) -> None:
    """Say per store and feed what is here, what is missing, and why."""
    from pipelines.landing.views import status as ledger_status
    from pipelines.landing.views.coverage import drifted_columns
    from pipelines.local.filling import tell_filling
    from pipelines.local.opening import opened
    from pipelines.local.tables import print_left_out, print_status
    from pipelines.local.whole import print_whole, units_of_stores

    arguments.selection(feed, store, None, None)
    settings = _settings(tell=True)
    warehouse, catalog = opened(settings)
    arguments.check_stores(catalog, store)
    with warehouse.connect() as conn:
        everything = list(ledger_status.status(conn, catalog, settings.now()))
        rows = [row for row in everything if feed is None or row.feed in feed]
        columns = [column for column in drifted_columns(conn) if feed is None or column.feed in feed]
        units = [] if feed else units_of_stores(conn)
    print_status(console, rows, catalog, stores=store)
    print_left_out(console, columns)
    tell_filling(console, settings, warehouse, catalog, everything, store)
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
        typer.Option("--day", formats=DAY, metavar="DAY", help="Marketplace day; default: the last complete one."),
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option("--language", metavar="LANGUAGE", help="`en` or `zh`; default: both.")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", metavar="KIND", help="As `daily`; default: all kinds.")
    ] = None,
    show: Annotated[
        bool, typer.Option("--open", help="Open the page in the browser; of several, their index.")
    ] = False,
    send: Annotated[bool, typer.Option("--send", help="Send them to those whom stores.yaml names, once.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="With --send: also where nobody knows whether it was sent.")
    ] = False,
) -> None:
    """Write the briefs of each store from the marts."""
    from pipelines.local import briefs, steps, tables
    from pipelines.local.opening import opened

    settings = _settings()
    warehouse, catalog = opened(settings)
    arguments.check_stores(catalog, store)
    written = steps.write_briefs(
        console,
        settings,
        warehouse,
        catalog,
        store,
        day=day.date() if day else None,
        languages=language,
        kinds=kind,
    )
    tables.print_briefs(console, written)
    if show:
        briefs.show(console, settings.home, written)
    if send or again:
        briefs.send(console, warehouse, catalog, written, again=again)


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
    from pipelines.local.opening import opened
    from pipelines.local.steps import build_marts

    settings = _settings()
    warehouse, _ = opened(settings)
    build_marts(console, settings, warehouse, full_refresh=full_refresh, as_of=as_of)


app.command()(landing_commands.replay)
app.command("import")(landing_commands.import_)
app.command()(verifying.verify)
app.command()(backup_commands.backup)
app.command()(backup_commands.restore)
app.command()(distribution.distribute)


if __name__ == "__main__":
    main()
