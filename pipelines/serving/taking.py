"""The way of one webhook: who sends it, is it listened to, its size and type, its signature, what it says, kept.

The order matters: nothing is parsed before its signature holds, and no sender is told that all is well before the event
is committed. Nothing of a body is logged.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from pipelines.serving.batches import Batches
from pipelines.serving.limits import Limits, sender_of
from pipelines.webhooks.inbox import Arrived
from pipelines.webhooks.model import MOST_BYTES, Endpoint, Ignored, Refused
from pipelines.webhooks.senders import SENDERS
from pipelines.webhooks.senders.common import Delivery, Means, PublicKeys

BODY_SECONDS = 10.0
NOBODY = ""
"""The endpoint under which is counted what came to an address that webhooks.yaml does not name."""


@dataclass
class Taking:
    """What it takes to take webhooks. endpoints: those of webhooks.yaml, by name, as they are now. counts: (endpoint,
    outcome) -> how often since they were written down. now: seconds since 1970."""

    endpoints: Callable[[], Mapping[str, Endpoint]]
    batches: Batches
    keys: PublicKeys
    limits: Limits
    now: Callable[[], float] = time.time
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def take(self, name: str, request: Request) -> Response:
        """The answer to one webhook, which is kept and counted."""
        sender = sender_of(request.client.host if request.client else "")
        endpoint = self.endpoints().get(name)
        place = endpoint.name if endpoint else NOBODY
        if wait := self.limits.seconds_to_wait(sender):
            self.counts[place, "refused: too many"] += 1
            return _refusal(429, "too many", {"Retry-After": str(int(wait) + 1)})
        try:
            if endpoint is None:
                raise Refused(404, "no such endpoint")
            outcome = await self._take(endpoint, request)
        except Refused as refused:
            self.counts[place, f"refused: {refused.reason}"] += 1
            if refused.status < 500:
                self.limits.refused(sender)
            return _refusal(refused.status, refused.reason)
        except ClientDisconnect:
            self.counts[place, "refused: cut"] += 1
            return Response(status_code=400)
        self.counts[place, outcome] += 1
        return Response(status_code=SENDERS[endpoint.channel].success)

    async def _take(self, endpoint: Endpoint, request: Request) -> str:
        """The outcome, for counting. Raises Refused."""
        sender = SENDERS[endpoint.channel]
        content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if (
            content_type not in sender.content_types
            or request.headers.get("content-encoding", "identity") != "identity"
        ):
            raise Refused(415, "wrong content type")
        delivery = Delivery(endpoint, _headers(request), await _body(request), content_type)
        ignored = await sender.check(delivery, Means(self.now(), self.keys))
        found = ignored or sender.read(delivery)
        if isinstance(found, Ignored):
            return f"ignored: {found.why}"
        return "taken" if await self.batches.put(Arrived(endpoint, found)) else "doubled"


def _headers(request: Request) -> dict[str, str]:
    """By name; one that came twice has both values, so that it is neither of them."""
    found: dict[str, str] = {}
    for raw_name, raw_value in request.scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


async def _body(request: Request) -> bytes:
    """The whole body as it came. Raises Refused for one that is too long or comes too slowly."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared[:20]) > MOST_BYTES:
        raise Refused(413, "too long")
    blocks: list[bytes] = []
    length = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for block in request.stream():
                length += len(block)
                if length > MOST_BYTES:
                    raise Refused(413, "too long")
                blocks.append(block)
    except TimeoutError:
        raise Refused(408, "too slow") from None
    return b"".join(blocks)


def _refusal(status: int, reason: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"error": reason}, status, headers)
