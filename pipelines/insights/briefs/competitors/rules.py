"""The rules of the competitors brief: which claims are made, of which facts, with which advice.

What a claim says and how is in `claims/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipelines.insights.briefs.kind import by_topic, claim, named
from pipelines.insights.briefs.topics import gaps
from pipelines.insights.claims.schema import Claim
from pipelines.insights.facts import Fact, FactBook

NAMED = 3  # competitors and products that a finding names; the tables have the others
APART = 3  # percent by which a price that did not change must differ from ours to be told
ROOM = 5  # percent by which the nearest competitor must be dearer for our price to have room


def _gone(book: FactBook) -> Iterator[Claim]:
    for since in list(book.all("own_out_since"))[:NAMED]:
        yield claim("own_page_out", since, advice=["offer_again"])


def _moves(book: FactBook) -> Iterator[Claim]:
    """Changed prices: cuts below ours, other cuts, and rises, each a finding of its own."""
    changes = list(book.all("competitor_price_change"))
    gaps_of = {change: book.get("price_gap", change.subject.key) for change in changes}
    below = [change for change in changes if change.direction == "down" and _went(gaps_of[change], "down")]
    others = [change for change in changes if change.direction == "down" and change not in below]
    others = others[: max(NAMED - len(below), 0)]  # a page tells all cuts as one finding
    rises = [change for change in changes if change.direction == "up"]
    for group, advice in ((below, ["weigh_our_price"]), (others, ["hold_our_price"]), (rises, ["hold_our_price"])):
        told = _dearest(book, group, "undercut_a_week" if group is below else "rival_tenth_a_week")
        # what is said of our price fits the one that leads
        told = sorted(told, key=lambda change: group is not below and not _went(gaps_of[change], "up"))[:NAMED]
        beside = [
            fact
            for change in told
            for fact in named(book, "competitor_price", "competitor_changed_on", "price_gap", key=change.subject.key)
        ]
        fits = bool(told) and (group is below or _went(gaps_of[told[0]], "up"))
        yield claim("competitor_price", *told, *beside, advice=advice if fits else [])


def _prices(book: FactBook) -> Iterator[Claim]:
    """Prices that did not change but stand below ours; and where the nearest competitor is well above."""
    changed = {fact.subject.key for fact in book.all("competitor_price_change")}
    compared = list(book.all("price_gap"))
    below = [gap for gap in compared if gap.subject.key not in changed and gap.value <= -APART]  # type: ignore[operator]
    for gap in _dearest(book, below, "price_below_a_week")[:NAMED]:
        yield claim("price_standing", gap, book.get("competitor_price", gap.subject.key), advice=["weigh_our_price"])
    for own in book.all("own_price"):
        beside = [gap for gap in compared if own.subject.key in gap.subject.also]
        cheaper = book.get("rivals_cheaper", own.subject.key)
        if beside and cheaper is not None and not cheaper.value:
            nearest = min(beside, key=lambda gap: gap.value)
            if nearest.value >= ROOM and nearest.subject.key not in changed:  # type: ignore[operator]
                price = book.get("competitor_price", nearest.subject.key)
                yield claim("price_standing", nearest, price, advice=["weigh_rise"])


def _stock(book: FactBook) -> Iterator[Claim]:
    for since in _dearest(book, book.all("competitor_out_since"), "rival_tenth_a_week")[:NAMED]:
        ours_is_out = any(book.get("own_out_since", own) for own in since.subject.also)
        yield claim("competitor_out", since, advice=[] if ours_is_out else ["be_visible"])
    for since in _dearest(book, book.all("competitor_back_on"), "rival_tenth_a_week")[:NAMED]:
        yield claim("competitor_back", since, advice=["defend_place"])


def _ranks(book: FactBook) -> Iterator[Claim]:
    for kind, advice, way in (("own_rank", "check_own_page", "up"), ("competitor_rank", "look_at_page", "down")):
        for moved in [fact for fact in book.all(kind) if fact.direction in ("up", "down")][:NAMED]:
            before = book.get(f"{kind}_before", moved.subject.key)
            yield claim(kind, moved, before, advice=[advice] if moved.direction == way else [])


def _ratings(book: FactBook) -> Iterator[Claim]:
    for kind in ("own_rating", "competitor_rating"):
        for moved in [fact for fact in book.all(kind) if fact.direction in ("up", "down")][:NAMED]:
            advice = ["read_reviews"] if kind == "own_rating" and moved.direction == "down" else []
            yield claim(kind, moved, book.get(f"{kind}_before", moved.subject.key), advice=advice)


def _searches(book: FactBook) -> Iterator[Claim]:
    behind = [fact for fact in book.all("searches_behind") if fact.value]
    for each in _dearest(book, behind, "rival_tenth_a_week")[:NAMED]:
        beside = named(book, "searches_shared", "own_place", "competitor_place", key=each.subject.key)
        yield claim("search_places", each, *beside, advice=["bid_on_searches"])


def _places(book: FactBook) -> Iterator[Claim]:
    """First pages that we left or came to; and other places that are not what they were."""
    turned = set()
    for kind, name, advice in (
        ("first_page_left", "first_page_left_on", ["bid_on_searches"]),
        ("first_page_entered", "first_page_entered_on", []),
    ):
        for since in list(book.all(name))[:NAMED]:
            turned.add(since.subject.key)
            yield claim(kind, since, book.get("keyword_place", since.subject.key), advice=advice)
    before = ("keyword_place_week_ago", "keyword_place_month_ago")
    told = 0
    for now in book.all("keyword_place"):
        earlier = named(book, *before, key=now.subject.key)
        has_moved = any(then is not None and then.value != now.value for then in earlier)
        if told < NAMED and has_moved and now.subject.key not in turned:
            told += 1
            yield claim("keyword_places", now, *earlier)


def _sellers(book: FactBook) -> Iterator[Claim]:
    yield claim("competitor_seller", *list(book.all("competitor_seller_changed_on"))[:NAMED])


def _summary(book: FactBook) -> Iterator[Claim]:
    names = ("compared", "cheaper", "cut", "raised", "out")
    yield claim(
        "watch_summary", book.get("competitors_watched"), *named(book, *(f"competitors_{each}" for each in names))
    )


def _went(fact: Fact | None, direction: str) -> bool:
    return fact is not None and fact.direction == direction


def _dearest(book: FactBook, facts: Iterable[Fact], stake: str) -> list[Fact]:
    """Facts by the amount of that name about their subjects, the most first; then those of which it is not known."""
    amounts = {fact.subject.key: fact.value for fact in book.all(stake)}
    return sorted(facts, key=lambda fact: -float(amounts.get(fact.subject.key, 0)))  # type: ignore[arg-type]


SECTIONS = by_topic(_gone, _moves, _prices, _stock, _ranks, _ratings, _searches, _places, _sellers, _summary, gaps)
