"""Sell Fulfillment v1: getOrders with its filters and pages, and what was sent of an order.

Of creationdate and lastmodifieddate together only the first counts; with orderIds no filter does. Without a filter the
orders of 90 days are told. Nothing of more than two years ago is answered, and nothing may be asked of the future.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from simulator.apis.ebay.access import error, guarded
from simulator.apis.simulation import Simulation
from simulator.apis.wire import Call, Reply, json_reply
from simulator.documents import ebay

MOST, USUAL, MOST_IDS = 200, 50, 50
KEPT = timedelta(days=730)
USUALLY = timedelta(days=90)
_DOMAIN = "API_FULFILLMENT"
_CRITERION = re.compile(r"(\w+):(\[[^\]]*\]|\{[^}]*\})")
_DATES = {"creationdate": "creationDate", "lastmodifieddate": "lastModifiedDate"}
_STATES = ({"NOT_STARTED", "IN_PROGRESS"}, {"FULFILLED", "IN_PROGRESS"})


class _Wrong(Exception):
    def __init__(self, number: int, text: str) -> None:
        super().__init__(text)
        self.reply = error(400, number, text, _DOMAIN)


def _orders(call: Call, sim: Simulation) -> Reply:
    now = sim.clock.business()
    rows = ebay.orders(sim.world.shop_business(call.identity), now)
    rows = [row for row in rows if row["creationDate"] >= ebay.moment(now - KEPT)]
    try:
        if "orderIds" in call.query:
            wanted = call.query["orderIds"].split(",")
            if len(wanted) > MOST_IDS:
                raise _Wrong(30900, "Exceeded maximum number of order IDs (the current limit is 50)")
            return json_reply(200, {"total": len(wanted), "orders": [row for row in rows if row["orderId"] in wanted]})
        return json_reply(200, _page(call, _matching(call.query.get("filter", ""), rows, now)))
    except _Wrong as wrong:
        return wrong.reply


def _matching(text: str, rows: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    criteria = dict(_CRITERION.findall(text))
    if text and _CRITERION.sub("", text).strip(", "):
        raise _Wrong(30700, f"Invalid filter name: {text[:80]}")
    for name in criteria:
        if name not in (*_DATES, "orderfulfillmentstatus"):
            raise _Wrong(30700, f"Invalid filter name: {name}")
    if "orderfulfillmentstatus" in criteria:
        states = set(criteria["orderfulfillmentstatus"].strip("{}").split("|"))
        if states not in _STATES:
            raise _Wrong(30800, "Invalid filter value for filter orderfulfillmentstatus")
        rows = [row for row in rows if row["orderFulfillmentStatus"] in states]
    for name, field in _DATES.items():
        if name in criteria:
            first, last = _between(criteria[name], now)
            return [row for row in rows if first <= row[field] <= last]
    return [row for row in rows if row["creationDate"] >= ebay.moment(now - USUALLY)]


def _between(text: str, now: datetime) -> tuple[str, str]:
    start, separator, end = text.strip("[]").partition("..")
    if not start or not separator:
        raise _Wrong(30820, "Start date is missing")
    try:
        first = datetime.fromisoformat(start)
        last = datetime.fromisoformat(end) if end else now
    except ValueError:
        raise _Wrong(30810, "Invalid date format") from None
    if not start.endswith("Z") or (end and not end.endswith("Z")):
        raise _Wrong(30810, "Invalid date format")
    if first > now or last > now:
        raise _Wrong(30850, "Start and end dates can't be in the future")
    if last < first:
        raise _Wrong(30840, "Start date should be before end date")
    if first < now - KEPT:
        raise _Wrong(30830, "Time range between start date and end date must be within '2' years.")
    return ebay.moment(first), ebay.moment(last)


def _page(call: Call, rows: list[dict[str, Any]]) -> dict[str, Any]:
    def whole(name: str, usual: int, number: int, most: int | None = None) -> int:
        text = call.query.get(name, str(usual))
        if not text.isdigit() or (most is not None and not 1 <= int(text) <= most):
            raise _Wrong(number, f"Invalid {name}: {text}")
        return int(text)

    limit, offset = whole("limit", USUAL, 31100, MOST), whole("offset", 0, 31000)
    path = f"https://api.ebay.com/sell/fulfillment/v1/order?filter={call.query.get('filter', '')}"
    body: dict[str, Any] = {
        "href": f"{path}&limit={limit}&offset={offset}",
        "total": len(rows),
        "limit": limit,
        "offset": offset,
        "orders": rows[offset : offset + limit],
    }
    if offset + limit < len(rows):
        body["next"] = f"{path}&limit={limit}&offset={offset + limit}"
    return body


def _fulfillments(call: Call, sim: Simulation) -> Reply:
    now, wanted = sim.clock.business(), call.path_params["order_id"]
    for order in sim.world.shop_business(call.identity).orders_by(now):
        if order.order_id == wanted:
            found = ebay.fulfillments(order, now)
            return json_reply(200, {"fulfillments": found, "total": len(found)})
    return error(400, 32100, f"Invalid order ID: {wanted}", _DOMAIN)


orders = guarded("fulfillment", _orders)
fulfillments = guarded("fulfillment", _fulfillments)
