"""docker-compose.yml follows the Compose specification, and keeps what we promise of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import Any

import jsonschema
import psycopg
import pytest
import yaml
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from pipelines.settings import Settings
from pipelines.warehouse import connection, processes
from pipelines.warehouse.roles import role_url
from tests.support.postgres import TestServer
from tests.support.references import ROOT, reference

OURS = ("setup", "world", "code", "webserver", "webserver-read-only", "daemon", "serve", "simulator")


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


def test_nothing_writes_to_its_root_or_takes_all_of_the_machine(compose: Any) -> None:
    for name, service in compose["services"].items():
        # APISIX writes the nginx.conf that it makes of its settings beside its own code
        assert service.get("read_only") or name == "gateway", name
        assert service["mem_limit"], name
        assert service["pids_limit"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_only_the_code_server_gets_all_of_the_secrets(compose: Any) -> None:
    files = {
        name: [each["path"] for each in service["env_file"]]
        for name, service in compose["services"].items()
        if "env_file" in service
    }
    assert files == {"code": [".env"], "serve": ["webhooks.env"], "gateway": ["gateway.env"]}, (
        "who listens to the internet holds no token of Amazon"
    )


def test_the_ui_is_reached_through_a_password_only(compose: Any) -> None:
    published = {name for name, service in compose["services"].items() if "ports" in service}
    assert published == {"postgres", "proxy", "serve", "gateway", "grafana"}
    assert compose["services"]["grafana"]["environment"]["GF_AUTH_ANONYMOUS_ENABLED"] == "false"
    assert compose["services"]["serve"]["command"][:2] == ["tradewind", "serve"], "which has no page"
    caddy = (ROOT / "docker" / "Caddyfile").read_text(encoding="utf-8")
    assert caddy.count("reverse_proxy") == caddy.count("basic_auth") == caddy.count("import guarded") == 2
    assert "--read-only" in compose["services"]["webserver-read-only"]["command"]
    assert "reverse_proxy webserver-read-only:3000" in caddy[caddy.index("analyst") :]


def test_the_user_of_the_pipeline_is_no_superuser_and_can_do_its_work(
    compose: Any, postgres: TestServer, settings: Settings
) -> None:
    """The script that the container runs, as it is, against this session's server; its databases by other names."""
    script = (ROOT / "docker" / "postgres-init.sh").read_text(encoding="utf-8")
    names = {"tradewind": "contained", "dagster": "contained_dagster"}
    for name, other in names.items():
        script = re.sub(
            rf"(role|owner|to|database|connect|database {name} from|usage.* to) {name}\b", rf"\1 {other}", script
        )
    script = script.replace("contained_dagster, postgres, template1", "contained_dagster")
    script = script[: script.index("\\connect postgres")] + "SQL\n"  # the server's superuser keeps its password
    known = conninfo_to_dict(postgres.url)
    environment = {
        **os.environ,
        "PATH": f"{processes.binaries()}:{os.environ['PATH']}",
        "PGHOST": str(known["host"]),
        "PGPORT": str(known["port"]),
        "PGPASSWORD": str(known["password"]),
        "POSTGRES_USER": str(known["user"]),
        "POSTGRES_PASSWORD": "an'other",
    }
    done = subprocess.run(["sh"], input=script, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    url = f"postgresql://contained:an%27other@{known['host']}:{known['port']}/contained"
    own = settings.model_copy(update={"warehouse_url": SecretStr(url)})
    warehouse = connection.open_warehouse(own)
    with psycopg.connect(role_url(own, warehouse)) as bi, warehouse.connect() as conn:
        assert conn.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() == (False,)
        assert bi.execute("select current_setting('temp_file_limit')").fetchone() == ("1GB",)
        bi.execute("select pg_sleep(0)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            bi.execute("select pg_advisory_lock(1)")
        assert conn.execute("select pg_try_advisory_xact_lock(1)").fetchone() == (True,)
        state = "select state from pg_stat_activity where usename = 'tradewind_bi_contained'"
        assert conn.execute(state).fetchall() != [], "it sees what readers do, and may end it"
        assert conn.execute("select pg_has_role('pg_signal_backend', 'usage')").fetchone() == (True,)
