"""The rules of what is due: from a feed, its known slices and the time to the due slices and the requests for them.

All functions are pure: they read no clock, no database and no network. The rules of business time live here:
marketplace days, ages, boundaries, histories and back-off. Snapshots have rules of their own (`snapshots.py`). How a
request is sent is in `sources/`; which run may send it is decided in `ledger/leases.py`.

A windowed feed's slice is a period: a day, a week, a month or a quarter, named by its first day (`periods.py`). Its age
is counted in days from its last day D: age 1 begins at the local midnight that ends D. Each age in `restate_after` has
a boundary: the local midnight of D + age, plus the feed's latency. The period is due when a boundary has passed since
its last check. If a request names the store's own ASINs, the ASINs are split into parts, and each period has a slice
for each part.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipelines.feeds import Feed
from pipelines.feeds.feed import Period
from pipelines.landing.planning import periods

OPEN_STATES = frozenset({"requesting", "requested", "ready"})
"""States of a slice whose request is under way. It is never planned: its request is resumed instead."""

NEVER_CAME = frozenset({"due", "failed", "refused", "quarantined"})
"""States of a slice that was not asked for yet, or whose last request brought nothing that counts."""

KEPT_AT_SOURCE = timedelta(days=89)
"""How far back a source still lists the reports that it has made.

Amazon lists them for 90 days (SP-API Reports, `getReports`). Runs count on one day less.
"""

_NOON = time(12)
_FIRST_BACKOFF = timedelta(minutes=5)
_LONGEST_BACKOFF = timedelta(days=7)
_REFUSED_PAUSE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class KnownSlice:
    """A row of `ops.slices` as the planner needs it. All times are UTC.

    credential: fingerprint of the credentials with which the slice was refused. busy: a live run holds its lease.
    remote_id, document_id, remote_created_at: its report at the source, also if the document could not be loaded.
    options: report options of this slice alone, which are its part of the store's ASINs. broken: the slice is 'loaded',
    but its load or the load's rows are gone.
    """

    slice_key: str
    day: date
    state: str
    instant: datetime | None = None
    checked_at: datetime | None = None
    next_try_at: datetime | None = None
    attempts: int = 0
    generation: int = 0
    request_id: int | None = None
    reason: str | None = None
    credential: str | None = None
    busy: bool = False
    remote_id: str | None = None
    document_id: str | None = None
    remote_created_at: datetime | None = None
    options: Mapping[str, str] | None = None
    broken: bool = False


@dataclass(frozen=True, slots=True)
class DueSlice:
    """A period that should be asked for, and why. day: its first day.

    part, options: only if the request names ASINs: the number of the part, from 1, and the report options with it.
    """

    day: date
    reason: str
    part: int = 0
    options: Mapping[str, str] | None = None

    @property
    def key(self) -> str:
        """Its slice key."""
        return key_of(self.day, self.part)


@dataclass(frozen=True, slots=True)
class Window:
    """The adjacent periods of one request. Those in `due` are the cause of it; the periods between them are included.

    first, last: marketplace days, both inclusive: the first day of the first period, the last day of the last period.
    """

    first: date
    last: date
    due: tuple[DueSlice, ...]
    period: Period = "day"

    @property
    def days(self) -> tuple[date, ...]:
        """Every period of the window, by its first day, oldest first."""
        return tuple(periods.periods_between(self.period, self.first, self.last))

    @property
    def reason(self) -> str:
        """The reasons of the due periods, each written once, with the number of periods if it is more than one."""
        counts: dict[str, int] = {}
        for item in self.due:
            counts[item.reason] = counts.get(item.reason, 0) + 1
        if len(self.due) == 1:
            return self.due[0].reason
        return ", ".join(
            f"{reason} ({count} {self.period}s)" if count > 1 else reason for reason, count in counts.items()
        )


def day_range(first: date, last: date) -> Iterable[date]:
    """The days from first to last, both inclusive."""
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


@functools.lru_cache(maxsize=1 << 12)
def local_date(moment: datetime, zone: str) -> date:
    """The marketplace day in which a moment lies."""
    return moment.astimezone(ZoneInfo(zone)).date()


def local_midnight(day: date, zone: str) -> datetime:
    """The first instant of a marketplace day, UTC. Right also on days that begin at 01:00 or have two midnights."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def key_of(day: date, part: int = 0) -> str:
    """The key of a windowed feed's slice: `YYYY-MM-DD`, its first day, or `YYYY-MM-DD/NN` for part NN of the ASINs."""
    return f"{day.isoformat()}/{part:02}" if part else day.isoformat()


def part_of(slice_key: str) -> int:
    """The number of the part in a slice key; 0 if the key has no part."""
    return int(slice_key[11:]) if slice_key[10:11] == "/" else 0


def periods_per_request(feed: Feed) -> int:
    """How many adjacent periods one request of a windowed feed may cover."""
    return feed.days_per_request if feed.period == "day" else feed.periods_per_request


