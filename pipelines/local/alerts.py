"""`tradewind alerts`: looks for alerts, lists what lasts, mutes, and sends. Nothing is decided here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipelines.local import arguments
from pipelines.local.arguments import DAY, Stores
from pipelines.local.progress import Parts, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.insights.alerts.evaluate import Outcome
    from pipelines.insights.alerts.store import Kept
    from pipelines.settings import Settings
    from pipelines.stores import Catalog
    from pipelines.warehouse.connection import Warehouse

app = typer.Typer(help="What must be heard of: list, mute, send.", no_args_is_help=True)
console = Console()
_STYLES = {"critical": "bold red", "warning": "yellow", "info": ""}


@app.callback()
def alerts() -> None:
    """What must be heard of: list, mute, send."""


def _opened() -> tuple[Settings, Warehouse, Catalog]:
    from pipelines.local.homes import open_settings
    from pipelines.local.opening import opened

    settings = open_settings(None)
    return settings, *opened(settings)


@app.command("list")
def list_(
    store: Stores = None,
    kind: Annotated[list[str] | None, typer.Option(metavar="KIND", help="As `out_of_stock` (several times).")] = None,
    over: Annotated[int, typer.Option(metavar="DAYS", min=0, help="Also what ended in so many days.")] = 0,
    language: Annotated[str, typer.Option(metavar="LANGUAGE", help="`en` or `zh`.")] = "en",
) -> None:
    """Print what lasts, the most urgent first."""
    from pipelines.insights.alerts.store import listed

    settings, warehouse, catalog = _opened()
    arguments.check_stores(catalog, store)
    check_kinds(kind)
    now = settings.now()
    with warehouse.connect() as conn:
        since = now - timedelta(days=over) if over else None
        found = listed(conn, store or list(catalog.stores), today=now.date(), since=since)
    print_alerts(console, [each for each in found if kind is None or each.kind in kind], language, year=now.year)


@app.command()
def look(store: Stores = None) -> None:
    """Look for alerts now, in the marts as they are. Nothing is sent."""
    settings, warehouse, catalog = _opened()
    arguments.check_stores(catalog, store)
    look_for_alerts(console, settings, warehouse, catalog, store)


def look_for_alerts(
    console: Console, settings: Settings, warehouse: Warehouse, catalog: Catalog, stores: Sequence[str] | None = None
) -> list[Outcome]:
    """Look for alerts in stores (default: all) and tell how many have begun and ended, and what could not be read."""
    from pipelines.insights.alerts.evaluate import evaluate

    total, done = len(stores or catalog.stores), 0
    with Parts(console, transient=True) as parts:
        parts.show("Looking for alerts", 0, total)

        def count(_: str) -> None:
            nonlocal done
            done += 1
            parts.show("Looking for alerts", done, total)

        outcomes = evaluate(settings, warehouse, catalog, stores=stores, progress=count)
    begun, over = sum(each.begun for each in outcomes), sum(each.over for each in outcomes)
    say(console, f"Alerts: {begun:,} have begun, {over:,} are over.")
    for problem in dict.fromkeys(f"{each.kind}: {each.problem}" for each in outcomes if each.problem):
        say(console, f"  {problem}", "yellow")
    return outcomes


def check_kinds(named: Sequence[str] | None) -> None:
    """A typing mistake is not an empty list. Raises ConfigError for a kind of alert that does not exist."""
    from pipelines.errors import ConfigError
    from pipelines.insights.alerts.kinds import kinds

    for name in named or ():
        if name not in kinds():
            raise ConfigError(f"There is no kind of alert {name!r}; there are {', '.join(kinds())}.")


def print_alerts(console: Console, found: Sequence[Kept], language: str, *, year: int) -> None:
    """Each alert with its title, and below it what is told of it."""
    from pipelines.insights.alerts import wording

    if not found:
        say(console, "No alert lasts.")
    for each in found:
        began = wording.day(each.first_seen, language, year=year)
        ended = f", over since {wording.day(each.resolved_at, language, year=year)}" if each.resolved_at else ""
        muted = ", muted" if each.is_muted else ""
        head = f"{each.severity}  {each.store_id}  {wording.title(each, language)}  since {began}{ended}{muted}"
        say(console, head, _STYLES.get(each.severity, ""))
        text = " ".join(wording.sentences(each, language, quote=wording.tame))
        say(console, f"    {text}")
