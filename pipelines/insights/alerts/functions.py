"""Readings that no query gives: sales, visits and conversion against what is usual, and how late data is.

Each function reads a store for days and returns rows like those of a query: subject, product, name, date, value, facts,
currency. A fall is a robust z-score (`explain/unusual.py`) of a day among the same weekdays before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.insights.explain.unusual import usual
from pipelines.insights.marts import Marts
from pipelines.insights.measures.traffic import READINGS, TRAFFIC_BY_DAY
from pipelines.insights.readings import TRAFFIC, read

Row = dict[str, Any]
WEEKS = 8

UNITS_BY_DAY = """
    select c.date, coalesce(s.units + s.pending_units, 0) as units
    from (
        select distinct date from marts.data_coverage
        where store_id = %(store_id)s and feed like 'amazon_sp.all_orders%%' and state in ('loaded', 'empty')
            and date between %(first)s and %(last)s
    ) as c
    left join marts.sales_store_daily as s on s.store_id = %(store_id)s and s.date = c.date
    where c.date >= (select min(date) from marts.sales_store_daily where store_id = %(store_id)s)
    order by c.date
"""
# The business time as of which anything of the store was last read; notifications come though no schedule runs.
LAST_READ = """
    select max(s.checked_at) as at from ops.slices as s
    where (s.scope_id = %(store_id)s or s.scope_id = (select account_id from ops.stores where store_id = %(store_id)s))
        and s.feed <> 'amazon_sp.notifications'
"""
# Of a tenant's shops the business time up to which their orders are known, and why the newest try has failed. One that
# was never read has only the hours since it was tried. They are told at the tenant's first store: a shop is none.
SHOPS_READ = """
    select h.shop_id, max(s.checked_at) filter (where s.state in ('loaded', 'empty')) as at,
        (array_agg(s.reason order by s.updated_at desc) filter (where s.state in ('failed', 'refused')))[1] as reason,
        extract(epoch from clock_timestamp() - min(s.updated_at)) / 3600 as tried
    from ops.shops as h inner join ops.slices as s on s.scope_id = h.shop_id and s.feed = h.channel || '.orders'
    where h.tenant_id = %(tenant_id)s and h.has_api
        and %(store_id)s = (select min(o.store_id) from ops.stores as o where o.tenant_id = h.tenant_id)
    group by h.shop_id
"""
# When the own stock was counted that channels are told of.
STOCK_COUNTED = """
    select min(c.as_of) as at from marts.stock_central as c
    where c.tenant_id = %(tenant_id)s
        and exists (select from insights.channel_sync as s where s.tenant_id = c.tenant_id)
        and %(store_id)s = (select min(o.store_id) from ops.stores as o where o.tenant_id = c.tenant_id)
