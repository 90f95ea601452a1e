"""A seeded world's APIs in this process: what the pipeline's clients send is answered without a server."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipelines.settings import Settings
from pipelines.sources.transport import http
from simulator.apis.server import application
from simulator.apis.simulation import Simulation
from simulator.config_files import environment
from simulator.seeded_world import World

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
BASE = "http://simulator.test"


class Served:
    """A simulation whose answers the clients get as long as the test runs. environment: its variables."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, **options: Any) -> None:
        self.world = World(7, NOW, products=6, days=8)
        self.sim = Simulation(self.world, NOW, folder / "state", BASE, **options)
        self.environment = environment(self.world, BASE, NOW)
        self._app = application(self.sim)
        real = httpx.AsyncClient

        self.client = lambda **_: real(transport=httpx.ASGITransport(app=self._app))
        monkeypatch.setattr(http.httpx, "AsyncClient", self.client)

    def settings(self, **others: Any) -> Settings:
        """Settings that lead to it, with its applications' credentials."""
        return Settings(
            amazon_sp_endpoint=BASE,
            lwa_endpoint=BASE,
            amazon_ads_endpoint=BASE,
            shopify_endpoint=BASE,
            apify_endpoint=BASE,
            fixed_now=NOW,
            lwa_client_id=self.world.client_id,
            lwa_client_secret=self.world.client_secret,
            ads_client_id=self.world.ads_client_id,
            ads_client_secret=self.world.ads_client_secret,
            **others,
        )

    @property
    def paths(self) -> list[str]:
        """What was asked for, in its order."""
        return [each["path"] for each in self.sim.log.entries]
