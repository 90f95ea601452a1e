"""Why sales changed from one period to another: the parts of the change, of the store and of the SKUs that moved most.

The rules are in `explain/contributions.py`; what stands beside a SKU's change is found in `beside.py`. Amounts are item
prices in the store's currency, as in `sales.py`; units are those that were paid for.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pipelines.insights.explain.contributions import Parts, Sold, of_product, of_store, to_the_cent
from pipelines.insights.facts import Comparison, Direction, FactBook, Subject, clean, currency_places
from pipelines.insights.marts import Marts
from pipelines.insights.measures import beside
from pipelines.insights.measures.compare import Basis, Pair
from pipelines.insights.measures.sales import DAYS_WITHOUT_ORDERS_DATA, FIRST_DAY
from pipelines.insights.readings import TRAFFIC, Readings, read

SOLD_BY_SKU = """
    select sku, date between %(first)s and %(last)s as is_current, sum(item_price_amount) as amount,
        sum(units) as units, sum(pending_units) as pending
    from marts.sales_daily
    where store_id = %(store_id)s
        and (date between %(first)s and %(last)s or date between %(before_first)s and %(before_last)s)
    group by sku, date between %(first)s and %(last)s
    order by sku, is_current
"""
VISITS_BY_DAY = """
    select date, sessions from marts.traffic_store_daily
    where store_id = %(store_id)s and sessions is not null
        and (date between %(first)s and %(last)s or date between %(before_first)s and %(before_last)s)
    order by date
"""
VISITS_AS_READ = """
    select date as day, read_at, sessions from intermediate.int_traffic_readings
    where store_id = %(store_id)s and date between %(first)s and %(last)s order by date, read_at, load_id
"""
# An ASIN with several SKUs has the SKU '', so that its visits are nobody's.
VISITS_BY_SKU = """
    select sku, coalesce(sum(sessions) filter (where date between %(first)s and %(last)s), 0) as sessions,
        coalesce(sum(sessions) filter (where date between %(before_first)s and %(before_last)s), 0) as before
    from marts.traffic_daily
    where store_id = %(store_id)s and sku = any(%(skus)s)
        and (date between %(first)s and %(last)s or date between %(before_first)s and %(before_last)s)
    group by sku
    order by sku
