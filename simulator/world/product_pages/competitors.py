"""What is tracked, and what the product pages of own and competing products show day by day.

A page depends on marketplace, ASIN and marketplace day only, so every crawl of a day sees the same. What happens to
pages beside prices and stock is in changes.py. All pages of a world together are in pages.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from simulator.world.catalogue.offers import RATE, Offer, cents, code, offers, price
from simulator.world.catalogue.texts import BRANDS, COLOURS, ITEMS, JAPANESE_BRANDS
from simulator.world.marketplaces import Marketplace
from simulator.world.model import SimStore
from simulator.world.product_pages.changes import changed, is_gone, seller_of
from simulator.world.product_pages.own_changes import own_changed
from simulator.world.product_pages.page import Page
from simulator.world.rng import number, rng

COMPETITORS = 10
# how the competitors are spread over own products: (own rank, first competitor, one past the last)
SPREAD = ((0, 0, 4), (1, 4, 7), (3, 7, 9), (5, 9, 10))
CATEGORY = {
    "en": "Home & Kitchen",
    "de": "Küche, Haushalt & Wohnen",
    "fr": "Cuisine et Maison",
    "ja": "ホーム＆キッチン",
}
# at least so many were bought in the past month, as pages tell it; few pages tell of it where it is less
BOUGHT = (None, 50, 100, 400, 900, 1000, 3000, 10_000, 20_000)
# how many pages are shown in a visitor's currency
VISITORS = 0.02
FAILURES = (
    ("captcha", "Amazon showed a captcha that could not be solved"),
    ("product_not_found", "The product page answered with status 404"),
    ("timeout", "The page did not load within 60 seconds"),
)


def competitor_asin(seed: int, store: SimStore, index: int) -> str:
    """The ASIN of a store's n-th competitor; the first is the same for every store of a marketplace."""
    return _asin(seed, store.marketplace.country, "shared" if index == 0 else store.store_id, index)


@lru_cache(maxsize=8192)
def _asin(seed: int, country: str, owner: str, index: int) -> str:
    return code(seed, country, owner, "competitor", index, prefix="B0", length=10)


@lru_cache(maxsize=1024)
def tracked(seed: int, store: SimStore) -> dict[str, tuple[str, ...]]:
    """Own ASIN -> competitors' ASINs. The first competitor stands beside two own products: the best seller, and one
    more of its kind; a store too small to have one sets it beside the last that is tracked."""
    mine = offers(seed, store)
    result: dict[str, tuple[str, ...]] = {}
    for rank, first, end in SPREAD:
        own = next((o.asin for o in mine if o.rank == rank % store.size), mine[0].asin)
        names = tuple(competitor_asin(seed, store, n) for n in range(first, end))
        result[own] = (*result.get(own, ()), *names)
    second = next((o.asin for o in mine if o.rank == len(ITEMS)), list(result)[-1])
    if len(result) > 1:
        result[second] = (*result.get(second, ()), competitor_asin(seed, store, 0))
    return result


def kinds_tracked(store: SimStore) -> list[dict[str, str]]:
    """What kinds of things the own products are that have competitors, in the order of SPREAD."""
    return [ITEMS[rank % store.size % len(ITEMS)] for rank, _, _ in SPREAD]


def kind_of(store: SimStore, slot: int) -> dict[str, str]:
    """What kind of thing a store's n-th competitor sells: that of the own product that it first stands beside."""
    place = next(n for n, (_, first, end) in enumerate(SPREAD) if first <= slot < end)
    return kinds_tracked(store)[place]


def tracked_asins(seed: int, store: SimStore) -> list[str]:
    """Everything that is crawled for a store, sorted."""
    pairs = tracked(seed, store)
    return sorted({*pairs, *(asin for competitors in pairs.values() for asin in competitors)})


def _failure(seed: int, place: Marketplace, asin: str, slot: int, day: date) -> tuple[str, str] | None:
    """Why the page cannot be read that day, if so. The fifth competitor meets a captcha every 17 days."""
    if slot == 4 and day.toordinal() % 17 == 3:
        return FAILURES[0]
    random = rng(seed, place.country, asin, "crawl", day)
    return random.choice(FAILURES) if random.random() < 0.02 else None


