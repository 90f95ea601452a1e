"""The simulator as a process: started on a free port, asked through its control addresses, stopped by pid."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx
from dotenv import dotenv_values

from pipelines.settings import Settings, get_settings
from simulator.__main__ import main as serve
from tests.support.forked import Forked

_PATIENCE = 90  # seconds until it must be ready, on a machine that does much else


@dataclass
class Simulator:
    """A running simulator. state: its folder; config: the folder with stores.yaml, .env and manual/."""

    url: str
    state: Path
    config: Path
    process: Forked
    output: Path

    def environment(self) -> dict[str, str]:
        """The TRADEWIND_* variables of this world: endpoints, credentials, stores.yaml."""
        values = {key: value for key, value in dotenv_values(self.config / ".env").items() if value}
        return {**values, "TRADEWIND_STORES": str(self.config / "stores.yaml")}

    def settings(self, home: Path, warehouse_url: str, **overrides: object) -> Settings:
        """Settings that use this world and that warehouse; the .env beside stores.yaml is read."""
        return get_settings(
            home=home, warehouse_url=warehouse_url, stores_path=self.config / "stores.yaml", **overrides
        )

    def log(self) -> list[dict[str, Any]]:
        """Every request so far."""
        return self._get("/_sim/log")

    def counts(self) -> Any:
        """How often each thing was asked for, and buckets overdrawn."""
        return self._get("/_sim/counts")

    def held(self) -> Any:
        """The answers that a `hold` fault keeps back."""
        return self._get("/_sim/held")

    def release(self) -> None:
        self._post("/_sim/release", {})

    def notify(self, day: date) -> list[str]:
        """Have the queue told of a marketplace day; the ids of the notifications."""
        sent: list[str] = self._post("/_sim/notify", {"day": day.isoformat()})["sent"]
        return sent

    def set_now(self, now: datetime | str) -> None:
        """Move the world's business clock."""
        self._post("/_sim/now", {"now": now if isinstance(now, str) else now.isoformat()})

    def skip(self, seconds: float) -> None:
        """Let so much time pass for the protocol, and none for the business."""
        self._post("/_sim/now", {"skip": seconds})

    def set_faults(self, rules: Any) -> None:
        """Replace the faults; [] for none."""
        self._post("/_sim/faults", {"rules": rules})

    def stop(self) -> None:
        """End it; a second call does nothing."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except AssertionError:
                self.process.kill()
                self.process.wait(10)

    def _get(self, path: str) -> Any:
        answer = httpx.get(self.url + path, timeout=30, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    def _post(self, path: str, body: Any) -> Any:
        return httpx.post(self.url + path, json=body, timeout=30, trust_env=False).raise_for_status().json()


def start_simulator(folder: Path, **options: Any) -> Simulator:
    """Start the simulator's command `serve` with its state and configuration below `folder`, and wait until it answers.

    options: the command's, with underscores (`seed=7`, `time_scale=100`, `live=True`). Raises AssertionError with what
    it said if it does not come up.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port_file, output = folder / "port", folder / "output.log"
    port_file.unlink(missing_ok=True)
    arguments = {
        "port": 0,
        "state": folder / "state",
        "config_out": folder / "config",
        "port_file": port_file,
    } | options
    command = ["serve"]
    for name, value in arguments.items():
        flag = "--" + name.replace("_", "-")
        if value is True:
            command.append(flag)
        elif value is not None and value is not False:
            command += [flag, str(value)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TRADEWIND_")}
    process = Forked(serve, command, environment=environment, output=output)
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, f"the simulator ended: {output.read_text()[-3000:]}"
        port = port_file.read_text().strip() if port_file.exists() else ""
        if port:
            running = Simulator(
                f"http://127.0.0.1:{port}", folder / "state", Path(arguments["config_out"]), process, output
            )
            with contextlib.suppress(httpx.TransportError):
                running.log()
                return running
        time.sleep(0.02)
    process.kill()
    raise AssertionError(f"the simulator is not ready after {_PATIENCE} s: {output.read_text()[-3000:]}")
