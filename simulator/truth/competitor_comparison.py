"""competitor_comparison: each own product beside each of its competitors, as their pages and the searches last showed
them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from simulator.truth.competitors import looked_at
from simulator.truth.known import Known, ratio
from simulator.world.catalogue.offers import offers, price
from simulator.world.model import SimAccount, SimStore
from simulator.world.product_pages.competitors import tracked
from simulator.world.product_pages.page import Page
from simulator.world.product_pages.search_results import Result, failed, results, tracked_keywords

STALE_AFTER = timedelta(days=3)
SEARCHES_BACK = timedelta(days=6)
MONTH, QUARTER = timedelta(days=29), timedelta(days=89)

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Seen:
    """A product's pages that could be read, by day, and the last day of which the store has any page."""

    pages: dict[date, Page]
    today: date | None

    @property
    def last(self) -> date | None:
        """The last day on which it could be read."""
        return max(self.pages, default=None)

    @property
    def is_stale(self) -> bool:
        """Whether what is known of it is too old to be compared."""
        return self.last is None or self.today is None or self.today - self.last > STALE_AFTER

    def since(self, age: timedelta) -> dict[date, Page]:
        """The pages of the days from so long ago on."""
        return {day: page for day, page in self.pages.items() if self.today and self.today - day <= age}

    def told(self) -> Row:
        """What the mart tells of one side of a pair."""
        page = self.pages[self.last] if self.last else Page("")
        month, quarter = self.since(MONTH), self.since(QUARTER)
        reviews = {day: each.reviews for day, each in self.since(timedelta(days=30)).items()}
        first = next((day for day, count in reviews.items() if count is not None), None)
        gained = None
        if first and page.reviews is not None:
            gained = page.reviews - (reviews[first] or 0)
        return {
            "title": page.title,
            "last_seen": self.last,
            "is_stale": self.is_stale,
            "price_amount": page.price,
            "list_price_amount": page.list_price,
            "discount_ratio": ratio(page.list_price - page.price, page.list_price)
            if page.price is not None and page.list_price is not None and page.list_price > page.price
            else None,
            "in_stock": page.in_stock,
            "seller_name": page.seller,
            "stars": page.stars,
            "reviews_count": page.reviews,
            "reviews_since": first if gained is not None else None,
            "reviews_gained_30d": gained,
            "bsr_rank": page.rank,
            "bsr_category": page.category,
            "lowest_price_30d": _lowest(month),
            "lowest_price_90d": _lowest(quarter),
            "days_read_30d": len(month),
            "days_out_of_stock_30d": sum(each.in_stock is False for each in month.values()),
        }


def competitor_comparison(known: Known) -> Iterator[dict]:
    """One row per store and pair of an own product and a competitor of it."""
    pages: dict[SimStore, dict[str, list[tuple[date, Page]]]] = {}
    for store, asin, _, found in looked_at(known):
        pages.setdefault(store, {})[asin] = found
    accounts = {store: account for account in known.world.accounts for store in account.configured_stores}
    for store, by_asin in pages.items():
        today = max((day for found in by_asin.values() for day, _ in found), default=None)
        seen = {
            asin: Seen({day: page for day, page in found if not page.error}, today) for asin, found in by_asin.items()
        }
        search_day, searches = _last_searches(known, store)
        for own, others in tracked(known.world.seed, store).items():
            for other in others:
                yield {
                    "store_id": store.store_id,
                    "tenant_id": store.tenant_id,
                    "own_asin": own,
                    "competitor_asin": other,
                    "as_of_date": today,
                    "currency": store.marketplace.currency,
                    "competitor_brand": next(reversed(seen[other].pages.values()), Page("")).brand,
                    **{f"own_{name}": value for name, value in seen[own].told().items()},
                    **{f"competitor_{name}": value for name, value in seen[other].told().items()},
                    **_against(seen[own], seen[other]),
                    **_listed(known, accounts[store], store, own),
                    "search_date": search_day,
                    **_places(searches, own, other),
                }


def _lowest(pages: dict[date, Page]) -> Decimal | None:
    return min((page.price for page in pages.values() if page.price is not None), default=None)


def _against(own: Seen, other: Seen) -> Row:
    """What the one page is compared with the other."""
    mine = own.pages[own.last] if own.last else Page("")
    theirs = other.pages[other.last] if other.last else Page("")
    difference = None
    if not own.is_stale and not other.is_stale and mine.price is not None and theirs.price is not None:
        difference = theirs.price - mine.price
    month, their_month = own.since(MONTH), other.since(MONTH)
    both = [
        (mine_then, theirs_then)
        for day, page in month.items()
        if (mine_then := page.price) is not None
        and day in their_month
        and (theirs_then := their_month[day].price) is not None
    ]
    cheaper = sum(theirs_then < mine_then for mine_then, theirs_then in both)
    ranks = mine.rank is not None and theirs.rank is not None and mine.category == theirs.category
    return {
        "price_difference_amount": difference,
        "price_difference_ratio": ratio(difference, mine.price) if difference is not None and mine.price else None,
        "bsr_rank_difference": (theirs.rank or 0) - (mine.rank or 0) if ranks else None,
        "days_compared_30d": len(both),
        "days_competitor_cheaper_30d": cheaper,
        "competitor_cheaper_ratio_30d": ratio(cheaper, len(both)),
    }


def _listed(known: Known, account: SimAccount, store: SimStore, asin: str) -> Row:
    """What the store itself asks for the product, on the last day of which it has a list of its offers."""
    seed, day = known.world.seed, known.snapshot_days(account)[-1]
    asked = [price(seed, store, offer, day) for offer in offers(seed, store) if offer.asin == asin]
    return {"own_listed_price_amount": min(asked), "own_listed_date": day}


def _last_searches(known: Known, store: SimStore) -> tuple[date | None, list[tuple[Result, ...]]]:
    """The last day on which one of the store's keywords could be searched, and what each of them showed on it."""
    seed, place = known.world.seed, store.marketplace
    searched = known.searched(store)
    newest = max(searched, default=None)
    for day, names in reversed(searched.items()):
        words = [word for word in tracked_keywords(seed, store) if word in names and not failed(seed, place, word, day)]
        if words and newest and newest - day <= SEARCHES_BACK:
            return day, [results(known.world.pages, place, word, day) for word in words]
    return None, []


def _places(searches: Sequence[Sequence[Result]], own: str, other: str) -> Row:
    """Where the two stand in those searches."""
    organic = [(_organic(found, own), _organic(found, other)) for found in searches]
    shared = [(mine, theirs) for mine, theirs in organic if mine is not None and theirs is not None]
    paid = [[each.shown.asin for each in found if each.sponsored] for found in searches]
    return {
        "keywords_searched": len(searches),
        "keywords_own": sum(mine is not None for mine, _ in organic),
        "keywords_competitor": sum(theirs is not None for _, theirs in organic),
        "keywords_shared": len(shared),
        "keywords_competitor_ahead": sum(theirs < mine for mine, theirs in shared),
        "own_organic_position": min((mine for mine, _ in shared), default=None),
        "competitor_organic_position": min((theirs for _, theirs in shared), default=None),
        "own_sponsored_places": sum(names.count(own) for names in paid),
        "competitor_sponsored_places": sum(names.count(other) for names in paid),
    }


def _organic(found: Sequence[Result], asin: str) -> int | None:
    return min((each.position for each in found if not each.sponsored and each.shown.asin == asin), default=None)
