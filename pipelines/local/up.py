"""`tradewind up`: warehouse, code server, daemon and UI on this machine, until Ctrl-C.

One code server over gRPC serves both the UI and the daemon, which halves the memory that two would take. The UI's runs
are children of that code server. In containers the same processes are started by docker-compose.yml instead.
"""

from __future__ import annotations

import shutil
import signal
import sysconfig
import threading
from pathlib import Path

from rich.console import Console

from pipelines.errors import TradewindError
from pipelines.local import steps, world
from pipelines.local.demo import DEFAULT_SEED
from pipelines.local.processes import Child, answers, free_port, listens, spawn, stop, stopping, wait_until
from pipelines.settings import get_settings
from pipelines.warehouse import transform
from pipelines.warehouse.connection import dagster_url

REPOSITORY = Path(__file__).parents[2]
UI_PORT = 3000


def script(name: str) -> str:
    """The path of a console script of this environment."""
    return str(Path(sysconfig.get_path("scripts")) / name)


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


def run_up(console: Console, home: Path, *, port: int | None, seed: int = DEFAULT_SEED) -> None:
    """Start everything, print the addresses, wait for Ctrl-C or SIGTERM, stop everything but the warehouse.

    port: of the UI; None: 3000, or a free one. Raises TradewindError when a part does not come up.
    """
    home = home.absolute()
    with stopping([]) as children:
        if get_settings().stores_path.is_file() and not get_settings().is_demo:
            console.print("Accounts: those of stores.yaml")
        else:
            children.append(world.start_world(home, seed, now=None, live=True))
            world.use_world(home, live=True)
            console.print(
                "Accounts: none configured, so the simulated marketplaces are used; their world goes on day by day"
            )
        settings = get_settings()
        steps.open_all(settings)
        transform.ensure_manifest(settings)
        children += start_dagster(home, dagster_url(settings), port)
        _announce(console, children)
        _wait_for_end(children)
        console.print("Stopping; the warehouse stays up until `tradewind down`.")


def start_dagster(home: Path, storage_url: str, port: int | None) -> list[Child]:
    """Code server, daemon and UI, each waited for; stopped again if one of them does not come up."""
    code_port, ui_port = free_port(), free_port(port or UI_PORT)
    workspace = prepare_dagster_home(home, code_port)
    env = {
        "DAGSTER_HOME": str(home / "dagster"),
        "TRADEWIND_DAGSTER_URL": storage_url,
        "TRADEWIND_HOME": str(home),
        "TRADEWIND_UI_PORT": str(ui_port),
    }
    logs = home / "logs"
    children: list[Child] = []
    try:
        command = [script("dagster"), "api", "grpc", "-h", "127.0.0.1", "-p", str(code_port)]
        children.append(spawn("code-server", [*command, "-m", "pipelines.definitions"], logs, env, REPOSITORY))
        wait_until(lambda: listens(code_port), children[-1], 90)
        children.append(spawn("daemon", [script("dagster-daemon"), "run", "-w", str(workspace)], logs, env, REPOSITORY))
        command = [script("dagster-webserver"), "-h", "127.0.0.1", "-p", str(ui_port), "-w", str(workspace)]
        children.append(spawn(f"ui-{ui_port}", command, logs, env, REPOSITORY))
        wait_until(lambda: answers(f"http://127.0.0.1:{ui_port}/server_info"), children[-1], 90)
    except BaseException:
        stop(children)
        raise
    return children


def _announce(console: Console, children: list[Child]) -> None:
    port = children[-1].name.removeprefix("ui-")
    console.print(f"Dagster's UI:  http://127.0.0.1:{port}", highlight=False)
    console.print("The warehouse for BI tools:  `tradewind url --role bi` prints its URL")
    console.print(f"Logs:  {children[-1].log.parent}", highlight=False)
    console.print("Ctrl-C stops them.")


def _wait_for_end(children: list[Child]) -> None:
    """Until Ctrl-C, SIGTERM, or until one of the children has ended by itself."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    while not ended.wait(1.0):
        dead = [child for child in children if not child.running]
        if dead:
            raise TradewindError(f"The {dead[0].name} ended by itself. Its last words:\n{dead[0].tail()}")
