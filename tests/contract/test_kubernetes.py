"""The values for Dagster's Helm chart use fields that the chart has, and say what dagster.yaml says for one machine.

`FIELDS` is what of the chart's values.schema.json (1.13) these values use, written down anew: the chart is not here.
"""

from __future__ import annotations

import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from jsonschema import validate

from pipelines.accounts import keyring
from pipelines.errors import ConfigError
from pipelines.orchestration import executors
from pipelines.settings import Settings, get_settings

ROOT = Path(__file__).parents[2]
VALUES = yaml.safe_load((ROOT / "docker/kubernetes/values.yaml").read_text())
CELERY = yaml.safe_load((ROOT / "docker/kubernetes/celery.yaml").read_text())
SERVE, SERVICE = yaml.safe_load_all((ROOT / "docker/kubernetes/serve.yaml").read_text())
ONE_MACHINE = yaml.safe_load((ROOT / "dagster.yaml").read_text())

TEXT, FLAG, NUMBER, ANY = ({"type": kind} for kind in ("string", "boolean", "integer", "object"))


def only(required: str = "", **properties: Any) -> dict[str, Any]:
    """An object with these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def many(each: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": each}


IMAGE = only(
    "repository pullPolicy",
    repository=TEXT,
    tag={"type": ["string", "integer", "null"]},
    pullPolicy={"enum": ["Always", "IfNotPresent", "Never"]},
)
LAUNCHER = only(
    "imagePullPolicy loadInclusterConfig envConfigMaps envSecrets envVars volumeMounts volumes",
    imagePullPolicy={"enum": ["Always", "IfNotPresent", "Never"]},
    loadInclusterConfig=FLAG,
    envConfigMaps=many(ANY),
    envSecrets=many(ANY),
    envVars=many(TEXT),
    volumeMounts=many(ANY),
    volumes=many(ANY),
    runK8sConfig=only(containerConfig=ANY, podSpecConfig=ANY, jobSpecConfig=ANY),
)
DEPLOYMENT = only(
    "name image port",
    name=TEXT,
    image=IMAGE,
    dagsterApiGrpcArgs=many(TEXT),
    port=NUMBER,
    includeConfigInLaunchedRuns=only("enabled", enabled=FLAG),
    env={"type": "object", "additionalProperties": TEXT},
    envSecrets=many(only("name", name=TEXT)),
    volumeMounts=many(ANY),
    volumes=many(ANY),
    podSecurityContext=ANY,
    securityContext=ANY,
    resources=ANY,
)
WORKERS = only(
    image=IMAGE,
    imagePullPolicy={"enum": ["Always", "IfNotPresent", "Never"]},
    workerQueues=many(
        only("replicaCount name", name=TEXT, replicaCount=NUMBER, additionalCeleryArgs=many(TEXT)),
    ),
    resources=ANY,
)
OF_CELERY = only(
    **{
        "generateCeleryConfigSecret": FLAG,
        "global": only(celeryConfigSecretName=TEXT),
        "runLauncher": only(
            "type config",
            type={"const": "CeleryK8sRunLauncher"},
            config=only("celeryK8sRunLauncher", celeryK8sRunLauncher=WORKERS),
        ),
    }
)
QUEUE = only(maxConcurrentRuns=NUMBER, tagConcurrencyLimits=many(only("key limit", key=TEXT, limit=NUMBER)))
FIELDS = only(
    **{
        "global": only(postgresqlSecretName=TEXT),
        "generatePostgresqlPasswordSecret": FLAG,
        "postgresql": only(enabled=FLAG, postgresqlHost=TEXT, postgresqlUsername=TEXT, postgresqlDatabase=TEXT),
        "runLauncher": only(
            "type config", type={"const": "K8sRunLauncher"}, config=only("k8sRunLauncher", k8sRunLauncher=LAUNCHER)
        ),
        "dagster-user-deployments": only("enabled deployments", enabled=FLAG, deployments=many(DEPLOYMENT)),
        "dagsterWebserver": only(replicaCount=NUMBER, image=IMAGE),
        "dagsterDaemon": only(
            image=IMAGE,
            runCoordinator=only(
                "enabled type config",
                enabled=FLAG,
                type={"const": "QueuedRunCoordinator"},
                config=only(queuedRunCoordinator=QUEUE),
            ),
            runMonitoring=ANY,
            runRetries=ANY,
        ),
        "telemetry": only("enabled", enabled=FLAG),
    }
)


def test_the_values_use_only_fields_that_the_chart_has():
    validate(VALUES, FIELDS)
    validate(CELERY, OF_CELERY)


def test_queue_monitoring_and_retries_are_those_of_one_machine():
    daemon = VALUES["dagsterDaemon"]
    queue = daemon["runCoordinator"]["config"]["queuedRunCoordinator"]
    runs = ONE_MACHINE["concurrency"]["runs"]
    assert queue["maxConcurrentRuns"] == runs["max_concurrent_runs"]
    assert queue["tagConcurrencyLimits"] == runs["tag_concurrency_limits"]
    assert daemon["runRetries"]["maxRetries"] == ONE_MACHINE["run_retries"]["max_retries"]
    monitoring, here = daemon["runMonitoring"], ONE_MACHINE["run_monitoring"]
    assert monitoring["startTimeoutSeconds"] == here["start_timeout_seconds"]
    assert monitoring["pollIntervalSeconds"] == here["poll_interval_seconds"]
    assert VALUES["telemetry"] == ONE_MACHINE["telemetry"]


def test_code_server_and_runs_see_the_same_home_stores_and_secrets():
    (code,) = VALUES["dagster-user-deployments"]["deployments"]
    assert code["includeConfigInLaunchedRuns"]["enabled"], "else a run's pod would have no tokens and no stores"
    mounted = {each["name"]: each["mountPath"] for each in code["volumeMounts"]}
    assert set(mounted) == {each["name"] for each in code["volumes"]}
    assert mounted["home"] == code["env"]["TRADEWIND_HOME"]
    assert code["env"]["TRADEWIND_STORES"].startswith(mounted["config"])
    known = {f"TRADEWIND_{name.upper()}" for name in Settings.model_fields} | {"TRADEWIND_STORES"}
    assert set(code["env"]) <= known
    workers = CELERY["runLauncher"]["config"]["celeryK8sRunLauncher"]
    images = {str(part["image"]) for part in (code, VALUES["dagsterWebserver"], VALUES["dagsterDaemon"], workers)}
    assert len(images) == 1, "launcher, daemon and runs are of one version"
    assert code["image"]["tag"] == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def test_serve_has_the_home_the_stores_and_the_keys_of_the_rest():
    pod = SERVE["spec"]["template"]["spec"]
    (serve,) = pod["containers"]
    (code,) = VALUES["dagster-user-deployments"]["deployments"]
    assert serve["image"] == f"{code['image']['repository']}:{code['image']['tag']}"
    own = {each["name"]: each["value"] for each in serve["env"]}
    assert own == {name: code["env"][name] for name in own}
    assert [each["secretRef"]["name"] for each in serve["envFrom"]] == [each["name"] for each in code["envSecrets"]]
    claims = {each["persistentVolumeClaim"]["claimName"] for each in pod["volumes"] if "persistentVolumeClaim" in each}
    assert claims == {each["persistentVolumeClaim"]["claimName"] for each in code["volumes"] if each["name"] == "home"}
    (keys,) = (each for each in serve["volumeMounts"] if each["name"] == "token-keys")
    assert keys["mountPath"] == f"{own['TRADEWIND_HOME']}/{keyring.TOKEN_KEYS_FILE}" and keys["readOnly"]
    assert {each["name"] for each in serve["volumeMounts"]} == {each["name"] for each in pod["volumes"]}
    assert SERVE["spec"]["selector"]["matchLabels"].items() <= SERVE["spec"]["template"]["metadata"]["labels"].items()
    assert SERVICE["spec"]["selector"] == SERVE["spec"]["selector"]["matchLabels"]


def test_versions_go_with_the_installed_dagster():
    libraries = version("dagster-postgres")
    image = (ROOT / "docker/kubernetes/Dockerfile").read_text()
    assert f"dagster-k8s=={libraries}" in image and f"dagster-celery-k8s=={libraries}" in image
    assert f"--version {version('dagster')}" in (ROOT / "docker/kubernetes/values.yaml").read_text()


def test_a_chosen_executor_is_used_or_its_absence_told(monkeypatch):
    assert executors.chosen(get_settings()) is dg.in_process_executor
    with pytest.raises(ConfigError, match="dagster-k8s is not installed"):
        executors.chosen(get_settings(executor="k8s"))
    with pytest.raises(ConfigError, match="dagster-celery-k8s is not installed"):
        executors.chosen(get_settings(executor="celery_k8s"))
    with pytest.raises(ConfigError, match="TRADEWIND_EXECUTOR"):
        get_settings(executor="celery")
