"""A day of a store whose every figure is known and like no other, for the corpus of `grounding.py`.

Few figures and no name stand for two facts, so that whoever finds one on a page knows which fact it is. How figures
are written is said here once more, without asking the code under test.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bench import grounding_money_world
from bench.grounding_figures import DAY, Figures
from pipelines.insights.facts import Comparison, Fact, Subject
from pipelines.insights.measures.compare import Basis, add_change, day_facts, week_facts

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class World(Figures):
    """A book of facts, filled."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for fill in (_store, _skus, _stock, _ads, _competitors, _others, _why):
            fill(self)
        # profit and advertising
        grounding_money_world.profit(self)
        grounding_money_world.advertising(self)


def written(fact: Fact, language: str) -> str:
    """A fact's figure as it must stand on a page, without a sign."""
    value = fact.value
    if isinstance(value, date):
        short = f"{MONTHS[value.month - 1]} {value.day}" if language == "en" else f"{value.month}月{value.day}日"
        if value.year == DAY.year:
            return short
        return f"{short}, {value.year}" if language == "en" else f"{value.year}年{short}"
    plain = f"{abs(value):,}"
    if fact.unit == "money":
        return f"{'$' if language == 'en' else 'US$'}{abs(value):,.2f}"
    return plain + ("%" if fact.unit == "percent" else "")


def _store(world: World) -> None:
    book, up = world.book, world.number % 2 == 0
    book.add("day", DAY, "day")
    for prefix, value, goes_up in (
        ("sales", world.amount(2000, 9000), up),
        ("units", Decimal(world.count(151, 400)), up),
        ("orders", Decimal(world.count(50, 99)), not up),
        ("sessions", Decimal(world.count(1000, 4000)), not up),
        ("conversion", world.share(9, 20), up),
    ):
        basis = Basis("q")
        day_facts(book, prefix, basis, value, world.moved(value, up=goes_up), world.moved(value, up=not goes_up))
    week = world.amount(20000, 60000)
    week_facts(book, "sales", Basis("q"), week, world.moved(week, up=not up))
    book.add("pending_units_day", world.count(141, 149), "q")
    _week(world)


def _week(world: World) -> None:
    """What only the weekly brief tells."""
    book, up = world.book, world.number % 2 == 0
    then = (date(2025, 11, 15), date(2025, 11, 21))
    for prefix, value, goes_up in (
        ("sales", book.get("sales_7d").value, up),  # type: ignore[union-attr]
        ("units", Decimal(world.count(5001, 9900)), not up),
        ("orders", Decimal(world.count(4001, 4900)), up),
        ("sessions", Decimal(world.count(10001, 19000)), not up),
    ):
        if prefix != "sales":
            week_facts(book, prefix, Basis("q"), value, world.moved(value, up=goes_up))  # type: ignore[arg-type]
        before = world.moved(value, up=not goes_up)  # type: ignore[arg-type]
        book.add(f"{prefix}_year_ago", before, "q", period=then)
        name = f"{prefix}_vs_year_ago"
        add_change(book, name, value, before, Basis("q"), kind="year_ago", period=book.days(7))  # type: ignore[arg-type]
    paid = Subject("settlement", "18234567003")
    first, last = DAY - timedelta(days=24), DAY - timedelta(days=11)
    days = (("paid_from", first), ("paid_to", last), ("paid_on", DAY - timedelta(days=4)))
    for name, said in (("paid_amount", world.amount(101000, 109000)), *days):
        book.add(name, said, "q", subject=paid, period=(first, last))
    coming = (DAY + timedelta(days=1), DAY + timedelta(days=7))
    for name, low, high in (("units", 20001, 20900), ("low", 2001, 2900), ("high", 30001, 30900)):
        book.add(f"coming_{name}", world.count(low, high), "q", period=coming)
    book.add("coming_sales", world.amount(110000, 119000), "q", period=coming)


