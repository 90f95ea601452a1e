"""Restricted data tokens (RDT): SP-API wants one instead of the access token for documents with personal data.

A token is valid for the one path that it was requested for, as long as Amazon says. Which documents need one is said by
the feed (`Feed.restricted`), or learned from a refusal. Tokens are kept in memory only and are never logged.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pipelines.errors import SourceError
from pipelines.sources.amazon.lwa import renew_at
from pipelines.sources.amazon.sp_api import SpApi
from pipelines.sources.transport.calls import Access

if TYPE_CHECKING:
    from pipelines.stores import Account

PATH = "/tokens/2021-03-01/restrictedDataToken"


class RestrictedTokens:
    """The restricted tokens of a run, by account and path."""

    def __init__(self, api: SpApi) -> None:
        self._api = api
        self._tokens: dict[tuple[str, str], tuple[str, float]] = {}

    def access(self, account: Account, path: str, *, priority: int, what: str) -> Access:
        """How a GET of this path gets its token. `get` raises SourceError, which says what the application lacks."""
        key = (account.account_id, path)

        async def get() -> str:
            token, until = self._tokens.get(key, ("", 0.0))
            if not token or time.monotonic() >= until:
                token, seconds = await self._ask(account, path, priority, what)
                self._tokens[key] = token, renew_at(seconds)
            return token

        def invalidate(token: str) -> None:
            if self._tokens.get(key, ("", 0.0))[0] == token:
                del self._tokens[key]

        return Access(get, invalidate)

    async def _ask(self, account: Account, path: str, priority: int, what: str) -> tuple[str, float]:
        body = {"restrictedResources": [{"method": "GET", "path": path}]}
        try:
            answer = await self._api.json(
                account, "createRestrictedDataToken", "POST", PATH, priority=priority, what=what, json=body
            )
        except SourceError as error:
            if error.retryable:
                raise
            raise SourceError(
                f"{what}: it holds personal data, and Amazon gives no restricted data token for it ({error}) The "
                "application lacks the restricted role that this report needs: apply for it in the developer profile "
                f"of Seller Central, then authorise {account.account_id} again and renew its refresh token. Or leave "
                "the feed out: name it under skip_feeds in stores.yaml.",
                status=error.status,
                refused=True,
            ) from None
        try:
            return str(answer["restrictedDataToken"]), float(answer["expiresIn"])
        except (KeyError, TypeError, ValueError):
            raise SourceError(
                f"{what}: Amazon's answer holds no restricted data token. It is tried again later.", retryable=True
            ) from None
