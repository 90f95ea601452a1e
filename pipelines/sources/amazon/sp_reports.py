"""SP-API Reports 2021-06-30: request reports, list those that exist, poll, download.

Requests are built by python-amazon-sp-api (`sp_library.py`); documents are downloaded without it. Which report is
wanted, and what a document means, is not decided here.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipelines.errors import SourceError
from pipelines.feeds.feed import Feed
from pipelines.sources.amazon.restricted import RestrictedTokens
from pipelines.sources.amazon.sp_api import SpApi, Uncertain, instant, iso, poll, selling_account, unanswered
from pipelines.sources.amazon.sp_library import ApiResponse, ReportsClient
from pipelines.sources.base import TODAY, Download, OnWait, RemoteReport, RemoteState, UncertainRequest
from pipelines.sources.traits import SP_LIMITS
from pipelines.sources.transport.calls import Access, Send
from pipelines.sources.transport.documents import beginning, download
from pipelines.sources.transport.http import redact
from pipelines.sources.transport.http_source import HttpSource

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.settings import Settings
    from pipelines.stores import Account, Scope


log = logging.getLogger(__name__)

DOCUMENTS = "/reports/2021-06-30/documents"
# Amazon keeps reports this long; a query that reaches further back fails.
KEPT = timedelta(days=90)
TYPES_PER_CALL = 10
PAGE = 100

STATES: Mapping[str, RemoteState] = {
    "IN_QUEUE": "running",
    "IN_PROGRESS": "running",
    "DONE": "done",
    "CANCELLED": "cancelled",
    "FATAL": "fatal",
}


class AmazonSpSource(HttpSource):
    """SP-API for one run: see `base.Source`."""

    def __init__(self, settings: Settings, pool: AsyncConnectionPool, *, on_wait: OnWait | None = None) -> None:
        super().__init__(settings, pool, "amazon_sp", on_wait=on_wait)
        self._api = SpApi(settings, self._http, self._caller, SP_LIMITS)
        self._library = ReportsClient(self._http)
        self._restricted_tokens = RestrictedTokens(self._api)
        # report types whose documents turned out, in this run, to need a restricted data token
        self._restricted: set[str] = set()

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
        """createReport; see `base.Source.request`. It sends the instants, not `window`."""
        account = selling_account(scope)
        marketplaces = tuple(sorted({store.marketplace.marketplace_id for store in scope.stores}))
        body: dict[str, Any] = {"reportType": feed.report_type, "marketplaceIds": list(marketplaces)}
        if start is not None and end is not None:
            body |= {"dataStartTime": iso(start), "dataEndTime": iso(end)}
        if feed.options:
            body["reportOptions"] = dict(feed.options)
        what = f"{feed.name} of {scope.scope_id}"
        uncertain = unanswered("request", "reports", what)
        answer = await self._call(account, "createReport", priority, what, uncertain=uncertain, **body)
        report_id = answer.payload.get("reportId") if isinstance(answer.payload, dict) else None
        if not report_id:
            raise UncertainRequest(f"Amazon took the request of {what}, but its answer names no report.", status=202)
        return RemoteReport(
            remote_id=str(report_id),
            state="running",
            created_at=self._settings.now(),
            window_start=start,
            window_end=end,
            marketplace_ids=marketplaces,
            report_type=feed.report_type,
        )

    async def find_existing(
        self, feeds: Sequence[Feed], scope: Scope, since: datetime, *, priority: int = TODAY
    ) -> list[RemoteReport]:
        """getReports, all pages; see `base.Source.find_existing`."""
        account = selling_account(scope)
        # a minute inside the 90 days: the clocks differ
        since = max(since, self._settings.now() - KEPT + timedelta(minutes=1))
        types = sorted({feed.report_type for feed in feeds})
        found: list[RemoteReport] = []
        for first in range(0, len(types), TYPES_PER_CALL):
            query: dict[str, Any] = {
                "reportTypes": types[first : first + TYPES_PER_CALL],
                "createdSince": iso(since),
                "pageSize": PAGE,
            }
            while True:
                answer = await self._call(account, "getReports", priority, f"reports of {account.account_id}", **query)
                found += [_report(each) for each in _list(answer)]
                if not answer.next_token:
                    break
                query = {"nextToken": answer.next_token}
        return sorted((each for each in found if each.created_at >= since), key=lambda each: each.created_at)

    async def poll(
        self, feed: Feed, scope: Scope, remote_ids: Iterable[str], *, priority: int = TODAY
    ) -> dict[str, RemoteReport]:
        """getReports for many where its budget allows, else getReport; see `base.Source.poll`."""
        account = selling_account(scope)

        async def newest(wanted: Collection[str]) -> dict[str, RemoteReport]:
            return await self._newest(feed, account, wanted)

        async def one(remote_id: str) -> RemoteReport:
            what = f"report {remote_id} of {account.account_id}"
            return _report((await self._call(account, "getReport", priority, what, reportId=remote_id)).payload)

        return await poll(remote_ids, newest, one)

    def fetch(
        self, feed: Feed, scope: Scope, report: RemoteReport, *, priority: int = TODAY
    ) -> AbstractAsyncContextManager[Download]:
        """getReportDocument, with a restricted data token if needed, then the download; see `base.Source.fetch`."""
        account = selling_account(scope)
        what = f"Document of {feed.name} of {scope.scope_id} (report {report.remote_id})"
        document_id = report.document_id

        async def address() -> str:
            if document_id is None:
                raise SourceError(
                    f"{what}: the report is {report.state}, but Amazon names no document of it. Ask for it anew.",
                    retryable=True,
                )
            url = (await self._document(feed, account, document_id, priority, what)).get("url")
            if not url:
                raise SourceError(f"{what}: Amazon's answer holds no address. It is tried again later.", retryable=True)
            return str(url)

        return download(self._http, address, self._folder, what)

    async def reason(self, feed: Feed, scope: Scope, report: RemoteReport, *, priority: int = TODAY) -> str | None:
        """The text of the document that a FATAL report has; see `base.Source.reason`."""
        if report.document_id is None:
            return None
        async with self.fetch(feed, scope, report, priority=priority) as document:
            return redact(beginning(document))

    async def _document(
        self, feed: Feed, account: Account, document_id: str, priority: int, what: str
    ) -> Mapping[str, Any]:
        """getReportDocument, with a restricted data token where the feed says so or Amazon refuses without one."""
        refusal: SourceError | None = None
        if not feed.restricted and feed.report_type not in self._restricted:
            try:
                answer = await self._call(account, "getReportDocument", priority, what, reportDocumentId=document_id)
                return answer.payload if isinstance(answer.payload, dict) else {}
            except SourceError as error:
                if error.status != 403:
                    raise
                refusal = error
        path = f"{DOCUMENTS}/{document_id}"
        access = self._restricted_tokens.access(account, path, priority=priority, what=what)
        try:
            answer = await self._call(
                account, "getReportDocument", priority, what, access=access, reportDocumentId=document_id
            )
        except SourceError as error:
            if refusal is None or error.retryable:
                raise
            raise SourceError(
                f"{refusal} A restricted data token does not help: {error}", status=403, refused=True
            ) from None
        if refusal is not None:
            log.warning("%s is given for a restricted data token only: the feed should say `restricted`", feed.name)
            self._restricted.add(feed.report_type)
        return answer.payload if isinstance(answer.payload, dict) else {}

    async def _newest(self, feed: Feed, account: Account, wanted: Collection[str]) -> dict[str, RemoteReport]:
        """Those of the wanted that are among the newest hundred of their type; none if the budget is low."""
        send = self._send(account, "getReports", reportTypes=[feed.report_type], pageSize=PAGE)
        try:
            answer = await self._api.spare(account, "getReports", send)
            reports = [] if answer is None else [_report(each) for each in _list(answer)]
        except SourceError as error:
            # it would only have saved calls: each report is asked for by itself now, with retries
            log.info("getReports of %s failed: %s", account.account_id, error)
            return {}
        return {each.remote_id: each for each in reports if each.remote_id in wanted}

    async def _call(
        self,
        account: Account,
        operation: str,
        priority: int,
        what: str,
        *,
        access: Access | None = None,
        uncertain: Uncertain | None = None,
        **arguments: Any,
    ) -> ApiResponse:
        """The answer to one operation of the library; see `SpApi.call`."""
        send = self._send(account, operation, **arguments)
        return await self._api.call(
            account, operation, send, priority=priority, what=what, access=access, uncertain=uncertain
        )

    def _send(self, account: Account, operation: str, **arguments: Any) -> Send[ApiResponse]:
        async def send(token: str) -> ApiResponse:
            client = self._library.of(self._api.endpoint(account), token)
            method: Callable[..., Awaitable[ApiResponse]] = getattr(client, _METHODS[operation])
            return await method(**arguments)

        return send


# Amazon's name of an operation -> the library's.
_METHODS = {
    "getReports": "get_reports",
    "createReport": "create_report",
    "getReport": "get_report",
    "getReportDocument": "get_report_document",
}


def _list(answer: ApiResponse) -> list[Mapping[str, Any]]:
    payload = answer.payload
    reports = payload.get("reports") if isinstance(payload, dict) else None
    if not isinstance(reports, list):
        raise SourceError("Amazon's answer to getReports holds no list. It is tried again later.", retryable=True)
    return reports


def _report(data: Any) -> RemoteReport:
    """A Report of the API. Raises SourceError if it is none."""
    try:
        status = data["processingStatus"]
        state = STATES.get(status)
        if state is None:
            log.warning("report %s has the unknown status %s: taken for running", data["reportId"], status)
        return RemoteReport(
            remote_id=str(data["reportId"]),
            state=state or "running",
            created_at=instant(data["createdTime"]),
            document_id=data.get("reportDocumentId"),
            window_start=instant(data["dataStartTime"]) if data.get("dataStartTime") else None,
            window_end=instant(data["dataEndTime"]) if data.get("dataEndTime") else None,
            marketplace_ids=tuple(data.get("marketplaceIds") or ()),
            report_type=data["reportType"],
            details={"status": status},
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise SourceError("Amazon's answer is no report. It is tried again later.", retryable=True) from None
