"""Worlds to land from, for the tests of the engine, and built marts, for those of the models."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support.building import Marts
from tests.support.postgres import TestServer
from tests.support.running import NOON, LandingWorld
from tests.support.seeding import build_marts
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


@pytest.fixture
def at_noon(settings: Settings) -> Settings:
    """The settings at noon in Los Angeles on the day after the last one of made marts."""
    return settings.model_copy(update={"fixed_now": datetime(2026, 11, 21, 20, tzinfo=UTC)})


@pytest.fixture(scope="session")
def built_marts(postgres: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database `built` that `marts` copies, and the home with its dbt target: the first build of all models takes
    longer than most modules' tests."""
    home = tmp_path_factory.mktemp("marts")
    if postgres.seed is not None:
        shutil.copytree(postgres.seed / "home", home, dirs_exist_ok=True)
    else:
        build_marts(postgres, home)
    return home


@pytest.fixture(scope="module")
def marts(built_marts: Path, postgres: TestServer) -> Iterator[Marts]:
    """Stores, and all models built before anything has landed; a module's own."""
    url = postgres.create(name="marts", template="built")
    yield Marts(Warehouse(url), built_marts, prepared=True)
    postgres.drop(url)
