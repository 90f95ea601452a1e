"""The dbt assets: every model of the dbt project, with its tests as checks. How dbt is run is in `transform.py`."""

import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, dbt_assets

from pipelines.orchestration.resources import Platform
from pipelines.warehouse import transform

# One build at a time: limited to one run in dagster.yaml, so that the next one waits in the queue.
POOL = "dbt"


class Groups(DagsterDbtTranslator):
    """Models are grouped by the folder they stand in: staging, intermediate, sales, inventory, ..."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The last folder of the model's path."""
        folders = dbt_resource_props.get("fqn", [])[1:-1]
        return folders[-1] if folders else None


def dbt_resource() -> DbtCliResource:
    """dbt of this environment, which need not be on the PATH."""
    return DbtCliResource(
        project_dir=transform.PROJECT_DIR,
        profiles_dir=transform.PROJECT_DIR,
        dbt_executable=Path(sysconfig.get_path("scripts")) / "dbt",
    )


def build_marts(manifest: Path) -> dg.AssetsDefinition:
    """All models as one multi-asset.

    Checks of sources are off: raw tables are checked by the `coverage` check and by staging's tests.
    """
    translator = Groups(settings=DagsterDbtTranslatorSettings(enable_asset_checks=True))

    @dbt_assets(manifest=manifest, dagster_dbt_translator=translator, name="dbt", pool=POOL)
    def marts(
        context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform], dbt: DbtCliResource
    ) -> Iterator[object]:
        # the folder of the command line's builds: what dbt has parsed there is not parsed again
        target = transform.target_dir(platform.settings)
        with transform.build_session(platform.settings, platform.warehouse) as arguments:
            yield from dbt.cli(arguments, context=context, target_path=target).stream()

    return marts
