"""Tracked competitors over seven days: what each did, how its page stands beside ours, and who is found in searches.

Prices are those of the newest page of the week that showed one, in the currency of the marketplace. A page that was not
read in the week is told nothing of. Where a competitor stands beside several own products, it is told of beside the one
that it undercuts most. `marts.competitor_comparison` knows only its newest searches, so a brief of the past has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from pipelines.insights.facts import Comparison, FactBook, Subject, clean, direction_of
from pipelines.insights.marts import Marts
from pipelines.insights.measures.compare import Basis, add_change
from pipelines.insights.measures.competitors import VERSIONS

DAYS = 7
SALES_WEEKS = 4
OF_PAGES = "marts.competitor_daily"
STEP = Decimal(
    "0.1"
)  # of our sales: what a competitor that comes or goes may move, so that findings can be put in order

PAGES = """
    select distinct on (asin) asin, date, title, brand, price_amount, currency, in_stock, stars, reviews_count,
        bsr_rank, bsr_category
    from marts.competitor_daily
    where store_id = %(store_id)s and date between %(first)s and %(last)s and crawl_status = 'ok'
        and asin = any(%(asins)s)
    order by asin, date desc
"""
# The last change of a price in the week; what is out of stock shows none, so versions without one are passed over.
PRICE_MOVES = """
    select distinct on (asin) asin, valid_from, price_amount, currency, before from (
        select asin, valid_from, price_amount, currency,
            lag(price_amount) over (partition by asin order by valid_from) as before
        from marts.competitor_price_history
        where store_id = %(store_id)s and valid_from <= %(last)s and price_amount is not null
            and asin = any(%(asins)s)
    ) as priced
    where price_amount <> before and valid_from >= %(first)s
    order by asin, valid_from desc
"""
PAGE_EVENTS = """
    select distinct on (asin, kind) asin, kind, date, number_before, number_after from (
        select asin, case when kind like 'bsr_%%' then 'rank' else kind end as kind, date, number_before, number_after
        from marts.competitor_events
        where store_id = %(store_id)s and date between %(first)s and %(last)s and asin = any(%(asins)s)
            and kind in ('back_in_stock', 'buy_box_changed', 'rating_changed', 'bsr_improved', 'bsr_worsened')
    ) as told
    order by asin, kind, date desc
"""
SALES_OF_WATCHED = """
    select asin, sum(item_price_amount) as sales from marts.order_items
    where store_id = %(store_id)s and date between %(first)s and %(last)s and asin = any(%(asins)s)
        and order_status is distinct from 'Cancelled' and item_status is distinct from 'Cancelled'
    group by asin
"""
SEARCHES = """
    select own_asin, competitor_asin, search_date, keywords_searched, keywords_own, keywords_shared,
        keywords_competitor_ahead, own_organic_position, competitor_organic_position, competitor_sponsored_places
    from marts.competitor_comparison
    where store_id = %(store_id)s and search_date between %(first)s and %(last)s and own_asin = any(%(asins)s)
    order by own_asin, competitor_asin
"""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Watched:
    """What was read of the tracked pages. beside: competitor -> the own product that it is told of beside."""

    book: FactBook
    tracked: Mapping[str, Sequence[str]]
    pages: Mapping[str, Row]
    before: Mapping[str, Row]
    sales: Mapping[str, Decimal]
    beside: Mapping[str, str] = field(default_factory=dict)

    def own(self, asin: str) -> Subject:
        page = self.pages.get(asin)
        return Subject("asin", asin, clean(page["title"]) if page else "")

    def rival(self, asin: str) -> Subject:
        page, own = self.pages.get(asin), self.beside.get(asin, "")
        return Subject("competitor", asin, clean(page["title"]) if page else "", (own,) if own else ())

    def price(self, asin: str) -> Decimal | None:
        page = self.pages.get(asin)
        return page["price_amount"] if page and page["in_stock"] else None


def collect(marts: Marts, book: FactBook, tracked: Mapping[str, Sequence[str]]) -> None:
    """Add the facts of the seven days that end with the book's day. Adds nothing where nothing is tracked."""
    first, last = book.days(DAYS)
    pairs = {own: [other for other in others if other != own] for own, others in sorted(tracked.items())}
    asins = sorted({*pairs, *(other for others in pairs.values() for other in others)})
    if not asins:
        return
    bounds: dict[str, Any] = {"first": first, "last": last, "asins": asins}
    pages = {row["asin"]: row for row in marts.rows(PAGES, **bounds)}
    earlier = bounds | {"first": first - timedelta(days=DAYS), "last": first - timedelta(days=1)}
    before = {row["asin"]: row for row in marts.rows(PAGES, **earlier)}
    month = bounds | {"first": book.days(SALES_WEEKS * 7)[0]}
    sales = {row["asin"]: row["sales"] for row in marts.rows(SALES_OF_WATCHED, **month) if row["sales"]}
    read = _Watched(book, pairs, pages, before, sales)
    read = _Watched(book, pairs, pages, before, sales, _beside(read))
    moves = {row["asin"]: row for row in marts.rows(PRICE_MOVES, **bounds)}
    versions = {row["asin"]: row for row in marts.rows(VERSIONS, day=last, asins=asins)}
    events = {(row["asin"], row["kind"]): row for row in marts.rows(PAGE_EVENTS, **bounds)}
    # a brief of the last whole day is written a day later, and then the newest searches may be of that day
    until = bounds | {"last": last + timedelta(days=1)}
    searches = [row for row in marts.rows(SEARCHES, **until) if row["keywords_searched"]]
    for own in sorted(pairs, key=lambda asin: (-sales.get(asin, Decimal(0)), asin)):
        _own(read, own, versions.get(own), events)
    for other in sorted(read.beside, key=lambda asin: (_gap(read, read.beside[asin], asin), asin)):
        _rival(read, other, moves.get(other), versions.get(other), events)
    _searches(read, searches)
    _counts(read)


