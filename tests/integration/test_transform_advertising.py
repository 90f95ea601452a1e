"""The marts of advertising, built from loads made by hand: first a history, then what is restated of it, then a day
more. One build for each; the whole is what a full refresh gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.building import Marts
from tests.support.ledger import Ledger, campaign, order_line, search_term

pytestmark = pytest.mark.thorough  # several builds of all marts, which take the suite beyond its minutes

LAST, STORE, SNAPSHOT = date(2026, 3, 1), "made-us", datetime(2026, 3, 1, 20, tzinfo=UTC)
FIRST = LAST - timedelta(days=59)
OLD = LAST - timedelta(days=40)
DAYS = (FIRST, OLD, LAST)
DAILY = ("ads_campaigns_daily", "ads_store_daily", "ads_targets_daily", "ads_products_daily", "ads_search_terms_daily")
OF_STORE = ("ads_negative_candidates", "ads_search_term_ngrams", "ads_matrix")
WRITTEN = "select xmin::text::bigint, * from marts.{0}"


def brand(day: date, campaign_id: int, **values: Any) -> dict[str, Any]:
    """An element of a Sponsored Brands or Display report: 4 clicks, cost 2, an order after a click, one by view."""
    named = {"campaignId": campaign_id, "campaignName": f"Campaign {campaign_id}", "costType": "CPC", "adGroupId": 8}
    bought = {
        "purchases": 2,
        "purchasesClicks": 1,
        "unitsSold": 3,
        "unitsSoldClicks": 1,
        "sales": 50,
        "salesClicks": 20,
    }
    return {"date": day.isoformat(), **named, "impressions": 90, "clicks": 4, "cost": 2.0, **bought, **values}


def target(day: date, **values: Any) -> dict[str, Any]:
    return search_term(day, "", **values)


def product(day: date, sku: str, ad_id: int, **values: Any) -> dict[str, Any]:
    return campaign(day, adGroupId=5, adId=ad_id, advertisedSku=sku, advertisedAsin=f"B0{sku}", **values)


def ads(ledger: Ledger, report: str, day: date, *items: dict[str, Any], store: str = STORE) -> None:
    ledger.load(f"amazon_ads.{report}", store, items, days=[day])


def fees(ledger: Ledger, *skus: str) -> None:
    row = {"currency": "USD", "your_price": "20.00", "sales_price": "20.00"}
    row |= {"estimated_referral_fee_per_unit": "3.00", "expected_fulfillment_fee_per_unit": "3.00"}
    ledger.load("amazon_sp.estimated_fees", STORE, [{"sku": sku, **row} for sku in skus], days=[LAST], instant=SNAPSHOT)


def costs(ledger: Ledger, at: datetime, **unit_costs: str) -> None:
    rows = [{"sku": sku, "valid_from": "2025-01-01", "unit_cost": cost, "currency": "USD"}
            for sku, cost in unit_costs.items()]  # fmt: skip
    ledger.load("manual.product_costs", STORE, rows, days=[at.date()], instant=at)


def history(ledger: Ledger) -> None:
    """Three days of everything, another store's among them."""
    for day in DAYS:
        ads(ledger, "sp_campaigns", day, campaign(day, clicks=50, sales14d=40))
        ads(ledger, "sb_campaigns", day, brand(day, 2), brand(day, 3))
        ads(ledger, "sd_campaigns", day, brand(day, 4, costType="VCPM"))
        ads(ledger, "sp_targeting", day, target(day), target(day, keywordId=7, matchType="EXACT"))
        ads(ledger, "sb_targeting", day, brand(day, 2, keywordId=21, keywordText="mug", matchType="BROAD"))
        ads(ledger, "sd_targeting", day, brand(day, 4, targetingId=41, targetingText="views"))
        ads(ledger, "sp_advertised_product", day, product(day, "A", 11, clicks=30, cost=9, purchases14d=3, sales14d=60),
            product(day, "B", 12, clicks=10, cost=6, purchases14d=1, sales14d=10))  # fmt: skip
        ads(ledger, "sd_advertised_product", day, brand(day, 4, adId=42, promotedSku="A", promotedAsin="B0A"))
        ads(ledger, "sp_search_term", day, search_term(day, "red mug", clicks=20, purchases14d=4, sales14d=40),
            search_term(day, "mug free", clicks=15), search_term(day, "mug gift", clicks=15))  # fmt: skip
        ads(ledger, "sb_search_term", day, brand(day, 2, keywordId=21, matchType="BROAD", searchTerm="red mug"))
        ads(ledger, "sp_search_term", day, search_term(day, "tasse", clicks=9), store="made-de")
        of_day = {"purchase_date": f"{day}T20:00:00+00:00", "item_price": "20.00", "fulfillment_channel": "Amazon"}
        lines = [order_line(f"{day}-{sku}", sku, **of_day) for sku in "AB"]
        ledger.load("amazon_sp.all_orders_by_order_date", "SELLERNA@na", lines, days=[day])
    fees(ledger, "A", "B")
    costs(ledger, SNAPSHOT, A="4.00", B="4.00")