def as_a_visitor_saw_it(seed: int, place: Marketplace, day: date, page: Page) -> Page:
    """The page in a visitor's currency, on some days."""
    if page.price is None or rng(seed, place.country, page.asin, "visitor", day).random() >= VISITORS:
        return page
    rate = RATE[place.visitors_currency[0]] / RATE[place.currency]
    return replace(page, price=None, list_price=None, coupon=None, other_price=cents(page.price * rate, 2))


def own_page(seed: int, store: SimStore, own: list[Offer], day: date, in_stock: Callable[[], bool]) -> Page:
    """The page of an own product (the offers of one ASIN, best first)."""
    place, offer = store.marketplace, own[0]
    if failure := _failure(seed, place, offer.asin, -1, day):
        return Page(offer.asin, *failure)
    available = in_stock()
    now = price(seed, store, offer, day)
    page = Page(
        asin=offer.asin,
        title=offer.title,
        brand=offer.brand,
        price=now if available else None,
        list_price=offer.base_price if available and offer.base_price > now else None,
        in_stock=available,
        seller=f"{store.tenant_id.title()} Store" if available else None,
        seller_id=store.seller_id if available else None,
        offers=1 if available else None,
        parent=offer.parent_asin,
        **_reputation(seed, place, offer.asin, day),
    )
    return own_changed(seed, store, offer.rank, day, page)


def competitor_page(seed: int, store: SimStore, slot: int, day: date) -> Page:
    """The page of a store's n-th competitor: a product of the kind of one of the store's, at a price that moves now and
    then."""
    place, asin = store.marketplace, competitor_asin(seed, store, slot)
    if failure := FAILURES[1] if is_gone(store, slot, day) else _failure(seed, place, asin, slot, day):
        return Page(asin, *failure)
    owner = "shared" if slot == 0 else store.store_id
    random = rng(seed, place.country, owner, "competitor", slot)
    item = kind_of(store, slot)
    random.choice(ITEMS)  # by this the kind was once chosen; without it brands and prices would be others
    brand, colour = random.choice(BRANDS) + random.choice((" Pro", "works", "")), random.choice(COLOURS)
    if place.language == "ja":
        brand = next((brand.replace(latin, kana) for latin, kana in JAPANESE_BRANDS.items() if latin in brand), brand)
    usual = cents(Decimal(item["price"]) * RATE[place.currency] * random.randint(85, 115) / 100, place.decimals)
    block = day.toordinal() // random.randint(3, 9)
    now = cents(usual * rng(seed, asin, "price", block).choice((88, 92, 96, 100, 100, 104)) / 100, place.decimals)
    # the third competitor is out of stock for three days in twenty, others by chance
    gone = day.toordinal() % 20 < 3 if slot == 2 else rng(seed, asin, "gone", day.toordinal() // 4).random() < 0.05
    page = Page(
        asin=asin,
        title=f"{brand} {item[place.language]}, {colour[place.language]}",
        brand=brand,
        price=None if gone else now,
        list_price=usual if not gone and usual > now else None,
        in_stock=not gone,
        seller=None if gone else f"{brand} Direct",
        seller_id=None if gone else seller_of(f"{brand} Direct"),
        offers=None if gone else 1 + slot % 4,
        parent=code(seed, asin, "parent", prefix="B0", length=10) if slot % 3 else None,
        **_reputation(seed, place, asin, day),
    )
    return changed(seed, store, slot, day, page)


def _reputation(seed: int, place: Marketplace, asin: str, day: date) -> dict:
    fixed = number(seed, place.country, asin, "reputation")
    image = {"image": code(asin, "image", prefix="7", length=11)}
    if fixed % 23 == 0:  # a new product: no reviews, no rank
        return {"stars": None, "reviews": 0, "rank": None, "category": None, **image}
    random = rng(seed, place.country, asin, "rank", day)
    return {
        "stars": Decimal(38 + fixed % 12) / 10,
        "reviews": fixed % 4000 + (day.toordinal() - 739_000) * (1 + fixed % 3),
        "rank": 20 + fixed % 3000 + random.randint(0, 15),
        "category": CATEGORY[place.language],
        "bought": BOUGHT[fixed % len(BOUGHT)],
        **image,
    }
