"""Data Kiosk 2023-11-15: create queries, list those that exist, poll, download.

A query is a GraphQL text (`data_kiosk_queries.py`). Its answer is a document of JSON Lines; there is none where there
is no data. A large answer comes in pages. Each page is a query of its own, created with the token of the page before;
here they become one document. Which query is wanted, and what a document means, is not decided here.
"""

from __future__ import annotations

import asyncio
import gzip
import logging
import shutil
import tempfile
import zlib
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipelines.errors import SourceError
from pipelines.feeds.feed import Feed
from pipelines.sources.amazon.data_kiosk_queries import query_text, read_query, report_state
from pipelines.sources.amazon.sp_api import SpApi, instant, iso, poll, selling_account, unanswered
from pipelines.sources.base import TODAY, Download, OnWait, RemoteReport, UncertainRequest
from pipelines.sources.traits import KIOSK_LIMITS
from pipelines.sources.transport.documents import beginning, download
from pipelines.sources.transport.http import redact
from pipelines.sources.transport.http_source import HttpSource

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.settings import Settings
    from pipelines.stores import Account, Scope

log = logging.getLogger(__name__)

API = "/dataKiosk/2023-11-15"
# Amazon lists queries this long.
KEPT = timedelta(days=90)
PAGE = 100
# Waiting for a further page, in seconds: the first pause, the longest one, and when to give up.
FIRST_LOOK, LONGEST_PAUSE, PAGE_PATIENCE = 1.0, 30.0, 1800.0
_HEAD = 1 << 16


