"""`tradewind up`: warehouse, code server, daemon, UI and `serve` on this machine, kept running until Ctrl-C.

One code server over gRPC serves both the UI and the daemon, which halves the memory that two would take. The UI's runs
are children of that code server. What is done about a part that has ended is in `supervision.py`. In containers the
same processes are started by docker-compose.yml instead.
"""

from __future__ import annotations

import os
import shutil
import signal
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from rich.console import Console

from pipelines import places
from pipelines.errors import ConfigError
from pipelines.home import read_world
from pipelines.local import steps, world
from pipelines.local.demo import DEFAULT_SEED
from pipelines.local.opening import open_all
from pipelines.local.processes import Child, answers, free_port, listens, spawn, stop, wait_until
from pipelines.local.progress import say
from pipelines.local.running import ENDED_BY, interruptible, only_one
from pipelines.local.supervision import PATIENCE, ChildPart, Part, Supervisor
from pipelines.settings import Settings, demo_home, get_settings
from pipelines.transformation import transform
from pipelines.warehouse import embedded
from pipelines.warehouse.connection import dagster_url

UI_PORT = 3000
WEBHOOKS_PORT = 3100


def run_up(console: Console, settings: Settings, *, port: int | None) -> None:
    """Start everything, print the addresses, and keep it running; after Ctrl-C or SIGTERM stop all but the warehouse.

    Without stores of the user's it is the demo that is up, in its own home. port: of the UI; None: 3000, or a free one.
    Raises TradewindError when a part does not come up or cannot be kept running, or when this home is in use already.
    """
    home = settings.home if settings.names_stores else demo_home()
    with only_one(home), interruptible(), _stopped_at_the_end() as parts:
        try:
            _start(console, home, settings, _ui_port(port), parts)
            Supervisor(parts, partial(_tell, console)).run()
        except KeyboardInterrupt:
            console.print("Stopping; the warehouse stays up until `tradewind down`.")
        finally:
            # a second Ctrl-C would leave children behind
            for number in ENDED_BY:
                signal.signal(number, signal.SIG_IGN)


@dataclass
class Postgres:
    """The embedded Postgres as a part: it is no child of ours, and whoever opens the warehouse may start it again too.

    moved: called if it comes back on another port, since its own was taken meanwhile.
    """

    home: Path
    moved: Callable[[], None]
    name: str = "Postgres"

    @property
    def log(self) -> str:
        """The path of the server's log."""
        return str(self.home / "postgres" / "server.log")

    def why_ended(self) -> str | None:
        """None while the server's process is there."""
        return None if embedded.running(self.home) else "its process is gone"

    def start(self) -> None:
        """Start it and wait until it answers. Raises WarehouseError."""
        before = embedded.read_state(self.home)
        embedded.start(self.home)
        after = embedded.read_state(self.home)
        if before is not None and after is not None and before.port != after.port:
            self.moved()

    def serves(self) -> bool:
        """It does when `start` comes back."""
        return True

    def end(self) -> None:
        """Nothing: it is never stopped for being slow."""


def dagster_parts(home: Path, storage_url: Callable[[], str], ui_port: int) -> list[ChildPart]:
    """Code server, daemon and UI, not started. storage_url: the address of Dagster's database, asked at each start."""
    code_port = free_port()
    workspace = prepare_dagster_home(home, code_port)
    server = [script("dagster"), "api", "grpc", "-h", "127.0.0.1", "-p", str(code_port), "-m", "pipelines.definitions"]
    ui = [script("dagster-webserver"), "-h", "127.0.0.1", "-p", str(ui_port), "-w", str(workspace)]

    def start(name: str, command: list[str]) -> Child:
        env = {
            "DAGSTER_HOME": str(home / "dagster"),
            "DAGSTER_COMPUTE_LOGS": str(home / "logs" / "runs"),
            "TRADEWIND_DAGSTER_URL": storage_url(),
            "TRADEWIND_HOME": str(home),
            "TRADEWIND_UI_PORT": str(ui_port),
        }
        return spawn(name, command, home / "logs", env, places.CODE)

    daemon = [script("dagster-daemon"), "run", "-w", str(workspace)]
    return [
        ChildPart("the code server", partial(start, "code-server", server), lambda: listens(code_port)),
        ChildPart("the daemon", partial(start, "daemon", daemon)),
        ChildPart(
            "the UI", partial(start, f"ui-{ui_port}", ui), lambda: answers(f"http://127.0.0.1:{ui_port}/server_info")
        ),
    ]


