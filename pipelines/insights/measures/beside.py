"""What stands beside the change of a SKU's sales: days out of stock, buy box, prices of its own and others', ad clicks.

Which of them is told of is decided in `explain/causes.py`; only such become facts. What is not final is left out, or is
a share (the buy box) that does not grow with what is still to come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.insights.explain.causes import Evidence, causes
from pipelines.insights.explain.contributions import Parts
from pipelines.insights.facts import Comparison, FactBook, Subject, currency_places, rounded
from pipelines.insights.marts import Marts
from pipelines.insights.measures.compare import Basis, Pair, add_change
from pipelines.insights.measures.traffic import BUY_BOX_MIN_PAGE_VIEWS
from pipelines.insights.readings import ADVERTISED_PRODUCTS, TRAFFIC, read

CLICKS_FINAL_AFTER = 3
"""Days after which Amazon has taken invalid clicks out of a day's reports (Amazon Ads, reporting FAQ); what it
attributes to them changes for longer."""

# A day without stock, as inventory_health has it: the ledger knows none at its start and none at its end. A SKU without
# stock and without movements has no line in the ledger: then the day's snapshot must say that there was none.
DAYS_OUT = """
    select sku,
        count(*) filter (where date between %(first)s and %(last)s) as days,
        count(*) filter (where date between %(before_first)s and %(before_last)s) as before_days,
        count(*) filter (where is_out and date between %(first)s and %(last)s) as days_out,
        count(*) filter (where is_out and date between %(before_first)s and %(before_last)s) as before
    from (
        select sku, date,
            coalesce(ledger_starting_quantity, 0) = 0 and coalesce(ledger_ending_quantity, 0) = 0
            and (num_nonnulls(ledger_starting_quantity, ledger_ending_quantity) > 0
                or snapshot_fulfillable_quantity = 0) as is_out
        from marts.inventory_daily
        where store_id = %(store_id)s and sku = any(%(skus)s)
            and (date between %(first)s and %(last)s or date between %(before_first)s and %(before_last)s)
            and num_nonnulls(ledger_starting_quantity, ledger_ending_quantity, snapshot_fulfillable_quantity) > 0
    ) days
    group by sku
    order by sku
"""
# The price of the middle day, and not an average over all: units that are given away with others would lower that, and
# no price of ours has changed.
PRICES_BY_DAY = """
    select sku, date between %(first)s and %(last)s as is_current, sum(units) as units,
        percentile_disc(0.5) within group (order by item_price_amount / units) as price
    from marts.sales_daily
    where store_id = %(store_id)s and sku = any(%(skus)s) and units > 0 and item_price_amount > 0
        and (date between %(first)s and %(last)s or date between %(before_first)s and %(before_last)s)
    group by sku, date between %(first)s and %(last)s
    order by sku, is_current
"""
PRICE_MIN_UNITS = 3
"""Of fewer units a price says nothing: one buyer's coupon would be a change of it."""
BUY_BOX_SHARES = """
    select sku, date between %(first)s and %(last)s as is_current, sum(page_views) as page_views,
        sum(buy_box_percentage * page_views) / nullif(sum(page_views), 0) as share
    from marts.traffic_daily
    where store_id = %(store_id)s and sku = any(%(skus)s) and buy_box_percentage is not null
        and (date between %(first)s and %(last)s or date between %(before_first)s and %(before_last)s)
    group by sku, date between %(first)s and %(last)s
    order by sku, is_current
"""
CLICKS = """
    select sku, coalesce(sum(clicks) filter (where date = any(%(days)s)), 0) as clicks,
        coalesce(sum(clicks) filter (where date = any(%(before)s)), 0) as before
    from marts.ads_products_daily
    where store_id = %(store_id)s and sku = any(%(skus)s) and ad_product = 'SPONSORED_PRODUCTS'
        and date = any(%(days)s || %(before)s)
    group by sku
    order by sku
"""


def collect(
    marts: Marts,
    book: FactBook,
    pair: Pair,
    changed: Mapping[str, tuple[Subject, Parts]],
) -> None:
    """Add the facts on what stands beside each SKU's change.

    changed: SKU -> its subject and the parts of its change. The facts on competitors are read from the book.

    sku_days_out, sku_days_out_before: days of the period, and of the one before, on which there was no stock.
    buy_box_7d: page views with the buy box / page views. sku_price: sales / units of a day, the median over the days
    with sales. sku_ad_clicks: clicks on Sponsored Products of the days whose clicks are final in both periods.
    sku_competitor_price_change: the largest price cut in the period of a tracked competitor that is cheaper than we are
    since.
    """
    if not changed:
        return
    skus = sorted(changed)
    priced = _prices(marts.rows(PRICES_BY_DAY, skus=skus, **pair.bounds), currency_places(book.currency))
    out = {row["sku"]: row for row in marts.rows(DAYS_OUT, skus=skus, **pair.bounds)}
    shares = _shares(marts.rows(BUY_BOX_SHARES, skus=skus, **pair.bounds))
    clicked, clicks = _clicks(marts, pair, skus)
    for sku in skus:
        subject, parts = changed[sku]
        cut = _largest_cut(book, pair, subject)
        evidence = Evidence(
            days_out=_days_out(out.get(sku), pair),
            buy_box=shares.get(sku),
            price=priced.get(sku),
            clicks=clicks.get(sku),
            competitor_cut=-cut.value if cut else None,
        )
        told = causes(parts, evidence)
        shared: dict[str, Any] = {"subject": subject, "period": pair.current}
        if "stock" in told and evidence.days_out:
            _add_days_out(book, pair, subject, evidence.days_out)
        if "buy_box" in told and evidence.buy_box:
            _add_buy_box(marts, book, pair, subject, *evidence.buy_box)
        if "competitor" in told and cut:
            book.add("sku_competitor_price_change", cut.value, cut.query, comparison=cut.comparison,
                     direction=cut.direction, **shared)  # fmt: skip
        if "price" in told and evidence.price:
            before, now = evidence.price
            book.add("sku_price", now, "PRICES_BY_DAY", comparison=Comparison(pair.basis, before), **shared)
            add_change(book, "sku_price_change", now, before, Basis("PRICES_BY_DAY"), kind=pair.basis, **shared)
        if "clicks" in told and evidence.clicks:
            earlier, later = (Decimal(count) for count in evidence.clicks)
            shared["period"] = clicked
            book.add("sku_ad_clicks", later, "CLICKS", comparison=Comparison("same_days", earlier), **shared)
            add_change(book, "sku_ad_clicks_change", later, earlier, Basis("CLICKS"), kind="same_days", **shared)


