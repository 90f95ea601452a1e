"""Keeps the parts of `up` running: notices within seconds that one has ended, and starts it again, ever more patiently.

A part that cannot be kept running ends `up`, in a sentence. Which parts there are is said in `up.py`; how processes
are started and ended, in `processes.py`. `after_end` decides and is pure.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, Protocol

from pipelines.errors import TradewindError
from pipelines.local.processes import Child, end_group

PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
"""Seconds before a part is started again, after it has ended once, twice, ... in a row."""

STEADY_SECONDS = 60.0
"""A part that ran for so long has not failed to start: if it ends, that is the first time in a row."""

PATIENCE = 300.0
"""Seconds for a part to serve: on a machine that does much else, starting it anew would only make that worse."""

LOOK_SECONDS = 1.0


class Part(Protocol):
    """What `up` keeps running. name: for messages. log: where it writes, as text."""

    @property
    def name(self) -> str: ...
    @property
    def log(self) -> str: ...

    def why_ended(self) -> str | None:
        """How it has ended; None while it runs."""

    def start(self) -> None:
        """Start it, again if need be. Raises TradewindError if it does not start."""

    def serves(self) -> bool:
        """Whether it does its work; once it does, it is not asked again."""

    def end(self) -> None:
        """End it, because it runs and does not come to serve."""


@dataclass
class ChildPart:
    """A child process of ours. command: starts it. ready: whether it serves. child: the one that was started last."""

    name: str
    command: Callable[[], Child]
    ready: Callable[[], bool] = lambda: True
    child: Child | None = None

    @property
    def log(self) -> str:
        """The path of its log."""
        return str(self.child.log) if self.child else "none"

    def why_ended(self) -> str | None:
        """How it has ended, with its exit status or the signal that killed it; None while it runs."""
        return self.child.how_ended if self.child else "it was not started"

    def start(self) -> None:
        """Start it. What its predecessor has left behind is ended first: nobody could watch or cancel it."""
        if self.child is not None:
            end_group(self.child)
        try:
            self.child = self.command()
        except OSError as error:
            raise TradewindError(f"it cannot be started: {error}") from error

    def serves(self) -> bool:
        """Whether it is ready."""
        return self.ready()

    def end(self) -> None:
        """Kill it, with whatever it has started."""
        if self.child is not None:
            end_group(self.child)


def after_end(ends: int, ran_for: float) -> tuple[int, float | None]:
    """What follows from the end of a part: how often it has ended in a row by now, and when it is started again.

    ends: how often in a row it had ended before. ran_for: seconds since its last start. The answer's second is a pause
    in seconds; None: it is given up.
    """
    now = 1 if ran_for >= STEADY_SECONDS else ends + 1
    return now, PAUSES[now - 1] if now <= len(PAUSES) else None


@dataclass
class _Watched:
    part: Part
    started: float
    ends: int = 0
    serving: bool = True
    start_at: float | None = None
    reason: str = ""

    @property
    def is_well(self) -> bool:
        return self.start_at is None and self.serving


@dataclass
class Supervisor:
    """Looks after parts that run and serve already. They are given in the order in which they need each other: one is
    started again when all before it serve.

    say: tells the user a line. clock: seconds.
    """

    parts: Sequence[Part]
    say: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    _watched: list[_Watched] = field(init=False)

    def __post_init__(self) -> None:
        self._watched = [_Watched(part, self.clock()) for part in self.parts]

    def run(self) -> NoReturn:
        """Look after them until KeyboardInterrupt. Raises TradewindError when one of them is given up."""
        while True:
            self.look()
            time.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Look at each part once, and start what is to be started now. Raises TradewindError like `run`."""
        for number, each in enumerate(self._watched):
            if each.start_at is None:
                self._look_at(each)
            if each.start_at is not None and self.clock() >= each.start_at and self._are_well(number):
                self._start(each)

    def _are_well(self, number: int) -> bool:
        return all(each.is_well for each in self._watched[:number])

    def _look_at(self, each: _Watched) -> None:
        why = each.part.why_ended()
        if why is None and not each.serving:
            each.serving = each.part.serves()
            if not each.serving and self.clock() - each.started > PATIENCE:
                each.part.end()
                why = f"it did not serve within {PATIENCE:.0f} s"
        if why is not None:
            self._has_ended(each, why)

    def _has_ended(self, each: _Watched, why: str) -> None:
        each.ends, pause = after_end(each.ends, self.clock() - each.started)
        each.reason = why
        if pause is None:
            raise TradewindError(
                f"{_capital(each.part.name)} cannot be kept running: it has ended {each.ends} times in a row, the last "
                f"time because {why}. Everything is stopped. Its log says more: {each.part.log}"
            )
        each.start_at = self.clock() + pause
        self.say(
            f"{_capital(each.part.name)} has ended ({why}) and is started again in {pause:.0f} s; "
            f"its log: {each.part.log}"
        )

    def _start(self, each: _Watched) -> None:
        each.start_at, each.started, each.serving = None, self.clock(), False
        try:
            each.part.start()
        except TradewindError as error:
            self._has_ended(each, str(error))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
