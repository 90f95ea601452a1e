"""What every source offers, and the plain data that goes in and out of it.

One `Source` per API: `amazon_sp`, `amazon_data_kiosk`, `amazon_ads`, `apify`. A source asks, looks, polls and
downloads; it never writes the ledger, never parses a document and never decides what is due. Here belong the protocol,
its data types and its errors; anything that talks to a network belongs in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self

from pipelines.errors import SourceError

if TYPE_CHECKING:
    from pipelines.feeds.feed import Feed
    from pipelines.stores import Scope

RemoteState = Literal["running", "done", "cancelled", "fatal"]

# Numbers for `priority`: the smaller is served first where waiters of one process queue for the same budget.
TODAY = 0
RESTATEMENT = 10
BACKFILL = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteReport:
    """A report (or crawl) as its source tells of it.

    remote_id: reportId, Ads reportId or Apify run id; unique within the account only. document_id: reportDocumentId,
    Ads reportId, or dataset id; None while there is no document. created_at: the source's own creation time, UTC.
    window_start, window_end: the instants it covers as the source has them (UTC; Ads: midnights of its dates, as UTC),
    None where it has none. report_type: as in `Feed.report_type`. details: small, JSON-serialisable, without secrets
    and without signed addresses; may go into `ops.requests.details`.
    Apify: `details` holds `input` (what the run was given), `same_input` (equal to what `request` would send now) and,
    for failed runs, `status` and `status_message`. Ads: `failure_reason`. Data Kiosk: `status`, and `more` if the
    answer has another page.
    """

    remote_id: str
    state: RemoteState
    created_at: datetime
    document_id: str | None = None
    window_start: datetime | None = None
    window_end: datetime | None = None
    marketplace_ids: tuple[str, ...] = ()
    report_type: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A document in a local file that is deleted when the `fetch` context ends.

    path: the bytes as they came. gzip: they are gzip, once. content_type: the response's header, '' if it had none.
    size: bytes of the file. fetched_at is not here: a document's age is its report's `created_at`.
    """

    path: Path
    content_type: str
    gzip: bool
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Why something waits for a rate budget: told to `on_wait`, for progress displays.

    seconds: until the next token, as far as is known now. waiters: how many of this process wait for this budget.
    """

    source: str
    subject: str
    operation: str
    seconds: float
    waiters: int

    def __str__(self) -> str:
        return f"{self.source} {self.operation} of {self.subject}: next in {self.seconds:.0f} s, {self.waiters} waiting"


OnWait = Callable[[Waiting], None]


class DuplicateReport(SourceError):
    """The source already makes exactly this report (Ads 425): adopt `report` instead of asking again.

    Its configuration and dates were compared with ours; a different one raises a retryable `SourceError` instead.
    """

    def __init__(self, message: str, report: RemoteReport) -> None:
        super().__init__(message, status=425, retryable=True)
        self.report = report
        self.remote_id = report.remote_id


class UncertainRequest(SourceError):
    """The request was sent and no answer says whether it took effect: look with `find_existing` before asking again."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message, status=status, retryable=True)


class Source(Protocol):
    """One API, for one run: an async context manager that owns its connections. Safe for concurrent calls.

    Every call waits (`await`) for its rate budget, retries what is safe to retry, and raises `SourceError` otherwise:
    `refused` means the account may not have it (the message says what to do), `retryable` that a later try may help.
    `priority`: see TODAY, RESTATEMENT, BACKFILL.
    """

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

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
        """Ask for one report or start one crawl; returns as soon as it has an id (state 'running').

        window: first and last marketplace day, for sources that take dates (Ads). start, end: aware instants, for
        sources that take instants (SP-API); all None for snapshots and crawls.
        created_at of the answer is the settings' clock where the source does not tell (SP-API): `poll` tells it.

        Raises:
            DuplicateReport: Ads 425, the same report is being made: adopt it.
            UncertainRequest: it may have been accepted. Call `find_existing` since the intent before asking again
                (Ads: ask again, the answer is then a DuplicateReport or a new report).
            SourceError: it was not accepted.
        """
        ...

    async def find_existing(
        self, feeds: Sequence[Feed], scope: Scope, since: datetime, *, priority: int = TODAY
    ) -> list[RemoteReport]:
        """Reports (or runs) of these feeds that exist at the source, made at or after `since` (UTC), oldest first.

        SP-API: all marketplaces of the scope's account, at most 90 days back, one paged getReports for all types:
        match `report_type`, `marketplace_ids`, window yourself. Data Kiosk: the queries whose text is that of one of
        the feeds; window and marketplace are read from it. Apify: runs of the actor whose input is for the scope's
        marketplace. Ads: always empty (425 is its memory).
        """
        ...

    async def poll(
        self, feed: Feed, scope: Scope, remote_ids: Iterable[str], *, priority: int = TODAY
    ) -> dict[str, RemoteReport]:
        """The state of each; an id that the source does not know (any more) is absent from the answer."""
        ...

    def fetch(
        self, feed: Feed, scope: Scope, report: RemoteReport, *, priority: int = TODAY
    ) -> AbstractAsyncContextManager[Download]:
        """`async with source.fetch(...) as download`: the document in a temporary file; memory stays flat.

        Cut downloads are repeated, expired addresses renewed. What the bytes mean is not checked here.
        """
        ...

    async def reason(self, feed: Feed, scope: Scope, report: RemoteReport, *, priority: int = TODAY) -> str | None:
        """Why a report is 'fatal', as the source tells it: opaque text, at most 2,000 characters; None if untold."""
        ...
