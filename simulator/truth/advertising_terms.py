"""ads_negative_candidates and ads_search_term_ngrams: the search terms of a store's last days with any."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from simulator.truth.advertising import ads_search_terms_daily
from simulator.truth.known import Known, ratio, rounded

WINDOW_DAYS = 60
CHANCE = Fraction(1, 20)
PUNCTUATION = "'\"*.,;:!?()[]{}<>|/+-_#&~、。，！？「」『』【】（）・～"


@dataclass(slots=True)
class Term:
    """What a search term, or all terms that share words, brought."""

    campaigns: set[str] = field(default_factory=set)
    terms: int = 0
    impressions: int = 0
    clicks: int = 0
    cost: Decimal = Decimal(0)
    orders: int = 0
    sales: Decimal = Decimal(0)

    def add(self, other: Term) -> None:
        """Count another one in."""
        self.campaigns |= other.campaigns
        self.terms += 1
        self.impressions += other.impressions
        self.clicks += other.clicks
        self.cost += other.cost
        self.orders += other.orders
        self.sales += other.sales


@dataclass(slots=True)
class StoreTerms:
    """A store's search terms, and the columns that its rows have in common."""

    common: dict
    terms: dict[str, Term] = field(default_factory=dict)


def window(days: list[date]) -> tuple[date, date]:
    """The first and the last of a store's last days."""
    return max(days) - timedelta(days=WINDOW_DAYS - 1), max(days)


def _of_stores(known: Known) -> Iterator[StoreTerms]:
    stores: dict[str, list[dict]] = {}
    for row in ads_search_terms_daily(known):
        stores.setdefault(row["store_id"], []).append(row)
    for found in stores.values():
        first, last = window([row["date"] for row in found])
        common = {name: found[0][name] for name in ("store_id", "tenant_id", "currency")}
        store = StoreTerms(common | {"window_start": first, "window_end": last})
        for row in found:
            if row["date"] >= first:
                store.terms.setdefault(row["search_term"], Term()).add(
                    Term(
                        campaigns={row["campaign_id"]},
                        impressions=row["impressions"],
                        clicks=row["clicks"],
                        cost=row["cost"],
                        orders=row["purchases_14d"],
                        sales=Decimal(row["sales_14d"]),
                    )
                )
        yield store


def ads_negative_candidates(known: Known) -> Iterator[dict]:
    """Terms without orders that had more clicks than chance explains."""
    for store in _of_stores(known):
        clicks = sum(term.clicks for term in store.terms.values())
        orders = sum(term.orders for term in store.terms.values())
        found = {}
        for name, term in store.terms.items():
            chance = max(Fraction(clicks - orders, clicks), Fraction(0)) ** term.clicks
            if name not in ("", "*") and term.cost and not term.orders and chance < CHANCE:
                found[name] = term, chance
        for name, (term, chance) in found.items():
            yield {
                **store.common,
                "search_term": name,
                "campaigns": len(term.campaigns),
                "campaign_ids": ", ".join(sorted(term.campaigns)),
                "impressions": term.impressions,
                "clicks": term.clicks,
                "cost": term.cost,
                "store_conversion_rate": ratio(orders, clicks),
                "expected_orders": rounded(Fraction(term.clicks * orders, clicks), 4),
                "p_value": rounded(chance, 6),
                "cost_rank": 1 + sum(other.cost > term.cost for other, _ in found.values()),
            }


def words(term: str) -> list[str]:
    """The words of a search term."""
    return [word for part in term.lower().split() if (word := part.strip(PUNCTUATION))]


def ads_search_term_ngrams(known: Known) -> Iterator[dict]:
    """One row per one to three neighbouring words."""
    for store in _of_stores(known):
        grams: dict[tuple[int, str], Term] = {}
        for name, term in store.terms.items():
            if re.fullmatch("b0[0-9a-z]{8}", name.lower()):
                continue
            found = words(name)
            for key in {(n, " ".join(found[i : i + n])) for n in (1, 2, 3) for i in range(len(found) - n + 1)}:
                grams.setdefault(key, Term()).add(term)
        for (n, gram), term in grams.items():
            yield {
                **store.common,
                "n": n,
                "ngram": gram,
                "terms": term.terms,
                "impressions": term.impressions,
                "clicks": term.clicks,
                "cost": term.cost,
                "purchases_14d": term.orders,
                "sales_14d": term.sales,
                "cpc": ratio(term.cost, term.clicks),
                "cvr_14d": ratio(term.orders, term.clicks),
                "acos_14d": ratio(term.cost, term.sales),
            }
