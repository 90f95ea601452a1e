"""Flat files as they are met, made from the catalogue: a strategy for each feed, and the variants that they come in.

A variant is a line of `VARIANTS`. What a file says is drawn by hypothesis; its bytes are made here and nowhere else.
"""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from pipelines.feeds import Feed
from pipelines.verify.watched import watched

DAY = date(2026, 3, 1)
"""The marketplace day of all rows that have one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """How a file is written. delimiter: '' for the feed's own. bom: it begins with a byte order mark. quoted: all its
    fields stand in double quotes.
    """

    name: str
    delimiter: str = ""
    encoding: str = "utf-8"
    content_type: str | None = None
    bom: bool = False
    newline: str = "\n"
    quoted: bool = False

    def fits(self, feed: Feed) -> bool:
        """Whether files of this feed are read like that: in some, quotes are characters unless commas are between."""
        return not self.quoted or bool(self.delimiter) or feed.quoting != "none"


VARIANTS = (
    Variant(name="as Amazon writes it"),
    Variant(name="lines end with CRLF", newline="\r\n"),
    Variant(name="UTF-8 with a mark", bom=True),
    Variant(name="Cp1252", encoding="cp1252", content_type="text/plain; charset=Cp1252"),
    Variant(name="Windows-31J", encoding="cp932", content_type="text/plain;charset=Windows-31J"),
    Variant(name="all fields in quotes", quoted=True),
    Variant(name="UTF-16 with a mark, of Excel", encoding="utf-16-le", bom=True, newline="\r\n"),
    Variant(name="CSV with quotes", delimiter=",", quoted=True, bom=True, newline="\r\n"),
    Variant(name="CSV without", delimiter=","),
    Variant(name="semicolons", delimiter=";", newline="\r\n"),
)

_MARKS = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE}
_WORDS = {
    "cp1252": ("Mug", 'Lamp 12" brass', "Café crème", "Größe M", "A, B; C", "007"),
    "cp932": ("Mug", 'Lamp 12" brass', "保温マグ①", "ソ表示", "A, B; C", "007"),
}
_ANY = ("Mug", 'Lamp 12" brass', "Café crème", "保温マグ①", "A, B; C", "007", "emoji \U0001f600")
# What a row must say to belong to an American store.
_FIXED = {
    **dict.fromkeys(("currency", "currency-unit", "Currency code", "base_currency"), "USD"),
    **dict.fromkeys(("sales-channel", "marketplace-name"), "Amazon.com"),
    **dict.fromkeys(("store", "country", "marketplace", "Country"), "US"),
    **dict.fromkeys(("Location", "country_code"), "US"),
    "quote_currency": "EUR",
    "valid_from": "2026-01-01",
    "received_on": "2026-01-01",
    "last-updated-date": "2026-03-02T18:00:00+00:00",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A file and what is known of it: lines that hold a row, lines with a field too many."""

    content: bytes
    variant: Variant
    rows: int
    broken: int