class AmazonDataKioskSource(HttpSource):
    """Data Kiosk for one run: see `base.Source`. Scopes are stores: a query is of one marketplace."""

    def __init__(self, settings: Settings, pool: AsyncConnectionPool, *, on_wait: OnWait | None = None) -> None:
        super().__init__(settings, pool, "amazon_data_kiosk", on_wait=on_wait)
        self._api = SpApi(settings, self._http, self._caller, KIOSK_LIMITS)
        # (account, query of a page) -> the query of the page after it, if this run has created that
        self._next_pages: dict[tuple[str, str], str] = {}

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
        """createQuery; see `base.Source.request`. It sends the days of `window`, and no instants."""
        if window is None:
            raise ValueError(f"{feed.name} needs a window of days")
        account = selling_account(scope)
        marketplace = scope.stores[0].marketplace.marketplace_id
        what = f"{feed.name} of {scope.scope_id}, {window[0]} to {window[1]}"
        query_id = await self._create(account, {"query": query_text(feed, marketplace, *window)}, priority, what)
        return RemoteReport(
            remote_id=query_id,
            state="running",
            created_at=self._settings.now(),
            window_start=start,
            window_end=end,
            marketplace_ids=(marketplace,),
            report_type=feed.report_type,
        )

    async def find_existing(
        self, feeds: Sequence[Feed], scope: Scope, since: datetime, *, priority: int = TODAY
    ) -> list[RemoteReport]:
        """getQueries, all pages: the queries whose text is of one of these feeds; see `base.Source.find_existing`.

        Queries that are answered in pages are left out: each page's query has the same text, so that the first page
        cannot be distinguished from a later one.
        """
        account = selling_account(scope)
        since = max(since, self._settings.now() - KEPT + timedelta(minutes=1))
        filters = {"createdSince": iso(since), "pageSize": str(PAGE)}
        what = f"queries of {account.account_id}"
        found: list[Mapping[str, Any]] = []
        query = filters
        while True:
            answer = await self._api.json(
                account, "getQueries", "GET", f"{API}/queries", priority=priority, what=what, params=query
            )
            found += _list(answer)
            following = _next_token(answer)
            if not following:
                break
            query = {**filters, "paginationToken": following}
        paged = {each.get("query") for each in found if _next_token(each)}
        reports = [
            _report(each, feed, account)
            for each in found
            for feed in feeds
            if each.get("query") not in paged and read_query(feed, str(each.get("query"))) is not None
        ]
        return sorted((each for each in reports if each.created_at >= since), key=lambda each: each.created_at)

    async def poll(
        self, feed: Feed, scope: Scope, remote_ids: Iterable[str], *, priority: int = TODAY
    ) -> dict[str, RemoteReport]:
        """getQueries for many where its budget allows, else getQuery; see `base.Source.poll`."""
        account = selling_account(scope)

        async def newest(wanted: Collection[str]) -> dict[str, RemoteReport]:
            return await self._newest(feed, account, wanted)

        async def one(query_id: str) -> RemoteReport:
            return _report(await self._get(account, query_id, priority), feed, account)

        return await poll(remote_ids, newest, one)

    def fetch(
        self, feed: Feed, scope: Scope, report: RemoteReport, *, priority: int = TODAY
    ) -> AbstractAsyncContextManager[Download]:
        """getDocument, then the download, of all pages of the answer; see `base.Source.fetch`."""
        account = selling_account(scope)
        what = f"Document of {feed.name} of {scope.scope_id} (query {report.remote_id})"
        return self._fetch(account, report, what, priority)

    async def reason(self, feed: Feed, scope: Scope, report: RemoteReport, *, priority: int = TODAY) -> str | None:
        """The text of a query's error document, or that it was cancelled; see `base.Source.reason`."""
        if report.document_id is None:
            status = report.details.get("status")
            return "somebody has cancelled it before it was begun" if status == "CANCELLED" else None
        account = selling_account(scope)
        what = f"Error document of {feed.name} of {scope.scope_id} (query {report.remote_id})"
        async with self._document(account, report.document_id, what, priority) as document:
            return redact(beginning(document))

    # --- documents ----------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _fetch(self, account: Account, report: RemoteReport, what: str, priority: int) -> AsyncIterator[Download]:
        if report.document_id is None:
            raise SourceError(
                f"{what}: the query is {report.state}, but Amazon names no document of it. Ask for it anew.",
                retryable=True,
            )
        # The ledger does not keep whether there are more pages.
        data: Mapping[str, Any] = report.details
        if "more" not in data:
            data = _report_details(await self._get(account, report.remote_id, priority))
        async with self._document(account, report.document_id, what, priority) as first:
            if not data.get("more"):
                yield first
                return
            with tempfile.NamedTemporaryFile(prefix="document-", dir=self._folder) as file:
                whole = Path(file.name)
                await asyncio.to_thread(_append, whole, first, what)
                query_id: str | None = report.remote_id
                while query_id is not None:
                    query_id = await self._append_next_page(account, query_id, whole, what, priority)
                yield Download(path=whole, content_type=first.content_type, gzip=False, size=whole.stat().st_size)

    async def _append_next_page(
        self, account: Account, before: str, whole: Path, what: str, priority: int
    ) -> str | None:
        """Create the query of the page after `before`, wait for it, append its document to `whole`.

        Returns the query's id; None if `before` was the last page.
        """
        key = (account.account_id, before)
        if key not in self._next_pages:
            data = await self._get(account, before, priority)
            token = _next_token(data)
            if not token:
                return None
            body = {"query": str(data["query"]), "paginationToken": token}
            self._next_pages[key] = await self._create(account, body, priority, f"{what}, its next page")
        query_id = self._next_pages[key]
        page = await self._finished(account, query_id, what, priority)
        if document_id := page.get("dataDocumentId"):
            async with self._document(account, str(document_id), what, priority) as document:
                await asyncio.to_thread(_append, whole, document, what)
        return query_id

    async def _finished(self, account: Account, query_id: str, what: str, priority: int) -> Mapping[str, Any]:
        pause, waited = FIRST_LOOK, 0.0
        while waited < PAGE_PATIENCE:
            await asyncio.sleep(pause)
            waited, pause = waited + pause, min(pause * 1.6, LONGEST_PAUSE)
            data = await self._get(account, query_id, priority)
            status = data.get("processingStatus")
            if status == "DONE":
                return data
            if status in ("FATAL", "CANCELLED"):
                self._next_pages = {key: page for key, page in self._next_pages.items() if page != query_id}
                raise SourceError(
                    f"{what}: its next page, query {query_id}, ended as {status}. All of it is tried again later.",
                    retryable=True,
                )
        raise SourceError(
            f"{what}: its next page, query {query_id}, is still being made after {PAGE_PATIENCE / 60:.0f} minutes. It "
            "is tried again later.",
            retryable=True,
        )

    def _document(
        self, account: Account, document_id: str, what: str, priority: int
    ) -> AbstractAsyncContextManager[Download]:
        async def address() -> str:
            answer = await self._api.json(
                account, "getDocument", "GET", f"{API}/documents/{document_id}", priority=priority, what=what
            )
            if not answer.get("documentUrl"):
                raise SourceError(f"{what}: Amazon's answer holds no address. It is tried again later.", retryable=True)
            return str(answer["documentUrl"])

        return download(self._http, address, self._folder, what)

    # --- calls --------------------------------------------------------------------------------------------------

    async def _create(self, account: Account, body: Mapping[str, str], priority: int, what: str) -> str:
        answer = await self._api.json(
            account,
            "createQuery",
            "POST",
            f"{API}/queries",
            priority=priority,
            what=what,
            uncertain=unanswered("query", "queries", what),
            json=body,
        )
        if not answer.get("queryId"):
            raise UncertainRequest(f"Amazon took the query of {what}, but its answer names none.", status=202)
        return str(answer["queryId"])

    async def _get(self, account: Account, query_id: str, priority: int) -> dict[str, Any]:
        what = f"query {query_id} of {account.account_id}"
        path = f"{API}/queries/{query_id}"
        return await self._api.json(account, "getQuery", "GET", path, priority=priority, what=what)

    async def _newest(self, feed: Feed, account: Account, wanted: Collection[str]) -> dict[str, RemoteReport]:
        """Those of the wanted queries that are among the account's newest hundred; none if the budget is low."""
        try:
            answer = await self._api.spare_json(account, "getQueries", f"{API}/queries", {"pageSize": str(PAGE)})
            queries = _list(answer) if answer is not None else []
            return {
                str(each["queryId"]): _report(each, feed, account)
                for each in queries
                if str(each.get("queryId")) in wanted
            }
        except SourceError as error:
            # it would only have saved calls: each query is asked for by itself now, with retries
            log.info("getQueries of %s failed: %s", account.account_id, error)
            return {}