def _gap(read: _Watched, own: str, other: str) -> Decimal:
    """Their price as a share of ours; a large one where they cannot be compared."""
    ours, theirs = read.price(own), read.price(other)
    return theirs / ours if ours and theirs else Decimal(1000)


def _beside(read: _Watched) -> dict[str, str]:
    """Each competitor whose page was read, with the own product that it undercuts most."""
    result: dict[str, str] = {}
    for own, others in read.tracked.items():
        for other in others:
            known = result.get(other)
            if other in read.pages and (known is None or _gap(read, own, other) < _gap(read, known, other)):
                result[other] = own
    return result


def _own(read: _Watched, asin: str, version: Row | None, events: Mapping[tuple[str, str], Row]) -> None:
    book, subject, page = read.book, read.own(asin), read.pages.get(asin)
    month = book.days(SALES_WEEKS * 7)
    sales = read.sales.get(asin)
    if sales:
        week = sales / SALES_WEEKS
        book.add("watched_sales_a_week", week, "SALES_OF_WATCHED", subject=subject, period=month)
        book.add("watched_tenth_a_week", week * STEP, "SALES_OF_WATCHED", subject=subject, period=month)
    if version is not None and page is not None and version["in_stock"] is False and not page["in_stock"]:
        since = version["valid_from"]
        book.add("own_out_since", since, "VERSIONS", subject=subject, period=(since, book.day))
    if page is None:
        return
    when = (page["date"],) * 2
    ours = read.price(asin)
    if ours:
        book.add("own_price", ours, "PAGES", subject=subject, period=when, currency=page["currency"])
        compared = [price for other in read.tracked[asin] if (price := read.price(other))]
        book.add("rivals_compared", len(compared) or None, "PAGES", subject=subject, period=when)
        if compared:
            cheaper = sum(price < ours for price in compared)
            book.add("rivals_cheaper", cheaper, "PAGES", subject=subject, period=when)
    _standing(read, "own", asin, subject, events)


def _standing(read: _Watched, prefix: str, asin: str, subject: Subject, events: Mapping[tuple[str, str], Row]) -> None:
    """Rank, rating and new ratings of a page; what changed with what it was."""
    book, page, before = read.book, read.pages[asin], read.before.get(asin)
    week = book.days(DAYS)
    for name, column, kind in (("rank", "bsr_rank", "rank"), ("rating", "stars", "rating_changed")):
        event = events.get((asin, kind))
        now = page[column]
        # told as a change only where the page still shows what it changed to the last time, near enough for a rank
        moved = event is not None and now is not None and _still(event, Decimal(now))
        when = (event["date"], book.day) if event and moved else (page["date"],) * 2
        was = Decimal(event["number_before"]) if event and moved else None
        compared = Comparison("page_before", was) if was is not None else None
        book.add(f"{prefix}_{name}", now, "PAGES", subject=subject, period=when, comparison=compared)
        if was is not None:
            book.add(f"{prefix}_{name}_before", was, "PAGE_EVENTS", subject=subject, period=when)
    if before is not None and None not in (page["reviews_count"], before["reviews_count"]):
        gained = page["reviews_count"] - before["reviews_count"]
        if gained >= 0:
            book.add(f"{prefix}_new_ratings", gained, "PAGES", subject=subject, period=week)


def _still(event: Row, now: Decimal) -> bool:
    """Whether the page is still nearer to what it changed to than to what it was."""
    before, after = Decimal(event["number_before"]), Decimal(event["number_after"])
    return abs(now - after) < abs(now - before)