"""


def collect(marts: Marts, book: FactBook, pair: Pair | None = None) -> None:
    """Add the facts on the parts of the change from one period to the other, and on what stands beside the changes of
    the SKUs that have the fact `sku_sales_change` of the period.

    pair: by default the seven days that end with the book's day, and the seven before. Nothing is added where orders of
    some day are missing, or where pending payments may make up for a fall, so that it is not known to be one.

    sales_change = sales of the period - sales of the one before, in money, and to the cent the sum of:
    sales_from_price: for each SKU, change of its average price * average of its units, added up;
    sales_from_traffic: change of the store's sessions * average conversion * average price;
    sales_from_conversion: change of units per session * average sessions * average price;
    sales_from_mix: the rest: dearer or cheaper products in the place of others.
    sales_from_units stands for traffic and conversion where visits are missing or not of the same age. Of a SKU the
    parts are named sku_sales_from_...; visits by SKU are not kept by age, so they are told only when they are final.
    An average is that of both periods.
    """
    pair = pair or Pair.of_week(book)
    if not _is_whole(marts, pair):
        return
    before, after, pending = _sold(marts, pair)
    readings = read(marts, TRAFFIC, min(pair.bounds.values()), max(pair.bounds.values()), query=VISITS_AS_READ)
    total = [sum((sold.amount for sold in each.values()), Decimal(0)) for each in (before, after)]
    if not _waits(pending, after).may_reach(total[1], total[0]):
        visits = _visits(marts, pair, readings)
        _add(book, "sales", of_store(before, after, visits), pair, total[0], readings, book.store)
    _products(marts, book, pair, before, after, readings)


def _is_whole(marts: Marts, pair: Pair) -> bool:
    """Whether orders of all days of both periods are known."""
    first = marts.rows(FIRST_DAY)[0]["day"]
    if first is None or first > pair.previous[0]:
        return False
    return not any(
        marts.rows(DAYS_WITHOUT_ORDERS_DATA, first=period[0], last=period[1])
        for period in (pair.current, pair.previous)
    )


def _sold(marts: Marts, pair: Pair) -> tuple[dict[str, Sold], dict[str, Sold], int]:
    """What each SKU sold in the period before and in this one, and how many units of this one await payment."""
    before: dict[str, Sold] = {}
    after: dict[str, Sold] = {}
    pending = 0
    for row in marts.rows(SOLD_BY_SKU, **pair.bounds):
        into = after if row["is_current"] else before
        into[row["sku"]] = Sold(Decimal(row["amount"] or 0), int(row["units"] or 0))
        pending += int(row["pending"] or 0) if row["is_current"] else 0
    return before, after, pending


def _waits(pending: int, after: dict[str, Sold]) -> Basis:
    """By how much pending units may still raise the sales, as `sales.py` has it."""
    counted = sum(sold.units for sold in after.values())
    share = Decimal(0) if not pending else Decimal(pending) / counted if counted else None
    return Basis("SOLD_BY_SKU", pending=share)


def _visits(marts: Marts, pair: Pair, readings: Readings) -> tuple[int, int] | None:
    """The store's sessions of the period before and of this one; None where a day of them is not known at the same
    age."""
    known = {row["date"]: row for row in marts.rows(VISITS_BY_DAY, **pair.bounds)}
    pairs = [(readings.counterpart(day, other, known), known.get(day)) for day, other in pair.days]
    if not pairs or any(not earlier or not later for earlier, later in pairs):
        return None
    counts = [tuple(row["sessions"] for row in rows if row) for rows in pairs]
    if any(None in each for each in counts):
        return None
    return sum(each[0] for each in counts), sum(each[1] for each in counts)


def _add(
    book: FactBook, prefix: str, parts: Parts, pair: Pair, before: Decimal, readings: Readings, subject: Subject
) -> None:
    """Add the parts, rounded so that they add up, and for the store the change itself. What no visit is known of has no
    open days."""
    compared = Comparison(pair.basis, before)
    shares = to_the_cent(parts.named(), currency_places(book.currency))
    shared: dict[str, Any] = {"subject": subject, "period": pair.current, "comparison": compared}
    if subject.kind == "store":
        change = sum(shares.values(), Decimal(0))
        book.add(f"{prefix}_change", change, "SOLD_BY_SKU", direction=_direction(change), **shared)
    else:
        del shares["mix"]
    for name, part in shares.items():
        by_visits = name in ("traffic", "conversion")
        query = ("VISITS_BY_DAY" if subject.kind == "store" else "VISITS_BY_SKU") if by_visits else "SOLD_BY_SKU"
        open_days = readings.open_days(pair.current) if by_visits else 0
        book.add(f"{prefix}_from_{name}", part, query, direction=_direction(part), open_days=open_days, **shared)


def _direction(value: Decimal) -> Direction:
    return "up" if value > 0 else "down" if value < 0 else "flat"


def _products(
    marts: Marts, book: FactBook, pair: Pair, before: dict[str, Sold], after: dict[str, Sold], readings: Readings
) -> None:
    subjects = {fact.subject.key: fact.subject for fact in book.all("sku_sales_change") if fact.period == pair.current}
    # in an order that does not depend on the database, so that the same facts have the same numbers
    skus = {sku: subjects[clean(sku)] for sku in sorted(after.keys() | before.keys()) if clean(sku) in subjects}
    if not skus:
        return
    visits: dict[str, dict[str, Any]] = {}
    if not (readings.open_days(pair.current) or readings.open_days(pair.previous)):
        visits = {row["sku"]: row for row in marts.rows(VISITS_BY_SKU, skus=list(skus), **pair.bounds)}
    split: dict[str, Parts] = {}
    for sku, subject in skus.items():
        first, last = before.get(sku, Sold()), after.get(sku, Sold())
        if sku in visits:
            first = Sold(first.amount, first.units, int(visits[sku]["before"]))
            last = Sold(last.amount, last.units, int(visits[sku]["sessions"]))
        parts = of_product(first, last)
        if parts is not None:
            split[sku] = parts
            _add(book, "sku_sales", parts, pair, first.amount, readings, subject)
    beside.collect(marts, book, pair, {sku: (skus[sku], parts) for sku, parts in split.items()})
