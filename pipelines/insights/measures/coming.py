"""What the coming week may bring: the units that are likely to be asked for, by the store's newest forecast.

It is demand and not sales: of what is out of stock nothing can be sold. Quantiles of SKUs do not add up to those of the
store, so the low and the high case of the store are those in which all SKUs do badly, or well, at once.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from pipelines.insights.facts import FactBook
from pipelines.insights.marts import Marts
from pipelines.insights.measures.sales import product_names, sku_subject

SKUS = 3  # the SKUs that are told of by themselves
PRICE_DAYS = 90

# The first seven days after the forecast's origin, and what a unit sold for without tax. Dearest demand first.
NEXT_WEEK = """
    select f.sku, f.origin, f.total_mean, f.total_p10, f.total_p50, f.total_p90, f.total_mean * p.price as sales
    from insights.demand_forecasts as f
    left join (
        select sku, sum(item_price_net_amount) / nullif(sum(units) - sum(replacement_units), 0) as price
        from marts.sales_daily
        where store_id = %(store_id)s and date between %(first)s and %(last)s
        group by sku
    ) as p on f.sku = p.sku
    where f.store_id = %(store_id)s and f.horizon = 7
    order by f.total_mean * coalesce(p.price, 0) desc, f.sku
"""


def collect(marts: Marts, book: FactBook) -> None:
    """Add the facts. Nothing is added where the forecast was made before the book's week had ended, or so long after it
    that it is not about the week that follows."""
    first, last = book.days(PRICE_DAYS)
    rows = marts.rows(NEXT_WEEK, first=first, last=last)
    if not rows or not book.day <= rows[0]["origin"] < book.day + timedelta(days=7):
        return
    origin, table = rows[0]["origin"], "insights.demand_forecasts"
    coming = (origin + timedelta(days=1), origin + timedelta(days=7))
    for name, column in (("units", "total_mean"), ("low", "total_p10"), ("high", "total_p90")):
        units = sum((Decimal(row[column]) for row in rows), Decimal(0))
        book.add(f"coming_{name}", units, "NEXT_WEEK", period=coming, table=table)
    worth = [row["sales"] for row in rows if row["total_mean"]]
    if worth and None not in worth:
        book.add("coming_sales", sum(worth, Decimal(0)), "NEXT_WEEK", period=coming, table=table)
    most = [row for row in rows if row["total_p50"]][:SKUS]
    labels = product_names(marts, [row["sku"] for row in most])
    for row in most:
        subject = sku_subject(row["sku"], labels)
        for name, column in (("units", "total_p50"), ("low", "total_p10"), ("high", "total_p90")):
            book.add(f"sku_coming_{name}", row[column], "NEXT_WEEK", subject=subject, period=coming, table=table)
