"""Where reference data lies that is not part of the project: official contracts and real documents."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"


def reference(path: str) -> Path:
    """A file or folder of the references beside the project; skips the test, by name, where it is missing."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"the reference ../shared/{path} is not there")
    return found
