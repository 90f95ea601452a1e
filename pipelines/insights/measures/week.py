"""A whole ISO week of a store: sales, units, orders, visits, conversion, against the week before and a year earlier.

A year earlier is the ISO week of the same number. It is set beside the week only where the store has whole data of it.
What Amazon still changes is compared with what was known at the same age, or not at all. Amounts are item prices in the
store's currency; days are those of its marketplace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pipelines.insights.facts import Comparison, FactBook, Subject, currency_places, rounded
from pipelines.insights.marts import Marts
from pipelines.insights.measures import ads, profit
from pipelines.insights.measures.compare import Basis, add_change, ratio, week_facts
from pipelines.insights.measures.sales import FIRST_DAY, ORDERS_BY_DAY, SALES_BY_DAY
from pipelines.insights.measures.statement import FIRST_DAY as FIRST_PROFIT_DAY
from pipelines.insights.measures.statement import statement
from pipelines.insights.measures.traffic import READINGS, TRAFFIC_BY_DAY
from pipelines.insights.readings import CAMPAIGNS, TRAFFIC, Readings, read

Span = tuple[date, date]
WEEKS_SHOWN = 53  # a year of weeks, in the chart
USUAL_WEEKS = 8  # the usual of a weekday is its average in so many weeks before

# What is known of the orders of each day. A day without a row was never asked for.
ORDER_DAYS = """
    select date, bool_or(state in ('loaded', 'empty')) as is_here from marts.data_coverage
    where store_id = %(store_id)s and feed like 'amazon_sp.all_orders%%' and date between %(first)s and %(last)s
    group by date
"""
ADS_GAPS = """
    select count(*) as days from marts.data_coverage
    where store_id = %(store_id)s and feed = %(feed)s and date between %(first)s and %(last)s and is_gap
"""
PROFIT_BY_DAY = profit.PROFIT_BY_DAY


@dataclass(frozen=True)
class Days:
    """The days of a store. first: of its first orders. sold: the rows of SALES_BY_DAY by day. here: what is known of
    days whose orders were asked for."""

    first: date
    sold: Mapping[date, Mapping[str, Any]]
    here: Mapping[date, bool]

    def is_here(self, day: date) -> bool:
        """Whether the day's orders are known: loaded, or known to be none. Of a day that was never asked for they are
        if there are some, as in imported files."""
        return day >= self.first and self.here.get(day, day in self.sold)

    def is_whole(self, span: Span) -> bool:
        return all(self.is_here(day) for day in each_day(span))

    def sum(self, column: str, span: Span) -> Decimal | None:
        """The sum over a period; None if a day of it is not here."""
        return self.part(column, span) if self.is_whole(span) else None

    def part(self, column: str, span: Span) -> Decimal:
        """The sum of what is here."""
        rows = (self.sold[day] for day in each_day(span) if day in self.sold)
        return sum((Decimal(row[column] or 0) for row in rows), Decimal(0))


def each_day(span: Span) -> Iterable[date]:
    """The days of a period, both ends inclusive."""
    return (span[0] + timedelta(days=n) for n in range((span[1] - span[0]).days + 1))


def year_before(span: Span) -> Span | None:
    """The ISO week of the same number a year earlier; None where that year has none of it (a 53rd). span: Monday to
    Sunday."""
    year, number, _ = span[0].isocalendar()
    try:
        monday = date.fromisocalendar(year - 1, number, 1)
    except ValueError:
        return None
    return monday, monday + timedelta(days=6)


def year_facts(
    book: FactBook,
    prefix: str,
    basis: Basis,
    value: Decimal | None,
    before: Decimal | None,
    span: Span,
    *,
    points: bool = False,
) -> None:
    """Add the figure of a year earlier, and the change since; nothing where one is not known, or where what awaits
    payment decides. points: the values are percents."""
    if value is None or before is None or basis.may_reach(value, before):
        return
    query, table = basis.earlier or (basis.query, None)
    book.add(f"{prefix}_year_ago", before, query, period=span, table=table)
    add_change(book, f"{prefix}_vs_year_ago", value, before, basis, kind="year_ago", period=book.days(7), points=points)


def collect(marts: Marts, book: FactBook) -> dict[str, list[dict[str, Any]]]:
    """Add the facts of the book's week. Returns the rows of the charts `weeks` and `weekdays`."""
    week, before, ago = book.days(7), book.days(7, back=7), year_before(book.days(7))
    first = marts.rows(FIRST_DAY)[0]["day"]
    if first is None or first > book.day:
        return {}
    start = week[0] - timedelta(weeks=2 * WEEKS_SHOWN)
    bounds = {"first": start, "last": book.day}
    sold = {row["date"]: row for row in marts.rows(SALES_BY_DAY, **bounds)}
    here = {row["date"]: row["is_here"] for row in marts.rows(ORDER_DAYS, **bounds)}
    days = Days(first, sold, here)
    missing = sum(not days.is_here(day) for day in each_day(week))
    if missing:
        book.add("week_missing_days", missing, "ORDER_DAYS", period=week)
    if missing < 7:
        _orders(marts, book, days, before, ago)
    visits = _visits(marts, book, week, before, ago, start)
    return {"weeks": _weeks(marts, book, days, visits, week), "weekdays": _weekdays(days, week)}


