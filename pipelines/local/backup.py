"""`tradewind backup` and `restore`: what of a home goes into a backup, and how a home is made of one.

In it are both databases of the embedded Postgres, the archive, the briefs, the key of the hashes, what the demo's world
needs, the settings files (`home.SETTINGS_FILES`) and track files. Not in it are `.env` and passwords: these are given
again (docs/operations.md).
The file is written and checked in `backup_file.py`, the databases in `warehouse/dumps.py`.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from pipelines.errors import ConfigError
from pipelines.home import SETTINGS_FILES
from pipelines.local import backup_file
from pipelines.local.backup_file import About
from pipelines.local.running import only_one
from pipelines.stores import track_files
from pipelines.warehouse import dumps, embedded, migrate, processes
from pipelines.warehouse.connection import Warehouse, prepare
from pipelines.warehouse.locks import build_lock
from pipelines.warehouse.roles import ensure_roles

if TYPE_CHECKING:
    from pipelines.settings import Settings

DATABASES = (embedded.WAREHOUSE, embedded.DAGSTER)
_FOLDERS = ("archive", "briefs", "manual", "simulator")
_FILES = ("hash.key", "accounts.key", *SETTINGS_FILES)
_DATA = ("postgres", "postgres.json", *_FOLDERS, *_FILES)
_STAGE = "restore.new"
# of the moment only: documents that are being written, and where the simulator listened
_PASSING = ("archive/incoming", "simulator/port")


@dataclass(frozen=True, slots=True)
class Written:
    """A backup that was made. size: of the file, in bytes. documents: files of the archive in it."""

    file: Path
    size: int
    documents: int
    about: About


@dataclass(frozen=True, slots=True)
class Restored:
    """A home that was made of a backup. kept: configuration that was there and is another, and where the backup's lies
    now."""

    home: Path
    about: About
    kept: Mapping[Path, Path]


def default_name(now: datetime) -> str:
    """The name of a backup that was given none.

    >>> default_name(datetime(2026, 11, 20, 3, 15, 9, tzinfo=UTC))
    'tradewind-20261120T031509Z.tar'
    """
    return f"tradewind-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar"


def back_up(settings: Settings, target: Path) -> Written:
    """Write a backup of the home in use. Landing may go on meanwhile; builds of the marts wait.

    Raises ConfigError where the warehouse is no embedded one, there is none, or the file cannot be written there.
    """
    if settings.warehouse_url is not None or settings.dagster_url is not None:
        raise ConfigError(
            "TRADEWIND_WAREHOUSE_URL or TRADEWIND_DAGSTER_URL names a Postgres of your own, and `tradewind backup` is "
            "for the embedded one. Back yours up with pgBackRest, and the archive and the key of the hashes with it, "
            "as docs/operations.md shows."
        )
    if not (settings.home / "postgres").is_dir():
        raise ConfigError(f"{settings.home} holds no warehouse: there is nothing to back up.")
    embedded.start(settings.home)
    state = embedded.read_state(settings.home)
    assert state is not None
    prepare(state.url())
    return write(settings, {name: state.url(name) for name in DATABASES}, target)


def write(settings: Settings, urls: Mapping[str, str], target: Path) -> Written:
    """`back_up` for databases at these addresses, by their names."""
    target = target.expanduser().absolute()
    with tempfile.TemporaryDirectory(dir=settings.home, prefix="backup.") as folder:
        dumped = {name: Path(folder) / f"{name}.dump" for name in urls}
        with build_lock(Warehouse(urls[embedded.WAREHOUSE])):
            for name, file in dumped.items():
                dumps.dump(urls[name], file)
        # after the databases: a document is in the archive before the ledger knows of it
        files = list(dict(_files(settings)).items())
        about = _about(settings, urls, archive=_archive_inside(settings))
        members = [*((f"databases/{file.name}", file) for file in dumped.values()), *files]
        size = backup_file.write(target, about, members)
    documents = sum(name.startswith("home/archive/") and name.endswith(".zst") for name, _ in files)
    return Written(target, size, documents, about)


def _about(settings: Settings, urls: Mapping[str, str], *, archive: bool) -> About:
    with psycopg.connect(urls[embedded.WAREHOUSE]) as conn:
        row = conn.execute(
            "select sum(pg_database_size(datname))::bigint from pg_database where datname = any(%s)",
            ([psycopg.conninfo.conninfo_to_dict(url)["dbname"] for url in urls.values()],),
        ).fetchone()
        assert row is not None
        return About(
            version=version("tradewind"),
            schema=migrate.revisions()[-1],
            postgres=processes.major_version(),
            cluster=dumps.cluster(conn),
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            demo=settings.is_demo,
            archive=archive,
            size=row[0],
        )


def _archive_inside(settings: Settings) -> bool:
    return Path(settings.archive_url) == settings.home / "archive"


def _files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """The files that go into a backup, by their names in it."""
    home = settings.home
    for folder in _FOLDERS:
        if folder == "archive" and not _archive_inside(settings):
            continue
        for path in sorted((home / folder).rglob("*")):
            name = path.relative_to(home).as_posix()
            if path.is_file() and not path.is_symlink() and not name.startswith(_PASSING):
                yield f"home/{name}", path
    for name in _FILES:
        if (home / name).is_file():
            yield f"home/{name}", home / name
    yield from _config(settings)


def _config(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Settings files that lie outside of the home, and track files in or below the folder of stores.yaml."""
    folder = settings.stores_path.parent
    beside = [folder / name for name in SETTINGS_FILES if name != settings.actors_path.name]
    for path in (*beside, settings.actors_path):
        if path.is_file() and path.parent != settings.home:
            yield f"config/{path.name}", path
    room = "home" if folder == settings.home else "config"
    named: Mapping[str, Path | None] = {}
    with contextlib.suppress(ConfigError):  # a stores.yaml that is wrong is backed up all the same
        named = track_files(settings.stores_path)
    for path in sorted({path for path in named.values() if path is not None and path.is_file()}):
        if path.is_relative_to(folder) and ".." not in path.parts:
            yield f"{room}/{path.relative_to(folder).as_posix()}", path


