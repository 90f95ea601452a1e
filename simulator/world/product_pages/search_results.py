"""What a search for a keyword shows on a day: paid and organic places, page after page.

A result depends on marketplace, keyword and marketplace day only, so every crawl of a day sees the same. Known products
look as on their own pages, where they are what is searched for; between them stand others of which nobody knows more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from simulator.world.catalogue.offers import RATE, cents, code
from simulator.world.catalogue.texts import COLOURS, ITEMS, SEARCH_WORDS
from simulator.world.marketplaces import Marketplace
from simulator.world.model import SimStore
from simulator.world.product_pages.competitors import kinds_tracked
from simulator.world.product_pages.page import Page
from simulator.world.product_pages.pages import Pages
from simulator.world.rng import number, rng

PAGES = 2
PER_PAGE = 16
# places of a page that are paid for, counted from 1
PAID = (1, 2, 9, 16)
FAILURE = ("captcha", "Amazon showed a captcha that could not be solved")


@dataclass(frozen=True, slots=True)
class Result:
    """One place. position: counted from 1 over all pages; shown: the product as its page has it."""

    page: int
    position: int
    sponsored: bool
    shown: Page


def tracked_keywords(seed: int, store: SimStore) -> tuple[str, ...]:
    """The keywords whose results a store watches: of two kinds of things that it sells and has competitors for."""
    words, kinds = SEARCH_WORDS[store.marketplace.language], kinds_tracked(store)
    first = number(seed, store.store_id, "keywords") % len(kinds)
    nouns = [kinds[(first + n) % len(kinds)][store.marketplace.language].lower() for n in range(2)]
    return tuple(dict.fromkeys((words[0].format(x=nouns[0]), words[4].format(x=nouns[0]), words[5].format(x=nouns[1]))))


def failed(seed: int, place: Marketplace, keyword: str, day: date) -> bool:
    """Whether a search cannot be read on that day."""
    return rng(seed, place.country, keyword, "search failed", day).random() < 0.05


@lru_cache(maxsize=2048)
def results(pages: Pages, place: Marketplace, keyword: str, day: date) -> tuple[Result, ...]:
    """All places, best first; nothing is said of searches that fail (see `failed`)."""
    seed = pages.seed
    random = rng(seed, place.country, keyword, "search", day)
    kinds = [item for item in ITEMS if item[place.language].lower() in keyword]
    known = [page for asin in pages.asins(place) if _is_of(page := pages.page(place, asin, day), kinds, place)]
    others = [_other(seed, place, keyword, kinds, n) for n in range(PAGES * PER_PAGE)]
    ranked = sorted(
        (number(seed, place.country, keyword, page.asin) / 1e6 + random.random() / 8, page.asin, page)
        for page in (*known, *others)
    )
    organic = iter([page for _, _, page in ranked])
    paid = random.sample([*known, *others[: PAGES * len(PAID)]], PAGES * len(PAID))
    found: list[Result] = []
    for position in range(1, PAGES * PER_PAGE + 1):
        number_of_page, place_on_page = divmod(position - 1, PER_PAGE)
        sponsored = place_on_page + 1 in PAID
        found.append(Result(number_of_page + 1, position, sponsored, paid.pop() if sponsored else next(organic)))
    return tuple(found)


def _is_of(page: Page, kinds: Sequence[dict[str, str]], place: Marketplace) -> bool:
    """Whether a page could be read and is of one of these kinds of things; of any, where none is asked for."""
    return not page.error and (not kinds or any(item[place.language] in (page.title or "") for item in kinds))


def _other(seed: int, place: Marketplace, keyword: str, kinds: Sequence[dict[str, str]], index: int) -> Page:
    random = rng(seed, place.country, keyword, "other", index)
    item, colour = random.choice(kinds or ITEMS), random.choice(COLOURS)
    price = cents(Decimal(item["price"]) * RATE[place.currency] * random.randint(70, 130) / 100, place.decimals)
    return Page(
        asin=code(seed, place.country, keyword, "other", index, prefix="B0", length=10),
        title=f"{item[place.language]}, {colour[place.language]}",
        brand=None,
        price=price,
        in_stock=True,
        stars=Decimal(30 + random.randint(0, 19)) / 10,
        reviews=random.randint(0, 5000),
    )


def shown_of(found: Sequence[Result], pages: int, most: int) -> list[Result]:
    """What a crawl of so many pages and items sees of them."""
    return [result for result in found if result.page <= pages][:most]
