"""Makes a small demo's home with some version of Tradewind, and keeps it: tests upgrade it to the present one.

`.venv/bin/python tools/keep_home.py v0.2.0` keeps one of this repository as it is, which a release does. Of an earlier
version: `--of FOLDER`, a checkout in which `make install` was run. It runs for a minute or two, and asks nobody.

What is kept is tests/fixtures/homes/<name>.tar.xz, as `tradewind backup` writes it and without pages. That its marts
are right is what that version's own tests say; that they stay right is what tests/integration/test_upgrade.py compares.
All in it is simulated, so nothing is a secret.
"""

from __future__ import annotations

import argparse
import lzma
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from pipelines.local import backup_file
from pipelines.warehouse import dumps, processes

ROOT = Path(__file__).resolve().parents[1]
HOMES = ROOT / "tests" / "fixtures" / "homes"
SEED = "7"
# as small as a world can be in which each mart has rows; the moment is fixed, so that the same version makes the same
WORLD = ("--stores", "3", "--products", "3", "--days", "5", "--now", "2026-11-20T20:00:00Z")


class Version:
    """A checkout of some version, and a home of its own in which it runs."""

    def __init__(self, checkout: Path, home: Path) -> None:
        self.checkout, self.home = checkout, home
        # before there were backups, a demo lay right in the home
        self.knows_backups = (checkout / "pipelines" / "local" / "backup.py").is_file()
        self.demo = home / "demo"
        self.state = (self.demo if self.knows_backups else home) / "simulator"

    def run(self, program: str, *arguments: str) -> str:
        """One of its programs, with nothing of the caller's settings; its output. Ends this program when it fails."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TRADEWIND_")}
        environment |= {"TRADEWIND_HOME": str(self.home), "PYTHONPATH": str(self.checkout)}
        command = [str(self.checkout / ".venv" / "bin" / program), *arguments]
        done = subprocess.run(command, cwd=self.checkout, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
        return done.stdout

    def play(self) -> None:
        """The main job, once."""
        place = ("--state", str(self.state), "--config-out", str(self.demo))
        self.run("python", "-m", "simulator", "files", "--seed", SEED, *WORLD, *place)
        self.run("tradewind", "demo", "--seed", SEED)

    def back_up(self, file: Path) -> None:
        if self.knows_backups:
            for folder in (self.home / "briefs", self.demo / "briefs"):
                shutil.rmtree(folder, ignore_errors=True)
            self.run("tradewind", "backup", "--to", str(file))
        else:
            _pack(self.home, self.run("tradewind", "url").strip(), file)


def _pack(home: Path, url: str, file: Path) -> None:
    """A backup of a version that could not write one: the same file, and the home as it lay then."""
    members = []
    for name in ("tradewind", "dagster"):
        members.append((f"databases/{name}.dump", home / f"{name}.dump"))
        address = url.rpartition("/")[0] + f"/{name}"
        dump = [str(processes.binaries() / "pg_dump"), "--format=custom", "--compress=none", f"--file={members[-1][1]}"]
        subprocess.run([*dump, address], check=True)
    for folder in ("archive", "simulator"):
        members += [
            (f"home/{path.relative_to(home).as_posix()}", path)
            for path in sorted((home / folder).rglob("*"))
            if path.is_file() and path != home / "simulator" / "port"
        ]
    members += [(f"home/{name}", home / name) for name in ("hash.key", "demo/stores.yaml")]
    with psycopg.connect(url) as conn:
        backup_file.write(file, _about(conn), members)


def _about(conn: psycopg.Connection[Any]) -> backup_file.About:
    schema, size = conn.execute(
        "select version_num, pg_database_size(current_database()) from ops.alembic_version"
    ).fetchone() or ("", 0)
    return backup_file.About(
        version="0.1.0",
        schema=schema,
        postgres=conn.info.server_version // 10_000,
        cluster=dumps.cluster(conn),
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        demo=False,
        archive=True,
        size=size,
    )


def keep(name: str, checkout: Path) -> Path:
    """Make a home with the version in `checkout`, and keep it by this name; returns the file."""
    file = HOMES / f"{name}.tar.xz"
    with tempfile.TemporaryDirectory(prefix="tradewind-home.") as folder:
        made, backup = Version(checkout, Path(folder) / "home"), Path(folder) / "backup.tar"
        try:
            made.play()
            made.back_up(backup)
        finally:
            made.run("tradewind", "down")
        with backup.open("rb") as plain, lzma.open(file, "wb", preset=9 | lzma.PRESET_EXTREME) as kept:
            shutil.copyfileobj(plain, kept)
    return file


def main() -> None:
    parser = argparse.ArgumentParser(description="Keep a small home of a version, for the tests of upgrades.")
    parser.add_argument("name", help="of the version, as v0.2.0")
    parser.add_argument("--of", type=Path, default=ROOT, metavar="FOLDER", help="a checkout with its .venv")
    options = parser.parse_args()
    file = keep(options.name, options.of.resolve())
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size / 1000:,.0f} kB")


if __name__ == "__main__":
    main()
