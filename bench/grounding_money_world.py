"""Profit and advertising of a world of `grounding_world.py`, each figure like no other."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from bench.grounding_figures import Figures
from pipelines.insights.facts import Comparison, Subject
from pipelines.insights.measures.compare import Basis, add_change, week_facts

PARTS = ("revenue", "selling_fees", "fba_fees", "goods", "advertising")


def profit(world: Figures) -> None:
    """The week's profit, its lines and SKUs, and that of settled days. Every fourth week makes a loss."""
    book, up, loses = world.book, world.number % 2 == 0, world.number % 4 == 3
    week: dict[str, Any] = {"period": book.days(7), "open_days": 5}
    book.add("profit_7d", world.amount(1000, 1900) * (-1 if loses else 1), "q", **week)
    book.add("margin_7d", world.share(46, 50) * (-1 if loses else 1), "q", **week)
    book.add("profit_day", world.amount(100, 190), "q")
    book.add("margin_day", world.share(51, 55), "q")
    tacos = world.share(56, 59)
    week_facts(book, "tacos", Basis("q"), tacos, tacos + world.share(1, 3) * (-1 if up else 1), points=True)
    book.add("profit_estimated_days", world.count(211, 219), "q", period=book.days(7))
    settled_until = book.day - timedelta(days=5)
    book.add("profit_settled_until", settled_until, "q", period=(settled_until, settled_until))
    book.add("order_profit_7d", world.amount(2000, 2900), "q", **week)
    _changed(world, "order_profit_change", world.amount(100, 900), up=up, **week)
    for place, part in enumerate(PARTS):
        about = week | {"subject": Subject("part", part)}
        book.add("part_7d", world.amount(3000, 9900) * (1 if part == "revenue" else -1), "q", **about)
        _changed(world, "part_change", world.amount(20, 290), up=(place % 2 == 0) == up, **about)
    for place in (1, 2, 3):
        about = week | {"subject": Subject("sku", f"HG-EARN{place}-{world.number:02d}", "Earner")}
        book.add("sku_profit_7d", world.amount(300, 990), "q", **about)
        _changed(world, "sku_profit_change", world.amount(30, 290), up=(place % 2 == 0) == up, **about)
    settled: dict[str, Any] = {"period": (settled_until - timedelta(days=6), settled_until)}
    book.add("settled_profit_7d", world.amount(1000, 1900) * (-1 if loses else 1), "q", **settled)
    book.add("settled_margin_7d", world.share(41, 45) * (-1 if loses else 1), "q", **settled)
    _changed(world, "settled_profit_change", world.amount(100, 900), up=not up, against="seven_before", **settled)


def _changed(
    world: Figures, name: str, size: Decimal, *, up: bool, against: str = "orders_previous_7d", **about: Any
) -> None:
    compared, way = Comparison(against, Decimal(5000)), "up" if up else "down"
    world.book.add(name, size if up else -size, "q", comparison=compared, direction=way, **about)  # type: ignore[arg-type]


def advertising(world: Figures) -> None:
    """Thirty days of ads: what they cost, waste, products and campaigns that lose and that earn."""
    book, up = world.book, world.number % 2 == 0
    month: dict[str, Any] = {"period": book.days(30)}
    for prefix, low, high, goes_up in (("ad_spend", 4000, 4900, up), ("ad_sales", 7000, 9000, not up)):
        value = world.amount(low, high)
        before = world.moved(value, up=goes_up)
        book.add(f"{prefix}_30d", value, "q", comparison=Comparison("previous_30d", before), **month)
        name = f"{prefix}_vs_previous_30d"
        add_change(book, name, value, before, Basis("q"), kind="previous_30d", period=book.days(30))
    book.add("acos_30d", world.share(61, 64), "q", **month)
    book.add("all_ads_spend", world.amount(5000, 5900), "q", **month)
    book.add("tacos_30d", world.share(65, 68), "q", **month)
    book.add("wasted_spend", world.amount(700, 900), "q", **month)
    book.add("wasted_share", world.share(11, 19), "q", **month)
    book.add("wasted_paused_spend", world.amount(10, 60), "q", **month)
    book.add("wasted_campaigns", world.count(221, 229), "q", **month)
    book.add("wasted_campaigns_spend", world.amount(500, 690), "q", **month)
    for term in [fact.subject for fact in book.all("term_spend")]:
        book.add("term_clicks", world.count(231, 299), "q", subject=term, **month)
    _negatives(world, month)
    _products(world, month)
    _budgets(world, month)


def _negatives(world: Figures, month: dict[str, Any]) -> None:
    book = world.book
    book.add("negative_terms", world.count(301, 309), "q", **month)
    book.add("negative_terms_spend", world.amount(60, 90), "q", **month)
    for place in (1, 2):
        about = month | {"subject": Subject("search_term", f"idle {'cup' if place == 1 else 'lid'} {world.number}")}
        book.add("negative_spend", world.amount(20, 59), "q", **about)
        book.add("negative_clicks", world.count(311, 390), "q", **about)
        book.add("negative_chance", world.share(1, 4), "q", **about)


def _products(world: Figures, month: dict[str, Any]) -> None:
    """Two products at a loss, the second with all its campaigns paused, and two that earn."""
    book = world.book
    book.add("losing_products", world.count(391, 399), "q", **month)
    book.add("losing_products_loss", world.amount(91, 99), "q", **month)
    for place, name in enumerate(("LOSE", "PAUSED", "GROW", "SPROUT")):
        about = month | {"subject": Subject("sku", f"HG-{name}-{world.number:02d}", "Advertised")}
        book.add("product_ad_loss" if place < 2 else "product_ad_gain", world.amount(20, 90), "q", **about)
        spend = world.amount(100, 290)
        book.add("product_ad_spend", spend, "q", **about)
        book.add("product_ad_sales", world.amount(300, 900), "q", **about)
        book.add("product_acos", world.share(31, 49), "q", **about)
        book.add("product_break_even", world.share(20, 30) if place < 2 else world.share(70, 80), "q", **about)
        if place == 0:
            book.add("click_cost", world.amount(3, 5), "q", **about)
            book.add("click_worth", world.amount(1, 2), "q", **about)
        if place == 1:
            book.add("product_paused_spend", spend, "q", **about)


def _budgets(world: Figures, month: dict[str, Any]) -> None:
    """Two campaigns at their budget, the first at a loss; a third that never was."""
    book = world.book
    for place, name in enumerate("CDE"):
        about = month | {"subject": Subject("campaign", f"Campaign {name} {world.number}")}
        book.add("campaign_full_days", world.count(401, 430) if place < 2 else 0, "q", **about)
        book.add("campaign_days", world.count(431, 460), "q", **about)
        book.add("campaign_budget", world.amount(10, 90), "q", **about)
        book.add("campaign_cost", world.amount(300, 900), "q", **about)
        book.add("campaign_sales", world.amount(900, 1900), "q", **about)
        book.add("campaign_acos", world.share(31, 60), "q", **about)
        book.add("campaign_break_even", world.share(20, 60), "q", **about)
        book.add("campaign_ad_loss" if place == 0 else "campaign_ad_gain", world.amount(91, 290), "q", **about)