@st.composite
def files(draw: st.DrawFn, feed: Feed) -> Written:
    """A file of this feed: all it must have and some of what it may, in any variant that fits."""
    variant = draw(st.sampled_from([each for each in VARIANTS if each.fits(feed)]))
    headers = _headers(draw, feed)
    number = draw(st.integers(0, 10**9))  # no two files are the same
    count = draw(st.integers(1, 8))
    rows = [_row(draw, feed, headers, variant, f"{number}-{place}") for place in range(count)]
    # one line in two hundred may be broken: more are a damaged document
    broken = int(draw(st.booleans()) and not feed.sections[0].numbers)
    if broken:
        rows = [*rows, *([*row] for row in rows * (200 // count + 1))]
    if not feed.sections[0].numbers:
        # every other one: two short lines in a row may be one that was broken in two
        rows = [
            _without_end(row) if place % 2 and place < 20 and draw(st.booleans()) else row
            for place, row in enumerate(rows)
        ]
    lines = [_line(headers_as_written(feed, headers, variant, draw), variant, feed)]
    lines += [_line(row, variant, feed) for row in rows]
    if broken:
        place = draw(st.integers(1, len(lines) - 1))
        lines.insert(place, _line([*rows[0], *[""] * (len(headers) - len(rows[0])), "one too many"], variant, feed))
    for _ in range(draw(st.integers(0, 2))):
        lines.insert(draw(st.integers(1, len(lines))), draw(st.sampled_from(["", " "])))
    text = variant.newline.join(lines) + draw(st.sampled_from(["", variant.newline]))
    mark = _MARKS[variant.encoding] if variant.bom else b""
    return Written(mark + text.encode(variant.encoding), variant, len(rows), broken)


def _headers(draw: st.DrawFn, feed: Feed) -> list[str]:
    """Required headers, the day's, those with sums, and some others, in the catalogue's order."""
    section = feed.sections[0]
    must = {*section.required, section.day, *section.numbers, *watched(feed, section).sums, *feed.hashed}
    must |= {name for name in section.known if name in _FIXED}
    others = [name for name in section.known if name not in must]
    some = draw(st.sets(st.sampled_from(others), max_size=6)) if others else set()
    return [name for name in section.known if name in must or name in some]


def headers_as_written(feed: Feed, headers: list[str], variant: Variant, draw: st.DrawFn) -> list[str]:
    """The headers, in the language of the file where the feed knows others and its encoding has the letters."""
    if not feed.aliases or not draw(st.booleans()):
        return headers
    localised = {known: name for name, known in feed.aliases.items()}
    named = [localised.get(header, header) for header in headers]
    try:
        "".join(named).encode(variant.encoding)
    except UnicodeEncodeError:
        return headers
    return named


def _row(draw: st.DrawFn, feed: Feed, headers: list[str], variant: Variant, number: str) -> list[str]:
    section = feed.sections[0]
    sums = watched(feed, section).sums
    values = []
    for header in headers:
        if header == section.day:
            values.append(_day(section.day_formats[0]))
        elif header in sums or header in section.numbers:
            values.append(draw(_numbers(feed, sums.get(header, "quantity"))))
        elif header in _FIXED:
            values.append(_FIXED[header])
        elif "sku" in header.lower() or header.endswith("order-id"):
            values.append(f"S {number}")
        elif header == "settlement-id":
            values.append("20260301")
        elif "date" in header.lower():
            values.append("")
        else:
            values.append(draw(st.sampled_from(("", *_WORDS.get(variant.encoding, _ANY)))))
    return values


def _without_end(row: list[str]) -> list[str]:
    """A line that ends where nothing more is in it, as spreadsheets write them."""
    there = [place for place, value in enumerate(row) if value]
    return row[: max(there[-1] + 1, 2)] if there else row


def _day(form: str) -> str:
    at = datetime(DAY.year, DAY.month, DAY.day, 18)
    return f"{at:%Y-%m-%dT%H:%M:%S}+00:00" if form in ("iso", "dated") else at.strftime(form)


def _numbers(feed: Feed, column: str) -> st.SearchStrategy[str]:
    """Amounts with two decimals (in settlements some with a comma), whole units, and nothing."""
    if not column.endswith(("amount", "rate")):
        return st.one_of(st.just(""), st.integers(-5, 5000).map(str))
    amounts = st.decimals(Decimal("-999.99"), Decimal("9999.99"), places=2).map(lambda value: f"{value:f}")
    if feed.name == "amazon_sp.settlements_v2":
        amounts = st.one_of(amounts, amounts.map(lambda text: text.replace(".", ",")))
    return st.one_of(st.just(""), amounts)


def _line(values: list[str], variant: Variant, feed: Feed) -> str:
    delimiter = variant.delimiter or feed.delimiter
    if not variant.quoted and delimiter == "\t" and feed.quoting != "standard":
        return delimiter.join(values)
    written = io.StringIO()
    quoting = csv.QUOTE_ALL if variant.quoted else csv.QUOTE_MINIMAL
    csv.writer(written, delimiter=delimiter, quoting=quoting, lineterminator="").writerow(values)
    return written.getvalue()
