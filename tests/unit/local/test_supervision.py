"""What `up` does about a part that has ended, by a clock that the test moves."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import TradewindError, WarehouseError
from pipelines.local.processes import spawn, stop
from pipelines.local.supervision import PATIENCE, PAUSES, STEADY_SECONDS, ChildPart, Supervisor, after_end


@dataclass
class Fake:
    """A part that does what the test says. starts: how often it was started."""

    name: str
    why: str | None = None
    serving: bool = True
    fails: str | None = None
    starts: int = 0
    log: str = "its.log"

    def why_ended(self) -> str | None:
        return self.why

    def start(self) -> None:
        self.starts += 1
        if self.fails is not None:
            raise WarehouseError(self.fails)
        self.why = None

    def serves(self) -> bool:
        return self.serving

    def end(self) -> None:
        self.why = "killed by SIGKILL"


@dataclass
class Watch:
    """A supervisor on a clock of its own. said: its lines."""

    parts: list[Fake]
    now: float = 0.0
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(self.parts, self.said.append, clock=lambda: self.now)

    def go_on(self, seconds: float) -> None:
        """So many seconds, with a look at each."""
        for _ in range(round(seconds)):
            self.now += 1
            self.supervisor.look()


@given(ends=st.integers(0, len(PAUSES) + 3), ran_for=st.floats(0, 10 * STEADY_SECONDS))
def test_pauses_grow_until_it_is_given_up_and_begin_anew_after_a_steady_time(ends: int, ran_for: float):
    now, pause = after_end(ends, ran_for)
    if ran_for >= STEADY_SECONDS:
        assert (now, pause) == (1, PAUSES[0])
    elif ends < len(PAUSES):
        assert (now, pause) == (ends + 1, PAUSES[ends])
    else:
        assert pause is None


def test_a_part_that_ended_is_started_again_and_told_in_one_line():
    part = Fake("the daemon")
    watch = Watch([part])
    watch.go_on(5)
    assert (part.starts, watch.said) == (0, [])
    part.why = "killed by SIGKILL"
    watch.go_on(1)
    assert watch.said == ["The daemon has ended (killed by SIGKILL) and is started again in 1 s; its log: its.log"]
    watch.go_on(2)
    assert (part.starts, len(watch.said)) == (1, 1)


def test_what_ended_with_what_it_needs_waits_for_that_and_loses_no_try():
    postgres, daemon = Fake("Postgres"), Fake("the daemon")
    watch = Watch([postgres, daemon])
    postgres.why = daemon.why = "gone"
    postgres.fails = "the disk is full"
    watch.go_on(20)
    assert postgres.starts > 1 and daemon.starts == 0
    postgres.fails = None
    watch.go_on(20)
    assert daemon.starts == 1 and daemon.why is None


def test_what_cannot_be_started_ends_up_in_a_sentence():
    postgres = Fake("Postgres", why="its process is gone", fails="the disk of /home is full (0 MB are free).")
    watch = Watch([postgres])
    with pytest.raises(TradewindError, match="Postgres cannot be kept running: it has ended 8 times in a row") as told:
        watch.go_on(1000)
    assert "the disk of /home is full" in str(told.value) and "its.log" in str(told.value)
    assert postgres.starts == len(PAUSES) == len(watch.said)
    assert watch.now < sum(PAUSES) + len(PAUSES) + 2


def test_what_runs_and_does_not_come_to_serve_is_ended_and_started_again():
    part = Fake("the UI", why="exit status 1", serving=False)
    watch = Watch([part])
    watch.go_on(PATIENCE)
    assert part.starts == 1
    watch.go_on(5)
    assert part.starts == 2 and "did not serve within 300 s" in watch.said[-1]


def test_a_child_is_replaced_whole_and_its_log_goes_on(tmp_path: Path):
    """What a killed code server leaves behind, its runs, is ended before the next one is started."""
    grandchild = "import subprocess, sys; p = subprocess.Popen(['sleep', '60']); print(p.pid, flush=True); p.wait()"
    part = ChildPart("it", lambda: spawn("it", [sys.executable, "-c", grandchild], tmp_path))
    log = tmp_path / "it.log"

    def pids() -> list[int]:
        return [int(line) for line in log.read_text().splitlines()] if log.exists() else []

    part.start()
    assert part.child is not None
    try:
        until(lambda: len(pids()) == 1)
        assert part.why_ended() is None
        part.child.process.kill()
        until(lambda: part.why_ended() == "killed by SIGKILL")
        assert _runs(pids()[0]), "it outlives its parent"
        part.start()
        until(lambda: len(pids()) == 2)
        until(lambda: not _runs(pids()[0]))
    finally:
        stop([part.child])
    until(lambda: not _runs(pids()[1]))


def until(condition: object, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _runs(pid: int) -> bool:
    """Whether a process is there and not only waiting to be collected."""
    return Path(f"/proc/{pid}/exe").exists()
