"""Profit and loss of a whole calendar month: against the month before and the same month a year ago, by line and SKU.

As in `profit.py`, only what is alike is compared. What orders earned before advertising is there at once, and is
compared where both months are whole. What is posted (refunds, storage) is compared once settlements cover the whole
month, advertising as it was known at the same age, and the profit where all of these are. Amounts are in the store's
currency; the lines are in `statement.py`, what is left out and what loses money in `month_skus.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pipelines.insights.facts import Comparison, FactBook, Subject, currency_places, rounded
from pipelines.insights.marts import Marts
from pipelines.insights.measures import ads
from pipelines.insights.measures.compare import Basis, add_change, ratio
from pipelines.insights.measures.profit import (
    COST_BY_DAY,
    LAST_ADS_DAY,
    MOVERS,
    PROFIT_BY_DAY,
    PROFIT_BY_SKU,
    TACOS,
    cost_then,
    days_after,
    may_compare,
)
from pipelines.insights.measures.sales import product_names, sku_subject
from pipelines.insights.measures.statement import (
    ADVERTISING,
    FIRST_DAY,
    LATER_PARTS,
    ORDER_PARTS,
    Statement,
    statement,
)
from pipelines.insights.readings import CAMPAIGNS, Readings, read

Span = tuple[date, date]
# Of a month that is over, later settlements tell more: all of them count.
LAST_POSTED = "select max(posted_date) as day from marts.settlement_lines where store_id = %(store_id)s"


@dataclass(frozen=True)
class Month:
    """How final a month is. unsettled: how many of its days no settlement covers yet. ads_until: the last day with
    advertising in the reports, at most the month's last. ads_open: how many of its days' advertising still changes."""

    days: Span
    unsettled: int
    ads_until: date | None
    ads_open: int

    @property
    def has_all_ads(self) -> bool:
        """Whether the reports of advertising reach to the month's end."""
        return self.ads_until is not None and self.ads_until >= self.days[1]

    def open_days(self, part: str) -> int:
        """How many days of a line, or of a sum of lines, are not final."""
        if part in ADVERTISING:
            return self.ads_open
        return max(self.unsettled, self.ads_open) if part == "profit" else self.unsettled


@dataclass(frozen=True)
class Earlier:
    """An earlier month that the month may be set beside. name: 'before' or 'year_ago'. spent: its advertising as it
    was known at the age that the month's has now, negative; None: not known."""

    name: str
    told: Statement
    spent: Decimal | None
    is_settled: bool

    def part(self, name: str) -> Decimal | None:
        """A line, or a sum of lines, as far as it is alike."""
        if name in ORDER_PARTS:
            return self.told.parts[name]
        if name == "order_profit":
            return self.told.order_profit
        if name in ADVERTISING:
            return self.spent
        if not self.is_settled:
            return None
        if name != "profit":
            return self.told.parts[name]
        return None if self.spent is None else self.told.profit - self.told.parts["advertising"] + self.spent


def month_before(month: Span) -> Span:
    """The calendar month before a month."""
    last = month[0] - timedelta(days=1)
    return last.replace(day=1), last


def year_before(month: Span) -> Span:
    """The same calendar month a year earlier."""
    following = (month[1] + timedelta(days=1)).replace(year=(month[1] + timedelta(days=1)).year - 1)
    return month[0].replace(year=month[0].year - 1), following - timedelta(days=1)


def collect(marts: Marts, book: FactBook) -> list[dict[str, Any]]:
    """Add the facts. Returns the rows of the chart: the profit of each day."""
    first = marts.rows(FIRST_DAY)[0]["day"]
    now = statement(marts, *book.period, book.currency)
    if first is None or not now.is_known:
        return []
    month, readings = _how_final(marts, book)
    _state(book, month, now, first)
    others = [
        each
        for name, days in (("before", month_before(book.period)), ("year_ago", year_before(book.period)))
        if first <= days[0] and (each := _earlier(marts, book, name, days, now, month, readings)) is not None
    ]
    _sums(book, month, now, others)
    for part in (*ORDER_PARTS, "order_profit", *LATER_PARTS, "profit"):
        _line(book, part, now, month, others)
    is_compared = any(each.name == "before" for each in others)
    _tacos(marts, book, month, readings, is_compared=is_compared)
    if is_compared:
        _skus(marts, book, month)
    settled_until = book.day - timedelta(days=month.unsettled)
    return [
        {
            **row,
            "profit": None if row["profit"] is None else float(row["profit"]),
            "is_open": row["date"] > settled_until,
        }
        for row in marts.rows(PROFIT_BY_DAY, first=book.period[0], last=book.day)
    ]


