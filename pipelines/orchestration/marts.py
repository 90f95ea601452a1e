"""The dbt assets: every model of the dbt project, with its tests as checks. How dbt is run is in `transform.py`.

A run builds what it has selected. The sensor of new data (automation.py) selects what has news, and what has got some
until the run begins is built with it; a person who chooses assets gets these, and one who chooses all gets all.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.asset_utils import get_asset_check_key_for_test
from dagster_dbt.dbt_manifest import validate_manifest

from pipelines.orchestration import built, describing
from pipelines.orchestration.resources import Platform
from pipelines.transformation import dbt_runs, transform
from pipelines.transformation.transform import TransformResult

# One build at a time: limited to one run in dagster.yaml, so that the next one waits in the queue.
POOL = "dbt"
# Of a run: `news` is asked for because of it, `everything` tests all rows and builds nothing.
BUILD_TAG = "tradewind/build"
NEWS, EVERYTHING = "news", "everything"
SECONDS_BETWEEN_NOTES = 5.0


class Translator(DagsterDbtTranslator):
    """Groups models by the folder they stand in, and leaves it to dbt what a failed test holds up. owners: of marts."""

    def __init__(self, settings: DagsterDbtTranslatorSettings, owners: Sequence[str] = ()) -> None:
        super().__init__(settings)
        self._owners = list(owners)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The last folder of the model's path."""
        folders = dbt_resource_props.get("fqn", [])[1:-1]
        return folders[-1] if folders else None

    def get_asset_spec(self, manifest: Any, unique_id: str, project: Any) -> dg.AssetSpec:
        """With its page, the file of its SQL, its layer and, of marts, how old they may be."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        properties = self.get_resource_props(manifest, unique_id)
        if properties.get("resource_type") != "model" or describing.DOCUMENTATION in spec.metadata:
            return spec
        layer = spec.key.path[0]
        return spec.replace_attributes(
            metadata={**spec.metadata, **describing.model_metadata(properties)},
            tags={**spec.tags, "layer": layer},
            owners=self._owners if layer == "marts" else [],
            freshness_policy=describing.freshness_of_builds() if layer == "marts" else None,
        )

    def get_asset_check_spec(self, *arguments: Any, **named: Any) -> dg.AssetCheckSpec | None:
        """Not blocking: dbt itself builds nothing below a failed test, and `refuse_unbuilt` looks at that."""
        spec = super().get_asset_check_spec(*arguments, **named)
        return spec._replace(blocking=False) if spec is not None else None


def build_marts(manifest: Path, owners: Sequence[str] = ()) -> dg.AssetsDefinition:
    """All models as one multi-asset, of which a run may select a part. The run fails if a model was not built.

    dbt runs in the run's own process: starting it in another one would take longer than most builds do. A data test
    that fails is a failed check of its mart and holds up the models below it, which fails the run; where nothing is
    below, everything has been built and the briefs follow. Checks of sources are off: raw tables are checked by the
    `coverage` check and by staging's tests.
    """
    translator = Translator(DagsterDbtTranslatorSettings(enable_asset_checks=True), owners)

    @dbt_assets(manifest=manifest, dagster_dbt_translator=translator, name="dbt", pool=POOL)
    def marts(context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]) -> Iterator[object]:
        result = _build(context, platform, everything=len(context.selected_asset_keys) == total)
        models = [asset_key(f"{each.node.schema}.{each.node.name}") for each in result.results if _is_built(each)]
        with platform.warehouse.connect() as conn:
            of_models = built.Built.of(conn, platform.settings.home, models, known)
        yield from _events(context, result, validate_manifest(manifest), translator, of_models)
        of_models.keep()
        refuse_unbuilt(result)

    total = len(marts.keys)
    known = {*marts.keys, *marts.dependency_keys}
    return marts


def asset_key(model: str) -> dg.AssetKey:
    """The asset of a model, `schema.name`."""
    return dg.AssetKey(model.split("."))


def _build(context: dg.AssetExecutionContext, platform: Platform, *, everything: bool) -> TransformResult:
    settings, warehouse, note = platform.settings, platform.warehouse, _notes(context.log.info)
    asked_for = context.run.tags.get(BUILD_TAG)
    if asked_for == EVERYTHING:
        return transform.test_everything(settings, warehouse, progress=note)
    if everything:
        return transform.transform(settings, warehouse, everything=True, progress=note)
    keys = context.selected_asset_keys
    return transform.transform(
        settings,
        warehouse,
        models=[".".join(key.path) for key in keys],
        only=asked_for != NEWS,
        tests=sorted(check.name for check in context.selected_asset_check_keys if check.asset_key not in keys),
        progress=note,
    )


def _events(
    context: dg.AssetExecutionContext,
    result: TransformResult,
    manifest: Mapping[str, Any],
    translator: DagsterDbtTranslator,
    of_models: built.Built,
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """What Dagster is told of each model that was built and of each test that was run."""
    keys, checks = context.selected_asset_keys, context.selected_asset_check_keys
    for each in result.results:
        node, metadata = each.node, {"unique_id": each.node.unique_id, "Execution Duration": each.execution_time}
        if node.resource_type in ("model", "seed"):
            key = asset_key(f"{node.schema}.{node.name}")
            if each.status != "success":
                continue
            sql = node.compiled_code if node.resource_type == "model" else None
            metadata |= of_models.metadata(key, sql, documented=bool(node.columns))
            if key in keys:
                yield dg.MaterializeResult(asset_key=key, metadata=metadata)
            else:  # it has got news since the run was asked for
                context.log_event(dg.AssetMaterialization(asset_key=key, metadata=metadata))
        elif node.resource_type == "test" and each.status != "skipped":
            check = get_asset_check_key_for_test(manifest, translator, node.unique_id, None)
            passed = each.status == "pass"
            if check is not None and check in checks:
                yield dg.AssetCheckResult(
                    asset_key=check.asset_key,
                    check_name=check.name,
                    passed=passed,
                    severity=dg.AssetCheckSeverity.WARN if each.status == "warn" else dg.AssetCheckSeverity.ERROR,
                    description=None if passed else dbt_runs.sentence(each),
                    metadata=metadata | ({"failed_rows": each.failures} if each.failures else {}),
                )
            elif not passed:
                context.log.warning(dbt_runs.sentence(each))


def _is_built(each: Any) -> bool:
    return each.node.resource_type in ("model", "seed") and each.status == "success"


def refuse_unbuilt(result: TransformResult) -> None:
    """Raises dg.Failure with the names of models that were not built, or dbt's own error if it did not get to them."""
    told = "\n".join(result.failures)
    if result.failures and not result.results:
        raise dg.Failure(told, allow_retries=False)
    # nothing is built of an exposure, and a test is a check
    unbuilt = [
        each.node.name
        for each in result.results
        if each.node.resource_type in ("model", "seed") and each.status != "success"
    ]
    if unbuilt:
        raise dg.Failure(f"Not built: {', '.join(unbuilt)}.\n{told}", allow_retries=False)


def _notes(say: Callable[[str], None]) -> dbt_runs.OnProgress:
    """How far a build is, for the run's log: now and then."""
    said = [time.monotonic()]

    def note(done: int, total: int) -> None:
        if time.monotonic() - said[0] >= SECONDS_BETWEEN_NOTES:
            said[0] = time.monotonic()
            say(f"{done} of {total} models and tests")

    return note
