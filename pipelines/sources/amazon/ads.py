"""Amazon Ads reporting v3: request reports, poll, download.

Amazon knows which reports it is making: a second request for the same report is answered with 425 and the id of the
first. Which report is wanted, and what a document means, is not decided here.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import httpx

from pipelines.errors import ConfigError, SourceError
from pipelines.feeds.feed import Feed
from pipelines.sources.amazon.lwa import TokenStore
from pipelines.sources.base import TODAY, Download, DuplicateReport, OnWait, RemoteReport, RemoteState
from pipelines.sources.traits import ADS_LIMITS
from pipelines.sources.transport.calls import Call
from pipelines.sources.transport.documents import download
from pipelines.sources.transport.http import HttpFailure, redact
from pipelines.sources.transport.http_source import HttpSource
from pipelines.sources.transport.rate_limits import Budget

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.settings import Settings
    from pipelines.stores import Account, Scope

log = logging.getLogger(__name__)

HOSTS = {
    "na": "https://advertising-api.amazon.com",
    "eu": "https://advertising-api-eu.amazon.com",
    "fe": "https://advertising-api-fe.amazon.com",
}
CREATE_TYPE = "application/vnd.createasyncreportrequest.v3+json"
CREATED_TYPE = "application/vnd.createasyncreportresponse.v3+json"
GOT_TYPE = "application/vnd.getasyncreportresponse.v3+json"

STATES: Mapping[str, RemoteState] = {
    "PENDING": "running",
    "PROCESSING": "running",
    "COMPLETED": "done",
    "FAILED": "fatal",
    "CANCELLED": "cancelled",
}
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


class AmazonAdsSource(HttpSource):
    """Amazon Ads for one run: see `base.Source`. Scopes are stores with an ads profile."""

    def __init__(self, settings: Settings, pool: AsyncConnectionPool, *, on_wait: OnWait | None = None) -> None:
        super().__init__(settings, pool, "amazon_ads", on_wait=on_wait)
        self._tokens = TokenStore.of_advertising(self._http, settings)
        # Signed addresses of finished reports, from the last poll, and when they expire; they never leave this object.
        self._addresses: dict[tuple[str, str], tuple[str, datetime | None]] = {}

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
        """POST /reporting/reports; see `base.Source.request`. It sends the days of `window`, and no instants."""
        if window is None:
            raise ValueError(f"{feed.name} needs a window of days")
        what = f"{feed.name} of {scope.scope_id}, {window[0]} to {window[1]}"
        body = {
            "name": f"{feed.name} {window[0]} {window[1]}",
            "startDate": window[0].isoformat(),
            "endDate": window[1].isoformat(),
            "configuration": configuration(feed),
        }
        unanswered: list[HttpFailure] = []
        try:
            report = await self._create(scope, body, what, priority, unanswered)
        except SourceError as error:
            error.unanswered = len(unanswered)
            raise
        # Amazon lists no reports: one that was made and finished before the request was repeated cannot be found again
        return replace(report, details={**report.details, "unanswered": len(unanswered)}) if unanswered else report

    async def find_existing(
        self, feeds: Sequence[Feed], scope: Scope, since: datetime, *, priority: int = TODAY
    ) -> list[RemoteReport]:
        """Nothing: Amazon Ads lists no reports; see `base.Source.find_existing`."""
        del feeds, scope, since, priority
        return []

    async def poll(
        self, feed: Feed, scope: Scope, remote_ids: Iterable[str], *, priority: int = TODAY
    ) -> dict[str, RemoteReport]:
        """One GET for each id, since there is no list; see `base.Source.poll`."""
        del feed
        known: dict[str, RemoteReport] = {}
        for remote_id in dict.fromkeys(remote_ids):
            what = f"Ads report {remote_id} of {scope.scope_id}"
            try:
                data = await self._get(scope, remote_id, priority, what)
            except SourceError as error:
                if error.status == 404:
                    continue
                raise
            known[remote_id] = _report(data, what)
        return known

    def fetch(
        self, feed: Feed, scope: Scope, report: RemoteReport, *, priority: int = TODAY
    ) -> AbstractAsyncContextManager[Download]:
        """The download, after a new poll if its address has expired; see `base.Source.fetch`."""
        what = f"Document of {feed.name} of {scope.scope_id} (report {report.remote_id})"
        key = (_profile(scope), report.remote_id)

        async def address() -> str:
            url, expires = self._addresses.pop(key, ("", None))
            if url and (expires is None or expires > self._settings.now()):
                return url
            data = await self._get(scope, report.remote_id, priority, what)
            url, _ = self._addresses.pop(key, ("", None))
            if not url:
                raise SourceError(
                    f"{what}: Amazon gives no address for it; its status is {data.get('status')}. It is tried again "
                    "later.",
                    retryable=True,
                )
            return url

        return download(self._http, address, self._folder, what)

    async def reason(self, feed: Feed, scope: Scope, report: RemoteReport, *, priority: int = TODAY) -> str | None:
        """Amazon's `failureReason`; see `base.Source.reason`."""
        del feed, scope, priority
        reason = report.details.get("failure_reason")
        return redact(str(reason))[:2000] if reason else None

    async def _create(
        self, scope: Scope, body: Mapping[str, Any], what: str, priority: int, unanswered: list[HttpFailure]
    ) -> RemoteReport:
        """The POST and what its answer says. Raises SourceError, DuplicateReport among them."""

        def explain(failure: HttpFailure) -> Exception:
            return _TakenForDuplicate(failure) if failure.status == 425 else _explain(failure, scope, what)

        try:
            answer = await self._call(
                scope,
                "createReport",
                "POST",
                "/reporting/reports",
                priority,
                explain,
                json=body,
                headers={"content-type": CREATE_TYPE, "accept": CREATED_TYPE},
                unanswered=unanswered,
            )
        except _TakenForDuplicate as refusal:
            raise await self._duplicate(refusal.failure, body, scope, what, priority, unanswered) from None
        return _report(_json(answer, what), what)

    async def _duplicate(
        self,
        failure: HttpFailure,
        body: Mapping[str, Any],
        scope: Scope,
        what: str,
        priority: int,
        unanswered: list[HttpFailure],
    ) -> SourceError:
        """The error of a 425: a DuplicateReport if the report that it names is ours, else a retryable SourceError."""
        found = _UUID.search(failure.body)
        if found is None:
            return SourceError(
                f"{what}: Amazon says that it is a duplicate, but not of what ({failure}). It is tried again later.",
                status=425,
                retryable=True,
            )
        try:
            data = await self._get(scope, found.group(), priority, what)
        except SourceError:
            unanswered.append(failure)  # the report may be ours, and could not be looked at
            raise
        if difference := _difference(body, data):
            return SourceError(
                f"{what}: Amazon takes it for a duplicate of report {found.group()}, which differs in {difference}. "
                "It is tried again when that one is finished.",
                status=425,
                retryable=True,
            )
        report = _report(data, what)
        return DuplicateReport(f"{what}: Amazon already makes it as report {report.remote_id}.", report)

    async def _get(self, scope: Scope, remote_id: str, priority: int, what: str) -> dict[str, Any]:
        path = f"/reporting/reports/{remote_id}"
        answer = await self._call(
            scope,
            "getReport",
            "GET",
            path,
            priority,
            lambda failure: _explain(failure, scope, what),
            headers={"accept": GOT_TYPE},
        )
        data = _json(answer, what)
        if data.get("url"):
            expires = _instant(data["urlExpiresAt"]) if data.get("urlExpiresAt") else None
            self._addresses[_profile(scope), remote_id] = (str(data["url"]), expires)
        return data

    async def _call(
        self,
        scope: Scope,
        operation: str,
        method: str,
        path: str,
        priority: int,
        explain: Callable[[HttpFailure], Exception],
        *,
        headers: Mapping[str, str],
        json: Any = None,
        unanswered: list[HttpFailure] | None = None,
    ) -> httpx.Response:
        """The answer to one operation. A create may be repeated, too: Amazon answers the second one with 425.

        unanswered: collects the attempts that were sent and not answered, which may have taken effect.
        """
        account, profile = _account(scope), _profile(scope)
        assert account.ads_refresh_token is not None
        url = (self._settings.amazon_ads_endpoint or HOSTS[account.region]) + path

        async def send(token: str) -> httpx.Response:
            try:
                return await self._http.send(
                    method,
                    url,
                    json=json,
                    headers={
                        "Amazon-Advertising-API-ClientId": self._tokens.client_id,
                        "Amazon-Advertising-API-Scope": profile,
                        "Authorization": f"Bearer {token}",
                        **headers,
                    },
                )
            except HttpFailure as failure:
                if unanswered is not None and failure.unanswered:
                    unanswered.append(failure)
                raise

        call = Call(
            budget=Budget(self._tokens.client_id, profile, operation, ADS_LIMITS[operation]),
            access=self._tokens.access(account.ads_refresh_token, account.account_id),
            priority=priority,
            explain=explain,
        )
        return await self._caller(call, send)


