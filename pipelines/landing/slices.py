"""Pure planning: a feed, what the ledger knows, and now -> the slices that are due, and the requests that cover them.

All rules of business time live here: marketplace days, ages, boundaries, histories, back-off. Nothing here reads a
clock, a database or the network. How a request is sent belongs to `sources`, who may send it to `ledger.py`.

A marketplace day D has age 1 from the local midnight that ends it. It is due when the newest boundary that has passed
(local midnight of D + age, plus the feed's latency, for each age of `restate_after`) is later than its last check.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipelines.feeds import Feed

OPEN_STATES = frozenset({"requesting", "requested", "ready"})
"""Asked for and not yet answered: such a slice is resumed by its request, never planned anew."""

KEPT_AT_SOURCE = timedelta(days=89)
"""How far back a source still lists what it has made (Amazon: 90 days)."""

_FIRST_BACKOFF = timedelta(minutes=5)
_LONGEST_BACKOFF = timedelta(days=7)
_FETCHES = 5
_REFUSED_PAUSE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class KnownSlice:
    """A row of `ops.slices` as the planner needs it. All times are UTC.

    credential: fingerprint of the credential with which the slice was refused. busy: a live run holds it. remote_id,
    document_id, remote_created_at: of a failed slice whose document was there, and could not be landed.
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


@dataclass(frozen=True, slots=True)
class DueSlice:
    """A marketplace day that should be asked for, and why."""

    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Window:
    """One request: adjacent marketplace days, both ends inclusive; made for those in `due`, the others ride along."""

    first: date
    last: date
    due: tuple[DueSlice, ...]

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of the window, oldest first."""
        return tuple(day_range(self.first, self.last))

    @property
    def reason(self) -> str:
        """The reasons of its due days, each once with the number of days where there are several."""
        counts: dict[str, int] = {}
        for item in self.due:
            counts[item.reason] = counts.get(item.reason, 0) + 1
        if len(self.due) == 1:
            return self.due[0].reason
        return ", ".join(f"{reason} ({count} days)" if count > 1 else reason for reason, count in counts.items())


def day_range(first: date, last: date) -> Iterable[date]:
    """The days from first to last, both inclusive."""
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


def local_date(moment: datetime, zone: str) -> date:
    """The marketplace day in which a moment lies."""
    return moment.astimezone(ZoneInfo(zone)).date()


def local_midnight(day: date, zone: str) -> datetime:
    """The first instant of a marketplace day, UTC; right on days that begin at 01:00 or have midnight twice."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def slice_key_of(instant: datetime) -> str:
    """The key of a snapshot's slice: its instant in UTC, to the second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def boundary(feed: Feed, day: date, age: int, zone: str) -> datetime:
    """When a day of that age can be asked for: local midnight of day + age, plus the feed's latency; UTC."""
    return local_midnight(day + timedelta(days=age), zone) + feed.latency


def last_boundary(feed: Feed, day: date, zone: str, now: datetime) -> tuple[int, datetime] | None:
    """The newest age of `restate_after` that the day has reached, with its boundary; None if it has reached none."""
    for age in sorted(feed.restate_after, reverse=True):
        reached = boundary(feed, day, age, zone)
        if reached <= now:
            return age, reached
    return None


def first_day(feed: Feed, zone: str, now: datetime, history_from: date | None) -> date:
    """The oldest day that may be asked for: the feed's history, not before the store's `history_from`."""
    oldest = local_date(now, zone) - timedelta(days=feed.history.days)
    return max(oldest, history_from) if history_from else oldest


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
    """Why a day of a windowed feed is due; None if it is not. Histories are the caller's (`due_days`)."""
    age = (local_date(now, zone) - day).days
    if age < 0 or (row is not None and (row.busy or row.state in OPEN_STATES or row.state == "unavailable")):
        return None
    if age == 0:
        if feed.refresh_today is None:
            return None
        reached, why = None, "running day"
    else:
        last = last_boundary(feed, day, zone, now)
        if last is None:
            return None
        reached, why = last[1], f"age {last[0]} reached"
    if row is not None and row.state in ("failed", "refused", "quarantined"):
        return retry_reason(row, now, force, credential)
    if row is None or row.checked_at is None:
        return "never asked" if age else "running day"
    if force:
        return "forced"
    if reached is None:
        return why if row.checked_at + (feed.refresh_today or timedelta(0)) <= now else None
    return why if reached > row.checked_at else None


