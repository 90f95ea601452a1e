"""A server made once for all processes of a test run, with the built marts in it: each process begins with a copy.

To migrate a database and to build all models takes a process half a minute of CPU. The copy is of a stopped server's
files: marks of the models name their cluster (dbt_project/macros/slices.sql), and this way it is the same one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

from pipelines.warehouse.connection import Warehouse
from tests.support.building import Marts
from tests.support.parsed import parsed_once
from tests.support.postgres import TestServer
from tests.support.references import ROOT


def seeded(shared: Path) -> Path:
    """The folder with `server`, a stopped server's home, and `home`, that of its marts; the first one makes it."""
    seed, making = shared / "seed", shared / "seed.new"
    with (shared / "seed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not seed.exists():
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            server = TestServer(making / "server")
            try:
                server.start()
                build_marts(server, making / "home")
            finally:
                server.stop()
            making.rename(seed)
    return seed


def build_marts(server: TestServer, home: Path) -> None:
    """Make the database `built`: stores, and all models built before anything has landed. home: with the dbt target."""
    Marts(Warehouse(server.create(name="marts")), home).build()
    server.rename("marts", "built")


def seeding(shared: Path) -> subprocess.Popen[bytes]:
    """A process that makes the seed, while others run the tests that need none."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("TRADEWIND_", "DAGSTER_"))}
    environment = {**own, "TRADEWIND_HOME": str(shared / "seeding"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.support.seeding", str(shared)]
    return subprocess.Popen(command, cwd=shared, env=environment, stdin=subprocess.DEVNULL, start_new_session=True)


if __name__ == "__main__":
    with parsed_once(Path(sys.argv[1])):
        seeded(Path(sys.argv[1]))
