"""What is at stake: the money of a week that a finding is about, so that findings can be put in order.

Amounts are in the store's currency and rest on facts that the other modules of this folder have added, so this one is
called after them. Which finding goes by which amount is in `claims/kinds/`, how they are put in order in
`claims/order.py`.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from pipelines.insights.facts import Fact, FactBook, clean
from pipelines.insights.marts import Marts
from pipelines.insights.measures.cover import covers
from pipelines.insights.measures.stock import LOW_COVER_DAYS

GROWTH_STEP = Decimal("0.2")
A_WEEK = ("campaign_spend", "wasted_terms_spend", "term_spend", "wasted_spend", "negative_terms_spend",
          "negative_spend", "losing_products_loss", "product_ad_loss")  # fmt: skip

SALES_BY_SKU = """
    select sku, sum(item_price_amount) as sales from marts.sales_daily
    where store_id = %(store_id)s and date between %(first)s and %(last)s
    group by sku
    order by sku
"""
SALES_BY_ASIN = """
    select asin, sum(item_price_amount) as sales from marts.order_items
    where store_id = %(store_id)s and date between %(first)s and %(last)s and asin = any(%(asins)s)
        and order_status is distinct from 'Cancelled' and item_status is distinct from 'Cancelled'
    group by asin
    order by asin
"""


def collect(marts: Marts, book: FactBook) -> None:
    """Add the amounts of what the book tells.

    sales_day_difference = sales of the day - the usual of its weekday, where they are compared at all.
    ad_spend_difference_7d = ad spend of seven days - that of the seven before, as it was at the same age.
    stock_at_risk_a_week = units a day, by the forecast or by velocity (`cover.py`) * average price without tax of
    ninety days * 7, times the share of the coming LOW_COVER_DAYS for which there is no stock if nothing arrives; for a
    SKU that is out all of them.
    buy_box_at_risk_a_week = sales of the week before * lost share / share of the week before.
    campaign_spend_a_week, wasted_spend_a_week, product_ad_loss_a_week and others of A_WEEK = spend or loss of their
    period * 7 / its days.
    product_ad_room_a_week, campaign_ad_room_a_week = what ads earned, a week, times GROWTH_STEP: what ads that may grow
    would earn beside it if they grew by a step.
    undercut_a_week = our sales of the product in seven days * by how much the cut went below our price, as a share of
    our price: what it costs to follow the cut. What was cheaper before is not at stake by it.
    """
    _difference(book, "sales_day", "sales_vs_weekday", "sales_day_difference")
    _difference(book, "ad_spend_7d", "ad_spend_vs_previous_7d", "ad_spend_difference_7d")
    _stock(marts, book)
    _buy_box(marts, book)
    a_week(book)
    _undercut(marts, book)


def a_week(book: FactBook) -> None:
    """Add what spend, losses and gains that the book tells of longer periods come to in a week."""
    for name in A_WEEK:
        _a_week(book, name, f"{name}_a_week")
    for name in ("product_ad", "campaign_ad"):
        _a_week(book, f"{name}_gain", f"{name}_room_a_week", times=GROWTH_STEP)


def _difference(book: FactBook, value: str, change: str, name: str) -> None:
    """The change of an amount in money, where it is compared at all."""
    now = book.get(value)
    if now is not None and now.comparison is not None and book.get(change) is not None:
        before = now.comparison.value
        difference = Decimal(now.value) - before  # type: ignore[arg-type]
        book.add(
            name,
            difference,
            now.query,
            period=now.period,
            comparison=now.comparison,
            direction="up" if difference > 0 else "down" if difference < 0 else "flat",
            open_days=now.open_days,
        )


def _stock(marts: Marts, book: FactBook) -> None:
    told = {fact.subject.key: fact for fact in book.all("stock_on_hand")}
    if not told:
        return
    for each in covers(marts, book.day):
        fact, price = told.get(clean(each.sku)), each.amount(each.outlook.price, book.currency)
        if fact is None or not price or not each.a_day or each.days is None:
            continue
        without = LOW_COVER_DAYS - min(each.days, Decimal(LOW_COVER_DAYS))
        amount = each.a_day * price * 7 * without / LOW_COVER_DAYS
        if amount:
            as_of = fact.period[1]
            coming = (as_of + timedelta(days=1), as_of + timedelta(days=LOW_COVER_DAYS))
            book.add("stock_at_risk_a_week", amount, "STOCK", subject=fact.subject, period=coming)


def _buy_box(marts: Marts, book: FactBook) -> None:
    lost = [fact for fact in book.all("buy_box_change") if fact.direction == "down" and fact.comparison]
    if not lost:
        return
    first, last = book.days(7, back=7)
    sold = {clean(row["sku"]): row["sales"] for row in marts.rows(SALES_BY_SKU, first=first, last=last)}
    for change in lost:
        sales = sold.get(change.subject.key)
        if sales and change.comparison and change.comparison.value:
            amount = sales * -Decimal(change.value) / change.comparison.value  # type: ignore[arg-type]
            book.add(
                "buy_box_at_risk_a_week",
                amount,
                "SALES_BY_SKU",
                subject=change.subject,
                period=(first, last),
                open_days=change.open_days,
            )


def _a_week(book: FactBook, name: str, of_week: str, *, times: Decimal = Decimal(1)) -> None:
    for spend in list(book.all(name)):
        amount = Decimal(spend.value) * times * 7 / _length(spend)  # type: ignore[arg-type]
        book.add(
            of_week,
            amount,
            spend.query,
            subject=spend.subject,
            period=spend.period,
            open_days=spend.open_days,
        )


def _length(fact: Fact) -> int:
    """The days of its period."""
    return (fact.period[1] - fact.period[0]).days + 1


def _undercut(marts: Marts, book: FactBook) -> None:
    gaps = [fact for fact in book.all("price_gap") if fact.direction == "down" and fact.subject.also]
    if not gaps:
        return
    week = book.days(7)
    asins = [fact.subject.also[0] for fact in gaps]
    sold = {row["asin"]: row["sales"] for row in marts.rows(SALES_BY_ASIN, first=week[0], last=week[1], asins=asins)}
    for gap in gaps:
        sales, price = sold.get(gap.subject.also[0]), book.get("competitor_price", gap.subject.key)
        if sales and price and price.comparison and gap.comparison and gap.comparison.value:
            ours = gap.comparison.value
            cut = min(price.comparison.value, ours) - Decimal(price.value)  # type: ignore[arg-type]
            if cut > 0:
                amount = sales * cut / ours
                book.add("undercut_a_week", amount, "SALES_BY_ASIN", subject=gap.subject, period=week)
