"""`tradewind up` as a user runs it: what is on, what dies comes back, and nothing is left when it has ended."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipelines.warehouse import processes
from tests.support.compose import wait_for
from tests.support.parsed import parsed_for
from tests.support.references import ROOT

STATES = """{ workspaceOrError { ... on Workspace { locationEntries { locationOrLoadError { ... on RepositoryLocation {
    repositories { schedules { name scheduleState { status } } sensors { name sensorState { status } } } } } } } } }"""


class Tradewind:
    """The command line in a home of its own, without an account: a small simulated world is there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, folder / "home"
        own = {name: value for name, value in os.environ.items() if not name.startswith(("TRADEWIND_", "DAGSTER_"))}
        self.environment = {**own, "TRADEWIND_HOME": str(self.home), "PYTHONPATH": str(ROOT), "COLUMNS": "160"}
        command = [sys.executable, "-m", "simulator", "files", "--products", "6", "--days", "12"]
        command += ["--state", str(self.home / "demo" / "simulator"), "--config-out", str(self.home / "demo")]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        parsed_for(self.home / "demo")

    def run(self, *arguments: str, seconds: float = 120) -> subprocess.CompletedProcess[str]:
        """One command, to its end."""
        command = [sys.executable, "-m", "pipelines.cli", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=seconds, check=False
        )

    def up(self, *arguments: str) -> Up:
        """`tradewind up`, started and waited for."""
        output = self.folder / "up.log"
        with output.open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "pipelines.cli", "up", *arguments],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        running = Up(process, output)
        try:
            wait_for(lambda: "Ctrl-C stops them" in running.said() or process.poll() is not None, 300)
            assert process.poll() is None, running.said()
        except BaseException:
            process.kill()
            raise
        return running


class Up:
    """A running `tradewind up`."""

    def __init__(self, process: subprocess.Popen[bytes], output: Path) -> None:
        self.process, self.output = process, output

    def said(self) -> str:
        return self.output.read_text()

    @property
    def url(self) -> str:
        """Of the UI, as it was printed."""
        (found,) = re.findall(r"Dagster's UI: +(http://127\.0\.0\.1:\d+)", self.said())
        return found

    def query(self, text: str) -> Any:
        answer = httpx.post(f"{self.url}/graphql", json={"query": text}, timeout=60, trust_env=False).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def child(self, script: str) -> int | None:
        """The process that runs this script; None if there is none."""
        for pid in self.children():
            with contextlib.suppress(OSError):
                if script in Path(f"/proc/{pid}/cmdline").read_text():
                    return pid
        return None

    def children(self) -> set[int]:
        """Everything that it has started, and what that has started: pids. Postgres is no child, it stays."""
        listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = dict(map(int, line.split()) for line in listed.splitlines())
        family = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= more
        return family - {self.process.pid}


@pytest.fixture
def tradewind(tmp_path: Path) -> Iterator[Tradewind]:
    one = Tradewind(tmp_path)
    yield one
    one.run("down")


def left(pids: set[int]) -> set[int]:
    """Those of the processes that are still there and not only waiting to be collected."""
    return {pid for pid in pids if Path(f"/proc/{pid}/exe").exists()}


@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_up_is_on_by_itself_and_ends_without_a_trace(tradewind: Tradewind):
    up = tradewind.up()
    (location,) = up.query(STATES)["workspaceOrError"]["locationEntries"]
    (repository,) = location["locationOrLoadError"]["repositories"]
    schedules = {each["name"]: each["scheduleState"]["status"] for each in repository["schedules"]}
    assert schedules.pop("fx_rates_daily") == "STOPPED", "no address of rates is set"
    assert set(schedules.values()) == {"RUNNING"}
    assert len([name for name in schedules if "__" in name]) == 45, "fifteen slots in three time zones"
    sensors = {each["name"]: each["sensorState"]["status"] for each in repository["sensors"]}
    assert sensors == dict.fromkeys(
        (
            *("added_to_track", "alerts_due", "asked_to_crawl", "channels_due", "landed", "new_data", "notifications"),
            *("overdue", "shop_news"),
        ),
        "RUNNING",
    )

    second = tradewind.run("up")
    assert second.returncode == 1
    assert f"is up in {tradewind.home / 'demo'} already (process {up.process.pid})" in second.stderr
    beside = tradewind.run("demo", "--fresh", "--yes")
    assert beside.returncode == 1
    assert "`up` or `demo` runs there" in beside.stderr

    started = up.children()
    assert len(started) >= 5, "simulator, code server, daemon, UI, what takes webhooks"
    (hooks,) = re.findall(r"Webhooks: +(http://127\.0\.0\.1:\d+)/webhooks", up.said())
    assert httpx.get(f"{hooks}/health", timeout=60, trust_env=False).json()["status"] == "ok"
    assert httpx.post(f"{hooks}/webhooks/nobody", timeout=60, trust_env=False).status_code == 404
    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(30) == 0, up.said()
    assert "Stopping" in up.said()
    # children of children are collected by init, a moment later
    wait_for(lambda: left(started) == set(), 20)


@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_it_starts_again_at_its_port_and_down_ends_it(tradewind: Tradewind):
    up = tradewind.up()
    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(30) == 0, up.said()
    again = tradewind.up("--port", up.url.rpartition(":")[2])
    assert again.url == up.url
    # what dies is noticed and started again by itself, Postgres included, and each is told in one line
    home = tradewind.home / "demo"
    server, daemon = processes.postmaster(home / "postgres"), again.child("dagster-daemon")
    hooks = again.child("tradewind\0serve")
    assert server is not None and daemon is not None and hooks is not None
    os.kill(hooks, signal.SIGKILL)
    wait_for(lambda: again.child("tradewind\0serve") not in (None, hooks), 60)
    os.kill(server, signal.SIGKILL)
    os.kill(daemon, signal.SIGKILL)
    wait_for(lambda: "The daemon has ended (killed by SIGKILL) and is started again in 1 s" in again.said(), 30)
    wait_for(lambda: processes.postmaster(home / "postgres") not in (None, server), 60)
    wait_for(lambda: again.child("dagster-daemon") not in (None, daemon), 60)
    assert "Postgres has ended (its process is gone) and is started again in 1 s" in again.said()
    (location,) = again.query(STATES)["workspaceOrError"]["locationEntries"]
    assert location["locationOrLoadError"]["repositories"], "the UI has its database again"

    started = again.children()
    down = tradewind.run("down")
    assert down.returncode == 0, down.stderr
    assert f"the UI of {home} are stopped" in down.stdout and f"The warehouse of {home} is stopped" in down.stdout
    assert again.process.wait(30) == 0
    # children of children are collected by init, a moment later
    wait_for(lambda: left(started) == set(), 20)


@pytest.mark.thorough
def test_a_port_in_use_is_refused_before_anything_is_started(tradewind: Tradewind):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = tradewind.run("up", "--port", str(port))
    assert refused.returncode == 1
    assert f"Port {port} of 127.0.0.1 is in use" in refused.stderr
    assert not (tradewind.home / "demo" / "logs").exists()
