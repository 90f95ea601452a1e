"""Finds the known header that a document's header means, and the feeds that a header line fits.

Pure functions over the catalogue. Headers are compared without case, blanks, hyphens, accents and signs, and in
American spelling. A letter that could not be decoded matches any. Names in other languages are data of the feeds
(`Feed.aliases`). The columns of a raw table are made in `layout.py`; which feed and store a file belongs to is decided
in `imports/recognition.py`.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipelines.feeds import FEEDS, Feed, Section, column_name
from pipelines.landing.formats.charsets import REPLACEMENT

# Letters that Unicode's decomposition leaves as they are, and British spellings.
_LETTERS = str.maketrans({"ł": "l", "ı": "i", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
_AMERICAN = (("fulfilment", "fulfillment"), ("licence", "license"), ("centre", "center"), ("cancelled", "canceled"))
_ACCENTS = re.compile("[̀-ͯ]")


_column = functools.lru_cache(maxsize=5_000)(column_name)


@functools.lru_cache(maxsize=5_000)
def plain(header: str) -> str:
    """A header in the form in which headers are compared.

    >>> plain("Händler-SKU"), plain("ＡＳＩＮ 1"), plain("fulfilment_channel"), plain("HÃ¤ndler SKU")
    ('handlersku', 'asin1', 'fulfillmentchannel', 'handlersku')
    """
    if not header.isascii():
        header = _ACCENTS.sub("", unicodedata.normalize("NFKD", _mended(header).casefold())).translate(_LETTERS)
        header = unicodedata.normalize("NFKC", header)
    text = "".join(each for each in header.casefold() if each.isalnum() or each == REPLACEMENT)
    for british, american in _AMERICAN:
        text = text.replace(british, american)
    return text


def named(feed: Feed, section: Section, headers: Sequence[str]) -> tuple[str, ...]:
    """The headers as Amazon writes them. Headers that the feed does not know stay as they are.

    If two headers mean the same, the name goes to the one that is written exactly like it.
    """
    exact = {_column(each) for each in (*section.known, *section.required)}
    taken = {_column(each) for each in headers} & exact
    others: dict[str, str] | None = None
    names = []
    for header in headers:
        found = None
        if _column(header) not in exact and (wanted := plain(header)):
            others = _others(feed, section) if others is None else others
            found = _meant(wanted, others)
        if found is not None and _column(found) not in taken:
            taken.add(_column(found))
            names.append(found)
        else:
            names.append(header.strip())
    return tuple(names)


def is_unused(feed: Feed, header: str) -> bool:
    """Whether a column of this name is unused (`Feed.unused`). A number added by a spreadsheet is ignored."""
    return bool(feed.unused) and plain(header).rstrip("0123456789") in {plain(each) for each in feed.unused}


class Fit(NamedTuple):
    """How a header line fits a feed. known: number of headers that the feed knows. missing: required ones it lacks."""

    feed: Feed
    known: int
    missing: tuple[str, ...]


def fit(feed: Feed, headers: Sequence[str]) -> Fit:
    """How these headers fit a delimited feed."""
    section = feed.sections[0]
    columns = {_column(each) for each in named(feed, section, headers)}
    known = {_column(each) for each in (*section.known, *section.required)}
    missing = tuple(each for each in section.required if _column(each) not in columns)
    return Fit(feed, len(columns & known), missing)


def fitting(headers: Sequence[str], feeds: Iterable[Feed] = FEEDS.values()) -> list[Fit]:
    """The delimited feeds that these headers fit, the best first; equal ones in the catalogue's order.

    A feed fits if no required header is missing, and if it knows at least half as many headers as the best feed.
    """
    found = [each for each in (fit(feed, headers) for feed in feeds if not feed.is_json) if not each.missing]
    found.sort(key=lambda each: -each.known)
    return [each for each in found if 2 * each.known >= found[0].known]


def _others(feed: Feed, section: Section) -> dict[str, str]:
    """Name in the form of `plain` -> known header, for all names and aliases of a feed's headers."""
    known = {plain(each): each for each in reversed((*section.known, *section.required))}
    return known | {plain(localised): each for localised, each in feed.aliases.items()}


def _meant(wanted: str, known: dict[str, str]) -> str | None:
    lost = wanted.count(REPLACEMENT)
    if not lost or 3 * lost > len(wanted):
        return known.get(wanted)
    pattern = re.compile(re.escape(wanted).replace(REPLACEMENT, ".{0,2}"))
    meant = {_column(each): each for name, each in known.items() if pattern.fullmatch(name)}
    return next(iter(meant.values())) if len(meant) == 1 else None


def _mended(header: str) -> str:
    """Repair a header whose UTF-8 bytes were read as Windows-1252."""
    try:
        return header.encode("cp1252").decode()
    except UnicodeError:
        return header
