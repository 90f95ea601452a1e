"""The embedded server: started by several at once, killed, left over, its port taken, its password lost or wrong."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from pipelines.errors import WarehouseError
from pipelines.warehouse import connection, embedded, processes


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "server home"  # with a space in it
    yield folder
    embedded.stop(folder)


def answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=5) as conn:
            return conn.execute("select 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


START = (
    "import sys, pathlib; from pipelines.warehouse import embedded; print(embedded.start(pathlib.Path(sys.argv[1])))"
)


def started_by_process(home: Path, *prefix: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*prefix, sys.executable, "-c", START, str(home)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_starters_at_once_find_one_server_which_outlives_them(home: Path) -> None:
    starters = [started_by_process(home) for _ in range(3)]
    said = [starter.communicate(timeout=120) for starter in starters]
    assert [starter.returncode for starter in starters] == [0, 0, 0], said
    urls = {out.strip() for out, _ in said}
    assert len(urls) == 1
    assert answers(urls.pop())


@pytest.mark.thorough
def test_port_and_password_stay_across_a_restart_and_no_secret_is_readable(home: Path) -> None:
    url = embedded.start(home)
    with psycopg.connect(url) as conn:
        conn.execute("create table kept as select 1 as n")
    assert embedded.stop(home)
    assert not answers(url)
    assert not embedded.stop(home), "there is nothing left to stop"
    assert embedded.start(home) == url
    with psycopg.connect(url) as conn:
        assert conn.execute("select n from kept").fetchone() == (1,)
        databases = {row[0] for row in conn.execute("select datname from pg_database")}
        assert {"tradewind", "dagster"} <= databases
        assert conn.execute("show listen_addresses").fetchone() == ("127.0.0.1",)
    assert stat.S_IMODE((home / "postgres.json").stat().st_mode) == 0o600
    rules = [
        line.split()[-1]
        for line in (home / "postgres" / "pg_hba.conf").read_text().splitlines()
        if line.strip() and not line.startswith("#")
    ]
    assert set(rules) == {"scram-sha-256"}
    assert not list(home.glob("postgres.pw.*")), "initdb's password file is deleted"


def test_a_killed_server_is_started_again_although_a_query_still_runs(home: Path) -> None:
    url = embedded.start(home)
    busy = threading.Thread(target=_sleep_in_database, args=(url,), daemon=True)
    busy.start()
    with psycopg.connect(url, autocommit=True) as conn:
        wait_until(
            lambda: conn.execute("select 1 from pg_stat_activity where query like '%pg_sleep(120)%' "
                                 "and state = 'active' and pid <> pg_backend_pid()").fetchone() is not None
        )  # fmt: skip
    pid = processes.postmaster(home / "postgres")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not embedded.running(home))
    began = time.monotonic()
    assert embedded.start(home) == url
    assert time.monotonic() - began < 30
    assert answers(url)
    busy.join(20)
    assert not busy.is_alive()


def _sleep_in_database(url: str) -> None:
    try:
        with psycopg.connect(url) as conn:
            conn.execute("select pg_sleep(120)")
    except psycopg.OperationalError:
        return  # its server was killed


@pytest.mark.thorough
def test_a_pid_file_of_another_process_is_no_obstacle(home: Path) -> None:
    url = embedded.start(home)
    embedded.stop(home)
    (home / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{home / 'postgres'}\n")
    assert not embedded.running(home)
    assert not embedded.stop(home)
    assert embedded.start(home) == url


@pytest.mark.thorough
def test_a_taken_port_is_left_and_the_change_is_told(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    url = embedded.start(home)
    state = embedded.read_state(home)
    assert state is not None
    embedded.stop(home)
    with socket.create_server(("127.0.0.1", state.port)):
        moved = embedded.start(home)
        assert moved != url
        assert answers(moved)
    assert f"Port {state.port}" in caplog.text
    assert state.password not in caplog.text


def test_a_wrong_password_is_told_with_the_cure_and_the_cure_works(home: Path) -> None:
    url = embedded.start(home)
    state = embedded.read_state(home)
    assert state is not None
    with psycopg.connect(url) as conn:
        conn.execute("create table kept ()")
    embedded._save(home, embedded.State(state.port, "not-the-password"))
    with pytest.raises(WarehouseError, match=r"refuses the password.*Delete the file"):
        embedded.start(home)
    (home / "postgres.json").unlink()
    fresh = embedded.start(home)
    assert fresh != url
    with psycopg.connect(fresh) as conn:
        assert conn.execute("select count(*) from kept").fetchone() == (0,)


@pytest.mark.thorough
def test_an_initdb_that_was_killed_leaves_nothing_in_the_way(home: Path) -> None:
    (home / "postgres.new").mkdir(parents=True)
    (home / "postgres.new" / "PG_VERSION").write_text("18\n")
    assert answers(embedded.start(home))


@pytest.mark.thorough
def test_data_of_another_version_is_refused_untouched(home: Path) -> None:
    embedded.start(home)
    embedded.stop(home)
    (home / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(WarehouseError, match=r"made by Postgres 15.*pg_dump"):
        embedded.start(home)
    assert (home / "postgres" / "PG_VERSION").read_text() == "15\n"


def test_a_server_that_is_too_old_is_refused(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "OLDEST_SERVER", 99)  # so that the server at hand is an old one
    with pytest.raises(WarehouseError, match="Tradewind needs 99 or newer"):
        connection.prepare(empty_database)


def test_an_ordinary_user_needs_no_privilege(home: Path) -> None:
    """Root plays an ordinary user in a namespace of its own; an ordinary user plays itself."""
    if os.geteuid() == 0 and not processes.user_namespaces():
        pytest.skip("this machine allows no user namespaces")
    prefix = ("unshare", "--user", "--map-user=1000", "--map-group=1000") if os.geteuid() == 0 else ()
    starter = started_by_process(home, *prefix)
    out, err = starter.communicate(timeout=120)
    assert starter.returncode == 0, err
    assert answers(out.strip())


@pytest.fixture
def open_home() -> Iterator[Path]:
    """A home that every user can reach; pytest keeps its own folders closed."""
    with tempfile.TemporaryDirectory(prefix="tradewind-") as folder:
        Path(folder).chmod(0o711)
        home = Path(folder) / "home"
        yield home
        embedded.stop(home)


def test_root_without_user_namespaces_hands_the_data_to_nobody(
    open_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can run a server as somebody else")
    monkeypatch.setattr(processes, "user_namespaces", lambda: False)
    url = embedded.start(open_home)
    assert answers(url)
    assert (open_home / "postgres").stat().st_uid == processes._nobody()
    assert embedded.stop(open_home)
    monkeypatch.undo()  # with namespaces allowed again, the data still belongs to nobody
    assert embedded.start(open_home) == url


def test_a_folder_of_another_user_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "postgres").mkdir(parents=True)
    monkeypatch.setattr(os, "geteuid", lambda: (home / "postgres").stat().st_uid + 1)
    with pytest.raises(WarehouseError, match=r"belongs to another user.*TRADEWIND_HOME"):
        processes.identity(home / "postgres")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('FATAL:  could not write lock file "postmaster.pid": No space left on device', "is full"),
        ("FATAL:  could not create shared memory segment: Cannot allocate memory", "--shm-size"),
        ("initdb: error: could not access directory: Permission denied", "chmod o+x"),
        ("something new", "server.log"),
    ],
)
def test_what_postgres_says_is_told_with_its_cure(tmp_path: Path, said: str, told: str) -> None:
    failure = str(embedded._failure(tmp_path, "The embedded Postgres does not start", said))
    assert told in failure
    assert said.split("error: ")[-1] in failure


@pytest.mark.thorough
def test_a_copied_home_does_not_use_the_server_that_it_was_copied_from(tmp_path: Path) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy"
    try:
        first = embedded.start(original)
        copy.mkdir()
        shutil.copy(original / "postgres.json", copy)
        second = embedded.start(copy)
        for url, home in ((first, original), (second, copy)):
            with psycopg.connect(url) as conn:
                assert conn.execute("show data_directory").fetchone() == (str(home / "postgres"),)
        assert embedded.start(original) == first
    finally:
        embedded.stop(copy)
        embedded.stop(original)


def test_a_copied_home_whose_pid_file_cannot_be_judged_is_refused_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy"
    embedded.start(original)
    try:
        (copy / "postgres").mkdir(parents=True)
        for name in ("postgres.json", "postgres/postmaster.pid", "postgres/PG_VERSION"):
            shutil.copy(original / name, copy / name)
        monkeypatch.setattr(processes, "_is_server_of", lambda pid, data: True)  # as where there is no /proc
        with pytest.raises(WarehouseError, match="copied from one whose server runs"):
            embedded.start(copy)
    finally:
        monkeypatch.undo()
        embedded.stop(original)