def _skus(world: World) -> None:
    book = world.book
    for place, up in enumerate((True, False, world.number % 3 == 0)):
        subject = Subject("sku", f"HG-{('MUG', 'BOTTLE', 'PLATE')[place]}-{world.number:02d}", f"Thing {place}")
        sales = world.amount(700, 2900)
        change = world.amount(100, 690)
        shared = {
            "subject": subject,
            "period": book.days(7),
            "comparison": Comparison("previous_7d", sales - (change if up else -change)),
        }
        book.add("sku_sales_7d", sales, "q", **shared)  # type: ignore[arg-type]
        signed = change if up else -change
        book.add("sku_sales_change", signed, "q", direction="up" if up else "down", **shared)  # type: ignore[arg-type]
        if place != 1:
            continue
        share = world.share(40, 60)
        lost = world.share(8, 30)
        compared = {"subject": subject, "period": book.days(7), "comparison": Comparison("previous_7d", share + lost)}
        book.add("buy_box_7d", share, "q", **compared)  # type: ignore[arg-type]
        book.add("buy_box_change", -lost, "q", direction="down", **compared)  # type: ignore[arg-type]


def _stock(world: World) -> None:
    book = world.book
    out = Subject("sku", f"HG-EMPTY-{world.number:02d}", "Gone")
    book.add("skus_out_of_stock", world.count(111, 119), "q")
    book.add("skus_low_cover", world.count(121, 129), "q")
    book.add("stock_on_hand", 0, "q", subject=out)
    book.add("sku_velocity", world.share(30, 39), "q", subject=out)
    book.add("stock_inbound", world.count(401, 600), "q", subject=out)
    for place in (1, 2):
        subject = Subject("sku", f"HG-LOW{place}-{world.number:02d}", "Low")
        book.add("stock_on_hand", world.count(601, 900), "q", subject=subject)
        cover = world.share(1, 6) if place == 1 else world.share(8, 20)
        book.add("days_of_cover", cover, "q", subject=subject)
        book.add("stock_out_date", DAY + timedelta(days=place * 3), "q", subject=subject)
        book.add("stock_inbound", 0, "q", subject=subject)


def _ads(world: World) -> None:
    book, up = world.book, world.number % 2 == 1
    spend, sold = world.amount(300, 690), world.amount(3000, 8000)
    week_facts(book, "ad_spend", Basis("q"), spend, world.moved(spend, up=up))
    week_facts(book, "ad_sales", Basis("q"), sold, world.moved(sold, up=not up))
    acos = world.share(21, 39)
    week_facts(book, "acos", Basis("q"), acos, acos + world.share(2, 7) * (-1 if up else 1), points=True)
    for place in (1, 2):
        campaign = Subject("campaign", f"Campaign {'AB'[place - 1]} {'xyz'[world.number % 3]}")
        book.add("campaign_spend", world.amount(100, 290), "q", subject=campaign, period=book.days(14))
        book.add("campaign_clicks", world.count(901, 999), "q", subject=campaign, period=book.days(14))
        term = Subject("search_term", f"cheap {'cup' if place == 1 else 'lid'} {'xyz'[world.number % 3]}")
        book.add("term_spend", world.amount(10, 90), "q", subject=term, period=book.days(30))
    book.add("wasted_terms", world.count(131, 139), "q", period=book.days(30))
    book.add("wasted_terms_spend", world.amount(91, 99), "q", period=book.days(30))


def _competitors(world: World) -> None:
    book = world.book
    for place, up in ((1, False), (2, True)):
        rival = Subject("competitor", f"B0RIVAL{place}{world.number:02d}", "Rival")
        price = world.amount(11, 29)
        compared = Comparison("previous_price", world.moved(price, up=up))
        when = DAY - timedelta(days=place + 2)
        about = {"subject": rival, "period": (when, DAY)}
        book.add("competitor_price", price, "q", comparison=compared, **about)  # type: ignore[arg-type]
        add_change(
            book,
            "competitor_price_change",
            price,
            compared.value,
            Basis("q"),
            kind="previous_price",
            subject=rival,
            period=(when, DAY),
        )
        book.add("competitor_changed_on", when, "q", **about)  # type: ignore[arg-type]
        own = Subject("asin", f"B0OURS{place}{world.number:03d}", "Ours")
        ours = world.amount(30, 49) if not up else world.amount(5, 10)
        book.add("own_price", ours, "q", subject=own)
        gap = Subject("competitor", rival.key, "Rival", (own.key,))
        add_change(book, "price_gap", price, ours, Basis("q"), kind="own_price", subject=gap)
    gone = Subject("competitor", f"B0GONE{world.number:03d}", "Gone")
    since = DAY - timedelta(days=8)
    book.add("competitor_out_since", since, "q", subject=gone, period=(since, DAY))


