"""A source of a shop in a test without a network: it asks the simulator in this process, and keeps no budgets."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from pipelines.feeds import FEEDS
from pipelines.sources import make_source
from pipelines.sources.transport.http import failure_of
from pipelines.stores import Scope, Shop
from simulator.apis.server import application
from simulator.apis.simulation import Simulation
from simulator.seeded_world import World
from simulator.world.shops.shop import SimShop
from tests.support.sources import settings_for


@dataclass
class Budgets:
    """Stands for the rate limiter, which needs a database: says yes, and writes down what it is asked and told."""

    taken: list[str] = field(default_factory=list)
    learned: dict[str, tuple[float, float, float]] = field(default_factory=dict)

    async def acquire(self, budget: Any, priority: int = 0, tokens: int = 1) -> None:
        self.taken.append(budget.operation)

    async def told(self, budget: Any, left: float, rate: float, most: float) -> None:
        self.learned[budget.operation] = (left, rate, most)

    async def exhausted(self, budget: Any, retry_after: float = 0.0, strikes: int = 0) -> None: ...

    async def observe(self, budget: Any, rate: str | None) -> None: ...

    async def aclose(self) -> None: ...


def shop_of(found: SimShop, **other: Any) -> Shop:
    """The shop as stores.yaml would give it."""
    secret = found.access_token or found.client_secret
    app_secret = SecretStr(found.client_secret) if found.kind == "ebay" else None
    own = {"secret": SecretStr(secret), "client_id": found.client_id, "app_secret": app_secret, **other}
    return Shop(found.shop_id, found.tenant_id, found.kind, found.domain, found.currency, found.time_zone, **own)


class Asked:
    """A source of one kind of shop, asking a simulation."""

    def __init__(self, source: Any, shop: Shop, budgets: Budgets, calls: list[httpx.Request]) -> None:
        self.source, self.shop, self.budgets, self.calls = source, shop, budgets, calls

    async def fetched(self, feed: str, start: datetime, end: datetime) -> list[dict[str, Any]]:
        """The document of a feed."""
        scope = Scope(self.shop.shop_id, (), self.shop.time_zone, shop=self.shop)
        report = await self.source.request(FEEDS[feed], scope, None, start=start, end=end)
        async with self.source.fetch(FEEDS[feed], scope, report) as download:
            return json.loads(download.path.read_bytes())


@asynccontextmanager
async def asking(
    kind: str, world: World, now: datetime, folder: Path, faults: Any = (), **other: Any
) -> AsyncIterator[Asked]:
    """The source of a kind, against a simulation of the world. other: of the shop in stores.yaml."""
    sim = Simulation(world, now, folder / "sim", "http://sim", faults=faults)
    shop = shop_of(next(each for each in world.shops if each.kind == kind), **other)
    endpoint = {f"{kind}_endpoint": "http://sim"}
    source: Any = make_source(kind, settings_for("http://sim", folder, fixed_now=now, **endpoint), None)  # type: ignore[arg-type]
    budgets, calls = Budgets(), []
    transport = httpx.ASGITransport(application(sim))
    async with httpx.AsyncClient(transport=transport) as client, source:

        async def send(method: str, url: str, **arguments: Any) -> httpx.Response:
            response = await client.request(method, url, **arguments)
            calls.append(response.request)
            if response.status_code >= 400:
                raise failure_of(response, response.content)
            return response

        source._http.send = send
        for holder in (source, getattr(source, "_sell", None)):
            if holder is not None:
                holder._limiter = holder._caller._limiter = budgets
        yield Asked(source, shop, budgets, calls)
