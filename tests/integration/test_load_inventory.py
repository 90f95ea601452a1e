"""Inventory reports on bad days: shifted restock reports, planning reports of a part of the SKUs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from pipelines.errors import DocumentError
from pipelines.warehouse.connection import Warehouse
from tests.support.landing import DAY, MOMENT, Landing, fixture, instant, landing


@pytest.fixture
def conn(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    with warehouse.connect() as connection:
        yield connection


def moved(content: bytes) -> bytes:
    """The document after an empty cell of its first row was left out."""
    lines = [line.split(b"\t") for line in content.rstrip(b"\r\n").split(b"\r\n")]
    cells = [cell for line in lines[1:] for cell in line]
    del cells[lines[0].index(b"Supplier part no.")]
    width = len(lines[0])
    after = [cells[start : start + width] for start in range(0, len(cells), width)]
    return b"\r\n".join(b"\t".join(line) for line in lines[:1] + after) + b"\r\n"


def test_a_shifted_restock_report_is_refused_and_the_next_one_lands(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, "amazon_sp.restock_recommendations")
    content = fixture(place.feed).read_bytes()

    with pytest.raises(
        DocumentError, match=r"3 of 3 lines .* line 2: its Receiving is 'Amazon', which is no number"
    ) as caught:
        place.land(moved(content), instant(MOMENT, DAY))
    assert caught.value.kind == "too_many_rejects"
    assert place.one("select count(*) from ops.loads") == 0
    assert place.one("select count(*) from ops.rejected_rows") == 3

    again = place.land(content, instant(MOMENT + timedelta(hours=1), DAY))
    assert (again.rows, again.rejected) == (3, 0)
    assert place.rows("merchant_sku, available, recommended_replenishment_qty") == [
        ("HB-LAMP-01", "110", "25"),
        ("HB-VASE-23", "14", "0"),
        ("HB-CHAIR", "730", "0"),
    ]


def test_a_restock_report_in_quotes_is_the_same(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, "amazon_sp.restock_recommendations")
    content = fixture(place.feed).read_bytes()
    lines = [line.split(b"\t") for line in content.rstrip(b"\r\n").split(b"\r\n")]
    lines[0][0] = b"Country/Region Code"
    quoted = b"".join(b"\t".join(b'"%b"' % cell.replace(b'"', b'""') for cell in line) + b"\r\n" for line in lines)

    place.land(content, instant(MOMENT, DAY))
    place.land(quoted, instant(MOMENT + timedelta(hours=1), DAY))

    columns = "country, merchant_sku, product_name, available, recommended_replenishment_qty, unit_storage_size"
    loaded = place.rows(columns)
    assert loaded[3:] == loaded[:3]
    assert loaded[0] == ("US", "HB-LAMP-01", 'Desk lamp 12" brass', "110", "25", "0.25 ft3")


def planning(place: Landing, skus: int) -> bytes:
    """A planning report of that many SKUs."""
    header, row, *_ = fixture(place.feed).read_bytes().split(b"\r\n")
    return b"\r\n".join([header, *(row.replace(b"HB-LAMP-01", b"HB-%d" % n) for n in range(skus)), b""])


def test_a_planning_report_of_a_part_of_the_skus_is_kept_aside(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, "amazon_sp.inventory_planning")

    def land(skus: int, hour: int) -> dict[str, str]:
        at = MOMENT + timedelta(hours=hour)
        return place.land(planning(place, skus), instant(at, DAY), report_created_at=at).states

    def state(states: dict[str, str]) -> str:
        (only,) = states.values()
        return only

    assert [state(land(count, hour)) for hour, count in enumerate((40, 41, 39))] == ["loaded"] * 3
    assert state(land(34, 4)) == "quarantined", "nine in ten of the rows is the least"
    assert state(land(12, 5)) == "quarantined", "another part of the rows does not confirm the first"
    assert state(land(37, 6)) == "loaded"
