"""`tradewind doctor`: looks at the set-up piece by piece; what is wrong comes with what to do.

No report is asked for, no crawl started, no model called, and nothing is loaded.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
from rich.console import Console

from pipelines.errors import TradewindError
from pipelines.home import make_private
from pipelines.local import steps

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.stores import Catalog

MIN_FREE_GB = 2


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `advice` is empty where nothing needs doing."""

    what: str
    ok: bool
    advice: str = ""


def examine(console: Console) -> Iterator[Finding]:
    """The findings, one by one as they are found, in the order in which they depend on each other.

    Stops where nothing further can be looked at. console: where the start of the demo's marketplaces is shown, and said
    whose home it is.
    """
    yield _finding(f"Python {sys.version.split()[0]}", sys.version_info >= (3, 11), "Use Python 3.11 or newer.")
    from pipelines.local.homes import open_settings

    try:
        settings = open_settings(console)
    except TradewindError as error:
        yield Finding("settings", False, str(error))
        return
    try:
        make_private(settings.home)
    except OSError as error:
        yield Finding(f"state in {settings.home}", False, f"It cannot be made: {error.strerror}. Set TRADEWIND_HOME.")
        return
    yield _finding(
        f"state in {settings.home}",
        os.access(settings.home, os.W_OK | os.X_OK),
        "You may not write there: change its owner, or set TRADEWIND_HOME to another folder.",
    )
    free = shutil.disk_usage(settings.home).free / 1e9
    yield _finding(
        f"{free:.0f} GB free", free >= MIN_FREE_GB, f"Free at least {MIN_FREE_GB} GB: Postgres stops on a full disk."
    )
    yield _archive(settings)
    yield Finding(f"business clock: {settings.now():%Y-%m-%d %H:%M} UTC", True)
    from pipelines.stores import load_catalog

    try:
        catalog = load_catalog(settings)
    except TradewindError as error:
        yield Finding("stores", False, str(error))
        return
    yield Finding(f"stores of {settings.stores_path}: {', '.join(catalog.stores)}", True)
    for store in catalog.stores.values():
        if not store.has_api:
            yield Finding(f"{store.store_id}: no access to SP-API, filled by `tradewind import`", True)
    yield from _databases(settings)
    yield from roles_of_bi(settings, catalog)
    yield from _retention(settings, catalog)
    yield from _asked(console, settings, catalog)
    yield from _model(settings, catalog)
    yield from _recipients(catalog)


def _finding(what: str, ok: bool, advice: str) -> Finding:
    return Finding(what, ok, "" if ok else advice)


def _archive(settings: Settings) -> Finding:
    from pipelines.landing.archive.store import Archive

    try:
        Archive(settings.archive_url).temporary_folder()
    except TradewindError as error:
        return Finding("archive", False, str(error))
    except OSError as error:
        return Finding("archive", False, f"{error.filename}: {error.strerror}. Set TRADEWIND_ARCHIVE_URL.")
    return Finding("archive of documents", True)


def _databases(settings: Settings) -> Iterator[Finding]:
    """The warehouse, and Dagster's own database."""
    from pipelines.warehouse.connection import dagster_url, open_warehouse

    try:
        with open_warehouse(settings).connect() as conn:
            version = conn.info.server_version
        kind = "the embedded one" if settings.warehouse_url is None else "yours"
        yield Finding(f"warehouse, {kind}: Postgres {version // 10_000}.{version % 10_000}", True)
    except TradewindError as error:
        yield Finding("warehouse", False, str(error))
        return
    try:
        url = dagster_url(settings).replace("postgresql+psycopg2://", "postgresql://", 1)
        psycopg.connect(url, connect_timeout=10, application_name="tradewind").close()
        yield Finding("Dagster's database", True)
    except TradewindError as error:
        yield Finding("Dagster's database", False, str(error))
    except psycopg.OperationalError as error:
        said = str(error).strip().splitlines()[0]
        yield Finding("Dagster's database", False, f"It cannot be reached: {said}. Check TRADEWIND_DAGSTER_URL.")


