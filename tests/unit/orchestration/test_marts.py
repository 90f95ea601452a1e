"""When a dbt build counts as failed: when a model was not built, whatever its tests say."""

import json

import dagster as dg
import pytest

from pipelines.orchestration.marts import _refuse_unbuilt


class Build:
    """As dagster-dbt's invocation, of a build that ended without success."""

    def get_error(self):
        return RuntimeError("what dbt said")


def write(path, **ends):
    path.write_text(json.dumps({"results": [{"unique_id": name, "status": status} for name, status in ends.items()]}))
    return path


def test_failed_tests_with_nothing_below_them_are_checks_only(tmp_path):
    ends = {"model.tradewind.sales_daily": "success", "operation.tradewind.on-run-end-0": "pass"}
    _refuse_unbuilt(Build(), write(tmp_path / "run_results.json", **ends, **{"test.tradewind.has_rate": "fail"}))


@pytest.mark.parametrize("status", ["error", "skipped", "runtime error"])
def test_a_model_that_was_not_built_fails_the_run_by_name(tmp_path, status):
    ends = {"model.tradewind.sales_daily": "success", "model.tradewind.inventory_health": status}
    with pytest.raises(dg.Failure, match=r"Not built: model.tradewind.inventory_health.\s+what dbt said"):
        _refuse_unbuilt(Build(), write(tmp_path / "run_results.json", **ends))


def test_a_build_that_did_not_get_to_its_models_fails_with_dbts_own_words(tmp_path):
    with pytest.raises(RuntimeError, match="what dbt said"):
        _refuse_unbuilt(Build(), tmp_path / "run_results.json")
