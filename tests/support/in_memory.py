"""Folders in memory for what a run throws away, where the machine has room for them.

A test's database is a thousand files that are soon deleted. ext4 looks through all inodes that were deleted in the last
seconds before it gives one away, and so spent four of ten seconds of all tests.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")
_PREFIX = "tradewind-tests-"
# of each process of a run
_NEEDED_BYTES = 2 * 1024**3


@contextmanager
def quick_folder(otherwise: Path) -> Iterator[Path]:
    """A folder in memory, gone afterwards; `otherwise`, a folder that is there, where there is no room for it."""
    _clear_away()
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < _NEEDED_BYTES:
        yield otherwise
        return
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=MEMORY))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _clear_away() -> None:
    """Delete what runs have left that were killed."""
    for left in MEMORY.glob(f"{_PREFIX}*"):
        owner = left.name.removeprefix(_PREFIX).split("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(left, ignore_errors=True)
