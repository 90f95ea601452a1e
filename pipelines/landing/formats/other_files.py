"""Recognises files that are no feed's document, by their first bytes or their headers.

Pure functions. Each returns a message that says what the file is and what to get instead, or None. The headers of other
reports are data (`feeds/other_reports.py`). Error pages of servers are refused in `streams.py`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from pipelines.feeds.other_reports import OTHER_REPORTS, SETTLEMENT_XML
from pipelines.landing.formats.header_names import plain

_LINES = 20
_DELIMITERS = (",", "\t", ";")
_PARENT = re.compile(r"[(（][^()（）]{1,30}[)）]\s*ASIN|ASIN\s*[(（][^()（）]{1,30}[)）]", re.IGNORECASE)


def report_named(headers: Iterable[str]) -> str | None:
    """A message about the report that has this header line; None if it is no known other report.

    >>> report_named(["Datum/Uhrzeit", "Abrechnungsnummer", "Typ", "Bestellnummer", "SKU"])[:32]
    'The file is a date range report '
    """
    given = list(headers)
    there = {plain(each) for each in given}
    for report in OTHER_REPORTS:
        if any({plain(each) for each in wanted} <= there for wanted in report.headers):
            return f"{report.what} {report.instead}"
    if sum(bool(_PARENT.fullmatch(each.strip())) for each in given) > 1:  # business reports in other languages
        return next(f"{each.what} {each.instead}" for each in OTHER_REPORTS if "business report" in each.what)
    return None


def lines_named(lines: Sequence[str]) -> str | None:
    """`report_named` for a document's first lines. Any of them may be the header, since notes may precede it."""
    for line in lines[:_LINES]:
        for delimiter in _DELIMITERS:
            try:
                headers = next(csv.reader([line], delimiter=delimiter), [])
            except csv.Error:
                continue
            if len(headers) > 2 and (named := report_named(headers)):
                return named
    return None


def bytes_named(head: bytes, whole: BinaryIO | None = None) -> str | None:
    """A message about a file that is not text; None if it may be text.

    head: its first bytes. whole: the file, if the caller has it; without it a workbook may pass for a zip.
    """
    start = head.lstrip()[:4096]
    if head.startswith(b"PK"):
        if _is_workbook(head, whole):
            return (
                "The file is an Excel workbook (xlsx). Save its sheet as CSV UTF-8, or better take the .txt or .csv "
                "that Amazon offers; of the advertising console's downloads none is read: " + _ads()
            )
        return "The file is a zip archive. Unpack it and import the file that is in it."
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "The file is an old Excel workbook (xls). Save its sheet as CSV UTF-8 and import that."
    if head.startswith(b"%PDF"):
        return (
            "The file is a PDF, from which nothing is read. Download the same report as .txt or .csv; of payments "
            "that is the V2 flat file: Seller Central > Payments > Reports Repository > All Statements."
        )
    if start.startswith(b"<") and re.search(rb"<(AmazonEnvelope|SettlementReport)\b", start):
        return SETTLEMENT_XML
    if re.match(rb"(?i)<(!doctype html|html|head|body)", start):
        return (
            "The file is a page of HTML, not a report: a browser saved what it showed. Sign in to Seller Central, open "
            "the report's page and use its Download button."
        )
    return None


def _ads() -> str:
    return next(each.instead for each in OTHER_REPORTS if "advertising" in each.what)


def _is_workbook(head: bytes, whole: BinaryIO | None) -> bool:
    try:
        with ZipFile(whole or io.BytesIO(head)) as archive:
            return any(name.startswith("xl/") for name in archive.namelist())
    except (BadZipFile, ValueError, OSError):
        return b"xl/" in head or b"[Content_Types].xml" in head
