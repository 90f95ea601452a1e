"""Competitors: price cuts of the last week compared with our own price, and competitors that are out of stock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from pipelines.insights.facts import Comparison, FactBook, Subject, clean
from pipelines.insights.marts import Marts
from pipelines.insights.measures.compare import HISTORY_DAYS, Basis, add_change

MOVES_LISTED = 4
OUT_LISTED = 3
CHARTED_PRODUCTS = 3
CHARTED_COMPETITORS = 4

# Each version of a competitor's offer with the price of the version before, as known on the day.
VERSIONS = """
    select *, lag(price_amount) over (partition by asin order by valid_from) as before
    from marts.competitor_price_history
    where store_id = %(store_id)s and valid_from <= %(day)s and asin = any(%(asins)s)
    order by asin, valid_from
"""
LATEST = """
    select distinct on (asin) asin, title, brand, price_amount, currency, date from marts.competitor_daily
    where store_id = %(store_id)s and date between %(first)s and %(day)s and crawl_status = 'ok'
        and asin = any(%(asins)s)
    order by asin, date desc
"""
PRICES_BY_DAY = """
    select date, asin, price_amount from marts.competitor_daily
    where store_id = %(store_id)s and date between %(first)s and %(day)s and crawl_status = 'ok'
        and price_amount is not null and asin = any(%(asins)s)
    order by date, asin
"""


def collect(marts: Marts, book: FactBook, tracked: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Add the facts. Returns the rows of one chart per own product: {own, label, lines: [{date, asin, price, own}]}."""
    asins = sorted({*tracked, *(other for others in tracked.values() for other in others)})
    if not asins:
        return []
    since = book.day - timedelta(days=6)
    latest = {row["asin"]: row for row in marts.rows(LATEST, first=since, day=book.day, asins=asins)}
    # The rows are sorted by time, so the newest version of each ASIN is kept.
    current = {row["asin"]: row for row in marts.rows(VERSIONS, day=book.day, asins=asins)}
    pairs = [(own, other) for own, others in sorted(tracked.items()) for other in others if other != own]
    moved = [
        (own, other)
        for own, other in pairs
        if other in current and _is_cut(current[other], since) and own in latest and latest[own]["price_amount"]
    ]
    moved.sort(key=lambda pair: (current[pair[1]]["price_amount"] / latest[pair[0]]["price_amount"], pair))
    # A competitor of several products is reported once, with the product that it undercuts most.
    strongest: dict[str, str] = {}
    for own, other in moved:
        strongest.setdefault(other, own)
    for other, own in list(strongest.items())[:MOVES_LISTED]:
        _move(book, own, other, current[other], latest)
    _out_of_stock(book, pairs, current, latest)
    first_charted = [own for own, _ in moved] + sorted(tracked)
    return _charts(marts, book, tracked, list(dict.fromkeys(first_charted)), latest)


def prices(marts: Marts, book: FactBook, tracked: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """The rows of one chart per own product, without facts; the products that most competitors stand beside first."""
    asins = sorted({*tracked, *(other for others in tracked.values() for other in others)})
    since = book.day - timedelta(days=6)
    latest = {row["asin"]: row for row in marts.rows(LATEST, first=since, day=book.day, asins=asins)}
    return _charts(marts, book, tracked, sorted(tracked, key=lambda own: (-len(tracked[own]), own)), latest)


def _is_cut(version: dict[str, Any], since: Any) -> bool:
    price, before = version["price_amount"], version["before"]
    return version["valid_from"] >= since and bool(before) and bool(price) and price < before


def _subject(asin: str, latest: dict[str, dict[str, Any]], *, also: tuple[str, ...] = ()) -> Subject:
    known = latest.get(asin)
    brand = clean(known["brand"], 40) if known else ""
    names = (*also, brand) if brand else also
    return Subject("competitor", asin, clean(known["title"]) if known else "", names)


def _move(book: FactBook, own: str, other: str, version: dict[str, Any], latest: dict[str, dict[str, Any]]) -> None:
    subject = _subject(other, latest)
    own_subject = Subject("asin", own, clean(latest[own]["title"]))
    price, before, own_price = version["price_amount"], version["before"], latest[own]["price_amount"]
    currency = version["currency"] or book.currency
    period = (version["valid_from"], book.day)
    book.add(
        "competitor_price",
        price,
        "VERSIONS",
        subject=subject,
        period=period,
        currency=currency,
        comparison=Comparison("previous_price", before),
    )
    book.add("competitor_previous_price", before, "VERSIONS", subject=subject, period=period, currency=currency)
    add_change(
        book,
        "competitor_price_change",
        price,
        before,
        Basis("VERSIONS"),
        kind="previous_price",
        subject=subject,
        period=period,
    )
    book.add("competitor_changed_on", version["valid_from"], "VERSIONS", subject=subject, period=period)
    when = (latest[own]["date"],) * 2
    if book.get("own_price", own) is None:
        book.add("own_price", own_price, "LATEST", subject=own_subject, period=when, currency=currency)
    gap_subject = _subject(other, latest, also=(own,))
    add_change(book, "price_gap", price, own_price, Basis("LATEST"), kind="own_price", subject=gap_subject, period=when)


def _out_of_stock(
    book: FactBook,
    pairs: list[tuple[str, str]],
    current: dict[str, dict[str, Any]],
    latest: dict[str, dict[str, Any]],
) -> None:
    out = sorted({other for _, other in pairs if other in current and current[other]["in_stock"] is False})
    out.sort(key=lambda asin: (current[asin]["valid_from"], asin), reverse=True)
    for asin in out[:OUT_LISTED]:
        since = current[asin]["valid_from"]
        book.add("competitor_out_since", since, "VERSIONS", subject=_subject(asin, latest), period=(since, book.day))


def _charts(
    marts: Marts,
    book: FactBook,
    tracked: Mapping[str, Sequence[str]],
    order: list[str],
    latest: dict[str, dict[str, Any]],
) -> list[dict[str, Any]]:
    first = book.day - timedelta(days=HISTORY_DAYS - 1)
    shown = [own for own in order if own in latest][:CHARTED_PRODUCTS]
    wanted = {own: [other for other in tracked[own] if other != own][:CHARTED_COMPETITORS] for own in shown}
    asins = sorted({*wanted, *(other for others in wanted.values() for other in others)})
    if not asins:
        return []
    rows = marts.rows(PRICES_BY_DAY, first=first, day=book.day, asins=asins)
    return [
        {
            "own": own,
            "label": clean(latest[own]["title"], 48),
            "lines": [
                {
                    "date": row["date"],
                    "asin": row["asin"],
                    "price": float(row["price_amount"]),
                    "own": row["asin"] == own,
                }
                for row in rows
                if row["asin"] == own or row["asin"] in others
            ],
        }
        for own, others in wanted.items()
    ]
