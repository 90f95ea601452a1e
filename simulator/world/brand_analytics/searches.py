"""What is searched for, and what searches lead to: of one store's products, and of its marketplace around them.

Purchases are order lines of this world. Those that Ads attributes to a search term were found by it. Of the others most
were found by one of the product's usual queries. Clicks and impressions include those of the ads. What other sellers
have of a query is chance. The periods are in periods.py, and the reports in documents/amazon_sp/brand_analytics.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from random import Random

from simulator.world.advertising.sponsored_products import Cell
from simulator.world.brand_analytics.periods import AGES
from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import Offer, cents, code, price
from simulator.world.catalogue.texts import ITEMS, SEARCH_WORDS
from simulator.world.marketplaces import days_between, midnight
from simulator.world.orders.order import Line, Order
from simulator.world.product_pages.competitors import tracked
from simulator.world.rng import number, rng

FOUND_BY_SEARCH = 60
"""Of a hundred order lines that no ad led to, so many were found by a search."""

LONGEST_LAG = 30
RIVALS = 5
# age of a version -> how many percent of the final figures of other people's searches it shows
SEEN = {1: 94, 8: 100}


@dataclass(slots=True)
class Counts:
    """How often something was shown, clicked, put into a cart and bought after a search. sales: money of the bought."""

    impressions: int = 0
    clicks: int = 0
    cart_adds: int = 0
    purchases: int = 0
    sales: Decimal = Decimal(0)

    def add(self, other: Counts) -> None:
        """Count the other's too."""
        self.impressions += other.impressions
        self.clicks += other.clicks
        self.cart_adds += other.cart_adds
        self.purchases += other.purchases
        self.sales += other.sales


@dataclass(slots=True)
class Prices:
    """Median prices of what was shown, clicked, put into a cart and bought; 0 of what did not happen."""

    shown: Decimal
    clicked: Decimal
    cart_added: Decimal
    purchased: Decimal

    def of(self, counts: Counts) -> Prices:
        """These, but for what did not happen."""
        happened = (counts.impressions, counts.clicks, counts.cart_adds, counts.purchases)
        mine = (self.shown, self.clicked, self.cart_added, self.purchased)
        return Prices(*(price if count else Decimal(0) for count, price in zip(happened, mine, strict=True)))


@dataclass(slots=True)
class Query:
    """A search term's period. total: everybody's. own: by ASIN of the store. rivals: (ASIN, clicks, purchases)."""

    term: str
    volume: int
    total: Counts
    prices: Prices
    own: dict[str, Counts] = field(default_factory=dict)
    rivals: tuple[tuple[str, int, int], ...] = ()

    def clicked(self) -> list[tuple[str, int, int]]:
        """(ASIN, clicks, purchases) of everything named, the most clicked first."""
        named = [*((asin, each.clicks, each.purchases) for asin, each in self.own.items()), *self.rivals]
        return sorted((each for each in named if each[1]), key=lambda each: (-each[1], each[0]))


@dataclass(frozen=True, slots=True)
class Searches:
    """A store's period in one version. queries: of the store's products; others: that its marketplace also has."""

    first: date
    last: date
    queries: dict[str, Query]
    others: tuple[Query, ...]

    def of(self, asin: str) -> list[tuple[int, Query, Counts]]:
        """(score, query, counts) of a product's queries, the best first."""
        mine = [(query, query.own[asin]) for query in self.queries.values() if asin in query.own]
        mine.sort(key=lambda each: (-each[1].purchases, -each[1].clicks, -each[1].impressions, each[0].term))
        return [(score, query, counts) for score, (query, counts) in enumerate(mine, 1)]

    def total(self, asin: str) -> Counts:
        """What all searches led to for a product."""
        result = Counts()
        for query in self.queries.values():
            if asin in query.own:
                result.add(query.own[asin])
        return result

    def ranked(self) -> list[tuple[int, Query]]:
        """(search frequency rank, query) of everything that is searched for in the marketplace."""
        known = sorted((*self.queries.values(), *self.others), key=lambda query: (-query.volume, query.term))
        return list(enumerate(known, 1))


