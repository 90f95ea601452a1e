"""Which products a store might track beside its own, each with what speaks for it and a score. Read-only.

What speaks for a product is found in staging: it stands on the first page of a keyword on whose results an own product
stands; shoppers clicked it for a search term for which they clicked an own one (Brand Analytics); they bought it with
an own one (market basket); it has a rank near the own one's in the same category of best sellers. Nothing is asked of a
source. What is accepted is written down by `stores/tracking.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.landing.planning.ledger_state import own_asins

if TYPE_CHECKING:
    import psycopg

    from pipelines.stores import Store

# How much each kind of evidence counts at most: of two of 0.6, both whole, the score is 1 - 0.4 x 0.4 = 0.84.
WEIGHTS: Mapping[str, float] = {"keyword": 0.6, "clicked": 0.6, "basket": 0.3, "category": 0.4}
SEARCHED_DAYS = 14

# Of a week or of the last searches only those loads are read: as an array, so that the raw table's index is used.
_LOADS = """
any(array(select l.load_id from ops.current_loads(%(feed)s) as l where l.scope_id = %(scope_id)s and l.day > (
    select max(n.day) from ops.current_loads(%(feed)s) as n where n.scope_id = %(scope_id)s) - {days}))
"""
# The part of the own product's keywords on whose first page the other one stands, by organic places. One is added to
# their number: on one keyword alone, one place says less than many on many.
_KEYWORD = f"""
with found as (
    select distinct keyword, asin, page from staging.stg_apify__keyword_search
    where marketplace_id = %(scope_id)s and not is_failed and not coalesce(is_sponsored, false)
      and load_id = {_LOADS.format(days=SEARCHED_DAYS)}
), own as (select distinct keyword, asin from found where asin = any(%(own)s))
select o.asin, f.asin, count(distinct f.keyword)::float / (max(a.keywords) + 1),
    'on the first page of ' || string_agg(distinct f.keyword, ', ' order by f.keyword)
from own as o
join (select asin, count(*) as keywords from own group by asin) as a on a.asin = o.asin
join found as f on f.keyword = o.keyword and f.page = 1 and not f.asin = any(%(own)s)
group by o.asin, f.asin
"""  # noqa: S608
# The most clicked of the terms; the largest share that the other product had.
_CLICKED = f"""
with week as materialized (
    select search_term, clicked_asin as asin, max(click_share) as share from staging.stg_amazon_sp__search_terms
    where store_id = %(scope_id)s and load_id = {_LOADS.format(days=7)} group by 1, 2
)
select o.asin, c.asin, max(c.share)::float,
    'clicked for ' || string_agg(distinct c.search_term, ', ' order by c.search_term)
from week as o join week as c using (search_term)
where o.asin = any(%(own)s) and not c.asin = any(%(own)s) group by 1, 2
"""  # noqa: S608
_BASKET = f"""
select asin, purchased_with_asin, max(combination_share)::float,
    'bought with it in ' || round(100 * max(combination_share), 1) || ' percent of its orders of several products'
from staging.stg_amazon_sp__market_basket
where store_id = %(scope_id)s and load_id = {_LOADS.format(days=7)}
  and asin = any(%(own)s) and not purchased_with_asin = any(%(own)s) group by 1, 2
"""  # noqa: S608
# The nearer the ranks, the more it counts: the lower one divided by the higher.
_CATEGORY = f"""
with page as (
    select distinct on (asin) asin, bsr_rank, bsr_category from staging.stg_apify__products
    where marketplace_id = %(scope_id)s and not is_failed and bsr_rank > 0 and bsr_category is not null
      and load_id = {_LOADS.format(days=SEARCHED_DAYS)}
    order by asin, instant desc
)
select o.asin, c.asin, least(o.bsr_rank, c.bsr_rank)::float / greatest(o.bsr_rank, c.bsr_rank),
    'no. ' || c.bsr_rank || ' of ' || c.bsr_category || ', yours is no. ' || o.bsr_rank
from page as o join page as c using (bsr_category) where o.asin = any(%(own)s) and not c.asin = any(%(own)s)
"""  # noqa: S608
_QUERIES = (
    ("keyword", "stg_apify__keyword_search", "apify.keyword_search", _KEYWORD),
    ("clicked", "stg_amazon_sp__search_terms", "amazon_sp.search_terms", _CLICKED),
    ("basket", "stg_amazon_sp__market_basket", "amazon_sp.market_basket", _BASKET),
    ("category", "stg_apify__products", "apify.products", _CATEGORY),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one product beside an own one. kind: of WEIGHTS. strength: from 0 to 1. text: for the user."""

    own: str
    asin: str
    kind: str
    strength: float
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A product that might be tracked beside an own one. score: from 0 to 1."""

    own: str
    asin: str
    score: float
    evidence: tuple[str, ...]


def suggestions(conn: psycopg.Connection, store: Store, least: float = 0.0) -> list[Suggestion]:
    """What a store might track besides, the highest score first. least: the lowest score that is wanted.

    The store's own products are those that it tracks and those of its newest listings. Models of staging that were not
    built yet tell nothing.
    """
    own = sorted({*store.tracked, *own_asins(conn, store)})
    return rank(_evidence(conn, store, own), store.tracked, least)


def rank(found: Iterable[Evidence], tracked: Mapping[str, Iterable[str]], least: float = 0.0) -> list[Suggestion]:
    """Evidence by pair, without pairs that are tracked. The score is that of independent reasons."""
    pairs: dict[tuple[str, str], dict[str, Evidence]] = {}
    for each in found:
        if each.asin not in tracked.get(each.own, ()):
            pairs.setdefault((each.own, each.asin), {})[each.kind] = each
    made = []
    for (own, asin), kinds in pairs.items():
        unsure = 1.0
        for kind, each in kinds.items():
            unsure *= 1 - WEIGHTS[kind] * min(max(each.strength, 0.0), 1.0)
        score = round(1 - unsure, 3)
        if score > 0 and score >= least:
            made.append(Suggestion(own, asin, score, tuple(kinds[kind].text for kind in WEIGHTS if kind in kinds)))
    return sorted(made, key=lambda each: (-each.score, each.own, each.asin))


def _evidence(conn: psycopg.Connection, store: Store, own: list[str]) -> Iterable[Evidence]:
    for kind, model, feed, query in _QUERIES:
        there = conn.execute("select to_regclass(%s) is not null", (f"staging.{model}",)).fetchone()
        if there is None or not there[0]:
            continue
        scope = store.marketplace.marketplace_id if feed.startswith("apify.") else store.store_id
        values: dict[str, Any] = {"feed": feed, "scope_id": scope, "own": own}
        for row in conn.execute(query.encode(), values).fetchall():
            yield Evidence(row[0], row[1], kind, row[2] or 0.0, row[3])
