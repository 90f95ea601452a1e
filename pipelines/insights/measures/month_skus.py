"""Of a whole month: what is left out of its profit, the SKUs that lose money after their ads, and its settlements.

Amounts are in the store's currency, those of a settlement in its own.
"""

from __future__ import annotations

from typing import Any

from pipelines.insights.facts import FactBook, Subject, clean
from pipelines.insights.marts import Marts
from pipelines.insights.measures.sales import product_names, sku_subject
from pipelines.insights.measures.statement import IS_WHOLE

LISTED = 8

LEFT_OUT = f"""
    select coalesce(sum(units), 0) as units, coalesce(sum(units) filter (where not {IS_WHOLE}), 0) as left_out,
        100.0 * sum(units) filter (where not {IS_WHOLE}) / nullif(sum(units), 0) as share,
        coalesce(sum(units_without_cost), 0) as without_cost, coalesce(sum(units_without_fees), 0) as without_fees,
        sum(revenue_net_amount) filter (where not {IS_WHOLE}) as revenue
    from marts.profit_daily
    where store_id = %(store_id)s and date between %(first)s and %(last)s
"""  # noqa: S608
LEFT_OUT_SKUS = f"""
    select sku, sum(units) as units, sum(revenue_net_amount) as revenue from marts.profit_daily
    where store_id = %(store_id)s and date between %(first)s and %(last)s and sku is not null and not {IS_WHOLE}
    group by sku having sum(units) > 0 order by sum(revenue_net_amount) desc, sku limit %(limit)s
"""  # noqa: S608
# With refunds, storage and advertising as far as they name the SKU. SKUs of which something is not known are left out.
LOSING_SKUS = f"""
    with skus as (
        select sku, sum(profit_amount) as profit, -sum(advertising_amount) as ads, sum(revenue_net_amount) as revenue
        from marts.profit_daily
        where store_id = %(store_id)s and date between %(first)s and %(last)s and sku is not null
        group by sku having bool_and({IS_WHOLE}) and sum(profit_amount) <= -0.01
    )
    select *, count(*) over () as losing, -sum(profit) over () as loss from skus order by profit, sku limit %(limit)s
"""  # noqa: S608
# Settlements whose last day is one of these; a settlement ends before the moment of its end.
SETTLEMENTS = """
    select settlement_id, currency, coalesce(total_amount, lines_amount) as amount, deposit_date,
        (started_at at time zone %(zone)s)::date as first,
        ((ended_at - interval '1 second') at time zone %(zone)s)::date as last
    from marts.settlements
    where store_id = %(store_id)s
        and ((ended_at - interval '1 second') at time zone %(zone)s)::date between %(first)s and %(last)s
    order by last, coalesce(total_amount, lines_amount), settlement_id
"""


def left_out(marts: Marts, book: FactBook) -> None:
    """Add how many units are left out, why, and of which SKUs most was sold."""
    bounds = {"first": book.period[0], "last": book.day}
    [row] = marts.rows(LEFT_OUT, **bounds)
    if not row["left_out"]:
        return
    period = book.period
    book.add("profit_left_out_units", row["left_out"], "LEFT_OUT", period=period)
    book.add("profit_left_out_share", row["share"], "LEFT_OUT", period=period)
    book.add("left_out_revenue", row["revenue"], "LEFT_OUT", period=period)
    book.add("units_without_cost", row["without_cost"] or None, "LEFT_OUT", period=period)
    book.add("units_without_fees", row["without_fees"] or None, "LEFT_OUT", period=period)
    rows = marts.rows(LEFT_OUT_SKUS, **bounds, limit=LISTED)
    labels = product_names(marts, [row["sku"] for row in rows])
    for row in rows:
        subject = sku_subject(row["sku"], labels)
        book.add("left_out_sku_units", row["units"], "LEFT_OUT_SKUS", subject=subject, period=period)
        book.add("left_out_sku_revenue", row["revenue"], "LEFT_OUT_SKUS", subject=subject, period=period)


def losing(marts: Marts, book: FactBook, open_days: int) -> None:
    """Add the SKUs that lost most. open_days: how many days of the month are not final."""
    rows = marts.rows(LOSING_SKUS, first=book.period[0], last=book.day, limit=LISTED)
    if not rows:
        return
    shared: dict[str, Any] = {"period": book.period, "open_days": open_days}
    book.add("losing_skus", rows[0]["losing"], "LOSING_SKUS", **shared)
    book.add("losing_skus_loss", rows[0]["loss"], "LOSING_SKUS", **shared)
    labels = product_names(marts, [row["sku"] for row in rows])
    for row in rows:
        of_sku = {**shared, "subject": sku_subject(row["sku"], labels)}
        book.add("sku_loss", -row["profit"], "LOSING_SKUS", **of_sku)
        book.add("sku_revenue", row["revenue"], "LOSING_SKUS", **of_sku)
        book.add("sku_advertising", row["ads"] or None, "LOSING_SKUS", **of_sku)
        book.add("sku_before_ads", row["profit"] + row["ads"], "LOSING_SKUS", **of_sku)


def settlements(marts: Marts, book: FactBook) -> None:
    """Add each settlement that ended in the month, and their sum where all are in the store's currency."""
    rows = marts.rows(SETTLEMENTS, first=book.period[0], last=book.day, zone=marts.zone)
    if not rows:
        return
    book.add("month_settlements", len(rows), "SETTLEMENTS", period=book.period)
    if all(row["currency"] == book.currency for row in rows):
        book.add("month_settlements_amount", sum(row["amount"] for row in rows), "SETTLEMENTS", period=book.period)
    for row in rows:
        period = (row["first"] or row["last"], row["last"])
        of_it: dict[str, Any] = {"subject": Subject("settlement", clean(row["settlement_id"])), "period": period}
        book.add("settlement_amount", row["amount"], "SETTLEMENTS", currency=row["currency"], **of_it)
        book.add("settlement_from", row["first"], "SETTLEMENTS", **of_it)
        book.add("settlement_to", row["last"], "SETTLEMENTS", **of_it)
        book.add("settlement_deposit_on", row["deposit_date"], "SETTLEMENTS", **of_it)
