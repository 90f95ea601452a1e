"""What moves the comparison of competitors and their events: days restated, crawled late or not at all, another list of
what is compared. Each step is landed and built; every time the marts are what a full refresh makes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.building import Marts
from tests.support.ledger import Ledger, page

pytestmark = pytest.mark.thorough  # several builds of all marts, which take the suite beyond its minutes

PAGES, SEARCHES, US_PLACE = "apify.products", "apify.keyword_search", "ATVPDKIKX0DER"
OWN, OTHER, RIVAL, SECOND = "B0OWNCOMP1", "B0OWNCOMP2", "B0RIVALCO1", "B0RIVALCO2"
START = date(2026, 1, 1)
DAYS = 45
MARTS = ("competitor_comparison", "competitor_events")
EVENTS = """
    select date - date '2026-01-01', kind, compared_date - date '2026-01-01', value_before, value_after
    from marts.competitor_events where asin = %s and kind <> 'first_seen' order by 1, 2
"""
COMPARED = """
    select own_asin, competitor_asin, as_of_date - date '2026-01-01', competitor_last_seen - date '2026-01-01',
        competitor_price_amount, days_competitor_cheaper_30d, keywords_searched, competitor_organic_position
    from marts.competitor_comparison order by 1, 2
"""

LISTED = "select distinct own_asin, own_listed_price_amount from marts.competitor_comparison"


def crawl(ledger: Ledger, number: int, *items: dict[str, Any], hour: int = 20) -> None:
    """A crawl of the day `number` of the history; the same hour again replaces it."""
    day = START + timedelta(number)
    at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    ledger.load(PAGES, US_PLACE, items, days=[day], instant=at, created=at)


def search(ledger: Ledger, number: int, keyword: str, *asins: str) -> None:
    """A search on that day, with these organic places."""
    day = START + timedelta(number)
    at = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
    found = [
        {
            "asin": asin,
            "categoryPageData": {"productPosition": place, "pageNumber": 1, "isSponsored": False},
            "input": f"https://www.amazon.com/s?k={keyword}",
        }
        for place, asin in enumerate(asins, 1)
    ]
    ledger.load(SEARCHES, US_PLACE, found, days=[day], instant=at, created=at)


def failed(asin: str) -> dict[str, Any]:
    return page(asin, None, error="captcha")


def gone(asin: str) -> dict[str, Any]:
    return page(asin, None, in_stock=False)


def first(ledger: Ledger) -> None:
    """A price each, but for a stock-out of the rival and, before and behind it, a day on which its crawl failed."""
    ledger.conn.execute(
        "insert into ops.tracked_asins values ('made-us', %(own)s, %(own)s), ('made-us', %(own)s, %(rival)s), "
        "('made-us', %(own)s, %(second)s), ('made-us', %(other)s, %(other)s)",
        {"own": OWN, "other": OTHER, "rival": RIVAL, "second": SECOND},
    )
    ledger.conn.execute("insert into ops.tracked_keywords values ('made-us', 'mug')")
    for number in range(DAYS):
        if number != 20:
            item = {4: failed(RIVAL), 6: gone(RIVAL), 7: gone(RIVAL), 8: failed(RIVAL)}.get(number, page(RIVAL, 9.0))
            crawl(ledger, number, page(OWN, 10.0), item, page(SECOND, 12.0), page(OTHER, 5.0))
    search(ledger, DAYS - 1, "mug", OWN, RIVAL)


def restated(ledger: Ledger) -> None:
    """The day before the stock-out had another price: what is told when the product is back is another event too."""
    crawl(ledger, 5, page(OWN, 10.0), page(RIVAL, 8.0), page(SECOND, 12.0), page(OTHER, 5.0))


def late(ledger: Ledger) -> None:
    """The day on which nothing was crawled, and the failed one behind the stock-out, looked at once more that day."""
    crawl(ledger, 20, page(OWN, 10.0), page(RIVAL, 11.0), failed(SECOND), page(OTHER, 5.0))
    crawl(ledger, 8, page(RIVAL, 8.5), hour=22)


def lost(ledger: Ledger) -> None:
    """What was crawled late is taken back; the second rival fails on the last four days."""
    crawl(ledger, 20)
    crawl(ledger, 8, hour=22)
    for number in range(DAYS - 4, DAYS):
        crawl(ledger, number, page(OWN, 10.0), page(RIVAL, 9.0), failed(SECOND), page(OTHER, 5.0))


def searched(ledger: Ledger) -> None:
    """A search of the day after, and nothing else."""
    search(ledger, DAYS, "mug", RIVAL, OWN)


def listed(ledger: Ledger) -> None:
    """A report of the store's own listings, two of them of the own product."""
    at = datetime(2026, 2, 15, 20, tzinfo=UTC)
    listings = [{"seller_sku": sku, "asin1": OWN, "price": price} for sku, price in (("A", "9.90"), ("B", "9.75"))]
    ledger.load("amazon_sp.merchant_listings", "made-us", listings, days=[at.date()], instant=at, created=at)


def read_again(ledger: Ledger) -> None:
    """The second of the failing days could be read after all: only two in a row fail."""
    crawl(ledger, DAYS - 3, page(SECOND, 12.0), hour=22)


def others(ledger: Ledger) -> None:
    """The second rival stands beside the other product, and another keyword is watched, of which nothing is known."""
    ledger.conn.execute("update ops.tracked_asins set own_asin = %s where competitor_asin = %s", (OTHER, SECOND))
    ledger.conn.execute("update ops.tracked_keywords set keyword = 'cup'")


