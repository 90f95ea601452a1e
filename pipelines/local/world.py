"""The simulated marketplaces as a child process: for the demo, and for `up` when no account is configured.

The pipeline only learns endpoints and credentials from the files that the simulator writes; it never knows more.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dotenv import dotenv_values

from pipelines import places
from pipelines.errors import ConfigError
from pipelines.home import STORES, read_world
from pipelines.local.processes import Child, listens, python, spawn, wait_until
from pipelines.local.supervision import PATIENCE

if TYPE_CHECKING:
    from pipelines.settings import Settings

# How much faster than the real one the simulated Amazon makes reports and refills its rate buckets.
TIME_SCALE = 600


def check_seed(home: Path, seed: int) -> None:
    """Refuse to mix two worlds in one warehouse.

    Raises ConfigError.
    """
    world = read_world(home)
    if world is not None and int(world["seed"]) != seed:
        raise ConfigError(
            f"{home} holds the demo of seed {world['seed']}, and you asked for seed {seed}. "
            f"Use `tradewind demo --seed {seed} --fresh` to delete the demo's data and start over, "
            "or another TRADEWIND_HOME."
        )


def world_now(home: Path, advance_days: int, override: datetime | None) -> datetime | None:
    """Where the world shall stand (UTC): `override`, or its last instant plus `advance_days`; None: where it was."""
    if override is not None:
        return override
    world = read_world(home)
    if world is None or advance_days == 0:
        return None
    return datetime.fromisoformat(world["now"].replace("Z", "+00:00")).astimezone(UTC) + timedelta(days=advance_days)


def serves(settings: Settings) -> bool:
    """Whether somebody listens where the clients call; of other machines it is taken for granted."""
    address = urlsplit(settings.lwa_endpoint)
    return address.hostname != "127.0.0.1" or address.port is None or listens(address.port)


def start_world(home: Path, seed: int, *, now: datetime | None, live: bool = False, as_met: bool = False) -> Child:
    """Start the simulator and wait until it has written its configuration into `home`, a demo's, and serves.

    Arguments as of `spawn_world`. Raises TradewindError when it does not come up.
    """
    child = spawn_world(home, seed, now=now, live=live, as_met=as_met)
    wait_until(lambda: served_port(home) is not None, child, PATIENCE)
    return child


def spawn_world(
    home: Path, seed: int, *, now: datetime | None, live: bool = False, as_met: bool = False, port: int = 0
) -> Child:
    """Start the simulator of a home and do not wait for it: it serves when `served_port` has one.

    now: UTC instant of the world, None to go on where it stood. live: the world follows the real clock. as_met: its
    documents come as users have met them; a world that is there stays what it is. port: 0 for any that is free.
    """
    port_file = _port_file(home)
    port_file.unlink(missing_ok=True)
    command = python("-m", "simulator", "serve", "--seed", str(seed), "--port", str(port), "--queue")
    command += ["--time-scale", str(TIME_SCALE), "--state", str(home / "simulator")]
    command += ["--config-out", str(home), "--port-file", str(port_file)]
    if now is not None:
        command += ["--now", now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")]
    if live:
        command.append("--live")
    if as_met:
        command.append("--as-met")
    return spawn("simulator", command, home / "logs", cwd=places.CODE)


def served_port(home: Path) -> int | None:
    """Where the simulator of a home serves; None until it does."""
    text = _port_file(home).read_text().strip() if _port_file(home).exists() else ""
    return int(text) if text else None


def _port_file(home: Path) -> Path:
    return home / "simulator" / "port"


def use_world(home: Path, *, live: bool = False) -> None:
    """Point this process and its children at the simulated world: the variables of the file that it wrote."""
    for name, value in dotenv_values(home / ".env").items():
        if value and not (live and name == "TRADEWIND_NOW"):
            os.environ[name] = value
    os.environ["TRADEWIND_STORES"] = str(home / STORES)
