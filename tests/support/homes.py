"""Folders of state beside each other: a user's home and the demo's, with commands run in them and what lies there."""

from __future__ import annotations

import hashlib
import itertools
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg

from simulator.__main__ import main as simulate
from tests.support.forked import Forked

OWN_STORES = """
tenants:
  mapleware:
    name: Mapleware
    reporting_currency: INR
    accounts:
      - seller_id: A9MAPLEWARE
        region: eu
        stores:
          mapleware-in: {marketplace: IN}
"""


class Folder:
    """A working directory: its `.tradewind`, and commands run in it, without TRADEWIND_HOME."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.base = path / ".tradewind"
        self.demo = self.base / "demo"
        self._numbers = itertools.count()

    def write_stores(self) -> None:
        """The user's stores.yaml, with a store that is filled by import."""
        (self.path / "stores.yaml").write_text(OWN_STORES)

    def make_world(self, home: Path | None = None, config: Path | None = None) -> None:
        """A small simulated world where the demo has its own, as a first demo begins."""
        home = home or self.demo
        wanted = ["files", "--products", "5", "--days", "6", "--state", str(home / "simulator")]
        assert simulate([*wanted, "--config-out", str(config or home)]) == 0

    def call(self, *arguments: str, **variables: str) -> tuple[int, str, str]:
        """A command in a process of its own: its exit code, what it printed, and what it said on standard error."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("TRADEWIND_")}
        printed = self.path.parent / f"{self.path.name}-{next(self._numbers)}.out"
        said = printed.with_suffix(".err")
        environment = {**own, "COLUMNS": "200", **variables}
        process = Forked(command, str(self.path), arguments, environment=environment, output=printed, errors=said)
        code = process.wait(120)
        return code, printed.read_text(), said.read_text()

    def run(self, *arguments: str, **variables: str) -> str:
        """What a command prints that must succeed, and says nothing on standard error."""
        code, out, err = self.call(*arguments, **variables)
        assert (code, err) == (0, ""), out[-2000:] + err[-2000:]
        return out

    def fail(self, *arguments: str, **variables: str) -> str:
        """What a command says that is refused in words."""
        code, out, err = self.call(*arguments, **variables)
        assert code == 1, out[-2000:] + err[-2000:]
        assert err.startswith("Error: ")
        assert "Traceback" not in err
        return err

    def query(self, statement: str, **variables: str) -> list[tuple]:
        """An answer of the warehouse that a command means."""
        with psycopg.connect(self.run("url", **variables).strip()) as conn:
            return conn.execute(statement.encode()).fetchall()


def command(folder: str, arguments: Sequence[str]) -> None:
    """`tradewind` with these arguments, in that folder."""
    os.chdir(folder)
    sys.argv = ["tradewind", *arguments]
    from pipelines.cli import main

    main()


def contents(folder: Path, *, without: str | None = None) -> Mapping[str, str]:
    """Every file below `folder`, by its path, with its hash. without: the name of a subfolder that is left out."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.relative_to(folder).parts[0] != without
    }
