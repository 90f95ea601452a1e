"""Locks that all processes of a warehouse share."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.warehouse.connection import Warehouse

_LOCK = "tradewind.transform"


@contextlib.contextmanager
def build_lock(warehouse: Warehouse) -> Iterator[None]:
    """While this is held nothing is built, here or elsewhere; waits for a build that runs."""
    with warehouse.connect(autocommit=True) as conn:
        conn.execute("select pg_advisory_lock(hashtextextended(%s, 0))", (_LOCK,))
        yield
