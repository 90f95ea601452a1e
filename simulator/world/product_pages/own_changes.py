"""What happens to own product pages beside price and stock: another seller, a title, a rating, a rank that fall.

Each of some own products has something of its own, again and again in a rhythm that begins where chance says, so that
any two weeks hold all of it. Who crawls sees it on the page; orders and reports know nothing of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from simulator.world.model import SimStore
from simulator.world.product_pages.changes import seller_of
from simulator.world.product_pages.page import Page
from simulator.world.rng import rng

OTHER_SELLER, ISSUE, TITLE, FAME = 1, 2, 3, 5
"""Ranks of the own products to which it happens."""
STRANGER = "BestDeals <Outlet>"
FEWER_STARS, FEWER_REVIEWS, WORSE_RANK = Decimal("0.4"), 40, 6


def own_changed(seed: int, store: SimStore, rank: int, day: date, page: Page) -> Page:
    """The page of the store's own product of that rank with what has happened to it by that day."""
    if page.seller and has_other_seller(seed, store, rank, day):
        return replace(page, seller=STRANGER, seller_id=seller_of(STRANGER), offers=(page.offers or 0) + 1)
    if rank == TITLE and page.title and _within(seed, store, "title", day, 6, 13):
        return replace(page, title=f"{page.title} *NEW*")
    if rank == FAME:
        if page.stars is not None and _within(seed, store, "stars", day, 5, 14):
            page = replace(page, stars=page.stars - FEWER_STARS, reviews=max((page.reviews or 0) - FEWER_REVIEWS, 0))
        if page.rank is not None and _within(seed, store, "rank", day, 4, 13):
            page = replace(page, rank=page.rank * WORSE_RANK)
    return page


def has_other_seller(seed: int, store: SimStore, rank: int, day: date) -> bool:
    """Whether another seller has the buy box of the own product of that rank on the day."""
    return rank == OTHER_SELLER and _within(seed, store, "seller", day, 3, 12)


def has_issue(seed: int, store: SimStore, rank: int, day: date) -> bool:
    """Whether Amazon finds something wrong with the listing of that rank on the day. Only its messages tell."""
    return rank == ISSUE and _within(seed, store, "issue", day, 4, 11)


def _within(seed: int, store: SimStore, what: str, day: date, days: int, period: int) -> bool:
    """Whether the day is one of so many in each period, which begins where chance says."""
    begins = rng(seed, store.store_id, "own page changes", what).randrange(period)
    return (day.toordinal() + begins) % period < days
