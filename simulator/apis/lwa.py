"""Login with Amazon: `/auth/o2/token` gives access tokens for refresh tokens and client credentials.

What a token is, and whom it stands for, is in lwa_tokens.py.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from simulator.apis.simulation import Simulation
from simulator.apis.wire import Call, Reply, json_reply

SCOPES = (
    "sellingpartnerapi::notifications",
    "sellingpartnerapi::migration",
    "sellingpartnerapi::client_credential:rotation",
)


def identify(call: Call, sim: Simulation) -> None:
    """Read the form, so that faults can be aimed at a seller."""
    form = dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))
    call.subject = form
    grant = sim.tokens.grants.get(form.get("refresh_token", ""))
    if grant:
        call.seller = grant.sellers[0]
    call.detail = {"grant_type": form.get("grant_type"), "for": grant.kind if grant else None}


def token(call: Call, sim: Simulation) -> Reply:
    """POST /auth/o2/token."""
    tokens = sim.tokens
    if not call.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return _error(400, "invalid_request", "The request is missing a required parameter or has a wrong content type")
    form = call.subject
    if call.action("token_revoked"):
        return _error(400, "invalid_grant", "The request has an invalid grant parameter : refresh_token")
    for name in ("grant_type", "client_id", "client_secret"):
        if not form.get(name):
            return _error(400, "invalid_request", f"The request is missing a required parameter : {name}")
    kind = tokens.client_kind(form["client_id"], form["client_secret"])
    if kind is None:
        return _error(401, "invalid_client", "Client authentication failed")
    short = call.action("short_token")
    lifetime = int(short.get("expires_in", 60)) if short else tokens.lifetime
    if form["grant_type"] == "client_credentials":
        if form.get("scope") not in SCOPES:
            return _error(400, "invalid_scope", "The requested scope is invalid, unknown, or malformed")
        return _granted(
            {
                "access_token": tokens.issue_grantless(form["scope"], lifetime),
                "scope": form["scope"],
                "expires_in": lifetime,
            }
        )
    if form["grant_type"] != "refresh_token":
        return _error(400, "unsupported_grant_type", "The authorization grant type is not supported by the server")
    refresh_token = form.get("refresh_token")
    if not refresh_token:
        return _error(400, "invalid_request", "The request is missing a required parameter : refresh_token")
    grant = tokens.grants.get(refresh_token)
    if grant is None or grant.kind != kind:
        return _error(400, "invalid_grant", "The request has an invalid grant parameter : refresh_token")
    access = tokens.issue(refresh_token, lifetime)
    return _granted({"access_token": access, "refresh_token": refresh_token, "expires_in": lifetime})


def _granted(body: dict[str, Any]) -> Reply:
    return json_reply(200, {**body, "token_type": "bearer"}, cache_control="no-store", pragma="no-cache")


def _error(status: int, error: str, description: str) -> Reply:
    return json_reply(status, {"error": error, "error_description": description}, cache_control="no-store")
