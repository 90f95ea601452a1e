"""The competitors brief from facts to statements: what its kinds say, what they refuse, and what the rules choose."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pipelines.insights import render, writer
from pipelines.insights.briefs.competitors import BRIEF
from pipelines.insights.claims.compose import compose, unholdable
from pipelines.insights.claims.judge import judge
from pipelines.insights.claims.kinds.watch import KINDS
from pipelines.insights.claims.schema import Claim
from pipelines.insights.facts import Comparison, Direction, FactBook, Subject, direction_of

DAY = date(2026, 11, 20)
OWN = Subject("asin", "B0OWNMUG01", "Harbor Mug")
NAMES = ("B0RIVAL001", "B0RIVAL002", "B0RIVAL003")
RIVALS = [Subject("competitor", name, "Nordvik Mug", (OWN.key,)) for name in NAMES]
LANGUAGES = ("en", "zh")


def moved(book: FactBook, name: str, now: str, before: str, subject: Subject) -> None:
    """A figure of a page that changed, with what it was."""
    book.add(name, Decimal(now), "PAGES", subject=subject, comparison=Comparison("page_before", Decimal(before)))
    book.add(f"{name}_before", Decimal(before), "PAGE_EVENTS", subject=subject)


def price(book: FactBook, rival: Subject, now: str, ours: str, before: str = "", weight: str = "10") -> None:
    """A competitor's price beside ours, and before a change if there was one."""
    theirs = Decimal(now)
    compared = Comparison("previous_price", Decimal(before)) if before else None
    book.add("competitor_price", theirs, "PRICE_MOVES", subject=rival, comparison=compared)
    direction: Direction = direction_of(theirs, Decimal(ours))
    gap = (theirs / Decimal(ours) - 1) * 100
    against = Comparison("own_price", Decimal(ours))
    book.add("price_gap", gap, "PAGES", subject=rival, comparison=against, direction=direction)
    if compared:
        change = (theirs / compared.value - 1) * 100
        way = direction_of(theirs, compared.value)
        book.add("competitor_price_change", change, "PRICE_MOVES", subject=rival, comparison=compared, direction=way)
        book.add("competitor_changed_on", DAY - timedelta(days=2), "PRICE_MOVES", subject=rival)
    if gap < 0:
        book.add("undercut_a_week" if before else "price_below_a_week", Decimal(weight), "PAGES", subject=rival)


def empty(ours: str = "15.00") -> FactBook:
    book = FactBook("harbor-us", DAY, "USD", first=DAY - timedelta(days=6))
    book.add("own_price", Decimal(ours), "PAGES", subject=OWN)
    return book


def whole(rank: tuple[str, str] = ("120", "400"), rating: tuple[str, str] = ("4.2", "4.4")) -> FactBook:
    """Every fact of the brief."""
    book = empty()
    for name, value in (("watched", 9), ("compared", 8), ("cheaper", 3), ("cut", 2), ("raised", 1), ("out", 1)):
        book.add(f"competitors_{name}", value, "PAGES", period=book.days(7))
    price(book, RIVALS[0], "12.00", "15.00")
    for subject, prefix in ((OWN, "own"), (RIVALS[0], "competitor")):
        moved(book, f"{prefix}_rank", *rank, subject)
        moved(book, f"{prefix}_rating", *rating, subject)
        book.add(f"{prefix}_new_ratings", 7, "PAGES", subject=subject)
    book.add("competitor_back_on", DAY - timedelta(days=1), "PAGE_EVENTS", subject=RIVALS[1])
    book.add("competitor_seller_changed_on", DAY, "PAGE_EVENTS", subject=RIVALS[1])
    book.add("own_out_since", DAY - timedelta(days=3), "VERSIONS", subject=OWN)
    for name, value in (("rivals_compared", 3), ("rivals_cheaper", 1), ("own_searches", 2), ("searches_read", 3)):
        book.add(name, value, "PAGES", subject=OWN)
    for name, value in (("searches_shared", 2), ("searches_behind", 1), ("own_place", 9), ("competitor_place", 4),
                        ("competitor_paid_places", 1)):  # fmt: skip
        book.add(name, value, "SEARCHES", subject=RIVALS[0])
    book.add("watched_sales_a_week", Decimal("300.00"), "SALES_OF_WATCHED", subject=OWN)
    book.add("watched_tenth_a_week", Decimal("30.00"), "SALES_OF_WATCHED", subject=OWN)
    book.add("rival_tenth_a_week", Decimal("30.00"), "SALES_OF_WATCHED", subject=RIVALS[0])
    return book


def said(book: FactBook, kind: str, *names: str, language: str = "en", **more: Any) -> tuple[str, list[str]]:
    facts = [fact.id for name in names for fact in book.all(name)]
    shown, refusals = judge([(0, Claim(kind=kind, facts=facts, **more))], book)
    texts = [
        render.plain(render.pieces(f"{each.title} | {each.text}", book.by_id(), language, day=book.day))
        for each in compose(shown, book, language)
    ]
    return " ".join(texts), [refusal.reason for refusal in refusals]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("way", ["down", "up"])