@lru_cache(maxsize=128)
def searches(business: StoreBusiness, first: date, last: date, age: int) -> Searches:
    """The days from first to last, as the version of that age has them (age >= 1)."""
    zone = business.store.marketplace.time_zone
    business.until(midnight(zone, last))
    own = _own(business, first, last, age)
    queries = {term: _query(business, term, found, first, last, age) for term, found in sorted(own.items())}
    place = business.store.marketplace
    rest = sorted(_marketplace_terms(place.language) - set(queries))
    if rest and age > AGES[0]:  # a term that nobody here sells to turns out to be robots'
        rest.remove(min(rest, key=lambda term: number(business.seed, place.country, "robots", term, first, digits=9)))
    others = tuple(_query(business, term, {}, first, last, age) for term in rest)
    return Searches(first, last, queries, others)


def kept_lines(business: StoreBusiness, day: date, age_day: date) -> Iterator[tuple[Order, int, Line]]:
    """(order, index, line) of a day's orders, without what was cancelled by the beginning of `age_day`."""
    made = midnight(business.store.marketplace.time_zone, age_day)
    for order in business.orders_on(day):
        state = order.state(made)
        for index, line in enumerate(order.lines):
            if not order.replacement and not state.cancelled(index):
                yield order, index, line


def own_prices(business: StoreBusiness, asin: str, counts: Counts, first: date, last: date) -> Prices:
    """A product's median prices: its price in the middle of the days."""
    offer = next(each for each in business.offers if each.asin == asin)
    usual = price(business.seed, business.store, offer, first + (last - first) // 2)
    return Prices(usual, usual, usual, usual).of(counts)


def shipping_split(random: Random, count: int) -> tuple[int, int, int]:
    """How many of so many were promised for the same day, for the next one and for the one after that."""
    same = random.randint(5, 30)
    following = random.randint(20, 40)
    return count * same // 100, count * following // 100, count * random.randint(10, 100 - same - following) // 100


def _own(business: StoreBusiness, first: date, last: date, age: int) -> dict[str, dict[str, Counts]]:
    """Term -> own ASIN -> counts."""
    bought: dict[tuple[str, str], Counts] = defaultdict(Counts)
    terms: dict[str, set[str]] = {offer.asin: set(usual_queries(business, offer)) for offer in business.offers}
    led, shown = _led_by_ads(business, first, last), _shown_by_ads(business, first, last)
    for day in days_between(first, last):
        for order, index, line in kept_lines(business, day, last + timedelta(days=age)):
            term = led.get(order.order_id) or _found_by(business, order, line)
            if term:
                counts = bought[term, line.offer.asin]
                counts.purchases += 1
                counts.sales += order.state(
                    midnight(business.store.marketplace.time_zone, last + timedelta(days=age))
                ).prices[index]
    for term, asin in (*bought, *shown):
        terms[asin].add(term)
    result: dict[str, dict[str, Counts]] = defaultdict(dict)
    for asin, names in terms.items():
        for term in sorted(names):
            counts = bought[term, asin]
            random = rng(business.seed, business.store.store_id, "search", asin, term, first, last)
            _visit(random, counts, *shown.get((term, asin), (0, 0)))
            if counts.impressions:
                result[term][asin] = counts
    return result


def _visit(random: Random, counts: Counts, ad_impressions: int, ad_clicks: int) -> None:
    """Fill in what came before the purchases: at least as many cart adds, clicks and impressions."""
    curious, each = random.randint(0, 9), random.randint(2, 6)
    counts.clicks = ad_clicks + curious + counts.purchases * each
    counts.cart_adds = counts.purchases + (counts.clicks - counts.purchases) * random.randint(0, 30) // 100
    counts.impressions = ad_impressions + counts.clicks * random.randint(8, 40) + random.choice((0, 0, 15, 60))


@lru_cache(maxsize=4096)
def _usual(seed: int, store_id: str, asin: str, rank: int, language: str) -> tuple[str, ...]:
    patterns = rng(seed, store_id, "queries", asin).sample(SEARCH_WORDS[language], 4)
    return tuple(pattern.format(x=_noun(rank, language)) for pattern in patterns)


def usual_queries(business: StoreBusiness, offer: Offer) -> tuple[str, ...]:
    """The queries by which a product is usually found."""
    store = business.store
    rank = next(each.rank for each in business.offers if each.asin == offer.asin)
    return _usual(business.seed, store.store_id, offer.asin, rank, store.marketplace.language)


def _noun(rank: int, language: str) -> str:
    return str(ITEMS[rank % len(ITEMS)][language]).lower()


def _found_by(business: StoreBusiness, order: Order, line: Line) -> str:
    """The query by which an order's line was found where no ad led to it; '' for none."""
    chance = number(business.seed, business.store.store_id, "found", order.order_id, line.item_code)
    if chance % 100 >= FOUND_BY_SEARCH:
        return ""
    usual = usual_queries(business, line.offer)
    return usual[chance // 100 % len(usual)]


def _is_query(term: str) -> bool:
    """Whether an ad's search term was typed: neither the `*` of hidden ones nor a product's page."""
    return term != "*" and not term.startswith("b0")


def _led_by_ads(business: StoreBusiness, first: date, last: date) -> dict[str, str]:
    """Order id -> the search term that an ad answered before it."""
    return {
        order.order_id: cell.term
        for day in days_between(first - timedelta(days=LONGEST_LAG), last)
        for cell in business.ads.days.get(day, ())
        if _is_query(cell.term)
        for order, _ in cell.orders
    }


def _shown_by_ads(business: StoreBusiness, first: date, last: date) -> dict[tuple[str, str], tuple[int, int]]:
    """(term, ASIN) -> impressions and clicks of its ads, those included that Ads takes back later."""
    cells: list[Cell] = [cell for day in days_between(first, last) for cell in business.ads.days.get(day, ())]
    result: dict[tuple[str, str], tuple[int, int]] = {}
    for cell in cells:
        if _is_query(cell.term):
            key = cell.term, cell.ad.offer.asin
            impressions, clicks = result.get(key, (0, 0))
            result[key] = impressions + cell.impressions, clicks + cell.clicks
    return result


@lru_cache(maxsize=8)
def _marketplace_terms(language: str) -> frozenset[str]:
    """What people search for whether or not the store has it."""
    return frozenset(
        pattern.format(x=_noun(rank, language)) for rank in range(len(ITEMS)) for pattern in SEARCH_WORDS[language]
    )


def _query(business: StoreBusiness, term: str, own: dict[str, Counts], first: date, last: date, age: int) -> Query:
    """A term with what others have of it."""
    store, decimals = business.store, business.store.marketplace.decimals
    random = rng(business.seed, store.marketplace.country, "query", term, first, last)
    others = _others(random, age)
    shares = [random.randint(14, 24)]
    for _ in range(RIVALS - 1):
        shares.append(shares[-1] * random.randint(60, 95) // 100)
    rivals = tuple(
        (asin, others.clicks * share // 100, others.purchases * share // 100)
        for asin, share in zip(_rivals(business, term, own), shares, strict=True)
    )
    total = Counts()
    for each in (others, *own.values()):
        total.add(each)
    noun_price = Decimal(random.randint(1200, 6000)) / 100 * (100 if decimals == 0 else 1)
    prices = Prices(*(cents(noun_price * random.randint(92, 108) / 100, decimals) for _ in range(4)))
    return Query(term, total.clicks * random.randint(110, 180) // 100, total, prices.of(total), own, rivals)


def _others(random: Random, age: int) -> Counts:
    """What strangers do after a search."""
    clicks = random.randint(60, 900) * SEEN[age] // 100
    purchases = clicks // random.randint(8, 25)
    return Counts(clicks * random.randint(12, 40), clicks, purchases * random.randint(2, 4), purchases)


def _rivals(business: StoreBusiness, term: str, own: dict[str, Counts]) -> list[str]:
    """The products of others that a term leads to, first the competitors that the store tracks for its own there."""
    store = business.store
    pairs = tracked(business.seed, store)
    known = [rival for asin in sorted(own) for rival in pairs.get(asin, ())]
    made = (code(business.seed, store.marketplace.country, term, n, "rival", prefix="B0", length=10) for n in range(9))
    return list(dict.fromkeys((*known, *made)))[:RIVALS]
