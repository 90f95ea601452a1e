"""The commands `tenant list|add|remove|export`. They only parse, ask, call and print; cli.py registers them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipelines.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.settings import Settings

app = typer.Typer(help="Show, add, export and remove tenants (docs/operations.md).", no_args_is_help=True)

TenantId = Annotated[str, typer.Argument(metavar="TENANT", help="Its id in stores.yaml, as `harbor`.")]


@app.command("list")
def list_() -> None:
    """Show the tenants: stores, shops, documents, and what holds for each of them alone."""
    from pipelines.local.opening import opened
    from pipelines.local.progress import say
    from pipelines.local.tenants.listing import listed
    from pipelines.local.tenants.removal import unfinished

    console, settings = Console(), _settings()
    warehouse, catalog = opened(settings)
    with warehouse.connect() as conn:
        rows, half = listed(conn, catalog, settings), unfinished(conn)
    for row in rows:
        say(console, f"{row.tenant_id}: {row.name}", "bold")
        for line in row.lines():
            say(console, f"  {line}")
    if not rows:
        say(console, "There are no tenants. `tradewind tenant add` writes one into stores.yaml.")
    for tenant in half:
        say(console, f"The removal of {tenant} is not finished: `tradewind tenant remove {tenant}` goes on.")


@app.command()
def add(
    tenant: TenantId,
    name: Annotated[str, typer.Option(help="What it is called in briefs, as `Harbor Goods`.")],
    currency: Annotated[str, typer.Option(help="Reporting currency, as USD.")],
    account: Annotated[
        list[str] | None, typer.Option(metavar="SELLER@REGION", help="A seller account (several times).")
    ] = None,
    store: Annotated[
        list[str] | None, typer.Option(metavar="ID=MARKETPLACE", help="A store, as acme-us=US (several times).")
    ] = None,
    token: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REGION=VARIABLE",
            help="The variable, set already, with the account's refresh token; without it: filled by import only.",
        ),
    ] = None,
) -> None:
    """Write a tenant into stores.yaml, comments kept, and make its role for BI tools."""
    from pipelines.local.opening import opened
    from pipelines.local.progress import say
    from pipelines.local.tenants import adding
    from pipelines.warehouse.role_names import tenant_role

    console, settings = Console(), _of_the_user(_settings())
    variables = dict(each.partition("=")[::2] for each in token or ())
    path = adding.add(settings, tenant, adding.entry(name, currency, account or (), store or (), variables))
    say(console, f"{path}: {tenant} is added.")
    warehouse, catalog = opened(_of_the_user(_settings()))
    with warehouse.connect() as conn:
        role = tenant_role(tenant, conn.info.dbname)
        made = conn.execute("select from pg_roles where rolname = %s", (role,)).fetchone() is not None
    stores = [each.store_id for each in catalog.stores.values() if each.tenant_id == tenant]
    say(console, f"Its stores: {', '.join(stores) or 'none yet; enter them in the file'}.")
    if made:
        say(console, f"Its role for BI tools is {role}: `tradewind url --role tenant_{tenant}` gives the address.")
    else:
        say(console, f"Its role {role} could not be made: `tradewind doctor` says why.")


@app.command()
def export(
    tenant: TenantId,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Default: <tenant>-<day>.zip in this folder.")
    ] = None,
) -> None:
    """Write all that a tenant has into one zip: documents, tables as CSV, briefs, and a manifest with hashes."""
    from datetime import UTC, datetime

    from pipelines.local.opening import opened
    from pipelines.local.progress import say, waiting
    from pipelines.local.running import interruptible
    from pipelines.local.tenants.export import export as write
    from pipelines.local.tenants.removal import look

    console, settings = Console(), _settings()
    warehouse, catalog = opened(settings)
    with interruptible(), waiting(console, f"Exporting {tenant}"):
        with warehouse.connect() as conn:
            owned, _ = look(settings, conn, catalog, tenant)
        made = write(settings, warehouse, owned, to or Path(f"{tenant}-{datetime.now(UTC):%Y-%m-%d}.zip"))
    say(
        console,
        f"Exported {tenant} into {made.file}: {made.size / 1e6:,.1f} MB with {made.documents:,} documents, "
        f"{made.rows:,} rows of {made.tables} tables and {made.pages:,} pages.",
    )
    for path in made.missing:
        say(console, f"The archive lacks {path}, which the ledger names: bring it back from a backup of the archive.")
    say(console, "Only you can read it. It is not encrypted: hand it over as you would hand over the data itself.")


@app.command()
def expire() -> None:
    """Delete what has been kept long enough, as the job `retention` does daily (docs/operations.md)."""
    from pipelines.landing.archive.store import Archive
    from pipelines.landing.upkeep.expiry import expire as delete
    from pipelines.local.opening import opened
    from pipelines.local.progress import say, waiting

    console, settings = Console(), _settings()
    warehouse, catalog = opened(settings)
    with waiting(console, "Deleting what is old"), warehouse.connect(autocommit=True) as conn:
        expired = delete(conn, Archive(settings.archive_url), catalog, settings.home, settings.now().date())
    say(console, f"{str(expired)[0].upper()}{str(expired)[1:]}.")


@app.command("rotate-hashes")
def rotate_hashes(
    finish: Annotated[
        bool, typer.Option("--finish", help="Make no new key: bring to the newest one what is not there yet.")
    ] = False,
) -> None:
    """Make a new key for the hashes of buyers' addresses, and bring all hashes to it; a buyer stays the same buyer."""
    from pipelines.landing.archive.store import Archive
    from pipelines.landing.personal.pseudonyms import add_key, hash_key
    from pipelines.landing.upkeep.rotation import rotate
    from pipelines.local.opening import opened
    from pipelines.local.progress import say, waiting

    console, settings = Console(), _settings()
    warehouse, _ = opened(settings)
    if not finish:
        add_key(settings)
    with waiting(console, "Hashing the hashes"), warehouse.connect(autocommit=True) as conn:
        done = rotate(conn, Archive(settings.archive_url), hash_key(settings))
    say(
        console, f"The hashes of {done:,} documents are made with the newest key too. Keep the old keys: they stay part"
    )
    say(console, "of every hash. What still runs takes the new key with its next run; `--finish` brings in the rest.")


