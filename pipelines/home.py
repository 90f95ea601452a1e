"""Which folder of state a command means: the user's own, or the demo's, which lies below it and is shared with nobody.

The decision is pure (`choose`), but for the one look at the disk that it needs (`look`). Nothing is made or moved here;
homes as earlier versions made them are told of in `local/legacy.py`.

    .tradewind/        (or TRADEWIND_HOME) the home of the stores in stores.yaml
    .tradewind/demo/   the demo's: warehouse, archive, briefs and, of its world, stores.yaml, .env, manual/, simulator/
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

BASE = Path(".tradewind")
DEMO = "demo"
STORES = "stores.yaml"


@dataclass(frozen=True, slots=True)
class Sight:
    """What lies in a folder of state. is_demo: it is itself a demo's home. has_documents: something has landed in it.
    has_demo: a demo's home lies below it.
    """

    is_demo: bool = False
    has_documents: bool = False
    has_demo: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """home: the folder meant. stores: the stores.yaml in use, which need not exist. by_default: it is the demo's, and
    only because nothing else was said.
    """

    home: Path
    stores: Path
    by_default: bool = False


def world_file(home: Path) -> Path:
    """What the simulator remembers of the world of this home between runs."""
    return home / "simulator" / "world.json"


def read_world(home: Path) -> dict[str, str] | None:
    """The world of this home, or None before the first demo."""
    path = world_file(home)
    return json.loads(path.read_text()) if path.exists() else None


def is_demo(home: Path) -> bool:
    """Whether this is a demo's home. One of an earlier version, with the world's stores.yaml in `demo`, is not."""
    return world_file(home).is_file() and (home / STORES).is_file() and not (home / DEMO / STORES).is_file()


def look(base: Path) -> Sight:
    """What lies in `base`."""
    archive = base / "archive"
    return Sight(
        is_demo=is_demo(base),
        has_documents=archive.is_dir() and any(each.name != "incoming" for each in archive.iterdir()),
        has_demo=is_demo(base / DEMO),
    )


def demo_home(base: Path, sight: Sight) -> Path:
    """Where `tradewind demo` has its world: below the user's home, or in it where that is a demo's home already."""
    return base if sight.is_demo else base / DEMO


def choose(
    base: Path, sight: Sight, *, explicit: bool = False, named: Path | None = None, local: Path | None = None
) -> Place:
    """The home and the stores.yaml that a command means.

    base: absolute; TRADEWIND_HOME (then `explicit`) or .tradewind of the working directory. named: TRADEWIND_STORES,
    absolute. local: stores.yaml of the working directory; None: there is none.
    """
    demo = demo_home(base, sight)
    if named is not None:
        return Place(demo if named == demo / STORES else base, named)
    if sight.is_demo:
        return Place(base, base / STORES)  # it was named as the home, and has stores of its own
    if local is not None:
        return Place(base, local)
    # stores.yaml is looked for in the working directory only, so from elsewhere a home that was named and holds
    # documents is still the one that is meant
    if sight.has_demo and not (explicit and sight.has_documents):
        return Place(demo, demo / STORES, by_default=True)
    return Place(base, Path(STORES).absolute())
