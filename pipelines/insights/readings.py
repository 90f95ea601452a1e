"""Decides which readings of days may be compared: a day with what was known of an earlier day at the same age.

Amazon changes a day's visits and ads for days and weeks after it first reports them, mostly upwards. So a first reading
compared with final days would look like a fall. The catalogue lists the ages (in days) at which a feed is asked for
again (`Feed.restate_after`), and the ledger has the time at which each day was read. What is compared is in
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
ADVERTISED_PRODUCTS = "amazon_ads.sp_advertised_product"

# The business time as of which the data of each day is true. For a day that only an import has filled, it is the time
# at which the import's document was made.
CHECKED = """
    select s.day, coalesce(s.checked_at, l.report_created_at) as at
    from ops.slices as s left join ops.loads as l on l.load_id = s.current_load_id
    where s.feed = %(feed)s and s.scope_id = %(store_id)s and s.day between %(first)s and %(last)s
        and coalesce(s.checked_at, l.report_created_at) is not null
"""
# The times of reports whose bytes were the same as before. They have no load, but the day was read at that age.
CONFIRMED = """
    select greatest(window_start, %(first)s) as first, least(window_end, %(last)s) as last, remote_created_at as at
    from ops.requests
    where feed = %(feed)s and scope_id = %(store_id)s and state = 'done' and remote_created_at is not null
        and window_start <= %(last)s and window_end >= %(first)s
"""


@dataclass(frozen=True)
class Readings:
    """The readings of some days of one feed and store.

    ages: the ages of the feed, in days. reached: day -> the age at which the day's data in the marts was read; a day
    that was never read is missing. values: day -> (age, values) for each reading, in the order of their making.
    confirmed: day -> the ages at which it was read, also if nothing had changed.
    """

    ages: tuple[int, ...]
    reached: Mapping[date, int]
    values: Mapping[date, list[tuple[int, Mapping[str, Any]]]] = field(default_factory=dict)
    confirmed: Mapping[date, set[int]] = field(default_factory=dict)

    def is_open(self, day: date) -> bool:
        """Whether Amazon still changes the day's data, or the data's age is not known."""
        return self.reached.get(day, 0) < max(self.ages)

    def open_days(self, period: tuple[date, date]) -> int:
        """How many days of a period are open."""
        return sum(self.is_open(day) for day in _days(*period))

    def final_on(self, period: tuple[date, date]) -> date:
        """The marketplace day on which the last reading of a period's last day can be had."""
        return period[1] + timedelta(days=max(self.ages))

    def as_old_as(self, day: date, other: date) -> Mapping[str, Any] | None:
        """What was known of `day` when it had the age at which `other` was last read; None if it was not read then.

        Only the ages of the catalogue are compared: a day is read again when it reaches one of them.
        """
        age = self.reached.get(other)
        if not age:
            return None
        known = [(then, values) for then, values in self.values.get(day, ()) if then <= age]
        if not known or (known[-1][0] != age and age not in self.confirmed.get(day, ())):
            return None
        return known[-1][1]

    def counterpart(
        self, day: date, earlier: date, settled: Mapping[date, Mapping[str, Any]]
    ) -> Mapping[str, Any] | None:
        """What `day` may be compared with: the earlier day at the same age while Amazon still changes `day`, else as it
        is; None where that is not known, or not final itself. settled: the marts' rows by day."""
        if self.is_open(day):
            return self.as_old_as(earlier, day)
        return None if self.is_open(earlier) else settled.get(earlier)


def read(marts: Marts, name: str, first: date, last: date, *, query: str | None = None) -> Readings:
    """The readings of a feed for the marketplace days from `first` to `last`, both inclusive.

    query: SQL with the columns `day`, `read_at` and values, for readings that are to be compared. None: only the ages
    are read.
    """
    feed = FEEDS[name]
    bounds = {"feed": name, "first": first, "last": last}
    reached = {row["day"]: age_at(feed, row["day"], marts.zone, row["at"]) for row in marts.rows(CHECKED, **bounds)}
    if query is None:
        return Readings(feed.restate_after, reached)
    values: dict[date, list[tuple[int, Mapping[str, Any]]]] = {}
    confirmed: dict[date, set[int]] = {}
    for row in marts.rows(query, **bounds):
        values.setdefault(row["day"], []).append((age_at(feed, row["day"], marts.zone, row["read_at"]), row))
    for row in marts.rows(CONFIRMED, **bounds):
        for day in _days(row["first"], row["last"]):
            confirmed.setdefault(day, set()).add(age_at(feed, day, marts.zone, row["at"]))
    return Readings(feed.restate_after, reached, values, confirmed)


def age_at(feed: Feed, day: date, zone: str, moment: datetime) -> int:
    """The greatest age of the feed, in days, that a day had reached at a moment; 0 before the first age."""
    reached = last_boundary(feed, day, zone, moment)
    return reached[0] if reached else 0


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
