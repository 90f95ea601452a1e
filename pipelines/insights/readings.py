"""How old the data of a day is, and what was known of an earlier day at the same age.

Amazon changes a day's visits and ads for days and weeks after it first tells them, mostly upwards: the catalogue lists
the ages at which a feed is asked for again (`Feed.restate_after`), the ledger when each day was read. A first reading
beside settled days would look like a fall. Here is only which readings may be compared; what is compared is in
`measures/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipelines.feeds import FEEDS
from pipelines.landing.planning.slices import last_boundary

if TYPE_CHECKING:
    from pipelines.feeds import Feed
    from pipelines.insights.marts import Marts

TRAFFIC, CAMPAIGNS, SEARCH_TERMS = "amazon_sp.sales_and_traffic", "amazon_ads.sp_campaigns", "amazon_ads.sp_search_term"

# when what we hold of each day was true, by the business clock; of an import that claims no coverage its load tells it
CHECKED = """
    select s.day, coalesce(s.checked_at, l.report_created_at) as at
    from ops.slices as s left join ops.loads as l on l.load_id = s.current_load_id
    where s.feed = %(feed)s and s.scope_id = %(store_id)s and s.day between %(first)s and %(last)s
        and coalesce(s.checked_at, l.report_created_at) is not null
"""
# a report that brought the same bytes again leaves no load, but the day was read at that age all the same
CONFIRMED = """
    select greatest(window_start, %(first)s) as first, least(window_end, %(last)s) as last, remote_created_at as at
    from ops.requests
    where feed = %(feed)s and scope_id = %(store_id)s and state = 'done' and remote_created_at is not null
        and window_start <= %(last)s and window_end >= %(first)s
"""


@dataclass(frozen=True)
class Readings:
    """What the readings of one feed and store say of some days.

    ages: those of the feed, in days. reached: the age at which what the marts hold of a day was read; a day that is not
    in it was never read. told: of each day (age, values), in the order of their making. confirmed: ages at which a day
    was read, also where nothing had changed.
    """

    ages: tuple[int, ...]
    reached: Mapping[date, int]
    told: Mapping[date, list[tuple[int, Mapping[str, Any]]]] = field(default_factory=dict)
    confirmed: Mapping[date, set[int]] = field(default_factory=dict)

    def is_open(self, day: date) -> bool:
        """Whether Amazon still changes what the marts hold of the day, or nobody knows how old that is."""
        return self.reached.get(day, 0) < max(self.ages)

    def open_days(self, period: tuple[date, date]) -> int:
        """How many days of a period are open."""
        return sum(self.is_open(day) for day in _days(*period))

    def final_on(self, period: tuple[date, date]) -> date:
        """The marketplace day on which the last reading of all days of a period can be had."""
        return period[1] + timedelta(days=max(self.ages))

    def as_old_as(self, day: date, other: date) -> Mapping[str, Any] | None:
        """What was known of `day` when it was as old as `other` was when last read; None if it was not read then.

        Ages are compared as the catalogue has them: a day is read anew when it reaches one, and not before the next.
        """
        age = self.reached.get(other)
        if not age:
            return None
        known = [(then, values) for then, values in self.told.get(day, ()) if then <= age]
        if not known or (known[-1][0] != age and age not in self.confirmed.get(day, ())):
            return None
        return known[-1][1]


def read(marts: Marts, name: str, first: date, last: date, *, told: str | None = None) -> Readings:
    """The readings of a feed for the days from `first` to `last`.

    told: a query of `day`, `read_at` and values, for readings to compare; None where only the ages are asked for.
    """
    feed = FEEDS[name]
    bounds = {"feed": name, "first": first, "last": last}
    reached = {row["day"]: age_at(feed, row["day"], marts.zone, row["at"]) for row in marts.rows(CHECKED, **bounds)}
    if told is None:
        return Readings(feed.restate_after, reached)
    values: dict[date, list[tuple[int, Mapping[str, Any]]]] = {}
    confirmed: dict[date, set[int]] = {}
    for row in marts.rows(told, **bounds):
        values.setdefault(row["day"], []).append((age_at(feed, row["day"], marts.zone, row["read_at"]), row))
    for row in marts.rows(CONFIRMED, **bounds):
        for day in _days(row["first"], row["last"]):
            confirmed.setdefault(day, set()).add(age_at(feed, day, marts.zone, row["at"]))
    return Readings(feed.restate_after, reached, values, confirmed)


def age_at(feed: Feed, day: date, zone: str, moment: datetime) -> int:
    """The newest age of the feed that the day had reached at a moment; 0 before the first of them."""
    reached = last_boundary(feed, day, zone, moment)
    return reached[0] if reached else 0


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