def due_days(
    feed: Feed,
    zone: str,
    known: Mapping[date, KnownSlice],
    now: datetime,
    *,
    settled: Container[date] = (),
    history_from: date | None = None,
    days: Collection[date] | None = None,
    force: bool = False,
    credential: str | None = None,
) -> list[DueSlice]:
    """Every due day of a windowed feed and one scope, oldest first.

    settled: days that have a row and will never be due again by age; `known` need not hold them. days: only these may
    be asked for. force: also what is up to date, if it lies within history and its data may be there.
    """
    today = local_date(now, zone)
    candidates = day_range(first_day(feed, zone, now, history_from), today)
    wanted = None if days is None else frozenset(days)
    found = []
    for day in candidates:
        if (wanted is not None and day not in wanted) or (day not in known and day in settled):
            continue
        reason = due_reason(feed, zone, day, known.get(day), now, force=force, credential=credential)
        if reason is not None:
            found.append(DueSlice(day, reason))
    return found


def cover(due: Sequence[DueSlice], days_per_request: int) -> list[Window]:
    """The fewest windows of at most `days_per_request` days that cover every due day, newest first.

    Greedy from the newest day: each window ends at the newest uncovered day and reaches back as far as it may; it
    begins at a due day, so that only days between due ones ride along.
    """
    windows: list[Window] = []
    rest = sorted(due, key=lambda item: item.day, reverse=True)
    position = 0
    while position < len(rest):
        last = rest[position].day
        start = position
        while position < len(rest) and (last - rest[position].day).days < days_per_request:
            position += 1
        members = tuple(reversed(rest[start:position]))
        windows.append(Window(members[0].day, last, members))
    return windows


def data_range(window_first: date, window_last: date, zone: str, now: datetime) -> tuple[datetime, datetime]:
    """dataStartTime and dataEndTime, UTC: local midnight to the last second of the last day; now, if that day runs."""
    end = local_midnight(window_last + timedelta(days=1), zone) - timedelta(seconds=1)
    return local_midnight(window_first, zone), min(end, now)


def fetched_again(row: KnownSlice, today: date) -> bool:
    """Whether the document of a snapshot of an ended day is fetched again: nothing else can take its place."""
    return (
        row.state in ("failed", "quarantined")
        and row.document_id is not None
        and row.attempts < _FETCHES
        and today - KEPT_AT_SOURCE <= row.day < today
    )


def out_of_history(
    feed: Feed, zone: str, known: Iterable[KnownSlice], now: datetime, history_from: date | None = None
) -> list[KnownSlice]:
    """Slices that never came and that Amazon no longer answers for: they become `unavailable`.

    Windowed: older than the history. Snapshots and crawls: of a day that has ended, because no request made now shows
    it, unless a document of that day is there.
    """
    today = local_date(now, zone)
    oldest = first_day(feed, zone, now, history_from) if feed.shape == "windowed" else today
    never_came = ("due", "failed", "refused", "quarantined")
    return [
        row
        for row in known
        if row.day < oldest
        and row.checked_at is None
        and row.state in never_came
        and not row.busy
        and (feed.shape == "windowed" or not fetched_again(row, today))
    ]


def snapshot_due(
    feed: Feed,
    zone: str,
    known: Iterable[KnownSlice],
    now: datetime,
    *,
    days: Collection[date] | None = None,
    force: bool = False,
    credential: str | None = None,
) -> tuple[str, KnownSlice | None] | None:
    """Whether a snapshot or crawl is due today, why, and which earlier attempt of today it repeats; None if it is not.

    Due once per marketplace day. Forced, it is due again once `min_interval` has passed since the last one.
    """
    today = local_date(now, zone)
    if days is not None and today not in days:
        return None
    of_today = [row for row in known if row.day == today]
    if any(row.busy or row.state in OPEN_STATES for row in of_today):
        return None
    checked = [row.checked_at for row in of_today if row.checked_at is not None and row.state in ("loaded", "empty")]
    attempts = [row for row in of_today if row.state in ("due", "failed", "refused", "quarantined")]
    if checked:
        if not force or max(checked) + feed.min_interval > now:
            return None
        return "forced", max(attempts, key=lambda row: row.slice_key, default=None)
    if not attempts:
        return "first of the day", None
    latest = max(attempts, key=lambda row: row.slice_key)
    if latest.state == "due":
        return "first of the day", latest
    reason = retry_reason(latest, now, force, credential)
    return None if reason is None else (reason, latest)


def missing_days(
    zone: str, have: Container[date], first_known: date | None, now: datetime, history_from: date | None
) -> list[date]:
    """Ended days of a snapshot feed that have no slice at all, oldest first.

    have: the days with a slice. Counted from `history_from`, or without one from the first day that has a slice.
    """
    start = history_from or first_known
    if start is None:
        return []
    yesterday = local_date(now, zone) - timedelta(days=1)
    return [day for day in day_range(start, yesterday) if day not in have]


def look_since(zone: str, missing: Sequence[date], first_known: date | None, now: datetime) -> datetime:
    """Since when existing snapshots are looked for, UTC: the first missing day; all kept if nothing is known; today."""
    oldest = local_midnight(local_date(now, zone) - KEPT_AT_SOURCE, zone)
    if missing:
        return max(oldest, local_midnight(missing[0], zone))
    return oldest if first_known is None else local_midnight(local_date(now, zone), zone)
