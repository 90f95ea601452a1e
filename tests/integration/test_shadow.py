"""Rows in = rows in raw = rows in staging + rejected + merged, for every flat file in every variant, against a shadow.

What a document holds is told by a reader of its own (`tests/support/shadow.py`); what came of it is asked of raw and of
the staging views. Nothing is built: views see a load at once.
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from pipelines.feeds import FEEDS, Feed
from pipelines.landing.archive.store import Archive
from pipelines.landing.loading.document import SliceKey
from pipelines.verify.watched import staging_model, watched
from tests.support import shadow
from tests.support.building import Marts
from tests.support.landing import Landing, days, instant, scope_for, store
from tests.support.shadow import slug
from tests.support.written import DAY, VARIANTS, Written, files

FLAT = [feed for feed in FEEDS.values() if not feed.is_json]
MOMENTS = (datetime(2026, 3, 2, 12, tzinfo=UTC) + timedelta(minutes=number) for number in itertools.count())
COLUMNS = "select column_name from information_schema.columns where table_schema = 'raw' and table_name = %s"
TEXTS = ("product_name", "item_name", "title")


def slices_of(feed: Feed, moment: datetime) -> list[SliceKey] | None:
    if not feed.is_asked_for:
        return None
    if feed.shape == "listed":
        return [SliceKey(slice_key="20260301", day=DAY)]
    return instant(moment, DAY) if feed.write_disposition == "snapshot" else days(DAY)


def check(marts: Marts, feed: Feed, written: Written) -> None:
    """Land a file; raw and staging must be what the shadow says."""
    us, moment = store("US", "made-us", "SELLERNA", "made"), next(MOMENTS)
    seen = shadow.read(written.content, feed, written.variant.encoding)
    assert (len(seen.rows), seen.rejected) == (written.rows, written.broken), (
        "the shadow does not read what was written"
    )
    with marts.warehouse.connect(autocommit=True) as conn:
        landing = Landing(conn, Archive(marts.settings.archive_url), feed, scope_for(feed, us))
        outcome = landing.land(
            written.content,
            slices_of(feed, moment),
            origin="import",
            report_created_at=moment,
            content_type=written.variant.content_type,
        )
        if outcome.unchanged:
            return  # hypothesis has drawn the same file once more: its load was looked at
        assert outcome.load_id is not None
        assert (outcome.rows, outcome.rejected, outcome.undecodable) == (len(seen.rows), seen.rejected, 0)
        check_raw(conn, feed, outcome.load_id, seen)
        check_staging(conn, feed, outcome.load_id, seen)


def check_raw(conn: psycopg.Connection[Any], feed: Feed, load_id: int, seen: shadow.Shadow) -> None:
    """Every row is there, with its numbers, what it must have and its texts; and nothing personal."""
    section = feed.sections[0]
    kept = {slug(name) for name in (*section.required, *watched(feed, section).sums)} | set(TEXTS)
    columns = sorted(kept & set(seen.rows[0]) - {slug(name) for name in (*feed.personal, *feed.hashed)})
    query = sql.SQL("select {} from {} where load_id = %s order by row_seq").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier("raw", feed.table(section))
    )
    raw = [tuple(value or "" for value in row) for row in conn.execute(query, (load_id,))]
    assert raw == [tuple(row[name] for name in columns) for row in seen.rows]
    written_down = conn.execute("select count(*) from ops.rejected_rows where load_id = %s", (load_id,)).fetchone()
    assert written_down == (seen.rejected,)
    there = {name for (name,) in conn.execute(COLUMNS, (feed.table(section),))}
    assert not {slug(each) for each in feed.personal} & there, "columns of personal data are not even made"


def check_staging(conn: psycopg.Connection[Any], feed: Feed, load_id: int, seen: shadow.Shadow) -> None:
    """Every row that is not merged is there, and all sums are."""
    section = feed.sections[0]
    sums = watched(feed, section).sums
    figures = sql.SQL("").join(
        sql.SQL(", coalesce(sum({}), 0)").format(sql.Identifier(column)) for column in sums.values()
    )
    query = sql.SQL("select count(*){} from {} where load_id = %s").format(
        figures, sql.Identifier("staging", staging_model(feed, section))
    )
    rows, *staged = conn.execute(query, (load_id,)).fetchone() or ()
    counted = seen.counted(feed)
    assert rows == len(counted), f"{len(seen.rows)} rows in raw, {len(seen.rows) - len(counted)} of them merged"
    expected = {name: sum((shadow.number(row[slug(name)]) for row in counted), Decimal(0)) for name in sums}
    assert dict(zip(sums, staged, strict=True)) == expected


@pytest.mark.thorough
@pytest.mark.parametrize("feed", FLAT, ids=lambda feed: feed.name)
def test_raw_and_staging_hold_what_the_document_holds(marts, feed):
    @settings(max_examples=8, suppress_health_check=list(HealthCheck))
    @given(written=files(feed))
    def holds(written: Written) -> None:
        check(marts, feed, written)

    holds()


@pytest.mark.thorough
@pytest.mark.parametrize("feed", FLAT, ids=lambda feed: feed.name)
def test_and_so_do_many_more(marts, feed):
    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(written=files(feed))
    def holds(written: Written) -> None:
        check(marts, feed, written)

    holds()


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_each_variant_is_met(variant):
    """By some feed, so that no line of the table is idle."""
    assert any(variant.fits(feed) for feed in FLAT)


@settings(max_examples=20)
@given(data=st.data())
def test_the_shadow_sees_a_line_that_is_lost(data):
    """What the comparison rests on: a document without one of its lines is another one."""
    feed = FEEDS["amazon_sp.customer_returns"]
    written = data.draw(files(feed))
    lines = written.content.decode(written.variant.encoding).split("\n")
    held = [place for place, line in enumerate(lines) if place and line.strip()]
    del lines[data.draw(st.sampled_from(held))]
    seen = shadow.read("\n".join(lines).encode(written.variant.encoding), feed, written.variant.encoding)
    assert len(seen.rows) + seen.rejected == written.rows + written.broken - 1