def slice_key_of(instant: datetime) -> str:
    """The key of a snapshot's slice: its instant in UTC, to the second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def boundary(feed: Feed, day: date, age: int, zone: str) -> datetime:
    """When a period can be asked for at an age (in days): local midnight of its last day + age, plus latency; UTC."""
    return local_midnight(periods.last_of(feed.period, day) + timedelta(days=age), zone) + feed.latency


def last_boundary(feed: Feed, day: date, zone: str, now: datetime) -> tuple[int, datetime] | None:
    """The greatest age in `restate_after` that the period has reached, with its boundary (UTC); None if none yet."""
    return _last_boundary(feed.restate_after, feed.latency, feed.period, day, zone, now)


@functools.lru_cache(maxsize=1 << 16)
def _last_boundary(
    ages: tuple[int, ...], latency: timedelta, period: Period, day: date, zone: str, now: datetime
) -> tuple[int, datetime] | None:
    """Cached, because many stores share a few time zones and ask for the same values."""
    last = periods.last_of(period, day)
    for age in sorted(ages, reverse=True):
        reached = local_midnight(last + timedelta(days=age), zone) + latency
        if reached <= now:
            return age, reached
    return None


def first_day(feed: Feed, zone: str, now: datetime, history_from: date | None) -> date:
    """The oldest period that may be asked for: it begins within the feed's history and not before `history_from`."""
    oldest = local_date(now, zone) - timedelta(days=feed.history.days)
    return periods.first_from(feed.period, max(oldest, history_from) if history_from else oldest)


def backoff(attempts: int) -> timedelta:
    """The pause after the n-th failure: 5 minutes, 20, 80, ... up to a week."""
    return min(_LONGEST_BACKOFF, _FIRST_BACKOFF * 4 ** min(max(attempts - 1, 0), 8))


def next_try(state: str, attempts: int, now: datetime, min_interval: timedelta = timedelta(0)) -> datetime | None:
    """When a slice in this state is tried again, UTC; None for a state without a next try.

    min_interval: the shortest time that the source wants between two equal requests.
    """
    if state == "failed":
        return now + max(backoff(attempts), min_interval)
    if state == "quarantined":
        return now + max(min_interval, _FIRST_BACKOFF)
    if state == "refused":
        return now + _REFUSED_PAUSE
    return None


def _waits(row: KnownSlice, now: datetime, credential: str | None) -> bool:
    """Whether a failed, refused or quarantined slice may not be asked for yet."""
    if row.next_try_at is None or row.next_try_at <= now:
        return False
    return not (row.state == "refused" and credential is not None and row.credential not in (None, credential))


def retry_reason(row: KnownSlice, now: datetime, force: bool, credential: str | None) -> str | None:
    """Why a failed, refused or quarantined slice is due; None while it waits."""
    if force:
        return "forced"
    if _waits(row, now, credential):
        return None
    if row.state == "refused":
        changed = row.credential is not None and credential is not None and row.credential != credential
        return "refused before, the credential has changed" if changed else "refused before, tried again daily"
    if row.state == "quarantined":
        return "quarantined before, asked once more"
    return f"failed before, try {row.attempts + 1}"


def due_reason(
    feed: Feed,
    zone: str,
    day: date,
    row: KnownSlice | None,
    now: datetime,
    *,
    force: bool = False,
    credential: str | None = None,
) -> str | None:
    """Why a period of a windowed feed is due; None if it is not. Whether it lies within history is for `due_days`."""
    today = local_date(now, zone)
    if today < day or (row is not None and (row.busy or row.state in OPEN_STATES or row.state == "unavailable")):
        return None
    running = today <= periods.last_of(feed.period, day)
    if running:
        if feed.refresh_today is None:
            return None
        reached, why = None, f"running {feed.period}"
    else:
        last = last_boundary(feed, day, zone, now)
        if last is None:
            return None
        reached, why = last[1], f"age {last[0]} reached"
    if row is not None and row.state in ("failed", "refused", "quarantined"):
        return retry_reason(row, now, force, credential)
    if row is not None and row.broken:
        return "its load is gone"
    if row is None or row.checked_at is None:
        return why if running else "never asked"
    if force:
        return "forced"
    if reached is None:
        return why if row.checked_at + (feed.refresh_today or timedelta(0)) <= now else None
    return why if reached > row.checked_at else None