def _append(whole: Path, page: Download, what: str) -> None:
    """Append the lines of a page to a file. Raises SourceError for a page that is cut, or that is no JSON Lines."""
    try:
        with page.path.open("rb") as came, whole.open("ab+") as target:
            source = gzip.GzipFile(fileobj=came) if page.gzip else came
            head = source.read(_HEAD)
            if not head.lstrip().startswith(b"{"):
                began = head[:60].decode("utf-8", "replace")
                raise SourceError(
                    f"{what}: a page of it holds no lines of JSON, it begins with {began!r}. It is tried again later.",
                    retryable=True,
                )
            if target.tell():
                target.seek(-1, 2)
                if target.read(1) != b"\n":
                    target.write(b"\n")
            target.write(head)
            shutil.copyfileobj(source, target)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(
            f"{what}: a page of it is damaged ({error}). It is tried again later.", retryable=True
        ) from None


def _report(data: Mapping[str, Any], feed: Feed, account: Account) -> RemoteReport:
    """A Query of the API. Raises SourceError if it is none."""
    try:
        status = str(data["processingStatus"])
        document_id = data.get("dataDocumentId") if status == "DONE" else data.get("errorDocumentId")
        read = read_query(feed, str(data["query"]))
        window: tuple[datetime, datetime] | tuple[None, None] = (None, None)
        if read is not None:
            window = _instants(account, *read)
        return RemoteReport(
            remote_id=str(data["queryId"]),
            state=report_state(status, document_id),
            created_at=instant(data["createdTime"]),
            document_id=str(document_id) if document_id else None,
            window_start=window[0],
            window_end=window[1],
            marketplace_ids=(read[0],) if read else (),
            report_type=feed.report_type,
            details=_report_details(data),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise SourceError("Amazon's answer is no query. It is tried again later.", retryable=True) from None


def _report_details(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"status": data.get("processingStatus"), "more": bool(_next_token(data))}


def _instants(account: Account, marketplace_id: str, first: date, last: date) -> tuple[datetime, datetime]:
    """First and last second of a query's days, in UTC; days are those of the store's time zone."""
    zones = {store.marketplace.marketplace_id: store.time_zone for store in account.stores}
    zone = ZoneInfo(zones.get(marketplace_id, "UTC"))
    begin, end = (
        datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) for day in (first, last + timedelta(days=1))
    )
    return begin, end - timedelta(seconds=1)


def _list(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    queries = answer.get("queries")
    if not isinstance(queries, list) or not all(isinstance(each, dict) for each in queries):
        raise SourceError("Amazon's answer to getQueries holds no list. It is tried again later.", retryable=True)
    return queries


def _next_token(data: Mapping[str, Any]) -> str | None:
    pagination = data.get("pagination")
    token = pagination.get("nextToken") if isinstance(pagination, dict) else None
    return str(token) if token else None
