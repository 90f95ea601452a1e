"""Problem documents (RFC 9457): the one shape of every answer of `tradewind serve` below /v1 that is an error.

Each says what came, what it means and what to do. `install` adds the handlers to an application; `problem` makes one
document. Webhooks keep the short answers that shops expect, and do not come by here. What is refused and why is decided
elsewhere: a `Refusal` of `pipelines/accounts/refusals.py`, or any error of FastAPI's and Starlette's.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import psycopg
from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from pipelines.accounts.refusals import Refusal

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPES = "https://tradewind.example/problems/"
"""The beginning of every `type`: an identifier, whose end is a word of docs/accounts.md or docs/api.md."""
OURS = ("/v1", "/mcp")
_TITLES = {
    400: "The request cannot be read",
    404: "There is nothing at this address",
    405: "This address does not know that method",
    413: "The request is too long",
    415: "This media type is not taken",
    422: "The request does not fit",
}
_MOST_PROBLEMS = 20
_MOST_TEXT = 200


def problem(
    status: int,
    kind: str,
    title: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    **extensions: Any,
) -> Response:
    """A problem document. kind: a short word, the end of its `type`. extensions: further members, as JSON has them."""
    content = {"type": TYPES + kind, "title": title, "status": status, "detail": detail, **extensions}
    return JSONResponse(content, status, {**(headers or {}), "Cache-Control": "no-store"}, MEDIA_TYPE)


def of_refusal(refusal: Refusal) -> Response:
    """The document of a refusal."""
    return problem(refusal.status, refusal.kind, refusal.title, refusal.detail, headers=refusal.headers)


def install(app: FastAPI) -> None:
    """Let an application answer with problem documents where it would answer with an error of its own.

    Addresses outside of /v1 and /mcp keep FastAPI's own answers.
    """
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _does_not_fit)
    app.add_exception_handler(psycopg.OperationalError, _no_warehouse)
    app.add_exception_handler(PoolTimeout, _no_warehouse)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return of_refusal(error)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if not request.url.path.startswith(OURS):
        return await http_exception_handler(request, error)
    title = _TITLES.get(error.status_code, str(error.detail))
    detail = f"{request.method} {request.url.path[:_MOST_TEXT]}: {error.detail}. /v1/openapi.json lists what there is."
    return problem(error.status_code, f"http-{error.status_code}", title, detail, headers=error.headers)


async def _does_not_fit(_: Request, error: Exception) -> Response:
    """What FastAPI found wrong, by place. Values are not repeated: one may be a password."""
    assert isinstance(error, RequestValidationError)
    found = [
        {"where": ".".join(str(part) for part in each["loc"])[:_MOST_TEXT], "what": str(each["msg"])[:_MOST_TEXT]}
        for each in error.errors()[:_MOST_PROBLEMS]
    ]
    first = found[0] if found else {"where": "request", "what": "it does not fit"}
    detail = f"{first['where']}: {first['what']}. Correct it and send the request again; nothing was done."
    return problem(422, "does-not-fit", _TITLES[422], detail, errors=found)


async def _no_warehouse(_: Request, error: Exception) -> Response:
    log.warning("the warehouse does not answer (%s)", type(error).__name__)
    return problem(
        503,
        "no-warehouse",
        "The warehouse does not answer",
        "Nothing was done. Send the request again in some seconds.",
        headers={"Retry-After": "5"},
    )
