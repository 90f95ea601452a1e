"""Any bytes may come as a table: what is raised is ours, every line is counted, and both ways give the same rows."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.errors import DocumentError
from pipelines.feeds import FEEDS, Feed
from pipelines.landing.archive.store import Archive
from pipelines.landing.formats.charsets import likelier
from pipelines.landing.formats.fast_lines import Miss
from pipelines.landing.formats.redact_lines import BLANKED
from pipelines.landing.formats.streams import line_blocks
from pipelines.landing.incoming import MOST_ROWS, Incoming, Seen
from pipelines.landing.loading import delimited
from pipelines.landing.loading.copying import copy_careful, copy_fast
from pipelines.landing.loading.document import _readable
from pipelines.landing.loading.load_job import LoadJob
from pipelines.landing.personal.pseudonyms import Pseudonyms
from pipelines.stores import PersonalChoice, Scope
from tests.support.landing import MOMENT, store

SHIPMENTS = FEEDS["amazon_sp.fulfilled_shipments"]
LISTINGS = FEEDS["amazon_sp.merchant_listings"]
LEDGER = FEEDS["amazon_sp.ledger_summary"]
CHARSETS = ["utf-8", "cp1252", "iso-8859-15", "windows-31j", "shift_jis", "euc-jp", "euc-kr", "gbk", "gb18030", "big5"]
CHARSETS += ["koi8-r", "mac-roman", "cp437", "utf-16", "utf-16-le", "utf-32", "utf-7", "iso-2022-jp", "hz", "cp037"]
CHARSETS += ["idna", "unicode_escape", "punycode", "rot13", "klingon"]  # no charsets, or none that is known
SECRET = "Jane Clear 4711"


# --- a COPY without a server -----------------------------------------------------------------------------------------


@dataclass
class Copied:
    """Takes what COPY would, in its text format, as strictly as the server does."""

    rows: list[tuple[str | None, ...]] = field(default_factory=list)
    rowcount: int = 0
    _content: bytes = b""

    def cursor(self) -> Copied:
        return self

    @contextmanager
    def copy(self, statement: Any) -> Iterator[Copied]:
        yield self
        try:
            text = self._content.decode()
        except UnicodeDecodeError:
            raise psycopg.errors.CharacterNotInRepertoire("invalid byte sequence") from None
        assert "\0" not in text
        assert "\r" not in text, "in the text format a carriage return is written \\r"
        assert not text or text.endswith("\n")
        for line in text.split("\n")[:-1]:
            values = [None if value == "" else _unescaped(value) for value in line.split("\t")]
            assert values.pop(0) == "7"
            self.rows.append(tuple(values))
        self.rowcount = len(self.rows)

    def write(self, data: bytes | str) -> None:
        self._content += data.encode() if isinstance(data, str) else data


def _unescaped(value: str) -> str:
    found = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}
    return re.sub(r"\\.", lambda match: found[match[0]], value)


@dataclass(frozen=True)
class Read:
    """What became of a document on one way. archived: as the archive keeps it."""

    seen: Seen
    rows: list[tuple[str | None, ...]]
    archived: bytes


def job_of(feed: Feed, content: bytes, content_type: str | None, country: str) -> LoadJob:
    place = store(country)
    scope = Scope("scope", (place,), place.time_zone)
    incoming = Incoming(
        open=lambda: io.BytesIO(content), origin="api", report_created_at=MOMENT, content_type=content_type
    )
    job = LoadJob(Copied(), Archive("memory://any"), feed, scope, incoming, None, PersonalChoice(), b"key")  # type: ignore[arg-type]
    job.most_rows = MOST_ROWS  # nothing is known here of what is usual
    return job


def read_both(
    feed: Feed, content: bytes, content_type: str | None, country: str = "US"
) -> tuple[Read | None, Read, tuple[str, ...]]:
    """The document on the fast way (None where that cannot be gone) and on the careful one, and the charsets tried."""
    job = job_of(feed, content, content_type, country)
    charsets, delimiter, table = delimited.prepare(job)
    fast, left = None, charsets
    while delimiter == "\t":
        kept: list[bytes] = []
        copied = Copied()
        blocks = delimited._whole(job)
        header, newline, rest = next(blocks, b"").partition(b"\n")
        assert job.strip is not None
        kept += job.strip(iter([header + newline]))

        def body(first: bytes = rest, following: Iterator[bytes] = blocks) -> Iterator[bytes]:
            yield from ([first] if first else [])
            yield from following

        try:
            seen = copy_fast(
                copied,  # type: ignore[arg-type]
                table,
                left[0],
                body(),
                7,
                kept.append,
                pseudonyms=job.pseudonyms,
            )
        except Miss as miss:
            if not miss.encoding or len(left) == 1:
                break
            tried, left = left[0], (likelier(delimited._whole(job), left),)
            if left[0] == tried:
                break
        else:
            fast = Read(seen, copied.rows, b"".join(kept))
            break
    assert job.strip is not None
    archived = b"".join(job.strip(delimited._whole(job)))
    stripped = replace(table, layout=table.layout.as_kept)
    charset = left[0] if len(left) == 1 else likelier([archived], left)
    copied = Copied()
    seen = copy_careful(copied, stripped, charset, delimiter, line_blocks(iter([archived])), 7)  # type: ignore[arg-type]
    return fast, Read(seen, copied.rows, archived), charsets


def lines_of(archived: bytes, charset: str) -> tuple[int, int]:
    """How many lines stand after the header, and how many of them are blank."""
    lines = archived.split(b"\n")[1:]
    if lines and lines[-1] == b"":
        lines.pop()
    blank = [line for line in lines if not line.decode(charset, "replace").strip(" \r")]
    return len(lines), len(blank)


# --- documents -------------------------------------------------------------------------------------------------------

AWKWARD = st.sampled_from(
    [
        b"\t",
        b"\n",
        b"\r",
        b"\r\n",
        b'"',
        b'""',
        b"\0",
        b"\b",
        b"\xff",
        b"\x81",
        b"\x5c",
        b"\\N",
        b"\\.",
        b" ",
        b"\x1b$B",
    ]
)
WORDS = st.one_of(
    st.sampled_from(
        ["", "1", "2026-03-01T12:00:00+00:00", "03/01/2026", "Amazon.com", "USD", SECRET, "Café", "保温①㈱"]
    ),
    st.text(max_size=5),
)


@st.composite
def documents(draw: st.DrawFn, feed: Feed) -> tuple[bytes, str | None]:
    """A header of the feed, lines that are nearly right, and any bytes; with or without a content type."""
    charset = draw(st.sampled_from([None, *CHARSETS]))
    headers = list(feed.sections[0].known)
    if draw(st.booleans()):
        headers = draw(st.permutations(headers))[: draw(st.integers(len(headers) - 3, len(headers)))]
    end = draw(st.sampled_from(["\n", "\r\n"]))
    width = len(headers)
    cells = st.lists(WORDS, min_size=width, max_size=width)
    rows = draw(st.lists(st.one_of(cells, cells, st.lists(WORDS, max_size=width + 2)), max_size=6))
    text = end.join("\t".join(row) for row in [headers, *rows]) + draw(st.sampled_from(["", end, end * 2]))
    try:
        written = text.encode(draw(st.sampled_from([charset or "utf-8", "utf-8", "cp932"])), "replace")
    except (LookupError, UnicodeError, TypeError):
        written = text.encode()
    for junk in draw(st.lists(st.one_of(AWKWARD, st.binary(max_size=4)), max_size=3)):
        place = draw(st.integers(0, len(written)))
        written = written[:place] + junk + written[place:]
    return written, None if charset is None else f"text/plain; charset={charset}"


def check(feed: Feed, content: bytes, content_type: str | None, country: str) -> None:
    try:
        fast, careful, charsets = read_both(feed, content, content_type, country)
    except DocumentError as error:
        assert str(error).endswith(".")
        b"".join(_readable(job_of(feed, content, content_type, country)))
        return
    lines, blank = lines_of(careful.archived, careful.seen.charset)
    assert len(careful.rows) == careful.seen.rows
    assert len(careful.seen.rejects) == careful.seen.rejected
    if feed.quoting == "none":
        assert careful.seen.rows + careful.seen.rejected + blank == lines
    else:
        assert careful.seen.rows + careful.seen.rejected + blank <= lines
    if fast is not None:
        assert fast.rows == careful.rows
        assert fast.archived == careful.archived
        assert (fast.seen.rows, fast.seen.rejected) == (careful.seen.rows, careful.seen.rejected)
        assert fast.seen.days == careful.seen.days
        assert {each for each in fast.seen.channels if each} == {each for each in careful.seen.channels if each}
        assert charsets


COUNTRIES = st.sampled_from(["US", "DE", "JP"])


@settings(max_examples=80)
@given(document=documents(SHIPMENTS), country=COUNTRIES)
def test_documents_with_personal_fields(document: tuple[bytes, str | None], country: str) -> None:
    check(SHIPMENTS, *document, country)


@settings(max_examples=60)
@given(document=documents(LISTINGS), country=COUNTRIES)
def test_documents_without(document: tuple[bytes, str | None], country: str) -> None:
    check(LISTINGS, *document, country)


@settings(max_examples=60)
@given(document=documents(LEDGER), country=COUNTRIES)
def test_documents_with_quotes(document: tuple[bytes, str | None], country: str) -> None:
    check(LEDGER, *document, country)


@settings(max_examples=60)
@given(content=st.binary(max_size=300), charset=st.sampled_from([None, *CHARSETS]), country=COUNTRIES)
@example(content=b"\x1f\x8b\x08", charset=None, country="US")
@example(content="sku\tprice\n1\t2\n".encode("utf-16"), charset="utf-16", country="JP")
def test_bytes_that_are_no_document(content: bytes, charset: str | None, country: str) -> None:
    for feed in (SHIPMENTS, LEDGER):
        check(feed, content, None if charset is None else f"text/plain; charset={charset}", country)


@settings(max_examples=60)
@given(
    junk=st.lists(st.binary(max_size=5).filter(lambda each: not {9, 10} & set(each)), min_size=1, max_size=8),
    shift=st.integers(-3, 3),
    size=st.integers(1, 200),
)
def test_a_secret_is_left_nowhere_near_its_place(junk: list[bytes], shift: int, size: int) -> None:
    """Whatever else is in a line, and if its fields have moved by a few places."""
    headers = SHIPMENTS.sections[0].known
    personal = {headers.index(name) for name in (*SHIPMENTS.personal, *SHIPMENTS.hashed)}
    fields = [SECRET.encode() if i in personal else junk[i % len(junk)] for i in range(len(headers))]
    fields = [b"x"] * shift + fields if shift > 0 else fields[-shift:]
    content = "\t".join(headers).encode() + b"\n" + b"\t".join(fields) + b"\n"
    job = job_of(SHIPMENTS, content, None, "US")
    delimited.prepare(job)
    assert job.strip is not None
    blocks = line_blocks(iter([content[i : i + size] for i in range(0, len(content), size)]))
    kept = b"".join(job.strip(blocks))
    assert SECRET.encode() not in kept
    if shift:
        assert BLANKED in kept


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp037", "iso-2022-jp"])
def test_charsets_in_which_lines_cannot_be_cut(charset: str) -> None:
    headers = SHIPMENTS.sections[0].known
    texts = {"shipment-date": "2026-03-01T12:00:00+00:00", "buyer-email": "a@b.c", "buyer-name": SECRET}
    row = [texts.get(name, name) for name in headers]
    content = ("\t".join(headers) + "\r\n" + ("\t".join(row) + "\r\n") * 3).encode(charset)
    fast, careful, _ = read_both(SHIPMENTS, content, f"text/plain; charset={charset}")
    assert fast is not None
    assert fast.rows == careful.rows
    expected = Pseudonyms(b"key", "harbor", ("utf-8",))[b"a@b.c"].decode()
    kept = [name for name in headers if name not in SHIPMENTS.personal]
    assert fast.rows == [tuple(expected if n == "buyer-email" else texts.get(n, n) for n in kept)] * 3


def test_what_an_odd_charset_cannot_hold_is_counted() -> None:
    content = "sku\tprice\n1\t2\n".encode("utf-16-le")[:-2] + b"\x00\xd8\n\x00"
    told: list[int] = []
    assert b"".join(line_blocks(iter([content]), "utf-16-le", told.append)) == "sku\tprice\n1\t2\ufffd\n".encode()
    assert sum(told) == 1
