"""A shadow of the parser: what a flat file holds, read slowly and simply, sharing nothing with the pipelines' parsers.

It knows what the catalogue says of a feed (headers, aliases, quoting) and how documents are, and nothing of how they
are loaded. The documents themselves are made in `written.py`.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pipelines.feeds import Feed

# Rows of one document that staging makes one, by the columns that they share: the later one counts.
ONE_OF_EACH: dict[str, tuple[str, ...]] = {
    "manual.product_costs": ("sku", "valid_from"),
    "manual.stock": ("sku", "location"),
    "manual.fx_rates": ("date", "base_currency", "quote_currency"),
}


@dataclass
class Shadow:
    """rows: by raw column, '' where a line ends before it. rejected: lines with more fields than the header."""

    rows: list[dict[str, str]] = field(default_factory=list)
    rejected: int = 0

    def sum(self, column: str) -> Decimal:
        """Of a raw column's numbers."""
        return sum((number(row.get(column, "")) for row in self.rows), Decimal(0))

    def counted(self, feed: Feed) -> list[dict[str, str]]:
        """The rows that staging should have."""
        shared = [slug(name) for name in ONE_OF_EACH.get(feed.name, ())]
        if not shared:
            return self.rows
        return list({tuple(row.get(name, "").strip() for name in shared): row for row in self.rows}.values())


def read(content: bytes, feed: Feed, encoding: str) -> Shadow:
    """A whole document, in memory."""
    text = content.decode(encoding).removeprefix("\ufeff")
    first = text.split("\n", 1)[0].rstrip("\r")
    delimiter = max("\t,;", key=first.count)
    has_quotes = first.startswith('"') and first.endswith('"')
    quoted = delimiter != "\t" or feed.quoting == "standard" or (feed.quoting == "as header" and has_quotes)
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    records = [line.split(delimiter) for line in lines if line.strip(" ")]
    if quoted:
        there = "\n".join(line for line in lines if line.strip(" "))
        records = list(csv.reader(io.StringIO(there, newline=""), delimiter=delimiter))
    columns = [slug(known(feed, header)) for header in records[0]]
    shadow = Shadow()
    for fields in records[1:]:
        if len(fields) > len(columns):
            shadow.rejected += 1
            continue
        filled: Sequence[str] = [*fields, *[""] * (len(columns) - len(fields))]
        shadow.rows.append(dict(zip(columns, filled, strict=True)))
    return shadow


def known(feed: Feed, header: str) -> str:
    """A header as Amazon's documents in English have it."""
    plain = {_folded(localised): name for localised, name in feed.aliases.items()}
    return plain.get(_folded(header), header)


def slug(header: str) -> str:
    """The raw column of a header."""
    return re.sub("[^a-z0-9]+", "_", header.lower()).strip("_")


def number(text: str) -> Decimal:
    """With a point or a comma before the decimals; nothing is nought."""
    return Decimal(text.strip().replace(",", ".") or "0")


def _folded(header: str) -> str:
    return "".join(unicodedata.normalize("NFKC", header).lower().split())
