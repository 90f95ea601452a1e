"""The file of a backup: a tar of mode 0600 that is whole or not there, and is checked before anything of it is used.

    backup.json         what it is, and of whom (`About`)
    databases/*.dump    the databases, as pg_dump wrote them
    home/...            files of the home
    config/...          settings and track files, where these lie outside of the home
    SHA256SUMS          of all before it; a file that was cut off has none

What goes in, and where it comes back to, is decided in `backup.py`.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from pipelines.errors import ConfigError

FORMAT = 1
ABOUT = "backup.json"
SUMS = "SHA256SUMS"
_ROOMS = ("databases", "home", "config")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class About:
    """What a backup says of itself.

    version: of the Tradewind that made it. schema: revision of its newest migration. postgres: major version of its
    server. cluster: that server's number. made_at: UTC, ISO 8601. demo: of a demo's home. archive: whether the
    archive is in it. size: of the databases, in bytes. format: of this file.
    """

    version: str
    schema: str
    postgres: int
    cluster: int
    made_at: str
    demo: bool
    archive: bool
    size: int
    format: int = FORMAT


def write(target: Path, about: About, members: Iterable[tuple[str, Path]]) -> int:
    """Write a backup of files by their names in it, and return its size in bytes.

    Until it is whole it is called `.<name>.part`, and whoever is killed leaves no other. Raises ConfigError if `target`
    is there or its folder is not, OSError.
    """
    if not target.parent.is_dir():
        raise ConfigError(f"There is no folder {target.parent} for the backup. Make it, or name another with --to.")
    if target.exists():
        raise ConfigError(f"{target} is there already, and a backup overwrites nothing. Name another file with --to.")
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                _write_members(tar, about, members)
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return size


def _write_members(tar: tarfile.TarFile, about: About, members: Iterable[tuple[str, Path]]) -> None:
    told = json.dumps({"tradewind": "backup", **dataclasses.asdict(about)}, indent=2).encode() + b"\n"
    sums = [f"{_add(tar, ABOUT, io.BytesIO(told), len(told), 0)}  {ABOUT}"]
    for name, path in members:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            sums.append(f"{_add(tar, name, file, status.st_size, status.st_mtime)}  {name}")
    listed = "".join(f"{line}\n" for line in sums).encode()
    _add(tar, SUMS, io.BytesIO(listed), len(listed), 0)


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int, changed_at: float) -> str:
    """Add a file of that size; returns the sha256 of what was added, in hex."""
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, int(changed_at)
    hashed = _Hashed(content)
    tar.addfile(info, hashed)
    return hashed.digest.hexdigest()


class _Hashed:
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.digest.update(block)
        return block


def check(file: Path) -> About:
    """Read a backup to its end and return what it says of itself; nothing is written.

    Raises ConfigError if it is no backup, damaged, cut off, or of a newer format.
    """
    sums: dict[str, str] = {}
    about: About | None = None
    listed: bytes | None = None
    with _opened(file) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            if about is None:
                about = _about(file, member.name, content.read(_BLOCK) if content is not None else b"")
            if content is None or listed is not None:
                raise _damaged(file, f"{member.name} does not belong there")
            content.seek(0)
            if member.name == SUMS:
                listed = content.read()
            elif member.name != ABOUT and not _is_placed(member.name):
                raise _damaged(file, f"{member.name} does not belong there")
            else:
                sums[member.name] = hashlib.file_digest(cast(io.BufferedReader, content), "sha256").hexdigest()
    if about is None:
        raise _foreign(file)
    if listed is None:
        raise _damaged(file, "its end is missing")
    wrong = dict(_lines(listed)).items() ^ sums.items()
    if wrong:
        raise _damaged(file, f"{min(name for name, _ in wrong)} is not what was written")
    return about


def extract(file: Path, into: Path) -> None:
    """Write the files of a backup that was checked below a folder, as `databases/`, `home/` and `config/`."""
    with _opened(file) as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is None or not _is_placed(member.name):
                continue
            path = into / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as written:
                while block := content.read(_BLOCK):
                    written.write(block)
            os.utime(path, (member.mtime, member.mtime))


def _is_placed(name: str) -> bool:
    """Whether a name leads to one of the backup's folders and not out of it.

    >>> _is_placed("home/archive/ab/ab12.zst"), _is_placed("home/../../etc/passwd"), _is_placed("/home/x")
    (True, False, False)
    """
    parts = PurePosixPath(name).parts
    return len(parts) > 1 and parts[0] in _ROOMS and ".." not in parts and "\\" not in name


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    if not file.is_file():
        raise ConfigError(f"There is no backup {file}.")
    try:
        with tarfile.open(file, "r:") as tar:
            yield tar
    except (tarfile.TarError, EOFError, UnicodeDecodeError) as error:
        raise _damaged(file, f"it cannot be read as a tar ({error})") from None


def _about(file: Path, name: str, content: bytes) -> About:
    try:
        told: dict[str, Any] = json.loads(content)
        if name != ABOUT or told.pop("tradewind") != "backup":
            raise _foreign(file)
        if int(told["format"]) > FORMAT:
            raise newer(file, str(told.get("version", "")))
        return About(**told)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _foreign(file) from None


def _lines(listed: bytes) -> Iterator[tuple[str, str]]:
    for line in listed.decode("utf-8", "replace").splitlines():
        if found := re.fullmatch(r"([0-9a-f]{64})  (.+)", line):
            yield found[2], found[1]


def newer(file: Path, version: str) -> ConfigError:
    """The error of a backup that this Tradewind is too old for."""
    return ConfigError(
        f"{file} was made by a newer Tradewind ({version or 'unknown version'}). Nothing was changed: update Tradewind "
        "and restore again."
    )


def _foreign(file: Path) -> ConfigError:
    return ConfigError(f"{file} is no backup of Tradewind. Nothing was changed: name a file of `tradewind backup`.")


def _damaged(file: Path, what: str) -> ConfigError:
    return ConfigError(
        f"{file} is no whole backup of Tradewind: {what}. Nothing was changed: copy it again from where it is kept, or "
        "take an earlier one."
    )
