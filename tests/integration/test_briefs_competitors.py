"""The competitors brief from marts to page: what each competitor did, where we stand, and what to do first."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from pipelines.insights.briefs.competitors import BRIEF as COMPETITORS
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support.briefs import book_of, findings, read_out, write_marts
from tests.support.marts import MadeMarts

SALES = """select round(sum(item_price_amount) / {parts}, 2) from marts.order_items
    where asin = {asin} and date > %(day)s::date - 28"""
PAGE = "select {column} from marts.competitor_daily where asin = %(key)s and date = %(day)s"
GAINED = """select now.reviews_count - past.reviews_count from marts.competitor_daily as now
    join marts.competitor_daily as past on past.asin = now.asin and past.date = %(day)s::date - 7
    where now.asin = %(key)s and now.date = %(day)s"""
EVENT = "select {column} from marts.competitor_events where asin = %(key)s and kind like '{kind}' and date > {week}"
WEEK = "%(day)s::date - 7"
SEARCH = "select {column} from marts.competitor_comparison where competitor_asin = %(key)s and own_asin = %(own)s"

# each figure, once more and in another way, straight from the marts
CELLS = {
    "competitors_watched": "select count(distinct asin) from marts.competitor_daily where not is_own",
    "competitors_out": """select count(*) from marts.competitor_daily
        where not in_stock and date = %(day)s and not is_own""",
    "competitors_cut": """select count(*) from marts.competitor_price_history
        where valid_from > %(day)s::date - 7 and asin like 'B0RIVAL%%'""",
    "competitors_raised": "select 0",
    "competitors_compared": """select count(*) from marts.competitor_daily
        where not is_own and in_stock and date = %(day)s""",
    "competitors_cheaper": """select count(*) from marts.competitor_daily as r
        where not is_own and in_stock and date = %(day)s and price_amount < (
            select max(price_amount) from marts.competitor_daily as o
            where o.date = r.date and o.asin = case
                when r.asin in ('B0RIVALUS1', 'B0RIVALUS4', 'B0RIVALUS5') then 'B0USMADE02' else 'B0USMADE01' end)""",
    "own_price": PAGE.format(column="price_amount"),
    "competitor_price": PAGE.format(column="price_amount"),
    "own_rank": PAGE.format(column="bsr_rank"),
    "competitor_rank": PAGE.format(column="bsr_rank"),
    "own_rating": PAGE.format(column="stars"),
    "competitor_rating": PAGE.format(column="stars"),
    "own_new_ratings": GAINED,
    "competitor_new_ratings": GAINED,
    "own_rank_before": EVENT.format(column="number_before", kind="bsr_%%", week=WEEK),
    "competitor_rank_before": EVENT.format(column="number_before", kind="bsr_%%", week=WEEK),
    "own_rating_before": EVENT.format(column="number_before", kind="rating_changed", week=WEEK),
    "competitor_back_on": EVENT.format(column="date", kind="back_in_stock", week=WEEK),
    "competitor_seller_changed_on": EVENT.format(column="date", kind="buy_box_changed", week=WEEK),
    "competitor_out_since": """select min(date) from marts.competitor_daily where asin = %(key)s and not in_stock""",
    "competitor_changed_on": """select max(valid_from) from marts.competitor_price_history where asin = %(key)s""",
    "competitor_previous_price": """select price_amount from marts.competitor_price_history
        where asin = %(key)s and valid_to is not null order by valid_from desc limit 1""",
    "price_gap": """select round(100 * (r.price_amount / o.price_amount - 1), 1) from marts.competitor_daily as r
        join marts.competitor_daily as o using (date)
        where r.date = %(day)s and r.asin = %(key)s and o.asin = %(own)s""",
    "watched_sales_a_week": SALES.format(parts=4, asin="%(key)s"),
    "watched_tenth_a_week": SALES.format(parts=40, asin="%(key)s"),
    "rival_tenth_a_week": SALES.format(parts=40, asin="%(own)s"),
    "price_below_a_week": """select round(
            (select sum(item_price_amount) from marts.order_items where asin = %(own)s and date > %(day)s::date - 28)
            / 4 * (1 - r.price_amount / o.price_amount), 2)
        from marts.competitor_daily as r join marts.competitor_daily as o using (date)
        where r.date = %(day)s and r.asin = %(key)s and o.asin = %(own)s""",
    "rivals_compared": "select case when %(key)s = 'B0USMADE01' then 2 else 3 end",
    "searches_shared": SEARCH.format(column="keywords_shared"),
    "searches_behind": SEARCH.format(column="keywords_competitor_ahead"),
    "own_place": SEARCH.format(column="own_organic_position"),
    "competitor_place": SEARCH.format(column="competitor_organic_position"),
    "competitor_paid_places": SEARCH.format(column="competitor_sponsored_places"),
    "own_searches": "select max(keywords_own) from marts.competitor_comparison where own_asin = %(key)s",
    "searches_read": "select max(keywords_searched) from marts.competitor_comparison where own_asin = %(key)s",
}


@pytest.fixture
def made() -> MadeMarts:
    return MadeMarts()


def gone(made: MadeMarts, asin: str, *, days: int) -> None:
    """A page that has offered nothing for so many days."""
    since = made.day - timedelta(days=days - 1)
    for row in made.rows["competitor_daily"]:
        if row["asin"] == asin and row["date"] >= since:
            row |= {"in_stock": False, "price_amount": None}
    made.rows["competitor_price_history"].append(
        {"asin": asin, "valid_from": since, "price_amount": None, "currency": made.currency, "in_stock": False}
    )


def test_every_figure_is_a_cell_of_the_marts(warehouse: Warehouse, made: MadeMarts) -> None:
    write_marts(made, warehouse)
    book = book_of(warehouse, made, COMPETITORS)
    assert book.period == (made.day - timedelta(days=6), made.day)
    checked: set[str] = set()
    with warehouse.connect() as conn:
        for fact in book.facts:
            if fact.name in CELLS:
                own = next(iter(fact.subject.also), None)
                cell = conn.execute(CELLS[fact.name], {"day": made.day, "key": fact.subject.key, "own": own}).fetchone()  # type: ignore[call-overload]
                assert cell and cell[0] == fact.value, (fact.name, fact.subject, fact.value, cell)
                checked.add(fact.name)
    assert checked == set(CELLS)


def test_the_first_finding_says_what_to_do(at_noon: Settings, warehouse: Warehouse, made: MadeMarts) -> None:
    write_marts(made, warehouse)
    cards = findings(at_noon, warehouse, made, "competitors")
    assert re.search("Decide whether to follow|Follow it, or hold", cards[0]) and cards[0].startswith("Watch ")
    whole = " ".join(cards)
    for said in ("B0RIVALUS2 has been out of stock", "visible in its place|Ads may pay", "best sellers rank",
                 "rating of our B0USMADE01", "stood before us", "Another seller|another seller"):  # fmt: skip
        assert re.search(said, whole), said
    assert re.search("B0RIVALUS3 has been in stock again|Since .*, B0RIVALUS3", whole)


def test_our_page_without_an_offer_comes_first(at_noon: Settings, warehouse: Warehouse, made: MadeMarts) -> None:
    gone(made, made.asins[0], days=2)
    write_marts(made, warehouse)
    book = book_of(warehouse, made, COMPETITORS)
    assert book.get("own_price", made.asins[0]) is None
    cards = findings(at_noon, warehouse, made, "competitors")
    assert cards[0].startswith("Act today ") and made.asins[0] in cards[0]
    out = [card for card in cards if "has been out of stock" in card]
    assert out and not re.search("visible in its place|Ads may pay", " ".join(out))  # nothing of ours to be seen


def test_a_price_that_is_another_after_a_stock_out_is_a_change(warehouse: Warehouse, made: MadeMarts) -> None:
    rival = made.rivals[3]
    history = made.rows["competitor_price_history"]
    [before] = [row for row in history if row["asin"] == rival and row["valid_to"]]
    [after] = [row for row in history if row["asin"] == rival and not row["valid_to"]]
    history.append({**after, "valid_from": after["valid_from"] - timedelta(days=3), "valid_to": after["valid_from"],
                    "price_amount": None, "in_stock": False})  # fmt: skip
    write_marts(made, warehouse)
    book = book_of(warehouse, made, COMPETITORS)
    fact = book.get("competitor_previous_price", rival)
    assert fact and fact.value == before["price_amount"]


def test_a_page_that_was_not_read_is_not_told_of(warehouse: Warehouse, made: MadeMarts) -> None:
    for row in made.rows["competitor_daily"]:
        if row["asin"] == made.rivals[1] and row["date"] > made.day - timedelta(days=7):
            row["crawl_status"] = "failed"
    write_marts(made, warehouse)
    book = book_of(warehouse, made, COMPETITORS)
    assert not [fact for fact in book.facts if fact.subject.key == made.rivals[1]]
    watched = book.get("competitors_watched")
    assert watched and watched.value == 4


def test_where_every_competitor_is_dearer_our_price_has_room(
    at_noon: Settings, warehouse: Warehouse, made: MadeMarts
) -> None:
    for table in ("competitor_daily", "competitor_price_history"):
        for row in made.rows[table]:
            if row["asin"] in made.rivals and row["price_amount"]:
                row["price_amount"] = Decimal("30.00")
    write_marts(made, warehouse)
    book = book_of(warehouse, made, COMPETITORS)
    cheaper = book.get("competitors_cheaper")
    assert cheaper and cheaper.value == 0
    assert not list(book.all("competitor_price_change"))
    cards = findings(at_noon, warehouse, made, "competitors")
    assert any(re.search("Weigh a step up|could go up by a step", card) for card in cards)


def test_searches_of_another_time_are_not_told(warehouse: Warehouse, made: MadeMarts) -> None:
    for row in made.rows["competitor_comparison"]:
        row["search_date"] = made.day + timedelta(days=2)
    write_marts(made, warehouse)
    assert not list(book_of(warehouse, made, COMPETITORS).all("searches_read"))


def test_a_store_that_tracks_nothing_has_no_facts(warehouse: Warehouse, made: MadeMarts) -> None:
    made.rivals.clear()
    made.asins.clear()
    with warehouse.connect() as conn:
        MadeMarts().write(conn)
    made.asins += ["B0NOTREAD01", "B0NOTREAD02"]
    made.rivals += [f"B0NOBODY{n}" for n in range(5)]
    names = {fact.name for fact in book_of(warehouse, made, COMPETITORS).facts}
    assert not names & {"competitors_watched", "competitor_price", "own_price"}


def test_chinese_tells_the_same(at_noon: Settings, warehouse: Warehouse, made: MadeMarts) -> None:
    write_marts(made, warehouse)
    chinese, english = (
        findings(at_noon, warehouse, made, "competitors", "zh"),
        findings(at_noon, warehouse, made, "competitors"),
    )
    assert len(chinese) == len(english)
    assert re.search("跟进|跟价|降价", chinese[0])


def test_the_history_of_places_in_searches_is_told(warehouse: Warehouse) -> None:
    """One keyword moved, one came to the first page, one left it, and one is found no more."""
    made = MadeMarts()
    day = {back: made.day - timedelta(days=back) for back in range(40)}
    for keyword, places in {
        "desk lamp": {29: 21, 8: 14, 1: 9},
        "lamp <b>": {30: 40, 3: 60, 2: 5},
        "led light": {9: 4, 4: 6, 1: 55},
        "night light": {8: 7, 1: None},
        "never ours": {8: None, 1: None},
    }.items():
        for back, place in places.items():
            rows = [{"asin": "B0OTHER0001", "is_own": False, "organic_position": 1, "page": 1}]
            if place:
                rows.append({"asin": made.asins[0], "is_own": True, "organic_position": place, "page": 1 + place // 49})
            made.rows["keyword_rank_daily"] += [{"date": day[back], "keyword": keyword, **row} for row in rows]
    write_marts(made, warehouse)
    book = book_of(warehouse, made, COMPETITORS)
    names = ("keyword_place", "keyword_place_week_ago", "keyword_place_month_ago")
    told = {name: {fact.subject.key: fact.value for fact in book.all(name)} for name in names}
    assert told == {
        "keyword_place": {"desk lamp": 9, "lamp <b>": 5, "led light": 55},
        "keyword_place_week_ago": {"desk lamp": 14, "led light": 4, "night light": 7},
        "keyword_place_month_ago": {"desk lamp": 21, "lamp <b>": 40},
    }
    assert {fact.subject.key: fact.value for fact in book.all("first_page_left_on")} == {
        "led light": day[1],
        "night light": day[1],
    }
    assert {fact.subject.key: fact.value for fact in book.all("first_page_entered_on")} == {"lamp <b>": day[2]}
    for language, words in (("en", ("no more", "it was")), ("zh", ("不再", "为"))):
        said = read_out(COMPETITORS, book, language)
        assert "led light" in said["first_page_left"] and "night light" in said["first_page_left"]
        assert "lamp <b>" in said["first_page_entered"] and "desk lamp" in said["keyword_places"]
        assert words[0] in said["first_page_left"]
