"""Incidents in every seed's world: of many kinds, some that last and some that have ended, each once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from simulator.seeded_world import World
from simulator.truth import rows


@pytest.mark.thorough  # the everyday journey compares them
@pytest.mark.parametrize("seed", (7, 11, 23))
def test_incidents_happen_and_end(seed: int, world_of: Callable[[int], World], now: datetime) -> None:
    incidents = rows("alerts", world_of(seed), now)
    kinds = {each["kind"] for each in incidents}
    planted = {"other_seller", "own_title_changed", "rating_dropped", "reviews_dropped", "bsr_dropped"}
    assert planted <= kinds and len(kinds) >= 14, sorted(kinds)
    ended = [each for each in incidents if each["resolved_at"]]
    assert ended and len(ended) < len(incidents)
    assert all(each["first_seen"] <= each["last_seen"] < each["resolved_at"] for each in ended)
    lasting = [(each["store_id"], each["kind"], each["subject"]) for each in incidents if not each["resolved_at"]]
    assert len(set(lasting)) == len(lasting), "of a subject one incident at most lasts"
