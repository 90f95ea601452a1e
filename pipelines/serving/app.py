"""The addresses of `tradewind serve`: `/webhooks/<endpoint>`, `/health` and `/metrics`, `/mcp`, and the API below /v1.

Who asks, and errors below /v1, are the business of `callers.py` and `problems.py`; `/mcp` is in `assistant.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import TYPE_CHECKING

import httpx
import psycopg
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from pipelines.serving import assistant, door, problems
from pipelines.serving.accounts import auth, invitations, keys, oidc, users
from pipelines.serving.api import routes
from pipelines.serving.batches import Batches
from pipelines.serving.callers import RateHeaders
from pipelines.serving.limits import Limits, sender_of
from pipelines.serving.taking import NOBODY, Taking
from pipelines.serving.telling import Telling
from pipelines.serving.tending import Current, Sending, tend
from pipelines.warehouse.connection import dagster_url
from pipelines.webhooks.ebay_keys import EbayKeys
from pipelines.webhooks.senders.ebay import challenge_answer

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

HEALTH_SECONDS = 3.0


def build_app(current: Current, *, sends: bool = True) -> FastAPI:
    """The application. current: webhooks.yaml, already read. sends: whether it tells subscribers and channels, too."""
    batches = Batches(current.warehouse.url)
    client = httpx.AsyncClient(follow_redirects=False)
    taking = Taking(lambda: current.webhooks.endpoints, batches, EbayKeys(client), Limits(time.monotonic))
    sending, telling = Sending(current), Telling(current.settings, current.warehouse)
    api = routes.Api(current.settings, current.warehouse)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(batches.run()), asyncio.create_task(tend(current, batches, taking.counts))]
        if sends:
            sending.start()
            telling.start()
        try:
            async with door.opened(app, current.settings, current.warehouse):
                yield
        finally:
            sending.end()
            telling.end()
            for task in reversed(tasks):  # the counts are written before the writer ends
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            await client.aclose()
            await api.close()
            await assistants.close()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)

    async def webhook(request: Request) -> Response:
        return await taking.take(request.path_params["name"], request)

    # as a plain route: nothing of it is declared, and FastAPI's own would cost as much as all else; and the first one,
    # since routes are looked through in their order
    app.add_route("/webhooks/{name}", webhook, methods=["POST"])
    problems.install(app)
    routes.install(app, api)
    app.add_middleware(RateHeaders)
    for part in (auth, oidc, users, keys, invitations):
        app.include_router(part.router)
    assistants = assistant.mount(app, current.settings, current.warehouse)

    @app.get("/webhooks/{name}")
    async def challenge(name: str, request: Request) -> Response:
        """eBay's challenge, with which it makes sure that the address is ours."""
        endpoint = current.webhooks.endpoints.get(name)
        answer = challenge_answer(endpoint, request.query_params.get("challenge_code", "")) if endpoint else None
        if answer is None:
            taking.counts[NOBODY, "refused: no challenge"] += 1
            taking.limits.refused(sender_of(request.client.host if request.client else ""))
            return JSONResponse({"error": "not found"}, 404)
        return JSONResponse(answer)

    @app.get("/health")
    async def health() -> Response:
        """Whether webhooks can be kept. It tells nothing about them."""
        try:
            async with asyncio.timeout(HEALTH_SECONDS), batches.connection() as conn:
                await conn.execute("select 1")
        except (psycopg.Error, OSError, TimeoutError):
            return JSONResponse({"status": "the warehouse does not answer"}, 503)
        return JSONResponse({"status": "ok", "settings": "wrong" if current.problem else "ok"})

    metrics: list[CollectorRegistry] = []

    async def tell_metrics(request: Request) -> Response:
        """For Prometheus; who is answered is decided in `metrics/door.py`."""
        from pipelines.serving.metrics import door, reading

        peer = request.client.host if request.client else ""
        if not door.may_read(request.headers, peer, current.settings.metrics_token):
            taking.limits.refused(sender_of(peer))
            return JSONResponse({"error": "not found"}, 404)
        if not metrics:  # made when the first one asks: few do
            metrics.append(reading.registry(current.warehouse, partial(dagster_url, current.settings)))
        body = await asyncio.to_thread(reading.text, metrics[0])
        return Response(body, media_type=reading.CONTENT_TYPE_LATEST)

    app.add_route("/metrics", tell_metrics, methods=["GET"])
    return app
