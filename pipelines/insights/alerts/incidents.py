"""What begins, goes on and ends: incidents, from what was read of days. Pure functions.

A reading says of a subject and a day whether an alert is on. An incident is the days in a row on which it was. A day of
which nothing was read is neither: a failed crawl ends nothing. The same readings make the same incidents, whether they
come in one run or in many, and a second run over the same days changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

FORGET_AFTER = 30
"""Days after which an incident of which nothing is read any more counts as over: a SKU that is gone, a page that is no
longer tracked."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a subject on a marketplace day. is_on: whether one must hear of it. value: in the kind's unit.
    name: what people call the subject. facts: further figures, as JSON has them. currency: of amounts."""

    subject: str
    day: date
    is_on: bool
    value: Decimal | None = None
    threshold: Decimal | None = None
    product: str | None = None
    name: str | None = None
    facts: Mapping[str, Any] | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """An alert, from the first to the last day on which it was seen.

    over_on: the marketplace day on which it was seen not to be any more; None: it lasts. ended: 'over', 'off' where the
    rules look for it no longer, or 'gone' where nothing is read of the subject any more. last: the last reading in
    which it was on.
    """

    subject: str
    first_seen: date
    last_seen: date
    last: Reading
    over_on: date | None = None
    ended: Literal["over", "gone", "off"] | None = None

    @property
    def is_open(self) -> bool:
        return self.over_on is None


def follow(
    known: Iterable[Incident], readings: Iterable[Reading], *, over_after: int, read_to: date | None = None
) -> list[Incident]:
    """The incidents that are new or have changed, by subject and first day.

    known: of each subject the newest incident, open or over. readings: in any order. over_after: days without it, after
    the last day on which it was on, until it is over. read_to: the last day of which anything was read.
    """
    before = {each.subject: each for each in known}
    now = dict(before)
    ended: list[Incident] = []
    for reading in sorted(readings, key=lambda each: (each.subject, each.day)):
        current = now.get(reading.subject)
        if reading.is_on:
            following = _on(current, reading)
            if current is not None and following is not None and following.first_seen != current.first_seen:
                ended.append(current)
            if following is not None:
                now[reading.subject] = following
        elif current is not None and current.is_open and (reading.day - current.last_seen).days >= over_after:
            now[reading.subject] = replace(current, over_on=reading.day, ended="over")
    if read_to is not None:
        for subject, each in now.items():
            if each.is_open and (read_to - each.last_seen).days > FORGET_AFTER:
                now[subject] = replace(each, over_on=read_to, ended="gone")
    told = [*ended, *now.values()]
    changed = [each for each in told if before.get(each.subject) != each]
    return sorted(changed, key=lambda each: (each.subject, each.first_seen))


def _on(current: Incident | None, reading: Reading) -> Incident | None:
    """The incident that a day on which it was on belongs to; None where that is known already."""
    if current is None:
        return Incident(reading.subject, reading.day, reading.day, reading)
    if current.over_on is not None and reading.day > current.over_on:
        return Incident(reading.subject, reading.day, reading.day, reading)
    if reading.day < current.last_seen:
        return None
    # a day that was seen not to be so and was restated goes on with what it had ended
    return replace(current, last_seen=reading.day, last=reading, over_on=None, ended=None)
