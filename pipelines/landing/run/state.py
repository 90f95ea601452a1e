"""What a run remembers: how far each feed is, which reports the sources have already, and which listings it awaits.

It is used by `context.py`, `preparation.py` and `report_job.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from pipelines.landing.run.results import SliceOutcome
from pipelines.sources.traits import TRAITS

if TYPE_CHECKING:
    from pipelines.feeds import Feed
    from pipelines.sources.base import RemoteReport, Source
    from pipelines.stores import Scope


def account_of(feed: Feed, scope: Scope) -> tuple[str, str]:
    """Who owns the rate limits and the list of reports: the source's name and the owner's id.

    The owner is the seller account, for Ads the store, for crawls the marketplace.
    """
    if TRAITS[feed.source].limits_of == "account" and scope.account is not None:
        return feed.source, scope.account.account_id
    return feed.source, scope.scope_id


@dataclass
class FeedRun:
    """One feed of a run: what is still under way, and the outcomes so far.

    pending: pieces of work under way. total: slices that the run has taken on. requests: reports or crawls asked for.
    """

    feed: Feed
    scopes: dict[str, Scope]
    outcomes: dict[tuple[str, str], SliceOutcome] = field(default_factory=dict)
    rows: int = 0
    requests: int = 0
    pending: int = 0
    total: int = 0
    # Plans the resumed scopes anew, after the requests that an earlier run left behind are done.
    after_resuming: Callable[[], Coroutine[Any, Any, None]] | None = None
    # Ids of scopes that are planned only when the day's listings have landed.
    later: set[str] = field(default_factory=set)
    # Scope id -> reason, request id and next try of a refusal. The scope's other slices end with the same.
    refused: dict[str, tuple[str, int, datetime | None]] = field(default_factory=dict)
    # Scope id -> the day until which everything was looked for, noted when all that was found has its outcome.
    looked: dict[str, date] = field(default_factory=dict)


class Existing:
    """The reports that the sources have already. An account's list is read once in a run, for all its feeds."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._needs: dict[tuple[str, str], tuple[Scope, datetime, dict[str, Feed]]] = {}
        self._looks: dict[tuple[str, str], asyncio.Task[list[RemoteReport]]] = {}

    def need(self, feed: Feed, scope: Scope, since: datetime) -> None:
        """Announce a feed that will be looked for, and since when (UTC). To be called before the first `get`."""
        key = account_of(feed, scope)
        _, known, feeds = self._needs.get(key, (scope, since, {}))
        self._needs[key] = (scope, min(known, since), {**feeds, feed.name: feed})

    async def get(self, feed: Feed, scope: Scope) -> list[RemoteReport]:
        """The account's reports; an empty list if `need` was not called for the account.

        Raises SourceError. All feeds of the account get the same error, since the list is read once.
        """
        key = account_of(feed, scope)
        if key not in self._needs:
            return []
        if key not in self._looks:
            asked, since, feeds = self._needs[key]
            self._looks[key] = asyncio.create_task(self._look(asked, since, list(feeds.values())))
        return await asyncio.shield(self._looks[key])

    async def _look(self, scope: Scope, since: datetime, feeds: list[Feed]) -> list[RemoteReport]:
        return await self._sources[feeds[0].source].find_existing(feeds, scope, since)

    def cancel(self) -> None:
        """Stop looking."""
        for task in self._looks.values():
            task.cancel()


class ListingsGate:
    """Makes feeds whose requests name a store's ASINs wait until the store's listings of the day have landed."""

    def __init__(self) -> None:
        self._events: dict[str, asyncio.Event] = {}

    def expect(self, scope_id: str) -> None:
        """Close the gate of a store: its listings of the day will be landed by this run."""
        self._events[scope_id] = asyncio.Event()

    def awaited(self, scope_ids: Iterable[str]) -> set[str]:
        """Which of these stores have a gate, open or closed."""
        return self._events.keys() & set(scope_ids)

    async def wait(self, scope_id: str) -> None:
        """Wait until the store's listings have landed, or cannot land any more in this run."""
        await self._events[scope_id].wait()

    def open(self, scope_id: str) -> None:
        """Let the feeds go on that wait for this store."""
        if scope_id in self._events:
            self._events[scope_id].set()

    def open_all(self) -> None:
        """Let all feeds go on: the feed of listings is finished."""
        for event in self._events.values():
            event.set()
