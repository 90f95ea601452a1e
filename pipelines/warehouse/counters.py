"""Writes what a process has counted into `ops.counters`, where the sums of all processes are. What is counted is
listed in `telemetry/names.py`."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg

from pipelines.telemetry import tally

if TYPE_CHECKING:
    from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)

# in one order, so that two processes never wait for each other
_ADD = """
    insert into ops.counters (name, labels, value)
    select name, labels, value from unnest(%s::text[], %s::jsonb[], %s::float8[]) as told (name, labels, value)
    order by name, labels
    on conflict (name, labels) do update set value = counters.value + excluded.value
"""
_MARK = """
    insert into ops.counters (name, labels, value) values (%s, %s, extract(epoch from clock_timestamp()))
    on conflict (name, labels) do update set value = excluded.value
"""


def write(warehouse: Warehouse) -> None:
    """Add what was counted since the last time. Where the warehouse does not answer it is kept, and added later."""
    sums = tally.take()
    if not sums:
        return
    names, labels = [key[0] for key in sums], [json.dumps(dict(key[1])) for key in sums]
    try:
        with warehouse.connect() as conn:
            conn.execute(_ADD, (names, labels, list(sums.values())))
    except psycopg.Error as error:
        tally.give_back(sums)
        log.info("what was counted is not written down yet (%s)", type(error).__name__)


def mark(warehouse: Warehouse, name: str, labels: dict[str, str]) -> None:
    """Write down that something has happened now. Where the warehouse does not answer it is not known."""
    values = (name, json.dumps(labels))
    try:
        with warehouse.connect() as conn:
            conn.execute(_MARK, values)
    except psycopg.Error as error:
        log.info("%s is not written down (%s)", name, type(error).__name__)


@contextlib.contextmanager
def written(warehouse: Warehouse) -> Iterator[None]:
    """Write down what the block has counted, however it ends."""
    try:
        yield
    finally:
        write(warehouse)