def webhooks_part(home: Path, port: int) -> ChildPart:
    """What takes webhooks and tells subscribers, not started."""
    command = [script("tradewind"), "serve", "--port", str(port)]

    def start() -> Child:
        return spawn("webhooks", command, home / "logs", {"TRADEWIND_HOME": str(home)}, Path.cwd())

    return ChildPart("what takes webhooks", start, lambda: answers(f"http://127.0.0.1:{port}/health"))


def prepare_dagster_home(home: Path, code_port: int) -> Path:
    """Dagster's home with our dagster.yaml; returns the workspace file, which points at the running code server."""
    folder = home / "dagster"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(places.DAGSTER, folder / "dagster.yaml")
    workspace = folder / "workspace.yaml"
    workspace.write_text(
        "load_from:\n  - grpc_server:\n      host: 127.0.0.1\n"
        f"      port: {code_port}\n      location_name: tradewind\n"
    )
    return workspace


def script(name: str) -> str:
    """The path of a console script of this environment."""
    return str(Path(sysconfig.get_path("scripts")) / name)


def _start(console: Console, home: Path, settings: Settings, ui_port: int, parts: list[Part]) -> None:
    """Start everything, the simulated marketplaces included where no account is configured; it is put into `parts`."""
    if settings.names_stores:
        console.print(f"Accounts: those of {settings.stores_path}", highlight=False, soft_wrap=True)
        # the children work in another folder, where they would not find it
        os.environ["TRADEWIND_STORES"] = str(settings.stores_path)
    else:
        console.print("Accounts: none, so the simulated marketplaces are used; their world goes on by the clock.")
        _start_part(_marketplaces(home), parts)
        world.use_world(home, live=True)
        settings = get_settings()
    _open_warehouse(console, settings)
    transform.ensure_manifest(settings)
    webhooks_port = free_port(WEBHOOKS_PORT)
    ours = [*dagster_parts(home, partial(dagster_url, settings), ui_port), webhooks_part(home, webhooks_port)]
    if settings.warehouse_url is None:
        # first: whatever else has ended may have done so because this had
        parts.insert(0, Postgres(home, moved=lambda: _end(ours)))
    for part in ours:
        _start_part(part, parts)
    _announce(console, home, ui_port, webhooks_port)


def _marketplaces(home: Path) -> ChildPart:
    """The simulated marketplaces, which come back on the port that the others know."""
    known = read_world(home)
    seed = int(known["seed"]) if known else DEFAULT_SEED
    port = free_port()
    start = partial(world.spawn_world, home, seed, now=None, live=True, port=port)
    return ChildPart("the simulated marketplaces", start, lambda: world.served_port(home) is not None)


def _start_part(part: ChildPart, parts: list[Part]) -> None:
    """Start a part and wait until it serves. Raises TradewindError."""
    part.start()
    parts.append(part)
    assert part.child is not None
    wait_until(part.serves, part.child, PATIENCE)


def _end(parts: list[ChildPart]) -> None:
    for each in parts:
        each.end()


def _tell(console: Console, line: str) -> None:
    say(console, f"{datetime.now():%H:%M:%S} {line}")


def _open_warehouse(console: Console, settings: Settings) -> None:
    warehouse, catalog = open_all(settings)
    if settings.is_demo:
        steps.import_manual_files(console, settings, warehouse, catalog, settings.home / "manual")


@contextmanager
def _stopped_at_the_end() -> Iterator[list[Part]]:
    """A list for parts, whose children are stopped however the block is left."""
    parts: list[Part] = []
    try:
        yield parts
    finally:
        stop([each.child for each in parts if isinstance(each, ChildPart) and each.child is not None])


def _ui_port(wanted: int | None) -> int:
    """`wanted`, which must be free; without one the usual port, or any that is free."""
    port = free_port(wanted or UI_PORT)
    if wanted is not None and port != wanted:
        raise ConfigError(f"Port {wanted} of 127.0.0.1 is in use. Choose another --port, or leave it out.")
    return port


def _announce(console: Console, home: Path, ui_port: int, webhooks_port: int) -> None:
    console.print(f"Dagster's UI:  http://127.0.0.1:{ui_port}", highlight=False)
    console.print(
        f"Webhooks:  http://127.0.0.1:{webhooks_port}/webhooks/<endpoint> (docs/webhooks.md)", highlight=False
    )
    console.print("The warehouse for BI tools:  `tradewind url --role bi` prints its URL")
    console.print(f"Logs:  {home / 'logs'}", highlight=False, soft_wrap=True)
    console.print("Ctrl-C stops them.")
