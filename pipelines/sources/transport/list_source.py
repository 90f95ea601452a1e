"""A source whose documents are whole lists, read page by page when a document is fetched.

Nothing is made there by a request, so that there is nothing to poll: a request is done at once, and its id says what
was asked and when. What is asked, and what a page means, is up to the source.
"""

from __future__ import annotations

import json
import tempfile
from abc import abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pipelines.errors import ConfigError, SourceError
from pipelines.sources.base import TODAY, Download, RemoteReport
from pipelines.sources.transport.http_source import HttpSource

if TYPE_CHECKING:
    from pipelines.feeds.feed import Feed
    from pipelines.stores import Scope, Shop

Node = dict[str, Any]
_NOW = "now"
_MOST_PASSES = 5


class ListSource(HttpSource):
    """A source of lists for one run: see `base.Source`. Scopes are shops."""

    @abstractmethod
    def nodes(self, feed: Feed, shop: Shop, remote_id: str, priority: int, what: str) -> AsyncIterator[Node]:
        """The nodes of a feed's list, one after the other. what: for messages. Raises SourceError."""

    async def request(
        self,
        feed: Feed,
        scope: Scope,
        window: tuple[date, date] | None,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        priority: int = TODAY,
    ) -> RemoteReport:
        """What will be read, as a report that is done; see `base.Source.request`. Nothing is sent."""
        del window, priority
        made = self._settings.now()
        asked = f"{text_of(start)}/{text_of(end)}" if start is not None and end is not None else _NOW
        return _report(feed, f"{asked}@{text_of(made)}")

    async def find_existing(
        self, feeds: Sequence[Feed], scope: Scope, since: datetime, *, priority: int = TODAY
    ) -> list[RemoteReport]:
        """Nothing: no reports are kept there; see `base.Source.find_existing`."""
        del feeds, scope, since, priority
        return []

    async def poll(
        self, feed: Feed, scope: Scope, remote_ids: Iterable[str], *, priority: int = TODAY
    ) -> dict[str, RemoteReport]:
        """Every request is done; see `base.Source.poll`."""
        del scope, priority
        return {each: _report(feed, each) for each in remote_ids}

    @asynccontextmanager
    async def fetch(
        self, feed: Feed, scope: Scope, report: RemoteReport, *, priority: int = TODAY
    ) -> AsyncIterator[Download]:
        """All pages of the list as one JSON array, written node by node; see `base.Source.fetch`."""
        shop, what = _shop(scope), f"{feed.name} of {scope.scope_id}"
        with tempfile.NamedTemporaryFile(prefix="document-", dir=self._folder) as file:
            await _write(file, self.nodes(feed, shop, report.remote_id, priority, what))
            path = Path(file.name)
            yield Download(path=path, content_type="application/json", gzip=False, size=path.stat().st_size)

    async def reason(self, feed: Feed, scope: Scope, report: RemoteReport, *, priority: int = TODAY) -> str | None:
        """None: no report ends as fatal; see `base.Source.reason`."""
        del feed, scope, report, priority
        return None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a numbered list. nodes: what is on it. total: how many the whole list had just then. more: where the
    next page is; None: this is the last one."""

    nodes: Sequence[Node]
    total: int
    more: Mapping[str, Any] | None


async def every_node(
    ask: Callable[[Mapping[str, Any]], Awaitable[Page]], key: Callable[[Node], Any], what: str
) -> AsyncIterator[Node]:
    """Each node of a list whose pages are numbered, once.

    While pages are read, a node may leave the list (an order that changes leaves the days that were asked for), and all
    behind it move up: one is then on no page. The total tells it, and the list is read again. ask: a page by what the
    one before said of the next; the first by nothing. Raises SourceError for a list that will not stand still.
    """
    seen: set[Any] = set()
    for _ in range(_MOST_PASSES):
        totals: set[int] = set()
        more: Mapping[str, Any] | None = {}
        while more is not None:
            page = await ask(more)
            totals.add(page.total)
            for node in page.nodes:
                if (of := key(node)) not in seen:
                    seen.add(of)
                    yield node
            if page.more is not None and (page.more == more or not page.nodes):
                raise SourceError(f"{what}: no next page is named. It is read again later.", retryable=True)
            more = page.more
        if len(totals) == 1:
            return
    raise SourceError(f"{what}: the list changed each time while it was read. It is read again later.", retryable=True)


def window_of(remote_id: str) -> tuple[datetime, datetime]:
    """The instants that a request asked for, by its id. Raises SourceError for one that is none of ours."""
    try:
        start, end = remote_id.partition("@")[0].split("/")
        return datetime.fromisoformat(start), datetime.fromisoformat(end)
    except ValueError:
        raise SourceError(f"{remote_id!r} is no request of ours. It is asked for again.", retryable=True) from None


def made_at(remote_id: str) -> datetime:
    """When a request was made, by its id."""
    return datetime.fromisoformat(remote_id.partition("@")[2])


def text_of(instant: datetime) -> str:
    """An instant of UTC to the second."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


async def _write(file: IO[bytes], nodes: AsyncIterator[Node]) -> None:
    file.write(b"[")
    separator = b"\n"
    async for node in nodes:
        file.write(separator + json.dumps(node, ensure_ascii=False, separators=(",", ":")).encode())
        separator = b",\n"
    file.write(b"\n]")
    file.flush()


def _report(feed: Feed, remote_id: str) -> RemoteReport:
    return RemoteReport(
        remote_id=remote_id,
        state="done",
        created_at=made_at(remote_id),
        document_id=remote_id,
        report_type=feed.report_type,
    )


def _shop(scope: Scope) -> Shop:
    if scope.shop is None:
        raise ConfigError(f"{scope.scope_id} is no shop: enter it under `channels` of its tenant in stores.yaml.")
    return scope.shop
