"""The addresses below /v1, and what is opened for them: nothing before the first request comes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import psycopg
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, ValidationError
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.accounts.principal import Principal
from pipelines.accounts.refusals import Refusal
from pipelines.asking.contract import Mart, marts
from pipelines.asking.insights import ALERTS, BRIEFS
from pipelines.asking.plan import parts_of
from pipelines.asking.question import Refused
from pipelines.asking.reader import Reader, mart_of
from pipelines.serving import problems
from pipelines.serving.api import asked, briefs, categories, description, pages, products
from pipelines.serving.api.addresses import ADDRESSES
from pipelines.serving.api.answering import Answering
from pipelines.serving.api.cache import cache_of
from pipelines.serving.api.forms import TYPES, Form
from pipelines.serving.api.who import Crawls, Reads, Writes, reader
from pipelines.settings import Settings
from pipelines.warehouse.api_role import api_url
from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)

MOST_BODY = 65_536
Body = TypeVar("Body", bound=BaseModel)
_STATUS = {"no_such_mart": 404, "not_yours": 403, "cannot_be_added": 422, "currencies": 422}
_TITLES = {
    "no_such_mart": "There is no such mart",
    "no_such_column": "There is no such column",
    "wrong_value": "A parameter cannot be read",
    "wrong_cursor": "A cursor does not fit",
    "cannot_be_added": "This cannot be put together",
    "currencies": "Currencies are not added",
    "not_yours": "This caller may not ask that",
}


class Noted:
    """ASGI middleware: a line in the log for each request below /v1 that was refused. Nothing of what came is in it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does."""

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start" and 400 <= message["status"] < 500:
                place = getattr(scope.get("route"), "path", "an unknown address")
                client = (scope.get("client") or ("",))[0]
                log.warning("refused: %s %s with %d, for %s", scope["method"], place, message["status"], client)
            await send(message)

        ours = scope["type"] == "http" and scope["path"].startswith("/v1")
        await self._app(scope, receive, noted if ours else send)


class Api:
    """What the addresses share. It is opened by the first request, and closed with the server."""

    def __init__(self, settings: Settings, warehouse: Warehouse) -> None:
        self.settings = settings
        self.warehouse = warehouse
        self._answering: Answering | None = None
        self._turn = asyncio.Lock()

    async def answering(self) -> Answering:
        """Opened, once. Raises WarehouseError where the API's role cannot be made."""
        async with self._turn:
            if self._answering is None:
                reader = Reader(await asyncio.to_thread(api_url, self.settings, self.warehouse))
                await reader.open()
                redis = self.settings.redis_url
                self._answering = Answering(reader, cache_of(redis.get_secret_value() if redis else None))
            return self._answering

    async def close(self) -> None:
        """Give back connections."""
        if self._answering is not None:
            await self._answering.reader.close()
            await self._answering.cache.close()


def install(app: FastAPI, api: Api) -> None:
    """Put the API at its addresses."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(psycopg.errors.QueryCanceled, _too_slow)
    app.add_exception_handler(psycopg.errors.LockNotAvailable, _too_slow)
    app.add_exception_handler(psycopg.DataError, _wrong_value)
    app.add_middleware(Noted)
    app.router.redirect_slashes = False  # an address has one form, and a credential is sent to it once
    router = APIRouter(prefix="/v1", include_in_schema=False)
    for name in ADDRESSES:
        _read(app, name, _asking(api, name))
    for each in (ALERTS, BRIEFS):
        _read(app, each.name, _asking(api, each))
    _read(app, "marts/{mart}", _asking_mart(api))

    @router.get("/marts")
    async def list_marts(_: Reads) -> Response:
        return _json({"marts": [_mart(each) for each in marts().values()]})

    @router.get("/marts/{mart}/columns")
    async def list_columns(mart: str, _: Reads) -> Response:
        return _json({"columns": _columns(mart_of(mart))})

    @router.get("/products/{asin}")
    async def product(asin: str, request: Request, caller: Reads) -> Response:
        return await products.product(await api.answering(), request, caller, asin)

    @router.get("/briefs/{store}/{kind}/{day}")
    async def brief(store: str, kind: str, day: str, request: Request, caller: Reads) -> Response:
        return await briefs.brief(await api.answering(), api.settings.home, request, caller, store, kind, day)

    @router.post("/crawls")
    async def ask_crawl(request: Request, caller: Crawls) -> Response:
        wanted = await _body(request, asked.CrawlWanted)
        async with await _writing(api.warehouse) as conn:
            return _json((await asked.ask(conn, caller, wanted)).model_dump(), 202)

    @router.post("/categories")
    async def put_category(request: Request, caller: Writes) -> Response:
        wanted = await _body(request, categories.CategoryWanted)
        new = await asyncio.to_thread(categories.put, api.settings, caller, wanted)
        return _json(wanted.model_dump(), 201 if new else 200)

    @router.get("/crawls/{crawl_id}")
    async def crawl(crawl_id: str, caller: Reads) -> Response:
        if not (crawl_id.isascii() and crawl_id.isdigit() and len(crawl_id) <= 18):
            raise Refused("wrong_value", f"{crawl_id[:40]!r} is no number of a crawl.", "crawl_id")
        async with await _writing(api.warehouse) as conn:
            return _json((await asked.state(conn, caller, int(crawl_id))).model_dump())

    @router.get("/openapi.json")
    async def openapi() -> Response:
        others = get_openapi(title=app.title, version=app.version, routes=app.routes)
        return Response(pages.dumps(description.document(others)), media_type=TYPES[Form.JSON])

    app.include_router(router)


Endpoint = Callable[[Request], Awaitable[Response]]


def _read(app: FastAPI, path: str, endpoint: Endpoint) -> None:
    """An address that most requests are at: a plain route, which costs a fraction of FastAPI's own. It declares
    nothing, as parameters and answers are described by the marts' contracts."""
    route = Route(f"/v1/{path}", endpoint, methods=["GET"], include_in_schema=False)
    assert route.methods is not None
    route.methods.discard("HEAD")  # an export would be made, and not sent
    app.router.routes.append(route)


