"""Answers that no API would choose: errors of gateways, throttling, silence. Who gets one is up to faults/rules.py."""

from __future__ import annotations

import asyncio

from simulator.apis.amazon_sp.reports import error
from simulator.apis.amazon_sp.reports import throttled as sp_throttled
from simulator.apis.simulation import Simulation
from simulator.apis.wire import Call, Reply, json_reply, s3_error
from simulator.faults.rules import Action


class Dropped(Exception):
    """The connection of this request is to be closed without an answer."""


def html_reply(status: int, text: str) -> Reply:
    """The page of a gateway."""
    page = f"<html><head><title>{status}</title></head><body><h1>{status} {text}</h1><hr/></body></html>"
    return Reply(status, page.encode(), {"content-type": "text/html"})


async def answer_fault(action: Action, call: Call, sim: Simulation) -> Reply | None:
    """What a transport fault answers; None when the request goes on (a stall, or a fault that the handler answers)."""
    if action.kind == "stall":
        await asyncio.sleep(float(action.get("seconds", 60)))
        return None
    if action.kind == "status_html":
        return html_reply(int(action.get("status", 503)), "Service Temporarily Unavailable")
    if action.kind == "status_json":
        return error_reply(call, sim, int(action.get("status", 500)), action.get("body"))
    if action.kind == "throttle" and call.api not in ("shopify", "ebay"):  # which say it in their own ways
        return throttled(call, sim, action)
    return None


def error_reply(call: Call, sim: Simulation, status: int, body: object = None) -> Reply:
    """An error in the API's own shape; `body` replaces it."""
    if body is not None:
        return json_reply(status, body)
    text = "We encountered an internal error. Please try again."
    if call.operation == "download":
        return s3_error(status, "InternalError", text)
    if call.api in ("sp", "kiosk"):
        return error(sim, call, status, "InternalFailure" if status >= 500 else "InvalidInput", text)
    if call.api == "woocommerce":
        return json_reply(status, {"code": "internal_server_error", "message": text, "data": {"status": status}})
    if call.api == "ebay" and call.operation != "token":
        return json_reply(status, {"errors": [{"errorId": 25001, "category": "APPLICATION", "message": text}]})
    if call.api in ("lwa", "ebay"):
        return json_reply(status, {"error": "server_error", "error_description": text})
    if call.api == "ads":
        return json_reply(status, {"code": str(status), "detail": text})
    if call.api == "apify":
        return json_reply(status, {"error": {"type": "internal-error", "message": text}})
    return json_reply(status, {"error": {"message": text, "type": "server_error", "code": None, "param": None}})


def throttled(call: Call, sim: Simulation, action: Action) -> Reply:
    """429 as each API says it; SP-API's empties the bucket too, as a real one would be."""
    if call.api in ("sp", "kiosk"):
        sim.buckets.empty((call.api, call.seller, call.operation))
        return sp_throttled(sim, call)
    retry_after = str(action.get("retry_after", 2))
    if call.api == "ads":
        return json_reply(429, {"code": "429", "detail": "Too Many Requests"}, retry_after=retry_after)
    if call.api == "apify":
        text = "You have exceeded the rate limit of 60 requests per second"
        return json_reply(429, {"error": {"type": "rate-limit-exceeded", "message": text}}, x_ratelimit_limit="60")
    text = "Rate limit reached for requests"
    body = {"error": {"message": text, "type": "requests", "param": None, "code": "rate_limit_exceeded"}}
    return json_reply(429, body, retry_after=retry_after)
