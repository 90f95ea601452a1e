"""One call of an API that wants a token and keeps a rate budget: the caller that all sources of Amazon share.

Here: in which order token, budget and request come, what is repeated, when a token is renewed, and which error is
raised in the end. How a request looks, and what its answer means, is up to the source.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pipelines.sources.transport.http import HttpFailure, is_transient, is_unsent, retrying
from pipelines.sources.transport.rate_limits import Budget, RateLimiter
from pipelines.telemetry import names
from pipelines.telemetry.context import bind, current
from pipelines.telemetry.recording import count, span

THROTTLED_AT_MOST = 8
# A token that expires between two answers is renewed again; what is refused for another reason is asked for once more.
RENEWED_AT_MOST = 3


class Answer(Protocol):
    """What a successful request returns: anything with the response's headers."""

    @property
    def headers(self) -> Any: ...


T = TypeVar("T", bound=Answer)

Send = Callable[[str], Awaitable[T]]
"""Sends the request once, with the token that it is given. Raises HttpFailure."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where a call gets its token, and where it reports one that the API no longer accepts.

    get: a valid token, cached or new; raises SourceError. invalidate: forget this token, so that `get` renews it.
    """

    get: Callable[[], Awaitable[str]]
    invalidate: Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """All that there is to a call besides its request.

    tokens: how many of its budget each attempt takes.
    priority: see `base.TODAY`. explain: makes the error that is raised from the last failure. uncertain: only for a
    request that must not take effect twice. It is repeated only while it surely was not sent; if it was sent and not
    answered properly, the error is the one that `uncertain` makes. None: the request does no harm when it is repeated.
    """

    budget: Budget
    access: Access
    priority: int
    explain: Callable[[HttpFailure], Exception]
    uncertain: Callable[[HttpFailure], Exception] | None = None
    tokens: int = 1


class Caller:
    """Makes the calls of one source."""

    def __init__(self, limiter: RateLimiter) -> None:
        self._limiter = limiter

    async def __call__(self, call: Call, send: Send[T]) -> T:
        """The answer to a call; every attempt takes a token of the budget.

        A 429 was not executed: it empties the budget for everybody, and the call queues again, up to eight times. A 401
        or 403 is answered with a new access token: once, and up to three times where Amazon says that it has expired.

        Raises:
            Exception: what `call.explain` or `call.uncertain` makes of the last failure.
            SourceError: there is no access token to be had.
        """
        with self._traced(call):
            return await self._repeated(call, send)

    async def _repeated(self, call: Call, send: Send[T]) -> T:
        # Before the budget's token is taken: Amazon's clock of the bucket starts when the call arrives.
        await call.access.get()
        repeatable = is_transient if call.uncertain is None else is_unsent
        throttled = renewed = 0
        while True:
            token = ""
            try:
                async for attempt in retrying(repeatable=repeatable):
                    with attempt:
                        await self._take_turn(call)
                        token = await call.access.get()
                        answer = await send(token)
                        await self._limiter.observe(call.budget, answer.headers.get("x-amzn-ratelimit-limit"))
                        return answer
            except HttpFailure as failure:
                if failure.status == 429 and throttled < THROTTLED_AT_MOST:
                    await self._limiter.exhausted(call.budget, failure.retry_after, throttled)
                    throttled += 1
                elif failure.status in (401, 403) and renewed < (RENEWED_AT_MOST if failure.token_expired else 1):
                    renewed += 1
                    call.access.invalidate(token)
                elif call.uncertain is not None and failure.unanswered:
                    raise call.uncertain(failure) from None
                else:
                    raise call.explain(failure) from None

    async def spare(self, call: Call, send: Send[T], *, reserve: float) -> T | None:
        """One attempt at a call that can be done without; None if its budget has no token beside `reserve` others.

        Raises what `call.explain` makes of a failure; a 429 empties the budget.
        """
        if not await self._limiter.try_acquire(call.budget, reserve=reserve):
            return None
        with self._traced(call):
            try:
                return await send(await call.access.get())
            except HttpFailure as failure:
                if failure.status == 429:
                    await self._limiter.exhausted(call.budget)
                raise call.explain(failure) from None

    @contextlib.contextmanager
    def _traced(self, call: Call) -> Iterator[None]:
        """A span of the call with all its attempts. Its requests, and lines of the log, name the operation."""
        with bind(operation=call.budget.operation), span(f"{_source()} {call.budget.operation}"):
            yield

    async def _take_turn(self, call: Call) -> None:
        """Wait for the budget. That it took a while is told."""
        started = time.monotonic()
        with span("wait for rate budget"):
            await self._limiter.acquire(call.budget, call.priority, call.tokens)
        count(
            names.WAITED,
            {"tradewind.source": _source(), "tradewind.operation": call.budget.operation},
            time.monotonic() - started,
        )


def _source() -> str:
    """The source that is asked, as whoever began the work has named it."""
    return current().get("source", "other")
