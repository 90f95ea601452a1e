"""docker-compose.yml follows the Compose specification, and keeps what we promise of it."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
import yaml

from tests.support.references import ROOT, reference

OURS = ("setup", "world", "code", "webserver", "daemon", "simulator")


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def test_it_follows_the_specification(compose: Any) -> None:
    schema = json.loads(reference("specs/compose/compose-spec.json").read_text(encoding="utf-8"))
    jsonschema.validators.validator_for(schema)(schema).validate(compose)


def test_every_service_is_watched_or_ends(compose: Any) -> None:
    for name, service in compose["services"].items():
        if service["restart"] != "no":
            assert "test" in service["healthcheck"], name
    ending = {name for name, service in compose["services"].items() if service["restart"] == "no"}
    assert ending == {"setup", "world"}


def test_nothing_runs_as_root(compose: Any) -> None:
    assert compose["services"]["postgres"]["user"] == "postgres"
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users[-1] == "tradewind"
    for name in OURS:
        assert "user" not in compose["services"][name], "it would override the image's"
        assert compose["services"][name]["cap_drop"] == ["ALL"]


def test_ports_are_published_on_this_machine_only(compose: Any) -> None:
    for name, service in compose["services"].items():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:"), f"{name} would listen on every network"


def test_no_embedded_server_and_no_secret_in_the_file(compose: Any) -> None:
    for name in OURS:
        environment = compose["services"][name]["environment"]
        assert environment["TRADEWIND_WAREHOUSE_URL"].startswith("postgresql://tradewind:${TRADEWIND_POSTGRES_PASSWORD")
    assert compose["services"]["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${")


def test_dagster_gets_the_driver_it_can_use(compose: Any) -> None:
    for name in ("code", "webserver", "daemon"):
        environment = compose["services"][name]["environment"]
        assert environment["TRADEWIND_DAGSTER_URL"].startswith("postgresql+psycopg2://")


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    allowed = {
        line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")
    }
    for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines():
        if line.startswith("COPY ") and "--from=" not in line:
            for source in [word for word in line.split()[1:-1] if not word.startswith("--")]:
                assert source in allowed, source
                assert (ROOT / source).exists(), source
