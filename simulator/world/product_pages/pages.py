"""All product pages of a world: which ASIN has a page in which marketplace, and what it shows on a day.

How a crawl writes a page down is decided in documents/apify.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property, lru_cache

from simulator.world.catalogue.offers import offers
from simulator.world.marketplaces import Marketplace
from simulator.world.model import SimStore
from simulator.world.product_pages.competitors import (
    COMPETITORS,
    as_a_visitor_saw_it,
    competitor_asin,
    competitor_page,
    own_page,
)
from simulator.world.product_pages.page import Page

PAGES_REMEMBERED = 20_000


class Pages:
    """All product pages of a world. in_stock(store, asin, day): whether an own product can be bought on that day."""

    def __init__(self, seed: int, stores: Iterable[SimStore], in_stock: Callable[[SimStore, str, date], bool]) -> None:
        self.seed = seed
        self.stores = tuple(stores)
        self._in_stock = in_stock
        # a page is looked at by crawls, by the searches that show it, and by several truths
        self._remembered = lru_cache(maxsize=PAGES_REMEMBERED)(self._made)

    @cached_property
    def _known(self) -> dict[tuple[str, str], tuple[SimStore, int]]:
        """(country, ASIN) -> (store, competitor's number, or -1 for an own product)."""
        known: dict[tuple[str, str], tuple[SimStore, int]] = {}
        for store in self.stores:
            for offer in offers(self.seed, store):
                known[store.marketplace.country, offer.asin] = (store, -1)
            for slot in range(COMPETITORS):
                known.setdefault((store.marketplace.country, competitor_asin(self.seed, store, slot)), (store, slot))
        return known

    def page(self, place: Marketplace, asin: str, day: date) -> Page:
        """The page of that ASIN on that marketplace day; an unknown ASIN is a page that is not found."""
        return self._remembered(place, asin, day)

    def _made(self, place: Marketplace, asin: str, day: date) -> Page:
        found = self._known.get((place.country, asin))
        if found is None:
            return Page(asin, "product_not_found", "The product page answered with status 404")
        store, slot = found
        if slot >= 0:
            page = competitor_page(self.seed, store, slot, day)
        else:
            own = [offer for offer in offers(self.seed, store) if offer.asin == asin]
            page = own_page(self.seed, store, own, day, lambda: self._in_stock(store, asin, day))
        return as_a_visitor_saw_it(self.seed, place, day, page)

    def asins(self, place: Marketplace) -> list[str]:
        """The products of a marketplace that have pages, sorted."""
        return sorted(asin for country, asin in self._known if country == place.country)
