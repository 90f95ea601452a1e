"""The cases once more: their documents in another order, then all of them twice, then after a full refresh."""

from __future__ import annotations

import pytest

from tests.real.world import real_world
from tests.support.postgres import TestServer

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(1800)]


def test_figures_do_not_depend_on_order_or_repetition(
    postgres: TestServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with real_world(postgres, tmp_path_factory.mktemp("again")) as world:
        world.bring(backwards=True)
        assert world.build().ok
        for case in world.cases:
            world.assert_right(case)
        world.bring()
        assert world.build().ok
        for case in world.cases:
            world.assert_right(case)
        assert world.build(full_refresh=True).ok
        for case in world.cases:
            world.assert_right(case)
