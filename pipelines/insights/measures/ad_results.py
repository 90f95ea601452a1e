"""What advertising leaves: products and campaigns against their break-even, budgets that are used up, and TACoS.

A product's break-even ACoS is that of `ads_matrix`: what a sale leaves before its ads, as a share of its price, over
the last 60 known days. What its ads leave is then sales * break-even ACoS - spend. Sponsored Products and Display
count, with sales within 14 days of a click, the window that both have; campaigns are of all products. Amounts are in
the store's currency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.insights.facts import FactBook, Subject, clean
from pipelines.insights.marts import Marts
from pipelines.insights.measures.compare import ratio
from pipelines.insights.measures.sales import product_names, sku_subject
from pipelines.insights.measures.stock import LOW_COVER_DAYS
from pipelines.insights.readings import CAMPAIGNS, read

LISTED = 8
FAR_BELOW = Decimal("0.5")  # ACoS at most so much of the break-even leaves room for dearer clicks.

# The matrix knows only its newest window, so it is not used for a brief of weeks ago. `watch`: chance explains it.
BY_SKU = """
    with newest as (
        select distinct on (campaign_id) campaign_id, campaign_status from marts.ads_campaigns_daily
        where store_id = %(store_id)s and date between %(first)s and %(last)s order by campaign_id, date desc
    )
    select p.sku, m.asin, m.break_even_acos as share, sum(p.cost) * %(rate)s as cost, sum(p.clicks) as clicks,
        coalesce(sum(p.sales_14d), 0) * %(rate)s as sales,
        (coalesce(sum(p.sales_14d), 0) * m.break_even_acos - sum(p.cost)) * %(rate)s as result,
        coalesce(sum(p.cost) filter (where n.campaign_status in ('PAUSED', 'ARCHIVED')), 0) * %(rate)s as paused,
        avg(sum(p.cost)) over () * %(rate)s as usual_cost, coalesce(bool_or(h.fulfillable_quantity > 0 and (
            h.days_of_cover is null or h.days_of_cover >= %(low)s)), true) as is_in_stock
    from marts.ads_products_daily as p
    join marts.ads_matrix as m on m.store_id = p.store_id and m.sku = p.sku
    left join newest as n on n.campaign_id = p.campaign_id
    left join marts.inventory_health as h on h.store_id = p.store_id and h.sku = p.sku
    where p.store_id = %(store_id)s and p.date between %(first)s and %(last)s
        and m.window_end between %(week)s and %(last)s and m.break_even_acos is not null
        and m.quadrant is distinct from 'watch'
    group by p.sku, m.asin, m.break_even_acos
    having sum(p.cost) > 0
    order by p.sku
"""
BY_CAMPAIGN = """
    with left_over as (
        select p.campaign_id, sum(p.sales_14d * m.break_even_acos) as margin, sum(p.sales_14d) as sales,
            bool_and(m.break_even_acos is not null) as is_known
        from marts.ads_products_daily as p
        left join marts.ads_matrix as m
            on m.store_id = p.store_id and m.sku = p.sku and m.window_end between %(week)s and %(last)s
        where p.store_id = %(store_id)s and p.date between %(first)s and %(last)s
        group by p.campaign_id
    )
    select c.campaign_id, (array_agg(c.campaign_name order by c.date desc))[1] as name,
        (array_agg(c.campaign_status order by c.date desc))[1] as status,
        (array_agg(c.campaign_budget_amount order by c.date desc))[1] as budget, count(*) as days,
        count(*) filter (where c.cost >= c.campaign_budget_amount) as full_days, sum(c.cost) as cost,
        sum(c.sales_14d) as sales, max(l.margin) / nullif(max(l.sales), 0) * 100 as share,
        case when bool_and(l.is_known) then coalesce(max(l.margin), 0) - sum(c.cost) end as result
    from marts.ads_campaigns_daily as c left join left_over as l on l.campaign_id = c.campaign_id
    where c.store_id = %(store_id)s and c.date between %(first)s and %(last)s
    group by c.campaign_id
    having sum(c.cost) > 0
    order by sum(c.cost) desc, c.campaign_id
"""
SALES_AND_SPEND = """
    select sum(cost) as cost, 100 * sum(cost) / nullif(sum(ordered_sales_net_amount), 0) as share
    from marts.ads_store_daily
    where store_id = %(store_id)s and date between %(first)s and %(last)s
"""


@dataclass(frozen=True, slots=True)
class _Span:
    """The days of a brief. open_days: how many of them Amazon still changes."""

    first: date
    last: date
    week: date
    open_days: int

    @property
    def shared(self) -> dict[str, Any]:
        return {"period": (self.first, self.last), "open_days": self.open_days}

    @property
    def bounds(self) -> dict[str, date]:
        return {"first": self.first, "last": self.last, "week": self.week}


def collect(marts: Marts, book: FactBook) -> None:
    """Add the facts of the book's period on products, campaigns and all advertising of the store."""
    first, last = book.period
    span = _Span(first, last, book.days(7)[0], read(marts, CAMPAIGNS, first, last).open_days((first, last)))
    _tacos(marts, book, span)
    _products(marts, book, span)
    _campaigns(marts, book, span)


