"""What the APIs of SP-API share: whose account, one call with its token, budget and retries, and what errors mean.

The reports API is called through its library (`sp_client.py`), Data Kiosk and tokens by their addresses, here. Which
operations there are, and what an answer says, is the sources' matter.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx

from pipelines.errors import ConfigError, SourceError
from pipelines.sources.http import Http, HttpFailure, call, is_transient, is_unsent
from pipelines.sources.lwa import TokenStore
from pipelines.sources.rate_limits import Budget, Limit, RateLimiter

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.stores import Account, Scope


class Uncertain(Exception):
    """A request that must not be made twice was sent, and no answer came."""

    def __init__(self, failure: HttpFailure) -> None:
        super().__init__(str(failure))
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Access:
    """Where a call's token comes from, and who is told of one that Amazon does not take."""

    get: Callable[[], Awaitable[str]]
    invalidate: Callable[[str], None]


class SpCalls:
    """Operations of SP-API by their addresses, for one application and any of its accounts."""

    def __init__(
        self, settings: Settings, http: Http, limiter: RateLimiter, tokens: TokenStore, limits: Mapping[str, Limit]
    ) -> None:
        self._settings = settings
        self._http = http
        self._limiter = limiter
        self._tokens = tokens
        self._limits = limits

    def budget(self, account: Account, operation: str) -> Budget:
        """The bucket of an operation of an account."""
        return Budget(self._tokens.client_id, account.account_id, operation, self._limits[operation])

    async def __call__(
        self,
        account: Account,
        operation: str,
        method: str,
        path: str,
        *,
        priority: int,
        what: str,
        repeatable: Callable[[Exception], bool] = is_transient,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        access: Access | None = None,
    ) -> dict[str, Any]:
        """The JSON object that is answered. access: in the place of the account's own access token.

        Raises SourceError; Uncertain, where it is repeatable only if unsent.
        """
        url, allowed, token = self._url(account, path), access or self._own(account), ""

        async def attempt() -> httpx.Response:
            nonlocal token
            token = await allowed.get()
            return await self._http.send(method, url, params=params, json=json, headers={"x-amz-access-token": token})

        # Before the budget's token is taken: Amazon's clock of the bucket starts when the call arrives.
        await allowed.get()
        try:
            answer = await call(
                self._limiter,
                self.budget(account, operation),
                attempt,
                priority=priority,
                repeatable=repeatable,
                renew=lambda: allowed.invalidate(token),
            )
        except HttpFailure as failure:
            if repeatable is is_unsent and failure.transient and failure.sent:
                raise Uncertain(failure) from None
            raise explain(failure, account, what) from None
        return _object(answer, what)

    async def once(
        self, account: Account, operation: str, path: str, params: Mapping[str, str], reserve: float
    ) -> dict[str, Any] | None:
        """A GET that is only a shortcut: one attempt, None if its budget has no token beside `reserve` others.

        Raises SourceError.
        """
        budget, what = self.budget(account, operation), f"{operation} of {account.account_id}"
        if not await self._limiter.try_acquire(budget, reserve=reserve):
            return None
        headers = {"x-amz-access-token": await self._own(account).get()}
        try:
            return _object(await self._http.send("GET", self._url(account, path), params=params, headers=headers), what)
        except HttpFailure as failure:
            if failure.status == 429:
                await self._limiter.exhausted(budget)
            raise explain(failure, account, what) from None

    def _own(self, account: Account) -> Access:
        """The account's access token."""
        refresh_token = account.refresh_token
        assert refresh_token is not None
        return Access(
            lambda: self._tokens.get(refresh_token, account.account_id),
            lambda token: self._tokens.invalidate(refresh_token, token),
        )

    def _url(self, account: Account, path: str) -> str:
        return (self._settings.amazon_sp_endpoint or f"https://sellingpartnerapi-{account.region}.amazon.com") + path


def _object(answer: httpx.Response, what: str) -> dict[str, Any]:
    try:
        data = answer.json()
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise SourceError(f"{what}: Amazon's answer is no JSON object. It is tried again later.", retryable=True)
    return data


def selling_account(scope: Scope) -> Account:
    """The account that a scope is asked for. Raises ConfigError if it has no refresh token."""
    if scope.account is None or scope.account.refresh_token is None:
        raise ConfigError(
            f"{scope.scope_id} has no access to SP-API: its account has no refresh token. Name the variable that "
            "holds it in stores.yaml (refresh_token_env), or fill this store by import."
        )
    return scope.account


def explain(failure: HttpFailure, account: Account, what: str) -> SourceError:
    """The error that is told: what came, what it means, what to do."""
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
    """An ISO 8601 instant, in UTC; without an offset it is UTC."""
    value = datetime.fromisoformat(text)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def iso(value: datetime) -> str:
    """As Amazon writes instants: `2026-03-01T07:59:59Z`."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
