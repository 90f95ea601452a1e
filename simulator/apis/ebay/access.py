"""Who may ask eBay: OAuth tokens of an application and of a seller, scopes, and how many calls a day has.

POST /identity/v1/oauth2/token by Basic authentication: client credentials give a token of the application, a refresh
token one of the seller for two hours. Errors are in the shape of the Error type of eBay's OpenAPI documents.
"""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from simulator.apis.simulation import Simulation
from simulator.apis.wire import Call, Reply, json_reply
from simulator.documents.ebay import moment
from simulator.world.accounts import secret
from simulator.world.shops.shop import SimShop

SCOPE = "https://api.ebay.com/oauth/api_scope"
READS = {
    "inventory": (f"{SCOPE}/sell.inventory.readonly", f"{SCOPE}/sell.inventory"),
    "fulfillment": (f"{SCOPE}/sell.fulfillment.readonly", f"{SCOPE}/sell.fulfillment"),
}
GRANTED = (SCOPE, *(scope for scopes in READS.values() for scope in scopes))
"""The scopes to which the seller has agreed."""
LIFETIME = 7200
CALLS_A_DAY = 5000
"""Of each API, as a new keyset has them (developer.ebay.com, FAQ on call limits)."""


@dataclass
class Memory:
    """What the API remembers. tokens: token -> (shop, whether it is the application's, scopes, its end). calls: by
    application, API and day. revisions: by listing and day. What was told of quantities is in `Simulation.stock`."""

    tokens: dict[str, tuple[SimShop, bool, tuple[str, ...], datetime]] = field(default_factory=dict)
    calls: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    revisions: Counter[tuple[str, str]] = field(default_factory=Counter)


def memory(sim: Simulation) -> Memory:
    """That of this simulation."""
    return sim.shops.setdefault("ebay", Memory())


def error(status: int, number: int, message: str, domain: str = "ACCESS", **parameters: str) -> Reply:
    """An answer with one error."""
    listed = [{"name": name, "value": value} for name, value in parameters.items()]
    body = {"errorId": number, "domain": domain, "category": "REQUEST", "message": message, "longMessage": message}
    return json_reply(status, {"errors": [{**body, **({"parameters": listed} if listed else {})}]})


def identify_app(call: Call, sim: Simulation) -> None:
    """Find out whose application asks for a token."""
    call.subject = dict(parse_qsl(call.body.decode("utf-8", "replace")))
    kind, _, given = call.headers.get("authorization", "").partition(" ")
    try:
        client, _, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        client = password = ""
    shops = (shop for shop in sim.world.shops if shop.kind == "ebay" and kind == "Basic")
    call.identity = next((shop for shop in shops if (shop.client_id, shop.client_secret) == (client, password)), None)
    call.seller = call.identity.shop_id if call.identity else ""
    call.detail = {"grant_type": call.subject.get("grant_type")}


def token(call: Call, sim: Simulation) -> Reply:
    """POST /identity/v1/oauth2/token."""
    if call.identity is None:
        return json_reply(401, {"error": "invalid_client", "error_description": "client authentication failed"})
    shop: SimShop = call.identity
    form = call.subject
    scopes = tuple(form.get("scope", "").split())
    if form.get("grant_type") == "client_credentials":
        if scopes != (SCOPE,):
            return json_reply(400, {"error": "invalid_scope", "error_description": "The requested scope is invalid"})
        return _granted(sim, shop, True, scopes, "Application Access Token")
    if form.get("grant_type") != "refresh_token":
        return json_reply(400, {"error": "unsupported_grant_type", "error_description": "grant type is not supported"})
    if call.action("token_revoked") or form.get("refresh_token") != shop.access_token:
        text = "the provided authorization refresh token is invalid or was issued to another client"
        return json_reply(400, {"error": "invalid_grant", "error_description": text})
    if not set(scopes) <= set(GRANTED):
        text = "The requested scope is invalid, unknown, malformed, or exceeds the scope granted to the client"
        return json_reply(400, {"error": "invalid_scope", "error_description": text})
    return _granted(sim, shop, False, scopes or GRANTED, "User Access Token")


def _granted(sim: Simulation, shop: SimShop, is_app: bool, scopes: tuple[str, ...], kind: str) -> Reply:
    known = memory(sim).tokens
    value = f"v^1.1#i^1#p^3#{secret(sim.world.seed, 'ebay token', shop.shop_id, str(len(known)))}"
    known[value] = (shop, is_app, scopes, sim.clock.protocol() + timedelta(seconds=LIFETIME))
    return json_reply(200, {"access_token": value, "expires_in": LIFETIME, "token_type": kind})


def identify(call: Call, sim: Simulation) -> None:
    """Find out whose token it is. Where it is good for the call, the shop is the call's identity."""
    kind, _, value = call.headers.get("authorization", "").partition(" ")
    shop, is_app, scopes, until = memory(sim).tokens.get(value, (None, False, (), sim.clock.protocol()))
    if shop is not None and kind == "Bearer" and until > sim.clock.protocol():
        call.identity, call.subject, call.seller = shop, (is_app, scopes), shop.shop_id
    call.report_type = call.operation


def guarded(api: str, handler: Callable[[Call, Simulation], Reply], *, write: bool = False) -> Callable[..., Reply]:
    """A handler that answers only who may ask, and as often as a day allows. api: a key of READS."""

    def answer(call: Call, sim: Simulation) -> Reply:
        if call.identity is None or call.action("expired_token"):
            text = "Invalid access token. Check the value of the Authorization HTTP request header."
            return error(401, 1001, text, "OAuth")
        is_app, scopes = call.subject
        wanted = READS[api][1:] if write else READS[api]
        if is_app or not set(wanted) & set(scopes) or call.action("role_403"):
            return error(403, 1100, "Access denied. Insufficient permissions to fulfill the request.")
        key = (call.identity.client_id, api, f"{sim.clock.business():%Y-%m-%d}")
        if call.action("throttle") or memory(sim).calls[key] >= CALLS_A_DAY:
            return error(429, 2001, "Too many requests. The request limit has been reached for the resource.")
        memory(sim).calls[key] += 1
        return handler(call, sim)

    return answer


def rate_limits(call: Call, sim: Simulation) -> Reply:
    """GET /developer/analytics/v1_beta/rate_limit/, by a token of the application: what a day has, and has left."""
    if call.identity is None:
        return error(401, 1001, "Invalid access token", "OAuth")
    if not call.subject[0]:
        return error(403, 1100, "Access denied. Insufficient permissions to fulfill the request.")
    now = sim.clock.business()
    reset = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    used = {api: memory(sim).calls[call.identity.client_id, api, f"{now:%Y-%m-%d}"] for api in READS}
    limits: list[dict[str, Any]] = [
        {
            "apiContext": "sell",
            "apiName": api,
            "apiVersion": "v1",
            "resources": [
                {
                    "name": f"sell.{api}",
                    "rates": [
                        {
                            "count": count,
                            "limit": CALLS_A_DAY,
                            "remaining": CALLS_A_DAY - count,
                            "reset": moment(reset),
                            "timeWindow": 86400,
                        }
                    ],
                }
            ],
        }
        for api, count in used.items()
    ]
    return json_reply(200, {"rateLimits": limits})
