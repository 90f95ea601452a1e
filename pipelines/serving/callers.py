"""Who asks, for FastAPI: `needs("read")` is the one dependency of every address that is not for everybody.

It finds the caller, sees that it may, counts its request, and listens to nobody who was refused again and again. The
answer then tells the limits: `RateHeaders` puts them in, whatever kind of answer it is. What a caller is, is decided in
`pipelines/accounts/asking.py`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.accounts.asking import Doorkeeper
from pipelines.accounts.principal import Principal
from pipelines.accounts.refusals import Refusal
from pipelines.accounts.rights import check_may
from pipelines.serving.limits import Limits, sender_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class needs:  # in lower case, since it reads as a word: Depends(needs("read"))
    """A dependency that gives the caller, who may do what this scope allows. Raises Refusal (401, 403, 429).

    scope: `read`, `crawl`, `write` or `admin`.
    """

    scope: str

    async def __call__(self, request: Request) -> Principal:
        """The caller of a request."""
        return await caller_of(request, self.scope)


async def caller_of(request: Request, scope: str) -> Principal:
    """The caller of a request, counted. Its state keeps `caller` and `rate`. Raises Refusal."""
    door: Doorkeeper = request.app.state.door
    check_listened_to(request)
    try:
        found = await door.principal_of(request.headers.items())
        request.state.caller = found
        rate = await door.count(found)
        request.state.rate = rate
        rate.check()
        check_may(found, scope)
    except Refusal as refusal:
        refused(request, refusal)
        raise
    return found


def sender(request: Request) -> str:
    """The network address of who asks; behind a proxy that is believed (TRADEWIND_SERVE_PROXIES) the one it names."""
    return sender_of(request.client.host if request.client else "")


def check_listened_to(request: Request) -> None:
    """Raises Refusal (429) for a sender that was refused too often."""
    limits: Limits = request.app.state.refusals
    if wait := limits.seconds_to_wait(sender(request)):
        raise Refusal(
            429,
            "too-many-refusals",
            "This sender was refused too often",
            f"Ask again in {int(wait) + 1} seconds, with a key or token that holds.",
            {"Retry-After": str(int(wait) + 1)},
        )


def refused(request: Request, refusal: Refusal) -> None:
    """Note a refusal in the log, and against the sender where somebody may be guessing."""
    log.warning("refused: %s (%d) to %s", refusal.kind, refusal.status, sender(request))
    if refusal.rejected:
        request.app.state.refusals.refused(sender(request))


class RateHeaders:
    """ASGI middleware: adds `RateLimit` and `RateLimit-Policy` to each answer whose request was counted."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with these headers."""
        if scope["type"] == "http":
            scope.setdefault("state", {})  # the one that request.state writes to

        async def with_limits(message: Message) -> None:
            rate = scope["state"].get("rate")
            if rate is not None and message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in rate.headers().items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, send if scope["type"] != "http" else with_limits)
