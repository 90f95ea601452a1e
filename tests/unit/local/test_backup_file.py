"""The file of a backup: whole or not there, only its owner's, and refused in a sentence when it is anything else."""

from __future__ import annotations

import os
import signal
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.errors import ConfigError
from pipelines.local import backup, backup_file
from pipelines.local.backup_file import About
from pipelines.warehouse import migrate

ABOUT = About(
    version="0.1.0",
    schema=migrate.revisions()[-1],
    postgres=16,
    cluster=7,
    made_at="2026-11-20T03:15:09+00:00",
    demo=False,
    archive=True,
    size=1000,
)


@pytest.fixture
def files(tmp_path: Path) -> list[tuple[str, Path]]:
    (tmp_path / "one").write_bytes(b"one" * 1000)
    (tmp_path / "two").write_bytes(b"")
    return [("home/archive/ab/ab12.zst", tmp_path / "one"), ("home/hash.key", tmp_path / "two")]


def test_what_goes_in_comes_out_and_only_its_owner_reads_it(tmp_path: Path, files: list[tuple[str, Path]]) -> None:
    target = tmp_path / "b.tar"
    size = backup_file.write(target, ABOUT, files)
    assert (target.stat().st_size, target.stat().st_mode & 0o777) == (size, 0o600)
    assert backup_file.check(target) == ABOUT
    backup_file.extract(target, tmp_path / "out")
    assert (tmp_path / "out/home/archive/ab/ab12.zst").read_bytes() == b"one" * 1000
    assert (tmp_path / "out/home/hash.key").read_bytes() == b""
    with pytest.raises(ConfigError, match="there already"):
        backup_file.write(target, ABOUT, files)


def test_a_backup_that_is_killed_leaves_no_file_of_its_name(tmp_path: Path, files: list[tuple[str, Path]]) -> None:
    target = tmp_path / "b.tar"

    def until_killed() -> Iterator[tuple[str, Path]]:
        yield files[0]
        os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        backup_file.write(target, ABOUT, until_killed())
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert not target.exists()
    with pytest.raises(ConfigError, match="no whole backup"):
        backup_file.check(tmp_path / ".b.tar.part")
    backup_file.write(target, ABOUT, files)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar", "one", "two"]


def test_a_backup_that_fails_leaves_nothing(tmp_path: Path, files: list[tuple[str, Path]]) -> None:
    with pytest.raises(FileNotFoundError):
        backup_file.write(tmp_path / "b.tar", ABOUT, [*files, ("home/gone", tmp_path / "gone")])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_every_byte_that_is_cut_off_or_changed_is_noticed(tmp_path: Path, files: list[tuple[str, Path]]) -> None:
    target, bad = tmp_path / "b.tar", tmp_path / "bad.tar"
    backup_file.write(target, ABOUT, files)
    whole = target.read_bytes()
    with tarfile.open(target) as tar:
        places = {member.name: member.offset_data for member in tar}
    for end in (0, 100, 512, places["home/archive/ab/ab12.zst"] + 700, places[backup_file.SUMS] - 512):
        bad.write_bytes(whole[:end])
        with pytest.raises(ConfigError, match="Nothing was changed"):
            backup_file.check(bad)
    for name, place in places.items():
        if name != "home/hash.key":  # it is empty
            changed = bytearray(whole)
            changed[place + 40] ^= 1
            bad.write_bytes(changed)
            with pytest.raises(ConfigError, match="Nothing was changed"):
                backup_file.check(bad)


@pytest.mark.parametrize("name", ["home/../../out", "/home/out", "elsewhere/out", "home"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, files: list[tuple[str, Path]], name: str) -> None:
    backup_file.write(tmp_path / "b.tar", ABOUT, [(name, files[0][1])])
    with pytest.raises(ConfigError, match="does not belong there"):
        backup_file.check(tmp_path / "b.tar")


def test_a_file_of_something_else_is_refused(tmp_path: Path, files: list[tuple[str, Path]]) -> None:
    with tarfile.open(tmp_path / "other.tar", "w") as tar:
        tar.add(files[0][1], "holiday.jpg")
    with pytest.raises(ConfigError, match="no backup of Tradewind"):
        backup_file.check(tmp_path / "other.tar")
    with pytest.raises(ConfigError, match="There is no backup"):
        backup_file.check(tmp_path / "none.tar")


def test_what_a_newer_one_made_is_refused(tmp_path: Path) -> None:
    for about in (replace(ABOUT, schema="9999"), replace(ABOUT, postgres=99)):
        with pytest.raises(ConfigError, match="newer Tradewind"):
            backup.check_known(tmp_path / "b.tar", about)
    backup_file.write(tmp_path / "b.tar", replace(ABOUT, format=2), [])
    with pytest.raises(ConfigError, match=r"newer Tradewind \(0.1.0\)"):
        backup_file.check(tmp_path / "b.tar")


@pytest.mark.parametrize("name", ["hash.key", "postgres.json", "archive/ab/ab12.zst", "postgres/PG_VERSION"])
def test_a_home_with_anything_in_it_is_refused(tmp_path: Path, files: list[tuple[str, Path]], name: str) -> None:
    home = tmp_path / "home"
    file = files[0][1]
    backup.check_room(home, ABOUT, file)
    (home / name).parent.mkdir(parents=True)
    (home / name).touch()
    with pytest.raises(ConfigError, match=f"it holds {name.partition('/')[0]}, and a restore overwrites nothing"):
        backup.check_room(home, ABOUT, file)


def test_a_disk_that_is_too_small_is_told_before(tmp_path: Path, files: list[tuple[str, Path]]) -> None:
    with pytest.raises(ConfigError, match="make room"):
        backup.check_room(tmp_path / "home", replace(ABOUT, size=10**18), files[0][1])


def test_the_usual_name_is_of_the_moment() -> None:
    assert backup.default_name(datetime(2026, 11, 20, 3, 15, 9, tzinfo=UTC)) == "tradewind-20261120T031509Z.tar"
