"""The advertising brief from marts to page: no amount twice, what ads leave, what holds a campaign back."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from pipelines.insights.briefs.advertising import BRIEF as ADVERTISING
from pipelines.insights.briefs.daily import BRIEF as DAILY
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support.briefs import book_of, findings, write_marts
from tests.support.marts import MadeMarts


@pytest.fixture
def made() -> MadeMarts:
    return MadeMarts()


# each figure, once more and in another way, straight from the marts
CELLS = {
    "ad_spend_30d": "select sum(cost) from marts.ads_campaigns_daily where campaign_id like '7%%' and date > {since}",
    "ad_spend_previous_30d": """select sum(cost) from marts.ads_campaigns_daily
        where campaign_id like '7%%' and date <= {since}""",
    "all_ads_spend": "select sum(cost) from marts.ads_campaigns_daily where date > {since}",
    "tacos_30d": """select round(100 * (select sum(cost) from marts.ads_campaigns_daily where date > {since})
        / (select sum(item_price_amount) from marts.sales_daily where date > {since}), 1)""",
    "wasted_campaigns": "select 1",
    "wasted_campaigns_spend": """select sum(cost) from marts.ads_campaigns_daily
        where campaign_id = '71003' and date > {since}""",
    "wasted_terms_spend": """select sum(cost) from marts.ads_search_terms_daily
        where purchases_14d = 0 and clicks >= 4""",
    "negative_spend": "select cost from marts.ads_negative_candidates where search_term = %(key)s",
    "negative_chance": "select round(100 * p_value, 1) from marts.ads_negative_candidates where search_term = %(key)s",
    "product_ad_spend": "select sum(cost) from marts.ads_products_daily where sku = %(key)s and date > {since}",
    "product_acos": """select round(100 * sum(cost) / nullif(sum(sales_14d), 0), 1) from marts.ads_products_daily
        where sku = %(key)s and date > {since}""",
    "product_break_even": "select round(100 * break_even_acos, 1) from marts.ads_matrix where sku = %(key)s",
    "product_ad_loss": """select round(sum(cost - sales_14d * break_even_acos), 2)
        from marts.ads_products_daily join marts.ads_matrix using (sku) where sku = %(key)s and date > {since}""",
    "campaign_full_days": """select count(*) from marts.ads_campaigns_daily
        where campaign_name = %(key)s and date > {since} and cost >= campaign_budget_amount""",
}


def test_every_figure_is_a_cell_of_the_marts(warehouse: Warehouse, made: MadeMarts) -> None:
    write_marts(made, warehouse)
    book = book_of(warehouse, made, ADVERTISING)
    assert book.period == (made.day - timedelta(days=29), made.day)
    checked: set[str] = set()
    with warehouse.connect() as conn:
        for fact in book.facts:
            if fact.name in CELLS:
                query = CELLS[fact.name].format(since="%(day)s::date - 30")
                cell = conn.execute(query, {"day": made.day, "key": fact.subject.key}).fetchone()
                assert cell and cell[0] == fact.value, (fact.name, fact.subject.key)
                checked.add(fact.name)
    assert checked == set(CELLS)


@pytest.mark.parametrize("brief", [ADVERTISING, DAILY])
def test_what_a_term_costs_in_a_campaign_without_sales_counts_once(
    warehouse: Warehouse, made: MadeMarts, brief: object
) -> None:
    for row in made.rows["ads_search_terms_daily"]:
        if row["search_term"] == "free sample cup":
            row["campaign_id"] = "71003"  # which sells nothing: its cost has the term's in it
    write_marts(made, warehouse)
    book = book_of(warehouse, made, brief)  # type: ignore[arg-type]
    campaign = sum(row["cost"] for row in made.rows["ads_campaigns_daily"][-30 * 4 :] if row["campaign_id"] == "71003")
    terms = book.get("wasted_terms_spend")
    total = book.get("wasted_spend")
    assert terms and total and terms.value == Decimal("54.35")
    assert total.value == campaign + Decimal("54.35") - Decimal("27.45")


def test_hidden_terms_and_few_clicks_are_no_waste(warehouse: Warehouse, made: MadeMarts) -> None:
    hidden = made.rows["ads_search_terms_daily"][2]
    made.rows["ads_search_terms_daily"].append({**hidden, "search_term": "*", "clicks": 90, "cost": Decimal(500)})
    write_marts(made, warehouse)
    terms = {fact.subject.key for fact in book_of(warehouse, made, ADVERTISING).all("term_spend")}
    assert "free sample cup" in terms and not terms & {"*", "glass straw", "insulated mug", "brand video term"}


def test_the_first_finding_says_what_to_do(at_noon: Settings, warehouse: Warehouse, made: MadeMarts) -> None:
    write_marts(made, warehouse)
    cards = findings(at_noon, warehouse, made, "advertising")
    assert cards[0].startswith("Watch ") and re.search(r"Lower the bids|Its bids need to come down|negative", cards[0])
    whole = " ".join(cards)
    assert len([card for card in cards if re.search("sold nothing:|brought no sale", card)]) <= 1
    assert re.search(r"used up its budget of \$40\.00 a day on \d+ days of the 30 that it ran", whole)
    assert "A higher budget would pay" in whole or "Raise its budget" in whole
    assert "paused by now" in whole


def test_waste_stands_on_the_daily_page_with_its_money(
    at_noon: Settings, warehouse: Warehouse, made: MadeMarts
) -> None:
    write_marts(made, warehouse)
    total = book_of(warehouse, made, DAILY).get("wasted_spend")
    assert total
    told = [card for card in findings(at_noon, warehouse, made, "daily") if f"${total.value:,}" in card]
    assert len(told) == 1 and told[0].startswith("Watch ")


def test_no_more_is_asked_of_what_is_paused(at_noon: Settings, warehouse: Warehouse, made: MadeMarts) -> None:
    for row in made.rows["ads_campaigns_daily"]:
        row["campaign_status"] = "PAUSED"
    write_marts(made, warehouse)
    book = book_of(warehouse, made, ADVERTISING)
    assert not list(book.all("campaign_budget")) and not list(book.all("campaign_full_days"))
    whole = " ".join(findings(at_noon, warehouse, made, "advertising"))
    assert "used up its budget" not in whole and not re.search("Lower the bids|Its bids need", whole)


def test_only_what_is_in_stock_is_to_grow(warehouse: Warehouse, made: MadeMarts) -> None:
    sku = made.advertised[2]  # the one that costs least
    for row in made.rows["ads_products_daily"]:
        row["sales_14d"] = row["cost"] * 20
    write_marts(made, warehouse)
    assert {fact.subject.key for fact in book_of(warehouse, made, ADVERTISING).all("product_ad_gain")} == {sku}
    with warehouse.connect() as conn:
        conn.execute("update marts.inventory_health set days_of_cover = 20 where sku = %s", (sku,))
        conn.commit()
    assert not list(book_of(warehouse, made, ADVERTISING).all("product_ad_gain"))


def test_a_brief_of_the_past_has_no_break_even_of_today(warehouse: Warehouse, made: MadeMarts) -> None:
    for row in made.rows["ads_matrix"] + made.rows["ads_negative_candidates"]:
        row["window_end"] = made.day + timedelta(days=1)
    write_marts(made, warehouse)
    names = {fact.name for fact in book_of(warehouse, made, ADVERTISING).facts}
    assert "ad_spend_30d" in names and not names & {"product_break_even", "negative_spend", "campaign_break_even"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_days_that_are_open_are_said_to_be(
    at_noon: Settings, warehouse: Warehouse, made: MadeMarts, language: str
) -> None:
    made.ages = {made.day - timedelta(days=n): 7 for n in range(30)}
    write_marts(made, warehouse)
    book = book_of(warehouse, made, ADVERTISING)
    assert all(book.get(name).open_days == 30 for name in ("ad_spend_30d", "wasted_spend", "all_ads_spend"))  # type: ignore[union-attr]
    assert book.get("ad_spend_vs_previous_30d") is None  # no reading of the days before is as young
    whole = " ".join(findings(at_noon, warehouse, made, "advertising", language))
    assert {"en": "nothing is compared", "zh": "故不作比较"}[language] in whole.lower()
