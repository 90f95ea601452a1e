"""Child processes of `demo` and `up`: started with clean signals, waited for until they serve, ended for certain."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import TradewindError

STOP_SECONDS = 8
LOG_LIMIT = 20_000_000  # bytes
PR_SET_PDEATHSIG = 1  # of Linux' prctl
# looked up here: between fork and exec nothing may be loaded
_LIBC = ctypes.CDLL(None)


@dataclass(frozen=True)
class Child:
    """A running child: `name` for messages, `log` where it writes."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    @property
    def how_ended(self) -> str | None:
        """`exit status 1` or `killed by SIGKILL`; None while it runs."""
        status = self.process.poll()
        if status is None:
            return None
        return f"exit status {status}" if status >= 0 else f"killed by {signal.Signals(-status).name}"

    def tail(self, lines: int = 15) -> str:
        """The last lines of its log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def spawn(
    name: str, command: Sequence[str], log_dir: Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Child:
    """Start `command` in a session of its own, so that Ctrl-C reaches only us and we end it in order.

    Its log goes on from where it was; one of more than `LOG_LIMIT` is put aside as `.log.1`. Raises OSError.
    """
    log_dir.mkdir(parents=True, exist_ok=True)
    log = log_dir / f"{name}.log"
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    with log.open("ab") as out:  # what an earlier one said last is what one looks for
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_be_stoppable,
        )
    return Child(name, process, log)


def _be_stoppable() -> None:
    """In the child, before it becomes the command.

    A parent that ignores SIGINT (a background job of a shell) would hand that on, and Dagster maps SIGTERM to whatever
    SIGINT does: the child could then not be stopped. On Linux the child is also ended when we are killed.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform == "linux":
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def end_group(child: Child) -> None:
    """Kill a child, and what it has started and left behind; nothing if all of it has ended."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()


def stop(children: Sequence[Child]) -> None:
    """End them, last started first; SIGKILL for those that are still there after `STOP_SECONDS`, and for what one of
    them leaves behind.
    """
    for child in reversed(children):
        if child.running:
            child.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in reversed(children):
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.1, deadline - time.monotonic()))
        end_group(child)


def wait_until(ready: Callable[[], bool], child: Child, seconds: float) -> None:
    """Wait until `ready()`; a child that ends or takes longer is told with the end of its log.

    Raises TradewindError.
    """
    deadline = time.monotonic() + seconds
    while not ready():
        if not child.running:
            raise TradewindError(f"The {child.name} ended before it served. Its last words:\n{child.tail()}")
        if time.monotonic() > deadline:
            raise TradewindError(f"The {child.name} did not serve within {seconds:.0f} s. Its log: {child.log}")
        time.sleep(0.05)


def free_port(preferred: int | None = None) -> int:
    """A port on 127.0.0.1 that nobody listens on: `preferred` if it is free.

    Asked for without SO_REUSEPORT, since a gRPC code server would silently share a port with an older one, and with
    SO_REUSEADDR, since connections that have just ended keep no server from its port.
    """
    for port in (preferred, 0) if preferred else (0,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise TradewindError("No free port was found on 127.0.0.1.")


def listens(port: int) -> bool:
    """Whether somebody accepts connections on 127.0.0.1:port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answers(url: str) -> bool:
    """Whether a GET of this loopback URL answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # nosec B310
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def stopping(children: list[Child]) -> Iterator[list[Child]]:
    """Ends the children that are in the list when the block is left, however it is left."""
    try:
        yield children
    finally:
        stop(children)


def python(*arguments: str) -> list[str]:
    """A command of this interpreter."""
    return [sys.executable, *arguments]
