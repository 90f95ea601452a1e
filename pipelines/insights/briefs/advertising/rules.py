"""The rules of the advertising brief: which claims are made, of which facts, with which advice.

What a claim says and how is in `claims/`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.insights.briefs.kind import by_topic, claim, named, some
from pipelines.insights.briefs.topics import gaps, waste
from pipelines.insights.claims.kinds.advertising import FULL_SHARE
from pipelines.insights.claims.schema import Claim
from pipelines.insights.facts import FactBook

NAMED = 3  # products and search terms that a finding names; the tables have the others


def _losing(book: FactBook) -> Iterator[Claim]:
    losses = list(book.all("product_ad_loss"))[:NAMED]
    if losses:
        total = [some(book, "losing_products"), book.get("losing_products_loss")]
        first = losses[0].subject.key
        leads = named(
            book,
            "product_ad_spend",
            "product_ad_sales",
            "product_acos",
            "product_break_even",
            "click_cost",
            "click_worth",
            "product_paused_spend",
            key=first,
        )
        others = [
            fact
            for loss in losses[1:]
            for fact in named(book, "product_acos", "product_break_even", key=loss.subject.key)
        ]
        paused, spend = book.get("product_paused_spend", first), book.get("product_ad_spend", first)
        stopped = paused is not None and spend is not None and paused.value == spend.value
        advice = ["keep_paused" if stopped else "lower_bids"]
        yield claim("losing_ads", *total, *losses, *leads, *others, advice=advice)


def _negatives(book: FactBook) -> Iterator[Claim]:
    terms = list(book.all("negative_spend"))[:NAMED]
    if terms:
        evidence = [
            fact for term in terms for fact in named(book, "negative_clicks", "negative_chance", key=term.subject.key)
        ]
        total = named(book, "negative_terms", "negative_terms_spend")
        yield claim("negative_candidates", *total, *terms, *evidence, advice=["exclude_terms"])


def _budgets(book: FactBook) -> Iterator[Claim]:
    for full in book.all("campaign_full_days"):
        key = full.subject.key
        days, gain, loss = named(book, "campaign_days", "campaign_ad_gain", "campaign_ad_loss", key=key)
        if days is None or not full.value or full.value < FULL_SHARE * float(days.value):  # type: ignore[arg-type, operator]
            continue
        others = named(book, "campaign_budget", "campaign_acos", "campaign_break_even", key=key)
        advice = ["raise_budget"] if gain else ["hold_budget"] if loss else []
        yield claim("full_budget", full, days, *others, gain, loss, advice=advice)


def _growing(book: FactBook) -> Iterator[Claim]:
    gains = list(book.all("product_ad_gain"))[:NAMED]
    if gains:
        leads = named(book, "product_ad_spend", "product_acos", "product_break_even", key=gains[0].subject.key)
        others = [
            fact
            for gain in gains[1:]
            for fact in named(book, "product_acos", "product_break_even", key=gain.subject.key)
        ]
        yield claim("growing_ads", *gains, *leads, *others, advice=["raise_bids"])


def _spend(book: FactBook) -> Iterator[Claim]:
    if book.get("ad_spend_30d"):
        names = (
            "ad_spend_30d",
            "ad_spend_vs_previous_30d",
            "ad_sales_30d",
            "ad_sales_vs_previous_30d",
            "acos_30d",
            "acos_vs_previous_30d",
            "all_ads_spend",
            "tacos_30d",
            "ads_open_days",
            "ads_final_on",
        )
        yield claim("ad_spend_30d", *named(book, *names))


SECTIONS = by_topic(_losing, waste, _negatives, _budgets, _growing, _spend, gaps)
