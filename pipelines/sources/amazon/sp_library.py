"""python-amazon-sp-api, made fit for a thousand sellers: shared connections, one token store, no silent failure.

The library builds the requests of the reports API and reads their answers. Left to itself, each of its clients brings a
connection pool, a TLS context and a token cache, has no time limit, and takes an HTML error page for an empty success.
So one client is made for all accounts. Endpoint and token of a call are attributes of the library's clients, and are
set on a copy. The transport is replaced through `_transport`, which is private: no argument of the library takes one.
Therefore its version is pinned, and tests/unit/sources/test_sources_amazon_sp.py guards this seam.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

from pipelines.sources.transport.http import Http, ssl_context


@contextmanager
def _without_default_marketplace() -> Iterator[None]:
    """Hide SP_API_DEFAULT_MARKETPLACE, which the library reads at import and at construction.

    A name of no marketplace would be an error there, and any other would override the arguments.
    """
    kept = os.environ.pop("SP_API_DEFAULT_MARKETPLACE", None)
    try:
        yield
    finally:
        if kept is not None:
            os.environ["SP_API_DEFAULT_MARKETPLACE"] = kept


with _without_default_marketplace():
    from sp_api.asyncio.api import Reports
    from sp_api.base import ApiResponse

__all__ = ["ApiResponse", "ReportsClient"]

# What the library adds to every query; getReports would take the last for a filter.
_ADDED_PARAMETERS = frozenset({"MarketplaceId", "MarketplaceIds", "marketplace_ids", "marketplaceIds"})


class _Transport:
    """Replaces the library's transport: shared connections, time limits, and no error is taken for an answer."""

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
        # A `timeout` of None would mean to wait for ever; `host` is wrong for http addresses.
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


class ReportsClient(Reports):
    """The library's client of the reports API over the connections of a run. Its calls are made on `of(...)`."""

    def __init__(self, http: Http) -> None:
        with _without_default_marketplace():
            super().__init__(
                # the library insists on credentials; ours stay in the token store
                credentials={"lwa_app_id": "-", "lwa_client_secret": "-"},
                verify=ssl_context(),
                # every call brings its token
                auth_token_client_class=lambda **_: None,
            )
        self._transport = _Transport(http)

    def of(self, endpoint: str, token: str) -> Self:
        """This client for calls to one endpoint with one token, an access token or a restricted data token.

        The library's attribute is named for the latter. It sends either in the same header, and asks for no other.
        """
        client = copy.copy(self)
        client.endpoint = endpoint
        client.restricted_data_token = token
        return client
