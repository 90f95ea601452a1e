"""The secret of the SP-API application is rotated by Amazon's Application Management API, and comes through a queue.

The call is grantless, has no body and no answer; a message APPLICATION_OAUTH_CLIENT_NEW_SECRET tells the new secret,
when it ends, and that the old one is good for seven days more (application_2023-11-30.json; developer-docs, use case
guide of that API). Where the secret is kept is decided elsewhere. No secret is logged or part of an error.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from pipelines.errors import SourceError
from pipelines.sources.amazon.notices import member
from pipelines.sources.transport.http import Http, HttpFailure, is_transient, retrying
from pipelines.sources.transport.sqs import Message, Queue

if TYPE_CHECKING:
    from pipelines.settings import Settings

SCOPE = "sellingpartnerapi::client_credential:rotation"
PATH = "/applications/2023-11-30/clientSecret"
KIND = "APPLICATION_OAUTH_CLIENT_NEW_SECRET"
# A message that an interrupted rotation has left is among the first of the queue, unless others fill it.
LOOKS = 5


@dataclass(frozen=True, slots=True)
class NewSecret:
    """What a message tells. until: the last day of the new secret, old_until: that of the old one; both of UTC."""

    secret: SecretStr
    until: date
    old_until: date
    told_at: datetime
    message: Message = field(repr=False)


def read_new_secret(message: Message, client_id: str) -> NewSecret | None:
    """The new secret of an application; None for a message of anything else."""
    try:
        content = json.loads(message.body)
        if member(content, "notificationType") != KIND:
            return None
        told = content["payload"]["applicationOAuthClientNewSecret"]
        if told["clientId"] != client_id:
            return None
        until, old_until, at = (
            datetime.fromisoformat(text).astimezone(UTC)
            for text in (told["newClientSecretExpiryTime"], told["oldClientSecretExpiryTime"], content["eventTime"])
        )
        return NewSecret(SecretStr(told["newClientSecret"]), until.date(), old_until.date(), at, message)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


async def is_accepted(settings: Settings, client_id: str, secret: SecretStr) -> bool:
    """Whether Login with Amazon lets the application in with this secret. Raises SourceError if it does not answer."""
    async with Http() as http:
        try:
            await _grantless(http, settings, client_id, secret)
        except HttpFailure as failure:
            if failure.status in (400, 401):
                # of an application without the grant, the scope is refused, and not the secret
                return "invalid_client" not in failure.body
            raise SourceError(
                f"Login with Amazon does not answer properly ({failure}). Try it again.", retryable=True
            ) from None
    return True


async def ask_for_new_secret(settings: Settings, client_id: str, secret: SecretStr, region: str) -> None:
    """Have Amazon make a new secret. A call that was sent and not answered counts as made: the queue tells.

    Raises SourceError, if no new secret was made.
    """
    async with Http() as http:
        try:
            token = await _grantless(http, settings, client_id, secret)
            url = (settings.amazon_sp_endpoint or f"https://sellingpartnerapi-{region}.amazon.com") + PATH
            await http.send("POST", url, headers={"x-amz-access-token": token})
        except HttpFailure as failure:
            if failure.unanswered:
                return
            raise SourceError(f"{_why(failure)} ({failure}).", status=failure.status, refused=True) from None


def find(queue: Queue, client_id: str, looks: int = LOOKS) -> NewSecret | None:
    """The newest message with a new secret among those that wait now; the others are left. Raises QueueFailure."""
    found: list[NewSecret] = []
    for _ in range(looks if queue.waiting() else 0):
        found += _told(queue.receive(), client_id)
        if not queue.waiting():
            break
    return max(found, key=lambda each: each.told_at, default=None)


def wait_for(
    queue: Queue, client_id: str, seconds: float, clock: Callable[[], float] = time.monotonic
) -> NewSecret | None:
    """The first new secret that is told within so many seconds; None if none is. Raises QueueFailure."""
    until = clock() + seconds
    while clock() < until:
        found = _told(queue.receive(), client_id)
        if found:
            return max(found, key=lambda each: each.told_at)
    return None


def _told(messages: Iterable[Message], client_id: str) -> list[NewSecret]:
    return [each for each in (read_new_secret(message, client_id) for message in messages) if each is not None]


async def _grantless(http: Http, settings: Settings, client_id: str, secret: SecretStr) -> str:
    form = {
        "grant_type": "client_credentials",
        "scope": SCOPE,
        "client_id": client_id,
        "client_secret": secret.get_secret_value(),
    }
    async for attempt in retrying(repeatable=is_transient, attempts=3):
        with attempt:
            answer: Any = (await http.send("POST", f"{settings.lwa_endpoint}/auth/o2/token", data=form)).json()
    return str(answer["access_token"])


def _why(failure: HttpFailure) -> str:
    if "invalid_client" in failure.body:
        return (
            "Amazon does not accept the application's id and secret: check TRADEWIND_LWA_CLIENT_ID and "
            "TRADEWIND_LWA_CLIENT_SECRET. Where the secret has ended already, rotate it in Seller Central (Develop "
            "Apps, View, Rotate secret) and enter it with `tradewind rotate --by-hand`"
        )
    if failure.status == 400:
        return (
            "Amazon has no queue to send the new secret to. In Seller Central, Develop Apps, edit the application's "
            "notification preferences and name the queue; or rotate there, and use `tradewind rotate --by-hand`"
        )
    if failure.status == 429:
        return "Amazon rotates once a minute at most. Try it again in a minute"
    return "Amazon does not rotate the secret"
