"""One call of a shop's Admin API in GraphQL: its address, its points, and what an error means.

Shopify counts points, not calls: what a query may cost at most has to be there before it runs, and what it costs less
is given back (shopify.dev, API rate limits). Each answer tells the points that are left, for all that use the token.
Errors of a query come with status 200. What is asked, and what an answer means, is up to source.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from pipelines.errors import ConfigError, SourceError
from pipelines.sources.shopify.tokens import Tokens
from pipelines.sources.traits import SHOPIFY_LIMITS
from pipelines.sources.transport.calls import Access, Call, Caller
from pipelines.sources.transport.http import Http, HttpFailure, redact
from pipelines.sources.transport.rate_limits import Budget, RateLimiter

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.stores import Shop

VERSION = "2026-10"
POINTS = "points"
# What a query is taken to cost before an answer has told it. Shopify refuses queries of more than 1,000 points.
FIRST_GUESS = 200


@cache
def document(name: str) -> str:
    """The text of a query, by the name of its file."""
    return (Path(__file__).parent / f"{name}.graphql").read_text(encoding="utf-8")


class TooCostly(SourceError):
    """A query that may cost more points than Shopify allows for one: a smaller page is asked for."""


class Admin:
    """The calls of one source. Costs that answers have told are remembered by query."""

    def __init__(self, settings: Settings, http: Http, limiter: RateLimiter) -> None:
        self._endpoint = settings.shopify_endpoint
        self._http = http
        self._limiter = limiter
        self._caller = Caller(limiter)
        self._tokens = Tokens(http, settings.shopify_endpoint)
        self._costs: dict[str, int] = {}

    async def ask(
        self, shop: Shop, name: str, variables: Mapping[str, Any], *, priority: int, what: str
    ) -> dict[str, Any]:
        """The `data` of a query's answer. name: of its file. what: for messages.

        A query of ours only reads, and a mutation carries an idempotency key, so that it is repeated whenever that may
        help. Raises SourceError.
        """
        budget = Budget(shop.domain, shop.shop_id, POINTS, SHOPIFY_LIMITS[POINTS])
        call = Call(
            budget=budget,
            access=Access(lambda: self._tokens.get(shop), lambda token: self._tokens.forget(shop, token)),
            priority=priority,
            explain=lambda failure: explain(failure, shop, what),
            tokens=self._costs.get(name, FIRST_GUESS),
        )
        url = address(self._endpoint, shop)

        async def send(token: str) -> httpx.Response:
            response = await self._http.send(
                "POST",
                url,
                json={"query": document(name), "variables": dict(variables)},
                headers={"X-Shopify-Access-Token": token},
            )
            answer = _object(response, what)
            cost = (answer.get("extensions") or {}).get("cost") or {}
            if isinstance(cost.get("requestedQueryCost"), int | float):
                self._costs[name] = max(1, round(cost["requestedQueryCost"]))
            await self._learn(budget, cost.get("throttleStatus") or {})
            if throttled := _throttled(answer, cost):
                raise throttled
            return response

        response = await self._caller(call, send)
        answer = _object(response, what)
        if answer.get("errors"):
            raise refused(answer["errors"], shop, what)
        data = answer.get("data")
        if not isinstance(data, dict):
            raise SourceError(f"{what}: Shopify's answer holds no data. It is tried again later.", retryable=True)
        return data

    async def _learn(self, budget: Budget, status: Mapping[str, Any]) -> None:
        figures = [status.get(key) for key in ("currentlyAvailable", "restoreRate", "maximumAvailable")]
        if all(isinstance(each, int | float) for each in figures):
            left, rate, most = (float(each) for each in figures if each is not None)
            await self._limiter.told(budget, left, rate, most)


def address(endpoint: str | None, shop: Shop) -> str:
    """Where a shop is asked. endpoint: instead of its own domain."""
    return f"{endpoint or f'https://{shop.domain}'}/admin/api/{VERSION}/graphql.json"


async def look(http: Http, settings: Settings, shop: Shop) -> None:
    """Whether the token opens the shop that stores.yaml describes: a call or two of some points, beside the budget.

    Raises SourceError, and ConfigError for another currency or time zone than the shop's own, or for a location that
    it does not have.
    """
    found = await described(http, settings, shop)
    named = {"currencyCode": ("currency", shop.currency), "ianaTimezone": ("time_zone", shop.time_zone)}
    for key, (setting, value) in named.items():
        if found.get(key) not in (None, value):
            raise ConfigError(
                f"The shop {shop.shop_id} has {setting} {found[key]} at Shopify, and {value} in stores.yaml. Correct "
                "it there: its days and amounts would be read wrongly."
            )
    if shop.stock_location:
        data = await _asked(http, settings, shop, "locations", {"first": 250})
        names = sorted(str(each.get("name")) for each in (data.get("locations") or {}).get("nodes") or [])
        if shop.stock_location not in names:
            raise ConfigError(
                f"The shop {shop.shop_id} has no location {shop.stock_location!r}, which stores.yaml names as "
                f"stock_location; it has {', '.join(names)}. Correct it there: the own stock would be empty."
            )


async def described(http: Http, settings: Settings, shop: Shop) -> dict[str, Any]:
    """What Shopify says of a shop: `currencyCode` and `ianaTimezone` among it. Raises SourceError."""
    return (await _asked(http, settings, shop, "shop", {})).get("shop") or {}


async def _asked(http: Http, settings: Settings, shop: Shop, name: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    what = f"The shop {shop.shop_id}"
    headers = {"X-Shopify-Access-Token": await Tokens(http, settings.shopify_endpoint).get(shop)}
    try:
        url = address(settings.shopify_endpoint, shop)
        response = await http.send(
            "POST", url, json={"query": document(name), "variables": dict(variables)}, headers=headers
        )
    except HttpFailure as failure:
        raise explain(failure, shop, what) from None
    answer = _object(response, what)
    if answer.get("errors"):
        raise refused(answer["errors"], shop, what)
    return answer.get("data") or {}


def _object(response: httpx.Response, what: str) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise SourceError(f"{what}: Shopify's answer is no JSON object. It is tried again later.", retryable=True)
    return answer


def _codes(errors: Any) -> set[str]:
    """The codes of a list of GraphQL errors."""
    listed = errors if isinstance(errors, list) else []
    return {str((each.get("extensions") or {}).get("code")) for each in listed if isinstance(each, dict)}


def _throttled(answer: Mapping[str, Any], cost: Mapping[str, Any]) -> HttpFailure | None:
    """A refusal for want of points as the 429 that it is: it was not executed. It names when there are enough."""
    if "THROTTLED" not in _codes(answer.get("errors")):
        return None
    status = cost.get("throttleStatus") or {}
    try:
        lacking = float(cost["requestedQueryCost"]) - float(status["currentlyAvailable"])
        seconds = max(0.0, lacking / float(status["restoreRate"]))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        seconds = 1.0
    headers = httpx.Headers({"retry-after": f"{seconds:.2f}"})
    return HttpFailure("Throttled", status=429, headers=headers, sent=True)


def explain(failure: HttpFailure, shop: Shop, what: str) -> SourceError:
    """The error of a call that failed: what came, what it means, what to do."""
    if failure.status == 401:
        return SourceError(
            f"{what}: Shopify does not accept the access token of {shop.domain} (status 401). Look whether the app is "
            "still installed there, and copy its credentials again into the variable that stores.yaml names.",
            status=401,
            refused=True,
        )
    if failure.status in (402, 403, 404, 423):
        why = {
            402: "the shop is frozen: its bill is unpaid",
            403: "the app may not do this",
            404: f"there is no such shop, or version {VERSION} of the API is not served any more",
            423: "the shop is locked",
        }[failure.status]
        return SourceError(
            f"{what}: Shopify refuses {shop.domain} (status {failure.status}): {why}. Look at the shop's admin pages, "
            "and at `domain` in stores.yaml.",
            status=failure.status,
            refused=True,
        )
    return SourceError(
        f"{what}: Shopify did not answer properly ({failure}). It is tried again later.",
        status=failure.status,
        retryable=True,
    )


def refused(errors: Any, shop: Shop, what: str) -> SourceError:
    """The error of a query that was answered with errors."""
    listed = errors if isinstance(errors, list) else [errors]
    texts = [str(each.get("message", each)) if isinstance(each, dict) else str(each) for each in listed]
    said = redact(" ".join(dict.fromkeys(texts)))[:500]
    if "ACCESS_DENIED" in _codes(errors):
        return SourceError(
            f"{what}: the app may not do this at {shop.domain}: {said} Give the app the scopes read_products, "
            "read_inventory, read_locations and read_orders, and write_inventory to set the stock; then "
            "install it again.",
            refused=True,
        )
    if "MAX_COST_EXCEEDED" in _codes(errors):
        return TooCostly(f"{what}: Shopify finds the query too costly ({said}).")
    if _codes(errors) & {"INTERNAL_SERVER_ERROR", "TIMEOUT"}:
        return SourceError(f"{what}: Shopify failed ({said}). It is tried again later.", retryable=True)
    return SourceError(
        f"{what}: Shopify does not accept the query ({said}). Version {VERSION} may have changed; tell the makers."
    )
