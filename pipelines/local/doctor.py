"""`tradewind doctor`: looks at the set-up piece by piece; what is wrong comes with what to do. Changes nothing."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.errors import TradewindError

MIN_FREE_GB = 2


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `advice` is empty where nothing needs doing."""

    what: str
    ok: bool
    advice: str = ""


def examine() -> list[Finding]:
    """All findings, in the order in which they depend on each other; stops where nothing further can be looked at."""
    findings: list[Finding] = []
    for finding in _look():
        findings.append(finding)
    return findings


def _look() -> Iterator[Finding]:
    yield Finding(
        f"Python {sys.version.split()[0]}",
        sys.version_info >= (3, 11),
        "" if sys.version_info >= (3, 11) else "Use Python 3.11 or newer.",
    )
    from pipelines.settings import get_settings

    try:
        settings = get_settings()
    except TradewindError as error:
        yield Finding("settings", False, str(error))
        return
    yield Finding(f"state in {settings.home}", True)
    settings.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.home).free / 1e9
    yield Finding(
        f"{free:.0f} GB free",
        free >= MIN_FREE_GB,
        "" if free >= MIN_FREE_GB else f"Free at least {MIN_FREE_GB} GB: Postgres stops when the disk is full.",
    )
    yield Finding(f"business clock: {settings.now():%Y-%m-%d %H:%M} UTC", True)
    from pipelines.stores import load_catalog

    try:
        catalog = load_catalog(settings)
    except TradewindError as error:
        yield Finding("stores.yaml", False, str(error))
        return
    yield Finding(f"stores: {', '.join(catalog.stores)}", True)
    for store in catalog.stores.values():
        if not store.has_api:
            yield Finding(f"{store.store_id}: no API access, filled by `tradewind import` only", True)
    from pipelines.warehouse.connection import open_warehouse

    try:
        warehouse = open_warehouse(settings)
        with warehouse.connect() as conn:
            version = conn.execute("show server_version").fetchone()
        yield Finding(f"warehouse: Postgres {version[0] if version else '?'}", True)
    except TradewindError as error:
        yield Finding("warehouse", False, str(error))
        return
    yield from _credentials(settings, catalog)


def _credentials(settings, catalog) -> Iterator[Finding]:
    """Whether each account's refresh token is accepted: one token call each, no report is asked for."""
    import asyncio

    from pipelines.sources.credentials import check_accounts

    for account_id, problem in asyncio.run(check_accounts(settings, catalog)):
        yield Finding(f"credentials of {account_id}", problem is None, problem or "")
