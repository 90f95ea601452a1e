"""Reads a file before it is imported: which feeds its header fits, and which marketplaces its rows name.

Any notation and charset is read. Which store it belongs to is decided in `recognition.py`. Messages about files that
are no feed's document are in `formats/other_files.py`. Nothing is loaded here.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from pipelines.errors import ConfigError, DocumentError
from pipelines.feeds import FEEDS, Feed, column_name
from pipelines.landing.formats.careful_lines import records
from pipelines.landing.formats.charsets import byte_order_mark, candidates, decode, is_valid
from pipelines.landing.formats.header_names import Fit, fit, fitting, named
from pipelines.landing.formats.notation import (
    DELIMITERS,
    Notation,
    Rewriting,
    header_of,
    headers_in,
    notation_of,
    rewriting_of,
    rewritten,
)
from pipelines.landing.formats.other_files import bytes_named, lines_named
from pipelines.landing.formats.streams import line_blocks, plain_blocks
from pipelines.landing.imports import ecb
from pipelines.landing.loading.ownership import CHANNEL_COLUMNS, CURRENCY_COLUMNS
from pipelines.marketplaces import BY_ID, BY_SALES_CHANNEL, COUNTRY_ALIASES, MARKETPLACES

if TYPE_CHECKING:
    from pipelines.stores import Catalog

RATES = "manual.fx_rates"
_HEAD = 1 << 18
_FIRST_LINES = 20
_MOST_VALUES, _LONGEST_VALUE = 20_000, 100
_COUNTRY_COLUMNS = ("location", "country", "country_code", "marketplace", "amazon_store", *CHANNEL_COLUMNS)
MOST_IDS = 50
_SELLER_COLUMNS = ("seller_id", "merchant_id", "merchant_token")
_ORDER_COLUMNS = ("amazon_order_id", "order_id")
_REGION_COLUMN = "fulfillment_channel"
_REGIONS = {"AMAZON_NA": "na", "AMAZON_EU": "eu", "AMAZON_IN": "eu", "AMAZON_JP": "fe", "AMAZON_FE": "fe"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a document's rows show about its store.

    marketplaces (by country), currencies: each with its number of rows. countries: where goods are stored, or countries
    in other columns, with numbers of rows; these are only hints. regions: regions of the fulfilment channels. days:
    the different values of the day column. rows: the number of rows; None if they were not counted. sellers: merchant
    tokens that are named. ids: settlement or order ids, at most MOST_IDS of them.
    """

    marketplaces: Counter[str] = field(default_factory=Counter)
    currencies: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    regions: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()
    rows: int | None = None
    sellers: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()


def opener(path: Path) -> Callable[[], BinaryIO]:
    """A function that opens a file for reading bytes. It raises ConfigError if the file cannot be read."""

    def opened() -> BinaryIO:
        try:
            return path.open("rb")
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {error.strerror or error}.") from None

    return opened


def _head(opened: Callable[[], BinaryIO]) -> bytes:
    blocks = plain_blocks(opened(), _HEAD)
    try:
        return next(blocks, b"")
    finally:
        blocks.close()


def _foreign(opened: Callable[[], BinaryIO]) -> str | None:
    with opened() as file:
        if said := bytes_named(file.read(_HEAD), file):
            return said
    lines = _first_lines(opened)
    return None if lines and lines[0].lstrip()[:1] in ("{", "[", "<") else lines_named(lines)


def _first_lines(opened: Callable[[], BinaryIO], charset: str = "") -> list[str]:
    blocks = line_blocks(plain_blocks(opened(), _HEAD))
    try:
        first = next(blocks, b"").split(b"\n", _FIRST_LINES)[:_FIRST_LINES]
    finally:
        blocks.close()
    found = charset or ("utf-8" if is_valid(b"\n".join(first[:-1] or first), "utf-8") else "cp1252")
    return [decode(each, found)[0].rstrip("\r") for each in first]


def look(
    catalog: Catalog, name: str, opened: Callable[[], BinaryIO], feed: Feed | None
) -> tuple[Feed, Evidence, tuple[str, ...]]:
    """The feed of a file, the evidence in its rows, and the names of other feeds with the same columns.

    feed: the feed that the user names, if any. Raises DocumentError for a file that is no feed's document.
    """
    if feed is None and _is_of_the_ecb(opened):
        return FEEDS[RATES], Evidence(), ()
    if (feed is None or feed.name != RATES) and (said := _foreign(opened)):
        raise DocumentError(f"{name} cannot be imported. {said} Nothing of it was loaded.", kind="wrong_type")
    if feed is not None and feed.name == RATES:
        return feed, Evidence(), ()
    head = _head(opened)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _read_json(name, head, feed)
    lines, fits = _best_header(catalog, opened)
    if feed is None:
        if not fits:
            raise DocumentError(_unknown(name, lines), kind="wrong_type")
        feed, *same = [each.feed for each in fits if each.known == fits[0].known]
        return feed, _evidence(opened, feed, lines), tuple(each.name for each in same)
    return feed, _evidence(opened, feed, lines), ()


