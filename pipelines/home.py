"""Decides which home a command uses: the user's own, or the demo's, which lies below it.

A home is a folder with all state: warehouse, archive and briefs. `choose` decides and is pure; `look` reads from the
disk what it needs. Only `make_private` creates a home. Nothing is moved here: homes of earlier versions are moved in
`local/legacy.py`.

    .tradewind/        (or TRADEWIND_HOME) the home of the stores in stores.yaml
    .tradewind/demo/   the demo's home; also the demo world's stores.yaml, .env, manual/ and simulator/
"""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path

BASE = Path(".tradewind")
DEMO = "demo"
STORES = "stores.yaml"
SETTINGS_FILES = (STORES, "actors.yaml", "channels.yaml", "plans.yaml", "webhooks.yaml", "alerts.yaml")
"""What users write beside stores.yaml, or have written for them; none holds a secret. Backups keep all of them."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a folder contains.

    is_demo: it is a demo's home. has_documents: its archive has documents. has_demo: a demo's home lies below it.
    """

    is_demo: bool = False
    has_documents: bool = False
    has_demo: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """The home and the stores.yaml that a command uses.

    stores: it need not exist. by_default: this is the demo's home, used only because the user has named no stores.
    """

    home: Path
    stores: Path
    by_default: bool = False


def make_private(home: Path) -> None:
    """Create a home that only its owner may look into, also one that an earlier version has made for all to read.

    Postgres does not run as root: where root has started it, its user must get through to its own folder, which lies in
    the home, and may list nothing on the way. Raises OSError.
    """
    mode = 0o711 if os.geteuid() == 0 else 0o700
    made = [each for each in (home, *home.parents) if not each.exists()]
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    for each in made:
        each.chmod(mode)  # whatever the umask is
    there = home.stat()
    if there.st_uid == os.geteuid() and stat.S_IMODE(there.st_mode) & ~mode:
        home.chmod(stat.S_IMODE(there.st_mode) & mode)


def world_file(home: Path) -> Path:
    """The path of the file in which the simulator keeps the state of this home's world between runs."""
    return home / "simulator" / "world.json"


def read_world(home: Path) -> dict[str, str] | None:
    """The content of a home's `world_file`; None before the first demo."""
    path = world_file(home)
    return json.loads(path.read_text()) if path.exists() else None


def is_demo(home: Path) -> bool:
    """Whether this is a demo's home. The home of an earlier version, with the stores.yaml in `demo`, does not count."""
    return world_file(home).is_file() and (home / STORES).is_file() and not (home / DEMO / STORES).is_file()


def look(base: Path) -> Sight:
    """Read from the disk what a folder contains."""
    archive = base / "archive"
    return Sight(
        is_demo=is_demo(base),
        has_documents=archive.is_dir() and any(each.name != "incoming" for each in archive.iterdir()),
        has_demo=is_demo(base / DEMO),
    )


def demo_home(base: Path, sight: Sight) -> Path:
    """The demo's home: below the user's home, or the user's home itself if that is a demo's home already."""
    return base if sight.is_demo else base / DEMO


def choose(
    base: Path, sight: Sight, *, explicit: bool = False, named: Path | None = None, local: Path | None = None
) -> Place:
    """The home and the stores.yaml that a command uses.

    base: the absolute path of TRADEWIND_HOME (then `explicit` is True), or of .tradewind in the working directory.
    named: the absolute path of TRADEWIND_STORES. local: the stores.yaml of the working directory; None if there is
    none.
    """
    demo = demo_home(base, sight)
    if named is not None:
        return Place(demo if named == demo / STORES else base, named)
    if sight.is_demo:
        return Place(base, base / STORES)  # The user has named a demo's home, which has stores of its own.
    if local is not None:
        return Place(base, local)
    # stores.yaml is looked for in the working directory only. If the command is started elsewhere, a home that the user
    # has named and that holds documents is used, not the demo's.
    if sight.has_demo and not (explicit and sight.has_documents):
        return Place(demo, demo / STORES, by_default=True)
    return Place(base, Path(STORES).absolute())
