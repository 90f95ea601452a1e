"""The dashboard for Superset in docs/superset names what is there: marts, their columns and types, its own metrics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlglot
import yaml
from sqlglot import expressions

from pipelines.transformation.dictionary import models, read
from tests.support.references import ROOT

FOLDER = ROOT / "docs" / "superset"
TYPES = {"timestamptz": "TIMESTAMP WITH TIME ZONE"}
CONTRACTS = {
    model["name"]: {each["name"]: TYPES.get(each["data_type"], each["data_type"].upper()) for each in model["columns"]}
    for _, model in models()
}


DATASETS = {each["uuid"]: each for each in map(read, sorted(FOLDER.glob("datasets/*/*.yaml")))}
CHARTS = {each["uuid"]: each for each in map(read, sorted(FOLDER.glob("charts/*.yaml")))}
(DASHBOARD,) = map(read, FOLDER.glob("dashboards/*.yaml"))
(DATABASE,) = map(read, FOLDER.glob("databases/*.yaml"))


def known(dataset: dict[str, Any]) -> set[str]:
    """What a chart may name of a dataset."""
    columns = {each["column_name"] for each in dataset["columns"]}
    return columns | {each["metric_name"] for each in dataset["metrics"]}


def columns_of(sql: str) -> set[str]:
    return {each.name for each in sqlglot.parse_one(sql, read="postgres").find_all(expressions.Column)}


def named(params: dict[str, Any]) -> Iterator[str]:
    """The columns and metrics that a chart's settings name."""
    for key in ("metrics", "metrics_b", "groupby", "groupby_b", "all_columns", "column_config"):
        yield from params.get(key, ())
    for key in ("x_axis", "metric", "timeseries_limit_metric"):
        if key in params:
            yield params[key]
    for each in params.get("conditional_formatting", ()):
        yield each["column"]
    for each in params.get("order_by_cols", ()):
        yield yaml.safe_load(each)[0]
    for each in (*params.get("adhoc_filters", ()), *params.get("adhoc_filters_b", ())):
        yield from [each["subject"]] if each["expressionType"] == "SIMPLE" else columns_of(each["sqlExpression"])


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda each: each["table_name"])
def test_a_dataset_is_a_mart_with_its_columns(dataset: dict[str, Any]):
    contract = CONTRACTS[dataset["table_name"]]
    there = {each["column_name"]: each["type"] for each in dataset["columns"] if "expression" not in each}
    assert there == {name: kind for name, kind in contract.items() if name in there}
    assert dataset["database_uuid"] == DATABASE["uuid"]
    assert {dataset["main_dttm_col"], dataset.get("currency_code_column", "date")} <= set(there)
    for each in (*dataset["metrics"], *dataset["columns"]):
        assert columns_of(each.get("expression", "1")) <= set(contract), each


@pytest.mark.parametrize("chart", CHARTS.values(), ids=lambda each: each["slice_name"])
def test_a_chart_names_what_its_dataset_has(chart: dict[str, Any]):
    assert set(named(chart["params"])) <= known(DATASETS[chart["dataset_uuid"]])


def test_the_dashboard_shows_every_chart_and_filters_by_what_is_there():
    shown = [each["meta"] for each in DASHBOARD["position"].values() if isinstance(each, dict) and "meta" in each]
    assert {each["uuid"] for each in shown if "chartId" in each} == set(CHARTS)
    for each in DASHBOARD["metadata"]["native_filter_configuration"]:
        for target in filter(None, each["targets"]):
            assert target["column"]["name"] in known(DATASETS[target["datasetUuid"]])


def test_there_is_no_password_and_no_address_of_a_machine():
    assert DATABASE["sqlalchemy_uri"] == "postgresql+psycopg2://tradewind_bi@localhost:5432/tradewind"
    assert not re.search("password|XXXX", "".join(path.read_text() for path in FOLDER.rglob("*.yaml")))