def _rival(
    read: _Watched, asin: str, move: Row | None, version: Row | None, events: Mapping[tuple[str, str], Row]
) -> None:
    book, page, own = read.book, read.pages[asin], read.beside[asin]
    subject, when = read.rival(asin), (page["date"],) * 2
    sales, month = read.sales.get(own), book.days(SALES_WEEKS * 7)
    if sales:
        tenth = sales / SALES_WEEKS * STEP
        book.add("rival_tenth_a_week", tenth, "SALES_OF_WATCHED", subject=subject, period=month)
    is_out = version is not None and version["in_stock"] is False and not page["in_stock"]
    if is_out and version is not None:
        since = version["valid_from"]
        book.add("competitor_out_since", since, "VERSIONS", subject=subject, period=(since, book.day))
    elif event := events.get((asin, "back_in_stock")):
        book.add("competitor_back_on", event["date"], "PAGE_EVENTS", subject=subject, period=(event["date"], book.day))
    if event := events.get((asin, "buy_box_changed")):
        day = event["date"]
        book.add("competitor_seller_changed_on", day, "PAGE_EVENTS", subject=subject, period=(day, book.day))
    theirs, ours = read.price(asin), read.price(own)
    if theirs and move is not None and move["price_amount"] == theirs:
        _move(read, subject, move)
    elif theirs:
        currency = page["currency"]
        book.add("competitor_price", theirs, "PAGES", subject=subject, period=when, currency=currency, table=OF_PAGES)
    if theirs and ours:
        both = (min(page["date"], read.pages[own]["date"]),) * 2
        book.add(
            "price_gap",
            (theirs - ours) / ours * 100,
            "PAGES",
            subject=subject,
            period=both,
            comparison=Comparison("own_price", ours),
            direction=direction_of(theirs, ours),
            table=OF_PAGES,
        )
    if theirs and ours and sales and theirs != ours:
        apart = sales / SALES_WEEKS * abs(theirs / ours - 1)
        name = "headroom_a_week" if theirs > ours else "price_below_a_week"
        book.add(name, apart, "SALES_OF_WATCHED", subject=subject, period=month)
    _standing(read, "competitor", asin, subject, events)


def _move(read: _Watched, subject: Subject, move: Row) -> None:
    book, since, currency = read.book, move["valid_from"], move["currency"]
    shared: dict[str, Any] = {"subject": subject, "period": (since, book.day)}
    price, before = move["price_amount"], move["before"]
    compared = Comparison("previous_price", before)
    book.add("competitor_price", price, "PRICE_MOVES", currency=currency, comparison=compared, **shared)
    book.add("competitor_previous_price", before, "PRICE_MOVES", currency=currency, **shared)
    add_change(book, "competitor_price_change", price, before, Basis("PRICE_MOVES"), kind="previous_price", **shared)
    book.add("competitor_changed_on", since, "PRICE_MOVES", **shared)


def _searches(read: _Watched, rows: Sequence[Row]) -> None:
    """Where each own product and its competitors are found, in the last searches of the week."""
    book, told = read.book, set()
    for row in rows:
        own, other, when = row["own_asin"], row["competitor_asin"], (row["search_date"],) * 2
        if own not in told:
            told.add(own)
            book.add("own_searches", row["keywords_own"], "SEARCHES", subject=read.own(own), period=when)
            book.add("searches_read", row["keywords_searched"], "SEARCHES", subject=read.own(own), period=when)
        if read.beside.get(other) != own or not row["keywords_shared"]:
            continue
        shared: dict[str, Any] = {"subject": read.rival(other), "period": when}
        book.add("searches_shared", row["keywords_shared"], "SEARCHES", **shared)
        book.add("searches_behind", row["keywords_competitor_ahead"], "SEARCHES", **shared)
        book.add("own_place", row["own_organic_position"], "SEARCHES", **shared)
        book.add("competitor_place", row["competitor_organic_position"], "SEARCHES", **shared)
        book.add("competitor_paid_places", row["competitor_sponsored_places"], "SEARCHES", **shared)


def _counts(read: _Watched) -> None:
    """How many competitors did what; each counts once, beside the product that it undercuts most."""
    book, week = read.book, read.book.days(DAYS)
    told = {name: {fact.subject.key: fact for fact in book.all(name)} for name in (
        "price_gap", "competitor_price_change", "competitor_out_since")}  # fmt: skip
    compared = told["price_gap"].values()
    changes = told["competitor_price_change"].values()
    book.add("competitors_watched", len(read.beside) or None, "PAGES", period=week)
    if not read.beside:
        return
    book.add("competitors_compared", len(compared), "PAGES", period=week)
    book.add("competitors_cheaper", sum(fact.value < 0 for fact in compared), "PAGES", period=week)  # type: ignore[operator]
    book.add("competitors_cut", sum(fact.value < 0 for fact in changes), "PRICE_MOVES", period=week)  # type: ignore[operator]
    book.add("competitors_raised", sum(fact.value > 0 for fact in changes), "PRICE_MOVES", period=week)  # type: ignore[operator]
    book.add("competitors_out", len(told["competitor_out_since"]), "VERSIONS", period=(book.day, book.day))
