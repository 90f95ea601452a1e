"""Which marts stand behind an address. A question goes to the first of them that has all that it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.asking.contract import Mart, marts
from pipelines.asking.plan import WITHOUT_RATE
from pipelines.asking.question import ROWS, Question, Refused, some


@dataclass(frozen=True)
class Address:
    """meaning: one sentence. marts: by name, the one for a question that names nothing first."""

    meaning: str
    marts: tuple[str, ...]


ADDRESSES: Mapping[str, Address] = {
    "stores": Address("The stores of the tenant.", ("stores",)),
    "products": Address("The products of the stores, by SKU.", ("products",)),
    "competitors": Address(
        "Own products beside competitors: as they are now, by day, versions of prices, and events.",
        ("competitor_comparison", "competitor_daily", "competitor_price_history", "competitor_events"),
    ),
    "keywords": Address(
        "Searches: performance by week, and places in the results by day.",
        ("keyword_performance_weekly", "keyword_rank_daily"),
    ),
    "sales": Address("Ordered sales by store and day, or by SKU.", ("sales_store_daily", "sales_daily")),
    "traffic": Address("Sales and visits by store and day, or by ASIN.", ("traffic_store_daily", "traffic_daily")),
    "profit": Address("Profit by SKU and day, in its parts.", ("profit_daily",)),
    "inventory": Address(
        "Stock: how it is and what to order, by day, or as a balance of movements.",
        ("inventory_health", "inventory_daily", "inventory_ledger_balance"),
    ),
    "ads": Address(
        "Advertising by store and day, campaign, product, target or search term.",
        (
            "ads_store_daily",
            "ads_campaigns_daily",
            "ads_products_daily",
            "ads_targets_daily",
            "ads_search_terms_daily",
            "ads_matrix",
        ),
    ),
    "coverage": Address("What is here of each feed and day, and what is missing.", ("data_coverage",)),
}
"""Addresses below /v1 that read marts."""


def mart_for(address: str, question: Question) -> Mart:
    """The mart that a question at an address goes to. Raises Refused where none has all that it names."""
    candidates = [marts()[name] for name in ADDRESSES[address].marts]
    named = {*question.columns, *question.by, *(each.column for each in question.filters)} - {ROWS, WITHOUT_RATE}
    dated = bool(question.since or question.until or question.period)
    for mart in candidates:
        if named <= set(mart.columns) and (mart.day or not dated):
            return mart
    if len(candidates) == 1:
        return candidates[0]  # whose plan says what is wrong
    known = set().union(*(each.columns for each in candidates))
    if unknown := sorted(named - known):
        raise Refused(
            "no_such_column",
            f"/v1/{address} has no {some([each[:63] for each in unknown])}. /v1/marts says what "
            f"{some(list(ADDRESSES[address].marts))} have.",
        )
    raise Refused(
        "no_such_column",
        f"No mart behind /v1/{address} has all of {some(sorted(named))}{' by day' if dated else ''}. Ask one of "
        f"{some(list(ADDRESSES[address].marts))} at /v1/marts/<mart>.",
    )
