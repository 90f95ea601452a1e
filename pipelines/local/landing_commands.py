"""The commands that bring documents in, or tell what would be brought: `plan`, `pull`, `crawl`, `import`, `replay`.

They only parse, call and print; cli.py registers them. The work is in pipelines/landing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console

from pipelines.local import arguments
from pipelines.local.arguments import MOMENT, Feeds, From, Stores, To, Today


def plan(
    feed: Feeds = None,
    store: Stores = None,
    start: From = None,
    end: To = None,
    today: Today = False,
    explain: Annotated[
        str | None, typer.Option(metavar="SLICE", help="Tell a slice's history: `STORE FEED DAY` or FEED:STORE:DAY.")
    ] = None,
    of: Annotated[list[str] | None, typer.Argument(metavar="[FEED DAY]", help="The rest of a SLICE.")] = None,
) -> None:
    """Show what would be asked for now, why, and how soon it can be. Asks nobody."""
    from pipelines.landing.planning.today import rounds
    from pipelines.landing.views import forecast, history
    from pipelines.landing.views.becoming_whole import filling
    from pipelines.local.homes import open_settings
    from pipelines.local.opening import opened
    from pipelines.local.plans import print_filling, print_plan, print_rounds
    from pipelines.local.progress import say

    selection = arguments.selection(feed, store, start, end, today=today)
    name = history.parse(" ".join([explain or "", *(of or ())]).strip()) if explain or of else None
    console, settings = Console(), open_settings(None)
    warehouse, catalog = opened(settings)
    arguments.check_stores(catalog, store)
    if name is not None:
        with warehouse.connect() as conn:
            for line in history.explain(conn, name, catalog, settings.now()):
                say(console, line)
        return
    planned, budgets = forecast.plan_and_budgets(settings, warehouse, catalog, selection)
    print_plan(console, planned, budgets)
    print_filling(console, filling(planned, catalog, store), settings.now())
    print_rounds(console, rounds(catalog))


def pull(
    feed: Feeds = None,
    store: Stores = None,
    start: From = None,
    end: To = None,
    force: Annotated[bool, typer.Option("--force", help="Ask again for what is here already.")] = False,
    today: Today = False,
) -> None:
    """Land what is due: ask the sources, keep the documents, load the rows."""
    import asyncio

    from pipelines.local import steps
    from pipelines.local.homes import open_settings
    from pipelines.local.opening import opened

    selection = arguments.selection(feed, store, start, end, force, today=today)
    console = Console()
    with steps.marketplaces(console, open_settings(None)) as settings:
        warehouse, catalog = opened(settings)
        arguments.check_stores(catalog, store)
        failed = asyncio.run(steps.pull(console, settings, warehouse, catalog, selection))
    if failed:
        raise steps.not_landed(failed)


def crawl(
    asins: Annotated[list[str] | None, typer.Argument(metavar="[ASIN...]", help="Products, own or others'.")] = None,
    keyword: Annotated[
        list[str] | None, typer.Option("--keyword", metavar="KEYWORD", help="Also its search results (several times).")
    ] = None,
    store: Stores = None,
) -> None:
    """Crawl products or keywords now, whatever was crawled today, before all that waits for its turn.

    Without --store they are crawled in the marketplaces of the stores that track them.
    """
    import asyncio

    from pipelines.landing.planning import asked_crawls
    from pipelines.local import steps
    from pipelines.local.homes import open_settings
    from pipelines.local.opening import opened

    console = Console()
    with steps.marketplaces(console, open_settings(None)) as settings:
        warehouse, catalog = opened(settings)
        arguments.check_stores(catalog, store)
        wanted = asked_crawls.by_hand(catalog, asins or (), keyword or (), store)
        failed = sum(asyncio.run(steps.pull(console, settings, warehouse, catalog, each)) for each in wanted)
    if failed:
        raise steps.not_landed(failed)


def import_(
    file: Annotated[
        Any, typer.Argument(metavar="FILE_OR_URL", parser=arguments.file_or_address, help="`manual.*`: also a URL.")
    ],
    feed: Annotated[
        str | None,
        typer.Option(
            "--feed", metavar="FEED", help="What it is, as `amazon_sp.settlements_v2`; default: by its header."
        ),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option("--store", metavar="STORE", help="Whose it is; default: by its rows. Rates belong to nobody."),
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

    Without --feed or --store it is looked at first, and what it is taken for is printed before it is loaded. What fits
    several is asked; where nobody can be asked, they are listed and the exit code is 2.
    With --from and --to it is taken to cover these days whole; without, its days are those of its rows.
    """
    from pipelines.landing.imports.importer import import_file
    from pipelines.landing.imports.recognition import Ambiguous
    from pipelines.local import steps
    from pipelines.local.homes import open_settings
    from pipelines.local.opening import opened
    from pipelines.local.progress import say, waiting

    if feed is not None:
        arguments.check_feed(feed)
    console = Console()
    settings = open_settings(console)
    warehouse, catalog = opened(settings)
    arguments.check_stores(catalog, [store] if store else None)
    try:
        feed, store = steps.recognised(console, warehouse, catalog, file, feed, store)
    except Ambiguous as several:
        errors = Console(stderr=True)
        say(errors, f"Error: {several}")
        for each in several.candidates:
            say(errors, f"  {several.option} {each}")
        raise typer.Exit(2) from None
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


def replay(
    until: Annotated[
        datetime | None,
        typer.Option(
            metavar="MOMENT",
            help="Only what had come by then, as 2026-03-01T18:00 in UTC; a day is its beginning. Into an empty home.",
        ),
    ] = None,
) -> None:
    """Fill ledger and raw tables anew from the archived documents, without asking anyone."""
    from pipelines.local import steps
    from pipelines.local.homes import open_settings
    from pipelines.local.opening import opened
    from pipelines.local.progress import say

    console, settings = Console(), open_settings(None)
    warehouse, _ = opened(settings)
    if until is not None:
        until = until.replace(tzinfo=until.tzinfo or UTC)
    outcome = steps.replay(console, settings, warehouse, until=until)
    say(console, f"Read {outcome.loads:,} loads again, {outcome.rows:,} rows.")
    if outcome.restored:
        say(console, f"The ledger did not know {outcome.restored:,} of them; it does now.")
    if outcome.repaired:
        say(console, f"The rows of {outcome.repaired:,} of them had not been whole.")
        say(console, "`tradewind transform --full-refresh` makes the marts right.")
    if until is not None:
        say(console, f"The warehouse is as it was at {until.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC.")
        say(console, "A pull would ask for all that has come since; `tradewind replay` brings it from the archive.")