def _how_final(marts: Marts, book: FactBook) -> tuple[Month, Readings]:
    posted = marts.rows(LAST_POSTED)[0]["day"]
    ads_until = marts.rows(LAST_ADS_DAY, day=book.day)[0]["day"]
    readings = read(marts, CAMPAIGNS, year_before(book.period)[0], book.day, query=ads.READINGS)
    ads_open = readings.open_days(book.period) if ads_until is not None else 0
    return Month(book.period, days_after(posted, book.period), ads_until, ads_open), readings


def _state(book: FactBook, month: Month, now: Statement, first: date) -> None:
    """What is settled, estimated, open, left out or not there."""
    if month.unsettled:
        if month.unsettled < (month.days[1] - month.days[0]).days + 1:
            until = month.days[1] - timedelta(days=month.unsettled)
            book.add("profit_settled_until", until, "LAST_POSTED", period=(until, until))
        book.add("profit_estimated_days", month.unsettled, "LAST_POSTED", period=month.days)
    book.add("month_estimated_share", now.estimated_share or None, "STATEMENT", period=month.days)
    if month.ads_open:
        book.add("ads_open_days", month.ads_open, "CHECKED", period=month.days, table="ops.slices")
    if month.ads_until is not None and not month.has_all_ads:
        without = days_after(month.ads_until, month.days)
        book.add("profit_days_without_ads", without, "LAST_ADS_DAY", period=month.days)
    if first > month.days[0]:
        book.add("month_known_from", first, "FIRST_DAY", period=month.days)


def _earlier(
    marts: Marts, book: FactBook, name: str, days: Span, now: Statement, month: Month, readings: Readings
) -> Earlier | None:
    """The earlier month, if what its orders earned may be set beside this month's."""
    told = statement(marts, *days, book.currency, alike=month.days)
    if not may_compare(marts, now, told):
        return None
    return Earlier(name, told, _spent(marts, book, told, month, readings), not month.unsettled)


def _spent(marts: Marts, book: FactBook, told: Statement, month: Month, readings: Readings) -> Decimal | None:
    """The advertising of an earlier month, each day as it was known at the age of the same day of this month.

    Only Sponsored Products are kept by age; what other advertising cost is taken as it is. None where it is not known,
    or where the month's own is not in. Days that this month does not have are compared with its last one.
    """
    if month.ads_until is None:
        return told.parts["advertising"]
    if not month.has_all_ads:
        return None
    first, last = told.period
    cost = {row["date"]: row["cost"] or Decimal(0) for row in marts.rows(COST_BY_DAY, first=first, last=last)}
    difference = Decimal(0)
    for number in range((last - first).days + 1 if cost else 0):
        before = first + timedelta(days=number)
        known = cost_then(min(month.days[0] + timedelta(days=number), month.days[1]), before, readings, cost)
        if known is None:
            return None
        difference += known - cost.get(before, Decimal(0))
    return told.parts["advertising"] - rounded(difference, currency_places(book.currency))


