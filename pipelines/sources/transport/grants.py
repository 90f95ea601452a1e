"""Asks for an OAuth access token, as the systems of shops give them. What a refusal means is explained by who asks."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.errors import SourceError
from pipelines.sources.transport.http import Http, is_transient, retrying
from pipelines.telemetry import names
from pipelines.telemetry.context import bind
from pipelines.telemetry.recording import count


async def granted(
    http: Http, url: str, form: Mapping[str, str], *, source: str, asked: str, auth: tuple[str, str] | None = None
) -> tuple[str, float]:
    """An access token, and for how many seconds it is good.

    source: as the catalogue names it. asked: the shop and the system, for messages, as "harbor-shop: Shopify".

    Raises HttpFailure where it is refused, SourceError where the answer holds none.
    """
    async for attempt in retrying(repeatable=is_transient):
        with attempt, bind(operation="token"):
            count(names.TOKEN_REFRESHES, {"tradewind.source": source})
            response = await http.send("POST", url, data=dict(form), auth=auth)
    try:
        answer = response.json()
        return str(answer["access_token"]), float(answer["expires_in"])
    except (ValueError, KeyError, TypeError):
        raise SourceError(f"{asked}'s answer holds no token. It is tried again later.", retryable=True) from None
