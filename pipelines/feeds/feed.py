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

Source = Literal["amazon_sp", "amazon_data_kiosk", "amazon_ads", "apify", "shopify", "ebay", "woocommerce", "manual"]
Shape = Literal["windowed", "snapshot", "listed", "crawl", "file", "notification"]
Scope = Literal["store", "account", "shop", "marketplace", "global"]
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

    A line for each field; docs/feed-fields.md is made from them.

    name: '' for a document of one section; else the end of its raw table's name.
    path: the ijson prefix of the array whose elements are the rows (JSON only). Of JSON Lines it is 'item': each
        line is a row.
    known: the headers known, as Amazon writes them; the union of all variants. A header beyond them widens the
        table.
    required: headers without which the document is refused.
    day: header (or JSON key) of the row's marketplace day; '' where the row's day is that of its slice.
    day_formats: strptime formats of `day`, tried in turn. 'iso' takes the first ten characters of an ISO date; of a
        date-time with an offset the marketplace day of that instant. 'dated' is 'iso', but midnight in UTC is a
        date that was written as a moment, and is that date.
    dates: headers of plain dates, which pages of Seller Central and spreadsheets write in the reader's way. They
        are read as `formats/written_dates.py` says; raw has them as the API writes them: `day` in its first format,
        others in ISO.
    dated_by: a header with ISO date-times of the same day; it tells how `dates` are meant.
    numbers: headers that hold a number or nothing, in reports that Amazon has sent with fields shifted. Every line
        has all its fields, and one line out of place refuses the document.
    countries: headers that hold a country of two letters or nothing. Anything else says that the report was made
        with another option, and refuses the document.
    key: of JSON, the paths (`Metadata.Id`) of which the first that is there says what a row is, however often it came.
        Its raw table has an index on them.
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
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One report or crawl.

    A line for each field; docs/feed-fields.md is made from them. Ages are days since a day ended: age 1 begins then.

    name: `<source>.<short name>`. Raw tables, staging models and Dagster's assets are named by it.
    title: what people call it, in English.
    shape: 'windowed' is asked for by days, 'snapshot' is as of now, 'listed' is made by Amazon unasked, 'crawl' is
        a run of an actor, 'file' comes by `tradewind import` only, 'notification' through a queue, whenever
        Amazon has something to tell.
    scope: whom one document is of: a store; an account, where Amazon answers for all its marketplaces; a shop
        beside Amazon; a marketplace, whoever sells there; or global.
    write_disposition: 'replace': a slice's rows are those of its newest load. 'snapshot': each load stands for
        itself. 'upsert': an order is replaced whole by its newest delivery.
    report_type: Amazon's reportType.
    options: Amazon's reportOptions. Reports do not say with which options they were made, so that a feed with
        options adopts no report that it did not ask for.
    ads: of the Ads API, the configuration of the report.
    query: of Data Kiosk, the GraphQL text to send, with <marketplace>, <first> and <last> (days) in it; of
        Shopify the name of the query that is sent (sources/shopify); of eBay and WooCommerce the name of the list.
    sections: the raw tables that a document fills, see below.
    period: what a slice of a windowed feed is. Weeks are Sunday to Saturday; months and quarters are the
        calendar's. The slice's day is the period's first, its age counts from its last.
    days_per_request: days that one request may cover, where the period is a day.
    periods_per_request: adjacent periods that one request may cover, where the period is longer.
    whole_dates: Amazon reads the window as dates, not as instants.
    lookback: of a snapshot whose request must name a window that long, ending now.
    asins_option: the report option that takes the store's own ASINs, separated by spaces: a period has one slice
        for each part of them.
    asins_characters: how many characters of ASINs fit into one request.
    opt_in: asked for only where stores.yaml names the feed (an alternative to another one).
    restricted: its document is given only for a restricted data token.
    latency: how long after a day's end its data may still be missing.
    history: how far back Amazon answers.
    restate_after: ages at which a day is asked for again, because Amazon still changes it.
    min_interval: how soon the same thing may be asked for again.
    refresh_today: how often the running day is fetched; without it a day is fetched only when it has ended. A snapshot
        is made anew so often only through the day (`planning/today.py`). The hourly schedules need a little less than
        an hour, since no run starts on the second.
    format: of the document: 'delimited', 'json', or 'jsonl' (JSON Lines).
    delimiter: between two fields of a delimited document.
    quoting: 'none': quotes are characters. 'standard': fields may stand in quotes. 'as header': all do where the
        headers do.
    aliases: other names of headers, as other languages have them -> the known header.
    unused: headers of columns that hold nothing; they are left out.
    personal: headers of personal columns, which are cut out before raw and before the archive.
    hashed: headers of personal columns that a keyed hash replaces.
    not_personal: headers that are kept although their names look personal -> the reason.
    identity: of a listed feed, the header whose value says which document it is, however it came.
    order_key: of an upsert feed, the header of the order's number.
    updated_key: of an upsert feed, the header of the order's last update: the newest delivery has the latest one.
    total_key: header of the total that a document states; with `amount_key`, a warning names a document whose lines do
        not add up to it.
    amount_key: header of the amounts of its lines.
    spreadsheet_sku: header of the SKUs in a file that people edit in a spreadsheet, which may have made numbers of
        them.
    sample_min_rows: a snapshot is quarantined if it has fewer than `sample_share` of the rows of the last three
        loads, where those had at least so many.
    sample_share: see `sample_min_rows`.
    may_be_empty: of a snapshot of which there is often nothing to show: cancelled by Amazon, it is an empty one.
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
    def is_asked_for(self) -> bool:
        """Whether runs ask a source for it. Files are imported, and notifications come by themselves."""
        return self.shape not in ("file", "notification")

    @property
    def writes_dates_as_moments(self) -> bool:
        """Whether a day of its rows may be written as the midnight, in UTC, with which that day begins."""
        return any("dated" in section.day_formats for section in self.sections)

    @property
    def tables(self) -> tuple[str, ...]:
        """All raw tables of this feed."""
        return tuple(self.table(section) for section in self.sections)
