"""Worlds to land from, for the tests of the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.warehouse.connection import Warehouse
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