@app.command()
def remove(
    tenant: TenantId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for the tenant's name.")] = False,
) -> None:
    """Delete all that a tenant has, and prove it: rows, documents, pages, role, entries. Nothing brings it back.

    A removal that was killed goes on when the command is given again. Export first, if the data may still be wanted.
    """
    from pipelines.local.opening import opened
    from pipelines.local.progress import say, waiting
    from pipelines.local.running import interruptible
    from pipelines.local.tenants import removal

    console, settings = Console(), _settings()
    warehouse, catalog = opened(settings)
    with waiting(console, f"Looking what is of {tenant}"), warehouse.connect() as conn:
        owned, before = removal.look(settings, conn, catalog, tenant)
    _print_counts(console, before)
    variables = removal.variables_of(settings, tenant)
    if not yes:
        say(console, f"All of this is deleted for good. Stores: {', '.join(s for s in owned.stores if s[0] != '*')}.")
        typed = typer.prompt(f"Type the name of the tenant ({tenant})", default="", show_default=False)
        if typed != tenant:
            raise ConfigError(f"{typed!r} is not {tenant!r}: nothing was changed.")
    with interruptible(), waiting(console, f"Removing {tenant}"):
        done = removal.remove(settings, warehouse, owned, before)
    _print_counts(console, before, done.after)
    say(console, f"The numbers are kept in {done.proof}.")
    if variables:
        say(console, f"Delete its secrets where you keep them: {', '.join(variables)}.")
    if done.unknown:
        say(console, f"Not looked into, since they are tables of your own: {', '.join(done.unknown)}.")
    say(console, "Backups made before still hold it; docs/tenants.md says what else may.")
    if done.left:
        raise ConfigError(
            f"Not all of {tenant} is gone: {', '.join(f'{name} ({number:,})' for name, number in done.left.items())}. "
            "Something was written meanwhile, or may not be deleted: give the command again."
        )


def _print_counts(console: Console, before: Mapping[str, int], after: Mapping[str, int] | None = None) -> None:
    """What there is, and what is left; of what was never there only how many tables."""
    from pipelines.local.progress import say

    after_of = after or {}
    shown = [name for name in {**before, **after_of} if before.get(name) or after_of.get(name)]
    say(console, f"{'':52} {'before':>12}" + (f" {'after':>12}" if after is not None else ""), "bold")
    for name in shown:
        line = f"  {name:50} {before.get(name, 0):>12,}"
        say(console, line + (f" {after_of.get(name, 0):>12,}" if after is not None else ""))
    empty = len(set(before) - set(shown))
    if empty:
        say(console, f"  {empty} other tables have nothing of it.")


def _of_the_user(settings: Settings) -> Settings:
    """The settings of the user's own home, where the demo's is meant only because there is no stores.yaml yet.

    Raises ConfigError if the user has named the demo's home: `tradewind demo` writes its stores.yaml anew.
    """
    from pipelines.home import STORES
    from pipelines.settings import get_settings

    if settings.is_demo_by_default:
        return get_settings(stores_path=Path(STORES).absolute())
    if settings.is_demo:
        raise ConfigError(
            f"{settings.home} is the demo's home, whose tenants are made up. Nothing was changed: give your own a home "
            "beside it, by a stores.yaml of yours in the folder in which you start, or another TRADEWIND_HOME."
        )
    return settings


def _settings() -> Settings:
    from pipelines.local.homes import open_settings

    return open_settings(None)
