"""Decides which rows of a load count, by the ledger alone, and why the others do not. Pure functions.

A row counts once for each slice that points at its load and has its day. A row of a snapshot counts once for each
instant. A row of a listed document counts once, however many slices the document fills. A row of an upsert feed always
counts. A row that does not count must be superseded by a newer load, or lie outside of what was asked for; otherwise it
is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from pipelines.feeds import Feed, Section
from pipelines.landing.planning.periods import first_of
from pipelines.verify.ledger import Ledger, Load
from pipelines.verify.tables import Held, RawPart

SUPERSEDED = "rows that a newer load of the same slices has replaced"
OUTSIDE = "rows of days that were not asked for"
NOT_PLACED = "rows without a day in documents of several days"


@dataclass
class Reckoned:
    """A load's rows in one raw table.

    raw: all rows. expected: those that staging should have. left_out: reason -> number of rows that do not count for a
    good reason. lost: day or settlement id (None if rows have neither) -> number of rows that no slice counts.
    """

    raw: Held = field(default_factory=Held)
    expected: Held = field(default_factory=Held)
    left_out: dict[str, int] = field(default_factory=dict)
    lost: dict[str | None, int] = field(default_factory=dict)


def reckon(ledger: Ledger, section: Section, parts: Iterable[RawPart]) -> tuple[dict[int, Reckoned], Counter[int]]:
    """How the raw rows of each load count, and the numbers of rows of loads that the ledger does not have."""
    found: dict[int, Reckoned] = {}
    strangers: Counter[int] = Counter()
    for part in parts:
        load = ledger.loads.get(part.load_id)
        if load is None:
            strangers[part.load_id] += part.held.rows
            continue
        reckoned = found.setdefault(part.load_id, Reckoned())
        reckoned.raw.add(part.held)
        times = _times(ledger, section, load, part)
        if times:
            reckoned.expected.add(part.held, times)
        elif reason := _why_not(ledger, section, load, part):
            reckoned.left_out[reason] = reckoned.left_out.get(reason, 0) + part.held.rows
        else:
            name = part.document or (part.day.isoformat() if part.day else None)
            reckoned.lost[name] = reckoned.lost.get(name, 0) + part.held.rows
    return found, strangers


def is_dated(feed: Feed, section: Section) -> bool:
    """Whether a row's own day decides to which slice it belongs."""
    return bool(section.day) and feed.write_disposition == "replace"


def _times(ledger: Ledger, section: Section, load: Load, part: RawPart) -> int:
    feed = ledger.feed
    if feed.write_disposition == "upsert":
        return 0 if load.pruned else 1
    pointing = ledger.pointing.get(load.load_id, [])
    if feed.shape == "listed":
        return min(len(pointing), 1)  # A document of several settlements fills several slices, but counts once.
    if is_dated(feed, section):
        if part.day is None:
            return 0
        day = first_of(feed.period, part.day)
        return sum(each.day == day for each in pointing)
    return len(pointing)


def _why_not(ledger: Ledger, section: Section, load: Load, part: RawPart) -> str:
    """The good reason why a row does not count; '' if there is none."""
    feed = ledger.feed
    if feed.write_disposition == "upsert":
        return SUPERSEDED if load.pruned else ""
    if is_dated(feed, section):
        if part.day is None:
            return ""
        day = first_of(feed.period, part.day)
        if any(each.is_answered for each in ledger.by_day.get((load.scope_id, day), [])):
            return SUPERSEDED
        return OUTSIDE if _is_outside(load, day) else ""
    held = ledger.held.get(load.load_id, [])
    if held and all((now := ledger.slices.get(each)) is not None and now.is_answered for each in held):
        return SUPERSEDED
    if not held and feed.write_disposition == "replace" and not section.day:
        return SUPERSEDED if _days_are_filled(ledger, load) else ""
    return ""


def _is_outside(load: Load, day: date) -> bool:
    return load.first is not None and load.last is not None and not load.first <= day <= load.last


def _days_are_filled(ledger: Ledger, load: Load) -> bool:
    """Whether other loads fill the days of a load. So it is for an import that was older than what was loaded."""
    if load.first is None:
        return False
    slices = ledger.by_day.get((load.scope_id, load.first), [])
    return any(each.is_answered for each in slices)
