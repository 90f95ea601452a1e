"""Folders of state beside each other: a user's home and the demo's, with commands run in them and what lies there."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg

from simulator.__main__ import main as simulate
from tests.support.references import ROOT

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

    def write_stores(self) -> None:
        """The user's stores.yaml, with a store that is filled by import."""
        (self.path / "stores.yaml").write_text(OWN_STORES)

    def make_world(self, home: Path | None = None, config: Path | None = None) -> None:
        """A small simulated world where the demo has its own, as a first demo begins."""
        home = home or self.demo
        wanted = ["files", "--products", "5", "--days", "6", "--state", str(home / "simulator")]
        assert simulate([*wanted, "--config-out", str(config or home)]) == 0

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("TRADEWIND_")}
        return subprocess.Popen(
            [sys.executable, "-m", "pipelines.cli", *arguments],
            cwd=self.path,
            env={**own, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **variables: str) -> str:
        """What a command prints that must succeed, and says nothing on standard error."""
        process = self.start(*arguments, **variables)
        out, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, ""), out[-2000:] + err[-2000:]
        return out

    def fail(self, *arguments: str, **variables: str) -> str:
        """What a command says that is refused in words."""
        process = self.start(*arguments, **variables)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 1, out[-2000:] + err[-2000:]
        assert err.startswith("Error: ")
        assert "Traceback" not in err
        return err

    def query(self, statement: str, **variables: str) -> list[tuple]:
        """An answer of the warehouse that a command means."""
        with psycopg.connect(self.run("url", **variables).strip()) as conn:
            return conn.execute(statement.encode()).fetchall()


def contents(folder: Path, *, without: str | None = None) -> Mapping[str, str]:
    """Every file below `folder`, by its path, with its hash. without: the name of a subfolder that is left out."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.relative_to(folder).parts[0] != without
    }
