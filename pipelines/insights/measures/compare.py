"""The comparisons that measures share: with the same weekday, with a week ago, and seven days with the seven before.

Pure functions, which add facts to the book. The figures come from the other modules of this folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from pipelines.insights.explain.unusual import usual
from pipelines.insights.facts import Comparison, Direction, FactBook, Subject, direction_of

HISTORY_DAYS = 60  # The number of days that charts show.
WEEKS = 4  # The usual level of a weekday is its average in so many weeks before.
RANGE_WEEKS = 8  # What is usual for it, and what is not, follows from so many.


@dataclass(frozen=True, slots=True)
class Basis:
    """Where figures come from, and how final they are.

    query: its name. open_days: how many of their days Amazon still changes. earlier: the query and table of the earlier
    figures, if these are others. pending: units that await payment, as a share of counted units; None if units are
    pending but none is counted, so that the pending ones may be worth anything.
    """

    query: str
    open_days: int = 0
    earlier: tuple[str, str] | None = None
    pending: Decimal | None = Decimal(0)

    def may_reach(self, value: Decimal, before: Decimal) -> bool:
        """Whether pending units may make up for a fall from `before` to `value`, so that it is not known to be one."""
        return value < before and (self.pending is None or value * (1 + self.pending) >= before)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two periods that are compared: marketplace days, both inclusive. basis: the kind of comparison of the facts."""

    current: tuple[date, date]
    previous: tuple[date, date]
    basis: str = "previous_7d"

    @classmethod
    def of_week(cls, book: FactBook) -> Pair:
        """The seven days that end with the book's, and the seven before."""
        return cls(book.days(7), book.days(7, back=7))

    @property
    def bounds(self) -> dict[str, date]:
        """The four days, as the queries name them."""
        names = ("first", "last", "before_first", "before_last")
        return dict(zip(names, (*self.current, *self.previous), strict=True))

    @property
    def days(self) -> list[tuple[date, date]]:
        """Each day of the period with that of the one before, from the first on; none where their lengths differ."""
        length = (self.current[1] - self.current[0]).days
        if (self.previous[1] - self.previous[0]).days != length:
            return []
        return [(self.current[0] + timedelta(n), self.previous[0] + timedelta(n)) for n in range(length + 1)]


def ratio(part: Decimal | int | None, whole: Decimal | int | None) -> Decimal | None:
    """part / whole in percent; None if either is missing or the whole is 0."""
    if part is None or not whole:
        return None
    return Decimal(part) / Decimal(whole) * 100


def weekdays_before(day: date, *, first: date, without: Iterable[date] = (), weeks: int = WEEKS) -> list[date]:
    """The same weekday in the weeks before `day`, without days before `first` and days that lack data (`without`)."""
    missing = set(without)
    candidates = (day - timedelta(weeks=week) for week in range(1, weeks + 1))
    return [each for each in candidates if each >= first and each not in missing]


def day_facts(
    book: FactBook, prefix: str, basis: Basis, value: Decimal | None, usual: Decimal | None, week_ago: Decimal | None
) -> None:
    """Add the day's figure, the usual level of its weekday, the figure of a week ago, and the changes against both."""
    if value is None:
        return
    compared = usual is not None and not basis.may_reach(value, usual)
    comparison = Comparison("weekday_average", usual) if usual is not None and compared else None
    book.add(f"{prefix}_day", value, basis.query, comparison=comparison, open_days=basis.open_days)
    for name, before, kind, period in (
        ("weekday", usual, "weekday_average", (book.day - timedelta(weeks=WEEKS), book.day - timedelta(weeks=1))),
        ("week_ago", week_ago, "week_ago", (book.day - timedelta(weeks=1),) * 2),
    ):
        if before is None:
            continue
        query, table = basis.earlier or (basis.query, None)
        book.add(
            f"{prefix}_{'weekday_average' if name == 'weekday' else name}", before, query, period=period, table=table
        )
        if not basis.may_reach(value, before):
            points = prefix == "conversion"
            add_change(book, f"{prefix}_vs_{name}", value, before, basis, kind=kind, points=points)


def range_facts(
    book: FactBook,
    prefix: str,
    basis: Basis,
    value: Decimal | None,
    history: Sequence[Decimal],
    counts: Sequence[Decimal],
) -> None:
    """Add the range in which the day's figure is usual: the median of the same weekday before, and 3.5 robust
    deviations to either side (`explain/unusual.py`).

    history: the figure of the same weekday before, of days of the same age. counts: the events behind each, as orders.
    Nothing is added where the history is too short, or where what awaits payment decides whether the day is in it; and
    no low end where even a day without any would be usual.
    """
    known = usual(history, counts=counts)
    if value is None or known is None:
        return
    if any(value < end and basis.may_reach(value, end) for end in (known.low, known.high)):
        return
    query, table = basis.earlier or (basis.query, None)
    period = (book.day - timedelta(weeks=RANGE_WEEKS), book.day - timedelta(weeks=1))
    for end, bound in (("low", known.low), ("high", known.high)):
        book.add(f"{prefix}_usual_{end}", bound or None, query, period=period, table=table)


def week_facts(
    book: FactBook,
    prefix: str,
    basis: Basis,
    value: Decimal | None,
    before: Decimal | None,
    *,
    points: bool = False,
    length: int = 7,
) -> None:
    """Add the figures of the last seven days and the seven before, and the change. points: the values are percents.
    length: of other spans, in days: 30 days and the 30 before."""
    week, previous = book.days(length), book.days(length, back=length)
    against = f"previous_{length}d"
    if value is not None and before is not None and basis.may_reach(value, before):
        before = None
    comparison = Comparison(against, before) if before is not None else None
    book.add(f"{prefix}_{length}d", value, basis.query, period=week, comparison=comparison, open_days=basis.open_days)
    if value is None or before is None:
        return
    query, table = basis.earlier or (basis.query, None)
    book.add(f"{prefix}_{against}", before, query, period=previous, table=table)
    add_change(book, f"{prefix}_vs_{against}", value, before, basis, kind=against, period=week, points=points)


def add_change(
    book: FactBook,
    name: str,
    value: Decimal,
    before: Decimal,
    basis: Basis,
    *,
    kind: str,
    subject: Subject | None = None,
    period: tuple[date, date] | None = None,
    points: bool = False,
) -> None:
    """Add the signed change from `before` to `value`: in percent, or in percentage points if `points` is set."""
    if points:
        change = value - before
    elif before:
        change = (value - before) / abs(before) * 100
    else:
        return
    direction: Direction = direction_of(value, before)
    book.add(
        name,
        change,
        basis.query,
        subject=subject,
        period=period,
        comparison=Comparison(kind, before),
        direction=direction,
        open_days=basis.open_days,
    )


def total(values: Mapping[date, Decimal], period: tuple[date, date], *, first: date) -> Decimal | None:
    """The sum over a period; None if the period begins before `first`, the first day with data."""
    if period[0] < first:
        return None
    return sum((value for day, value in values.items() if period[0] <= day <= period[1]), Decimal(0))


def average(values: Iterable[Decimal]) -> Decimal | None:
    """The average; None if there are no values."""
    numbers = list(values)
    return sum(numbers, Decimal(0)) / len(numbers) if numbers else None
