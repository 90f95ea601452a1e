"""The main job in the world whose documents come as users have met them, with seed 23."""

from __future__ import annotations

import pytest

from tests.support.journey import journey


@pytest.mark.thorough
@pytest.mark.timeout(1800)
def test_every_mart_and_staging_model_equals_the_truth_where_documents_come_as_they_are_met(tmp_path):
    journey(tmp_path / "home", 23, as_met=True)
