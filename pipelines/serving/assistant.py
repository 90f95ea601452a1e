"""The assistant's tools at `/mcp` of `tradewind serve`: streamable HTTP, with the keys and tokens of the read API.

Each request is judged and counted like every other one (`callers.py`), and read as its tenant's role. There are no
sessions: nothing of one request is known to the next, so a key that was revoked is refused at the next call. The tools
are in `pipelines/assistant`.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pipelines.accounts.refusals import Refusal
from pipelines.assistant import caller as reading
from pipelines.errors import WarehouseError
from pipelines.serving import problems
from pipelines.serving.callers import caller_of
from pipelines.settings import Settings
from pipelines.warehouse.api_role import api_url
from pipelines.warehouse.connection import Warehouse

if TYPE_CHECKING:
    from mcp.server.mcpserver import Context
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

log = logging.getLogger(__name__)

PATH = "/mcp"
MOST_BYTES = 256 * 1024
"""Of a request. The longest question has some kilobytes."""


class Endpoint:
    """The ASGI application at `/mcp`: who asks is found first, then the protocol is spoken.

    It is opened by the first request, so that a server which only takes webhooks loads nothing of it.
    """

    def __init__(self, settings: Settings, warehouse: Warehouse) -> None:
        self._settings, self._warehouse = settings, warehouse
        self._turn, self._end = asyncio.Lock(), asyncio.Event()
        self._held: asyncio.Task[None] | None = None
        self._speak: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it with a problem document."""
        try:
            await caller_of(Request(scope), "read")
            answer = await self._opened()
        except Refusal as refusal:
            answer = problems.of_refusal(refusal)
        except WarehouseError as error:
            log.error("no assistant can be answered: %s", error)
            detail = "The server cannot read for others; its log says why. Tell whoever runs it."
            answer = problems.problem(503, "no-reader", "Nothing can be asked here now", detail)
        await answer(scope, receive, send)

    async def close(self) -> None:
        """Give back connections."""
        self._end.set()
        if self._held is not None:
            await self._held

    async def _opened(self) -> ASGIApp:
        async with self._turn:
            if self._speak is None:
                opened: asyncio.Future[ASGIApp] = asyncio.get_running_loop().create_future()
                self._held = asyncio.create_task(self._hold(opened))
                self._speak = await opened
            return self._speak

    async def _hold(self, opened: asyncio.Future[ASGIApp]) -> None:
        """Keep what it takes until the end, in one task, as the protocol's own tasks want it."""
        from pipelines.assistant.server import warm

        try:
            url = await asyncio.to_thread(api_url, self._settings, self._warehouse)
            with reading.opened(url, self._warehouse.url) as readers:
                manager = self._protocol(readers)
                async with manager.run():
                    threading.Thread(target=warm, name="assistant", daemon=True).start()
                    opened.set_result(manager.handle_request)
                    await self._end.wait()
        except Exception as error:
            if opened.done():
                raise
            opened.set_exception(error)  # whoever asked first is told, and the next one tries again

    def _protocol(self, readers: reading.Readers) -> StreamableHTTPSessionManager:
        from mcp.server.transport_security import TransportSecuritySettings

        from pipelines.assistant.server import build_server

        def who(context: Context) -> reading.Caller:
            asked: Any = context.request_context.request  # the one that was judged
            return reading.Caller(readers, asked.state.caller, self._settings.now, self._settings.home)

        server = build_server(who)
        # a page in a browser that turns a name to this address has no key, so names of hosts are not listed
        server.streamable_http_app(
            stateless_http=True,
            json_response=True,
            max_request_body_size=MOST_BYTES,
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        return server.session_manager


def mount(app: FastAPI, settings: Settings, warehouse: Warehouse) -> Endpoint:
    """Add the address to an application. The endpoint is to be closed with it."""
    endpoint = Endpoint(settings, warehouse)
    app.router.routes.append(Route(PATH, endpoint))
    return endpoint
