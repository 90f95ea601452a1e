"""When a dbt build counts as failed: when a model was not built, whatever its tests say."""

from types import SimpleNamespace

import dagster as dg
import pytest

from pipelines.orchestration.marts import refuse_unbuilt
from pipelines.transformation.transform import TransformResult


def built(*failures: str, **ends: str) -> TransformResult:
    """What transform says: names that begin with `test_` or `hook_` are of no model."""
    results = []
    for name, status in ends.items():
        kind = {"test": "test", "hook": "operation"}.get(name.partition("_")[0], "model")
        results.append(SimpleNamespace(node=SimpleNamespace(name=name, resource_type=kind), status=status))
    return TransformResult(not failures, list(failures), 1.0, results=results)


def test_failed_tests_with_nothing_below_them_are_checks_only():
    refuse_unbuilt(built("Test has_rate found 2 rows.", sales_daily="success", hook_end="error", test_has_rate="fail"))


@pytest.mark.parametrize("status", ["error", "skipped", "runtime error"])
def test_a_model_that_was_not_built_fails_the_run_by_name(status):
    with pytest.raises(dg.Failure, match=r"Not built: inventory_health.\s+what dbt said"):
        refuse_unbuilt(built("what dbt said", sales_daily="success", inventory_health=status))


def test_a_build_that_did_not_get_to_its_models_fails_with_dbts_own_words():
    with pytest.raises(dg.Failure, match="what dbt said"):
        refuse_unbuilt(built("what dbt said"))


def test_a_build_that_found_nothing_to_do_is_no_failure():
    refuse_unbuilt(built())
