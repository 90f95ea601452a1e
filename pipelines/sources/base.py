"""What every source offers, and the plain data that goes in and out of it.

One `Source` per API: `amazon_sp`, `amazon_data_kiosk`, `amazon_ads`, `apify`. A source requests reports, lists and
polls them, and downloads their documents. It never writes the ledger, never parses a document and never decides what is
due. Here are the protocol, its data types and its errors; what talks to a network is in `amazon/`, `apify.py` and
`transport/`.
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

SUBJECTS_OPTION = "subjects"
"""Name of the option of a crawl that has the products or keywords of one run, one a line."""

RemoteState = Literal["running", "done", "cancelled", "fatal"]

# Values of `priority`: where several calls of one process wait for the same budget, the smallest goes first.
TODAY = 0
RESTATEMENT = 10
BACKFILL = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteReport:
    """A report (or crawl) as its source describes it.

    remote_id: reportId, Ads reportId or Apify run id; unique within the account only. document_id: reportDocumentId,
    Ads reportId, or dataset id; None while there is no document. created_at: the source's own creation time, UTC.
    window_start, window_end: the instants that it covers, as the source gives them (UTC; Ads: the midnights of its
    dates, in UTC); None where it has none. report_type: as in `Feed.report_type`. details: small, JSON-serialisable,
    without secrets and without signed addresses, so that they may be kept in `ops.requests.details`.
    Apify: `details` holds `input` (what the run was given), `same_input` (whether `request` would send the same
    now) and, for failed runs, `status` and `status_message`; `usage_usd`, as text, is what an ended run has cost.
    Ads: `failure_reason`. Data Kiosk: `status`, and `more` if the answer has another page.
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

    path: the bytes as they came. gzip: whether they are gzip, of one layer. content_type: the response's header, '' if
    it had none. size: of the file, in bytes. When it was fetched does not matter: a document is as old as its report,
    `RemoteReport.created_at`.
    """

    path: Path
    content_type: str
    gzip: bool
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A wait for a rate budget, given to `on_wait` for progress displays.

    seconds: until the next token, as far as is known now. waiters: how many calls of this process wait for this budget.
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
    """The source is already making exactly this report (Ads 425): adopt `report` instead of asking again.

    Its configuration and dates were compared with ours. For one that differs, a retryable `SourceError` is raised.
    """

    def __init__(self, message: str, report: RemoteReport) -> None:
        super().__init__(message, status=425, retryable=True)
        self.report = report
        self.remote_id = report.remote_id


class UncertainRequest(SourceError):
    """The request was sent, and no answer says whether it took effect: call `find_existing` before asking again."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message, status=status, retryable=True)


class Source(Protocol):
    """One API, for one run: an async context manager that owns its connections. Safe for concurrent calls.

    Every call waits (`await`) for its rate budget and repeats what is safe to repeat. What fails all the same raises
    `SourceError`: `refused` means that the account may not have it (the message says what to do), `retryable` that a
    later try may help.
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
        created_at of the answer: SP-API does not tell it before the first `poll`, so that it is the settings' clock.

        Raises:
            DuplicateReport: Ads 425, the same report is being made: adopt it.
            UncertainRequest: the request may have been accepted. Before it is sent again, call `find_existing` for what
                was made since. Ads: send it again; the answer is a DuplicateReport or a new report.
            SourceError: the request was not accepted.
        """
        ...

    async def find_existing(
        self, feeds: Sequence[Feed], scope: Scope, since: datetime, *, priority: int = TODAY
    ) -> list[RemoteReport]:
        """Reports (or runs) of these feeds that exist at the source, made at or after `since` (UTC), oldest first.

        SP-API: those of all marketplaces of the scope's account, at most 90 days back, by one paged getReports for all
        types; the caller compares `report_type`, `marketplace_ids` and window. Data Kiosk: the queries whose text is
        that of one of the feeds; window and marketplace are read from it. Apify: runs of the actor whose input is for
        the scope's marketplace. Ads: always empty, since Amazon Ads lists no reports.
        """
        ...

    async def poll(
        self, feed: Feed, scope: Scope, remote_ids: Iterable[str], *, priority: int = TODAY
    ) -> dict[str, RemoteReport]:
        """The state of each report by its id; one that the source does not know, or no longer, is absent."""
        ...

    def fetch(
        self, feed: Feed, scope: Scope, report: RemoteReport, *, priority: int = TODAY
    ) -> AbstractAsyncContextManager[Download]:
        """`async with source.fetch(...) as download`: the document, streamed into a temporary file.

        A download that was cut is repeated, and an expired address renewed. What the bytes mean is not checked.
        Raises SourceError.
        """
        ...

    async def reason(self, feed: Feed, scope: Scope, report: RemoteReport, *, priority: int = TODAY) -> str | None:
        """Why a report is 'fatal', in the source's own words, at most 2,000 characters; None if it gives no reason."""
        ...
