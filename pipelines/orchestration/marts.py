"""The dbt assets: every model of the dbt project, with its tests as checks. How dbt is run is in `transform.py`."""

import json
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliInvocation, DbtCliResource, dbt_assets

from pipelines.orchestration.resources import Platform
from pipelines.warehouse import transform

# One build at a time: limited to one run in dagster.yaml, so that the next one waits in the queue.
POOL = "dbt"
RESULTS = "run_results.json"


class Translator(DagsterDbtTranslator):
    """Groups models by the folder they stand in, and leaves it to dbt what a failed test holds up."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The last folder of the model's path."""
        folders = dbt_resource_props.get("fqn", [])[1:-1]
        return folders[-1] if folders else None

    def get_asset_check_spec(self, *arguments: Any, **named: Any) -> dg.AssetCheckSpec | None:
        """Not blocking: dbt itself builds nothing below a failed test, and `_refuse_unbuilt` looks at that."""
        spec = super().get_asset_check_spec(*arguments, **named)
        return spec._replace(blocking=False) if spec is not None else None


def dbt_resource() -> DbtCliResource:
    """dbt of this environment, which need not be on the PATH."""
    return DbtCliResource(
        project_dir=transform.PROJECT_DIR,
        profiles_dir=transform.PROJECT_DIR,
        dbt_executable=Path(sysconfig.get_path("scripts")) / "dbt",
    )


def build_marts(manifest: Path) -> dg.AssetsDefinition:
    """All models as one multi-asset. The run fails if a model was not built.

    A data test that fails is a failed check of its mart and holds up the models below it, which fails the run; where
    nothing is below, everything has been built and the briefs follow. Checks of sources are off: raw tables are checked
    by the `coverage` check and by staging's tests.
    """
    translator = Translator(settings=DagsterDbtTranslatorSettings(enable_asset_checks=True))

    @dbt_assets(manifest=manifest, dagster_dbt_translator=translator, name="dbt", pool=POOL)
    def marts(
        context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform], dbt: DbtCliResource
    ) -> Iterator[object]:
        # the folder of the command line's builds: what dbt has parsed there is not parsed again
        target = transform.target_dir(platform.settings)
        with transform.build_session(platform.settings, platform.warehouse) as arguments:
            (target / RESULTS).unlink(missing_ok=True)
            build = dbt.cli(arguments, context=context, target_path=target, raise_on_error=False)
            yield from build.stream()
        if not build.is_successful():
            _refuse_unbuilt(build, target / RESULTS)

    return marts


def _refuse_unbuilt(build: DbtCliInvocation, results: Path) -> None:
    """Raises dg.Failure with the names of models that were not built, or dbt's own error if it did not get to them."""
    error = build.get_error()
    if not results.exists():
        raise error or dg.Failure("dbt ended without success and without a reason.")
    ends = [(each["unique_id"], each["status"]) for each in json.loads(results.read_text())["results"]]
    # nothing is built of an exposure, and a test is a check
    unbuilt = [name for name, status in ends if name.startswith(("model.", "seed.")) and status != "success"]
    if unbuilt:
        raise dg.Failure(f"Not built: {', '.join(unbuilt)}.\n{error or ''}", allow_retries=False)
