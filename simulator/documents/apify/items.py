"""Apify runs and their items: which pages and searches a run's input names, and what is found there.

The account has had a crawl of the products of every marketplace each day at 05:00 UTC until the day before the world's
first `now`, but one day without; in the last weeks of it also one of the searches, half an hour later. An item that
failed sits in the dataset of a run that succeeded. What a page shows is decided in world/product_pages, and how an
actor writes it in shapes.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import parse_qs, quote_plus, urlsplit

from simulator.documents.apify.shapes import CRAWLER, failed, product, search_result
from simulator.documents.model import PastCrawl
from simulator.world.catalogue.offers import code
from simulator.world.marketplaces import BY_DOMAIN, Marketplace, days_between, local_day
from simulator.world.model import SimStore
from simulator.world.product_pages.competitors import tracked_asins
from simulator.world.product_pages.pages import Pages
from simulator.world.product_pages.search_results import FAILURE, PAGES, results, shown_of, tracked_keywords
from simulator.world.product_pages.search_results import failed as search_failed

ACTOR = CRAWLER
# the world's day (from its start) on which no crawl ran
MISSED_DAY = 11
# so many days before the world's first `now` the account began to crawl searches
SEARCHED_DAYS = 24
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


def items(pages: Pages, run_input: dict, at: datetime, actor: str = ACTOR) -> list[dict]:
    """The dataset of a run with that input, started at `at`, as that actor writes it."""
    result = []
    for want in wanted(run_input):
        if want.marketplace is None:
            text = "The address is not a product page of a known marketplace"
            result.append(failed(actor, want.url, want.asin, "invalid_url", text))
            continue
        day = local_day(want.marketplace.time_zone, at)
        if want.keyword:
            result += _found(pages, want, want.marketplace, day, run_input, actor)
            continue
        page = pages.page(want.marketplace, want.asin, day)
        result.append(
            failed(actor, want.url, want.asin, page.error, page.error_description)
            if page.error
            else product(actor, want.url, want.asin, want.marketplace, page)
        )
    return result


def _found(pages: Pages, want: Wanted, place: Marketplace, day: date, run_input: dict, actor: str) -> list[dict]:
    if search_failed(pages.seed, place, want.keyword, day):
        return [failed(actor, want.url, "", *FAILURE)]
    most_pages = run_input.get("maxSearchPagesPerStartUrl") or run_input.get("endPage") or PAGES
    found = results(pages, place, want.keyword, day)
    most = int(run_input.get("maxItemsPerStartUrl") or len(found))
    return [search_result(actor, want.url, place, each) for each in shown_of(found, int(most_pages), most)]


def run_input(place: Marketplace, asins: Iterable[str]) -> dict:
    """The input of a crawl of those products, as the account's own schedule writes it."""
    return {
        "categoryOrProductUrls": [{"url": f"https://{place.domain}/dp/{asin}"} for asin in asins],
        "maxItemsPerStartUrl": 1,
        "maxOffers": 10,
        "scrapeProductDetails": True,
        "useCaptchaSolver": False,
        "proxyCountry": "AUTO_SELECT_PROXY_COUNTRY",
    }


def search_input(place: Marketplace, keywords: Iterable[str]) -> dict:
    """The input of a crawl of those searches, as the account's own schedule writes it."""
    return {
        "categoryOrProductUrls": [{"url": f"https://{place.domain}/s?k={quote_plus(each)}"} for each in keywords],
        "maxItemsPerStartUrl": 100,
        "maxSearchPagesPerStartUrl": PAGES,
        "scrapeProductDetails": False,
    }


def past_crawls(seed: int, stores: Iterable[SimStore], first_now: datetime, now: datetime) -> list[PastCrawl]:
    """The runs there were before Tradewind, oldest first: one a day and marketplace of its products, and one of its
    searches."""
    places: dict[str, list[SimStore]] = {}
    for store in stores:
        if store.configured:
            places.setdefault(store.marketplace.country, []).append(store)
    result = []
    for members in places.values():
        place, start = members[0].marketplace, members[0].start
        asins = sorted({asin for store in members for asin in tracked_asins(seed, store)})
        keywords = sorted({word for store in members for word in tracked_keywords(seed, store)})
        searched_since = first_now.date() - timedelta(days=SEARCHED_DAYS)
        for day in days_between(start, first_now.date() - timedelta(days=1)):
            started = datetime.combine(day, time(5), tzinfo=UTC)
            runs = [("", started, run_input(place, asins))]
            if day >= searched_since:
                runs.append(("search ", started + timedelta(minutes=30), search_input(place, keywords)))
            for kind, at, given in runs:
                local = local_day(place.time_zone, at)
                if at > now or local < start or (local - start).days == MISSED_DAY:
                    continue
                result.append(
                    PastCrawl(
                        run_id=code(seed, place.country, day, f"{kind}run", prefix="", length=17),
                        dataset_id=code(seed, place.country, day, f"{kind}dataset", prefix="", length=17),
                        actor_id=ACTOR,
                        run_input=given,
                        started=at,
                        finished=at + timedelta(minutes=4),
                    )
                )
    return sorted(result, key=lambda crawl: (crawl.started, crawl.run_id))
