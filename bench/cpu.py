"""CPU seconds of processes, by /proc: what a request takes, however busy the machine is with other work."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Used:
    """Seconds of a block, once it has ended. server: of one process. postgres: of all of a server's."""

    server: float = 0.0
    postgres: float = 0.0

    def each(self, count: int) -> str:
        """`server 3.1 ms, Postgres 2.0 ms of CPU each`."""
        server, postgres = (seconds / count * 1000 for seconds in (self.server, self.postgres))
        return f"server {server:.1f} ms, Postgres {postgres:.1f} ms of CPU each"


@contextlib.contextmanager
def used(server: int, url: str) -> Iterator[Used]:
    """What a process and the Postgres at an address of this machine use meanwhile."""
    with psycopg.connect(url, autocommit=True) as conn:
        postmaster = int(_stat(conn.info.backend_pid)[1])
        found = Used(-_own(server), -_all_of(postmaster))
        yield found
        found.server += _own(server)
        found.postgres += _all_of(postmaster)


def _own(pid: int) -> float:
    return sum(map(int, _stat(pid)[11:13])) / _TICKS


def _all_of(postmaster: int) -> float:
    """Of its processes, those that have ended among them."""
    seconds = sum(map(int, _stat(postmaster)[11:15])) / _TICKS
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                stat = _stat(int(folder.name))
                seconds += sum(map(int, stat[11:13])) / _TICKS if int(stat[1]) == postmaster else 0
    return seconds


def _stat(pid: int) -> list[str]:
    """The fields behind the name: state, parent, ...; see proc(5)."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