def _others(world: World) -> None:
    book = world.book
    settlement = Subject("settlement", "18234567002")
    first, last = DAY - timedelta(days=30), DAY - timedelta(days=16)
    for name, value in (
        ("settlement_amount", world.amount(61000, 99000)),
        ("settlement_from", first),
        ("settlement_to", last),
    ):
        book.add(name, value, "q", subject=settlement, period=(first, last))
    feed = Subject("feed", "apify.products")
    book.add("gap_days", 2, "q", subject=feed, period=book.days(29))
    book.add("gap_last_day", DAY - timedelta(days=9), "q", subject=feed, period=book.days(29))
    book.add("incomplete_units", world.count(1001, 1999), "q", period=book.days(30))
    book.add("incomplete_share", world.share(61, 99), "q", period=book.days(30))


def _why(world: World) -> None:
    """The parts of the change of sales, what stands beside the SKUs that moved, and what is usual for the weekday."""
    book = world.book
    shape = world.number % 3  # of the day: as usual, unusually high, unusually low
    bounds = {0: ((300, 900), (9100, 9900)), 1: ((300, 900), (910, 1900)), 2: ((9100, 9400), (9500, 9900))}[shape]
    for end, (least, most) in zip(("low", "high"), bounds, strict=True):
        book.add(f"sales_usual_{end}", world.amount(least, most), "q")
    signs = (1, -1) if world.number % 2 == 0 else (-1, 1)
    parts = {
        name: world.amount(200, 999) * signs[place % 2]
        for place, name in enumerate(("traffic", "conversion", "price", "mix"))
    }
    change = sum(parts.values(), Decimal(0))
    week: dict[str, Any] = {"period": book.days(7), "comparison": Comparison("previous_7d", Decimal(30000))}
    for name, value in {"sales_change": change, **{f"sales_from_{name}": part for name, part in parts.items()}}.items():
        book.add(name, value, "q", direction="up" if value > 0 else "down", **week)
    mug, bottle, plate = (fact.subject for fact in book.all("sku_sales_change"))
    before = {"subject": mug, "period": book.days(7, back=7)}
    book.add("sku_days_out_before", world.count(191, 199), "q", **before)  # type: ignore[arg-type]
    clicks = world.count(801, 890)
    of_mug: dict[str, Any] = {"subject": mug, "period": book.days(5, back=2)}
    book.add("sku_ad_clicks", clicks, "q", comparison=Comparison("same_days", Decimal(300)), **of_mug)
    add_change(book, "sku_ad_clicks_change", Decimal(clicks), world.moved(Decimal(clicks), up=True), Basis("q"),
               kind="same_days", **of_mug)  # fmt: skip
    book.add("sku_days_out", world.count(171, 189), "q", subject=bottle, period=book.days(7))
    moved = next(fact for fact in book.all("sku_sales_change") if fact.subject == plate)
    price = world.amount(50, 90)
    of_plate: dict[str, Any] = {"subject": plate, "period": book.days(7)}
    book.add("sku_price", price, "q", comparison=Comparison("previous_7d", Decimal(60)), **of_plate)
    add_change(book, "sku_price_change", price, world.moved(price, up=moved.direction == "down"), Basis("q"),
               kind="previous_7d", **of_plate)  # fmt: skip
    if moved.direction == "down":
        cut = -world.share(3, 30)
        compared = Comparison("previous_price", Decimal(20))
        book.add("sku_competitor_price_change", cut, "q", comparison=compared, direction="down", **of_plate)
