"""What a writer is: it reads what a channel shows, and sends changes of it. All else is done for it by `sync`.

Before a request is sent, its body is in `ops.channel_updates`. After a crash the same body is sent again with the same
key, or not at all, so a body must hold everything that the request says.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pipelines.channels.model import Change, Channel, Listing, Shown

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.settings import Settings

Outcome = Literal["taken", "stale", "undone", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Request:
    """One call that writes. body: what is sent, as JSON has it. changes: those that it makes, in this order."""

    body: Mapping[str, Any]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the channel says of one change.

    outcome: `taken`; `stale`: the channel shows another figure than `from_quantity`, and nothing was changed; `undone`:
    nothing was changed because of another change of the same request; `refused`: it will not take it however often it
    is sent; `failed`: it may take it later. said: its words, without any buyer's data.
    """

    outcome: Outcome
    said: str = ""


class Writer(Protocol):
    """The writer of one channel for one run. Its methods raise SourceError."""

    key_lives: timedelta
    """How long the channel knows an idempotency key: a request that comes again within it is executed once. Zero: it
    knows no keys, so that after a crash the figure is read, and the request sent only if it has not changed."""

    compares: bool
    """Whether the channel itself refuses a change whose `from_quantity` it does not show. If not, `sync` reads the
    figure right before it sends the change."""

    says_waiting: bool
    """Whether it says how many units its open orders hold (`Shown.waiting`)."""

    shows_after: timedelta
    """How long a change that was executed may not show yet. A request of which nobody knows whether it was executed is
    not sent again before that."""

    a_day: int | None
    """How many changes of one listing, with all its SKUs, the channel takes in a day; None: any number."""

    async def read(self, listings: Sequence[Listing]) -> Mapping[Listing, Shown]:
        """What the channel shows now. A listing that it does not have, or keeps no stock of, is left out."""

    def requests(self, changes: Sequence[Change], shown: Mapping[Listing, Shown]) -> list[Request]:
        """The fewest requests that make the changes. Every change is in one of them. shown: what `read` gave."""

    async def send(self, body: Mapping[str, Any], key: str, changes: Sequence[Change]) -> list[Answer]:
        """Send a request of `requests` once; an answer for each change, in order.

        Raises SourceError if it is not known whether it was executed: then it is settled by key or by reading.
        """

    async def later(self, said: Sequence[str]) -> Sequence[Answer | None]:
        """What came of changes that were `taken`, by what was said of each: as it was, or how it ended; None: it is not
        known yet. Only a channel that processes requests later has anything to ask."""


class PlainWriter:
    """What is so of most channels: they know no keys, compare nothing, do not tell what waits, take any number of
    changes, show each at once, and have done what they say they have taken. Each writer says where its own differs."""

    key_lives = timedelta(0)
    compares = False
    says_waiting = False
    shows_after = timedelta(0)
    a_day: int | None = None

    async def later(self, said: Sequence[str]) -> Sequence[Answer | None]:
        """See `Writer.later`."""
        return [Answer("taken", each) for each in said]


class OpenWriter(Protocol):
    """The function `writer` of a writer's module."""

    def __call__(
        self, settings: Settings, pool: AsyncConnectionPool, channel: Channel
    ) -> AbstractAsyncContextManager[Writer]:
        """The writer of a channel, with its connections open. pool: of the warehouse, where rate budgets are kept."""


def can_write(kind: str) -> bool:
    """Whether there is a writer for channels of this kind."""
    return kind.isidentifier() and kind != "base" and find_spec(f"pipelines.channels.writers.{kind}") is not None


def writer_for(kind: str) -> OpenWriter:
    """The writer of a kind for which `can_write` holds."""
    found: OpenWriter = importlib.import_module(f"pipelines.channels.writers.{kind}").writer
    return found
