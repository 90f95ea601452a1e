"""/v1/auth/oidc: log in elsewhere. A browser is sent there and comes back with a code, for which it gets tokens."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse

from pipelines.accounts.oidc import CALLBACK, LIFETIME, provider
from pipelines.accounts.refusals import Refusal, unauthorized
from pipelines.serving.accounts.auth import Tokens, told
from pipelines.serving.accounts.shared import Desk

router = APIRouter(prefix="/v1/auth/oidc", tags=["auth"])

COOKIE = "tradewind_oidc"
"""Holds the state in the browser that began: nobody can be logged in by a link that somebody else has begun."""


@router.get("/start", status_code=303, response_class=RedirectResponse)
def start(request: Request, desk: Desk, tenant: Annotated[str | None, Query(max_length=64)] = None) -> RedirectResponse:
    """Go to the issuer. tenant: needed by members of several."""
    issuer = provider(request.app.state.settings)
    with desk.warehouse.connect() as conn:
        begun = issuer.begin(conn, desk.keyring, tenant, desk.now)
    answer = RedirectResponse(begun.url, 303, {"Cache-Control": "no-store"})
    answer.set_cookie(
        COOKIE,
        begun.state,
        max_age=int(LIFETIME.total_seconds()),
        path=CALLBACK,
        secure=issuer.public_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get("/callback")
def callback(
    request: Request,
    desk: Desk,
    state: Annotated[str, Query(max_length=200)],
    code: Annotated[str | None, Query(max_length=2000)] = None,
) -> Tokens:
    """Come back, and get tokens."""
    issuer = provider(request.app.state.settings)
    try:
        began = request.cookies.get(COOKIE, "")
        if not hmac.compare_digest(began.encode(), state.encode()):
            raise unauthorized("log-in-failed", "This log-in was not begun in this browser.")
        if code is None:
            raise unauthorized("log-in-failed", "The issuer did not let you in.")
        made = issuer.finish(desk.warehouse, desk.keyring, desk.actor, state=state, code=code, now=desk.now)
    except Refusal as refusal:
        raise desk.refused(refusal) from None
    return told(made)
