"""`python -m bench [--full] [NAME ...]`: measure, print a table, write `.tradewind/bench.json`.

NAME: modules of this package; all of them by default. Ends with status 1 if a figure does not keep to its limit.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.figures import Figure, Room
from pipelines.settings import base_home
from pipelines.warehouse import connection, embedded

MODULES = ("landing", "peers", "json_landing", "marts", "backfill", "fleet", "soak")


def main() -> int:
    """Run the benchmarks; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="The benchmarks.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MODULES)}; all by default")
    parser.add_argument("--full", action="store_true", help="at full size, however long it takes")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(MODULES)
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}")
    console = Console()
    figures: list[Figure] = []
    for name in arguments.names or MODULES:
        with console.status(f"Measuring {name}"):
            figures += _measure(name, full=arguments.full)
    _show(console, figures)
    _save(figures)
    return 0 if all(figure.ok for figure in figures) else 1


def _measure(name: str, *, full: bool) -> list[Figure]:
    """One module, on a server and in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="tradewind-bench-"))
    for variable in [each for each in os.environ if each.startswith("TRADEWIND_") and each != "TRADEWIND_HOME"]:
        del os.environ[variable]
    home = folder / "home"
    try:
        url = embedded.start(home)
        connection.prepare(url)
        work = folder / "work"
        work.mkdir()
        return importlib.import_module(f"bench.{name}").run(Room(work, url, full))
    finally:
        embedded.stop(home)
        shutil.rmtree(folder, ignore_errors=True)


def _show(console: Console, figures: list[Figure]) -> None:
    table = Table("", "value", "unit", "limit", "", "")
    for each in figures:
        sign = "<=" if each.better == "lower" else ">="
        table.add_row(
            each.name, f"{each.value:g}", each.unit, f"{sign} {each.limit:g}", "ok" if each.ok else "MISSED", each.note
        )
    console.print(table)


def _save(figures: list[Figure]) -> None:
    """Write bench.json; figures that were not measured this time stay in it."""
    path = base_home()[0] / "bench.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    known: list[dict[str, object]] = []
    if path.is_file():
        known = [each for each in json.loads(path.read_text()) if each["name"] not in {one.name for one in figures}]
    path.write_text(json.dumps(known + [each.as_json() for each in figures], indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
