"""Checks that a document has the report type, marketplace, options and period that were asked for.

Pure functions over values from a document, called by `load_job.py` and `json_documents.py`. Each check raises
DocumentError with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipelines.errors import DocumentError
from pipelines.landing.formats.moments import day_range_text
from pipelines.landing.formats.streams import refuse_error_page
from pipelines.landing.planning.periods import first_of, last_of
from pipelines.marketplaces import BY_ID, MARKETPLACES, marketplace_named

if TYPE_CHECKING:
    from pipelines.feeds import Feed, Section
    from pipelines.stores import Scope, Store

# Columns that name the marketplace of a row, and those that name its currency.
CHANNEL_COLUMNS = ("sales_channel", "marketplace_name", "store")
CURRENCY_COLUMNS = ("currency", "currency_code", "currency_unit")
# Columns by which a row's marketplace is recognised, the surest first.
PLACE_COLUMNS = ("sales_channel", "marketplace_name", "location", "country", *CURRENCY_COLUMNS)
_COUNTRY = re.compile(r"[A-Za-z]{2}|")
_ASINS = "asinGranularity"
_BOTH = {"startDate", "endDate"}


def check_json_beginning(feed: Feed, first: bytes) -> None:
    """Refuse a document that does not begin like the feed's JSON.

    first: the document's first bytes, without a byte order mark. Raises DocumentError('error_page', 'empty_document' or
    'wrong_type').
    """
    refuse_error_page(first)
    start = first.lstrip()[:1]
    if not start:
        raise DocumentError("The document is empty. Ask for it again.", kind="empty_document")
    if start not in (b"{", b"["):
        raise DocumentError(
            f"The document is no JSON; a {feed.title} document ({feed.name}) is. Give the feed that it belongs to.",
            kind="wrong_type",
        )
    is_lines = feed.format == "jsonl"
    wants_list = not is_lines and all(section.path == "item" for section in feed.sections)
    if wants_list != (start == b"["):
        shape = "a list of rows" if wants_list else "one object a line" if is_lines else "an object with sections"
        raise DocumentError(
            f"The document is JSON, but no {feed.title} document ({feed.name}), which is {shape}. Give the "
            "feed that it belongs to.",
            kind="wrong_type",
        )


def check_channels(
    feed: Feed, scope: Scope, channels: Iterable[str], currencies: Iterable[str], *, wanted: Store | None = None
) -> None:
    """Refuse rows of a marketplace outside the account's region, and an import without rows of its store.

    channels, currencies: the different values of the document's rows. wanted: the store that an import names. Files
    that users write are not judged: costs may be in any currency.
    Raises DocumentError('wrong_marketplace').
    """
    if feed.shape == "file" or not scope.stores:
        return
    named = {value.strip() for value in channels if value.strip()}
    known = {value: place for value in named if (place := marketplace_named(value)) is not None}
    region = scope.stores[0].region
    foreign = sorted(value for value, marketplace in known.items() if marketplace.region != region)
    if foreign:
        raise _foreign(f"Its rows are of {', '.join(foreign)}", scope)
    if wanted is not None and known and wanted.marketplace not in known.values():
        raise DocumentError(
            f"The document has no row of {wanted.marketplace.sales_channel}, the marketplace of {wanted.store_id}; its "
            f"rows are of {', '.join(sorted(known))}. Import it into the store that it belongs to.",
            kind="wrong_marketplace",
        )
    if known:
        return
    money = {value.strip() for value in currencies if value.strip()}
    possible = {marketplace.currency for marketplace in MARKETPLACES.values() if marketplace.region == region}
    expected = {wanted.currency} if wanted is not None else possible
    if money and not money & expected:
        raise _foreign(f"Its amounts are in {', '.join(sorted(money))}", scope)


def check_marketplaces(scope: Scope, ids: Iterable[str]) -> None:
    """Refuse JSON rows of a marketplace that is not the scope's. Raises DocumentError('wrong_marketplace').

    A scope without stores, as a replay may have, checks nothing.
    """
    foreign = sorted(set(ids) - {store.marketplace.marketplace_id for store in scope.stores})
    if foreign and scope.stores:
        raise _foreign(f"Its rows are of {_names(foreign)}", scope)


def check_specification(feed: Feed, scope: Scope, specification: Mapping[str, Any] | None) -> None:
    """Refuse a JSON document whose `reportSpecification` names another report type, marketplace, period or ASINs.

    Raises DocumentError('wrong_type', 'window' or 'wrong_marketplace').
    """
    if not isinstance(specification, dict):
        return
    report_type = specification.get("reportType")
    if report_type is not None and report_type != feed.report_type:
        raise DocumentError(
            f"The document is a {report_type} report; {feed.name} is {feed.report_type}. Give the feed that it belongs "
            "to.",
            kind="wrong_type",
        )
    given = specification.get("reportOptions")
    for name, value in feed.options.items():
        other = given.get(name) if isinstance(given, dict) else None
        if name not in (feed.asins_option, _ASINS) and other is not None and other != value:
            raise _other_option(feed, name, str(other))
        if name == feed.asins_option and other is not None and set(str(other).split()) != set(value.split()):
            raise DocumentError(
                f"The document is of the ASINs {other}, but it was asked for {value}: it is another part of the same "
                "period. It is asked for again.",
                kind="window",
            )
    ids = specification.get("marketplaceIds")
    ours = {store.marketplace.marketplace_id for store in scope.stores}
    if isinstance(ids, list) and ids and ours and not ours & set(map(str, ids)):
        raise _foreign(f"It is a report of {_names(ids)} ({', '.join(map(str, ids))})", scope)


def check_granularity(feed: Feed, specification: Mapping[str, Any] | None, keys: Collection[str] = ()) -> None:
    """Refuse rows by ASIN that have another granularity than the feed's. Raises DocumentError('wrong_type').

    The granularity is read from the specification; if it is not there, from the rows' keys. keys: the keys of the rows
    by ASIN; empty if they are not read yet. By the official schema of sales and traffic, rows have `childAsin` at CHILD
    and SKU, and `sku` only at SKU.
    """
    given = specification.get("reportOptions") if isinstance(specification, dict) else None
    found = given.get(_ASINS) if isinstance(given, dict) else None
    if found is None and keys:
        found = "SKU" if "sku" in keys else "CHILD" if "childAsin" in keys else "PARENT"
    if _ASINS in feed.options and found is not None and found != feed.options[_ASINS]:
        raise _other_option(feed, _ASINS, str(found))


def check_periods(feed: Feed, items: Iterable[Mapping[str, Any]]) -> None:
    """Refuse JSON rows whose startDate and endDate are no period of the feed. Raises DocumentError('window').

    Rows without these two keys are not checked.
    """
    for start, end in {(str(item["startDate"]), str(item["endDate"])) for item in items if item.keys() >= _BOTH}:
        try:
            first, last = date.fromisoformat(start[:10]), date.fromisoformat(end[:10])
        except ValueError:
            continue
        if last != last_of(feed.period, first_of(feed.period, first)) or first != first_of(feed.period, first):
            unit = feed.period.upper()
            raise DocumentError(
                f"The document's rows sum up {day_range_text((first, last))}; {feed.name} is of single {feed.period}s. "
                f"Ask for them by {unit}, one {feed.period} at a time.",
                kind="window",
            )


def check_countries(feed: Feed, section: Section, values: Iterable[str]) -> None:
    """Refuse a table whose countries are warehouses, because it was made with another report option.

    values: the different values of the columns `Section.countries`. Raises DocumentError('wrong_type').
    """
    places = sorted(value for value in {each.strip() for each in values} if not _COUNTRY.fullmatch(value))
    if places:
        options = ", ".join(f"{name}={value}" for name, value in feed.options.items())
        raise DocumentError(
            f"Its {', '.join(section.countries)} is {', '.join(places[:3])}, which is no country: the report is "
            f"aggregated by warehouse, and {feed.name} is by country and day. Ask for it with {options}; in Seller "
            "Central choose country and daily.",
            kind="wrong_type",
        )


def _other_option(feed: Feed, name: str, found: str) -> DocumentError:
    return DocumentError(
        f"The document was made with {name} {found}; {feed.name} is of {name} {feed.options[name]}. Ask for a report "
        f"with {name} {feed.options[name]}.",
        kind="wrong_type",
    )


def specified_days(specification: Mapping[str, Any] | None, time_zone: str) -> tuple[date, date] | None:
    """The first and last marketplace day in a `reportSpecification`; None if it names no period."""
    if not isinstance(specification, dict):
        return None
    try:
        first, last = (_day(str(specification[key]), time_zone) for key in ("dataStartTime", "dataEndTime"))
    except (KeyError, ValueError):
        return None
    return first, last


def check_days(feed: Feed, rows_days: Iterable[date], wanted: Iterable[date]) -> None:
    """Refuse a document without any row of a day that was asked for. Raises DocumentError('window')."""
    found, asked = set(rows_days), set(wanted)
    if found and asked and not found & asked:
        raise DocumentError(
            f"The document's rows are of {day_range_text(found)}, but it was asked for {day_range_text(asked)}: it is "
            f"a {feed.title} document of another period. Ask for it again.",
            kind="window",
        )


def undated_sections(feed: Feed) -> tuple[Section, ...]:
    """The sections of a windowed feed whose rows have no day. Only a document of one period can fill them."""
    if feed.shape != "windowed" or feed.write_disposition != "replace":
        return ()
    return tuple(section for section in feed.sections if not section.day)


def _day(text: str, time_zone: str) -> date:
    if len(text) == 10:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    return moment.date() if moment.tzinfo is None else moment.astimezone(ZoneInfo(time_zone)).date()


def _names(ids: Iterable[Any]) -> str:
    return ", ".join(BY_ID[each].sales_channel if each in BY_ID else str(each) for each in ids)


def _foreign(found: str, scope: Scope) -> DocumentError:
    ours = ", ".join(f"{store.store_id} ({store.marketplace.sales_channel})" for store in scope.stores)
    return DocumentError(
        f"The document is of another marketplace. {found}, but it was given to {ours}. Nothing of it was loaded; "
        "import it into the store that it belongs to.",
        kind="wrong_marketplace",
    )
