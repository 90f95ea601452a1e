"""Headers in every spelling and language; columns that are left out; files that are no feed's, and their names."""

from __future__ import annotations

import io
import unicodedata
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import DocumentError
from pipelines.feeds import FEEDS, Feed, column_name
from pipelines.feeds.other_reports import OTHER_REPORTS
from pipelines.landing.formats.header_names import fitting, named, plain
from pipelines.landing.formats.layout import layout_of
from pipelines.landing.formats.other_files import bytes_named, lines_named, report_named

LISTINGS = FEEDS["amazon_sp.merchant_listings"]
DELIMITED = [feed for feed in FEEDS.values() if not feed.is_json]


def columns(feed: Feed, *headers: str) -> tuple[str, ...]:
    return layout_of(feed, feed.sections[0], headers).kept_columns


@pytest.mark.parametrize("feed", DELIMITED, ids=lambda feed: feed.name)
def test_each_name_of_a_header_is_that_header(feed: Feed) -> None:
    section = feed.sections[0]
    for header in section.known:
        assert named(feed, section, [header]) == (header,)
        for other in (header.upper(), header.replace("-", " ").replace("_", " "), header.replace("-", "_")):
            assert column_name(named(feed, section, [other])[0]) == column_name(header), other
    for header, known in feed.aliases.items():
        assert column_name(named(feed, section, [header])[0]) == column_name(known), header
    assert report_named(section.known) is None, "a feed's own header is no other report's"
    assert fitting(section.known)[0].feed.sections[0].known == section.known


def test_spellings() -> None:
    assert columns(LISTINGS, "seller-sku", "fulfilment-channel") == ("seller_sku", "fulfillment_channel")
    assert columns(LISTINGS, "Handler SKU", "PREIS") == ("seller_sku", "price")
    assert columns(LISTINGS, "H\ufffdndler-SKU", "H\ufffdndlerversandgruppe") == (
        "seller_sku",
        "merchant_shipping_group",
    )
    assert columns(LISTINGS, "HÃ¤ndler-SKU", "prix") == ("seller_sku", "price")
    decomposed = unicodedata.normalize("NFD", "quantité")
    assert columns(LISTINGS, "sku-vendeur", decomposed, "état") == ("seller_sku", "quantity", "status")
    # what is written as the feed knows it goes before what only means the same
    assert columns(LISTINGS, "Preis", "price", "seller-sku")[:2] == ("preis", "price")


def test_columns_that_hold_nothing_are_left_out() -> None:
    headers = ["seller-sku", *["Deprecated column"] * 8, "price", "Deprecated column.1", "Columna en desuso"]
    found = layout_of(LISTINGS, LISTINGS.sections[0], headers)
    assert found.kept_columns == ("seller_sku", "price")
    assert found.as_kept.unknown == ()


def test_fewer_columns_are_enough() -> None:
    assert columns(LISTINGS, "seller-sku", "asin1", "item-name", "price") == (
        "seller_sku",
        "asin1",
        "item_name",
        "price",
    )


def test_a_report_of_another_kind_is_refused_even_where_what_is_required_is_there() -> None:
    stock = FEEDS["amazon_sp.afn_inventory"].sections[0].known
    with pytest.raises(DocumentError, match="afn_inventory") as refused:
        columns(LISTINGS, *stock)
    assert refused.value.kind == "wrong_type"


@pytest.mark.parametrize("report", OTHER_REPORTS, ids=lambda report: report.what[12:40])
def test_other_reports_are_named_wherever_their_header_stands(report: object) -> None:
    for wanted in report.headers:  # type: ignore[attr-defined]
        sentence = report_named([*wanted, "something else"])
        assert sentence is not None
        header = ",".join(f'"{each}"' for each in (*sorted(wanted), "more"))
        assert lines_named(['"Includes Amazon Marketplace transactions"', "", header]) == sentence
        assert sentence.endswith(".")
        with pytest.raises(DocumentError) as refused:
            columns(FEEDS["amazon_sp.settlements_v2"], *wanted)
        assert "renamed" not in str(refused.value)


def test_files_that_are_no_text() -> None:
    def packed(*names: str) -> bytes:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for name in names:
                archive.writestr(name, "x")
        return content.getvalue()

    def told(content: bytes) -> str:
        return bytes_named(content, io.BytesIO(content)) or ""

    assert "Excel workbook" in told(packed("xl/workbook.xml"))
    assert "zip archive" in told(packed("report.txt"))
    assert "PDF" in told(b"%PDF-1.7 ...")
    assert "old Excel" in told(b"\xd0\xcf\x11\xe0\xa1")
    assert "V2" in told(b'<?xml version="1.0"?><AmazonEnvelope><Message><SettlementReport>')
    assert "HTML" in told(b"\n<!DOCTYPE html><html>")
    assert told(b"sku\tprice\n") == ""


@given(st.text(max_size=20))
def test_any_text_is_compared(text: str) -> None:
    assert plain(plain(text)) == plain(text) or not text.isascii()
    assert plain(text.upper().lower()) == plain(text.lower()) or not text.isascii()
