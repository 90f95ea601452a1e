"""What imports lost before migration 0011 counts again after it, as far as its rows are still here."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.landing.imports.importer import import_file
from pipelines.settings import Settings
from pipelines.stores import load_stores
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.migrate import MIGRATIONS
from tests.integration.test_import_identity import CHILD, EURO, POUND, SETTLEMENTS, STORES, TRAFFIC, traffic

HEALING = MIGRATIONS / "versions" / "0011_import_identity.sql"


@pytest.fixture
def imported(settings: Settings, warehouse: Warehouse, tmp_path: Path) -> Warehouse:
    """Two settlements and a one-day document, as an earlier version left them: one settlement in the other's place."""
    (tmp_path / "stores.yaml").write_text(STORES)
    catalog = load_stores(tmp_path / "stores.yaml")
    moment = datetime(2026, 8, 20, 12, tzinfo=UTC)
    documents = (
        (EURO, SETTLEMENTS, "acme-de"),
        (POUND, SETTLEMENTS, "acme-uk"),
        (traffic(**CHILD), TRAFFIC, "acme-us"),
    )
    for number, (content, feed, store) in enumerate(documents):
        path = tmp_path / f"{number}.txt"
        path.write_bytes(content)
        import_file(settings, warehouse, catalog, path, feed, store, as_of=moment)
    with warehouse.connect() as conn:
        conn.execute("delete from ops.slices where slice_key = 'settlement-id:71000000001'")
        conn.execute("update ops.slices set slice_key = '2026-08-20T12:00:00Z' where feed = %s", (SETTLEMENTS,))
        conn.execute("delete from ops.slice_history where feed = %s", (SETTLEMENTS,))
        conn.execute("update ops.loads set window_start = null, window_end = null where feed = %s", (TRAFFIC,))
        conn.execute("truncate ops.changes")
    return warehouse


def test_what_was_lost_counts_again(imported: Warehouse) -> None:
    for _ in range(2):  # running it twice changes nothing more
        with imported.connect() as conn:
            conn.execute(HEALING.read_bytes())
            counted = conn.execute(
                "select distinct settlement_id from raw.amazon_sp__settlements_v2 where load_id in "
                "(select load_id from ops.current_loads('amazon_sp.settlements_v2')) order by 1"
            ).fetchall()
            windows = conn.execute("select window_start::text from ops.loads where feed = %s", (TRAFFIC,)).fetchall()
            told = conn.execute("select distinct producer from ops.changes order by 1").fetchall()
        assert counted == [("71000000001",), ("71000000002",)]
        assert windows == [("2026-08-10",)]
        assert sorted(told) == sorted([(TRAFFIC,), (SETTLEMENTS,)])


def test_rows_of_another_granularity_are_not_placed(imported: Warehouse) -> None:
    parents = {"parentAsin": "B000000009", "salesByAsin": {}, "trafficByAsin": {}}
    with imported.connect() as conn:
        conn.execute("update raw.amazon_sp__sales_and_traffic__by_asin set item = %s", (json.dumps(parents),))
        conn.execute(HEALING.read_bytes())
        assert conn.execute("select window_start from ops.loads where feed = %s", (TRAFFIC,)).fetchall() == [(None,)]
