"""Which world a state folder holds, and where that world stands: its file `world.json`.

What clients have asked for is kept in the same folder by apis/memory.py.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from simulator.world.instants import iso, parse_instant


class StateError(Exception):
    """The state folder and the command line contradict each other; the message says what to do."""


@dataclass(frozen=True)
class WorldFile:
    """Which world this is. `first_now` fixes its history, `now` is where it stands (UTC); `stood`: where it stood
    between them, in order, as of the days that were leapt over nobody made a snapshot. `as_met`: see `World`."""

    seed: int
    stores: int
    products: int
    days: int
    first_now: datetime
    now: datetime
    stood: tuple[datetime, ...] = ()
    as_met: bool = False

    @staticmethod
    def read(folder: Path) -> WorldFile | None:
        """The world of this folder, or None when there is none. Raises StateError for a file that cannot be read."""
        path = folder / "world.json"
        if not path.exists():
            return None
        try:
            data = json.loads(path.read_text())
            seed, stores, products, days = (int(data[name]) for name in ("seed", "stores", "products", "days"))
            first_now, now, *stood = map(parse_instant, (data["first_now"], data["now"], *data.get("stood", ())))
            as_met = bool(data.get("as_met", False))
            return WorldFile(seed, stores, products, days, first_now, now, tuple(stood), as_met)
        except (ValueError, KeyError, TypeError) as error:
            raise StateError(
                f"{path} is not a world file ({error}). Delete the folder to start a new world."
            ) from error

    def write(self, folder: Path) -> None:
        """Keep this world in the folder, which is made when it does not exist."""
        folder.mkdir(parents=True, exist_ok=True)
        data = {**asdict(self), "first_now": iso(self.first_now), "now": iso(self.now)}
        data["stood"] = [iso(at) for at in self.stood]
        write_whole(folder / "world.json", json.dumps(data, indent=1) + "\n")


def open_world_file(folder: Path, now: datetime | None, **wanted: int | None) -> WorldFile:
    """The folder's world, moved to `now` if given, or a new one. wanted: seed, stores, products, days, as_met; None: as
    it is.

    Raises StateError when the folder holds another world than the one asked for.
    """
    defaults = {"seed": 7, "stores": 3, "products": 30, "days": 60, "as_met": False}
    known = WorldFile.read(folder)
    if known is None:
        moment = (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
        moment = moment if now else moment.replace(second=0)
        chosen = {name: wanted.get(name) if wanted.get(name) is not None else value for name, value in defaults.items()}
        world = WorldFile(**chosen, first_now=moment, now=moment)  # type: ignore[arg-type]
    else:
        for name, value in wanted.items():
            if value is not None and value != getattr(known, name):
                raise StateError(
                    f"{folder} holds a world with {name} {getattr(known, name)}, and {value} was asked for. "
                    "Use another --state, or delete that folder to start a new world."
                )
        world = known
        if now is not None and (moment := now.astimezone(UTC).replace(microsecond=0)) != known.now:
            world = replace(known, now=moment, stood=(*known.stood, known.now))
    world.write(folder)
    return world


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader never sees half of it."""
    partial = path.with_name(path.name + ".part")
    partial.write_text(text)
    partial.replace(path)


def default_folder() -> Path:
    """`simulator` in the demo's home, which is `demo` in the home of Tradewind's state, or that home itself."""
    home = Path(os.environ.get("TRADEWIND_HOME") or ".tradewind")
    below = home / "demo" / "simulator"
    here = home / "simulator"
    return here if (here / "world.json").exists() and not (below / "world.json").exists() else below
