"""competitor_events: what happened to the product pages and to their places in searches, from one successful look to
the next; what is no change of a page but of the looking is told as such."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from simulator.documents.apify.shapes import coupon_text
from simulator.truth.competitors import looked_at
from simulator.truth.keywords import searched
from simulator.truth.known import Known, ratio
from simulator.world.model import SimStore
from simulator.world.product_pages.competitors import tracked, tracked_asins
from simulator.world.product_pages.page import Page
from simulator.world.product_pages.search_results import Result

FAILING_AFTER = 3
JUMP = 2

Event = dict[str, object]


def competitor_events(known: Known) -> Iterator[dict]:
    """One row per store, ASIN, day and kind of event."""
    for store, asin, own, pages in looked_at(known):
        for event in _events(store, own, pages):
            money = event["unit"] == "money"
            yield {
                "store_id": store.store_id,
                "tenant_id": store.tenant_id,
                "asin": asin,
                "is_own": own,
                "keyword": "",
                "currency": store.marketplace.currency if money else None,
                **event,
            }
    yield from _first_pages(known)


def _events(store: SimStore, own: bool, pages: list[tuple[date, Page]]) -> Iterator[Event]:
    """The events of one ASIN. before: as last read; offer: as last read with a price on it."""
    before: tuple[date, Page] | None = None
    offer: tuple[date, Page] | None = None
    unread = 0
    for day, page in pages:
        if page.error:
            unread += 1
            if unread == FAILING_AFTER:
                told = {"value_after": page.error_description, "number_after": unread, "unit": "days"}
                yield _event("crawl_failing", day, before and before[0], None, **told)
            continue
        unread = 0
        if before is None:
            yield _event("first_seen", day, None, page.title, value_after=page.title)
        else:
            yield from (_event(kind, day, before[0], page.title, **told) for kind, told in _of_page(before[1], page))
        if page.price is not None:
            if offer is not None:
                found = [*_of_offer(store, offer[1], page), *(_of_sellers(store, offer[1], page) if own else ())]
                yield from (_event(kind, day, offer[0], page.title, **told) for kind, told in found)
            offer = day, page
        before = day, page


def _event(kind: str, day: date, compared: date | None, title: str | None, **told: object) -> Event:
    blank = dict.fromkeys(
        ("value_before", "value_after", "unit", "number_before", "number_after", "change", "change_ratio")
    )
    return {"date": day, "kind": kind, "compared_date": compared, "title": title, **blank, **told}


def _numbers(before: Decimal | int | None, after: Decimal | int | None, unit: str) -> Event:
    """Both as numbers and as text, and by how much the second is more."""
    told: Event = {"number_before": before, "number_after": after, "unit": unit}
    told |= {f"value_{name[7:]}": _plain(told[name]) for name in ("number_before", "number_after")}
    if before is not None and after is not None:
        told |= {"change": after - before, "change_ratio": ratio(after - before, before)}
    return told


def _plain(number: object) -> str | None:
    if not isinstance(number, Decimal):
        return None if number is None else str(number)
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _of_page(before: Page, page: Page) -> Iterator[tuple[str, Event]]:
    if before.in_stock != page.in_stock:
        words = ("out of stock", "in stock")
        kind = "back_in_stock" if page.in_stock else "out_of_stock"
        yield kind, {"value_before": words[bool(before.in_stock)], "value_after": words[bool(page.in_stock)]}
    if before.title != page.title:
        yield "title_changed", {"value_before": before.title, "value_after": page.title}
    if before.image != page.image:
        yield "image_changed", {"value_before": before.image, "value_after": page.image}
    if before.stars is not None and page.stars is not None and before.stars != page.stars:
        yield "rating_changed", _numbers(before.stars, page.stars, "stars")
    categories: Event = {"unit": "rank", "number_before": before.rank, "number_after": page.rank}
    categories |= {"value_before": before.category, "value_after": page.category}
    if before.rank is None or page.rank is None:
        if before.rank != page.rank:
            yield "bsr_left" if page.rank is None else "bsr_entered", categories
    elif before.category != page.category:
        yield "bsr_category_changed", categories
    elif page.rank * JUMP <= before.rank:
        yield "bsr_improved", _numbers(before.rank, page.rank, "rank")
    elif page.rank >= before.rank * JUMP:
        yield "bsr_worsened", _numbers(before.rank, page.rank, "rank")


def _of_offer(store: SimStore, before: Page, page: Page) -> Iterator[tuple[str, Event]]:
    assert before.price is not None and page.price is not None
    if before.price != page.price:
        kind = "price_drop" if page.price < before.price else "price_rise"
        yield kind, _numbers(before.price, page.price, "money")
    was, now = before.list_price, page.list_price
    if was is None and now is not None:
        yield "deal_started", _numbers(None, now, "money")
    elif was is not None and now is None:
        yield "deal_ended", _numbers(was, None, "money")
    elif was != now:
        yield "list_price_changed", _numbers(was, now, "money")
    if (before.coupon is None) != (page.coupon is None):
        texts = [coupon_text(store.marketplace, each) for each in (before, page)]
        kind = "coupon_ended" if page.coupon is None else "coupon_started"
        yield kind, {"value_before": texts[0], "value_after": texts[1]}
    if before.seller and page.seller and before.seller != page.seller:
        yield "buy_box_changed", {"value_before": before.seller, "value_after": page.seller}


def _of_sellers(store: SimStore, before: Page, page: Page) -> Iterator[tuple[str, Event]]:
    """Of an own product: another seller has the buy box who had it not, or there are more offers."""
    more = page.offers is not None and before.offers is not None and page.offers > before.offers
    if more or (page.seller_id not in (None, store.seller_id, before.seller_id)):
        told = _numbers(before.offers, page.offers, "offers")
        yield "new_seller", told | {"value_before": before.seller, "value_after": page.seller}


def _first_pages(known: Known) -> Iterator[dict]:
    """One row per tracked product that came onto the first page of a keyword, or left it, from one look to the next."""
    before: dict[tuple[str, str], tuple[date, Sequence[Result]]] = {}
    for store, day, word, found in searched(known):
        last = before.get((store.store_id, word))
        before[store.store_id, word] = day, found
        if last is None:
            continue
        for asin in tracked_asins(known.world.seed, store):
            was, now = (_first_organic(each, asin) for each in (last[1], found))
            was_on, is_on = (each is not None and each.page == 1 for each in (was, now))
            if was_on == is_on:
                continue
            shown = [each.shown.title for each in (*found, *last[1]) if each.shown.asin == asin]
            kind = "first_page_entered" if is_on else "first_page_left"
            told = _numbers(was.position if was else None, now.position if now else None, "rank")
            yield {
                "store_id": store.store_id,
                "tenant_id": store.tenant_id,
                "asin": asin,
                "is_own": asin in tracked(known.world.seed, store),
                "keyword": word,
                "currency": None,
                **_event(kind, day, last[0], shown[0], **told),
            }


def _first_organic(found: Sequence[Result], asin: str) -> Result | None:
    return next((each for each in found if each.shown.asin == asin and not each.sponsored), None)