def _sums(book: FactBook, month: Month, now: Statement, others: list[Earlier]) -> None:
    """Profit and margin, what orders earned before advertising, and both against the earlier months."""
    shared: dict[str, Any] = {"period": month.days, "open_days": month.open_days("profit")}
    book.add("month_profit", now.profit, "STATEMENT", **shared)
    book.add("month_margin", now.margin, "STATEMENT", **shared)
    of_orders = {"period": month.days, "open_days": month.unsettled}
    book.add("month_order_profit", now.order_profit, "STATEMENT", **of_orders)  # type: ignore[arg-type]
    for earlier in others:
        for name, part, value in (
            ("profit", "profit", now.profit),
            ("order_profit", "order_profit", now.order_profit),
        ):
            before = earlier.part(part)
            if before is None:
                continue
            book.add(f"month_{name}_{earlier.name}", before, "STATEMENT", period=earlier.told.period)
            _change(book, f"month_{name}_vs_{earlier.name}", value, before, earlier.name, month, part)
        if earlier.name == "before":
            lengths = [(span[1] - span[0]).days + 1 for span in (month.days, earlier.told.period)]
            if lengths[0] != lengths[1]:
                book.add("month_days", lengths[0], "day", period=month.days)
                book.add("month_days_before", lengths[1], "day", period=earlier.told.period)


def _line(book: FactBook, part: str, now: Statement, month: Month, others: list[Earlier]) -> None:
    """A line of the statement, beside those of the earlier months as far as these are alike."""
    sums = {"order_profit": now.order_profit, "profit": now.profit}
    value = sums[part] if part in sums else now.parts[part]
    before = {each.name: known for each in others if (known := each.part(part)) is not None}
    if not value and not any(before.values()):
        return
    subject = Subject("part", part)
    open_days = month.open_days(part)
    book.add("month_part", value, "STATEMENT", subject=subject, period=month.days, open_days=open_days)
    for each in others:
        if each.name in before:
            amount = before[each.name]
            book.add(f"month_part_{each.name}", amount, "STATEMENT", subject=subject, period=each.told.period)
            _change(book, f"month_part_vs_{each.name}", value, amount, each.name, month, part, subject)


def _change(
    book: FactBook,
    name: str,
    value: Decimal,
    before: Decimal,
    earlier: str,
    month: Month,
    part: str,
    subject: Subject | None = None,
) -> None:
    """A change in money; up is what makes the profit larger."""
    change = value - before
    kind = {"before": "previous_month", "year_ago": "month_a_year_ago"}[earlier]
    book.add(
        name,
        change,
        "STATEMENT",
        subject=subject,
        period=month.days,
        comparison=Comparison(kind, before),
        direction="up" if change > 0 else "down" if change < 0 else "flat",
        open_days=month.open_days(part),
    )


def _tacos(marts: Marts, book: FactBook, month: Month, readings: Readings, *, is_compared: bool) -> None:
    """The share of the month's sales without VAT that went into advertising; compared where all days are final.
    is_compared: whether the months may be compared at all."""
    if not month.has_all_ads:
        return
    before = month_before(month.days)
    now, then = (marts.rows(TACOS, first=first, last=last)[0] for first, last in (month.days, before))
    share, earlier = ratio(now["cost"], now["sales"]), ratio(then["cost"], then["sales"])
    if share is None:
        return
    book.add("month_tacos", share, "TACOS", period=month.days, open_days=month.ads_open)
    if earlier is not None and is_compared and not month.ads_open and not readings.open_days(before):
        book.add("month_tacos_before", earlier, "TACOS", period=before)
        add_change(
            book, "month_tacos_vs_before", share, earlier, Basis("TACOS"), kind="previous_month", period=month.days,
            points=True,
        )  # fmt: skip


def _skus(marts: Marts, book: FactBook, month: Month) -> None:
    """The SKUs whose orders earned most more or less than in the month before, before advertising."""
    before = month_before(month.days)
    rows = marts.rows(PROFIT_BY_SKU, first=before[0], middle=before[1], last=month.days[1], limit=MOVERS)
    labels = product_names(marts, [row["sku"] for row in rows])
    places = currency_places(book.currency)
    for row in rows:
        subject = sku_subject(row["sku"], labels)
        now, then = rounded(row["profit"], places), rounded(row["before"], places)
        if now != then:
            shared: dict[str, Any] = {"subject": subject, "period": month.days, "open_days": month.unsettled}
            book.add("month_sku_profit", now, "PROFIT_BY_SKU", **shared)
            _change(book, "month_sku_profit_vs_before", now, then, "before", month, "order_profit", subject)
