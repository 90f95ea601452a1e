"""One parsing of the dbt project for all tests, whichever process they run in: it takes six seconds of a core."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.transformation import dbt_runs


@contextmanager
def parsed_once(folder: Path) -> Iterator[None]:
    """For the while a project that would be parsed anew is copied from `folder`, where the first one leaves it."""
    parse_anew = dbt_runs.parse_anew

    def copied(target: Path) -> None:
        kept = folder / f"parsed-{dbt_runs.parsed_from()}"
        with (folder / "parsed.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                parse_anew(folder / "target")
                (folder / "target").rename(kept)
        shutil.copytree(kept, target, dirs_exist_ok=True)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(dbt_runs, "parse_anew", copied)
        yield


def parsed_for(home: Path) -> None:
    """Give a home what its first command would parse, in a process of its own and so once more."""
    dbt_runs.parse(home / "dbt" / "target")
