"""Which build an answer is of: the moments at which the builds of what a mart shows last changed something.

dbt writes them with the rows (dbt_project/macros/slices.sql), in one transaction: who sees the rows sees the mark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from pipelines.asking.contract import Mart
from pipelines.transformation.dictionary import MODELS

_REF = re.compile(r"""ref\(\s*["'](\w+)["']\s*\)""")
_UNBUILT = re.compile(r"\b(?:from|join)\s+insights\.")
COVERAGE = "marts.data_coverage"


@cache
def consumers(name: str) -> tuple[str, ...]:
    """Under which names ops.marks knows what a mart shows: the mart itself, or what a view stands on. Of a view over
    what changes between builds, too (a table of `insights`), there is none that tells."""
    view = MODELS / "views" / f"{name}.sql"
    if not view.exists():
        return (f"marts.{name}",)
    text = view.read_text(encoding="utf-8")
    if _UNBUILT.search(text):
        return ()
    return tuple(sorted({each for ref in _REF.findall(text) for each in consumers(ref)}))


def wanted(mart: Mart) -> list[str]:
    """The marks that an answer from a mart depends on; the coverage that travels with it is one."""
    return sorted({*consumers(mart.name), *([COVERAGE] if mart.feeds else [])})


def newest(marks: Sequence[tuple[str, datetime]], expected: Sequence[str]) -> datetime | None:
    """When something of it last changed; None where a model has not been built since marks are kept."""
    return max(at for _, at in marks) if marks and len(marks) == len(expected) else None
