"""A small soak: with every fault at 5 % the same is true in the end as without, after as many runs as that takes.

At full size it is one of the benchmarks, whose measures are used here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from bench import soak
from bench.simulated import daily_feeds
from pipelines.sources.transport import http
from pipelines.warehouse.connection import Warehouse
from tests.support.postgres import TestServer
from tests.support.running import NOON, LandingWorld
from tests.support.simulator import Simulator

_RUNS = 15


@pytest.mark.thorough
def test_every_fault_at_5_percent_loses_no_row_doubles_none_and_asks_for_nothing_unexplained(
    simulator: Callable[..., Simulator], postgres: TestServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "TIMEOUT", httpx.Timeout(soak.TIMEOUT_SECONDS, pool=None))
    feeds, ends = daily_feeds(), []
    for name in ("peace", "faults"):
        served = simulator(stores=2, products=12, days=2, time_scale=5000, now=(NOON - timedelta(days=1)).isoformat())
        world = LandingWorld(served, Warehouse(postgres.create()), tmp_path / name, now=NOON - timedelta(days=1))
        key = SecretStr("the same for both")
        world.land(*soak.WITH_EARLIER, settings=_settings(world, key))
        world.move(timedelta(days=1))
        runs = 0
        while runs == 0 or (soak.unfinished(world.warehouse.url) and runs < _RUNS):
            if runs:
                soak.try_again(world.warehouse.url)
                served.skip(soak.PAUSE_SECONDS)
            if name == "faults":
                served.set_faults(soak.faults(first=not runs))
            world.land(*feeds, settings=_settings(world, key))
            runs += 1
        url = world.warehouse.url
        ends.append((soak.true_rows(url, world.catalog, feeds), soak.states(url)))
        assert soak.unexplained(url, world.catalog, served.log()) == []
    (rows, states), (rows_with_faults, states_with_faults) = ends
    assert sum(bool(each["faults"]) for each in served.log()) > 50, "the faults struck"
    assert len(states) > 150
    assert soak.differences(rows, rows_with_faults) == []
    assert states_with_faults == states
    assert runs > 1, "one run was not enough"


def _settings(world: LandingWorld, key: SecretStr) -> Any:
    return world.simulator.settings(world.home, world.warehouse.url, fixed_now=world.now, hash_key=key)
