"""Which work is under way: the run, and below it tenant, store, feed and slice. Logs and spans name it.

Set by whoever begins the work; kept per task and thread. Values are ids of ours, never a text that came from outside.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator, Mapping
from contextvars import ContextVar

FIELDS = ("run", "tenant", "store", "feed", "slice", "source", "operation")
"""The names, in the order in which a line of the log has them. A `store` is a feed's scope, which may be an account."""

_of_process: dict[str, str] = {}
_under_way: ContextVar[Mapping[str, str]] = ContextVar("tradewind_work")


def identify(**fields: str | None) -> None:
    """Say what all work of this process belongs to: Dagster's run, or a command. None: as it was."""
    _of_process.update({name: value for name, value in fields.items() if value})


def run_id() -> str:
    """The id of the run that this process works for; one is made where nobody has named one."""
    if "run" not in _of_process:
        _of_process["run"] = secrets.token_hex(8)
    return _of_process["run"]


@contextlib.contextmanager
def bind(**fields: str | None) -> Iterator[None]:
    """Name the work of this block. None: as around it."""
    token = _under_way.set({**_under_way.get({}), **{name: value for name, value in fields.items() if value}})
    try:
        yield
    finally:
        _under_way.reset(token)


def current() -> dict[str, str]:
    """What is under way here, in the order of `FIELDS`."""
    known = {**_of_process, **_under_way.get({})}
    return {name: known[name] for name in FIELDS if name in known}
