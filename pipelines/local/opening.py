"""How a command comes to its warehouse and its stores. Every command begins here, so that nothing slow is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from pipelines.landing.ledger import categories
from pipelines.local.progress import waiting
from pipelines.stores import load_catalog
from pipelines.warehouse import occupant
from pipelines.warehouse.connection import open_warehouse
from pipelines.warehouse.roles import ensure_roles
from pipelines.warehouse.stores_sync import sync_stores
from pipelines.warehouse.tenant_roles import sync_tenant_roles

if TYPE_CHECKING:
    import psycopg

    from pipelines.settings import Settings
    from pipelines.stores import Catalog
    from pipelines.warehouse.connection import Warehouse


def opened(settings: Settings) -> tuple[Warehouse, Catalog]:
    """`open_all`, told on standard error's terminal while it takes its time."""
    with waiting(Console(stderr=True), "Opening the warehouse"):
        return open_all(settings)


def open_all(settings: Settings) -> tuple[Warehouse, Catalog]:
    """The warehouse, started if need be and migrated, and the stores of stores.yaml, known to it.

    The first time, what was kept before columns were judged by name is cleaned; that is told in the log.
    Raises ConfigError where it holds a simulated world and these are the user's stores, or the other way round.
    """
    catalog = load_catalog(settings)
    warehouse = open_warehouse(settings)
    with warehouse.connect() as conn:
        occupant.claim(conn, settings, catalog)
        sync_stores(conn, catalog)
        categories.refresh(conn, catalog)
        if ensure_roles(conn, settings) is not None:
            sync_tenant_roles(conn, catalog.tenants)
        cleaned = _is_cleaned(conn)
    if not cleaned:
        from pipelines.landing.upkeep.cleaning import clean_home  # it reads documents, and brings all readers with it

        clean_home(settings, warehouse)
    return warehouse, catalog


def _is_cleaned(conn: psycopg.Connection) -> bool:
    """Whether every cleaning that was begun is done, and one was."""
    return conn.execute("select bool_and(done_at is not null) from ops.cleanings").fetchone() == (True,)
