"""The assistant's tools at `/mcp` of `tradewind serve`: streamable HTTP, with the keys and tokens of the read API.

Each request is judged and counted like every other one (`callers.py`), and read as its tenant's role. There are no
sessions: nothing of one request is known to the next, so a key that was revoked is refused at the next call. The tools
are in `pipelines/assistant`.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from pipelines.accounts.refusals import Refusal
from pipelines.assistant import caller as reading
from pipelines.serving import problems
from pipelines.serving.callers import caller_of
from pipelines.settings import Settings
from pipelines.warehouse.api_role import api_url
from pipelines.warehouse.connection import Warehouse

if TYPE_CHECKING:
    from mcp.server.mcpserver import Context

PATH = "/mcp"
MOST_BYTES = 256 * 1024
"""Of a request. The longest question has some kilobytes."""


class Endpoint:
    """The ASGI application at `/mcp`: who asks is found first, then the protocol is spoken."""

    def __init__(self) -> None:
        self._speak: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it with a problem document."""
        request = Request(scope)
        try:
            await caller_of(request, "read")
        except Refusal as refusal:
            await problems.of_refusal(refusal)(scope, receive, send)
            return
        await self._speak(scope, receive, send)

    @contextlib.asynccontextmanager
    async def opened(self, settings: Settings, warehouse: Warehouse) -> AsyncIterator[None]:
        """Let it speak for as long as the block lasts. Raises WarehouseError where the API's login cannot be made."""
        from mcp.server.transport_security import TransportSecuritySettings

        from pipelines.assistant.server import build_server, warm

        with reading.opened(api_url(settings, warehouse), warehouse.url) as readers:

            def who(context: Context) -> reading.Caller:
                asked: Any = context.request_context.request  # the one that was judged
                return reading.Caller(readers, asked.state.caller, settings.now, settings.home)

            server = build_server(who)
            # a page in a browser that turns a name to this address has no key, so names of hosts are not listed
            server.streamable_http_app(
                stateless_http=True,
                json_response=True,
                max_request_body_size=MOST_BYTES,
                transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
            )
            async with server.session_manager.run():
                self._speak = server.session_manager.handle_request
                threading.Thread(target=warm, name="assistant", daemon=True).start()
                yield


def mount(app: FastAPI) -> Endpoint:
    """Add the address to an application. It speaks once it is `opened`."""
    endpoint = Endpoint()
    app.router.routes.append(Route(PATH, endpoint))
    return endpoint
