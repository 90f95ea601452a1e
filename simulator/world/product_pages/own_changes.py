"""What happens to own product pages beside price and stock: another seller, a title, a rating, a rank that fall.

Each of some own products has something of its own, again and again in a rhythm that begins where chance says, so that
any two weeks hold all of it. Who crawls sees it on the page; orders and reports know nothing of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from simulator.world.model import SimStore
from simulator.world.product_pages.changes import seller_of, within
from simulator.world.product_pages.page import Page

INTRUDED, PRICED_OUT, ISSUE, TITLE, FAME = 0, 1, 2, 3, 5
"""Ranks of the own products to which it happens."""
INTRUDER = "BestDeals <Outlet>"
FEWER_STARS, FEWER_REVIEWS, WORSE_RANK = Decimal("0.4"), 40, 6


def own_changed(seed: int, store: SimStore, rank: int, day: date, page: Page) -> Page:
    """The page of the store's own product of that rank with what has happened to it by that day."""
    if rank == INTRUDED and page.offers and within(seed, store, "intruder", day, 5, 13):
        page = replace(page, offers=page.offers + 1)
        if has_other_seller(seed, store, rank, day):
            page = replace(page, seller=INTRUDER, seller_id=seller_of(INTRUDER))
        return page
    if page.title and has_other_title(seed, store, rank, day):
        return replace(page, title=f"{page.title} *NEW*")
    if rank == FAME:
        if page.stars is not None and within(seed, store, "own stars", day, 5, 14):
            page = replace(page, stars=page.stars - FEWER_STARS, reviews=max((page.reviews or 0) - FEWER_REVIEWS, 0))
        if page.rank is not None and within(seed, store, "own rank", day, 4, 13):
            page = replace(page, rank=page.rank * WORSE_RANK)
    return page


def has_other_seller(seed: int, store: SimStore, rank: int, day: date) -> bool:
    """Whether another seller has the buy box of the own product of that rank on the day: not yet on his first two."""
    there = rank == INTRUDED and within(seed, store, "intruder", day, 5, 13)
    return there and not within(seed, store, "intruder", day, 2, 13)


def has_issue(seed: int, store: SimStore, rank: int, day: date) -> bool:
    """Whether Amazon finds something wrong with the listing of that rank on the day. Only its messages tell."""
    return rank == ISSUE and within(seed, store, "issue", day, 4, 11)


def has_other_title(seed: int, store: SimStore, rank: int, day: date) -> bool:
    """Whether the own page of that rank shows another title on the day."""
    return rank == TITLE and within(seed, store, "own title", day, 6, 13)


def is_priced_out(seed: int, store: SimStore, rank: int, day: date) -> bool:
    """Whether other retailers are cheaper than the own product of that rank, so that Amazon gives its offer no buy box.
    Only its messages tell."""
    return rank == PRICED_OUT and within(seed, store, "priced out", day, 4, 12)
