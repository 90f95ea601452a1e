"""The main job as a user runs it, with seed 7, in a quarter of the demo's world and (thorough) in all of it.

A file for each seed, so that they run beside each other.
"""

from __future__ import annotations

import pytest

from tests.support.journey import first_day, journey, short_journey


@pytest.mark.timeout(1800)
def test_every_mart_and_staging_model_equals_the_truth_after_the_first_run(tmp_path):
    first_day(tmp_path / "home", 7)


@pytest.mark.thorough
@pytest.mark.timeout(1800)
def test_every_mart_and_staging_model_equals_the_truth_three_days_after_the_first_run(tmp_path):
    short_journey(tmp_path / "home", 7)


@pytest.mark.thorough
@pytest.mark.timeout(1800)
def test_first_again_and_three_days_later_in_the_world_of_the_demo_too(tmp_path):
    journey(tmp_path / "home", 7)
