"""What every feed of the catalogue must have and do; made from the catalogue, so a forgotten piece fails by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from pipelines.feeds import FEEDS, Feed, column_name
from pipelines.landing.loading.document import SliceKey
from pipelines.landing.loading.raw_tables import columns_of, ensure_raw_tables
from pipelines.landing.personal.names import looks_personal
from pipelines.landing.planning import periods
from pipelines.warehouse.connection import Warehouse
from tests.support.landing import DAY, MOMENT, Landing, days, fixture, instant, landing
from tests.support.postgres import TestServer

ALL = [pytest.param(feed, id=feed.name) for feed in FEEDS.values()]


@pytest.fixture(scope="module")
def conn(postgres: TestServer) -> Iterator[psycopg.Connection]:
    """One database for all feeds: each has its own tables, and what the ledger holds of it is asked for by its name."""
    url = postgres.create()
    with Warehouse(url).connect() as connection:
        yield connection
    postgres.drop(url)


def slices_of(feed: Feed) -> list[SliceKey]:
    """The fixture's day and, where a document may be of several days or periods, the next one, which has no rows."""
    if feed.write_disposition == "snapshot":
        return instant(MOMENT, DAY)
    several = (feed.days_per_request if feed.period == "day" else feed.periods_per_request) > 1
    return days(DAY, periods.following(feed.period, DAY)) if several else days(DAY)


def without_last_row(feed: Feed, content: bytes) -> bytes:
    """The document as it would be if its last row had vanished (of each section)."""
    if feed.format == "delimited":
        lines = content.splitlines(keepends=True)
        return b"".join(lines[:-1])
    if feed.format == "jsonl":
        return b"".join(content.splitlines(keepends=True)[:-1])
    document = json.loads(content)
    if isinstance(document, list):
        return json.dumps(document[:-1]).encode()
    key = feed.sections[-1].path.split(".")[0]
    document[key] = document[key][:-1]
    return json.dumps(document).encode()


def total(place: Landing) -> int:
    return sum(len(place.rows("load_id", section.name)) for section in place.feed.sections)


@pytest.mark.parametrize("feed", ALL)
def test_the_catalogue_is_sound(feed: Feed) -> None:
    assert FEEDS[feed.name] is feed
    for section in feed.sections:
        assert len(feed.table(section)) < 56, "the names of the table's sequence and index must fit into 63 bytes"
        columns = [column_name(each) for each in section.known]
        assert all(columns)
        assert len(columns) == len(set(columns)), "two headers give one column"
        if section.known:
            assert {column_name(each) for each in (*section.required, section.day) if each} <= set(columns)
        assert feed.is_json == bool(section.path)
    assert set(feed.aliases.values()) <= {each for section in feed.sections for each in section.known}
    personal = set(map(column_name, (*feed.personal, *feed.hashed)))
    assert personal <= {column_name(each) for section in feed.sections for each in section.known}
    assert not set(feed.personal) & set(feed.hashed)
    if feed.hashed:
        assert feed.format == "delimited", "columns are hashed in delimited documents only"
    if feed.write_disposition == "upsert":
        assert feed.order_key
        assert feed.updated_key
    if feed.write_disposition == "replace" and feed.shape == "windowed" and len(slices_of(feed)) > 1:
        assert all(section.day for section in feed.sections), "a row without a day needs a document of one day"


@pytest.mark.parametrize("feed", ALL)
def test_what_is_named_like_personal_data_was_decided_on(feed: Feed) -> None:
    """Every known column that the judge would leave out is listed as personal, or kept for a reason that is given."""
    known = {name for section in feed.sections for name in (*section.known, *section.required)}
    named = {name for name in known if looks_personal(name)}
    decided = {*feed.personal, *feed.hashed, *feed.not_personal}
    assert named <= decided, "add it to the feed's personal columns, or to not_personal with the reason"
    assert not {*feed.personal, *feed.hashed} & set(feed.not_personal)
    assert all(len(reason) > 10 for reason in feed.not_personal.values())
    assert not {*feed.personal, *feed.hashed} & {each for s in feed.sections for each in (*s.required, s.day)}


@pytest.mark.parametrize("feed", ALL)
def test_its_fixture_has_what_is_required(feed: Feed) -> None:
    content = fixture(feed).read_text(encoding="utf-8")
    for section in feed.sections:
        for header in section.required:
            assert header in content, f"the fixture of {feed.name} lacks {header}"


@pytest.mark.parametrize("feed", ALL)
def test_its_fixture_loads_again_without_change_and_can_be_restated(
    feed: Feed, conn: psycopg.Connection, tmp_path: Path
) -> None:
    place = landing(conn, tmp_path, feed.name)
    slices, content = slices_of(feed), fixture(feed).read_bytes()

    first = place.land(content, slices)
    rows = total(place)
    again = place.land(content, slices, report_created_at=MOMENT + timedelta(hours=5))

    assert first.rows == rows > 0
    assert (first.rejected, first.undecodable, first.warnings) == (0, 0, [])
    assert first.states == {each.slice_key: "loaded" if each.day == DAY else "empty" for each in slices}
    assert again.unchanged
    assert (again.load_id, again.states, total(place)) == (first.load_id, first.states, rows)
    seen = "select distinct checked_at, current_load_id from ops.slices where feed = %s"
    assert place.query(seen, feed.name) == [(MOMENT + timedelta(hours=5), first.load_id)]
    assert place.one("select count(*) from ops.changes where producer = %s", feed.name) == 1
    assert place.one("select count(*) from ops.drift where feed = %s", feed.name) == 0

    second = place.land(without_last_row(feed, content), slices, report_created_at=MOMENT + timedelta(hours=6))
    third = place.land(content, slices, report_created_at=MOMENT + timedelta(hours=7))

    assert second.rows == first.rows - 1
    assert place.query("select distinct current_load_id from ops.slices where feed = %s", feed.name) == [
        (third.load_id,)
    ]
    assert first.load_id not in (second.load_id, None)
    history = place.query(
        "select load_id from ops.slice_history where (feed, slice_key) = (%s, %s) order by 1",
        feed.name,
        slices[0].slice_key,
    )
    if feed.write_disposition == "snapshot":
        assert third.load_id == first.load_id, "equal bytes are the same snapshot"
    else:
        assert [load_id for (load_id,) in history] == [first.load_id, second.load_id, third.load_id]
        assert total(place) == 3 * first.rows - 1


def test_every_raw_table_can_be_made_before_its_first_document(conn: psycopg.Connection) -> None:
    ensure_raw_tables(conn)
    for feed in FEEDS.values():
        for table in feed.tables:
            assert {"load_id", "row_seq"} < columns_of(conn, table)
