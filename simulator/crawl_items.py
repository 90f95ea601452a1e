"""Apify runs and their items: which pages and searches a run's input names, and what is found there.

The account has had a crawl of the products of every marketplace each day at 05:00 UTC until the day before the world's
first `now`, but one day without. An item that failed sits in the dataset of a run that succeeded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from urllib.parse import parse_qs, urlsplit

from simulator.catalogue import code, offers
from simulator.competitors import (
    COMPETITORS,
    Page,
    as_a_visitor_saw_it,
    competitor_asin,
    competitor_page,
    own_page,
    tracked_asins,
)
from simulator.crawl_shapes import CRAWLER, failed, product, search_result
from simulator.marketplaces import BY_DOMAIN, Marketplace, days_between, local_day
from simulator.model import PastCrawl, SimStore
from simulator.search_results import FAILURE, PAGES, results, shown_of
from simulator.search_results import failed as search_failed

ACTOR = CRAWLER
# the world's day (from its start) on which no crawl ran
MISSED_DAY = 11
_PRODUCT_URL = re.compile(r"^https?://([^/]+)/(?:.*/)?(?:dp|gp/product)/([A-Z0-9]{10})")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product page or a search named in a run's input; marketplace None: neither, or no marketplace of this world."""

    url: str
    marketplace: Marketplace | None
    asin: str = ""
    keyword: str = ""


def wanted(run_input: dict) -> list[Wanted]:
    """The pages a run's input names, in order (both actors' names for the list are understood)."""
    result = []
    for entry in run_input.get("categoryOrProductUrls") or run_input.get("startUrls") or ():
        url = entry["url"] if isinstance(entry, dict) else str(entry)
        match = _PRODUCT_URL.match(url)
        if match:
            result.append(Wanted(url, BY_DOMAIN.get(match[1]), asin=match[2]))
            continue
        parts = urlsplit(url)
        keyword = parse_qs(parts.query).get("k", [""])[0] if parts.path == "/s" else ""
        result.append(Wanted(url, BY_DOMAIN.get(parts.netloc) if keyword else None, keyword=keyword))
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
            page = competitor_page(self.seed, store, slot, day)
        else:
            own = [offer for offer in offers(self.seed, store) if offer.asin == asin]
            page = own_page(self.seed, store, own, day, lambda: self._in_stock(store, asin, day))
        return as_a_visitor_saw_it(self.seed, place, day, page)

    def asins(self, place: Marketplace) -> list[str]:
        """The products of a marketplace that have pages, sorted."""
        return sorted(asin for country, asin in self._known if country == place.country)

    def items(self, run_input: dict, at: datetime, actor: str = ACTOR) -> list[dict]:
        """The dataset of a run with that input, started at `at`, as that actor writes it."""
        result = []
        for want in wanted(run_input):
            if want.marketplace is None:
                text = "The address is not a product page of a known marketplace"
                result.append(failed(actor, want.url, want.asin, "invalid_url", text))
                continue
            day = local_day(want.marketplace.time_zone, at)
            if want.keyword:
                result += self._found(want, want.marketplace, day, run_input, actor)
                continue
            page = self.page(want.marketplace, want.asin, day)
            result.append(
                failed(actor, want.url, want.asin, page.error, page.error_description)
                if page.error
                else product(actor, want.url, want.asin, want.marketplace, page)
            )
        return result

    def _found(self, want: Wanted, place: Marketplace, day: date, run_input: dict, actor: str) -> list[dict]:
        if search_failed(self.seed, place, want.keyword, day):
            return [failed(actor, want.url, "", *FAILURE)]
        pages = run_input.get("maxSearchPagesPerStartUrl") or run_input.get("endPage") or PAGES
        found = results(self, place, want.keyword, day)
        most = int(run_input.get("maxItemsPerStartUrl") or len(found))
        return [search_result(actor, want.url, place, each) for each in shown_of(found, int(pages), most)]


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
