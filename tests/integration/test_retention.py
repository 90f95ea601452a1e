"""Pruning: what no slice needs and no order's newest delivery is in goes away; nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from pipelines.landing.upkeep.retention import Pruned, prune
from pipelines.warehouse.connection import Warehouse
from tests.support.landing import DAY, MOMENT, Landing, days, fixture, landing


@pytest.fixture
def conn(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    with warehouse.connect() as connection:
        yield connection


def grow_old(place: Landing, by: timedelta) -> None:
    """Everything that is known was loaded that much earlier."""
    with place.conn.transaction():
        place.conn.execute("update ops.loads set loaded_at = loaded_at - %s", (by,))
        place.conn.execute("update ops.slice_history set known_from = known_from - %s", (by,))


def test_superseded_loads_go_after_the_horizon(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, "amazon_sp.ledger_summary")
    content = fixture(place.feed).read_bytes()
    place.land(content, days(DAY))
    grow_old(place, timedelta(days=200))
    current = place.land(content.replace(b'"120"', b'"119"'), days(DAY))
    assert prune(conn) == Pruned(0, 0), "it was current until just now, so as_of may still ask for it"
    grow_old(place, timedelta(days=91))
    assert prune(conn) == Pruned(1, 3)
    assert prune(conn) == Pruned(0, 0)
    assert place.query("select distinct load_id from raw.amazon_sp__ledger_summary") == [(current.load_id,)]
    assert not place.land(content, days(DAY)).unchanged, "a pruned load is no base for sameness"


def test_a_load_with_an_order_s_newest_delivery_stays(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, "amazon_sp.all_orders_by_order_date")
    content = fixture(place.feed).read_bytes()
    header, *lines = content.splitlines(keepends=True)
    all_of_them = place.land(content, None, origin="import").load_id
    place.land(header + lines[3], None, origin="import")  # the same delivery, newer
    part = place.land(header + lines[3].replace(b"2026-03-02T06:00:00", b"2026-03-03T06:00:00"), None, origin="import")
    grow_old(place, timedelta(days=400))
    assert prune(conn) == Pruned(1, 1)
    kept = place.query("select distinct load_id from raw.amazon_sp__all_orders_by_order_date order by 1")
    assert kept == [(all_of_them,), (part.load_id,)]
    again = place.land(header + lines[3], None, origin="import", report_created_at=MOMENT)
    assert not again.unchanged
