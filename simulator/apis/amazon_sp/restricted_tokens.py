"""Tokens API 2021-03-01: restricted data tokens, without which documents with personal data are not given."""

from __future__ import annotations

from typing import Any

from simulator.apis.amazon_sp.reports import admit, error, invalid, reply, unauthorized
from simulator.apis.lwa_tokens import LIFETIME
from simulator.apis.simulation import Simulation
from simulator.apis.wire import BadBody, Call, Reply

METHODS = ("GET", "PUT", "POST", "DELETE")
MOST_RESOURCES = 50
# what restricted operations' paths begin with
RESTRICTED_PATHS = ("/reports/2021-06-30/documents/", "/orders/v0/orders", "/mfn/v0/shipments/")


def identify(call: Call, sim: Simulation) -> None:
    """Find out whose request this is, and what for."""
    call.identity = sim.tokens.read(call.headers.get("x-amz-access-token"), "sp")
    if call.identity.grant and call.identity.grant.kind == "sp":
        call.seller = call.identity.grant.sellers[0]
    try:
        call.subject = call.json()
    except BadBody as problem:
        call.subject = problem
        return
    call.detail = {"restrictedResources": call.subject.get("restrictedResources")} if _is_object(call.subject) else {}


def create_restricted_data_token(call: Call, sim: Simulation) -> Reply:
    """POST /tokens/2021-03-01/restrictedDataToken."""
    refused = admit(sim, call)
    if refused:
        return refused
    if call.action("role_403"):
        details = "Application does not have access to one or more requested data elements."
        return unauthorized(sim, call, details)
    if not call.headers.get("content-type", "").startswith("application/json"):
        return error(sim, call, 415, "UnsupportedMediaType", "The request's Content-Type header is invalid.")
    resources = call.subject.get("restrictedResources") if _is_object(call.subject) else None
    if not isinstance(resources, list) or not 1 <= len(resources) <= MOST_RESOURCES:
        return invalid(sim, call, f"restrictedResources must be a list of 1 to {MOST_RESOURCES} resources.")
    wanted: list[tuple[str, str]] = []
    for resource in resources:
        method, path = (resource.get(name) if _is_object(resource) else None for name in ("method", "path"))
        if method not in METHODS:
            return invalid(sim, call, f"method must be one of {', '.join(METHODS)}.")
        if not isinstance(path, str) or not path.startswith(RESTRICTED_PATHS):
            return invalid(sim, call, f"The path {path} is not that of a restricted operation.")
        wanted.append((method, path))
    token = sim.tokens.issue_restricted(call.seller, wanted, LIFETIME)
    return reply(sim, call, 200, {"restrictedDataToken": token, "expiresIn": LIFETIME})


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)
