"""Apify runs and their items: the shape of junglee/amazon-crawler around the pages of competitors.py.

The account has had a crawl of every marketplace each day at 05:00 UTC until the day before the world's first `now`,
but one day without. An item that failed sits in the dataset of a run that succeeded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from simulator.catalogue import code, offers
from simulator.competitors import COMPETITORS, Page, competitor_asin, competitor_page, own_page, tracked_asins
from simulator.marketplaces import BY_DOMAIN, Marketplace, days_between, local_day
from simulator.model import PastCrawl, SimStore

ACTOR = "junglee/amazon-crawler"
# the world's day (from its start) on which no crawl ran
MISSED_DAY = 11
_PRODUCT_URL = re.compile(r"^https?://([^/]+)/(?:.*/)?(?:dp|gp/product)/([A-Z0-9]{10})")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product page named in a run's input; marketplace None: no marketplace of this world."""

    url: str
    marketplace: Marketplace | None
    asin: str


def wanted(run_input: dict) -> list[Wanted]:
    """The product pages a run's input names, in order (both actors' names for the list are understood)."""
    result = []
    for entry in run_input.get("categoryOrProductUrls") or run_input.get("startUrls") or ():
        url = entry["url"] if isinstance(entry, dict) else str(entry)
        match = _PRODUCT_URL.match(url)
        result.append(Wanted(url, BY_DOMAIN.get(match[1]) if match else None, match[2] if match else ""))
    return result


class Pages:
    """All product pages of a world. in_stock(store, asin, day): whether an own product can be bought on that day."""

    def __init__(self, seed: int, stores: Iterable[SimStore], in_stock: Callable[[SimStore, str, date], bool]) -> None:
        self.seed = seed
        self.stores = tuple(stores)
        self._in_stock = in_stock

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
        found = self._known.get((place.country, asin))
        if found is None:
            return Page(asin, "product_not_found", "The product page answered with status 404")
        store, slot = found
        if slot >= 0:
            return competitor_page(self.seed, store, slot, day)
        own = [offer for offer in offers(self.seed, store) if offer.asin == asin]
        return own_page(self.seed, store, own, day, lambda: self._in_stock(store, asin, day))

    def items(self, run_input: dict, at: datetime) -> list[dict]:
        """The dataset of a run with that input, started at `at`."""
        result = []
        for want in wanted(run_input):
            if want.marketplace is None:
                page = Page(want.asin, "invalid_url", "The address is not a product page of a known marketplace")
                result.append(_failed(want, page))
                continue
            page = self.page(want.marketplace, want.asin, local_day(want.marketplace.time_zone, at))
            result.append(_failed(want, page) if page.error else _item(want, want.marketplace, page))
        return result


def _failed(want: Wanted, page: Page) -> dict:
    return {
        "error": page.error,
        "errorDescription": page.error_description,
        "url": want.url,
        "asin": want.asin,
        "input": want.url,
    }


def _money(place: Marketplace, amount: object) -> dict | None:
    if amount is None:
        return None
    return {"value": float(str(amount)) if place.decimals else int(str(amount)), "currency": place.symbol}


def _item(want: Wanted, place: Marketplace, page: Page) -> dict:
    ranks = (
        []
        if page.rank is None
        else [{"rank": page.rank, "category": page.category, "url": f"https://{place.domain}/gp/bestsellers"}]
    )
    if page.rank is not None and page.rank % 2:
        ranks.append(
            {
                "rank": page.rank // 9 + 1,
                "category": "Sub " + str(page.category),
                "url": f"https://{place.domain}/gp/bestsellers/1",
            }
        )
    return {
        "title": page.title,
        "url": want.url,
        "asin": page.asin,
        "originalAsin": want.asin,
        "price": _money(place, page.price),
        "listPrice": _money(place, page.list_price),
        "shippingPrice": None,
        "inStock": page.in_stock,
        "inStockText": "In Stock" if page.in_stock else "Currently unavailable.",
        "brand": page.brand,
        "stars": None if page.stars is None else float(page.stars),
        "starsBreakdown": None
        if page.stars is None
        else {"5star": 0.63, "4star": 0.19, "3star": 0.09, "2star": 0.04, "1star": 0.05},
        "reviewsCount": page.reviews,
        "breadCrumbs": page.category,
        "thumbnailImage": f"https://m.media-amazon.com/images/I/{page.asin}.jpg",
        "description": None,
        "features": [],
        "attributes": [],
        "variantAsins": [],
        "delivery": None,
        "seller": None
        if page.seller is None
        else {"id": code(page.seller, prefix="A", length=14), "name": page.seller},
        "bestsellerRanks": ranks,
        "isAmazonChoice": False,
        "monthlyPurchaseVolume": None,
        "loadedCountryCode": place.country,
        "unNormalizedProductUrl": want.url,
        "input": want.url,
    }


def run_input(place: Marketplace, asins: Iterable[str]) -> dict:
    """The input of a crawl of those products, as the account's own schedule writes it."""
    return {
        "categoryOrProductUrls": [{"url": f"https://{place.domain}/dp/{asin}"} for asin in asins],
        "maxItemsPerStartUrl": 1,
        "scrapeProductDetails": True,
        "useCaptchaSolver": False,
        "proxyCountry": "AUTO_SELECT_PROXY_COUNTRY",
    }


def past_crawls(seed: int, stores: Iterable[SimStore], first_now: datetime, now: datetime) -> list[PastCrawl]:
    """The runs there were before Tradewind, oldest first: one a day and marketplace."""
    places: dict[str, list[SimStore]] = {}
    for store in stores:
        if store.configured:
            places.setdefault(store.marketplace.country, []).append(store)
    result = []
    for members in places.values():
        place, start = members[0].marketplace, members[0].start
        asins = sorted({asin for store in members for asin in tracked_asins(seed, store)})
        for day in days_between(start, first_now.date() - timedelta(days=1)):
            started = datetime.combine(day, time(5), tzinfo=UTC)
            local = local_day(place.time_zone, started)
            if started > now or local < start or (local - start).days == MISSED_DAY:
                continue
            result.append(
                PastCrawl(
                    run_id=code(seed, place.country, day, "run", prefix="", length=17),
                    dataset_id=code(seed, place.country, day, "dataset", prefix="", length=17),
                    actor_id=ACTOR,
                    run_input=run_input(place, asins),
                    started=started,
                    finished=started + timedelta(minutes=4),
                )
            )
    return sorted(result, key=lambda crawl: (crawl.started, crawl.run_id))
