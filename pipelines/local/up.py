"""`tradewind up`: warehouse, code server, daemon and UI on this machine, until Ctrl-C.

One code server over gRPC serves both the UI and the daemon, which halves the memory that two would take. The UI's runs
are children of that code server. In containers the same processes are started by docker-compose.yml instead.
"""

from __future__ import annotations

import os
import shutil
import signal
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from pipelines.errors import ConfigError, TradewindError
from pipelines.home import read_world
from pipelines.local import steps, world
from pipelines.local.demo import DEFAULT_SEED
from pipelines.local.opening import open_all
from pipelines.local.processes import Child, answers, free_port, listens, spawn, stop, stopping, wait_until
from pipelines.local.running import ENDED_BY, interruptible, only_one
from pipelines.settings import Settings, demo_home, get_settings
from pipelines.transformation import transform
from pipelines.warehouse.connection import dagster_url

REPOSITORY = Path(__file__).parents[2]
UI_PORT = 3000
PATIENCE = 120  # seconds for each part to serve, on a machine that does much else


def run_up(console: Console, settings: Settings, *, port: int | None) -> None:
    """Start everything, print the addresses, wait for Ctrl-C or SIGTERM, stop everything but the warehouse.

    Without stores of the user's it is the demo that is up, in its own home. port: of the UI; None: 3000, or a free one.
    Raises TradewindError when a part does not come up or ends by itself, or when this home is in use already.
    """
    home = settings.home if settings.names_stores else demo_home()
    with only_one(home), interruptible(), stopping([]) as children:
        try:
            children += _start(console, home, settings, _ui_port(port))
            _wait_for_end(children)
        except KeyboardInterrupt:
            console.print("Stopping; the warehouse stays up until `tradewind down`.")
        finally:
            # a second Ctrl-C would leave children behind
            for number in ENDED_BY:
                signal.signal(number, signal.SIG_IGN)


def start_dagster(home: Path, storage_url: str, ui_port: int) -> list[Child]:
    """Code server, daemon and UI, each waited for; stopped again if one of them does not come up."""
    code_port = free_port()
    workspace = prepare_dagster_home(home, code_port)
    env = {
        "DAGSTER_HOME": str(home / "dagster"),
        "DAGSTER_COMPUTE_LOGS": str(home / "logs" / "runs"),
        "TRADEWIND_DAGSTER_URL": storage_url,
        "TRADEWIND_HOME": str(home),
        "TRADEWIND_UI_PORT": str(ui_port),
    }
    logs = home / "logs"
    with _all_or_none() as children:
        command = [script("dagster"), "api", "grpc", "-h", "127.0.0.1", "-p", str(code_port)]
        children.append(spawn("code-server", [*command, "-m", "pipelines.definitions"], logs, env, REPOSITORY))
        wait_until(lambda: listens(code_port), children[-1], PATIENCE)
        children.append(spawn("daemon", [script("dagster-daemon"), "run", "-w", str(workspace)], logs, env, REPOSITORY))
        command = [script("dagster-webserver"), "-h", "127.0.0.1", "-p", str(ui_port), "-w", str(workspace)]
        children.append(spawn(f"ui-{ui_port}", command, logs, env, REPOSITORY))
        wait_until(lambda: answers(f"http://127.0.0.1:{ui_port}/server_info"), children[-1], PATIENCE)
    return children


def prepare_dagster_home(home: Path, code_port: int) -> Path:
    """Dagster's home with our dagster.yaml; returns the workspace file, which points at the running code server."""
    folder = home / "dagster"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(REPOSITORY / "dagster.yaml", folder / "dagster.yaml")
    workspace = folder / "workspace.yaml"
    workspace.write_text(
        "load_from:\n  - grpc_server:\n      host: 127.0.0.1\n"
        f"      port: {code_port}\n      location_name: tradewind\n"
    )
    return workspace


def script(name: str) -> str:
    """The path of a console script of this environment."""
    return str(Path(sysconfig.get_path("scripts")) / name)


def _start(console: Console, home: Path, settings: Settings, ui_port: int) -> list[Child]:
    """Everything, the simulated marketplaces included where no account is configured."""
    with _all_or_none() as children:
        if settings.names_stores:
            console.print(f"Accounts: those of {settings.stores_path}", highlight=False, soft_wrap=True)
            # the children work in another folder, where they would not find it
            os.environ["TRADEWIND_STORES"] = str(settings.stores_path)
        else:
            console.print("Accounts: none, so the simulated marketplaces are used; their world goes on by the clock.")
            known = read_world(home)
            children.append(world.start_world(home, int(known["seed"]) if known else DEFAULT_SEED, now=None, live=True))
            world.use_world(home, live=True)
            settings = get_settings()
        _open_warehouse(console, settings)
        transform.ensure_manifest(settings)
        children += start_dagster(home, dagster_url(settings), ui_port)
        _announce(console, children[-1])
    return children


def _open_warehouse(console: Console, settings: Settings) -> None:
    warehouse, catalog = open_all(settings)
    if settings.is_demo:
        steps.import_manual_files(console, settings, warehouse, catalog, settings.home / "manual")


@contextmanager
def _all_or_none() -> Iterator[list[Child]]:
    """A list for children: stopped if the block does not come to its end, left running if it does."""
    children: list[Child] = []
    try:
        yield children
    except BaseException:
        stop(children)
        raise


def _ui_port(wanted: int | None) -> int:
    """`wanted`, which must be free; without one the usual port, or any that is free."""
    port = free_port(wanted or UI_PORT)
    if wanted is not None and port != wanted:
        raise ConfigError(f"Port {wanted} of 127.0.0.1 is in use. Choose another --port, or leave it out.")
    return port


def _announce(console: Console, ui: Child) -> None:
    console.print(f"Dagster's UI:  http://127.0.0.1:{ui.name.removeprefix('ui-')}", highlight=False)
    console.print("The warehouse for BI tools:  `tradewind url --role bi` prints its URL")
    console.print(f"Logs:  {ui.log.parent}", highlight=False, soft_wrap=True)
    console.print("Ctrl-C stops them.")


def _wait_for_end(children: list[Child]) -> None:
    """Until KeyboardInterrupt. Raises TradewindError when one of the children has ended by itself."""
    while True:
        time.sleep(1.0)
        for child in children:
            if not child.running:
                raise TradewindError(f"The {child.name} ended by itself. Its last words:\n{child.tail()}")
