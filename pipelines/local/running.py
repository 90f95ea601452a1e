"""Who works in a home: one `up` or `demo` at a time, ended by a signal from wherever. What they do is elsewhere."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import ConfigError, TradewindError
from pipelines.home import make_private

ENDED_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Holds the home's lock: two daemons on one database would do everything twice, and a demo that moves or deletes
    its world takes it from under those who work with it.

    The lock goes with the process, however it ends. Raises ConfigError when another process holds it.
    """
    make_private(home)
    with (home / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConfigError(
                f"Tradewind is up in {home} already (process {holder(home / 'up.lock')}): `up` or `demo` runs there, "
                "and they do not go together. End it with Ctrl-C there or with `tradewind down`, or use another "
                "TRADEWIND_HOME."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal all raise KeyboardInterrupt, also where the shell has them ignored."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in ENDED_BY}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop_running(home: Path, seconds: float = 30) -> bool:
    """End the `up` or `demo` of this home from elsewhere and wait until it has stopped its parts; False: there is none.

    Raises TradewindError when it does not end in time.
    """
    lock = home.absolute() / "up.lock"
    pid = holder(lock)
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while holder(lock) is not None:
        if time.monotonic() > deadline:
            raise TradewindError(
                f"`tradewind up` or `demo` (process {pid}) does not end; its logs are in {home / 'logs'}."
            )
        time.sleep(0.1)
    return True


def holder(lock: Path) -> int | None:
    """The process that holds the lock of a running `up` or `demo`; None: nobody does."""
    try:
        with lock.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return int(file.read() or 0) or None
    except FileNotFoundError:
        pass
    return None
