"""`python -m bench [--full] [NAME ...]`: measure, print each figure when it is there, write `.tradewind/bench.json`.

NAME: modules of this package; all of them by default. Ends with status 1 if a figure does not keep to its limit. Each
part has a length that it keeps to on two idle cores: fifteen minutes for all of them, unless `--full`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bench.figures import Figure, Room
from pipelines.settings import base_home
from pipelines.warehouse import connection, embedded

MODULES = {
    "everyday": (2, 2),
    "landing": (2, 5),
    "peers": (1.5, 8),
    "json_landing": (1, 6),
    "notifications": (1, 4),
    "marts": (4, 20),
    "backfill": (3, 3),
    "fleet": (2, 7),
    "soak": (2, 10),
    "hostile": (2, 2),
    "grounding": (3, 3),
    "forecast": (1, 2),
    "webhooks": (0.5, 1.5),
    "api": (1.5, 4),
    "assistant": (3, 3),
    "channels": (0.5, 2),
    "channel_sync": (1, 1),
}
"""Each part, and the minutes that it takes on two idle cores, as it is and in full."""


def main() -> int:
    """Run the benchmarks; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="The benchmarks.",
        epilog="Minutes on two idle cores, as it is and in full: "
        + "; ".join(f"{name} {usual:g}, {full:g}" for name, (usual, full) in MODULES.items()),
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MODULES)}; all by default")
    parser.add_argument("--full", action="store_true", help="at full size, however long it takes")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(MODULES)
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}")
    console = Console()
    figures: list[Figure] = []
    for name in arguments.names or MODULES:
        begun, minutes = time.monotonic(), MODULES[name][arguments.full]
        with console.status(f"Measuring {name}, {minutes:g} minutes on two idle cores"):
            for figure in _measure(name, full=arguments.full):
                console.print(f"{_sentence(figure)} [dim]{escape(figure.note)}[/dim]", highlight=False, soft_wrap=True)
                figures.append(figure)
                _save(figures)  # who ends it here keeps what is measured
        console.print(f"{name}: {(time.monotonic() - begun) / 60:.1f} minutes", style="dim", highlight=False)
    _show(console, figures)
    return 0 if all(figure.ok for figure in figures) else 1


def _measure(name: str, *, full: bool) -> Iterator[Figure]:
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
        yield from importlib.import_module(f"bench.{name}").run(Room(work, url, full))
    finally:
        embedded.stop(home)
        shutil.rmtree(folder, ignore_errors=True)


def _sentence(figure: Figure) -> str:
    """`landing_vs_copy: 1.05 times (<= 1.15) ok.`"""
    return f"{figure.name}: {figure.value:g} {figure.unit} ({_limit(figure)}) {_verdict(figure)}."


def _limit(figure: Figure) -> str:
    return f"{'<=' if figure.better == 'lower' else '>='} {figure.limit:g}"


def _verdict(figure: Figure) -> str:
    return "ok" if figure.ok else "MISSED"


def _show(console: Console, figures: list[Figure]) -> None:
    table = Table("", "value", "unit", "limit", "")
    for each in figures:
        table.add_row(each.name, f"{each.value:g}", each.unit, _limit(each), _verdict(each))
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
