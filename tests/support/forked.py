"""Processes that begin with their imports done: forked from a server that made them once.

A simulator or a run of the engine is a process of its own in many tests, and most of its start is imports. What such a
process does is what the command does; that the commands themselves start is for the tests that start those.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [
        "simulator.__main__",
        "simulator.apis.server",
        "simulator.seeded_world",
        "simulator.config_files",
        "tests.support.running",
        "pipelines.sources.amazon.ads",
        "pipelines.sources.amazon.sp_reports",
        "pipelines.sources.apify",
    ]
)


class Forked:
    """A child process with the part of subprocess.Popen's interface that tests use."""

    def __init__(
        self,
        target: Callable[..., Any],
        *arguments: Any,
        environment: Mapping[str, str],
        output: Path,
        errors: Path | None = None,
    ) -> None:
        """Call `target` in a new process. environment: all of it. output, errors: its streams; None: together."""
        self.output = output
        streams = (str(output), str(errors or output))
        self._process = _CONTEXT.Process(target=_run, args=(target, arguments, dict(environment), streams), daemon=True)
        self._process.start()
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """The exit code; None while it runs. Killed by a signal: minus its number."""
        return self._process.exitcode

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def send_signal(self, number: int) -> None:
        assert self.pid is not None
        os.kill(self.pid, number)

    def wait(self, seconds: float | None = None) -> int:
        """Its exit code when it has ended; AssertionError after so many seconds."""
        self._process.join(seconds)
        code = self._process.exitcode
        assert code is not None, f"process {self.pid} has not ended after {seconds} s"
        return code

    def printed(self, seconds: float | None = None) -> str:
        """What it printed on its output, once it has ended."""
        self.wait(seconds)
        return self.output.read_text(encoding="utf-8")


def _run(
    target: Callable[..., Any], arguments: tuple[Any, ...], environment: dict[str, str], streams: tuple[str, str]
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for number, path in enumerate(streams, 1):
        into = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(into, number)
        os.close(into)
    sys.exit(target(*arguments))
