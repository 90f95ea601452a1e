"""Worlds to land from, for the tests of the engine, and built marts, for those of the models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.warehouse.connection import Warehouse
from tests.support.building import Marts
from tests.support.postgres import TestServer
from tests.support.running import NOON, LandingWorld
from tests.support.simulator import Simulator


@pytest.fixture
def landing(
    simulator: Callable[..., Simulator], warehouse: Warehouse, tmp_path: Path
) -> Iterator[Callable[..., LandingWorld]]:
    """A function that makes a world to land from; options: those of the simulator. Six days of it, unless told."""
    made: list[LandingWorld] = []

    def make(**options: Any) -> LandingWorld:
        given = {"days": 6, "products": 12, "time_scale": 5000, "now": NOON.isoformat()} | options
        made.append(LandingWorld(simulator(**given), warehouse, tmp_path / "home"))
        return made[-1]

    yield make
    for one in made:
        one.stop()


@pytest.fixture(scope="session")
def built_marts(postgres: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Builds the database `built` that `marts` copies; the home with the dbt target. Parsing and the first build of all
    models take longer than most modules' tests."""
    home = tmp_path_factory.mktemp("marts")
    Marts(Warehouse(postgres.create(name="marts")), home).build()
    postgres.rename("marts", "built")
    return home


@pytest.fixture(scope="module")
def marts(built_marts: Path, postgres: TestServer) -> Iterator[Marts]:
    """Stores, and all models built before anything has landed; a module's own. dbt parses anew for another name."""
    url = postgres.create(name="marts", template="built")
    yield Marts(Warehouse(url), built_marts, prepared=True)
    postgres.drop(url)