"""


def sales_fallen(marts: Marts, first: date, last: date, now: datetime) -> list[Row]:
    """Units ordered on each ended day, those that wait for their price among them, against the same weekdays before."""
    begin = first - timedelta(weeks=WEEKS)
    ended = min(last, now.astimezone(ZoneInfo(marts.zone)).date() - timedelta(days=1))
    units = {row["date"]: Decimal(row["units"]) for row in marts.rows(UNITS_BY_DAY, first=begin, last=ended)}
    rows = []
    for day in _days(first, ended):
        values = [units[each] for each in _weekdays(day) if each in units]
        if day in units:
            rows += _row(marts.store_id, day, "units", units[day], values, values)
    return rows


def sessions_fallen(marts: Marts, first: date, last: date, now: datetime) -> list[Row]:
    """Visits of each day against the same weekdays before, as they were known at the same age."""
    rows = []
    for day, today, earlier in _traffic(marts, first, last):
        values = [Decimal(row["sessions"]) for row in earlier if row["sessions"] is not None]
        if today["sessions"] is not None:
            rows += _row(marts.store_id, day, "sessions", Decimal(today["sessions"]), values, values)
    return rows


def conversion_fallen(marts: Marts, first: date, last: date, now: datetime) -> list[Row]:
    """Units per visit of each day, in percent, against the same weekdays before, as they were known at the same age."""
    rows = []
    for day, today, earlier in _traffic(marts, first, last):
        rates = [(rate, Decimal(row["units_ordered"])) for row in earlier if (rate := _rate(row)) is not None]
        rate = _rate(today)
        if rate is not None:
            rows += _row(
                marts.store_id, day, "conversion", rate, [each for each, _ in rates], [units for _, units in rates]
            )
    return rows


def schedule_late(marts: Marts, first: date, last: date, now: datetime) -> list[Row]:
    """Hours since anything of the store was last read from its sources. A store that was never read has none."""
    found = marts.rows(LAST_READ)
    at = found[0]["at"] if found else None
    if at is None:
        return []
    return [_as_row(marts.store_id, last, _hours(now - at), {})]


def shop_unread(marts: Marts, first: date, last: date, now: datetime) -> list[Row]:
    """Hours since the orders of each shop are not known: its figures are only lowered meanwhile."""
    rows = []
    for row in marts.rows(SHOPS_READ):
        hours = _hours(now - row["at"]) if row["at"] is not None else Decimal(row["tried"]).quantize(Decimal("0.1"))
        rows.append(_as_row(row["shop_id"], last, hours, {"reason": row["reason"] or "It was not read."}))
    return rows


def stock_count_old(marts: Marts, first: date, last: date, now: datetime) -> list[Row]:
    """Hours since the tenant's own stock was counted, where channels are told of it."""
    found = marts.rows(STOCK_COUNTED)
    at = found[0]["at"] if found else None
    return [] if at is None else [_as_row(marts.tenant_id, last, _hours(now - at), {})]


FUNCTIONS: Mapping[str, Callable[[Marts, date, date, datetime], list[Row]]] = {
    each.__name__: each
    for each in (sales_fallen, sessions_fallen, conversion_fallen, schedule_late, shop_unread, stock_count_old)
}


def _traffic(
    marts: Marts, first: date, last: date
) -> Iterable[tuple[date, Mapping[str, Any], list[Mapping[str, Any]]]]:
    """Each day with its row, and the rows of the same weekdays before that it may be compared with."""
    begin = first - timedelta(weeks=WEEKS)
    settled = {row["date"]: row for row in marts.rows(TRAFFIC_BY_DAY, first=begin, last=last)}
    readings = read(marts, TRAFFIC, begin, last, query=READINGS)
    for day in _days(first, last):
        if day in settled:
            earlier = [readings.counterpart(day, each, settled) for each in _weekdays(day)]
            yield day, settled[day], [row for row in earlier if row is not None]


def _row(
    store_id: str, day: date, name: str, value: Decimal, values: list[Decimal], counts: list[Decimal]
) -> list[Row]:
    """The score of a value among earlier ones; nothing where they are too few to say what is usual."""
    known = usual(values, counts=counts)
    if known is None:
        return []
    facts = {name: _short(value), "usual": _short(known.middle), "low": _short(known.low)}
    return [_as_row(store_id, day, known.score(value).quantize(Decimal("0.01")), facts)]


def _as_row(subject: str, day: date, value: Decimal, facts: dict[str, Any]) -> Row:
    return {
        "subject": subject,
        "product": None,
        "name": None,
        "date": day,
        "value": value,
        "facts": facts,
        "currency": None,
    }


def _hours(passed: timedelta) -> Decimal:
    return max(Decimal(int(passed.total_seconds())) / 3600, Decimal(0)).quantize(Decimal("0.1"))


def _rate(row: Mapping[str, Any]) -> Decimal | None:
    if not row["sessions"] or row["units_ordered"] is None:
        return None
    return 100 * Decimal(row["units_ordered"]) / Decimal(row["sessions"])


def _short(value: Decimal) -> float:
    return float(value.quantize(Decimal("0.01")))


def _weekdays(day: date) -> list[date]:
    return [day - timedelta(weeks=n) for n in range(1, WEEKS + 1)]


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
