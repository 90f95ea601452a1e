"""Pure planning: a feed, what the ledger knows, and now -> the slices that are due, and the requests that cover them.

All rules of business time live here: marketplace days, ages, boundaries, histories, back-off. Nothing here reads a
clock, a database or the network. How a request is sent belongs to `sources`, who may send it to `ledger/requests.py`.

A windowed feed's slice is a period: a day, a week, a month or a quarter, named by its first day (`periods.py`). Its age
counts from its last day D: age 1 begins at the local midnight that ends it. It is due when the newest boundary that has
passed (local midnight of D + age, plus the feed's latency, for each age of `restate_after`) is later than its last
check. Where a request names the store's own ASINs, a period has a slice for each part of them.
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
"""Asked for and not yet answered: such a slice is resumed by its request, never planned anew."""

NEVER_CAME = frozenset({"due", "failed", "refused", "quarantined"})

KEPT_AT_SOURCE = timedelta(days=89)
"""How far back a source still lists what it has made (Amazon: 90 days)."""

_NOON = time(12)
_FIRST_BACKOFF = timedelta(minutes=5)
_LONGEST_BACKOFF = timedelta(days=7)
_REFUSED_PAUSE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class KnownSlice:
    """A row of `ops.slices` as the planner needs it. All times are UTC.

    credential: fingerprint of the credential with which the slice was refused. busy: a live run holds it. remote_id,
    document_id, remote_created_at: of its report, also if the document could not be landed. options: report
    options of this slice alone: its part of the store's ASINs. broken: what it should hold is not there any more.
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
    """A period, by its first day, that should be asked for, and why. part, options: where ASINs are asked for."""

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
    """One request: adjacent periods; made for those in `due`, the others ride along.

    first, last: marketplace days, both inclusive: the first of its first period and the last of its last one.
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
        """The reasons of its due periods, each once with the number of periods where there are several."""
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
    """The first instant of a marketplace day, UTC; right on days that begin at 01:00 or have midnight twice."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def key_of(day: date, part: int = 0) -> str:
    """The key of a windowed feed's slice: its first day, and the two digits of its part where it is one of several."""
    return f"{day.isoformat()}/{part:02}" if part else day.isoformat()


def part_of(slice_key: str) -> int:
    """The number of the part that a key names; 0 if it names none."""
    return int(slice_key[11:]) if slice_key[10:11] == "/" else 0


def periods_per_request(feed: Feed) -> int:
    """How many adjacent periods one request of a windowed feed may cover."""
    return feed.days_per_request if feed.period == "day" else feed.periods_per_request


def slice_key_of(instant: datetime) -> str:
    """The key of a snapshot's slice: its instant in UTC, to the second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def boundary(feed: Feed, day: date, age: int, zone: str) -> datetime:
    """When a period can be asked for at that age: local midnight of its last day + age, plus the latency; UTC."""
    return local_midnight(periods.last_of(feed.period, day) + timedelta(days=age), zone) + feed.latency


def last_boundary(feed: Feed, day: date, zone: str, now: datetime) -> tuple[int, datetime] | None:
    """The newest age of `restate_after` that the period has reached, with its boundary; None if it has reached none."""
    return _last_boundary(feed.restate_after, feed.latency, feed.period, day, zone, now)


@functools.lru_cache(maxsize=1 << 16)
def _last_boundary(
    ages: tuple[int, ...], latency: timedelta, period: Period, day: date, zone: str, now: datetime
) -> tuple[int, datetime] | None:
    """Remembered: a fleet's stores share a few zones, so that nearly all of them ask for the same."""
    last = periods.last_of(period, day)
    for age in sorted(ages, reverse=True):
        reached = local_midnight(last + timedelta(days=age), zone) + latency
        if reached <= now:
            return age, reached
    return None


def first_day(feed: Feed, zone: str, now: datetime, history_from: date | None) -> date:
    """The oldest period that may be asked for: within the feed's history, not begun before `history_from`."""
    oldest = local_date(now, zone) - timedelta(days=feed.history.days)
    return periods.first_from(feed.period, max(oldest, history_from) if history_from else oldest)


def backoff(attempts: int) -> timedelta:
    """The pause after the n-th failure: 5 minutes, 20, 80, ... up to a week."""
    return min(_LONGEST_BACKOFF, _FIRST_BACKOFF * 4 ** min(max(attempts - 1, 0), 8))


def next_try(state: str, attempts: int, now: datetime, min_interval: timedelta = timedelta(0)) -> datetime | None:
    """When a slice in this state is asked for again; None for states that end or wait for nothing."""
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
    """Why a period of a windowed feed is due; None if it is not. Histories are the caller's (`due_days`)."""
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

    settled: periods that have slices which will never be due again by age; `known` need not hold them. days: only
    periods in which one of these lies may be asked for. force: also what is up to date, if it lies within history and
    its data may be there. parts: the ASINs to ask for in each request for a period that has no slice yet; None where a
    request names no ASINs.
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
            # a row without a part stands for a period that could not be asked for
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
    """ASINs, sorted and each once, as the fewest texts of at most so many characters, joined by single spaces."""
    parts: list[str] = []
    for asin in sorted(set(asins)):
        if parts and len(parts[-1]) + 1 + len(asin) <= characters:
            parts[-1] += f" {asin}"
        else:
            parts.append(asin)
    return parts


def cover(due: Sequence[DueSlice], per_request: int, period: Period = "day") -> list[Window]:
    """The fewest windows of at most `per_request` adjacent periods that cover every due slice, newest first.

    Greedy from the newest: each window ends at the newest uncovered period and reaches back as far as it may; it begins
    at a due one, so that only periods between due ones ride along. Parts of a period are asked for one by one: each
    has options of its own.
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
    """dataStartTime and dataEndTime, UTC: local midnight to the last second of the last day; now, if that day runs.

    whole_dates: of reports whose window is read as dates in UTC, whatever the time of day (sales and traffic, Brand
    Analytics; sellerSalesAndTrafficReport schema). Then it is local noon of the first day to local noon of the last:
    the only time of day that lies on the same date in UTC for every marketplace, and never in the future.
    from_midnight: of reports that write dates as midnights in UTC (`Feed.writes_dates_as_moments`). West of Greenwich
    the first day is written as a moment of the day before: it is asked for too.
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
    """Slices of a windowed feed that never came and are too old to be asked for: they become `unavailable`."""
    oldest = first_day(feed, zone, now, history_from)
    return [row for row in known if row.day < oldest and never_came(row)]


def never_came(row: KnownSlice) -> bool:
    """Whether a slice was never answered and nobody works on it."""
    return row.checked_at is None and row.state in NEVER_CAME and not row.busy


def expected(feed: Feed, zone: str, now: datetime, history_from: date | None) -> tuple[date, date] | None:
    """First days of the oldest and the newest period that should be here by now; None if there is none yet."""
    oldest = first_day(feed, zone, now, history_from)
    newest = periods.first_of(feed.period, local_date(now, zone))
    while newest >= oldest:
        if boundary(feed, newest, min(feed.restate_after), zone) <= now:
            return oldest, newest
        newest = periods.first_of(feed.period, newest - timedelta(days=1))
    return None
