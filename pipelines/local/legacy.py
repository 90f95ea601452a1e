"""Homes as earlier versions made them: the demo's world right in .tradewind, where real stores came to lie beside it.

`adopt` moves one that holds the simulator's world only into the demo's home below it. One that holds anything else is
left as it is, and told of. Nothing else knows of such homes; when they have died out, this file can go.
"""

from __future__ import annotations

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import ConfigError, TradewindError
from pipelines.home import DEMO, STORES, world_file
from pipelines.local import belongings
from pipelines.local.running import holder
from pipelines.settings import base_home
from pipelines.warehouse import embedded

# what lies in a home and is moved; `simulator` last, since it tells that there is still something to move
_MOVED = ("archive", "briefs", "dagster", "dbt", "logs", "tmp", "hash.key")
_DECIDED = ".moving"


def adopt(base: Path) -> str | None:
    """Move the demo of an earlier version to `base`/demo, if `base` is such a home and holds nothing else.

    Killed half-way, the next call goes on. Returns what a user should know of a home that cannot be moved.

    Raises ConfigError while that demo is up, WarehouseError when its server does not stop.
    """
    if not _is_legacy(base):
        return None
    with _locked(base):
        if not _is_legacy(base):
            return None  # another process was faster
        target = base / DEMO
        decided = target / _DECIDED
        if not decided.exists():
            if (pid := holder(base / "up.lock")) is not None:
                raise ConfigError(
                    f"The demo of an earlier version is up in {base} (process {pid}). End it with `tradewind down`; "
                    f"the next command then moves it to {target}, which is where the demo lives now."
                )
            found = belongings.examine(base, target, whole=False)
            if found.strange or (target / "postgres").exists():
                return _left_alone(base, found.told() or f"another demo is in {target}")
            target.mkdir(exist_ok=True)
            decided.touch()
        _move(base, target)
        decided.unlink()
    return None


def _is_legacy(base: Path) -> bool:
    return world_file(base).is_file() and (base / DEMO / STORES).is_file()


def _move(base: Path, target: Path) -> None:
    embedded.move(base, target)
    for path in [*(base / name for name in _MOVED), *base.glob("*.password"), base / "simulator"]:
        if path.exists():
            path.rename(target / path.name)


def _left_alone(base: Path, there: str) -> str:
    return (
        f"{base} holds the simulated world of an earlier version's demo and, beside it, {there}. Nothing was moved or "
        f"deleted, and your stores go on there; the demo now lives in {base / DEMO}. Only a new home has marts that "
        "are free of made-up stores: set TRADEWIND_HOME to an empty folder, pull, import your files once more, and "
        "keep the old folder until you miss nothing. "
        f"(Delete {base / 'simulator'} and this is not said again.)"
    )


@contextmanager
def _locked(base: Path) -> Iterator[None]:
    with (base / "demo.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    """`python -m pipelines.local.legacy`, for containers: 0, or 1 with the reason on stderr."""
    try:
        told = adopt(base_home()[0])
    except TradewindError as error:
        told = str(error)
    if told:
        sys.stderr.write(f"{told}\n")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
