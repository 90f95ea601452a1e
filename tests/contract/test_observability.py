"""The files of the profile `observability`: what they name is told, and they are what the vendors' schemas ask for."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml

from pipelines.serving.metrics.families import GAUGES
from pipelines.telemetry import names
from pipelines.telemetry.names import METRICS
from tests.support.references import ROOT, reference
from tools import dashboards

FOLDER = ROOT / "docker" / "observability"
TOLD = {each.name: set(each.labels) for each in GAUGES} | {
    series: {name.replace(".", "_") for name in metric.attributes} | ({"le"} if series.endswith("_bucket") else set())
    for metric in METRICS.values()
    for series in metric.series
}
# of Prometheus itself: it makes them of each scrape
SCRAPES = {"up": {"job", "instance"}}
KEYWORDS = {"by", "or", "and", "unless", "on", "without", "bool", "offset"}


def of_dashboards() -> Iterator[tuple[str, str]]:
    for path in sorted((FOLDER / "dashboards").glob("*.json")):
        for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
            for target in panel.get("targets", []):
                yield f"{path.name}: {panel['title']}", target["expr"]


def of_rules() -> Iterator[tuple[str, str]]:
    for group in yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]


EXPRESSIONS = [*of_dashboards(), *of_rules()]


def names_and_labels(expression: str) -> tuple[set[str], set[str]]:
    """The series and the labels that a query names. What `label_replace` makes is no label of a series."""
    made = set(re.findall(r'label_replace\(.*?, "(\w+)"', expression))
    plain = re.sub(r'"[^"]*"', '""', expression)
    labels = {name for group in re.findall(r"\bby \(([^)]*)\)", plain) for name in re.findall(r"\w+", group)}
    labels |= {name for group in re.findall(r"\{([^}]*)\}", plain) for name in re.findall(r"(\w+)\s*[=!]", group)}
    plain = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\bby \([^)]*\)", "", plain)
    found = {name for name in re.findall(r"\b([a-z_][a-z0-9_]*)\b(?!\s*\()", plain) if name not in KEYWORDS}
    return found, labels - made


def test_a_query_is_taken_apart() -> None:
    query = 'sum by (a, le) (rate(x_bucket{b!="",c=~"d.*"}[5m])) / sum(label_replace(y_total, "e", "$1", "f", "z"))'
    assert names_and_labels(query) == ({"x_bucket", "y_total"}, {"a", "le", "b", "c"})


@pytest.mark.parametrize(("where", "expression"), EXPRESSIONS, ids=[where for where, _ in EXPRESSIONS])
def test_what_a_dashboard_or_rule_names_is_told(where: str, expression: str) -> None:
    told = TOLD | SCRAPES
    series, labels = names_and_labels(expression)
    assert series, f"{where} asks for nothing"
    assert series <= set(told), f"{where}: no code tells {series - set(told)}"
    known = set().union(*(told[name] for name in series))
    assert labels <= known, f"{where}: {series} have no label {labels - known}"


def test_every_metric_is_recorded_by_some_code() -> None:
    constants = {value.name: name for name, value in vars(names).items() if isinstance(value, names.Metric)}
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "pipelines").rglob("*.py") if path.name != "names.py"
    )
    assert set(constants) == set(METRICS)
    for metric, constant in constants.items():
        assert re.search(rf"\bnames\.{constant}\b", code), f"{metric} is listed, and recorded nowhere"


def test_every_metric_that_is_told_is_explained() -> None:
    explained = (ROOT / "docs" / "observability.md").read_text(encoding="utf-8")
    told = [each.name for each in GAUGES] + [metric.name for metric in METRICS.values()]
    assert [name for name in told if f"`{name}`" not in explained] == []
    assert [alert for alert, _ in of_rules() if f"`{alert}`" not in explained] == []


def test_the_dashboards_are_those_that_the_tool_writes() -> None:
    for name in dashboards.BOARDS:
        kept = (FOLDER / "dashboards" / f"{name}.json").read_text(encoding="utf-8")
        assert kept == dashboards.build(name), "run `make dashboards`"
    assert {path.stem for path in (FOLDER / "dashboards").iterdir()} == set(dashboards.BOARDS)


@pytest.mark.parametrize(
    ("file", "schema"),
    [
        ("prometheus.yml", "prometheus.json"),
        ("alerts.yml", "prometheus.rules.json"),
        ("alerts.test.yml", "prometheus.rules.test.json"),
    ],
)
def test_prometheus_files_keep_to_their_schemas(file: str, schema: str) -> None:
    known = json.loads(reference(f"specs/otel-prom-grafana/{schema}").read_text(encoding="utf-8"))
    validate(known, yaml.safe_load((FOLDER / file).read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", sorted(dashboards.BOARDS))
def test_dashboards_keep_to_grafanas_schema(name: str) -> None:
    path = reference("specs/otel-prom-grafana/grafana-jsonschema/dashboard.jsonschema.json")
    known = json.loads(path.read_text(encoding="utf-8"))
    content = json.loads(dashboards.build(name))
    validate({**known, "$ref": "#/definitions/Dashboard"}, content)
    places = [(p["gridPos"]["x"], p["gridPos"]["y"], p["gridPos"]["w"], p["gridPos"]["h"]) for p in content["panels"]]
    assert all(x + w <= dashboards.WIDTH for x, _, w, _ in places)
    assert len(places) == len({place[:2] for place in places}), "two panels stand at one place"


def test_promtool_takes_the_files() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("there is no promtool here")
    for command in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts.test.yml"]):
        done = subprocess.run([promtool, *command], cwd=FOLDER, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    syntax = [promtool, "check", "config", "--syntax-only", "prometheus.yml"]
    assert subprocess.run(syntax, cwd=FOLDER, capture_output=True, check=False).returncode == 0


def test_the_collectors_pipelines_name_parts_that_are_there() -> None:
    config = yaml.safe_load((FOLDER / "collector.yml").read_text(encoding="utf-8"))
    for pipeline in config["service"]["pipelines"].values():
        for part in ("receivers", "processors", "exporters"):
            assert set(pipeline[part]) <= set(config[part])
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    ours = {name for name, service in compose.items() if service.get("profiles") == ["observability"]}
    assert ours == {"collector", "prometheus", "grafana", "jaeger"}
    named = set(re.findall(r"\b([a-z]+):\d{4,5}\b", "\n".join(path.read_text() for path in FOLDER.rglob("*.yml"))))
    assert named <= ours | {"serve"}, "a host that is no service"


def validate(schema: Any, content: Any) -> None:
    jsonschema.validators.validator_for(schema)(schema).validate(content)
