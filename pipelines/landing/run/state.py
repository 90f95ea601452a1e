"""What a run remembers: how far each feed is, and which reports the sources have already.

What is done with it stands in `context.py`, `preparation.py` and `report_job.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipelines.landing.run.results import SliceOutcome
from pipelines.sources.traits import TRAITS

if TYPE_CHECKING:
    from pipelines.feeds import Feed
    from pipelines.sources.base import RemoteReport, Source
    from pipelines.stores import Scope


def account_of(feed: Feed, scope: Scope) -> tuple[str, str]:
    """Whose limits and reports these are: the seller account, for Ads the store, for crawls the marketplace."""
    if TRAITS[feed.source].limits_of == "account" and scope.account is not None:
        return feed.source, scope.account.account_id
    return feed.source, scope.scope_id


@dataclass
class FeedRun:
    """One feed of a run: how much of it is still under way, and what has come of it."""

    feed: Feed
    scopes: dict[str, Scope]
    outcomes: dict[tuple[str, str], SliceOutcome] = field(default_factory=dict)
    rows: int = 0
    requests: int = 0
    pending: int = 0
    total: int = 0
    # planning the resumed scopes anew, once what a gone run had left of them has been worked off
    after_resuming: Callable[[], Coroutine[Any, Any, None]] | None = None
    # scope ids that are planned when their listings are there
    later: set[str] = field(default_factory=set)
    # scope id -> reason, request and next try of a refusal, which the other slices of the scope share
    refused: dict[str, tuple[str, int, datetime | None]] = field(default_factory=dict)


class Existing:
    """What the sources have already: one look per account and run, for all feeds that need it."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._needs: dict[tuple[str, str], tuple[Scope, datetime, dict[str, Feed]]] = {}
        self._looks: dict[tuple[str, str], asyncio.Task[list[RemoteReport]]] = {}

    def need(self, feed: Feed, scope: Scope, since: datetime) -> None:
        """Say before the first `get` what will be looked for, and since when."""
        key = account_of(feed, scope)
        _, known, feeds = self._needs.get(key, (scope, since, {}))
        self._needs[key] = (scope, min(known, since), {**feeds, feed.name: feed})

    async def get(self, feed: Feed, scope: Scope) -> list[RemoteReport]:
        """The reports there are; none if nobody said what is needed. Raises SourceError, to everybody alike."""
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
    """Stores whose listings of the day are on their way: feeds that are asked with a store's ASINs wait for them."""

    def __init__(self) -> None:
        self._events: dict[str, asyncio.Event] = {}

    def expect(self, scope_id: str) -> None:
        """The day's listings of this store are being brought in."""
        self._events[scope_id] = asyncio.Event()

    def awaited(self, scope_ids: Iterable[str]) -> set[str]:
        """Those of the stores whose listings are expected."""
        return self._events.keys() & set(scope_ids)

    async def wait(self, scope_id: str) -> None:
        """Until they have come, or will not come in this run."""
        await self._events[scope_id].wait()

    def have_come(self, scope_id: str) -> None:
        """Let those go on that wait for this store."""
        if scope_id in self._events:
            self._events[scope_id].set()

    def come_no_more(self) -> None:
        """Let everybody go on: the feed of listings is finished."""
        for event in self._events.values():
            event.set()