def fewer(ledger: Ledger) -> None:
    """The first rival is not tracked any more."""
    ledger.conn.execute("delete from ops.tracked_asins where competitor_asin = %s", (RIVAL,))


STEPS = (first, restated, late, lost, searched, listed, read_again, others, fewer)


class Told:
    """What the marts say after a build, and what a full refresh makes of the same."""

    def __init__(self, marts: Marts) -> None:
        # the others have no news; a build of all of them would look at each, as they are built in part
        marts.build("int_tracked_asins", "int_competitor_pairs", "competitor_daily", *MARTS)
        self.rival, self.second = marts.rows(EVENTS, RIVAL), marts.rows(EVENTS, SECOND)
        self.compared, self.listed = marts.rows(COMPARED), marts.rows(LISTED)
        self.built = _content(marts)
        marts.build(*MARTS, full_refresh=True)
        self.anew = _content(marts)


def _content(marts: Marts) -> dict[str, list[str]]:
    found = marts.everything()
    return {name: found[f"marts.{name}"] for name in MARTS}


@pytest.fixture(scope="module")
def told(marts):
    """Step -> what is told after it."""
    seen = {}
    for step in STEPS:
        with marts.landing() as ledger:
            step(ledger)
        seen[step] = Told(marts)
    return seen


def test_another_keyword_is_news(marts):
    """Before all others: of a warehouse that was built whole."""
    with marts.landing() as ledger:
        ledger.conn.execute("insert into ops.tracked_asins values ('made-us', %s, 'B0ONLYNEWS')", (OWN,))
    marts.build()
    assert not marts.stale()
    with marts.landing() as ledger:
        ledger.conn.execute("insert into ops.tracked_keywords values ('made-us', 'plate')")
    assert marts.stale()
    marts.build()
    assert marts.rows("select keywords from intermediate.int_competitor_pairs") == [(["plate"],)]
    with marts.landing() as ledger:
        ledger.conn.execute("delete from ops.tracked_asins")
        ledger.conn.execute("delete from ops.tracked_keywords")


def test_what_a_category_has_found_is_tracked_until_it_is_forgotten(marts):
    pages = "select asin, is_own, price_amount from marts.competitor_daily order by 1"
    with marts.landing() as ledger:
        ledger.conn.execute(
            "insert into ops.category_asins (store_id, category, asin, is_own, first_seen, last_seen) "
            "select 'made-us', 'mugs', asin, own, %(day)s, %(day)s from (values (%(own)s, true), (%(other)s, false)) "
            "as w(asin, own)",
            {"own": OWN, "other": RIVAL, "day": START},
        )
        crawl(ledger, 0, page(OWN, 10.0), page(RIVAL, 9.0), page(SECOND, 8.0))
    assert marts.stale()
    marts.build("int_tracked_asins", "competitor_daily")
    assert marts.rows(pages) == [(OWN, True, 10), (RIVAL, False, 9)]
    with marts.landing() as ledger:
        ledger.conn.execute("delete from ops.category_asins")
        crawl(ledger, 0)
    marts.build("int_tracked_asins", "competitor_daily")
    assert marts.rows(pages) == []


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_every_step_ends_in_what_a_full_refresh_gives(told, step):
    assert told[step].built == told[step].anew
    assert told[step].built["competitor_events"]


BEFORE = [(6, "out_of_stock", 5, "in stock", "out of stock")]
BACK = [(9, "back_in_stock", 7, "out of stock", "in stock")]
CHEAPER = [(5, "price_drop", 3, "9", "8")]


def test_a_failed_crawl_is_a_gap_and_no_event(told):
    assert told[first].rival == BEFORE + BACK
    assert told[first].second == []


def test_a_restated_price_is_compared_with_the_next_one_behind_the_stock_out(told):
    assert told[restated].rival == [*CHEAPER, *BEFORE, *BACK, (9, "price_rise", 5, "8", "9")]


def test_late_crawls_tell_what_happened_on_their_days_and_the_next_successful_ones(told):
    assert told[late].rival == [
        *CHEAPER,
        *BEFORE,
        (8, "back_in_stock", 7, "out of stock", "in stock"),
        (8, "price_rise", 5, "8", "8.5"),
        (9, "price_rise", 8, "8.5", "9"),
        (20, "price_rise", 19, "9", "11"),
        (21, "price_drop", 20, "11", "9"),
    ]
    assert told[late].second == []


def test_crawls_that_are_taken_back_leave_nothing_and_the_third_failure_in_a_row_is_told(told):
    assert told[lost].rival == told[restated].rival
    assert told[lost].second == [(43, "crawl_failing", 40, None, "captcha happened")]
    assert told[read_again].second == []


def test_the_comparison_follows_pages_searches_and_lists(told):
    cheaper, dearer = (OWN, RIVAL, 44, 44, Decimal(9), 29), (OWN, SECOND, 44, 44, Decimal(12), 0)
    assert told[first].compared == told[late].compared == [(*cheaper, 1, 2), (*dearer, 1, None)]
    failing = (OWN, SECOND, 44, 40, Decimal(12), 0, 1, None)
    assert told[lost].compared == [(*cheaper, 1, 2), failing]
    assert told[searched].compared == [(*cheaper, 1, 1), failing]
    assert (told[searched].listed, told[listed].listed) == ([(OWN, None)], [(OWN, Decimal("9.75"))])
    moved = (OTHER, SECOND, 44, 42, Decimal(12), 0, 0, None)
    assert told[others].compared == [(*cheaper, 0, None), moved]
    assert told[fewer].compared == [moved]
    assert told[fewer].rival == []