def _orders(marts: Marts, book: FactBook, days: Days, before: Span, ago: Span | None) -> None:
    """Sales, units and orders of the week. A week that lacks a day is compared with nothing."""
    week, is_whole = book.days(7), days.is_whole(book.days(7))
    pending, units = days.part("pending", week), days.part("units", week)
    book.add("week_pending_units", pending or None, "SALES_BY_DAY", period=week)
    share = Decimal(0) if not pending else pending / units if units else None
    counted = [day for span in (week, before, ago) if span for day in each_day(span)]
    orders = {row["date"]: Decimal(row["orders"]) for row in marts.rows(ORDERS_BY_DAY, days=counted)}

    def sold(column: str) -> Callable[[Span], Decimal]:
        return lambda span: days.part(column, span)

    def ordered(span: Span) -> Decimal:
        return sum((orders.get(day, Decimal(0)) for day in each_day(span)), Decimal(0))

    for name, query, value_of in (
        ("sales", "SALES_BY_DAY", sold("sales")),
        ("units", "SALES_BY_DAY", sold("units")),
        ("orders", "ORDERS_BY_DAY", ordered),
    ):
        basis, value = Basis(query, pending=share), value_of(week)
        earlier = value_of(before) if is_whole and days.is_whole(before) else None
        week_facts(book, name, basis, value, earlier)
        if name == "sales" and earlier is not None and basis.may_reach(value, earlier):
            book.add("sales_previous_7d", earlier, query, period=before)  # told beside what awaits payment
        if ago and is_whole and days.is_whole(ago):
            year_facts(book, name, basis, value, value_of(ago), ago)


def _visits(
    marts: Marts, book: FactBook, week: Span, before: Span, ago: Span | None, start: date
) -> Mapping[date, Mapping[str, Any]]:
    """Add visits and conversion of the week. Returns the rows of TRAFFIC_BY_DAY by day."""
    rows = {row["date"]: row for row in marts.rows(TRAFFIC_BY_DAY, first=start, last=book.day)}
    if rows and book.day not in rows:
        book.add("data_until", max(rows), "TRAFFIC_BY_DAY", subject=Subject("feed", TRAFFIC))
    now = _counted(rows.get(day) for day in each_day(week))
    if now is None:
        return rows
    readings = read(marts, TRAFFIC, (ago or before)[0], book.day, query=READINGS)
    open_days = readings.open_days(week)
    basis = Basis("TRAFFIC_BY_DAY", open_days, ("READINGS", "intermediate.int_traffic_readings") if open_days else None)
    if open_days:
        book.add("visits_open_days", open_days, "CHECKED", period=week, table="ops.slices")
        book.add("visits_final_on", readings.final_on(week), "CHECKED", period=week, table="ops.slices")
    then = _counted(_counterparts(readings, week, before, rows))
    year = _counted(_counterparts(readings, week, ago, rows)) if ago else None
    for place, (name, points) in enumerate((("sessions", False), ("conversion", True))):
        value, earlier, long_ago = (_figures(each)[place] for each in (now, then, year))
        week_facts(book, name, basis, value, earlier, points=points)
        if ago:
            year_facts(book, name, basis, value, long_ago, ago, points=points)
    return rows


def _counterparts(
    readings: Readings, week: Span, earlier: Span, rows: Mapping[date, Mapping[str, Any]]
) -> Iterable[Mapping[str, Any] | None]:
    """What each day of the week may be compared with."""
    pairs = zip(each_day(week), each_day(earlier), strict=True)
    return (readings.counterpart(day, other, rows) for day, other in pairs)


def _counted(rows: Iterable[Mapping[str, Any] | None]) -> tuple[Decimal, Decimal] | None:
    """Sessions and units ordered, added up; None if a day is not known."""
    sums = [Decimal(0), Decimal(0)]
    for row in rows:
        if row is None or row["sessions"] is None:
            return None
        sums[0] += row["sessions"]
        sums[1] += row["units_ordered"] or 0
    return sums[0], sums[1]


def _figures(counted: tuple[Decimal, Decimal] | None) -> tuple[Decimal | None, Decimal | None]:
    return (counted[0], ratio(counted[1], counted[0])) if counted else (None, None)


