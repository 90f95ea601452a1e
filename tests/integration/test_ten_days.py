"""Ten daily runs after the first one, with each seed: the marts equal the truth, and what a full refresh makes."""

from __future__ import annotations

import pytest

from tests.support.journey import ten_days


@pytest.mark.thorough
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", [7, 11, 23])
def test_ten_increments_equal_the_truth_and_a_full_refresh(tmp_path, seed):
    ten_days(tmp_path / "home", seed)
