"""Data Kiosk queries as text: filling in a feed's template, reading a listed text back, and what a status means.

A request consists of nothing but its text, so that equal texts are equal requests. Pure functions; nothing is sent.
"""

from __future__ import annotations

import functools
import re
from datetime import date

from pipelines.feeds.feed import Feed
from pipelines.sources.base import RemoteState

LONGEST = 8000
"""How many characters Amazon accepts, not counting unnecessary whitespace."""

_PLACES = {
    "<marketplace>": r"(?P<marketplace>[A-Z0-9]+)",
    "<first>": r"(?P<first>\d{4}-\d{2}-\d{2})",
    "<last>": r"(?P<last>\d{4}-\d{2}-\d{2})",
}


def query_text(feed: Feed, marketplace_id: str, first: date, last: date) -> str:
    """The GraphQL text for a marketplace and its days from first to last, both inclusive."""
    text = _compact(feed.query)
    values = {"<marketplace>": marketplace_id, "<first>": first.isoformat(), "<last>": last.isoformat()}
    for place, value in values.items():
        text = text.replace(place, value)
    return text


def read_query(feed: Feed, text: str) -> tuple[str, date, date] | None:
    """Marketplace id, first and last day of a query of this feed; None if the text is another query.

    Whitespace does not count.
    """
    found = _pattern(feed.query).fullmatch(_compact(text))
    if found is None:
        return None
    try:
        return found["marketplace"], date.fromisoformat(found["first"]), date.fromisoformat(found["last"])
    except ValueError:
        return None


def report_state(status: str, document_id: str | None) -> RemoteState:
    """The state of a query as reports have it.

    DONE without a document means that there is no data, which is 'cancelled' in reports. A query that is CANCELLED was
    stopped by somebody, so that it says nothing about the data: 'fatal'.
    """
    if status == "DONE":
        return "done" if document_id else "cancelled"
    return "fatal" if status in ("FATAL", "CANCELLED") else "running"


def _compact(text: str) -> str:
    """The text without unnecessary whitespace. No template has a string with whitespace in it."""
    return re.sub(r"\s*([{}()\[\]:,])\s*", r"\1", " ".join(text.split()))


@functools.cache
def _pattern(template: str) -> re.Pattern[str]:
    pattern = re.escape(_compact(template))
    for place, named in _PLACES.items():
        pattern = pattern.replace(re.escape(place), named)
    return re.compile(pattern)
