"""A simulation of the fake world, asked in-process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulator.apis.server import application
from simulator.apis.simulation import Simulation
from tests.support.fake_world import NOW, FakeWorld

BASE = "http://simulator.test"


class Asked:
    """Synchronous requests to one simulation, with the tokens of its sellers."""

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim
        self._app = application(sim)
        self._tokens: dict[str, str] = {}
        self.elapsed = 0.0

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
                return await client.request(method, url, **options)

        return asyncio.run(send())

    def token(self, refresh_token: str, kind: str = "sp") -> str:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": f"{kind}-client",
            "client_secret": f"{kind}-secret",
        }
        return str(self.request("POST", "/auth/o2/token", data=form).json()["access_token"])

    def sp(self, method: str, path: str, seller: str = "SELLERUS", **options: Any) -> httpx.Response:
        if seller not in self._tokens:
            self._tokens[seller] = self.token(f"Atzr|{seller}")
        headers = {"x-amz-access-token": self._tokens[seller], **options.pop("headers", {})}
        return self.request(method, f"/reports/2021-06-30/{path}", headers=headers, **options)

    def ads(self, method: str, path: str, profile: str | None = "1001", **options: Any) -> httpx.Response:
        if "ads" not in self._tokens:
            self._tokens["ads"] = self.token("Atzr|ads-harbor", "ads")
        headers = {"Authorization": f"Bearer {self._tokens['ads']}", "Amazon-Advertising-API-ClientId": "ads-client"}
        if profile:
            headers["Amazon-Advertising-API-Scope"] = profile
        return self.request(method, path, headers={**headers, **options.pop("headers", {})}, **options)

    def apify(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.request(method, path, headers={"Authorization": "Bearer apify-token"}, **options)

    def pass_time(self, seconds: float) -> None:
        """Let protocol time go on."""
        self.sim.clock._start -= seconds

    def faults(self, *rules: dict[str, Any]) -> None:
        self.sim.faults.replace(rules)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Asked]]:
    """A function that makes a simulation of the fake world; the same folder each time."""

    def make(**options: Any) -> Asked:
        world = options.pop("world", None) or FakeWorld()
        return Asked(Simulation(world, options.pop("now", NOW), tmp_path / "state", BASE, **options))

    return make


@pytest.fixture
def asked(start: Callable[..., Asked]) -> Asked:
    return start()
