"""One call of eBay's Sell APIs: its address, the budget of a day, and what an error means.

eBay counts calls by application and day, each API for itself; a new keyset has 5,000 (developer.ebay.com, FAQ on call
limits). What is left is asked once a run (Analytics, getRateLimits), and counts then. The window of a day is eBay's
own: until it ends, a budget that was used up waits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import httpx

from pipelines.errors import ConfigError, SourceError
from pipelines.sources.ebay.tokens import READS, Tokens
from pipelines.sources.traits import EBAY_LIMITS
from pipelines.sources.transport.calls import Access, Call, Caller
from pipelines.sources.transport.http import Http, HttpFailure, redact
from pipelines.sources.transport.rate_limits import Budget, RateLimiter

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.stores import Shop

INVENTORY, FULFILLMENT = "inventory", "fulfillment"
_LIMITS = "/developer/analytics/v1_beta/rate_limit/"


class Sell:
    """The calls of one source. scopes: of its access tokens."""

    def __init__(self, settings: Settings, http: Http, limiter: RateLimiter, scopes: tuple[str, ...] = READS) -> None:
        self._endpoint = settings.ebay_endpoint
        self._http = http
        self._limiter = limiter
        self._caller = Caller(limiter)
        self._tokens = Tokens(http, settings.ebay_endpoint, scopes)
        self._told: set[str] = set()

    async def get(
        self, shop: Shop, api: str, path: str, params: Mapping[str, Any], *, priority: int, what: str
    ) -> dict[str, Any]:
        """The answer to a call that reads. api: whose budget it takes. path: below that of the API. what: for messages.

        Raises SourceError.
        """
        return await self._call(shop, api, "GET", path, priority, what, params=dict(params))

    async def post(
        self,
        shop: Shop,
        api: str,
        path: str,
        body: Mapping[str, Any],
        *,
        priority: int,
        what: str,
        uncertain: Callable[[HttpFailure], Exception] | None = None,
    ) -> dict[str, Any]:
        """The answer to a call with a body. uncertain: see `calls.Call`; None: it only reads.

        Raises SourceError.
        """
        return await self._call(shop, api, "POST", path, priority, what, uncertain, json=dict(body))

    async def _call(
        self,
        shop: Shop,
        api: str,
        method: str,
        path: str,
        priority: int,
        what: str,
        uncertain: Callable[[HttpFailure], Exception] | None = None,
        **content: Any,
    ) -> dict[str, Any]:
        await self._ask_limits(shop)
        call = Call(
            budget=budget_of(shop, api),
            access=Access(lambda: self._tokens.get(shop), lambda token: self._tokens.forget(shop, token)),
            priority=priority,
            explain=lambda failure: explain(failure, shop, what),
            uncertain=uncertain,
        )
        url = f"{self._endpoint}/sell/{api}/v1{path}"

        async def send(token: str) -> httpx.Response:
            return await self._http.send(method, url, headers=_bearer(token), **content)

        return _object(await self._caller(call, send), what)

    async def _ask_limits(self, shop: Shop) -> None:
        """Learn what is left of the day. It is no loss where eBay does not say: the published limit counts then."""
        if shop.client_id in self._told:
            return
        self._told.add(shop.client_id)
        try:
            token = await self._tokens.application(shop)
            params = {"api_context": "sell"}
            url = f"{self._endpoint}{_LIMITS}"
            rates = limits_in((await self._http.send("GET", url, params=params, headers=_bearer(token))).json())
        except (SourceError, HttpFailure, ValueError):
            return
        for api, (left, per_second, most) in rates.items():
            await self._limiter.told(budget_of(shop, api), left, per_second, most)


def budget_of(shop: Shop, api: str) -> Budget:
    """The budget of an API: one for all sellers of an application, since eBay counts by application."""
    return Budget(shop.client_id, "*", api, EBAY_LIMITS[api])


def limits_in(answer: Any) -> dict[str, tuple[float, float, float]]:
    """API -> (calls left, calls a second, calls of a window), of getRateLimits; the scarcest of its resources."""
    found: dict[str, tuple[float, float, float]] = {}
    for each in (answer.get("rateLimits") if isinstance(answer, dict) else None) or ():
        api = str(each.get("apiName", "")).lower()
        for rate in (rate for resource in each.get("resources") or () for rate in resource.get("rates") or ()):
            left, most, seconds = (rate.get(name) for name in ("remaining", "limit", "timeWindow"))
            if api in EBAY_LIMITS and left is not None and most and seconds:
                told = float(left), float(most) / float(seconds), float(most)
                found[api] = min(found.get(api, told), told)
    return found


async def look(http: Http, settings: Settings, shop: Shop) -> None:
    """Whether the tokens open the account that stores.yaml names: an order is asked for, which names its seller.

    Raises SourceError, and ConfigError for another seller than the one in stores.yaml.
    """
    what = f"The shop {shop.shop_id}"
    headers = _bearer(await Tokens(http, settings.ebay_endpoint).get(shop))
    found: dict[str, Any] = {}
    try:
        for api, path in ((INVENTORY, "/inventory_item"), (FULFILLMENT, "/order")):
            url = f"{settings.ebay_endpoint}/sell/{api}/v1{path}"
            found = _object(await http.send("GET", url, params={"limit": "1"}, headers=headers), what)
    except HttpFailure as failure:
        raise explain(failure, shop, what) from None
    sellers = {each.get("sellerId") for each in found.get("orders") or ()} - {None}
    if sellers and sellers != {shop.domain}:
        raise ConfigError(
            f"{what} has orders of the seller {min(sellers)} at eBay, and `account` is {shop.domain} in stores.yaml. "
            "Correct it there, or use the refresh token of the other seller."
        )


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _object(response: httpx.Response, what: str) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise SourceError(f"{what}: eBay's answer is no JSON object. It is tried again later.", retryable=True)
    return answer


def said(failure: HttpFailure) -> str:
    """What eBay says of an error, on one line."""
    return redact(" ".join(failure.body.split()))[:300]


def explain(failure: HttpFailure, shop: Shop, what: str) -> SourceError:
    """The error of a call that failed: what came, what it means, what to do."""
    if failure.status == 401:
        return SourceError(
            f"{what}: eBay does not accept the access token of {shop.domain} (status 401). Let the seller agree again, "
            "and put the new refresh token into the variable that stores.yaml names.",
            status=401,
            refused=True,
        )
    if failure.status == 403:
        return SourceError(
            f"{what}: the application may not do this at {shop.domain} (status 403). Let the seller agree again with "
            "the scopes sell.inventory.readonly and sell.fulfillment.readonly, and sell.inventory where quantities are "
            "set.",
            status=403,
            refused=True,
        )
    if failure.status in (400, 404):
        return SourceError(f"{what}: eBay does not accept the call ({said(failure)}).", status=failure.status)
    return SourceError(
        f"{what}: eBay did not answer properly ({failure}). It is tried again later.",
        status=failure.status,
        retryable=True,
    )