def due_days(
    feed: Feed,
    zone: str,
    known: Iterable[KnownSlice],
    now: datetime,
    *,
    settled: Container[date] = (),
    history_from: date | None = None,
    days: Collection[date] | None = None,
    force: bool = False,
    credential: str | None = None,
    parts: Sequence[str] | None = None,
) -> list[DueSlice]:
    """Every due slice of a windowed feed and one scope, oldest first.

    settled: periods that have a slice. A period that is in it and not in `known` will never be due again by age.
    days: if given, only periods that contain one of these days may be asked for. force: ask also for what is up to
    date, if it lies within history and its data may be there. parts: the ASINs of each request for a period without a
    slice; None if requests of this feed name no ASINs.
    """
    of_day: dict[date, list[KnownSlice]] = {}
    for row in known:
        of_day.setdefault(row.day, []).append(row)
    wanted = None if days is None else {periods.first_of(feed.period, day) for day in days}
    found = []
    first, today = first_day(feed, zone, now, history_from), local_date(now, zone)
    for day in periods.periods_between(feed.period, first, today):
        if (wanted is not None and day not in wanted) or (day not in of_day and day in settled):
            continue
        rows = of_day.get(day, [])
        if parts is not None:
            # A row without a part marks a period that could not be asked for, because no ASINs were known.
            rows = [row for row in rows if part_of(row.slice_key)]
        for row in rows:
            reason = due_reason(feed, zone, day, row, now, force=force, credential=credential)
            if reason is not None:
                found.append(DueSlice(day, reason, part_of(row.slice_key), row.options))
        if not rows:
            reason = due_reason(feed, zone, day, None, now, force=force, credential=credential)
            if reason is not None:
                found += _new(feed, day, reason, parts)
    return found


def _new(feed: Feed, day: date, reason: str, parts: Sequence[str] | None) -> list[DueSlice]:
    if parts is None:
        return [DueSlice(day, reason)]
    return [DueSlice(day, reason, number, {feed.asins_option: text}) for number, text in enumerate(parts, 1)]


def pack_asins(asins: Iterable[str], characters: int) -> list[str]:
    """Join ASINs with single spaces to texts of at most `characters`. They are sorted, and each occurs once."""
    parts: list[str] = []
    for asin in sorted(set(asins)):
        if parts and len(parts[-1]) + 1 + len(asin) <= characters:
            parts[-1] += f" {asin}"
        else:
            parts.append(asin)
    return parts


def cover(due: Sequence[DueSlice], per_request: int, period: Period = "day") -> list[Window]:
    """The fewest windows of at most `per_request` adjacent periods that cover every due slice, newest first.

    Each window ends at the newest period that is not covered yet and reaches back as far as `per_request` allows. It
    begins and ends at a due period, so that only periods between due ones are included. A part of a period always has
    a window of its own, because its options differ from those of the other parts.
    """
    windows: list[Window] = []
    rest = sorted(due, key=lambda item: (-item.day.toordinal(), item.part))
    position = 0
    while position < len(rest):
        newest = periods.number(period, rest[position].day)
        start = position
        position += 1
        while (
            position < len(rest)
            and not rest[start].part
            and newest - periods.number(period, rest[position].day) < per_request
        ):
            position += 1
        members = tuple(reversed(rest[start:position]))
        windows.append(Window(members[0].day, periods.last_of(period, members[-1].day), members, period))
    return windows


def data_range(
    window_first: date,
    window_last: date,
    zone: str,
    now: datetime,
    *,
    whole_dates: bool = False,
    from_midnight: bool = False,
) -> tuple[datetime, datetime]:
    """dataStartTime and dataEndTime of a request, both UTC.

    They are the local midnight that begins the first day and the last second of the last day, or `now` if that is
    earlier.

    whole_dates: for reports whose window Amazon reads as UTC dates, whatever the time of day (sales and traffic, Brand
    Analytics; sellerSalesAndTrafficReport schema). The window is then from local noon of the first day to local noon of
    the last day: noon lies on the same date in UTC in every marketplace.
    from_midnight: for reports that write dates as midnights in UTC (`Feed.writes_dates_as_moments`). West of Greenwich
    the UTC midnight of the first day lies before its local midnight: the window then begins at the UTC midnight.
    """
    if whole_dates:
        first, last = (datetime.combine(day, _NOON, tzinfo=ZoneInfo(zone)) for day in (window_first, window_last))
        return first.astimezone(UTC), last.astimezone(UTC)
    end = local_midnight(window_last + timedelta(days=1), zone) - timedelta(seconds=1)
    start = local_midnight(window_first, zone)
    if from_midnight:
        start = min(start, local_midnight(window_first, "UTC"))
    return start, min(end, now)


def out_of_history(
    feed: Feed, zone: str, known: Iterable[KnownSlice], now: datetime, history_from: date | None = None
) -> list[KnownSlice]:
    """Slices of a windowed feed that never came and are too old to be asked for. They become `unavailable`."""
    oldest = first_day(feed, zone, now, history_from)
    return [row for row in known if row.day < oldest and never_came(row)]


def never_came(row: KnownSlice) -> bool:
    """Whether a slice was never answered and no live run works on it."""
    return row.checked_at is None and row.state in NEVER_CAME and not row.busy


def expected(feed: Feed, zone: str, now: datetime, history_from: date | None) -> tuple[date, date] | None:
    """The first days of the oldest and the newest period that should have landed by now; None if there is none yet."""
    oldest = first_day(feed, zone, now, history_from)
    newest = periods.first_of(feed.period, local_date(now, zone))
    while newest >= oldest:
        if boundary(feed, newest, min(feed.restate_after), zone) <= now:
            return oldest, newest
        newest = periods.first_of(feed.period, newest - timedelta(days=1))
    return None
