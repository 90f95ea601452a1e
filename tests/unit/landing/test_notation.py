"""A report in another notation (comma, semicolon, quotes, BOM, UTF-16, `sep=`) gives the rows that it gave."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import DocumentError
from pipelines.feeds import FEEDS, Feed
from pipelines.landing.formats import notation as notations
from pipelines.landing.formats.notation import Notation, notation_of
from pipelines.landing.formats.written_dates import Order, order_of, written
from pipelines.landing.loading import delimited
from pipelines.landing.loading.document import _readable
from tests.unit.landing.test_any_document import SECRET, job_of, read_both

DELIMITED = [feed for feed in FEEDS.values() if not feed.is_json]
AMAZON = [feed for feed in DELIMITED if feed.source == "amazon_sp"]
RETURNS = FEEDS["amazon_sp.customer_returns"]
LEDGER = FEEDS["amazon_sp.ledger_detail"]
LISTINGS = FEEDS["amazon_sp.merchant_listings"]

CELLS = st.one_of(
    st.sampled_from(["", "1", "19,99", "1.234,50", 'a 5" nail', '"quoted"', '"', "a,b;c", " padded ", "Größe", "在庫"]),
    st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="\ufeff\ufffd"), max_size=6),
)


def table(headers: list[str], rows: list[list[str]], delimiter: str, quoting: int, end: str = "\r\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows([headers, *rows])  # type: ignore[arg-type]
    return text.getvalue()


def original(feed: Feed, headers: list[str], rows: list[list[str]]) -> bytes:
    """As the API writes it: without quotes, except for the feeds that have them."""
    if feed.quoting == "standard":
        return table(headers, rows, "\t", csv.QUOTE_ALL).encode()
    return "".join("\t".join(row) + "\n" for row in [headers, *rows]).encode()


@st.composite
def reports(draw: st.DrawFn) -> tuple[Feed, list[str], list[list[str]]]:
    """Any Amazon feed, two or more of its columns in any order, rows in which no field is a line end or a tab.

    The header of a single column shows no delimiter, so that its document is taken for one in the feed's own notation.
    """
    feed = draw(st.sampled_from(AMAZON))
    section = feed.sections[0]
    more = [each for each in section.known if each not in section.required]
    at_least = int(len(section.required) < 2)
    others = draw(st.lists(st.sampled_from(more), min_size=at_least, unique=True))
    headers = draw(st.permutations([*section.required, *others]))
    fixed = dict.fromkeys(section.numbers, "7")
    if section.day:
        form = section.day_formats[0]
        fixed[section.day] = (
            "2026-10-13T12:00:00+00:00" if form in ("iso", "dated") else date(2026, 10, 13).strftime(form)
        )
    row = [st.just(fixed[each]) if each in fixed else CELLS for each in headers]
    rows = draw(st.lists(st.tuples(*row).map(list).filter(lambda each: any(map(str.strip, each))), max_size=4))
    return feed, headers, rows


VARIANTS = st.tuples(
    st.sampled_from(["comma", "semicolon", "tab in quotes", "sep", "unicode text", "padded"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)


def rewritten(headers: list[str], rows: list[list[str]], variant: tuple[str, str, bool]) -> bytes:
    kind, end, every = variant
    quoting = csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL
    if kind == "unicode text":
        return table(headers, rows, "\t", csv.QUOTE_MINIMAL, end).encode("utf-16")
    if kind == "tab in quotes":
        return table(headers, rows, "\t", csv.QUOTE_ALL, end).encode()
    if kind == "sep":
        return ("sep=;" + end + table(headers, rows, ";", quoting, end)).encode("utf-8-sig")
    if kind == "padded":  # what Excel leaves of a sheet in which more columns were used once
        wide = [[*row, "", ""] for row in rows]
        return table([*headers, "", ""], [*wide, [""] * (len(headers) + 2)], ";", csv.QUOTE_MINIMAL, end).encode(
            "utf-8-sig"
        )
    text = table(headers, rows, "," if kind == "comma" else ";", quoting, end)
    return text.encode("utf-8-sig" if every else "utf-8")


@settings(max_examples=150)
@given(report=reports(), variant=VARIANTS)
def test_another_notation_gives_the_same_rows(
    report: tuple[Feed, list[str], list[list[str]]], variant: tuple[str, str, bool]
) -> None:
    feed, headers, rows = report
    _, plain, _ = read_both(feed, original(feed, headers, rows), None)
    fast, other, _ = read_both(feed, rewritten(headers, rows, variant), None)
    assert other.rows == plain.rows
    assert (other.seen.rejected, other.seen.days) == (plain.seen.rejected, plain.seen.days)
    assert len(plain.rows) == len(rows)
    if fast is not None:
        assert fast.rows == other.rows
    assert SECRET.encode() not in other.archived


def test_quotes_of_a_single_column_are_no_part_of_its_values() -> None:
    (header,) = LISTINGS.sections[0].required
    known = notation_of(LISTINGS, [header, '"one"'])
    text = f'{header}\r\n"one"\r\ntwo\r\n"a ""third"""\r\n5" wide\r\n"not closed\r\n'.encode()
    found = b"".join(notations.rewritten(iter([text]), notations.rewriting_of(LISTINGS, header, known)))
    assert found.decode().splitlines() == [header, "one", "two", 'a "third"', '5" wide', '"not closed']


