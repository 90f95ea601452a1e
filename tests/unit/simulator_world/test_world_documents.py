"""The world's documents have the official shape: headers, charsets, JSON schemas, exactly the Ads columns asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

from simulator.documents.model import Document
from simulator.seeded_world import UnknownReportType, World

ORDERS = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
UPDATES = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
LISTINGS = "GET_MERCHANT_LISTINGS_ALL_DATA"
MYI = "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"
LEDGER = "GET_LEDGER_SUMMARY_VIEW_DATA"
SETTLEMENT = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
TRAFFIC = "GET_SALES_AND_TRAFFIC_REPORT"
US, DE, JP = "A2HARBORNA1US", "A3HARBOREU2DE", "A4SAKURAFE3JP"
Ask = Callable[..., Document]


@pytest.fixture
def ask(world: World, now: datetime) -> Ask:
    """The document of a report of the last five days."""

    def document(seller: str, report_type: str, options: dict[str, str] | None = None) -> Document:
        if report_type == SETTLEMENT:
            report = next(r for r in world.sp_existing_reports(seller, now) if r.report_type == report_type)
            return world.sp_existing_document(seller, report.report_id)
        marketplaces = world.account(seller).marketplace_ids[:1]
        found = world.sp_document(seller, report_type, marketplaces, now - timedelta(days=5), now, options, now)
        assert found is not None
        return found

    return document


def _header(document: Document, codec: str) -> list[str]:
    return document.content.decode(codec).splitlines()[0].replace('"', "").split("\t")


HEADERS = [(s, t) for s in (US, DE, JP) for t in (ORDERS, UPDATES, LISTINGS, MYI, LEDGER, SETTLEMENT)]
HEADERS.remove((JP, LISTINGS))  # in Japanese: test_world_phenomena looks at them


@pytest.mark.parametrize(("seller", "report_type"), HEADERS)
def test_headers_are_official_variants(ask: Ask, shared: Path, seller: str, report_type: str) -> None:
    known = json.loads((shared / "specs/spapi-derived/report_headers.json").read_text())
    variants = [
        v["columns"]
        for kind in {report_type, ORDERS if report_type == UPDATES else report_type}
        for v in known[kind]["variants"]
    ]
    assert _header(ask(seller, report_type), "latin-1") in variants


def test_the_variants_differ_by_marketplace(ask: Ask) -> None:
    assert [len(_header(ask(s, ORDERS), "latin-1")) for s in (US, DE, JP)] == [33, 32, 32]
    assert [len(_header(ask(s, MYI), "latin-1")) for s in (US, DE, JP)] == [21, 22, 21]


def test_charsets_and_line_ends(ask: Ask) -> None:
    assert {ask(US, t).content_type.partition("charset=")[2] for t in (ORDERS, UPDATES)} == {"Cp1252", "UTF-8"}
    assert {ask(DE, t).content_type.partition("charset=")[2] for t in (ORDERS, UPDATES)} == {"ISO-8859-1", "Cp1252"}
    assert {ask(JP, t).content_type.partition("charset=")[2] for t in (ORDERS, LISTINGS, SETTLEMENT)} == {"Windows-31J"}
    assert b"\r\n" in ask(US, ORDERS).content
    assert b"\r" not in ask(DE, ORDERS).content
    assert ask(US, TRAFFIC).content_type == "application/json"
    for seller in (US, DE, JP):
        text = ask(seller, LEDGER).content.decode()
        assert all(line.startswith('"') and line.endswith('"') for line in text.splitlines())
        assert 'KNIFE 8"" PRO' in text


def test_listings_rows_may_stop_after_status(ask: Ask) -> None:
    lengths = {len(line.split("\t")) for line in ask(US, LISTINGS).content.decode("cp1252").splitlines()}
    assert lengths == {29, 31}


def test_buyers_places_are_filled(ask: Ask, read: Callable[..., list[dict[str, str]]]) -> None:
    for seller in (US, DE, JP):
        rows = [row for row in read(ask(seller, ORDERS)) if row["item-price"]]
        assert all(row["ship-city"] and row["ship-postal-code"] and row["ship-country"] for row in rows)
        assert any(row["purchase-order-number"] for row in rows)


@pytest.mark.parametrize("granularity", ["PARENT", "CHILD", "SKU"])
def test_sales_and_traffic_fit_the_official_schema(ask: Ask, shared: Path, granularity: str) -> None:
    path = shared / "specs/selling-partner-api-models/schemas/reports/sellerSalesAndTrafficReport.json"
    body = json.loads(ask(DE, TRAFFIC, {"dateGranularity": "DAY", "asinGranularity": granularity}).content)
    jsonschema.validate(body, json.loads(path.read_text()))
    assert len(body["salesAndTrafficByDate"]) >= 5
    units = sum(day["salesByDate"]["unitsOrdered"] for day in body["salesAndTrafficByDate"])
    assert units == sum(row["salesByAsin"]["unitsOrdered"] for row in body["salesAndTrafficByAsin"])
    assert ("childAsin" in body["salesAndTrafficByAsin"][0]) is (granularity != "PARENT")


def test_what_there_is_not(world: World, now: datetime) -> None:
    with pytest.raises(UnknownReportType, match="GET_SOMETHING"):
        world.sp_document(US, "GET_SOMETHING", (), None, None, {}, now)
    with pytest.raises(UnknownReportType):
        world.ads_rows(world.profiles()[0]["profileId"], "stCampaigns", [], "2026-10-01", "2026-10-02", "DAILY", now)
    ago = now - timedelta(days=400)
    for report_type in (ORDERS, UPDATES, TRAFFIC, LEDGER):
        assert world.sp_document(US, report_type, ("ATVPDKIKX0DER",), ago, ago + timedelta(days=2), {}, now) is None
