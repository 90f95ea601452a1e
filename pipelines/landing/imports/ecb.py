"""Converts the European Central Bank's files of reference rates to the long form of manual.fx_rates, base EUR.

It reads the daily and historical XML, the CSV (`05 January 2024`) and the wide historical CSV (ISO dates, a trailing
comma, `N/A`), each plain, zipped or gzipped. Weekends and holidays have no rates in these files, and get none here.
Pure functions over bytes. The files are opened or downloaded by `importer.py` and `sources/transport/download.py`.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from xml.parsers import expat

from pipelines.errors import DocumentError

LIMIT = 64 * 1024 * 1024
"""The largest size of an unpacked file, in bytes. The whole history since 1999 has two million bytes."""

BASE = "EUR"
HEADER = "date,base_currency,quote_currency,rate"
_MISSING = frozenset({"", "N/A"})
_RATE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
# English names are listed here, because strptime takes the names of the machine's language.
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
         "December"),
        start=1,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rate:
    """What one euro was worth on a day, in units of `currency`. rate: as the file writes it."""

    day: date
    currency: str
    rate: str


def is_packed(beginning: bytes) -> bool:
    """Whether a file begins like a zip archive. Of all files that are imported, only the ECB's may be one."""
    return beginning.startswith(b"PK\x03\x04")


def long_form(content: bytes) -> bytes | None:
    """A file of the ECB as CSV in UTF-8: date, base currency, quote currency, rate; days in the file's own order.

    If it is not a file of the ECB: the table in a zip archive, or None for any other file, which can be loaded as it
    is. Raises DocumentError if the file is damaged, or is the ECB's but cannot be read whole.
    """
    packed = is_packed(content)
    plain = _unpacked(content)
    text = plain.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"<") and b"Cube" in text:
        rates = list(_of_xml(plain.lstrip(b" \t\r\n")))
    elif _is_wide(text):
        rates = list(_of_csv(text))
    else:
        return plain if packed else None
    if not rates:
        raise DocumentError(
            "The file is one of the European Central Bank, but holds no rate. Download it again.", kind="empty_document"
        )
    lines = (f"{rate.day.isoformat()},{BASE},{rate.currency},{rate.rate}" for rate in rates)
    return "\n".join((HEADER, *lines, "")).encode()


def _unpacked(content: bytes) -> bytes:
    if is_packed(content):
        return _unzipped(content)
    if content.startswith(b"\x1f\x8b"):
        reader = zlib.decompressobj(wbits=31)
        try:
            plain = reader.decompress(content, LIMIT + 1)
        except zlib.error as error:
            raise _broken(f"the gzip stream is damaged ({error})") from None
        if len(plain) <= LIMIT and not reader.eof:
            raise _broken("the gzip stream ends too early")
        return _within_limit(plain)
    return _within_limit(content)


# What zipfile can raise. RuntimeError is raised for an encrypted member, its subclass for an unknown compression.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


def _unzipped(content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [each for each in archive.infolist() if each.filename.lower().endswith((".csv", ".xml"))]
            if len(members) != 1:
                found = ", ".join(each.filename for each in archive.infolist()[:5]) or "nothing"
                raise DocumentError(
                    f"The zip archive holds {found}; one .csv or .xml file was expected. Unpack it, and import the "
                    "file of rates.",
                    kind="wrong_type",
                )
            with archive.open(members[0]) as file:
                return _within_limit(file.read(LIMIT + 1))
    except _UNREADABLE as error:
        raise _broken(f"the zip archive cannot be unpacked ({error or type(error).__name__})") from None


def _within_limit(content: bytes) -> bytes:
    if len(content) > LIMIT:
        raise DocumentError(
            f"The file has more than {LIMIT // 2**20} MB: it is no file of exchange rates.", kind="wrong_type"
        )
    return content


def _broken(why: str) -> DocumentError:
    return DocumentError(f"The file cannot be read: {why}. Download it again.", kind="truncated")


def _of_xml(content: bytes) -> Iterator[Rate]:
    """The rates in XML: <Cube time='2024-01-05'> holds <Cube currency='USD' rate='1.0921'/>; others are ignored."""
    found: list[Rate] = []
    day: date | None = None

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal day
        if name.rpartition(":")[2] != "Cube":
            return
        if "time" in attributes:
            day = _day(attributes["time"], f"line {parser.CurrentLineNumber}")
        if "currency" in attributes:
            where = f"line {parser.CurrentLineNumber}"
            if day is None:
                raise _unreadable(where, "a rate comes before any day")
            rate = _rate(day, attributes["currency"], attributes.get("rate", ""), where)
            if rate is not None:
                found.append(rate)

    def doctype(*_: object) -> None:
        raise _unreadable("the beginning", "it declares a document type, which the ECB's files do not")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise _broken(f"it is no whole XML document ({error})") from None
    return iter(found)


def _is_wide(text: bytes) -> bool:
    """Whether the first line consists of `Date` and currencies only."""
    first, *others = (cell.strip() for cell in text.partition(b"\n")[0].decode("latin-1").split(","))
    codes = [cell for cell in others if cell]
    return first.lower() == "date" and bool(codes) and all(_CURRENCY.fullmatch(code) for code in codes)


def _of_csv(text: bytes) -> Iterator[Rate]:
    lines = text.decode("ascii", "replace").splitlines()
    currencies = [cell.strip() for cell in lines[0].split(",")][1:]
    named = [code for code in currencies if code]
    if len(set(named)) < len(named):
        raise _unreadable("line 1", "a currency has two columns")
    width = 1 + max(i for i, code in enumerate(currencies, start=1) if code)
    try:
        for number, row in enumerate(csv.reader(lines[1:]), start=2):
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            where = f"line {number}"
            if len(cells) < width or any(cells[len(currencies) + 1 :]):
                raise _unreadable(where, f"it has {len(cells)} cells, the first line {width}")
            day = _day(cells[0], where)
            for code, value in zip(currencies, cells[1:], strict=False):
                rate = _rate(day, code, value, where) if code else None
                if rate is not None:
                    yield rate
    except csv.Error as error:
        raise _broken(f"it is no CSV ({error})") from None


def _day(text: str, where: str) -> date:
    """The day in `2024-01-05` or `05 January 2024`. Raises DocumentError for other texts."""
    value = text.strip()
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return datetime.strptime(value, "%Y-%m-%d").date()
        number, month, year = value.split()
        if re.fullmatch(r"[0-9]{1,2} [0-9]{4}", f"{number} {year}"):
            return date(int(year), _MONTHS[month.capitalize()], int(number))
    except (ValueError, KeyError):
        pass
    raise _unreadable(where, f"{value[:40]!r} is no day")


def _rate(day: date, currency: str, text: str, where: str) -> Rate | None:
    """The rate in a cell; None if the bank had none, and for the euro itself. Raises DocumentError."""
    code, value = currency.strip(), text.strip()
    if value in _MISSING or code == BASE:
        return None
    if not _CURRENCY.fullmatch(code):
        raise _unreadable(where, f"{code[:40]!r} is no currency")
    if not _RATE.fullmatch(value) or not float(value):
        raise _unreadable(where, f"the rate of {code} is {value[:40]!r}")
    return Rate(day, code, value)


def _unreadable(where: str, why: str) -> DocumentError:
    return DocumentError(
        f"The file looks like one of the European Central Bank, but cannot be read at {where}: {why}. Download it "
        "again, or import rates as date, base_currency, quote_currency, rate.",
        kind="wrong_type",
    )
