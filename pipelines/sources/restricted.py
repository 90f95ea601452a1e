"""Restricted data tokens: what SP-API wants, in the place of the access token, for documents with personal data.

A token is good for the one path that it was asked for, as long as Amazon says. Which documents need one is told by the
feed (`Feed.restricted`), or learned from a refusal. Tokens live in memory only and are never logged.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pipelines.errors import SourceError
from pipelines.sources.lwa import RENEW_BEFORE_SECONDS
from pipelines.sources.sp_calls import Access, SpCalls

if TYPE_CHECKING:
    from pipelines.stores import Account

PATH = "/tokens/2021-03-01/restrictedDataToken"


class RestrictedTokens:
    """The restricted tokens of a run, by account and path."""

    def __init__(self, calls: SpCalls) -> None:
        self._calls = calls
        self._tokens: dict[tuple[str, str], tuple[str, float]] = {}

    def access(self, account: Account, path: str, *, priority: int, what: str) -> Access:
        """How a GET of this path gets its token. Getting it raises SourceError, which says what is missing."""
        key = (account.account_id, path)

        async def get() -> str:
            token, until = self._tokens.get(key, ("", 0.0))
            if not token or time.monotonic() >= until:
                token, seconds = await self._ask(account, path, priority, what)
                self._tokens[key] = token, time.monotonic() + seconds - min(RENEW_BEFORE_SECONDS, seconds / 5)
            return token

        def invalidate(token: str) -> None:
            if self._tokens.get(key, ("", 0.0))[0] == token:
                del self._tokens[key]

        return Access(get, invalidate)

    async def _ask(self, account: Account, path: str, priority: int, what: str) -> tuple[str, float]:
        body = {"restrictedResources": [{"method": "GET", "path": path}]}
        try:
            answer = await self._calls(
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