def _asking(api: Api, mart: Mart | str) -> Endpoint:
    async def answer(request: Request) -> Response:
        caller = await _reader(request)
        return await (await api.answering()).answer(request, caller, mart)

    return answer


def _asking_mart(api: Api) -> Endpoint:
    async def answer(request: Request) -> Response:
        caller = await _reader(request)
        return await (await api.answering()).answer(request, caller, mart_of(request.path_params["mart"]))

    return answer


async def _reader(request: Request) -> Principal:
    """Who asks, by the dependency that other addresses have, or by what takes its place (as in tests)."""
    found: Principal = await request.app.dependency_overrides.get(reader, reader)(request)
    return found


async def _writing(warehouse: Warehouse) -> psycopg.AsyncConnection[Any]:
    return await psycopg.AsyncConnection.connect(warehouse.url, connect_timeout=5, application_name="tradewind")


async def _body(request: Request, model: type[Body]) -> Body:
    """A body, checked. Raises Refusal (413, 415) and RequestValidationError."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != TYPES[Form.JSON]:
        raise Refusal(415, "not-json", "This is no JSON", "Send the body as application/json.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY:
            raise Refusal(413, "too-long", "The body is too long", f"At most {MOST_BODY} bytes are read.")
    try:
        return model.model_validate_json(bytes(body))
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False, include_input=False)) from None


def _json(content: Any, status: int = 200) -> Response:
    return Response(pages.dumps(content), status, {"Cache-Control": "no-store"}, TYPES[Form.JSON])


def _mart(mart: Mart) -> dict[str, Any]:
    return {
        "name": mart.name,
        "domain": mart.domain,
        "meaning": mart.meaning,
        "key": mart.key,
        "day": mart.day,
        "feeds": mart.feeds,
    }


def _columns(mart: Mart) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "type": each.type,
            "meaning": each.meaning,
            "nullable": each.nullable,
            "adds": each.adds,
            "currency_in": each.money,
            "only_within": each.within,
            "made_of": [name for part in parts_of(each) for name in part.columns],
        }
        for each in mart.columns.values()
    ]


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    more: dict[str, Any] = {"parameter": error.parameter} if error.parameter else {}
    kind = error.reason.replace("_", "-")
    return problems.problem(_STATUS.get(error.reason, 400), kind, _TITLES[error.reason], str(error), **more)


async def _too_slow(_: Request, error: Exception) -> Response:
    del error
    return problems.problem(
        422,
        "too-slow",
        "This takes too long",
        "The question was given up. Ask for fewer days or stores at a time, or take CSV or Parquet for all rows.",
    )


async def _wrong_value(_: Request, error: Exception) -> Response:
    """What Postgres cannot compare, although it looked as if it could."""
    assert isinstance(error, psycopg.DataError)
    said = (error.diag.message_primary or "a value is out of range")[:200]
    return problems.problem(400, "wrong-value", _TITLES["wrong_value"], f"A value cannot be compared: {said}.")