def restore(file: Path, base: Path, settings: Settings) -> Restored:
    """Make a home of a backup: all of it is made beside, and then moved to its place.

    base: the user's home; that of a demo comes below it, as a demo's does. settings: of the user's home. Raises
    ConfigError, before anything is changed, where the home holds something, or the backup is damaged, of something
    else, or of a newer Tradewind; WarehouseError where Postgres does not take it, and then the home is empty as it was.
    """
    file = file.expanduser().absolute()
    about = backup_file.check(file)
    check_known(file, about)
    home = base / "demo" if about.demo else base
    check_room(home, about, file)
    _check_settings(settings, about)
    with only_one(home), _staged(home) as stage:
        backup_file.extract(file, stage)
        _load(stage, about, settings)
        kept = _put_config(stage / "config", settings.stores_path.parent)
        for path in sorted((stage / "home").iterdir()) if (stage / "home").is_dir() else ():
            path.rename(home / path.name)
        embedded.move(stage, home)
    return Restored(home, about, kept)


def check_known(file: Path, about: About) -> None:
    """Refuse a backup of a newer Tradewind or a newer Postgres. Raises ConfigError."""
    if about.schema not in migrate.revisions() or about.postgres > processes.major_version():
        raise backup_file.newer(file, about.version)


def check_room(home: Path, about: About, file: Path) -> None:
    """Refuse a home in which something is, or a disk that is too small. Raises ConfigError."""
    there = [name for name in _DATA if _holds(home / name)]
    if there:
        raise ConfigError(
            f"{home} is not empty: it holds {', '.join(there)}, and a restore overwrites nothing. Nothing was changed: "
            "name an empty folder with TRADEWIND_HOME, or move this one away first."
        )
    free = shutil.disk_usage(next(path for path in (home, *home.parents) if path.exists())).free
    wanted = about.size + file.stat().st_size
    if free < wanted:
        raise ConfigError(
            f"The disk of {home} has {free / 1e6:,.0f} MB free, and this backup needs {wanted / 1e6:,.0f} MB. Nothing "
            "was changed: make room, or name another folder with TRADEWIND_HOME."
        )


def _holds(path: Path) -> bool:
    """Whether there is a file, or a folder with something in it."""
    return any(path.iterdir()) if path.is_dir() else path.exists()


def _check_settings(settings: Settings, about: About) -> None:
    if settings.warehouse_url is not None or settings.dagster_url is not None:
        raise ConfigError(
            "TRADEWIND_WAREHOUSE_URL or TRADEWIND_DAGSTER_URL names a Postgres of your own, and a backup is restored "
            "into the embedded one only. Nothing was changed: unset them for this command."
        )
    if about.archive and not about.demo and not _archive_inside(settings):
        raise ConfigError(
            "TRADEWIND_ARCHIVE_URL names an archive outside of the home, and the one in this backup was in its home. "
            "Nothing was changed: unset it, restore, and copy the archive from the home afterwards."
        )


@contextmanager
def _staged(home: Path) -> Iterator[Path]:
    """A folder in the home in which a new one is made; whatever happens, nothing is left of it or of its server."""
    stage = home / _STAGE
    _clear(stage)
    stage.mkdir(mode=0o700)
    try:
        yield stage
    finally:
        _clear(stage)


def _clear(stage: Path) -> None:
    if stage.exists():
        embedded.stop(stage)
        shutil.rmtree(stage)


def _load(stage: Path, about: About, settings: Settings) -> None:
    """Start a server in the stage, restore the databases into it, and bring them to this Tradewind's version."""
    embedded.start(stage)
    state = embedded.read_state(stage)
    assert state is not None
    for name in DATABASES:
        dumps.load(stage / "databases" / f"{name}.dump", state.url(name))
    with psycopg.connect(state.url()) as conn:
        dumps.carry_marks(conn, about.cluster)
    prepare(state.url())
    with Warehouse(state.url()).connect() as conn:
        ensure_roles(conn, settings.model_copy(update={"home": stage / "home", "warehouse_url": None}))


def _put_config(folder: Path, place: Path) -> dict[Path, Path]:
    """Put settings and track files where nothing is; where something else is, the backup's goes beside it."""
    kept = {}
    for path in sorted(each for each in folder.rglob("*") if each.is_file()) if folder.is_dir() else ():
        target = place / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            shutil.copy(path, target)
        elif target.read_bytes() != path.read_bytes():
            kept[target] = target.with_name(f"{target.name}.restored")
            shutil.copy(path, kept[target])
    return kept
