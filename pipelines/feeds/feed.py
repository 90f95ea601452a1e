"""What a feed is: the data type of the catalogue.

A `Feed` says everything that the planner, the engine, the parsers and the contract tests need to know of one report or
crawl. The feeds themselves are in the modules beside this one, one per source; what is the same for all feeds of a
source is in `sources/traits.py`. Nothing here reads, calls or computes, and nothing of ours is imported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

Source = Literal["amazon_sp", "amazon_data_kiosk", "amazon_ads", "apify", "manual"]
Shape = Literal["windowed", "snapshot", "listed", "crawl", "file"]
Scope = Literal["store", "account", "marketplace", "global"]
Period = Literal["day", "week", "month", "quarter"]
WriteDisposition = Literal["replace", "snapshot", "upsert"]
Format = Literal["delimited", "json", "jsonl"]
Quoting = Literal["none", "standard", "as header"]


def column_name(header: str) -> str:
    """The raw column of a document's header: snake_case, ASCII letters, digits and underscores only.

    >>> column_name("amazon-order-id"), column_name("Ending Warehouse Balance")
    ('amazon_order_id', 'ending_warehouse_balance')
    """
    return re.sub(r"[^0-9a-z]+", "_", header.strip().lower()).strip("_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One raw table that a document fills.

    name: '' for a document of one section. path: the ijson prefix of the array whose elements are the rows (JSON only);
    of JSON Lines ('jsonl') it is 'item': each line is a row.
    known: all headers that any variant of the report has, as Amazon writes them. required: a document without one of
    these is refused.
    day: the header (or JSON key) of the row's marketplace day; '' where the row's day is that of its slice.
    day_formats: strptime formats of `day`, tried in turn. 'iso' takes the first ten characters of an ISO date or
    date-time; of a date-time with an offset, it takes the marketplace day of that instant. 'dated' is 'iso' with one
    difference: midnight in UTC stands for that date.
    dates: headers of plain dates. Pages of Seller Central and spreadsheets write these in the reader's way. They are
    read as `formats/written_dates.py` says. Raw has them as the API writes them: `day` in the first of its formats,
    others in ISO. dated_by: a header with ISO date-times of the same day, which shows which way is meant.
    numbers: headers of fields that hold a number or nothing, for reports that Amazon has sent with shifted fields.
    Every line must have all its fields; a document with one shifted line is refused.
    countries: headers of fields that hold a country of two letters or nothing. Anything else means that the report was
    made with another option; such a document is refused.
    """

    name: str = ""
    path: str = ""
    known: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    day: str = ""
    day_formats: tuple[str, ...] = ("iso",)
    dates: tuple[str, ...] = ()
    dated_by: str = ""
    numbers: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One report or crawl.

    What it is:
    `name`: source and short name, 'amazon_sp.ledger_summary'. `title`: for people. `shape`: how it comes about.
    'windowed': reports of a range of days that is asked for. 'snapshot': a report of the present state. 'listed': a
    report that Amazon makes by itself, and that is found in its list. 'crawl': an Apify run. 'file': a file of the
    user's. `scope`: whom one request is for. `write_disposition`: what a new document does to the rows before it.
    'replace': it replaces those of its days. 'snapshot': it stands beside the others, for its own instant. 'upsert':
    it replaces each order that it names, as a whole. `report_type`, `options`, `ads`, `query`: the request as the
    source wants it. `query` is of Data Kiosk: the GraphQL text to send, with <marketplace>, <first> and <last> (days)
    in it.

    When it is asked for:
    `latency`: how long after a marketplace day's end its data may still be missing. `history`: how far back Amazon
    answers. `restate_after`: the ages, in days, at which a day is asked for again; age 1 begins when the day ends.
    `min_interval`: how soon the same thing may be asked for again. `refresh_today`: how often the running day is
    fetched; None: only when it has ended. `opt_in`: asked for only where stores.yaml names the feed, which is an
    alternative to another one.

    What one request covers:
    `period`: what a slice of a windowed feed is. A week is Sunday to Saturday; months and quarters are the calendar's.
    The slice's day is the first of its period, and its age counts from the last. `days_per_request`,
    `periods_per_request`: how many adjacent days or longer periods one request may cover. `whole_dates`: Amazon reads
    its window as dates, not as instants. `lookback`: of a snapshot whose request must name a window, how long that is;
    it ends now. `asins_option`: the report option that takes the store's own ASINs, separated by spaces, at most
    `asins_characters` of them at once; a period has one slice for each part. `restricted`: its document is given only
    for a restricted data token. `may_be_empty`: a snapshot that is often empty; if the source cancels it, it is empty.

    How its documents are read:
    `format`, `delimiter`; `quoting`: 'none' (quotes are characters), 'standard', 'as header' (in documents whose
    headers all stand in quotes). `aliases`: other names of headers (in other languages) -> the known header. `unused`:
    headers of columns that hold nothing and are left out. `personal`: columns that are cut out. `hashed`: personal
    columns that a keyed hash replaces. `not_personal`: columns, with the reason, that are kept although their names
    look personal.

    What its rows mean; each of these is a header:
    `identity`: of a listed feed, the id of the document, the same however it came. `order_key`: of 'upsert', the order
    that a row belongs to. `updated_key`: when an order was last changed, which dates a document that gives no time.
    `total_key`, `amount_key`: the total that a document states, and the amounts of its lines, which must sum to it; a
    warning tells the difference.
    `spreadsheet_sku`: SKUs in a file that people edit in a spreadsheet, which may have made numbers of them.

    `sample_min_rows`, `sample_share`: a snapshot with fewer than that share of the rows of its last three loads is
    quarantined, if those had at least so many rows.
    """

    name: str
    title: str
    shape: Shape
    scope: Scope
    write_disposition: WriteDisposition
    report_type: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    ads: Mapping[str, object] = field(default_factory=dict)
    query: str = ""
    sections: tuple[Section, ...] = (Section(),)
    period: Period = "day"
    days_per_request: int = 1
    periods_per_request: int = 1
    whole_dates: bool = False
    lookback: timedelta | None = None
    asins_option: str = ""
    asins_characters: int = 200
    opt_in: bool = False
    restricted: bool = False
    latency: timedelta = timedelta(0)
    history: timedelta = timedelta(days=730)
    restate_after: tuple[int, ...] = (1,)
    min_interval: timedelta = timedelta(minutes=30)
    refresh_today: timedelta | None = None
    format: Format = "delimited"
    delimiter: str = "\t"
    quoting: Quoting = "none"
    aliases: Mapping[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    hashed: tuple[str, ...] = ()
    not_personal: Mapping[str, str] = field(default_factory=dict)
    identity: str = ""
    order_key: str = ""
    updated_key: str = ""
    total_key: str = ""
    amount_key: str = ""
    spreadsheet_sku: str = ""
    sample_min_rows: int = 5
    sample_share: float = 0.5
    may_be_empty: bool = False

    @property
    def is_json(self) -> bool:
        """Whether its documents are JSON of either kind: a raw table then has one column, `item`."""
        return self.format != "delimited"

    @property
    def source(self) -> str:
        """The API it comes from: the part of the name before the dot."""
        return self.name.split(".", 1)[0]

    @property
    def short_name(self) -> str:
        """The name without its source, as Dagster and dbt know it below the source."""
        return self.name.split(".", 1)[1]

    def table(self, section: Section) -> str:
        """The raw table of a section, without schema: `amazon_sp__sales_and_traffic__by_date`."""
        base = f"{self.source}__{self.short_name}"
        return f"{base}__{section.name}" if section.name else base

    @property
    def writes_dates_as_moments(self) -> bool:
        """Whether a day of its rows may be written as the midnight, in UTC, with which that day begins."""
        return any("dated" in section.day_formats for section in self.sections)

    @property
    def tables(self) -> tuple[str, ...]:
        """All raw tables of this feed."""
        return tuple(self.table(section) for section in self.sections)
