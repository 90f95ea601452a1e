"""What the APIs of SP-API share: accounts and addresses, how they are called, and what their errors mean.

The reports API is called through its library (`sp_library.py`), Data Kiosk and restricted tokens by their paths
(`SpApi.json`). Which operations there are, and what an answer says, is up to the sources.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from pipelines.errors import ConfigError, SourceError
from pipelines.sources.amazon.lwa import TokenStore
from pipelines.sources.base import TODAY, RemoteReport, UncertainRequest
from pipelines.sources.traits import Limit
from pipelines.sources.transport.calls import Access, Answer, Call, Caller, Send
from pipelines.sources.transport.http import Http, HttpFailure
from pipelines.sources.transport.rate_limits import Budget

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.stores import Account, Scope

T = TypeVar("T", bound=Answer)

Uncertain = Callable[[HttpFailure], SourceError]
"""The error of a request that was sent and not answered; see `Call.uncertain`."""

# From so many ids on, one page of a list costs less than a call for each id, if its scarce tokens allow.
BATCH_FROM = 3
TOKENS_LEFT_FOR_FINDING = 4


class SpApi:
    """Calls of SP-API, for one application and any of its accounts. limits: the published ones, by operation."""

    def __init__(self, settings: Settings, http: Http, caller: Caller, limits: Mapping[str, Limit]) -> None:
        self._settings = settings
        self._http = http
        self._caller = caller
        self._limits = limits
        self._tokens = TokenStore.of_selling_partner(http, settings)

    def endpoint(self, account: Account) -> str:
        """The address of the API for this account, without a path."""
        return self._settings.amazon_sp_endpoint or f"https://sellingpartnerapi-{account.region}.amazon.com"

    async def call(
        self,
        account: Account,
        operation: str,
        send: Send[T],
        *,
        priority: int,
        what: str,
        access: Access | None = None,
        uncertain: Uncertain | None = None,
    ) -> T:
        """The answer to one operation.

        what: names the call in messages. access: another token than the account's access token. uncertain: see `Call`.
        Raises SourceError.
        """
        call = self._described(account, operation, what, priority=priority, access=access, uncertain=uncertain)
        return await self._caller(call, send)

    async def json(
        self,
        account: Account,
        operation: str,
        method: str,
        path: str,
        *,
        priority: int,
        what: str,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        uncertain: Uncertain | None = None,
    ) -> dict[str, Any]:
        """The JSON object that one operation answers. Raises SourceError."""
        send = self._request(account, method, path, params, json)
        answer = await self.call(account, operation, send, priority=priority, what=what, uncertain=uncertain)
        try:
            return _object(answer, what)
        except SourceError:
            if uncertain is None:
                raise
            # the API has accepted the request, and nobody knows what it has made
            text = f"{method} {path}: the answer of status {answer.status_code} is no JSON object"
            raise uncertain(HttpFailure(text, status=answer.status_code, sent=True)) from None

    async def spare(self, account: Account, operation: str, send: Send[T]) -> T | None:
        """One attempt at a call that only saves others; None if its budget is needed for finding lost requests.

        Raises SourceError.
        """
        call = self._described(account, operation, f"{operation} of {account.account_id}")
        return await self._caller.spare(call, send, reserve=TOKENS_LEFT_FOR_FINDING)

    async def spare_json(
        self, account: Account, operation: str, path: str, params: Mapping[str, str]
    ) -> dict[str, Any] | None:
        """`spare`, for the JSON object that a GET answers."""
        answer = await self.spare(account, operation, self._request(account, "GET", path, params, None))
        return None if answer is None else _object(answer, f"{operation} of {account.account_id}")

    def _described(
        self,
        account: Account,
        operation: str,
        what: str,
        *,
        priority: int = TODAY,
        access: Access | None = None,
        uncertain: Uncertain | None = None,
    ) -> Call:
        assert account.refresh_token is not None
        return Call(
            budget=Budget(self._tokens.client_id, account.account_id, operation, self._limits[operation]),
            access=access or self._tokens.access(account.refresh_token, account.account_id),
            priority=priority,
            explain=lambda failure: explain(failure, account, what),
            uncertain=uncertain,
        )

    def _request(
        self, account: Account, method: str, path: str, params: Mapping[str, str] | None, json: Any
    ) -> Send[httpx.Response]:
        async def send(token: str) -> httpx.Response:
            headers = {"x-amz-access-token": token}
            return await self._http.send(
                method, self.endpoint(account) + path, params=params, json=json, headers=headers
            )

        return send


def _object(answer: httpx.Response, what: str) -> dict[str, Any]:
    try:
        data = answer.json()
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise SourceError(f"{what}: Amazon's answer is no JSON object. It is tried again later.", retryable=True)
    return data


def unanswered(asked: str, listed: str, what: str) -> Uncertain:
    """For `Call.uncertain`: the error of a request that may have made something, which is then looked for in a list.

    asked: what was asked for, 'request' or 'query'. listed: what the account has a list of, 'reports' or 'queries'.
    """

    def error(failure: HttpFailure) -> UncertainRequest:
        return UncertainRequest(
            f"Whether Amazon accepted the {asked} of {what} is not known: {failure}. Before it is asked again, the "
            f"account's {listed} are looked through.",
            status=failure.status,
        )

    return error


async def poll(
    remote_ids: Iterable[str],
    newest: Callable[[Collection[str]], Awaitable[dict[str, RemoteReport]]],
    one: Callable[[str], Awaitable[RemoteReport]],
) -> dict[str, RemoteReport]:
    """The state of each id; one that Amazon does not know is absent.

    newest: those of these ids that one page of a list has, for BATCH_FROM ids and more. one: the state of a single id;
    raises SourceError.
    """
    left = list(dict.fromkeys(remote_ids))
    known = await newest(left) if len(left) >= BATCH_FROM else {}
    for remote_id in left:
        if remote_id not in known:
            try:
                known[remote_id] = await one(remote_id)
            except SourceError as error:
                if error.status != 404:
                    raise
    return known


def selling_account(scope: Scope) -> Account:
    """The seller account of a scope. Raises ConfigError if it has no refresh token."""
    if scope.account is None or scope.account.refresh_token is None:
        raise ConfigError(
            f"{scope.scope_id} has no access to SP-API: its account has no refresh token. Name the variable that "
            "holds it in stores.yaml (refresh_token_env), or fill this store by import."
        )
    return scope.account


def explain(failure: HttpFailure, account: Account, what: str) -> SourceError:
    """The error that is raised: what came, what it means, what to do."""
    if failure.status in (401, 403):
        return SourceError(
            f"{what}: Amazon refuses it ({failure}). Either the application has no role for this report, or the "
            f"authorisation of {account.account_id} has ended: give the application the role in Seller Central "
            "(Develop Apps), then authorise it again and renew the refresh token.",
            status=failure.status,
            refused=True,
        )
    if failure.status == 429:
        return SourceError(
            f"{what}: Amazon keeps throttling ({failure}). Another application of this account may use the same "
            "budget. It is tried again later.",
            status=429,
            retryable=True,
        )
    if failure.transient:
        return SourceError(
            f"{what}: Amazon did not answer properly ({failure}). It is tried again later.",
            status=failure.status,
            retryable=True,
        )
    return SourceError(f"{what}: Amazon rejects the request ({failure}).", status=failure.status)


def instant(text: str) -> datetime:
    """The instant of an ISO 8601 text, in UTC; a text without an offset is taken as UTC."""
    value = datetime.fromisoformat(text)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def iso(value: datetime) -> str:
    """An instant as Amazon writes it: `2026-03-01T07:59:59Z`."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