def restatement(ledger: Ledger) -> None:
    """Of the day 40 days before: a campaign and a click are taken back, all targets; a term was bought after all."""
    ads(ledger, "sb_campaigns", OLD, brand(OLD, 2, clicks=3, cost=1.5))
    ads(ledger, "sd_targeting", OLD)
    ads(ledger, "sp_advertised_product", OLD, product(OLD, "A", 11, clicks=30, cost=90, purchases14d=3, sales14d=60))
    ads(ledger, "sp_search_term", OLD, search_term(OLD, "red mug", clicks=20, purchases14d=4, sales14d=40),
        search_term(OLD, "mug gift", clicks=15, purchases14d=1, sales14d=10))  # fmt: skip


def a_day_more(ledger: Ledger) -> None:
    """The window moves on by a day; a newer file of costs."""
    day = LAST + timedelta(days=1)
    ads(ledger, "sp_search_term", day, search_term(day, "mug free", clicks=30))
    costs(ledger, SNAPSHOT + timedelta(hours=9), A="14.00", B="4.00")


@dataclass
class Built:
    """What the marts were after a build: rows with the transaction that wrote them, and what they show."""

    written: dict[str, dict[str, int]]
    campaigns: list[tuple]
    targets: list[tuple]
    products: list[tuple]
    stores: list[tuple]
    candidates: list[tuple]
    ngrams: dict[str, tuple]
    matrix: dict[str, tuple]


def look(marts: Marts) -> Built:
    return Built(
        {name: {str(row[1:]): row[0] for row in marts.rows(WRITTEN.format(name))}
         for name in (*DAILY, *OF_STORE)},
        marts.rows("select campaign_id, ad_product, clicks, purchases_7d, purchases_14d, purchases_14d_with_views "
                   "from marts.ads_campaigns_daily where date = %s order by 1", OLD),
        marts.rows("select target_id, ad_product, match_type, units_14d from marts.ads_targets_daily where date = %s "
                   "order by 1", OLD),
        marts.rows("select ad_id, sku, cost, sales_14d from marts.ads_products_daily where date = %s order by 1", OLD),
        marts.rows("select cost, ordered_sales_amount, tacos from marts.ads_store_daily where date = %s", OLD),
        marts.rows("select search_term, clicks, p_value, window_start from marts.ads_negative_candidates"),
        {row[0]: row[1:] for row in marts.rows("select ngram, terms, clicks, purchases_14d "
         "from marts.ads_search_term_ngrams where store_id = %s and n = 1", STORE)},
        {row[0]: row[1:] for row in marts.rows("select sku, cost, acos_14d, break_even_acos, quadrant "
         "from marts.ads_matrix")},
    )  # fmt: skip


@pytest.fixture(scope="module")
def built(marts):
    """After the history, after the restatement, after a day more; then after a full refresh."""
    steps: list[Any] = []
    for step in (history, restatement, a_day_more):
        with marts.landing() as ledger:
            step(ledger)
        marts.build()
        steps.append(look(marts))
    marts.build(full_refresh=True)
    steps.append(look(marts))
    return steps


def money(text: str) -> Decimal:
    return Decimal(text)