def refuse_foreign(feed: Feed, opened: Callable[[], BinaryIO]) -> None:
    """Raises DocumentError for a file that is no feed's document; it says what the file is and what to get instead.

    Files of exchange rates are not checked here, since they may be zip archives or XML; `ecb.py` reads them.
    """
    if feed.name != RATES and (said := _foreign(opened)):
        raise DocumentError(f"{said} Nothing of it was loaded.", kind="wrong_type")


def feeds_of(headers: Sequence[str]) -> list[Feed]:
    """The delimited feeds that a header line fits best: the first, and others that fit as well."""
    found = fitting(headers)
    return [each.feed for each in found if each.known == found[0].known]


def json_feeds_of(keys: Iterable[str], report_type: str | None = None) -> list[Feed]:
    """The JSON feeds that elements with these keys fit best. If a report type is given, it decides alone."""
    there = set(keys)
    if report_type is not None:
        return [feed for feed in FEEDS.values() if feed.is_json and feed.report_type == report_type]
    ranked = []
    for feed in FEEDS.values():
        section = feed.sections[-1]
        if not feed.is_json or not section.required:
            continue
        if any(each.path.split(".")[0] in there for each in feed.sections if each.path != "item"):
            return [feed]
        known = set(section.known or section.required)
        if set(section.required) <= there and section.path == "item":
            ranked.append((-len(known & there), len(known - there), feed))
    ranked.sort(key=lambda each: each[:2])
    return [feed for *rank, feed in ranked if tuple(rank) == ranked[0][:2]]


def _is_of_the_ecb(opened: Callable[[], BinaryIO]) -> bool:
    with opened() as file:
        content = file.read(ecb.LIMIT + 1)
    if len(content) > ecb.LIMIT:
        return False
    try:
        found = ecb.long_form(content)
    except DocumentError:
        return False
    return found is not None and found.startswith(ecb.HEADER.encode())


def _best_header(catalog: Catalog, opened: Callable[[], BinaryIO]) -> tuple[list[str], list[Fit]]:
    """The first lines, decoded in the charset in which their header fits a feed best, and the feeds that it fits."""
    lasts = dict.fromkeys(store.marketplace.charset for store in catalog.stores.values())
    charsets = dict.fromkeys(each for last in (*lasts, "utf-8") for each in candidates(None, last))
    best: tuple[list[str], list[Fit]] = (_first_lines(opened), [])
    for charset in charsets:
        lines = _first_lines(opened, charset)
        _, header = header_of(lines)
        for delimiter in DELIMITERS:
            fits = fitting(headers_in(header, Notation(delimiter, delimiter != "\t")))
            if fits and (not best[1] or fits[0].known > best[1][0].known):
                best = (lines, fits)
    return best


def _unknown(name: str, lines: list[str]) -> str:
    _, header = header_of(lines)
    split = max((headers_in(header, Notation(each, each != "\t")) for each in DELIMITERS), key=len)
    near = max((fit(feed, split) for feed in FEEDS.values() if not feed.is_json), key=lambda each: each.known)
    closest = (
        f" It is closest to {near.feed.name}, but lacks {', '.join(near.missing)}."
        if near.known > 2 and near.missing
        else ""
    )
    shown = ", ".join(each[:40] for each in split[:8]) + (", ..." if len(split) > 8 else "")
    return (
        f"{name} is no document that is known: its columns are {shown}.{closest} If you know what it is, give --feed; "
        "the feeds are in docs/feeds.md."
    )


def _evidence(opened: Callable[[], BinaryIO], feed: Feed, lines: list[str]) -> Evidence:
    """The evidence in all rows of a delimited document. lines: its first lines."""
    blocks = plain_blocks(opened(), _HEAD)
    first = next(blocks, b"")
    blocks.close()
    _, marked = byte_order_mark(first)
    skip, header = header_of(lines)
    notation = notation_of(feed, [*lines[:skip], header], spreadsheet=marked is not None and marked != "utf-8")
    columns = [column_name(each) for each in named(feed, feed.sections[0], headers_in(header, notation))]
    found: dict[str, Counter[str]] = {}
    day, identity = column_name(feed.sections[0].day), column_name(feed.identity)
    wanted = (*_COUNTRY_COLUMNS, *CURRENCY_COLUMNS, _REGION_COLUMN, *_SELLER_COLUMNS, *_ORDER_COLUMNS, day, identity)
    places = {name: columns.index(name) for name in wanted if name and name in columns}
    rows = 0
    for values in _rows(opened, rewriting_of(feed, header, notation)):
        rows += 1
        for name, place in places.items():
            if place < len(values) and (value := values[place].strip()):
                counted = found.setdefault(name, Counter())
                if value in counted or (len(counted) < _MOST_VALUES and len(value) <= _LONGEST_VALUE):
                    counted[value] += 1
    counted = found.get(identity) or next((found[each] for each in _ORDER_COLUMNS if each in found), Counter())
    ids = frozenset(each for each, _ in counted.most_common(MOST_IDS))
    return replace(_weighed(found, day, rows), ids=ids)


