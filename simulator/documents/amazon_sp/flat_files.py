"""How Amazon writes flat files: charsets, line ends, time formats, number formats, by marketplace and report.

No report's content: the other modules of this room give rows, and this one turns them into bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from simulator.documents.model import Document
from simulator.world.marketplaces import Marketplace

# (codec, charset as the content type names it)
UTF8 = ("utf-8", "UTF-8")
CP1252 = ("cp1252", "Cp1252")
LATIN1 = ("iso-8859-1", "ISO-8859-1")
CP932 = ("cp932", "Windows-31J")


def charset(place: Marketplace, *, second: bool) -> tuple[str, str]:
    """The charset of a marketplace's flat files; where Amazon uses two of them, `second` chooses the other."""
    if place.language == "ja":
        return CP932
    if place.language in ("de", "fr"):
        return CP1252 if second else LATIN1
    return UTF8 if second else CP1252


def line_end(place: Marketplace) -> str:
    """CRLF or LF: both are found."""
    return "\n" if place.region == "eu" else "\r\n"


def delimited(
    place: Marketplace,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    encoding: tuple[str, str],
    *,
    quoted: bool = False,
) -> Document:
    """A tab-separated document. Rows may be shorter than the header. quoted: every field in double quotes."""
    end = line_end(place)
    if quoted:
        target = io.StringIO()
        writer = csv.writer(target, delimiter="\t", quoting=csv.QUOTE_ALL, lineterminator=end)
        writer.writerow(header)
        writer.writerows(rows)
        text = target.getvalue()
    else:
        text = "".join("\t".join(row) + end for row in (header, *rows))
    content = text.encode(encoding[0])
    return Document(content, f"text/plain;charset={encoding[1]}", len(content) > 20_000)


def by_header(header: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """The row of a header: what has no value is empty."""
    return [values.get(name, "") for name in header]


def iso(at: datetime) -> str:
    """Order times: `2026-11-01T08:12:33+00:00`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def plain(amount: Decimal | None) -> str:
    """An amount with a decimal point, empty when there is none."""
    return "" if amount is None else format(amount, "f")


def local_amount(place: Marketplace, amount: Decimal) -> str:
    """An amount as settlements write it: with a decimal comma in Europe."""
    return plain(amount).replace(".", ",") if place.region == "eu" and place.country != "IN" else plain(amount)


def local_date(place: Marketplace, at: datetime) -> str:
    """The UTC day as settlements write it."""
    european = place.region == "eu" and place.country != "IN"
    return at.astimezone(UTC).strftime("%d.%m.%Y" if european else "%Y-%m-%d")


def local_time(place: Marketplace, at: datetime) -> str:
    """The instant as settlements write it: `2025-06-09 05:23:19 UTC` or `09.06.2025 05:23:19 UTC`."""
    return f"{local_date(place, at)} {at.astimezone(UTC):%H:%M:%S} UTC"
