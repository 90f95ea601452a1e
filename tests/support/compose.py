"""The services of docker-compose.yml as processes of this machine: their commands, on other ports, in other folders."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import yaml

from pipelines.local.processes import Child, answers, free_port, listens, spawn, stop, wait_until
from pipelines.local.up import script
from tests.support.references import ROOT

_SENSORS = """{ repositoriesOrError { ... on RepositoryConnection {
    nodes { name location { name } sensors { id name } schedules { id } } } } }"""
_START = """mutation ($selector: SensorSelector!) { startSensor(sensorSelector: $selector) {
    ... on Sensor { sensorState { status } } ... on PythonError { message } } }"""
_STOP = """mutation ($id: String!) { stopSensor(id: $id) {
    ... on StopSensorMutationResult { instigationState { status } } ... on PythonError { message } } }"""
_STOP_SCHEDULE = """mutation ($id: String!) { stopRunningSchedule(id: $id) {
    ... on ScheduleStateResult { scheduleState { status } } ... on PythonError { message } } }"""
PATIENCE = 300  # seconds until a service must serve, on a machine that does much else


class Stack:
    """Started by `up`, stopped by `down`. Postgres is not a service of it: its urls are given.

    home: what /var/lib/tradewind is in the containers. url: of Dagster's UI. The simulated world is a small one.
    """

    def __init__(self, folder: Path, warehouse_url: str, dagster_url: str) -> None:
        self.folder, self.home = folder, folder / "home"
        self.services: dict[str, Any] = {}
        self.children: list[Child] = []
        self.warehouse_url = warehouse_url
        self._urls = {"TRADEWIND_WAREHOUSE_URL": warehouse_url, "TRADEWIND_DAGSTER_URL": dagster_url}
        self._ports = {name: free_port() for name in ("3000", "4000", "8900")}
        self.url = f"http://127.0.0.1:{self._ports['3000']}"

    def up(self, *, sensors: bool = True) -> None:
        """Everything, with the profile `simulator`, in the order that depends_on gives.

        sensors: whether they and the schedules are on, as they are by themselves. Without them only what is asked for
        runs.
        """
        compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
        self.services = compose["services"]
        for name in ("dagster", "config"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "dagster" / "dagster.yaml").write_bytes((ROOT / "dagster.yaml").read_bytes())
        workspace = self._here(compose["configs"]["workspace"]["content"]).replace("host: code", "host: 127.0.0.1")
        (self.folder / "workspace.yaml").write_text(workspace)
        command = [sys.executable, "-m", "simulator", "files", "--products", "6", "--days", "40"]
        command += ["--state", str(self.home / "demo" / "simulator"), "--config-out", str(self.home / "demo")]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        self._end("setup")
        self._end("world")
        code = self._start("code")
        simulator = self._start("simulator")
        wait_until(lambda: listens(int(self._ports["4000"])), code, PATIENCE)
        webserver = self._start("webserver")
        wait_until(lambda: listens(int(self._ports["8900"])), simulator, PATIENCE)
        wait_until(lambda: answers(f"{self.url}/server_info"), webserver, PATIENCE)
        if not sensors:
            self._stop_sensors()
        self._start("daemon")

    def down(self) -> None:
        """Ends every process that was started."""
        stop(self.children)

    def unhealthy(self) -> dict[str, str]:
        """Services whose health check fails, with what it said. All are asked at once."""
        asked = {
            name: subprocess.Popen(
                self._command(self.services[name]["healthcheck"]["test"][1:]),
                env=self._environment(name),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            for name in ("code", "webserver", "daemon", "simulator")
        }
        said = {name: process.communicate(timeout=PATIENCE)[0].decode() for name, process in asked.items()}
        return {name: said[name] for name, process in asked.items() if process.returncode != 0}

    def query(self, text: str, **variables: object) -> Any:
        """The data that the UI's GraphQL answers with."""
        body = {"query": text, "variables": variables}
        answer = httpx.post(f"{self.url}/graphql", json=body, timeout=PATIENCE, trust_env=False).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def simulator(self, path: str, body: object = None) -> Any:
        """What the simulator's control answers at `/_sim/<path>`; with a body it is told something."""
        url = f"http://127.0.0.1:{self._ports['8900']}/_sim/{path}"
        with httpx.Client(timeout=PATIENCE, trust_env=False) as client:
            answer = client.get(url) if body is None else client.post(url, json=body)
        return answer.raise_for_status().json()

    def logs(self) -> str:
        """The ends of all logs, for the message of a failed test."""
        return "\n".join(f"--- {child.name}\n{child.tail(20)}" for child in self.children)

    def start_sensors(self) -> None:
        """Turn them on, as they are by themselves."""
        repository = self._repository()
        place = {"repositoryLocationName": repository["location"]["name"], "repositoryName": repository["name"]}
        for sensor in repository["sensors"]:
            self.query(_START, selector={**place, "sensorName": sensor["name"]})

    def _stop_sensors(self) -> None:
        repository = self._repository()
        for sensor in repository["sensors"]:
            self.query(_STOP, id=sensor["id"])
        for schedule in repository["schedules"]:
            self.query(_STOP_SCHEDULE, id=schedule["id"])

    def _repository(self) -> Any:
        (repository,) = self.query(_SENSORS)["repositoriesOrError"]["nodes"]
        return repository

    def _start(self, name: str) -> Child:
        command = self._command(self.services[name]["command"])
        child = spawn(name, command, self.folder / "logs", self._environment(name), self.folder / "config")
        self.children.append(child)
        return child

    def _end(self, name: str) -> None:
        """A service that ends by itself."""
        child = self._start(name)
        assert child.process.wait(PATIENCE) == 0, child.tail(40)

    def _command(self, command: list[str]) -> list[str]:
        words = [self._here(word) for word in command]
        return [script(words[0]) if Path(script(words[0])).exists() else words[0], *words[1:]]

    def _environment(self, name: str) -> dict[str, str]:
        """The service's variables; what they hold of the password is in the urls that were given."""
        named = {key: self._here(str(value)) for key, value in self.services[name]["environment"].items()}
        urls = {key: url for key, url in self._urls.items() if named[key]}
        own = {key: value for key, value in os.environ.items() if not key.startswith(("TRADEWIND_", "DAGSTER_"))}
        path = f"{Path(script('python')).parent}{os.pathsep}{own['PATH']}"
        return {**own, **named, **urls, "PATH": path, "PYTHONPATH": str(ROOT)}

    def _here(self, text: str) -> str:
        """A path, host or port of the containers as it is on this machine."""
        places = {
            "/var/lib/tradewind": str(self.home),
            "/opt/dagster": str(self.folder / "dagster"),
            "/opt/workspace.yaml": str(self.folder / "workspace.yaml"),
            "0.0.0.0": "127.0.0.1",
            **{port: str(here) for port, here in self._ports.items()},
        }
        return re.sub("|".join(map(re.escape, places)), lambda found: places[found[0]], text)


def wait_for(what: Any, seconds: float, pause: float = 0.5) -> Any:
    """The first true answer of `what()`. Raises AssertionError after `seconds`."""
    until = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < until, f"not within {seconds:.0f} s"
        time.sleep(pause)
    return found
