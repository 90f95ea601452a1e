"""What happens to competitors' pages beside their prices: sellers, titles, images, ratings, ranks, coupons, an end.

Each competitor of a store has something of its own, again and again in a rhythm that begins where chance says, so that
every history of some forty days holds all of it. The first competitor, which stores share, stays as it is. Prices and
stock are those of competitors.py, own pages those of own_changes.py.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from simulator.world.catalogue.offers import cents, code
from simulator.world.model import SimStore
from simulator.world.product_pages.page import Coupon, Page
from simulator.world.rng import rng

SELLER, TITLE, OFF, FAME, UNRANKED, MOVED, GONE, SHARE_OFF = 1, 3, 4, 5, 6, 7, 8, 9
OTHER_CATEGORY = {
    "en": "Sports & Outdoors",
    "de": "Sport & Freizeit",
    "fr": "Sports et Loisirs",
    "ja": "スポーツ＆アウトドア",
}
DAYS_ON_SALE = 38


def is_gone(store: SimStore, slot: int, day: date) -> bool:
    """Whether Amazon has taken the page down: the ninth competitor's, for good."""
    return slot == GONE and day >= store.start + timedelta(days=DAYS_ON_SALE)


def changed(seed: int, store: SimStore, slot: int, day: date, page: Page) -> Page:
    """The page of a store's n-th competitor with what has happened to it by that day."""
    if slot in (OFF, SHARE_OFF) and page.price is not None and within(seed, store, f"coupon {slot}", day, 6, 17):
        off = cents(page.price / 10, 0)
        return replace(page, coupon=Coupon(percent=15) if slot == SHARE_OFF else Coupon(amount=off))
    if slot == TITLE and within(seed, store, "image", day, 9, 25):
        page = replace(page, image=f"{page.image}B")
    if slot == SELLER and page.seller and within(seed, store, "seller", day, 4, 19):
        name = f"{page.brand} Outlet"
        return replace(page, seller=name, seller_id=seller_of(name))
    if slot == TITLE and within(seed, store, "title", day, 15, 31):
        return replace(page, title=f"{page.title} (V2)")
    if slot == FAME and page.stars is not None and page.rank is not None:
        stars = page.stars - Decimal("0.1") if within(seed, store, "stars", day, 12, 24) else page.stars
        rank = page.rank // 4 + 1 if within(seed, store, "sold well", day, 5, 21) else page.rank
        return replace(page, stars=stars, rank=rank)
    if slot == UNRANKED:
        if page.list_price is not None and within(seed, store, "list price", day, 10, 20):
            raised = cents(page.list_price * Decimal("1.1"), store.marketplace.decimals)
            page = replace(page, list_price=raised)
        if within(seed, store, "unranked", day, 4, 23):
            page = replace(page, rank=None, category=None)
        return page
    if slot == MOVED and page.rank is not None and within(seed, store, "category", day, 6, 27):
        return replace(page, category=OTHER_CATEGORY[store.marketplace.language])
    return page


def seller_of(name: str) -> str:
    """The id of a seller that is no account of this world."""
    return code(name, prefix="A", length=14)


def within(seed: int, store: SimStore, what: str, day: date, days: int, period: int) -> bool:
    """Whether the day is one of so many in each period, which begins where chance says."""
    return (day.toordinal() + rng(seed, store.store_id, "page changes", what).randrange(period)) % period < days