def _rows(opened: Callable[[], BinaryIO], rewriting: Rewriting) -> Iterator[list[str]]:
    blocks = rewritten(line_blocks(plain_blocks(opened())), rewriting)
    lines = (
        (1, line.removesuffix(b"\n").rstrip(b"\r").decode("latin-1"), 0)
        for block in blocks
        for line in io.BytesIO(block)
    )
    found = records(lines, rewriting.delimiter, quoted=rewriting.quoted)
    next(found, None)
    yield from (each.values for each in found)


def _weighed(found: dict[str, Counter[str]], day: str, rows: int | None) -> Evidence:
    marketplaces: Counter[str] = Counter()
    countries: Counter[str] = Counter()
    currencies: Counter[str] = Counter()
    for column, values in found.items():
        for value, count in values.items():
            market = BY_SALES_CHANNEL.get(value.lower())
            country = COUNTRY_ALIASES.get(value.upper(), value.upper())
            if market is not None:
                marketplaces[market.country] += count
            elif column in _COUNTRY_COLUMNS and country in MARKETPLACES:
                countries[country] += count
            if column in CURRENCY_COLUMNS:
                currencies[value.upper()] += count
    regions = {_REGIONS[each.upper()] for each in found.get(_REGION_COLUMN, ()) if each.upper() in _REGIONS}
    days, sellers = (frozenset(each) for each in (found.get(day, ()), _named(found, _SELLER_COLUMNS)))
    return Evidence(marketplaces, currencies, countries, frozenset(regions), days, rows, sellers)


def _named(found: dict[str, Counter[str]], columns: Sequence[str]) -> Iterator[str]:
    return (value for name in columns for value in found.get(name, ()))


def _read_json(name: str, head: bytes, feed: Feed | None) -> tuple[Feed, Evidence, tuple[str, ...]]:
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    kind = re.search(r'"reportType"\s*:\s*"([A-Z0-9_]+)"', text)
    elements = _first_elements(text)
    keys = {key for each in elements for key in each}
    feeds = [feed] if feed else json_feeds_of(keys, kind[1] if kind else None)
    if not feeds:
        said = f" It is a {kind[1]} report." if kind else ""
        raise DocumentError(
            f"{name} is JSON of no feed that is known by its form.{said} If you know what it is, give --feed; the "
            "feeds are in docs/feeds.md.",
            kind="wrong_type",
        )
    found: dict[str, Counter[str]] = {}
    ids = re.search(r'"marketplaceIds"\s*:\s*\[([^\]]*)\]', text)
    given = [
        *re.findall(r'"([A-Z0-9]+)"', ids[1] if ids else ""),
        *(str(each.get("marketplaceId")) for each in elements),
    ]
    channels = Counter(BY_ID[each].sales_channel for each in given if each in BY_ID)
    money = Counter(
        str(each["campaignBudgetCurrencyCode"]) for each in elements if each.get("campaignBudgetCurrencyCode")
    )
    found["sales_channel"], found["currency"] = channels, money
    found["seller_id"] = Counter(re.findall(r'"(?:[sS]ellerId|[mM]erchantId)"\s*:\s*"([A-Z0-9]{5,})"', text))
    span = [each[:10] for each in re.findall(r'"data(?:Start|End)Time"\s*:\s*"([^"]+)"', text)]
    day = feeds[0].sections[0].day
    found["day"] = Counter(span or [str(each[day]) for each in elements if day and each.get(day)])
    whole = len(head) < _HEAD and not span and text.startswith("[")
    evidence = _weighed(found, "day", len(elements) if whole else None)
    return feeds[0], evidence, tuple(each.name for each in feeds[1:])


def _first_elements(text: str) -> list[dict[str, Any]]:
    """The first elements of an array, the first lines of JSON Lines, or the object with which the text begins."""
    decoder = json.JSONDecoder()
    at, found = int(text.startswith("[")), []
    while True:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError:
            break
        if isinstance(value, dict):
            found.append(value)
    if not found:  # The text is the beginning of one object.
        found.append(dict.fromkeys(re.findall(r'"(\w+)"\s*:\s*[\[{]', text)))
    return found
