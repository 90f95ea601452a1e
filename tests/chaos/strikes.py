"""What strikes: kills of each part and of runs, connections that are cut, a full disk. What is chosen when follows from
the seed.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

from tests.chaos import disk
from tests.chaos.machine import SCRIPTS, Machine

PARTS = ("Postgres", *SCRIPTS)
KINDS = ("a run", "a run", *PARTS, "connections of Postgres", "connections to Amazon", "the disk")
"""Each is as likely as it is often here: the work itself is struck twice as often."""

_CUT_SECONDS = 5.0
_FULL_SECONDS = 8.0


@dataclass
class Strikes:
    """Strikes a machine, but not while `up` is starting: a slow machine would never come up. mean: seconds between two
    strikes, on average.

    struck: how often each kind has struck something. recovered: of each part, the longest time in seconds until it
    served again.
    """

    machine: Machine
    chance: random.Random
    mean: float
    say: Callable[[str], None]
    struck: Counter[str] = field(default_factory=Counter)
    recovered: dict[str, float] = field(default_factory=dict)
    _down: dict[str, float] = field(default_factory=dict)
    _starting: bool = True

    def go_on(self, seconds: float) -> None:
        """Strike for so long."""
        end = time.monotonic() + seconds
        next_at = time.monotonic() + self.chance.expovariate(1 / self.mean)
        while time.monotonic() < end:
            self.look()
            if time.monotonic() >= next_at and not self._starting:
                # the first of a random order that is there to be struck
                kind = next((each for each in self.chance.sample(KINDS, len(KINDS)) if self._strike(each)), None)
                if kind is not None:
                    self.struck[kind] += 1
                    self.say(f"struck {kind}")
                next_at = time.monotonic() + self.chance.expovariate(1 / self.mean)
            time.sleep(0.5)

    def look(self) -> None:
        """Start `up` again if it has ended, and see which of the parts that were struck serve again."""
        if self.machine.keep_up():
            self._starting = True
        if self._starting:
            self._starting = not all(self.machine.serves(part) for part in PARTS)
        for part, since in list(self._down.items()):
            if self.machine.serves(part):
                del self._down[part]
                self.recovered[part] = max(self.recovered.get(part, 0.0), time.monotonic() - since)

    @property
    def still_down(self) -> list[str]:
        """Parts that were struck and do not serve yet."""
        return sorted(self._down)

    def _strike(self, kind: str) -> bool:
        if kind == "connections to Amazon":
            self.machine.set_faults([{"do": "cut", "probability": 0.3}])
            time.sleep(_CUT_SECONDS)
            self.machine.set_faults([])
            return True
        if kind == "connections of Postgres":
            return self._cut()
        if kind == "the disk":
            return self._fill()
        if kind == "a run":
            workers = self.machine.workers()
            return bool(workers) and _kill(self.chance.choice(sorted(workers)))
        pid = self.machine.pid_of(kind)
        if pid is None or not _kill(pid):
            return False
        for each in SCRIPTS if kind == "up" else [kind]:
            self._down.setdefault(each, time.monotonic())
        return True

    def _fill(self) -> bool:
        if not self.machine.own_disk:
            return False
        disk.fill(self.machine.home)
        time.sleep(_FULL_SECONDS)
        disk.free(self.machine.home)
        self._down.setdefault("Postgres", time.monotonic())  # it stops where it cannot write what it promises to keep
        return True

    def _cut(self) -> bool:
        with contextlib.suppress(psycopg.Error), self.machine.connect() as conn:
            cut = conn.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where backend_type = 'client backend' and pid <> pg_backend_pid() and random() < 0.3"
            )
            return bool(cut.fetchall())
        return False


def _kill(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False
