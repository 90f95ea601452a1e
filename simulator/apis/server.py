"""The HTTP server: one port for every API, the faults of transport, and starting and stopping it.

A request goes: route, who asks and about what (`identify`), faults drawn, handler, faults of the answer, log.
What an answer says is decided in the API modules.
"""

from __future__ import annotations

import asyncio
import inspect
import signal
import socket
from collections.abc import Awaitable, Callable
from datetime import UTC
from email.utils import format_datetime
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from simulator.apis.recorded import Held
from simulator.apis.routes import OPERATIONS, Operation
from simulator.apis.simulation import Simulation
from simulator.apis.transport import Dropped, answer_fault, html_reply
from simulator.apis.wire import Call, Reply, json_reply
from simulator.faults.rules import TRANSPORT
from simulator.world.instants import iso


def _endpoint(sim: Simulation, op: Operation) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        scope = request.scope
        call = Call(
            op.api,
            op.name,
            scope["method"],
            scope["path"],
            scope["query_string"].decode("latin-1"),
            {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
            await request.body(),
            scope["path_params"],
        )
        if op.api == "sim":
            return _response(await _run(op, call, sim), sim)
        op.identify(call, sim)
        call.actions = sim.faults.draw(call)
        sim.counts.requests[f"{op.api}.{op.name}"] += 1
        status: int | None = None
        try:
            reply = await _answer(op, call, sim, request)
            status = reply.status
        except Dropped:
            return CutResponse(Reply(200))
        finally:
            sim.log.add(iso(sim.clock.protocol(), millis=True), call, status)
        return CutResponse(reply) if call.action("cut") else _response(reply, sim)

    return endpoint


async def _answer(op: Operation, call: Call, sim: Simulation, request: Request) -> Reply:
    """The handler with the faults before and after it."""
    after = []
    for action in call.actions:
        if action.kind not in TRANSPORT or action.kind == "cut":
            continue
        if action.get("when", "before") == "after":
            after.append(action)
            continue
        if action.kind == "hold":
            await hold(sim, call, "before", request)
        else:
            reply = await answer_fault(action, call, sim)
            if reply is not None:
                return reply
    reply = await _run(op, call, sim)
    for action in after:
        if action.kind == "hold":
            await hold(sim, call, "after", request)
        else:
            reply = await answer_fault(action, call, sim) or reply
    return reply


async def _run(op: Operation, call: Call, sim: Simulation) -> Reply:
    result = op.handler(call, sim)
    return await result if inspect.isawaitable(result) else result


async def hold(sim: Simulation, call: Call, when: str, request: Request) -> None:
    """Keep a request until it is released. Raises Dropped when it is released to be dropped."""
    sim.held_ever += 1
    held = sim.held[sim.held_ever] = Held(sim.held_ever, when, call)
    try:
        watch = asyncio.ensure_future(_watch(request, held))
        try:
            await held.released.wait()
        finally:
            watch.cancel()
    finally:
        del sim.held[held.number]
    if held.drop:
        raise Dropped


async def _watch(request: Request, held: Held) -> None:
    while not held.client_gone:
        message = await request.receive()
        held.client_gone = message["type"] == "http.disconnect"


def _response(reply: Reply, sim: Simulation) -> Response:
    return Response(
        reply.body, reply.status, {**reply.headers, "date": format_datetime(sim.clock.business().astimezone(UTC), True)}
    )


class CutResponse(Response):
    """An answer whose connection breaks in the middle of the body."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.body, reply.status, reply.headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Promise the whole body and send half of it; uvicorn closes the connection of an answer that is not whole."""
        body = bytes(self.body)
        headers = [(n, v) for n, v in self.raw_headers if n != b"content-length"]
        headers.append((b"content-length", str(max(len(body), 1)).encode()))
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})


async def _unknown(request: Request, _: Exception) -> Response:
    reply = json_reply(404, {"errors": [{"code": "NotFound", "message": f"Nothing is served at {request.url.path}."}]})
    return Response(reply.body, reply.status, reply.headers)


async def _broken(request: Request, error: Exception) -> Response:
    reply = html_reply(500, f"The simulator failed: {type(error).__name__}: {error}")
    return Response(reply.body, reply.status, reply.headers)


def application(sim: Simulation) -> Starlette:
    """The ASGI application of a simulation."""
    routes = [Route(op.path, _endpoint(sim, op), methods=[op.method]) for op in OPERATIONS]
    return Starlette(routes=routes, exception_handlers={404: _unknown, 405: _unknown, 500: _broken})


def listen(port: int) -> socket.socket:
    """A socket on 127.0.0.1; port 0: a free one. Raises OSError when the port is taken."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    sock.setblocking(False)
    return sock


class Server(uvicorn.Server):
    """uvicorn that says when it is ready and ends at once, with exit code 0, on SIGINT and SIGTERM."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], Any]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then say so."""
        await super().startup(sockets)
        self._on_ready()

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until a signal comes. Signals are taken through the loop: a shell may have left SIGINT ignored."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop)
        await self._serve(sockets)

    def _stop(self) -> None:
        self.should_exit = True


def run(sim: Simulation, sock: socket.socket, on_ready: Callable[[], Any]) -> None:
    """Serve a simulation on a bound socket until SIGINT or SIGTERM."""
    config = uvicorn.Config(
        application(sim),
        access_log=False,
        log_level="critical",
        lifespan="off",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=0,
        server_header=False,
        date_header=False,  # the world's is given instead
        backlog=1024,
    )
    Server(config, on_ready).run(sockets=[sock])