def test_personal_columns_are_cut_out_of_csv_too() -> None:
    feed = FEEDS["amazon_sp.fulfilled_shipments"]
    headers = list(feed.sections[0].known)
    values = {"shipment-date": "2026-10-13T12:00:00+00:00", "buyer-name": SECRET, "recipient-name": f'{SECRET}, "Jim"'}
    rows = [[values.get(each, "x") for each in headers]]
    content = table(headers, rows, ",", csv.QUOTE_MINIMAL).encode()
    _, read, _ = read_both(feed, content, None)
    assert len(read.rows) == 1
    assert SECRET.encode() not in read.archived
    # and out of a document that is refused after its columns are known, or before
    job = job_of(feed, content, None, "US")
    delimited.prepare(job)
    assert SECRET.encode() not in b"".join(_readable(job))
    assert SECRET.encode() not in b"".join(_readable(job_of(LEDGER, content, None, "US")))


def test_a_line_end_within_quotes_is_a_space_and_lines_keep_their_numbers() -> None:
    lines = ['"return-date","order-id","sku","quantity"', '"2026-10-03","1","a\r\nb",1', '"2026-10-03","2","c",1,9']
    _, read, _ = read_both(RETURNS, "\r\n".join(lines).encode(), None)
    assert read.rows == [("2026-10-03", "1", "a b", "1")]
    assert [(each.line, each.reason) for each in read.seen.rejects] == [(4, "it has 1 field more than the header")]


def test_a_quote_that_is_never_closed_rejects_its_line_only() -> None:
    lines = ["return-date,order-id,sku,quantity", '2026-10-03,1,"a,1', "2026-10-03,2,b,1"]
    _, read, _ = read_both(RETURNS, "\n".join(lines).encode(), None)
    assert (read.rows, read.seen.rejected) == ([("2026-10-03", "2", "b", "1")], 1)


def test_the_header_alone_decides() -> None:
    header = "return-date\torder-id\tsku\tquantity"
    assert notation_of(RETURNS, [header]) == Notation("\t", quoted=False)
    assert notation_of(RETURNS, ["", header]) == Notation("\t", quoted=False, skip=1)
    assert notation_of(RETURNS, [header.replace("\t", ",")]) == Notation(",", quoted=True)
    # quotes in the data of a tab-separated report are characters
    _, read, _ = read_both(RETURNS, f'{header}\n2026-10-03\t1\t"a\t1\n'.encode(), None)
    assert read.rows == [("2026-10-03", "1", '"a', "1")]
    with pytest.raises(DocumentError, match="sku"):
        read_both(RETURNS, b"return-date;order-id;amount\n2026-10-03;1;2\n", None)


def test_quotes_of_a_spreadsheet_s_unicode_text_and_quotes_that_are_characters() -> None:
    lines = ["return-date\torder-id\tsku\tquantity", '2026-10-03\t1\t"a, 5"" nail"\t1', '2026-10-03\t2\t"b\t1']
    lines += ['2026-10-03\t3\t"c\nd"\t1', '2026-10-03\t4\t"e" f\t1']
    _, read, _ = read_both(RETURNS, "\r\n".join(lines).encode("utf-16"), None)
    assert [row[2] for row in read.rows] == ['a, 5" nail', '"b', "c d", '"e" f']


