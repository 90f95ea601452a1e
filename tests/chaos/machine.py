"""What is struck: `tradewind up` with own accounts at a simulator beside it, started again by us as systemd would.

The simulator is the world outside, which is not struck. The business clock stands still while `up` runs and is moved
between, as far as one likes: an account's clock and ours jump together.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
from dotenv import dotenv_values

from pipelines.local.processes import free_port
from pipelines.warehouse import embedded, processes
from tests.chaos import disk
from tests.support.references import ROOT

SCRIPTS = {
    "up": "pipelines.cli\0up",
    "the code server": "dagster\0api\0grpc",
    "the daemon": "dagster-daemon",
    "the UI": "dagster-webserver",
    "what takes webhooks": "tradewind\0serve",
}
_RESTART_SECONDS = 5


class Machine:
    """A folder with a world and a home. own_disk: whether the home is on a disk of its own (disk.py)."""

    def __init__(
        self, folder: Path, *, seed: int, products: int, days: int, now: datetime, own_disk: bool = False
    ) -> None:
        self.folder, self.home, self.state = folder, folder / "home", folder / "world" / "state"
        self.config, self.seed, self.now = folder / "world", seed, now
        self._sizes = ["--products", str(products), "--days", str(days)]
        self._ports = {"simulator": free_port(), "ui": free_port()}
        self._simulator: subprocess.Popen[bytes] | None = None
        self._up: subprocess.Popen[bytes] | None = None
        self.output = folder / "up.log"
        folder.mkdir(parents=True, exist_ok=True)
        self.own_disk = own_disk
        if own_disk:
            disk.mount(self.home)

    # --- the world ---

    @property
    def world(self) -> str:
        """The simulator's address."""
        return f"http://127.0.0.1:{self._ports['simulator']}"

    def start_world(self) -> None:
        """Serve the world at `now`; its stores.yaml, credentials and files are written anew."""
        port_file = self.folder / "port"
        port_file.unlink(missing_ok=True)
        command = [sys.executable, "-m", "simulator", "serve", "--seed", str(self.seed), *self._sizes]
        command += ["--time-scale", "600", "--state", str(self.state), "--config-out", str(self.config)]
        command += ["--port", str(self._ports["simulator"]), "--port-file", str(port_file), "--now", self._clock()]
        with (self.folder / "simulator.log").open("ab") as said:
            self._simulator = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        wait_for(lambda: port_file.exists() and port_file.read_text().strip(), 300, "the simulator serves")

    def stop_world(self) -> None:
        """End the simulator; what was asked of it stays in its folder."""
        if self._simulator is not None:
            self._simulator.terminate()
            self._simulator.wait(60)

    def set_faults(self, rules: list[dict[str, object]]) -> None:
        """What goes wrong at Amazon from now on."""
        httpx.post(f"{self.world}/_sim/faults", json={"rules": rules}, timeout=60, trust_env=False).raise_for_status()

    # --- Tradewind ---

    def environment(self) -> dict[str, str]:
        """That of every command: a user's, with own accounts."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("TRADEWIND_", "DAGSTER_"))}
        world = {name: value for name, value in dotenv_values(self.config / ".env").items() if value}
        return {
            **own,
            **world,
            "TRADEWIND_HOME": str(self.home),
            "TRADEWIND_STORES": str(self.config / "stores.yaml"),
            "TRADEWIND_NOW": self._clock(),
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "200",
        }

    def run(self, *arguments: str, seconds: float = 900) -> subprocess.CompletedProcess[str]:
        """One command, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "pipelines.cli", *arguments],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def keep_up(self) -> bool:
        """Start `up` if it does not run, as `Restart=` of a systemd unit does; whether it was started."""
        if self._up is not None and self._up.poll() is None:
            return False
        if self._up is not None:
            time.sleep(_RESTART_SECONDS)
        with self.output.open("ab") as said:
            self._up = subprocess.Popen(
                [sys.executable, "-m", "pipelines.cli", "up", "--port", str(self._ports["ui"])],
                cwd=self.folder,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        return True

    @property
    def given_up(self) -> list[str]:
        """What `up` said when it gave up a part."""
        said = self.output.read_text().splitlines() if self.output.exists() else []
        return [line for line in said if "cannot be kept running" in line]

    def stop_up(self) -> None:
        """End `up` as Ctrl-C does. Raises AssertionError if it does not end."""
        if self._up is not None:
            if self._up.poll() is None:
                self._up.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._up.wait(90)
            assert self._up.poll() is not None, "`up` does not end within 90 s"
            self._up = None

    def move(self, now: datetime) -> None:
        """Let the clock jump: of the world, and of everything that is started from now on. Ends `up`."""
        self.stop_up()
        self.stop_world()
        self.now = now
        self.start_world()

    def _clock(self) -> str:
        return self.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    # --- what runs ---

    def pid_of(self, name: str) -> int | None:
        """The process of a part, as `SCRIPTS` names it, or of `Postgres`; None: there is none."""
        if name == "Postgres":
            return processes.postmaster(self.home / "postgres")
        found = [pid for pid, command in self.processes() if SCRIPTS[name] in command]
        return min(found, default=None)

    def workers(self) -> list[int]:
        """The processes of runs."""
        server = self.pid_of("the code server")
        return [
            pid
            for pid, command in self.processes()
            if "spawn_main" in command and server is not None and _parent(pid) == server
        ]

    def processes(self) -> Iterator[tuple[int, str]]:
        """Everything that works in this home: process ids and commands, whose words are divided by NULs."""
        mark = f"TRADEWIND_HOME={self.home}\0".encode()
        for each in Path("/proc").iterdir():
            if each.name.isdigit() and int(each.name) != os.getpid():
                with contextlib.suppress(OSError):
                    if mark in (each / "environ").read_bytes():
                        yield int(each.name), (each / "cmdline").read_text(errors="replace")

    def serves(self, name: str) -> bool:
        """Whether a part does its work."""
        if name == "Postgres":
            with contextlib.suppress(psycopg.Error):
                self.connect().close()
                return True
            return False
        if name == "the UI":
            with contextlib.suppress(httpx.HTTPError):
                url = f"http://127.0.0.1:{self._ports['ui']}/server_info"
                return httpx.get(url, timeout=5, trust_env=False).status_code == 200
            return False
        pid = self.pid_of(name)
        if name == "the code server" and pid is not None:
            words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
            return _listens(int(words[words.index("-p") + 1]))
        return pid is not None

    def connect(self, database: str = embedded.WAREHOUSE) -> psycopg.Connection:
        """A connection to the home's own Postgres. Raises psycopg.OperationalError while it is down."""
        state = embedded.read_state(self.home)
        if state is None:
            raise psycopg.OperationalError("no Postgres was made yet")
        return psycopg.connect(state.url(database), autocommit=True, connect_timeout=5)


def wait_for(what: object, seconds: float, told: str) -> None:
    """Wait until `what()`. Raises AssertionError after `seconds`."""
    until = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < until, f"not within {seconds:.0f} s: {told}"
        time.sleep(0.5)


def _parent(pid: int) -> int | None:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return None


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