class _TakenForDuplicate(Exception):
    """A create was answered with 425."""

    def __init__(self, failure: HttpFailure) -> None:
        super().__init__(str(failure))
        self.failure = failure


def configuration(feed: Feed) -> dict[str, Any]:
    """The `configuration` of a create request, from the feed."""
    ads = feed.ads
    config: dict[str, Any] = {
        "adProduct": ads["adProduct"],
        "groupBy": list(_words(ads["groupBy"])),
        "columns": list(_words(ads["columns"])),
        "reportTypeId": feed.report_type,
        "timeUnit": ads["timeUnit"],
        "format": "GZIP_JSON",
    }
    if filters := ads.get("filters"):
        config["filters"] = filters
    return config


def _words(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (str(value),)


def _difference(body: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """The fields in which the report that Amazon names differs from the one requested; '' if it is the same.

    Amazon has taken a SUMMARY report for a duplicate of the DAILY one, and the other way round.
    """
    asked, made = body["configuration"], data.get("configuration") or {}
    differing = [key for key in ("startDate", "endDate") if data.get(key) != body[key]]
    differing += [key for key in ("adProduct", "reportTypeId", "timeUnit", "format") if made.get(key) != asked[key]]
    differing += [key for key in ("groupBy", "columns") if set(made.get(key) or ()) != set(asked[key])]
    if (made.get("filters") or []) != asked.get("filters", []):
        differing.append("filters")
    return ", ".join(differing)


def _account(scope: Scope) -> Account:
    if scope.account is None or scope.account.ads_refresh_token is None:
        raise ConfigError(
            f"{scope.scope_id} has no access to Amazon Ads: its account has no refresh token for it. Name the variable "
            "that holds it in stores.yaml (ads_refresh_token_env), or take ads_profile_id out of its stores."
        )
    return scope.account


def _profile(scope: Scope) -> str:
    profile = scope.stores[0].ads_profile_id
    if profile is None:
        raise ConfigError(
            f"{scope.scope_id} has no ads profile: enter its ads_profile_id in stores.yaml (`tradewind doctor` lists "
            "the profiles that the account's token may see)."
        )
    return profile


def _explain(failure: HttpFailure, scope: Scope, what: str) -> SourceError:
    """The error that is raised: what came, what it means, what to do."""
    if failure.status in (401, 403):
        return SourceError(
            f"{what}: Amazon Ads refuses it ({failure}). The user who allowed the application may not see profile "
            f"{scope.stores[0].ads_profile_id}: check ads_profile_id in stores.yaml and the user's rights in the "
            "advertising account, then allow the application again and renew the refresh token.",
            status=failure.status,
            refused=True,
        )
    if failure.status == 429 or failure.transient:
        why = "keeps throttling" if failure.status == 429 else "did not answer properly"
        return SourceError(
            f"{what}: Amazon Ads {why} ({failure}). It is tried again later.",
            status=failure.status,
            retryable=True,
        )
    return SourceError(f"{what}: Amazon Ads rejects the request ({failure}).", status=failure.status)


def _json(answer: httpx.Response, what: str) -> dict[str, Any]:
    try:
        data = answer.json()
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise SourceError(f"{what}: the answer of Amazon Ads is no report. It is tried again later.", retryable=True)
    return data


def _report(data: Mapping[str, Any], what: str) -> RemoteReport:
    """An AsyncReport of the API. Raises SourceError if it is none."""
    try:
        status = data["status"]
        state = STATES.get(status)
        if state is None:
            log.warning("%s has the unknown status %s: taken for running", what, status)
        remote_id = str(data["reportId"])
        config = data.get("configuration") or {}
        failure = data.get("failureReason")
        return RemoteReport(
            remote_id=remote_id,
            state=state or "running",
            created_at=_instant(data["createdAt"]),
            document_id=remote_id if state == "done" else None,
            window_start=_midnight(data["startDate"]),
            window_end=_midnight(data["endDate"]),
            report_type=str(config.get("reportTypeId", "")),
            details={"status": status, **({"failure_reason": redact(str(failure))} if failure else {})},
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise SourceError(
            f"{what}: the answer of Amazon Ads is no report. It is tried again later.", retryable=True
        ) from None


def _instant(text: str) -> datetime:
    value = datetime.fromisoformat(text)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), UTC)
