"""The European Central Bank's files: each of its formats, what is wrong with them, and anything else that may come."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import DocumentError
from pipelines.landing.imports import ecb

DAILY_XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
\t<gesmes:subject>Reference rates</gesmes:subject>
\t<Cube>
\t\t<Cube time='2026-03-06'>
\t\t\t<Cube currency='USD' rate='1.0921'/>
\t\t\t<Cube currency='JPY' rate='158.35'/>
\t\t</Cube>
\t</Cube>
</gesmes:Envelope>
"""
HISTORY = b"Date,USD,JPY,CYP,\n2026-03-06,1.0921,158.35,N/A,\n2026-03-05,1.09,,0.58,\n"
DAILY_CSV = b"Date, USD, JPY, \n06 March 2026, 1.0921, 158.35, \n"
FRIDAY = ["2026-03-06,EUR,USD,1.0921", "2026-03-06,EUR,JPY,158.35"]


def lines(content: bytes) -> list[str]:
    """The rates of a file; its header is looked at."""
    converted = ecb.long_form(content)
    assert converted is not None
    header, *rest = converted.decode().splitlines()
    assert header == "date,base_currency,quote_currency,rate"
    return rest


def zipped(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return target.getvalue()


@pytest.mark.parametrize(
    "content", [DAILY_XML, DAILY_CSV, DAILY_CSV.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + DAILY_XML]
)
def test_a_day_of_rates(content):
    assert lines(content) == FRIDAY


def test_the_wide_history_leaves_out_what_the_bank_does_not_have():
    assert lines(HISTORY) == [*FRIDAY, "2026-03-05,EUR,USD,1.09", "2026-03-05,EUR,CYP,0.58"]


@pytest.mark.parametrize("content", [DAILY_XML, HISTORY])
def test_zipped_and_gzipped_it_is_the_same_file(content):
    plain = ecb.long_form(content)
    assert ecb.long_form(zipped(eurofxref_csv=content)) == plain
    assert ecb.long_form(gzip.compress(content, mtime=0)) == plain


@pytest.mark.parametrize(
    "content",
    [
        b"date,base_currency,quote_currency,rate\n2026-03-06,EUR,USD,1.0921\n",
        b"Date;USD;JPY\n2026-03-06;1,09;158\n",
        b"Date,dollars\n2026-03-06,1.09\n",
        b"<html><body>Sign in</body></html>",
        b"Date\n",
        b"",
    ],
)
def test_what_is_none_of_its_files_is_left_to_the_loader(content):
    assert ecb.long_form(content) is None


def test_a_zipped_table_of_another_kind_is_unpacked():
    content = b"date,base_currency,quote_currency,rate\n2026-03-06,EUR,USD,1.0921\n"
    assert ecb.long_form(zipped(rates_csv=content)) == content


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (DAILY_XML[:-20], "truncated", "no whole XML document"),
        (DAILY_XML.replace(b"1.0921", b"1,0921"), "wrong_type", "line 6: the rate of USD is '1,0921'"),
        (DAILY_XML.replace(b"1.0921", b"0.0"), "wrong_type", "the rate of USD is '0.0'"),
        (DAILY_XML.replace(b"'USD'", b"'US dollar'"), "wrong_type", "'US dollar' is no currency"),
        (DAILY_XML.replace(b" time='2026-03-06'", b""), "wrong_type", "before any day"),
        (DAILY_XML.replace(b"2026-03-06", b"2026-02-30"), "wrong_type", "'2026-02-30' is no day"),
        (
            DAILY_XML.replace(b"<gesmes:Env", b'<!DOCTYPE a [<!ENTITY b "c">]><gesmes:Env', 1),
            "wrong_type",
            "document type",
        ),
        (HISTORY.replace(b"1.09,,", b"1.09"), "wrong_type", "line 3: it has 3 cells, the first line 4"),
        (HISTORY.replace(b"2026-03-05", b"05/03/2026"), "wrong_type", "line 3: '05/03/2026' is no day"),
        (HISTORY.replace(b"JPY", b"USD"), "wrong_type", "a currency has two columns"),
        (HISTORY.replace(b"158.35", b"NaN"), "wrong_type", "the rate of JPY is 'NaN'"),
        (b"Date,USD,\n", "empty_document", "holds no rate"),
        (DAILY_CSV.replace(b"March", b"Brumaire"), "wrong_type", "'06 Brumaire 2026' is no day"),
        (gzip.compress(HISTORY, mtime=0)[:-10], "truncated", "ends too early"),
        (zipped(eurofxref_csv=HISTORY)[:-8], "truncated", "zip archive cannot be unpacked"),
        (zipped(a_csv=HISTORY, b_csv=HISTORY), "wrong_type", "holds a.csv, b.csv; one"),
        (zipped(readme_txt=HISTORY), "wrong_type", "holds readme.txt; one"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(content, kind, said):
    with pytest.raises(DocumentError) as caught:
        ecb.long_form(content)
    assert caught.value.kind == kind
    assert said in str(caught.value)


def test_no_archive_blows_up(monkeypatch):
    monkeypatch.setattr(ecb, "LIMIT", 100_000)
    for content in (gzip.compress(bytes(200_000), mtime=0), zipped(eurofxref_csv=bytes(200_000))):
        with pytest.raises(DocumentError, match="it is no file of exchange rates"):
            ecb.long_form(content)


CODES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3).filter(lambda code: code != "EUR")
RATES = st.decimals(min_value="0.000001", max_value="999999", places=6).filter(bool)


@given(
    st.lists(CODES, min_size=1, max_size=6, unique=True),
    st.lists(st.lists(st.none() | RATES, min_size=6, max_size=6), min_size=1, max_size=8),
)
def test_every_rate_of_a_history_arrives_and_nothing_else(codes: list[str], table: list[list[Decimal | None]]):
    expected, written = [], [",".join(("Date", *codes, ""))]
    for number, values in enumerate(table):
        day = (date(2026, 3, 6) - timedelta(days=number)).isoformat()
        cells = [("N/A" if value is None else str(value)) for value in values[: len(codes)]]
        written.append(",".join((day, *cells, "")))
        expected += [f"{day},EUR,{code},{cell}" for code, cell in zip(codes, cells, strict=True) if cell != "N/A"]
    content = ("\n".join(written) + "\n").encode()
    if expected:
        assert lines(content) == expected
    else:
        with pytest.raises(DocumentError, match="holds no rate"):
            ecb.long_form(content)


BROKEN = st.tuples(
    st.sampled_from([DAILY_XML, HISTORY, DAILY_CSV, gzip.compress(HISTORY, mtime=0), zipped(eurofxref_csv=HISTORY)]),
    st.lists(st.tuples(st.integers(0, 600), st.binary(max_size=4)), max_size=4),
    st.integers(0, 900),
).map(lambda made: _damaged(*made))


def _damaged(content: bytes, changes: list[tuple[int, bytes]], cut: int) -> bytes:
    for at, new in changes:
        content = content[:at] + new + content[at + len(new) :]
    return content[:cut] if cut < 600 else content


@settings(max_examples=300)
@given(st.binary(max_size=200) | BROKEN)
def test_whatever_comes_is_converted_left_alone_or_refused_in_words(content):
    try:
        converted = ecb.long_form(content)
    except DocumentError as error:
        assert str(error).endswith(".")
        return
    assert converted is None or isinstance(converted, bytes)
