"""`tradewind serve` in a thread of the test, and a subscriber that keeps what it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from pipelines.serving.app import build_app
from pipelines.serving.run import config_of
from pipelines.serving.tending import Current
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support import webhooks as made
from tests.support.loopback import on_loopback

STORES = """
tenants:
  harbor:
    name: Harbor Goods
    reporting_currency: USD
    accounts:
      - {seller_id: A2HARBORNA1US, region: na, refresh_token_env: NOT_SET_HERE, stores: {harbor-us: {marketplace: US}}}
"""


def write_files(folder: Path, ebay: str, subscribers: str = "") -> Path:
    """stores.yaml, webhooks.yaml with an endpoint of each channel, and their secrets; returns stores.yaml's path."""
    for name, text in {"new": made.NEW, "old": made.OLD, "token": made.TOKEN, "app": "app", "pass": "secret"}.items():
        (folder / f"{name}.secret").write_text(text + "\n", encoding="utf-8")
    secrets = "secrets: ['file:new.secret', 'file:old.secret']"
    (folder / "webhooks.yaml").write_text(
        f"""
endpoints:
  shop: {{channel: shopify, tenant: harbor, account: harbor.myshopify.com, {secrets}}}
  woo: {{channel: woocommerce, tenant: harbor, account: shop.harbor.example, {secrets}}}
  own: {{channel: tradewind, tenant: harbor, account: warehouse, {secrets}}}
  bay:
    {{channel: ebay, tenant: harbor, account: harbor-goods, public_url: {made.EBAY.public_url}, api_url: "{ebay}",
     verification_token: 'file:token.secret', app_id: 'file:app.secret', app_secret: 'file:pass.secret'}}
{subscribers}
""",
        encoding="utf-8",
    )
    stores = folder / "stores.yaml"
    stores.write_text(STORES, encoding="utf-8")
    return stores


def wait_until(ready: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so; AssertionError if it never is."""
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)


@dataclass
class Served:
    """A running server. client: speaks to it. current: its webhooks.yaml."""

    client: httpx.Client
    current: Current

    def post(self, sent: made.Sent, sender: str = "203.0.113.1") -> httpx.Response:
        """Send a webhook, as a proxy hands it on from that sender."""
        headers = {**sent.headers, "X-Forwarded-For": sender}
        return self.client.post(f"/webhooks/{sent.endpoint}", content=sent.body, headers=headers)


@contextmanager
def served(settings: Settings, warehouse: Warehouse, *, sends: bool = False) -> Iterator[Served]:
    """A server on a free port, ended at the end of the block."""
    current = Current(settings, warehouse)
    current.look()
    config = config_of(build_app(current, sends=sends), settings)
    config.port = 0
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started, seconds=60)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield Served(client, current)
    finally:
        server.should_exit = True
        thread.join(30)


@dataclass
class Receiver:
    """A subscriber. got: headers and body of each request, as they came. answer: to a body; its status."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], int] = lambda _: 200

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]

    @property
    def ids(self) -> list[str]:
        return [each["id"] for each in self.events]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A subscriber on a free port of this machine."""
    one = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            one.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(one.answer(json.loads(body)))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with on_loopback(Handler) as url:
        one.url = url + "/hooks"
        yield one


@contextmanager
def ebays_keys() -> Iterator[str]:
    """The address of an eBay that gives tokens and knows one key."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._answer(200, {"access_token": "t", "expires_in": 7200})

        def do_GET(self) -> None:
            known = self.path.endswith(made.KID)
            self._answer(200 if known else 404, made.public_key_answer() if known else {})

        def _answer(self, status: int, content: dict[str, Any]) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with on_loopback(Handler) as url:
        yield url


def deliver_in_a_process(url: str, to: str, die: str = "") -> int:
    """What `tradewind webhooks send` does, in a process of its own. die: `before` its first attempt, by SIGKILL."""
    import os
    import signal

    from pipelines.webhooks import delivery

    if die == "before":
        delivery.attempt = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment,return-value]
    for _ in range(5):
        delivery.deliver(Warehouse(url), subscriber(to))
    return 0


def subscriber(url: str, *events: str, name: str = "them", **more: Any) -> Any:
    """A subscriber of these events; default: of all that tests tell of."""
    from pydantic import SecretStr

    from pipelines.webhooks.model import OUTGOING, Subscriber

    secrets = (SecretStr(made.NEW), SecretStr(made.OLD))
    return Subscriber(name, "harbor", url, frozenset(events or OUTGOING), secrets, **{"allow_private": True, **more})
