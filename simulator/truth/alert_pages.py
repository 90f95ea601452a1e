"""What of product pages an alert tells of: prices, stock, sellers, titles, ratings and ranks, own and competitors'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from simulator.truth.competitors import looked_at
from simulator.truth.known import Known
from simulator.world.product_pages.page import Page

Row = tuple[str, str, str, date, bool]
Pages = list[tuple[date, Page]]


def of_pages(known: Known) -> Iterator[Row]:
    """All kinds that pages tell of."""
    own: dict[str, list[tuple[str, Pages]]] = {}
    for store, asin, is_own, pages in looked_at(known):
        read = [(day, page) for day, page in pages if not page.error]
        if is_own:
            own.setdefault(store.store_id, []).append((asin, read))
            yield from ((store.store_id, kind, asin, day, so) for kind, day, so in _own(read))
        else:
            yield from ((store.store_id, kind, asin, day, so) for kind, day, so in _competitors(read))
    for store_id, found in own.items():
        yield from ((store_id, "other_seller", asin, day, so) for asin, day, so in _sellers(found))


def _before(pages: Pages, day: date, days: int, what: Callable[[Page], object], *, today: bool) -> list:
    """What pages of so many days before a day show, oldest first, without what they do not; also of the day itself."""
    first, last = day - timedelta(days=days), day if today else day - timedelta(days=1)
    return [value for at, page in pages if first <= at <= last and (value := what(page)) is not None]


def _competitors(pages: Pages) -> Iterator[tuple[str, date, bool]]:
    for day, page in pages:
        prices = _before(pages, day, 7, lambda each: each.price, today=False)
        if page.price is not None and prices:
            yield "competitor_price_cut", day, _percent(max(prices) - page.price, max(prices)) >= 5
        if page.in_stock is not None:
            yield "competitor_out_of_stock", day, not page.in_stock
            was_out = any(not each for each in _before(pages, day, 3, lambda each: each.in_stock, today=False))
            yield "competitor_back", day, page.in_stock and was_out


def _own(pages: Pages) -> Iterator[tuple[str, date, bool]]:
    for day, page in pages:
        if page.title is not None:
            yield "own_title_changed", day, page.title != _before(pages, day, 3, lambda p: p.title, today=True)[0]
        if page.price is not None:
            before = _before(pages, day, 3, lambda p: p.price, today=True)[0]
            yield "own_price_changed", day, _percent(abs(page.price - before), before) >= 10
        if page.stars is not None:
            best = max(_before(pages, day, 14, lambda p: p.stars, today=True))
            yield "rating_dropped", day, best - page.stars >= Decimal("0.2")
        if page.reviews is not None:
            most = max(_before(pages, day, 14, lambda p: p.reviews, today=True))
            yield "reviews_dropped", day, most - page.reviews >= 10
        if page.rank is not None:
            alike = [(at, each) for at, each in pages if each.category == page.category]
            ranks = sorted(_before(alike, day, 14, lambda p: p.rank, today=False))
            if ranks:
                usual = ranks[(len(ranks) - 1) // 2]
                yield "bsr_dropped", day, page.rank >= 2 * usual


def _sellers(own: list[tuple[str, Pages]]) -> Iterator[tuple[str, date, bool]]:
    """Who has the buy box of own pages, against who has had it on most of them."""
    counted = Counter(page.seller for _, pages in own for _, page in pages if page.seller is not None)
    if not counted:
        return
    usual = min(counted, key=lambda seller: (-counted[seller], seller))
    for asin, pages in own:
        for day, page in pages:
            if page.seller is not None:
                yield asin, day, page.seller != usual


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    """In percent, to six places."""
    return (100 * part / whole).quantize(Decimal("0.000001"))


PAGES: tuple[Callable[[Known], Iterable[Row]], ...] = (of_pages,)