def test_products_stand_side_by_side_and_keep_their_windows(built):
    assert built[0].campaigns == [
        ("1", "SPONSORED_PRODUCTS", 50, 0, 0, None),
        ("2", "SPONSORED_BRANDS", 4, None, 1, 2),
        ("3", "SPONSORED_BRANDS", 4, None, 1, 2),
        ("4", "SPONSORED_DISPLAY", 4, None, 1, 2),
    ]
    assert built[0].targets == [
        ("21", "SPONSORED_BRANDS", "BROAD", None),
        ("41", "SPONSORED_DISPLAY", None, 1),
        ("6", "SPONSORED_PRODUCTS", "BROAD", 0),
        ("7", "SPONSORED_PRODUCTS", "EXACT", 0),
    ]
    assert built[0].products == [
        ("11", "A", money("9"), money("60")),
        ("12", "B", money("6"), money("10")),
        ("42", "A", money("2"), money("20")),
    ]
    # 1 + 2 * 2 + 2 of advertising, two orders of 20
    assert built[0].stores == [(money("7"), money("40"), money("0.175"))]


def test_a_day_restated_after_40_days_changes_its_rows_and_no_others(built):
    assert built[1].campaigns == [
        ("1", "SPONSORED_PRODUCTS", 50, 0, 0, None),
        ("2", "SPONSORED_BRANDS", 3, None, 1, 2),
        ("4", "SPONSORED_DISPLAY", 4, None, 1, 2),
    ]
    assert [row[0] for row in built[1].targets] == ["21", "6", "7"]
    assert [row[:3] for row in built[1].products] == [("11", "A", money("90")), ("42", "A", money("2"))]
    assert built[1].stores == [(money("4.5"), money("40"), money("0.1125"))]
    before, after = built[0].written, built[1].written
    for name in DAILY:
        others = [row for row in after[name] if repr(OLD) not in row]
        assert others
        assert {row: before[name].get(row) for row in others} == {row: after[name][row] for row in others}, name
        assert after[name] != before[name]


def test_candidates_are_those_of_the_store_s_last_days(built):
    # 12 + 3 orders of 162 clicks: none of 45 with 0.0126
    assert built[0].candidates == [
        ("mug free", 45, money("0.012621"), FIRST),
        ("mug gift", 45, money("0.012621"), FIRST),
    ]
    # one term was bought, of the other a day was taken back: 16 of 147, none of 30 with 0.0315
    assert built[1].candidates == [("mug free", 30, money("0.031522"), FIRST)]
    # a day more, the first one gone: 11 of 123; none of 45 with 0.0148
    assert built[2].candidates == [("mug free", 45, money("0.01476"), FIRST + timedelta(days=1))]
    assert built[1].ngrams["mug"] == (3, 147, 16)
    assert built[1].ngrams["free"] == (1, 30, 0)
    assert "tasse" not in built[1].ngrams


def test_the_matrix_follows_ads_and_costs(built):
    # A: 3 * 9 and 3 * 2 of cost, 3 * 60 and 3 * 20 of sales; B: 3 * 6 for 3 * 10; break-even at 10 of 20
    half = money("0.5")
    assert built[0].matrix == {
        "A": (money("33"), money("0.1375"), half, "harvest"),
        "B": (money("18"), money("0.6"), half, "stop"),
    }
    assert built[1].matrix == {
        "A": (money("114"), money("0.475"), half, "harvest"),
        "B": (money("12"), money("0.6"), half, "stop"),
    }
    assert built[2].matrix == {
        "A": (money("114"), money("0.475"), money("0"), "fix"),
        "B": (money("12"), money("0.6"), half, "stop"),
    }


def test_a_store_without_news_is_left_alone(built):
    before, after = built[1].written, built[2].written
    german = [row for row in before["ads_search_term_ngrams"] if "made-de" in row]
    assert german
    assert all(after["ads_search_term_ngrams"][row] == before["ads_search_term_ngrams"][row] for row in german)


def test_step_by_step_gives_what_a_full_refresh_gives(built):
    for name in (*DAILY, *OF_STORE):
        step_by_step, anew = built[2].written[name], built[3].written[name]
        assert step_by_step.keys() == anew.keys(), name
        assert anew, name
        assert set(step_by_step.values()).isdisjoint(anew.values()), "all of it was built anew"
