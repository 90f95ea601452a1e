"""Worlds of several seeds: `make test` looks at one of them, `make test-thorough` at the others too."""

from __future__ import annotations

from typing import Any

import pytest

ALWAYS = 7


def of_seeds(*seeds: int) -> list[Any]:
    """Parameters of a fixture or a test: the seeds, of which all but seed 7 are thorough."""
    return [seed if seed == ALWAYS else pytest.param(seed, marks=pytest.mark.thorough) for seed in seeds]
