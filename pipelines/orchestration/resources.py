"""The one resource of the definitions: settings, stores and warehouse, opened when first used and never at import."""

from functools import cached_property

import dagster as dg

from pipelines.landing.ledger import categories
from pipelines.landing.upkeep.cleaning import clean_home
from pipelines.settings import Settings, get_settings
from pipelines.stores import Catalog, load_catalog
from pipelines.telemetry.begin import begin
from pipelines.warehouse import occupant
from pipelines.warehouse.connection import Warehouse, open_warehouse
from pipelines.warehouse.stores_sync import sync_stores
from pipelines.warehouse.tenant_roles import sync_tenant_roles


class Platform:
    """Plain object that assets and sensors use; it knows nothing of Dagster. run: the run's id, if there is one."""

    def __init__(self, run: str | None = None) -> None:
        self._run = run

    @cached_property
    def settings(self) -> Settings:
        """The environment, read once per process. Logs and telemetry are set up by it."""
        settings = get_settings()
        begin(settings, "tradewind-run" if self._run else "tradewind-code", run=self._run, logs_of="pipelines")
        return settings

    @cached_property
    def catalog(self) -> Catalog:
        """Tenants, accounts and stores of stores.yaml."""
        return load_catalog(self.settings)

    @cached_property
    def warehouse(self) -> Warehouse:
        """The warehouse, migrated and told of the stores.

        Raises WarehouseError when it cannot be reached, ConfigError when it holds others' data (`occupant.py`).
        """
        warehouse = open_warehouse(self.settings)
        with warehouse.connect() as conn:
            occupant.claim(conn, self.settings, self.catalog)
            sync_stores(conn, self.catalog)
            categories.refresh(conn, self.catalog)
            sync_tenant_roles(conn, self.catalog.tenants)
        clean_home(self.settings, warehouse)
        return warehouse


class PlatformResource(dg.ConfigurableResource):
    """Gives each run its `Platform`."""

    def create_resource(self, context: dg.InitResourceContext) -> Platform:
        """One platform per run or tick."""
        return Platform(context.run_id)
