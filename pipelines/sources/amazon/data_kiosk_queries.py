"""Data Kiosk queries as text: a feed's template filled in, a text that Amazon lists read back; what a status means.

A query's text is all there is to a request, so that equal texts are equal requests. Pure; nothing here is sent.
"""

from __future__ import annotations

import functools
import re
from datetime import date

from pipelines.feeds.feed import Feed
from pipelines.sources.base import RemoteState

LONGEST = 8000
"""Characters that Amazon takes, after unnecessary whitespace is gone."""

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
    """Marketplace id, first and last day of a text that is this feed's query; None if it is another.

    Only whitespace may differ.
    """
    found = _pattern(feed.query).fullmatch(_compact(text))
    if found is None:
        return None
    try:
        return found["marketplace"], date.fromisoformat(found["first"]), date.fromisoformat(found["last"])
    except ValueError:
        return None


def report_state(status: str, document_id: str | None) -> RemoteState:
    """What a query's status means for what was asked.

    DONE without a document is Amazon's way to say that there is no data, for which reports have CANCELLED; a query that
    is CANCELLED was stopped by somebody and says nothing.
    """
    if status == "DONE":
        return "done" if document_id else "cancelled"
    return "fatal" if status in ("FATAL", "CANCELLED") else "running"


def _compact(text: str) -> str:
    """Without unnecessary whitespace. No template has a string that holds any."""
    return re.sub(r"\s*([{}()\[\]:,])\s*", r"\1", " ".join(text.split()))


@functools.cache
def _pattern(template: str) -> re.Pattern[str]:
    pattern = re.escape(_compact(template))
    for place, named in _PLACES.items():
        pattern = pattern.replace(re.escape(place), named)
    return re.compile(pattern)