# --- dates -----------------------------------------------------------------------------------------------------------


def test_a_short_line_of_unicode_text_with_a_quote_in_it_is_a_line_of_its_own() -> None:
    """An inch is no opening quote: what follows it are other lines, with carriage returns between or without."""
    headers = ["return-date", "order-id", "sku", "quantity", "detailed-disposition", "reason", "product-name", "status"]
    day = "2026-03-01T18:00:00+00:00"
    short, whole = [day, "1", '12" mug', "1", "SELLABLE"], [day, "2", "B", "1", "SELLABLE", "X", "Mug", "Y"]
    for end in ("\r\n", "\n"):
        content = end.join("\t".join(row) for row in (headers, short, whole, short)).encode("utf-16")
        _, read, _ = read_both(RETURNS, content, None)
        assert [row[1:3] for row in read.rows] == [("1", '12" mug'), ("2", "B"), ("1", '12" mug')]
        assert read.seen.rejected == 0


def test_dates_of_a_document_are_read_as_a_whole() -> None:
    def told(*values: str, **known: object) -> Order | None:
        return order_of(values, day_first=False, **known)  # type: ignore[arg-type]

    assert told("03/11/2026", "13/11/2026") == Order(day_first=True)
    assert told("03/11/2026", "11/13/2026") == Order(day_first=False)
    assert told("13/11/2026", "11/13/2026") is None, "it is neither: the lines that do not fit are rejected"
    assert told("2026-11-03", "03.11.2026", "03-Nov-2026", "") is None
    assert told("03/11/2026") == Order(day_first=False, certain=False)
    assert told("03/11/2026", wanted={date(2026, 11, 3)}) == Order(day_first=True)
    assert told("03/12/2026", today=date(2026, 11, 1)) == Order(day_first=False)
    assert told("03/11/2026", witnesses={("03/11/2026", "2026-11-03T00:00:00-0800")}) == Order(day_first=True)


@given(
    days=st.lists(st.dates(date(2020, 1, 1), date(2029, 12, 31)), min_size=1),
    day_first=st.booleans(),
    sign=st.sampled_from("/-"),
    padded=st.booleans(),
)
def test_what_is_written_one_way_throughout_is_read_so_or_is_a_guess(
    days: list[date], day_first: bool, sign: str, padded: bool
) -> None:
    width = 2 if padded else 1
    parts = [(each.day, each.month) if day_first else (each.month, each.day) for each in days]
    texts = [f"{a:0{width}}{sign}{b:0{width}}{sign}{each.year}" for (a, b), each in zip(parts, days, strict=True)]
    order = order_of(texts, day_first=day_first)
    assert order is not None
    assert [written(text, "iso", order) for text in texts] == [each.isoformat() for each in days]
    assert order.certain or all(each.day <= 12 for each in days)


@pytest.mark.parametrize(
    ("country", "written_as", "days", "warned"),
    [
        ("GB", "03/11/2026", {date(2026, 11, 3)}, True),
        ("US", "03/11/2026", {date(2026, 3, 11)}, False),
        ("GB", "11/13/2026", {date(2026, 11, 13)}, False),
        ("US", "13/11/2026", {date(2026, 11, 13)}, False),
        ("DE", "03.11.2026", {date(2026, 11, 3)}, False),
        ("DE", "2026-11-03", {date(2026, 11, 3)}, False),
    ],
)
def test_a_ledger_from_a_page_is_read_by_its_dates_or_by_the_marketplace(
    country: str, written_as: str, days: set[date], warned: bool
) -> None:
    feed = FEEDS["amazon_sp.ledger_summary"]
    row = dict.fromkeys(feed.sections[0].required, "1") | {"Date": written_as}
    job = job_of(feed, table(list(row), [list(row.values())], ",", csv.QUOTE_ALL).encode(), None, country)
    job.incoming = job.incoming.__class__(
        open=job.incoming.open, origin="import", report_created_at=job.incoming.report_created_at.replace(year=2027)
    )
    _, _, prepared = delimited.prepare(job)
    blocks = list(delimited._whole(job))
    position = prepared.day
    assert position is not None
    found = b"".join(blocks).split(b"\n")[1].split(b"\t")[position].strip(b'"').decode()
    assert {date(int(found[6:]), int(found[:2]), int(found[3:5]))} == days
    assert bool(job.warnings) == warned