def test_each_kind_says_the_facts_that_it_is_given(language: str, way: str) -> None:
    book = whole() if way == "down" else whole(("400", "120"), ("4.6", "4.4"))
    for kind in (kind for kind in KINDS if kind.name != "not_in_searches"):
        names = [role.fact for role in kind.roles.values()]
        text, reasons = said(book, kind.name, *names, language=language)
        assert text and not reasons, (kind.name, reasons)
        for fact in (fact for name in names for fact in book.all(name)):
            figures = {render.figure(fact, language, year=2026, magnitude=size) for size in (True, False)}
            assert any(figure in text for figure in figures), (kind.name, fact.name, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_smaller_rank_is_a_better_one(language: str) -> None:
    better = {"en": "sells better", "zh": "卖得更好"}[language]
    worse = {"en": "sells worse", "zh": "销势转弱"}[language]
    for rank, word, other in ((("120", "400"), better, worse), (("400", "120"), worse, better)):
        for kind in ("own_rank", "competitor_rank"):
            text, _ = said(whole(rank), kind, kind, language=language)
            assert word in text and other not in text


@pytest.mark.parametrize(("behind", "shared", "word"), [(0, 2, "we stood before"), (1, 1, "the watched search that")])
def test_searches_are_told_from_where_we_stand(behind: int, shared: int, word: str) -> None:
    book = empty()
    for name, value in (("searches_shared", shared), ("searches_behind", behind), ("own_place", 9),
                        ("competitor_place", 12 if not behind else 4)):  # fmt: skip
        book.add(name, value, "SEARCHES", subject=RIVALS[0])
    text, reasons = said(book, "search_places", "searches_behind", "searches_shared", "own_place", "competitor_place")
    assert not reasons and word in text
    _, reasons = said(book, "search_places", "searches_behind", advice=["bid_on_searches"])
    assert bool(reasons) == (not behind)


def test_what_did_not_change_is_no_change() -> None:
    book = empty()
    book.add("own_rank", 400, "PAGES", subject=OWN)
    book.add("own_rating", Decimal("4.4"), "PAGES", subject=OWN)
    book.add("own_searches", 2, "SEARCHES", subject=OWN)
    book.add("searches_read", 3, "SEARCHES", subject=OWN)
    for kind, fact in (("own_rank", "own_rank"), ("own_rating", "own_rating"), ("not_in_searches", "own_searches")):
        assert said(book, kind, fact) == ("", ["not_so"])


def test_advice_fits_the_facts() -> None:
    book = whole()
    _, reasons = said(book, "price_standing", "price_gap", advice=["weigh_rise"])
    assert reasons == ["advice"]  # the competitor is cheaper
    text, reasons = said(book, "price_standing", "price_gap", advice=["weigh_our_price"])
    assert not reasons and re.search("follow", text, re.IGNORECASE)
    book.add("competitor_out_since", DAY, "VERSIONS", subject=RIVALS[2])
    _, reasons = said(book, "competitor_out", "competitor_out_since", advice=["be_visible"])
    assert reasons == ["advice"]  # our own page offers nothing


# --- the rules -----------------------------------------------------------------------------------------------------


def written(book: FactBook, language: str = "en") -> list[tuple[str, str]]:
    """The kind and the text of each statement of the rules, in their order."""
    statements, refusals = writer.write(BRIEF, book)
    assert not refusals
    composed = compose(statements, book, language)
    assert not unholdable(composed, book, language)
    facts = book.by_id()
    return [(each.kind, render.plain(render.pieces(each.text, facts, language, day=DAY))) for each in composed]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rules_tell_a_whole_week_without_a_refusal(language: str) -> None:
    kinds = [kind for kind, _ in written(whole(), language)]
    assert kinds[0] == "own_page_out" and kinds[-1] == "watch_summary"
    assert {"price_standing", "competitor_rank", "own_rating", "search_places", "competitor_seller"} <= set(kinds)


def test_a_cut_below_our_price_stands_before_one_above_it() -> None:
    book = empty()
    price(book, RIVALS[0], "16.00", "15.00", before="18.00")
    price(book, RIVALS[1], "13.00", "15.00", before="15.50", weight="40")
    price(book, RIVALS[2], "14.00", "15.00", before="15.20", weight="90")
    [(kind, text)] = written(book)
    assert kind == "competitor_price"
    assert text.index(NAMES[2]) < text.index(NAMES[1]) < text.index(NAMES[0])  # by what each comes to
    assert re.search("follow", text, re.IGNORECASE) and not re.search("may be held|can stay", text)


def test_a_price_that_changed_is_told_once() -> None:
    book = empty()
    price(book, RIVALS[0], "12.00", "15.00", before="14.00")
    price(book, RIVALS[1], "12.50", "15.00")
    told = written(book)
    assert [kind for kind, _ in told] == ["competitor_price", "price_standing"]
    assert NAMES[0] not in told[1][1]


def test_small_differences_of_price_are_not_told() -> None:
    book = empty("100.00")
    price(book, RIVALS[0], "97.50", "100.00")
    assert written(book) == []


@pytest.mark.parametrize(("nearest", "told"), [("15.90", True), ("15.60", False)])
def test_our_price_has_room_where_the_nearest_is_well_above(nearest: str, told: bool) -> None:
    book = empty()
    price(book, RIVALS[0], nearest, "15.00")
    price(book, RIVALS[1], "19.00", "15.00")
    book.add("rivals_cheaper", 0, "PAGES", subject=OWN)
    texts = written(book)
    assert [kind for kind, _ in texts] == (["price_standing"] if told else [])
    assert not told or (NAMES[0] in texts[0][1] and re.search("step", texts[0][1]))


def test_a_rise_says_that_our_price_may_be_held_only_where_we_are_cheaper() -> None:
    for now, held in (("16.50", True), ("13.50", False)):
        book = empty()
        price(book, RIVALS[0], now, "15.00", before="12.00")
        [(_, text)] = written(book)
        assert bool(re.search("may be held|can stay", text)) == held
