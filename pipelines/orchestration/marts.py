"""The dbt assets: every model of the dbt project, with its tests as checks."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, DbtProject, dbt_assets

from pipelines.orchestration.resources import Platform
from pipelines.warehouse import transform


class Groups(DagsterDbtTranslator):
    """Models are grouped by the folder they stand in: staging, intermediate, sales, inventory, ..."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The last folder of the model's path."""
        folders = dbt_resource_props.get("fqn", [])[1:-1]
        return folders[-1] if folders else None


def dbt_project(target: Path) -> DbtProject:
    """The dbt project of this repository, with its compiled state in `target`."""
    return DbtProject(project_dir=transform.PROJECT_DIR, profiles_dir=transform.PROJECT_DIR, target_path=target)


def build_marts(manifest: Path) -> dg.AssetsDefinition:
    """All models as one multi-asset.

    Checks of sources are off: raw tables are checked by the `coverage` check and by staging's tests.
    """
    translator = Groups(settings=DagsterDbtTranslatorSettings(enable_asset_checks=True))

    @dbt_assets(manifest=manifest, dagster_dbt_translator=translator, name="dbt", pool="dbt")
    def marts(
        context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform], dbt: DbtCliResource
    ) -> Iterator[object]:
        with transform.build_session(platform.settings, platform.warehouse) as arguments:
            yield from dbt.cli([*arguments], context=context).stream()

    return marts