def ads_year_ago(marts: Marts, book: FactBook) -> None:
    """Add what ads cost a year earlier, and their ACoS, where `ads.collect` has added those of the week."""
    week, ago = book.days(7), year_before(book.days(7))
    spend, share = book.get("ad_spend_7d"), book.get("acos_7d")
    first = marts.rows(ads.FIRST_DAY)[0]["day"]
    if spend is None or ago is None or first is None or first > ago[0]:
        return
    if marts.rows(ADS_GAPS, feed=CAMPAIGNS, first=ago[0], last=ago[1])[0]["days"]:
        return
    nothing = {"cost": Decimal(0), "sales_7d": Decimal(0)}
    settled = dict.fromkeys(each_day(ago), nothing) | {
        row["date"]: {"cost": row["cost"] or 0, "sales_7d": row["sales"] or 0}
        for row in marts.rows(ads.ADS_BY_DAY, first=ago[0], last=ago[1])
    }
    readings = read(marts, CAMPAIGNS, ago[0], week[1], query=ads.READINGS)
    then = list(_counterparts(readings, week, ago, settled))
    if any(row is None for row in then):
        return
    cost, sales = (sum((Decimal(row[name]) for row in then if row), Decimal(0)) for name in ("cost", "sales_7d"))
    open_days = spend.open_days
    basis = Basis("ADS_BY_DAY", open_days, ("READINGS", "intermediate.int_ads_readings") if open_days else None)
    year_facts(book, "ad_spend", basis, Decimal(spend.value), cost, ago)  # type: ignore[arg-type]
    acos = Decimal(share.value) if share else None  # type: ignore[arg-type]
    year_facts(book, "acos", basis, acos, ratio(cost, sales), ago, points=True)


def profit_year_ago(marts: Marts, book: FactBook) -> None:
    """Add what orders earned before advertising a year earlier, where `profit.collect` has added that of the week. Only
    this is there at once for both weeks; the profit as a whole comes with settlements."""
    ago, first = year_before(book.days(7)), marts.rows(FIRST_PROFIT_DAY)[0]["day"]
    if ago is None or first is None or first > ago[0] or book.get("order_profit_7d") is None:
        return
    known = {row["date"] for row in marts.rows(SALES_BY_DAY, first=ago[0], last=ago[1])}
    here = {row["date"]: row["is_here"] for row in marts.rows(ORDER_DAYS, first=ago[0], last=ago[1])}
    now = statement(marts, *book.days(7), book.currency)
    then = statement(marts, *ago, book.currency, alike=now.period)
    is_here = all(here.get(day, day in known) for day in each_day(ago))
    if not is_here or not profit.may_compare(marts, now, then):
        return
    places = currency_places(book.currency)
    change = rounded(now.order_profit - then.order_profit, places)
    open_days = book.get("order_profit_7d").open_days  # type: ignore[union-attr]
    book.add("order_profit_year_ago", then.order_profit, "STATEMENT", period=ago)
    book.add(
        "order_profit_vs_year_ago",
        change,
        "STATEMENT",
        period=now.period,
        comparison=Comparison("orders_year_ago", then.order_profit),
        direction="up" if change > 0 else "down" if change < 0 else "flat",
        open_days=open_days,
    )


# --- the rows of the charts ------------------------------------------------------------------------------------------


def _weeks(
    marts: Marts, book: FactBook, days: Days, visits: Mapping[date, Mapping[str, Any]], week: Span
) -> list[dict[str, Any]]:
    """A row for each of the last weeks, by its Monday; amounts of weeks that lack a day are None."""
    spans = [(week[0] - timedelta(weeks=n), week[1] - timedelta(weeks=n)) for n in reversed(range(WEEKS_SHOWN))]
    spans = [span for span in spans if span[1] >= days.first]
    bounds = {"first": spans[0][0], "last": book.day}
    spent = {row["date"]: row for row in marts.rows(ads.ADS_BY_DAY, **bounds)}
    earned = {row["date"]: row["profit"] for row in marts.rows(PROFIT_BY_DAY, **bounds)}
    settled = book.get("profit_settled_until")
    shown = []
    for span in spans:
        ago, here = year_before(span), list(each_day(span))
        traffic = _figures(_counted(visits.get(day) for day in here))
        is_whole = days.is_whole(span)
        costs = [spent[day] for day in here if day in spent]
        cost = sum((row["cost"] or Decimal(0) for row in costs), Decimal(0)) if costs else None
        profits = [earned[day] for day in here if earned.get(day) is not None]
        shown.append(
            {
                "week": span[0],
                "sales": _drawn(days.sum("sales", span)),
                "year_ago": _drawn(days.sum("sales", ago)) if ago else None,
                "units": _drawn(days.sum("units", span)),
                "sessions": _drawn(traffic[0]),
                "conversion": _drawn(traffic[1]),
                "cost": _drawn(cost),
                "acos": _drawn(ratio(cost, sum((row["sales"] or 0 for row in costs), Decimal(0)))),
                "profit": _drawn(sum(profits, Decimal(0))) if profits and is_whole else None,
                "is_open": settled is None or span[1] > settled.value,  # type: ignore[operator]
                "is_told": span == week,
            }
        )
    return shown


def _weekdays(days: Days, week: Span) -> list[dict[str, Any]]:
    """The week's days with the usual of their weekday."""
    rows = []
    for day in each_day(week):
        before = [day - timedelta(weeks=n) for n in range(1, USUAL_WEEKS + 1)]
        known = [days.part("sales", (each, each)) for each in before if days.is_here(each)]
        rows.append(
            {
                "weekday": day,
                "sales": _drawn(days.part("sales", (day, day))) if days.is_here(day) else None,
                "usual": _drawn(sum(known, Decimal(0)) / len(known)) if known else None,
            }
        )
    return rows


def _drawn(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
