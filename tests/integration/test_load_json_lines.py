"""Landing JSON Lines: exact numbers, rows of other days and marketplaces, documents that are something else; replay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pipelines.errors import DocumentError
from pipelines.landing.upkeep.replay import replay
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support.landing import DAY, Landing, days, fixture, landing

ECONOMICS = "amazon_data_kiosk.economics"


@pytest.fixture
def conn(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    with warehouse.connect() as connection:
        yield connection


@pytest.fixture
def place(conn: psycopg.Connection, tmp_path: Path) -> Landing:
    return landing(conn, tmp_path, ECONOMICS)


def rows(place: Landing, *changes: dict[str, Any]) -> bytes:
    """As many rows as changes: the fixture's first one with other values."""
    first = json.loads(fixture(place.feed).read_text().splitlines()[0])
    return b"".join(json.dumps(first | change).encode() + b"\n" for change in changes)


def test_numbers_and_texts_are_as_they_were_written(place: Landing) -> None:
    line = rows(place, {"msku": 'CUP\\ "ü"\t', "fnsku": "PRICE"}).replace(b'"PRICE"', b"0.1000000000000000000001")
    outcome = place.land(line, days(DAY))
    assert (outcome.rows, outcome.warnings) == (1, [])
    assert place.rows("item ->> 'msku', item ->> 'fnsku'") == [('CUP\\ "ü"\t', "0.1000000000000000000001")]


def test_rows_of_several_days_are_those_of_their_slices(place: Landing) -> None:
    later = str(DAY + timedelta(days=2))
    outcome = place.land(
        rows(place, {}, {"startDate": later, "endDate": later}),
        days(*(DAY + timedelta(days=number) for number in range(3))),
    )
    assert list(outcome.states.values()) == ["loaded", "empty", "loaded"]


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (b"[]", "wrong_type", "which is one object a line"),
        (b"", "empty_document", "is empty"),
        (b"<html>", "error_page", ""),
        ([{"marketplaceId": "A1PA6795UKMFR9"}, {}], "wrong_marketplace", "Its rows are of Amazon.de"),
        ([{"startDate": "2026-02-01", "endDate": "2026-02-01"}], "window", "another period"),
        ([{}, {"endDate": "2026-03-07"}], "window", "by DAY, one day at a time"),
        ([{}, {"startDate": None}], "too_many_rejects", "no date"),
    ],
)
def test_what_is_no_document_of_this_feed_is_refused(place: Landing, content: Any, kind: str, said: str) -> None:
    document = content if isinstance(content, bytes) else rows(place, *content)
    with pytest.raises(DocumentError) as caught:
        place.land(document, days(DAY))
    assert caught.value.kind == kind
    assert said in str(caught.value)
    assert place.query("select * from ops.loads") == []


def test_a_new_key_is_told_and_a_missing_one_refused(place: Landing) -> None:
    assert "returns" in " ".join(place.land(rows(place, {"returns": 1}), days(DAY)).warnings)
    without = rows(place, {}).replace(b'"netProceeds"', b'"proceeds"')
    with pytest.raises(DocumentError, match="netProceeds"):
        place.land(without, days(DAY))


def test_replay_fills_the_table_from_the_archive(place: Landing, warehouse: Warehouse, tmp_path: Path) -> None:
    place.land(fixture(place.feed).read_bytes(), days(DAY))
    before = place.rows("load_id, item::text")
    place.query("delete from raw.amazon_data_kiosk__economics returning 1")
    settings = Settings(home=tmp_path, archive_url=str(tmp_path / "archive"))
    assert replay(settings, warehouse, feeds=[place.feed]).rows == len(before) == 2
    assert place.rows("load_id, item::text") == before
