"""python-amazon-sp-api, made fit for a thousand sellers: shared connections, one token store, no silent failure.

The library's clients bring a connection pool, a TLS context and a token cache each, have no time limit, and take an
HTML error page for an empty success. `make_client` puts our transport and our tokens in; both seams are private to the
library, so its version is pinned and a contract test guards them. Only the glue to that library belongs here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from pipelines.sources.http import Http, ssl_context
from pipelines.sources.lwa import TokenStore

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.stores import Account


@contextmanager
def _without_default_marketplace() -> Iterator[None]:
    """The library reads SP_API_DEFAULT_MARKETPLACE at import and at construction, and prefers it to what it is told."""
    kept = os.environ.pop("SP_API_DEFAULT_MARKETPLACE", None)
    try:
        yield
    finally:
        if kept is not None:
            os.environ["SP_API_DEFAULT_MARKETPLACE"] = kept


with _without_default_marketplace():
    from sp_api.asyncio.api import Reports
    from sp_api.auth import AccessTokenClient, AccessTokenResponse
    from sp_api.base import ApiResponse

__all__ = ["ApiResponse", "Reports", "make_client"]

# What the library adds to every query; getReports would take the last for a filter.
_ADDED_PARAMETERS = frozenset({"MarketplaceId", "MarketplaceIds", "marketplace_ids", "marketplaceIds"})


class _Transport:
    """In the place of the library's transport: shared connections, time limits, no error taken for an answer."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str],
        content: str | None = None,
        timeout: Any = None,
        **arguments: Any,
    ) -> Any:
        # `timeout` is None, which would mean for ever; `host` is wrong for http addresses.
        del timeout
        return await self._http.send(
            method,
            url,
            params={key: value for key, value in (params or {}).items() if key not in _ADDED_PARAMETERS},
            headers={key: value for key, value in headers.items() if key not in ("host", "user-agent")},
            content=content,
            **arguments,
        )

    async def aclose(self) -> None:
        """The connections are the run's, which closes them."""


class _Auth(AccessTokenClient):
    """The library's way to its token: asks our store instead of Amazon."""

    def __init__(self, store: TokenStore, account: Account) -> None:
        self._store = store
        self._account = account

    async def get_auth(self) -> AccessTokenResponse:
        assert self._account.refresh_token is not None
        token = await self._store.get(self._account.refresh_token, self._account.account_id)
        return AccessTokenResponse(access_token=token)


def make_client(settings: Settings, http: Http, tokens: TokenStore, account: Account) -> Reports:
    """A client of the library for one account: no connections, no TLS context, no token cache of its own."""
    endpoint = settings.amazon_sp_endpoint or f"https://sellingpartnerapi-{account.region}.amazon.com"
    marketplace = SimpleNamespace(
        endpoint=endpoint,
        marketplace_id=account.stores[0].marketplace.marketplace_id,
        region=account.region,
    )
    with _without_default_marketplace():
        client = Reports(
            marketplace,
            # the library insists on credentials; ours stay in the token store
            credentials={"lwa_app_id": tokens.client_id, "lwa_client_secret": "-"},
            verify=ssl_context(),
            auth_token_client_class=lambda **_: _Auth(tokens, account),
        )
    client._transport = _Transport(http)
    return client