def _tacos(marts: Marts, book: FactBook, span: _Span) -> None:
    for row in marts.rows(SALES_AND_SPEND, first=span.first, last=span.last):
        if row["cost"]:
            book.add("all_ads_spend", row["cost"], "SALES_AND_SPEND", **span.shared)
            book.add("tacos_30d", row["share"], "SALES_AND_SPEND", **span.shared)


def _products(marts: Marts, book: FactBook, span: _Span) -> None:
    rows = by_sku(marts, first=span.first, last=span.last, week=span.week)
    # what still runs comes first: of what is paused by now nothing is to be done
    losing = sorted((row for row in rows if row["result"] < 0), key=is_urgent)
    growing = sorted((row for row in rows if _has_room(row)), key=lambda row: -row["result"])
    add_losing(book, losing, span.shared)
    shown = [*losing[:LISTED], *growing[:LISTED]]
    labels = product_names(marts, [row["sku"] for row in shown])
    for row in shown:
        shared = span.shared | {"subject": sku_subject(row["sku"], labels, row["asin"])}
        add_product(book, row, shared)
        _click(book, row, shared)


def by_sku(marts: Marts, *, first: date, last: date, week: date, rate: Decimal = Decimal(1)) -> list[dict[str, Any]]:
    """What the ads of each SKU leave. week: the oldest end of a window of the matrix. rate: amounts are in the store's
    currency times this rate."""
    return marts.rows(BY_SKU, first=first, last=last, week=week, rate=rate, low=LOW_COVER_DAYS)


def is_urgent(row: dict[str, Any]) -> tuple[Any, ...]:
    """A key of SKUs whose ads lose money: what still runs comes first, for of what is paused nothing is to be done."""
    return row["paused"] == row["cost"], row["result"]


def add_losing(book: FactBook, losing: Sequence[dict[str, Any]], shared: dict[str, Any]) -> None:
    """Add how many products lose by their ads, and how much together, where any do."""
    if losing:
        book.add("losing_products", len(losing), "BY_SKU", **shared)
        book.add("losing_products_loss", -sum(row["result"] for row in losing), "BY_SKU", **shared)


def add_product(book: FactBook, row: dict[str, Any], shared: dict[str, Any]) -> None:
    """Add what the ads of a product lose or leave. shared: its subject, period and open days."""
    book.add("product_ad_loss" if row["result"] < 0 else "product_ad_gain", abs(row["result"]), "BY_SKU", **shared)
    book.add("product_ad_spend", row["cost"], "BY_SKU", **shared)
    book.add("product_ad_sales", row["sales"], "BY_SKU", **shared)
    book.add("product_acos", ratio(row["cost"], row["sales"]), "BY_SKU", **shared)
    book.add("product_break_even", row["share"] * 100, "BY_SKU", **shared)
    if row["paused"]:
        book.add("product_paused_spend", row["paused"], "BY_SKU", **shared)


def _has_room(row: dict[str, Any]) -> bool:
    """Whether its ads earn well and cost less than those of the others, and there is stock to sell."""
    sold = row["sales"] * row["share"]
    return bool(row["cost"] <= sold * FAR_BELOW and row["cost"] < row["usual_cost"] and row["is_in_stock"])


def _click(book: FactBook, row: dict[str, Any], shared: dict[str, Any]) -> None:
    """What a click costs where ads lose money, and what it could cost."""
    if row["result"] < 0 and row["clicks"] and row["sales"] * row["share"] > 0:
        book.add("click_cost", row["cost"] / row["clicks"], "BY_SKU", **shared)
        book.add("click_worth", row["sales"] * row["share"] / row["clicks"], "BY_SKU", **shared)


def _campaigns(marts: Marts, book: FactBook, span: _Span) -> None:
    """The campaigns by their cost. Whether a budget is used up is asked of those that still run."""
    for row in marts.rows(BY_CAMPAIGN, **span.bounds)[: LISTED + 4]:
        shared = span.shared | {"subject": Subject("campaign", clean(row["name"] or row["campaign_id"]))}
        book.add("campaign_cost", row["cost"], "BY_CAMPAIGN", **shared)
        book.add("campaign_sales", row["sales"], "BY_CAMPAIGN", **shared)
        book.add("campaign_acos", ratio(row["cost"], row["sales"]), "BY_CAMPAIGN", **shared)
        book.add("campaign_break_even", row["share"], "BY_CAMPAIGN", **shared)
        if row["result"] is not None:
            name = "campaign_ad_loss" if row["result"] < 0 else "campaign_ad_gain"
            book.add(name, abs(row["result"]), "BY_CAMPAIGN", **shared)
        if row["budget"] is not None and row["status"] not in ("PAUSED", "ARCHIVED"):
            book.add("campaign_budget", row["budget"], "BY_CAMPAIGN", **shared)
            book.add("campaign_days", row["days"], "BY_CAMPAIGN", **shared)
            book.add("campaign_full_days", row["full_days"], "BY_CAMPAIGN", **shared)