def _prices(rows: Iterable[Mapping[str, Any]], places: int) -> dict[str, tuple[Decimal, Decimal]]:
    """SKU -> its price in both periods, where enough was sold in each."""
    found = {
        (row["sku"], row["is_current"]): rounded(row["price"], places)
        for row in rows
        if row["units"] >= PRICE_MIN_UNITS
    }
    return {
        sku: (found[sku, False], price) for (sku, current), price in found.items() if current and (sku, False) in found
    }


def _days_out(row: Mapping[str, Any] | None, pair: Pair) -> tuple[int, int] | None:
    """Days without stock before and now; None where stock is known of less than half of the days of either."""
    if row is None:
        return None
    enough = all(
        2 * row[name] >= (last - first).days + 1
        for name, (first, last) in (("days", pair.current), ("before_days", pair.previous))
    )
    return (row["before"], row["days_out"]) if enough else None


def _add_days_out(book: FactBook, pair: Pair, subject: Subject, days: tuple[int, int]) -> None:
    """Of a fall the days out of it, of a rise those before it."""
    before, now = days
    if now > before:
        compared = Comparison(pair.basis, Decimal(before))
        book.add("sku_days_out", now, "DAYS_OUT", subject=subject, period=pair.current, comparison=compared)
    else:
        book.add("sku_days_out_before", before, "DAYS_OUT", subject=subject, period=pair.previous)


def _shares(rows: Iterable[Mapping[str, Any]]) -> dict[str, tuple[Decimal, Decimal]]:
    """SKU -> the shares of both periods, where there are enough page views in each."""
    found: dict[tuple[str, bool], Decimal] = {
        (row["sku"], row["is_current"]): row["share"] for row in rows if row["page_views"] >= BUY_BOX_MIN_PAGE_VIEWS
    }
    return {
        sku: (found[sku, False], share) for (sku, current), share in found.items() if current and (sku, False) in found
    }


def _add_buy_box(marts: Marts, book: FactBook, pair: Pair, subject: Subject, before: Decimal, now: Decimal) -> None:
    """As `traffic.buy_box` has them, which tells of the deepest falls whatever became of the sales."""
    if book.get("buy_box_change", subject.key):
        return
    open_days = read(marts, TRAFFIC, *pair.current).open_days(pair.current)
    if open_days and book.get("traffic_open_days") is None:
        book.add("traffic_open_days", open_days, "CHECKED", period=pair.current, table="ops.slices")
    shared: dict[str, Any] = {"subject": subject, "period": pair.current}
    shared |= {"open_days": open_days, "comparison": Comparison(pair.basis, before)}
    book.add("buy_box_7d", now, "BUY_BOX_SHARES", **shared)
    book.add("buy_box_previous_7d", before, "BUY_BOX_SHARES", subject=subject, period=pair.previous)
    shared["direction"] = "up" if now > before else "down"
    book.add("buy_box_change", now - before, "BUY_BOX_SHARES", **shared)


def _clicks(marts: Marts, pair: Pair, skus: list[str]) -> tuple[tuple[date, date], dict[str, tuple[int, int]]]:
    """The first days of the period whose clicks are final, and of each SKU its clicks on the same days of the period
    before and on these; none where those are less than half of the days."""
    readings = read(marts, ADVERTISED_PRODUCTS, min(pair.bounds.values()), max(pair.bounds.values()))
    final: list[tuple[date, date]] = []
    for day, earlier in pair.days:
        if min(readings.reached.get(each, 0) for each in (day, earlier)) < CLICKS_FINAL_AFTER:
            break
        final.append((day, earlier))
    if 2 * len(final) < len(pair.days) or not final:
        return pair.current, {}
    days, before = ([each[place] for each in final] for place in (0, 1))
    rows = marts.rows(CLICKS, skus=skus, days=days, before=before)
    return (days[0], days[-1]), {row["sku"]: (row["before"], row["clicks"]) for row in rows}


def _largest_cut(book: FactBook, pair: Pair, subject: Subject) -> Any:
    """The fact on the largest price cut of a competitor of the SKU that is cheaper than we are; None if there is
    none."""
    cheaper = {
        gap.subject.key
        for gap in book.all("price_gap")
        if gap.direction == "down" and set(gap.subject.also) & set(subject.also)
    }
    cuts = [
        fact
        for fact in book.all("competitor_price_change")
        if fact.subject.key in cheaper
        and fact.direction == "down"
        and pair.current[0] <= fact.period[0] <= pair.current[1]
    ]
    return min(cuts, key=lambda fact: fact.value, default=None)
