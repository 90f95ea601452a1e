"""Webhooks taken and stored by one process, `tradewind serve` as it is started: `webhooks_per_second`.

Each is signed by Shopify's rules, has a body of an order's size, and is answered when it is committed. Five hundred are
sent each second, at their times and not when others are answered, by a process of its own, over kept connections; for
two seconds before that some are sent to warm up. The figure is how many were answered well per second, and counts as
none where the slowest hundredth took longer than 200 ms.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg

from bench.cpu import used
from bench.figures import Figure, Room
from pipelines.warehouse.embedded import free_port

PER_SECOND = 500
P99_MS = 200.0
WARM_SECONDS = 2
CONNECTIONS = 48
SECRET = "a-secret-of-the-benchmark"  # noqa: S105

STORES = "tenants: {harbor: {name: Harbor, reporting_currency: USD, accounts: []}}\n"
WEBHOOKS = """
endpoints:
  shop: {channel: shopify, tenant: harbor, account: bench.myshopify.com, secrets: ['file:secret.txt']}
"""


def run(room: Room) -> list[Figure]:
    """`webhooks_per_second`, of a quarter of a minute, in full of a minute."""
    seconds = 60 if room.full else 15
    for name, text in (("stores.yaml", STORES), ("webhooks.yaml", WEBHOOKS), ("secret.txt", SECRET)):
        (room.folder / name).write_text(text, encoding="utf-8")
    port = free_port()
    environment = {
        **os.environ,
        "TRADEWIND_HOME": str(room.folder / "home"),
        "TRADEWIND_STORES": str(room.folder / "stores.yaml"),
        "TRADEWIND_WAREHOUSE_URL": room.url,
    }
    command = [sys.executable, "-m", "pipelines.cli", "serve", "--port", str(port)]
    with (room.folder / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=Path(__file__).parents[1])
        try:
            _wait(port, server)
            sender = [sys.executable, "-m", "bench.webhooks", str(port), str(seconds)]
            with used(server.pid, room.url) as cpu:
                done = subprocess.run(sender, check=True, stdout=subprocess.PIPE, timeout=600)
        finally:
            server.terminate()
            server.wait(30)
    sent = json.loads(done.stdout)
    with psycopg.connect(room.url) as conn:
        row = conn.execute("select count(*) from ops.webhook_events").fetchone()
    stored = row[0] if row else 0
    if stored != sent["taken"] + sent["warm"]:
        raise AssertionError(f"{sent['taken'] + sent['warm']} were answered well, and {stored} are stored")
    rate = sent["taken"] / sent["seconds"]
    note = f"median {sent['p50_ms']:.0f} ms, p99 {sent['p99_ms']:.0f} ms, {sent['refused']} not taken; all stored"
    note = f"{note}; {cpu.each(stored)}"
    value = rate if sent["p99_ms"] <= P99_MS else 0.0
    return [Figure("webhooks_per_second", round(value, 1), "1/s", PER_SECOND * 0.99, "higher", note)]


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:  # nosec B310
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not serve")


# --- the sender, a process of its own ---------------------------------------------------------------------------------


def request(number: int) -> bytes:
    """One webhook as it goes over the wire."""
    lines = [{"id": n, "sku": f"SKU-{n}", "variant_id": 10_000 + n, "quantity": 1, "name": "x" * 200} for n in range(8)]
    order = {"id": 10**15 + number, "updated_at": "2026-11-20T10:00:00Z", "line_items": lines, "note": "y" * 1500}
    body = json.dumps(order).encode()
    signature = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    head = (
        "POST /webhooks/shop HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nX-Shopify-Topic: orders/create\r\nX-Shopify-Hmac-Sha256: {signature}\r\n"
        f"X-Shopify-Shop-Domain: bench.myshopify.com\r\nX-Shopify-Webhook-Id: w-{number}\r\n"
        f"X-Shopify-Event-Id: e-{number}\r\n\r\n"
    )
    return head.encode() + body


async def _send(port: int, requests: list[bytes]) -> tuple[list[float], int, float]:
    """Milliseconds from the time that each was to be sent at to its answer, how many were not taken, and seconds."""
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    took: list[float] = []
    refused = 0
    begun = time.perf_counter()

    async def one(number: int, content: bytes) -> None:
        nonlocal refused
        planned = begun + number / PER_SECOND
        await asyncio.sleep(planned - time.perf_counter())
        reader, writer = await free.get()
        writer.write(content)
        head = await reader.readuntil(b"\r\n\r\n")
        length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        await reader.readexactly(int(length[0].split(b":")[1]) if length else 0)
        free.put_nowait((reader, writer))
        if head.startswith(b"HTTP/1.1 200"):
            took.append((time.perf_counter() - planned) * 1000)
        else:
            refused += 1

    await asyncio.gather(*(one(number, content) for number, content in enumerate(requests)))
    return took, refused, time.perf_counter() - begun


async def _measure(port: int, seconds: int) -> dict[str, float]:
    warm = [request(number) for number in range(PER_SECOND * WARM_SECONDS)]
    counted = [request(10**6 + number) for number in range(PER_SECOND * seconds)]
    warmed, _, _ = await _send(port, warm)
    took, refused, lasted = await _send(port, counted)
    took.sort()
    p50, p99 = (took[min(len(took) - 1, int(len(took) * share))] for share in (0.5, 0.99))
    seen = {"warm": len(warmed), "taken": len(took), "refused": refused, "seconds": lasted}
    return {**seen, "p50_ms": p50, "p99_ms": p99}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_measure(int(sys.argv[1]), int(sys.argv[2])))))
