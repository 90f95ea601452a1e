"""`tradewind alerts`: looks for alerts, lists what lasts, mutes, and sends. Nothing is decided here."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipelines.local import arguments
from pipelines.local.arguments import DAY, Stores
from pipelines.local.progress import Parts, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.insights.alerts.evaluate import Outcome
    from pipelines.insights.alerts.mutes import Mute
    from pipelines.insights.alerts.outbox import Sent
    from pipelines.insights.alerts.store import Kept
    from pipelines.settings import Settings
    from pipelines.stores import Catalog
    from pipelines.warehouse.connection import Warehouse

app = typer.Typer(help="What must be heard of: list, mute, send.", no_args_is_help=True)
console = Console()
Tenants = Annotated[
    list[str] | None, typer.Option("--tenant", metavar="TENANT", help="Only this tenant (several times).")
]
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
    kind: Annotated[
        list[str] | None, typer.Option("--kind", metavar="KIND", help="As `out_of_stock` (several times).")
    ] = None,
    over: Annotated[int, typer.Option(metavar="DAYS", min=0, help="Also what ended in so many days.")] = 0,
    language: Annotated[str, typer.Option("--language", metavar="LANGUAGE", help="`en` or `zh`.")] = "en",
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


@app.command()
def send(
    tenant: Tenants = None,
    again: Annotated[
        bool, typer.Option("--again", help="Also messages of which nobody knows whether they arrived.")
    ] = False,
) -> None:
    """Send what is due to those whom stores.yaml names, once."""
    from pipelines.insights.alerts.outbox import send_due

    settings, warehouse, catalog = _opened()
    _check_tenants(catalog, tenant)
    with Parts(console, transient=True) as parts:
        parts.show("Sending", 0, None)
        sent, wrong = send_due(settings, warehouse, catalog, tenants=tenant, again=again)
    _tell(sent, wrong)


@app.command()
def test(tenant: Tenants = None) -> None:
    """Send a message that tells of nothing to whoever gets alerts."""
    from pipelines.insights.alerts.outbox import try_out

    settings, _, catalog = _opened()
    _check_tenants(catalog, tenant)
    _tell(*try_out(settings, catalog, tenant))


@app.command()
def mute(
    kind: Annotated[str | None, typer.Argument(metavar="[KIND]", help="As `out_of_stock`; default: all kinds.")] = None,
    store: Annotated[
        str | None, typer.Option("--store", metavar="STORE", help="Default: all stores of the tenant.")
    ] = None,
    tenant: Annotated[
        str | None, typer.Option("--tenant", metavar="TENANT", help="Default: that of the store.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="SUBJECT", help="SKU, ASIN, search term, id of a campaign, feed.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=DAY, metavar="DAY", help="Last day; default: until `unmute`.")
    ] = None,
) -> None:
    """Send nothing of some alerts for a while. They are written down and listed all the same."""
    from pipelines.errors import ConfigError
    from pipelines.insights.alerts import mutes

    settings, warehouse, catalog = _opened()
    arguments.check_stores(catalog, [store] if store else None)
    _check_tenants(catalog, [tenant] if tenant else None)
    check_kinds([kind] if kind else None)
    of_store = catalog.stores[store].tenant_id if store else None
    if of_store is None and tenant is None and len(catalog.tenants) > 1:
        raise ConfigError(f"Whose alerts? Name a --store or a --tenant; the tenants are: {', '.join(catalog.tenants)}.")
    if of_store and tenant and of_store != tenant:
        raise ConfigError(f"Store {store} is one of {of_store}, and not of {tenant}.")
    whose = of_store or tenant or next(iter(catalog.tenants))
    last = until.date() if until else None
    with warehouse.connect() as conn:
        made = mutes.mute(conn, whose, store, kind=kind, subject=subject, until=last, now=settings.now())
    say(console, f"Muted: {_told(made)}.")


@app.command()
def unmute(
    number: Annotated[int | None, typer.Argument(metavar="[NUMBER]", help="Of the mute; without: list them.")] = None,
) -> None:
    """End a mute, or list what is muted."""
    from pipelines.errors import ConfigError
    from pipelines.insights.alerts import mutes

    settings, warehouse, catalog = _opened()
    with warehouse.connect() as conn:
        if number is not None and not mutes.unmute(conn, number):
            raise ConfigError(f"There is no mute {number}; `tradewind alerts unmute` lists what is muted.")
        lasting = mutes.muted(conn, list(catalog.tenants), settings.now().date())
    for each in lasting:
        say(console, f"{each.mute_id}  {_told(each)}")
    if not lasting:
        say(console, "Nothing is muted.")


def _told(each: Mute) -> str:
    where = f"all stores of {each.tenant_id}" if each.store_id.startswith("*") else each.store_id
    what = f"{each.kind or 'all kinds'}{f' of {each.subject}' if each.subject else ''}"
    return f"{what}, {where}, {f'until {each.until}' if each.until else 'until it is unmuted'}"


def _check_tenants(catalog: Catalog, tenants: Sequence[str] | None) -> None:
    from pipelines.errors import ConfigError

    unknown = sorted(set(tenants or ()) - set(catalog.tenants))
    if unknown:
        raise ConfigError(
            f"stores.yaml has no tenant {', '.join(unknown)}. The tenants are: {', '.join(catalog.tenants)}."
        )


def _tell(sent: Sequence[Sent], wrong: Sequence[str]) -> None:
    """What was sent to whom. Raises SendError if something was not."""
    from pipelines.errors import SendError
    from pipelines.insights.alerts.outbox import unsent

    for each in sent:
        if each.outcome == "sent":
            what = "a test" if each.form == "test" else f"{each.incidents} alerts ({each.form})"
            say(console, f"Sent {what} of {each.tenant_id} to {each.recipient}.")
    if not sent and not wrong:
        say(console, "Nothing is due.")
    problems = [*unsent(sent), *wrong]
    for problem in problems:
        say(console, f"  {problem}", "yellow")
    if problems:
        raise SendError("Not all messages were sent; the next run tries again what surely did not arrive.")


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