def roles_of_bi(settings: Settings, catalog: Catalog) -> Iterator[Finding]:
    """Whether there are the roles that BI tools log in as."""
    from pipelines.warehouse.connection import open_warehouse
    from pipelines.warehouse.role_names import bi_role, tenant_role

    try:
        with open_warehouse(settings).connect() as conn:
            database = conn.info.dbname
            wanted = [bi_role(database), *(tenant_role(tenant, database) for tenant in catalog.tenants)]
            may, user = conn.execute(
                "select rolsuper or rolcreaterole, rolname from pg_roles where rolname = current_user"
            ).fetchone() or (False, "")
            there = {
                name for (name,) in conn.execute("select rolname from pg_roles where rolname = any(%s)", (wanted,))
            }
    except TradewindError:
        return  # told above
    if may or len(there) == len(wanted):
        yield Finding(f"roles of BI tools: {', '.join(wanted)}", True)
    else:
        yield Finding(
            "roles of BI tools",
            False,
            f"{user}, the user of the warehouse, may not make roles, and {', '.join(sorted(set(wanted) - there))} "
            f"{'is' if len(wanted) - len(there) == 1 else 'are'} missing. Everything else works without. "
            f"Let an administrator run: alter role {user} createrole",
        )


def _retention(settings: Settings, catalog: Catalog) -> Iterator[Finding]:
    """For how long each tenant's data is kept, and whether what is due has gone."""
    from pipelines.local.tenants.keeping import kept

    for what, advice in kept(settings, catalog):
        yield _finding(what, not advice, advice)


def _asked(console: Console, settings: Settings, catalog: Catalog) -> Iterator[Finding]:
    """What is found by asking: tokens, what Amazon says of what stores.yaml says, and the queue of notifications."""
    from pipelines.sources.credentials import check_accounts

    try:
        with steps.marketplaces(console, settings) as reachable:
            with steps.waiting(console, "Asking Amazon and the others"):
                checked = asyncio.run(check_accounts(reachable, catalog))
            queue = list(_queue(reachable))
    except TradewindError as error:
        yield Finding("simulated marketplaces", False, str(error))
        return
    for what, problem in checked:
        is_credential = what.startswith(("SP-API", "Amazon Ads", "Apify", "Shopify"))
        yield Finding(f"credentials: {what}" if is_credential else what, problem is None, problem or "")
    yield from queue


def _queue(settings: Settings) -> Iterator[Finding]:
    """Whether the queue of notifications answers, where one is set; no message is taken from it."""
    from pipelines.sources.transport.sqs import Queue, QueueFailure

    queue = Queue.of(settings)
    if queue is None:
        return
    try:
        yield Finding(f"queue of notifications {queue.name}: about {queue.waiting()} messages wait", True)
    except QueueFailure as error:
        yield Finding(
            "queue of notifications",
            False,
            f"{error} Until then reports are polled (docs/setup.md tells how to set it up).",
        )


def _model(settings: Settings, catalog: Catalog) -> Iterator[Finding]:
    """Whether a model can be asked for briefs, and for how much money; it is not asked."""
    from pipelines.local.model_check import check_model

    for what, advice in check_model(settings, catalog):
        yield _finding(what, not advice, advice)


def _recipients(catalog: Catalog) -> Iterator[Finding]:
    """Whether those who get briefs and alerts can be written to, as far as their addresses tell; nothing is sent."""
    from pipelines.insights.sending.recipients import recipients_of

    for tenant in catalog.tenants.values():
        if not tenant.send:
            continue
        found, wrong = recipients_of(tenant)
        names = ", ".join(dict.fromkeys(each.name for each in found))
        if names:
            yield Finding(f"briefs of {tenant.tenant_id} are sent to {names}", True)
        hearing = ", ".join(dict.fromkeys(each.name for each in found if each.wants_alerts))
        if hearing:
            yield Finding(f"alerts of {tenant.tenant_id} are sent to {hearing}", True)
        for mistake in wrong:
            yield Finding(f"recipients of {tenant.tenant_id}'s briefs", False, mistake)
