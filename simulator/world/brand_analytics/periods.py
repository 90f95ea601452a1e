"""The periods of Brand Analytics: which exist, when Amazon has them, and when it restates them. No figures.

A period is asked for by its exact first and last day and has a version for each age of its last day in AGES: made at
local midnight, shown 72 hours later. Amazon lets a report of anything else end FATAL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from simulator.world.marketplaces import BY_ID, Marketplace, days_between, local_day, midnight
from simulator.world.model import SimStore

SEARCH_TERMS = "GET_BRAND_ANALYTICS_SEARCH_TERMS_REPORT"
MARKET_BASKET = "GET_BRAND_ANALYTICS_MARKET_BASKET_REPORT"
REPEAT_PURCHASE = "GET_BRAND_ANALYTICS_REPEAT_PURCHASE_REPORT"
SEARCH_QUERY = "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT"
SEARCH_CATALOG = "GET_BRAND_ANALYTICS_SEARCH_CATALOG_PERFORMANCE_REPORT"
TYPES = frozenset({SEARCH_TERMS, MARKET_BASKET, REPEAT_PURCHASE, SEARCH_QUERY, SEARCH_CATALOG})

LENGTHS = ("WEEK", "MONTH", "QUARTER")
WITH_DAYS = frozenset({SEARCH_TERMS, MARKET_BASKET})
SEVERAL = frozenset({MARKET_BASKET, REPEAT_PURCHASE})
"""Types of which one report may be of several periods."""

ASINS_OPTION = {SEARCH_QUERY: "asin", SEARCH_CATALOG: "asins"}
ASINS_CHARACTERS = 200

AGES = (1, 8)
PUBLISHED_AFTER = timedelta(hours=72)


def first_of(length: str, day: date) -> date:
    """The first day of the period of that length in which a day lies; weeks begin on Sunday."""
    if length == "DAY":
        return day
    if length == "WEEK":
        return day - timedelta(days=(day.weekday() + 1) % 7)
    return day.replace(day=1) if length == "MONTH" else day.replace(month=day.month - (day.month - 1) % 3, day=1)


def last_of(length: str, first: date) -> date:
    """The last day of the period that begins on `first`."""
    longest = {"DAY": 1, "WEEK": 7, "MONTH": 31, "QUARTER": 92}[length]
    if length in ("DAY", "WEEK"):
        return first + timedelta(days=longest - 1)
    return first_of(length, first + timedelta(days=longest)) - timedelta(days=1)


def spans(length: str, first: date, last: date) -> list[tuple[date, date]]:
    """First and last days of the adjacent periods that begin from first to last."""
    begins = [day for day in days_between(first, last) if first_of(length, day) == day]
    return [(begin, last_of(length, begin)) for begin in begins]


def version(place: Marketplace, last: date, at: datetime) -> int:
    """The age whose version of a period is the last one shown at `at`; 0 when there is none. last: its last day."""
    made = at - PUBLISHED_AFTER
    return max((age for age in AGES if midnight(place.time_zone, last + timedelta(days=age)) <= made), default=0)


def weeks(store: SimStore, at: datetime) -> list[tuple[date, date, int]]:
    """(first day, last day, version) of the weeks within the store's history that Amazon shows at `at`."""
    today = local_day(store.marketplace.time_zone, at)
    found = [(*span, version(store.marketplace, span[1], at)) for span in spans("WEEK", store.start, today)]
    return [week for week in found if week[2]]


def options_problem(report_type: str, options: Mapping[str, str]) -> str:
    """What is wrong with the reportOptions of these types; '' for nothing. Such a request is answered 400."""
    if report_type not in TYPES:
        return ""
    lengths = ("DAY", *LENGTHS) if report_type in WITH_DAYS else LENGTHS
    if options.get("reportPeriod") not in lengths:
        return f"reportOptions: reportPeriod is required and must be one of {', '.join(lengths)}."
    name = ASINS_OPTION.get(report_type, "")
    unknown = sorted(set(options) - {"reportPeriod", name})
    if unknown:
        return f"reportOptions: {', '.join(unknown)} is not an option of {report_type}."
    if report_type == SEARCH_QUERY and not options.get(name, "").split():
        return f"reportOptions: {name} is required."
    if len(options.get(name, "")) > ASINS_CHARACTERS:
        return f"reportOptions: {name} must not exceed {ASINS_CHARACTERS} characters."
    return ""


def refusal(
    report_type: str,
    marketplace_ids: Sequence[str],
    start: datetime | None,
    end: datetime | None,
    options: Mapping[str, str],
    at: datetime,
) -> str:
    """Why a report of that request, made at `at`, ends FATAL; empty when it does not. Only dates count, of UTC."""
    if report_type not in TYPES:
        return ""
    if len(marketplace_ids) != 1:
        return "The report supports only one marketplaceId."
    if start is None or end is None:
        return "dataStartTime and dataEndTime are required."
    place, length = BY_ID[marketplace_ids[0]], options["reportPeriod"]
    first, last = (moment.astimezone(UTC).date() for moment in (start, end))
    if first_of(length, first) != first:
        return f"dataStartTime {first} is not the first day of a {length}."
    if last_of(length, first_of(length, last)) != last:
        return f"dataEndTime {last} is not the last day of a {length}."
    if report_type not in SEVERAL and last_of(length, first) != last:
        return f"The request {first} to {last} spans several periods; {report_type} takes one {length}."
    if not version(place, last, at):
        return f"The data of {first} to {last} is not yet available."
    return ""
