"""POST /admin/api/2026-10/graphql.json, and the tokens for it: who asks, the points left, and the shop's objects.

What a client sets of the stock is checked and executed in stock.py.

Errors of a query come with status 200, as Shopify's do (recorded answers; shopify.dev, API rate limits): THROTTLED when
the bucket has not the points that a query may cost at most. What it cost less is given back at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from simulator.apis.shopify import stock
from simulator.apis.shopify.schema import VERSION, Refused, accepted, checked, connection, cost, run
from simulator.apis.simulation import Simulation
from simulator.apis.wire import BadBody, Call, Reply, json_reply
from simulator.documents import shopify
from simulator.world.shops.shop import SimShop, gid

BUCKET, RESTORED = 2000.0, 100.0
"""Points of a shop of the standard plan, as all recorded answers have them; the second is per second."""
_CONDITION = re.compile(r"updated_at:(>=|<=|>|<)'([^']+)'")


def _shops(sim: Simulation) -> list[SimShop]:
    return [shop for shop in sim.world.shops if shop.kind == "shopify"]


def identify(call: Call, sim: Simulation) -> None:
    """Find out whose token it is, and what is asked."""
    token = call.headers.get("x-shopify-access-token")
    call.identity = next((shop for shop in _shops(sim) if shop.access_token == token), None)
    if call.identity is not None:
        call.seller = call.identity.shop_id
    try:
        call.subject = call.json()
    except BadBody as problem:
        call.subject = problem
        return
    if isinstance(call.subject, dict):
        call.detail = {"operation": str(call.subject.get("operationName") or _named(call.subject.get("query")))}
        call.report_type = call.detail["operation"]


def identify_app(call: Call, sim: Simulation) -> None:
    """Find out whose app asks for a token."""
    call.subject = dict(parse_qsl(call.body.decode("utf-8", "replace")))
    call.identity = next((each for each in _shops(sim) if each.client_id == call.subject.get("client_id")), None)
    call.seller = call.identity.shop_id if call.identity else ""


def token(call: Call, sim: Simulation) -> Reply:
    """POST /admin/oauth/access_token, by client credentials: a token for a day."""
    del sim
    if call.subject.get("grant_type") != "client_credentials":
        return json_reply(400, {"error": "unsupported_grant_type"})
    if call.identity is None or call.subject.get("client_secret") != call.identity.client_secret:
        return json_reply(400, {"error": "invalid_client"})
    scope = "read_products,write_inventory,read_inventory,read_locations,read_orders"
    return json_reply(200, {"access_token": call.identity.access_token, "scope": scope, "expires_in": 86399})


def query(call: Call, sim: Simulation) -> Reply:
    """One query."""
    shop = call.identity
    if shop is None:
        message = "[API] Invalid API key or access token (unrecognized login or wrong password)"
        return json_reply(401, {"errors": message})
    if call.path_params["version"] != VERSION:
        return json_reply(404, {"errors": "Not Found"})
    if not isinstance(call.subject, dict):
        return json_reply(400, {"errors": {"query": "Required parameter missing or invalid"}})
    denied = call.action("role_403")
    if denied:
        message = f"Access denied for {denied.get('field', 'orders')} field. Required access: `read_orders` scope."
        error = {"message": message, "extensions": {"code": "ACCESS_DENIED"}}
        return json_reply(200, {"data": None, "errors": [error]})
    variables = call.subject.get("variables") or {}
    try:
        document = checked(call.subject.get("query"))
        accepted(document, variables)
        points = cost(document, variables)
    except Refused as refusal:
        return json_reply(200, {"errors": refusal.errors})
    key = ("shopify", shop.shop_id, "points")
    if call.action("throttle"):
        sim.buckets.empty(key)
    if not sim.buckets.take(key, RESTORED, BUCKET, points):
        return json_reply(200, throttled(sim, key, points))
    changes = {
        "inventorySetQuantities": lambda _, **of: stock.set_quantities(
            shop, sim, stock.idempotency_key(document, variables), of["input"]
        )
    }
    result = run(document, _root(shop, sim) | changes, variables)
    actual = min(points, _actual(result.data, points))
    sim.buckets.give(key, points - actual, BUCKET)
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer["errors"] = [each.formatted for each in result.errors]
    answer["extensions"] = {"cost": _cost(sim, key, points, actual)}
    return json_reply(200, answer)


def throttled(sim: Simulation, key: tuple[str, ...], points: int) -> dict[str, Any]:
    """The answer when there are not enough points (community.shopify.com/t/throttled/254776)."""
    error = {
        "message": "Throttled",
        "extensions": {"code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits"},
    }
    return {"errors": [error], "extensions": {"cost": _cost(sim, key, points, None)}}


def _cost(sim: Simulation, key: tuple[str, ...], points: int, actual: int | None) -> dict[str, Any]:
    return {
        "requestedQueryCost": points,
        "actualQueryCost": actual,
        "throttleStatus": {
            "maximumAvailable": BUCKET,
            "currentlyAvailable": int(sim.buckets.level(key, RESTORED, BUCKET)),
            "restoreRate": sim.buckets.rate(RESTORED),
        },
    }


def _actual(data: Any, points: int) -> int:
    """What a query really costs: less, the fewer of the nodes that it asked for there are."""
    nodes = [len(value["nodes"]) for value in (data or {}).values() if isinstance(value, dict) and "nodes" in value]
    return points if not nodes or max(nodes) > 10 else max(1, points // 2)


def _root(shop: SimShop, sim: Simulation) -> dict[str, Any]:
    """What a query begins with. Members are made when they are asked for."""
    business, now = sim.world.shop_business(shop), sim.clock.business()

    @cache
    def places() -> list[dict[str, Any]]:
        return [_location(shop, sim, each) for each in shopify.locations(business, now)]

    @cache
    def orders() -> list[dict[str, Any]]:
        return [_order(each) for each in shopify.orders(business, now)]

    def variant(wanted: str) -> dict[str, Any] | None:
        found = next((each for each in shopify.variants(business) if each["id"] == wanted), None)
        if found is None:
            return None
        item = found["inventoryItem"]
        levels = [
            {**level, "location": place}
            for place in places()
            for level in place["levels"]
            if level["item"]["id"] == item["id"]
        ]
        return {**found, "__typename": "ProductVariant",
                "inventoryItem": {**item, "inventoryLevels": connection(levels)}}  # fmt: skip

    def refund_of(wanted: str) -> dict[str, Any] | None:
        return next((each for order in orders() for each in order["refunds"] if each["id"] == wanted), None)

    return {
        "shop": lambda _: {
            "id": gid("Shop", shop.shop_id),
            "name": shop.domain.partition(".")[0],
            "myshopifyDomain": shop.domain,
            "currencyCode": shop.currency,
            "ianaTimezone": shop.time_zone,
        },
        "locations": lambda info, **page: connection(places())(info, **page),
        "location": lambda _, **of: next((each for each in places() if each["id"] == of.get("id")), None),
        "productVariants": lambda info, **page: connection(shopify.variants(business))(info, **page),
        "orders": lambda info, query=None, **page: connection(_matching(orders(), query))(info, **page),
        "order": lambda _, **of: next((each for each in orders() if each["id"] == of["id"]), None),
        "refund": lambda _, **of: refund_of(of["id"]),
        "nodes": lambda _, **of: [variant(each) for each in of["ids"]],
    }


def _matching(orders: list[dict[str, Any]], search: str | None) -> list[dict[str, Any]]:
    """The orders that a search finds; like Shopify's, it reads past what it does not understand."""
    found = orders
    for comparison, instant in _CONDITION.findall(search or ""):
        found = [each for each in found if _COMPARE[comparison](each["updatedAt"], instant)]
    return found


_COMPARE = {
    ">=": lambda one, other: one >= other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    "<": lambda one, other: one < other,
}


def _location(shop: SimShop, sim: Simulation, row: Mapping[str, Any]) -> dict[str, Any]:
    levels = [_level(each, sim.stock.delta(shop.shop_id, each["item"]["id"], row["id"])) for each in row["levels"]]
    return {**row, "levels": levels, "inventoryLevels": connection(levels)}


def _level(row: Mapping[str, Any], written: int) -> dict[str, Any]:
    """A level. written: by how much clients have set it beside what the world has."""
    held = {name: units + (written if name != "committed" else 0) for name, units in row["levels"].items()}
    return {
        **row,
        "quantities": lambda _, names: [{"name": name, "quantity": held[name]} for name in names if name in held],
    }


def _order(row: Mapping[str, Any]) -> dict[str, Any]:
    refunds = [{**each, "refundLineItems": connection(each["lines"])} for each in row["refunds"]]
    return {**row, "lineItems": connection(row["lines"]), "refunds": refunds}


def _named(text: object) -> str:
    found = re.search(r"\b(?:query|mutation)\s+(\w+)", str(text or ""))
    return found[1] if found else ""
