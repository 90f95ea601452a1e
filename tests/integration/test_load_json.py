"""Landing JSON documents: sections, days, exact numbers, refusals."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pipelines.errors import DocumentError
from pipelines.feeds import FEEDS
from pipelines.warehouse.connection import Warehouse
from tests.support.landing import DAY, MOMENT, Landing, days, fixture, instant, landing, store

TRAFFIC = "amazon_sp.sales_and_traffic"
CAMPAIGNS = "amazon_ads.sp_campaigns"
TERMS = "amazon_sp.search_terms"


@pytest.fixture
def conn(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    with warehouse.connect() as connection:
        yield connection


@pytest.fixture
def traffic(conn: psycopg.Connection, tmp_path: Path) -> Landing:
    return landing(conn, tmp_path, TRAFFIC)


def document(**changes: Any) -> dict[str, Any]:
    """The fixture with other keys; None takes one out."""
    content = json.loads(fixture(FEEDS[TRAFFIC]).read_text())
    content |= changes
    return {key: value for key, value in content.items() if value is not None}


def specified(**changes: Any) -> dict[str, Any]:
    return document(reportSpecification=document()["reportSpecification"] | changes)


def encoded(content: Any) -> bytes:
    return json.dumps(content).encode()


def test_both_sections_are_filled(traffic: Landing) -> None:
    outcome = traffic.land(fixture(traffic.feed).read_bytes(), days(DAY))
    assert outcome.rows == 3
    assert traffic.rows("item ->> 'date'", "by_date") == [("2026-03-01",)]
    assert traffic.rows("item ->> 'childAsin'", "by_asin") == [("B0HARBOR01",), ("B0HARBOR03",)]


def test_ids_beyond_2_to_the_53_and_decimals_are_exact(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, CAMPAIGNS)
    row = (
        b'{"date": "2026-03-01", "campaignId": 98765432109876543210, "cost": 12.10, "campaignName": "a\\u0000\\ud800"}'
    )
    outcome = place.land(b"[" + row + b"]", days(DAY))
    assert place.rows("item ->> 'campaignId', item ->> 'cost', item ->> 'campaignName'") == [
        ("98765432109876543210", "12.10", "a��")
    ]
    assert outcome.undecodable == 2


def test_each_day_of_a_window_has_its_own_slice(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, CAMPAIGNS)
    window = days(*(DAY + timedelta(days=i) for i in range(3)))
    rows = [{"date": day, "campaignId": 1} for day in ("2026-03-01", "2026-03-03")]
    outcome = place.land(encoded(rows), window)
    assert list(outcome.states.values()) == ["loaded", "empty", "loaded"]
    nothing = place.land(b"[]", window)
    assert set(nothing.states.values()) == {"empty"}
    assert place.one("select count(*) from ops.slices where current_load_id = %s", nothing.load_id) == 3


def test_rows_of_other_days_are_told_and_do_not_count(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, CAMPAIGNS)
    rows = [{"date": "2026-03-01", "campaignId": 1}, {"date": "2026-03-09", "campaignId": 1}]
    outcome = place.land(encoded(rows), days(DAY))
    assert "also has rows of 2026-03-09" in outcome.warnings[0]
    assert place.one("select count(*) from ops.slices") == 1


def test_a_row_without_its_day_is_rejected(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, CAMPAIGNS)
    rows: list[Any] = [{"date": "2026-03-01", "campaignId": i} for i in range(500)]
    outcome = place.land(encoded([*rows, {"campaignId": 9}, "odd"]), days(DAY))
    assert (outcome.rows, outcome.rejected) == (500, 2)
    assert [reason for (reason,) in place.query("select reason from ops.rejected_rows order by file_line")] == [
        "its date is None, which is no date",
        "it is no object",
    ]


def test_a_new_key_is_recorded_and_kept(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, CAMPAIGNS)
    rows = [{"date": "2026-03-01", "campaignId": 1, "brandNewMetric": 5}]
    outcome = place.land(encoded(rows), days(DAY))
    assert place.query("select header, table_name from ops.drift") == [("brandNewMetric", "amazon_ads__sp_campaigns")]
    assert "brandNewMetric" in outcome.warnings[0]
    assert place.rows("item ->> 'brandNewMetric'") == [("5",)]


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        (specified(reportType="GET_BRAND_ANALYTICS_MARKET_BASKET_REPORT"), "wrong_type", "MARKET_BASKET"),
        (specified(marketplaceIds=["A1PA6795UKMFR9"]), "wrong_marketplace", "Amazon.de"),
        (specified(dataStartTime="2026-02-01", dataEndTime="2026-02-01"), "window", "2026-02-01"),
        (specified(dataStartTime="2026-02-28", dataEndTime="2026-03-01"), "window", "carry no day"),
        (specified(reportOptions={"dateGranularity": "WEEK", "asinGranularity": "CHILD"}), "wrong_type", "WEEK"),
        (document(salesAndTrafficByDate=None, salesAndTrafficByAsin=None), "wrong_type", "none of the sections"),
        (document(salesAndTrafficByDate=[{"date": "2026-03-01"}]), "missing_column", "salesByDate"),
        ([{"date": "2026-03-01"}], "wrong_type", "object with sections"),
        ({"errorDetails": "The report could not be made."}, "error_page", "could not be made"),
    ],
)
def test_what_is_no_such_document_is_refused(traffic: Landing, content: Any, kind: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        traffic.land(encoded(content), days(DAY))
    assert caught.value.kind == kind
    assert traffic.one("select count(*) from ops.loads") == 0
    assert len(list((Path(str(traffic.archive.temporary_folder())).parent).glob("*/*.zst"))) == 1


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty_document"),
        (b'[{"date": "2026-03-01"', "truncated"),
        (b"[1 2]", "not_json"),
        (b"date\tx\n", "wrong_type"),
    ],
)
def test_what_is_no_json_is_refused(conn: psycopg.Connection, tmp_path: Path, content: bytes, kind: str) -> None:
    place = landing(conn, tmp_path, CAMPAIGNS)
    with pytest.raises(DocumentError) as caught:
        place.land(content, days(DAY))
    assert caught.value.kind == kind
    assert place.one("select count(*) from ops.loads") == 0


def test_one_section_alone_is_loaded_with_a_warning_but_never_in_place_of_both(traffic: Landing) -> None:
    alone = encoded(document(salesAndTrafficByAsin=None))
    outcome = traffic.land(alone, days(DAY))
    assert outcome.states == {"2026-03-01": "loaded"}
    assert "no section salesAndTrafficByAsin" in outcome.warnings[0]
    traffic.land(fixture(traffic.feed).read_bytes(), days(DAY))
    with pytest.raises(DocumentError, match="not whole"):
        traffic.land(alone, days(DAY))
    only_asins = traffic.land(encoded(document(salesAndTrafficByDate=None)), days(date(2026, 3, 1)), origin="import")
    assert only_asins.states == {}


def test_an_import_of_several_days_fills_the_dated_section_only(traffic: Landing) -> None:
    by_date = document()["salesAndTrafficByDate"][0]
    content = specified(dataStartTime="2026-02-28", dataEndTime="2026-03-01") | {
        "salesAndTrafficByDate": [by_date | {"date": day} for day in ("2026-02-28", "2026-03-01")]
    }
    traffic.land(fixture(traffic.feed).read_bytes(), days(DAY))
    outcome = traffic.land(encoded(content), None, origin="import", report_created_at=MOMENT + timedelta(days=9))
    assert outcome.states == {"2026-02-28": "loaded"}, "the day that is loaded whole keeps what it has"
    assert "only a document of a single day" in outcome.warnings[0]
    assert "2026-03-01: what is loaded also has by_asin" in outcome.warnings[1]
    assert len(traffic.rows("item", "by_asin")) == 2
    assert traffic.one("select checked_at from ops.slices where slice_key = '2026-02-28'") is None


def test_crawls_keep_failed_items(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, "apify.products", store("US"))
    place.land(fixture(place.feed).read_bytes(), instant(MOMENT))
    assert place.rows("item ->> 'asin', item ->> 'error'")[1:] == [("B0COMP0001", None), (None, "captcha")]
    assert place.rows("item ->> 'description'")[0] == ("A lamp 💡 of brass",)


# one section: archive and COPY in one pass ---------------------------------------------------------------------------


@pytest.fixture
def terms(conn: psycopg.Connection, tmp_path: Path) -> Landing:
    return landing(conn, tmp_path, TERMS)


def many_terms(count: int, **changes: Any) -> dict[str, Any]:
    """The fixture with so many search terms and another specification."""
    content = json.loads(fixture(FEEDS[TERMS]).read_text())
    first = content["dataByDepartmentAndSearchTerm"][0]
    rows = [first | {"searchTerm": f'term {n} \\ "{n}"', "searchFrequencyRank": n} for n in range(1, count + 1)]
    return {"reportSpecification": content["reportSpecification"] | changes, "dataByDepartmentAndSearchTerm": rows}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_large_document_lands_as_it_is_written(terms: Landing, packed: bool, indent: int | None) -> None:
    content = json.dumps(many_terms(20_000), indent=indent).encode()
    outcome = terms.land(gzip.compress(content) if packed else content, days(DAY))
    assert (outcome.rows, outcome.states) == (20_000, {"2026-03-01": "loaded"})
    summed = "select count(*), count(distinct row_seq), sum((item ->> 'searchFrequencyRank')::int) from raw.{}"
    assert terms.query(summed.format(terms.feed.tables[0])) == [(20_000, 20_000, 20_000 * 20_001 // 2)]
    assert terms.rows("item ->> 'searchTerm'")[-1] == ('term 20000 \\ "20000"',)
    again = terms.land(content, days(DAY))
    assert (again.unchanged, again.load_id) == (True, outcome.load_id)


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (lambda text: text[:-4000], "truncated"),
        (lambda text: text.replace(b'"term 15000 ', b'"term 15000 "', 1), "not_json"),
        (lambda text: text + b"]", "not_json"),
        (lambda text: gzip.compress(text)[:-4000], "truncated"),
    ],
)
def test_damage_at_its_end_leaves_nothing_of_a_large_document(terms: Landing, damage: Any, kind: str) -> None:
    content = damage(json.dumps(many_terms(20_000)).encode())
    with pytest.raises(DocumentError) as caught:
        terms.land(content, days(DAY))
    assert caught.value.kind == kind
    assert (
        terms.one("select (select count(*) from ops.loads) + (select count(*) from raw.amazon_sp__search_terms)") == 0
    )
    assert len(list((Path(str(terms.archive.temporary_folder())).parent).glob("*/*.zst"))) == 1


def test_a_document_may_say_at_its_end_what_it_is(terms: Landing) -> None:
    content = many_terms(3)
    late = {key: content[key] for key in reversed(content)}
    assert terms.land(encoded(late), days(DAY)).states == {"2026-03-01": "loaded"}
    late["reportSpecification"] = late["reportSpecification"] | {"reportType": "GET_SALES_AND_TRAFFIC_REPORT"}
    with pytest.raises(DocumentError, match="SALES_AND_TRAFFIC") as caught:
        terms.land(encoded(late), days(DAY + timedelta(days=7)))
    assert caught.value.kind == "wrong_type"


def test_a_week_is_the_slice_of_its_first_day(terms: Landing) -> None:
    assert terms.land(encoded(many_terms(2)), None, origin="import").states == {"2026-03-01": "loaded"}
    for changes, kind in (
        ({"dataStartTime": "2026-03-02"}, "window"),
        ({"dataEndTime": "2026-03-14"}, "window"),
        ({"dataStartTime": "2026-02-22", "dataEndTime": "2026-02-28"}, "window"),
        ({"reportOptions": {"reportPeriod": "MONTH"}}, "wrong_type"),
    ):
        with pytest.raises(DocumentError) as caught:
            terms.land(encoded(many_terms(2, **changes)), days(DAY))
        assert caught.value.kind == kind, changes


def test_an_import_of_two_weeks_of_search_terms_is_left_out(terms: Landing) -> None:
    outcome = terms.land(encoded(many_terms(2, dataEndTime="2026-03-14")), None, origin="import")
    assert (outcome.states, outcome.rows) == ({}, 0)
    assert "one document per week" in " ".join(outcome.warnings)
    assert len(outcome.warnings) == 1
