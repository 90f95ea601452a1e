"""The weekly brief from marts to page: a whole ISO week against the week before and the same week a year earlier."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bench.grounding_reader import Seen
from pipelines.insights.brief import write_briefs
from pipelines.insights.briefs.weekly import BRIEF as WEEKLY
from pipelines.insights.facts import FactBook
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support.briefs import book_of, catalog_of
from tests.support.marts import MadeMarts

SUNDAY = date(2026, 11, 22)
YEAR_AGO = (date(2025, 11, 17), date(2025, 11, 23))  # ISO week 47 as well
OPEN_AGE = 8


def made_of(days: int = 60) -> MadeMarts:
    return MadeMarts(day=SUNDAY, days=days)


@pytest.fixture
def on_monday(settings: Settings) -> Settings:
    return settings.model_copy(update={"fixed_now": datetime(2026, 11, 23, 20, tzinfo=UTC)})


def write(made: MadeMarts, warehouse: Warehouse) -> FactBook:
    with warehouse.connect() as conn:
        made.write(conn)
    return book_of(warehouse, made, WEEKLY)


def page_of(on_monday: Settings, warehouse: Warehouse, made: MadeMarts, language: str = "en") -> str:
    [result] = write_briefs(on_monday, warehouse, catalog_of(made), kinds=["weekly"], languages=[language])
    assert result.grounded and result.path
    return result.path.read_text(encoding="utf-8")


def whole_text(page: str) -> str:
    return " ".join(card.whole() for card in Seen(page).cards)


# each figure, once more and in another way, straight from the marts
CELLS = {
    "sales_7d": "select sum(item_price_amount) from marts.sales_daily where date > %(day)s::date - 7",
    "units_7d": "select sum(units) from marts.sales_daily where date > %(day)s::date - 7",
    "units_previous_7d": """select sum(units) from marts.sales_daily
        where date > %(day)s::date - 14 and date <= %(day)s::date - 7""",
    "orders_7d": "select count(distinct amazon_order_id) from marts.order_items where date > %(day)s::date - 7",
    "sessions_7d": "select sum(sessions) from marts.traffic_store_daily where date > %(day)s::date - 7",
    "conversion_7d": """select round(100.0 * sum(units_ordered) / sum(sessions), 1) from marts.traffic_store_daily
        where date > %(day)s::date - 7""",
    "sales_year_ago": "select sum(item_price_amount) from marts.sales_daily where date between {year}",
    "units_year_ago": "select sum(units) from marts.sales_daily where date between {year}",
    "sessions_year_ago": "select sum(sessions) from marts.traffic_store_daily where date between {year}",
    "conversion_year_ago": """select round(100.0 * sum(units_ordered) / sum(sessions), 1)
        from marts.traffic_store_daily where date between {year}""",
    "ad_spend_year_ago": """select sum(cost) from marts.ads_campaigns_daily
        where campaign_id like '7%%' and date between {year}""",
    "acos_year_ago": """select round(100 * sum(cost) / sum(sales_7d), 1) from marts.ads_campaigns_daily
        where campaign_id like '7%%' and date between {year}""",
    "order_profit_year_ago": """select round(sum(revenue_amount + referral_fees_amount + fulfilment_fees_amount
        + cost_of_goods_amount), 2) from marts.profit_daily where date between {year}""",
    "week_pending_units": "select sum(pending_units) from marts.sales_daily where date > %(day)s::date - 7",
    "paid_amount": "select total_amount from marts.settlements where settlement_id = %(key)s",
    "paid_on": "select deposit_date from marts.settlements where settlement_id = %(key)s",
    "coming_units": "select 7 * 2 * sum(n) from unnest(array[3, 5]) n",
}


def forecast(warehouse: Warehouse, made: MadeMarts, origin: date = SUNDAY) -> None:
    """Two SKUs, of which twice as many units are asked for as `CELLS` has it, on each day alike."""
    with warehouse.connect() as conn:
        for sku, a_day in ((made.skus[0], 6), (made.skus[1], 10)):
            for n in range(1, 15):
                conn.execute(
                    """insert into insights.demand_forecasts (tenant_id, store_id, sku, date, horizon, mean, p10, p50,
                        p90, total_mean, total_p10, total_p50, total_p90, method, origin, made_at)
                    values (%s, %s, %s, %s, %s, %s, 1, 2, 3, %s, %s, %s, %s, 'mean', %s, now())""",
                    (made.tenant_id, made.store_id, sku, origin + timedelta(days=n), n, a_day, n * a_day, n,
                     n * a_day, n * a_day * 2, origin),
                )  # fmt: skip
        conn.commit()


def test_every_figure_is_a_cell_of_the_marts(warehouse: Warehouse) -> None:
    made = made_of(days=400)
    for row in made.rows["settlements"]:
        row["deposit_date"] = SUNDAY - timedelta(days=2)
    with warehouse.connect() as conn:
        made.write(conn)
    forecast(warehouse, made)
    book = book_of(warehouse, made, WEEKLY)
    assert book.period == (date(2026, 11, 16), SUNDAY)
    checked: set[str] = set()
    with warehouse.connect() as conn:
        for fact in book.facts:
            if fact.name in CELLS:
                query = CELLS[fact.name].format(year="'2025-11-17' and '2025-11-23'")
                cell = conn.execute(query, {"day": SUNDAY, "key": fact.subject.key}).fetchone()
                assert cell and cell[0] == fact.value, (fact.name, fact.subject.key)
                checked.add(fact.name)
    assert checked == set(CELLS)
    assert {fact.period for fact in book.facts if fact.name.endswith("_year_ago") and "_vs_" not in fact.name} == {
        YEAR_AGO
    }
    low, high = book.get("coming_low"), book.get("coming_high")
    assert low and high and (low.value, high.value) == (14, 224)
    assert low.period == (SUNDAY + timedelta(days=1), SUNDAY + timedelta(days=7))


def names(book: FactBook) -> set[str]:
    return {fact.name for fact in book.facts}


def test_a_store_without_that_week_a_year_earlier_is_told_none(warehouse: Warehouse) -> None:
    told = names(write(made_of(days=60), warehouse))
    assert "sales_vs_previous_7d" in told and not {name for name in told if "year_ago" in name}


@pytest.mark.thorough
def test_a_week_a_year_earlier_that_lacks_a_day_is_not_compared(warehouse: Warehouse) -> None:
    made = made_of(days=400)
    for row in made.rows["data_coverage"]:
        if row["date"] == YEAR_AGO[0] + timedelta(days=3):
            row |= {"state": "unavailable", "is_gap": True}
    told = names(write(made, warehouse))
    assert not told & {"sales_year_ago", "units_year_ago", "orders_year_ago", "order_profit_year_ago"}
    assert "ad_spend_year_ago" not in told
    assert "sessions_year_ago" in told, "its visits are all there"


def test_a_week_without_a_day_is_said_to_be_and_compared_with_nothing(
    on_monday: Settings, warehouse: Warehouse
) -> None:
    made = made_of(days=60)
    gone = SUNDAY - timedelta(days=3)
    made.rows["sales_daily"] = [row for row in made.rows["sales_daily"] if row["date"] != gone]
    for row in made.rows["data_coverage"]:
        if row["date"] == gone and row["feed"].startswith("amazon_sp.all_orders"):
            row |= {"state": "missing", "is_gap": True}
    book = write(made, warehouse)
    missing = book.get("week_missing_days")
    assert missing and missing.value == 1
    assert not names(book) & {"sales_vs_previous_7d", "units_vs_previous_7d", "sales_change", "order_profit_change"}
    said = whole_text(page_of(on_monday, warehouse, made))
    assert "a week that is not whole" in said and "nothing is compared with it" in said
    assert re.search(r"[Nn]ot fetched", said), "and which report lacks it"


def test_days_that_are_open_are_compared_at_the_same_age(warehouse: Warehouse) -> None:
    made = made_of(days=60)
    week = [SUNDAY - timedelta(days=n) for n in range(7)]
    made.ages = dict.fromkeys(week, OPEN_AGE)
    told = names(write(made, warehouse))
    assert "sessions_7d" in told and not told & {"sessions_vs_previous_7d", "conversion_vs_previous_7d"}
    with warehouse.connect() as conn:
        for day in week:
            before = day - timedelta(days=7)
            conn.execute(
                "insert into intermediate.int_traffic_readings (store_id, date, load_id, read_at, sessions, "
                "units_ordered) values (%s, %s, 1, %s, 100, 10)",
                (made.store_id, before, made.read_at(before, OPEN_AGE)),
            )
        conn.commit()
    book = book_of(warehouse, made, WEEKLY)
    sessions, change = book.get("sessions_previous_7d"), book.get("sessions_vs_previous_7d")
    assert sessions and sessions.value == 700, "as they were known then"
    assert change and change.open_days == 7


@pytest.mark.parametrize("origin", [SUNDAY - timedelta(days=1), SUNDAY + timedelta(days=7)])
def test_a_forecast_of_another_time_is_no_outlook(warehouse: Warehouse, origin: date) -> None:
    made = made_of()
    with warehouse.connect() as conn:
        made.write(conn)
    forecast(warehouse, made, origin)
    assert not {name for name in names(book_of(warehouse, made, WEEKLY)) if name.startswith("coming_")}


@pytest.mark.parametrize(
    ("language", "title", "first"),
    [
        ("en", "Week 47 · Nov 16 – Nov 22, 2026", "Do first"),
        ("zh", "第47周 · 2026年11月16日 – 11月22日", "优先处理"),
    ],
)
def test_the_page_says_its_week_and_what_to_do_first(
    on_monday: Settings, warehouse: Warehouse, language: str, title: str, first: str
) -> None:
    made = made_of(days=400)
    with warehouse.connect() as conn:
        made.write(conn)
    forecast(warehouse, made)
    page = page_of(on_monday, warehouse, made, language)
    assert title in page
    assert page.index(first) < page.index('class="tiles"') < page.index('class="findings"')
    block = page[page.index('class="first"') : page.index('class="tiles"')]
    assert 1 <= block.count("<li") <= 2
    assert page.count('class="drawing"') >= 4, "a year of weeks, weekdays, what the change is made of, stock"


def test_the_coming_week_stands_on_the_page_with_its_range(on_monday: Settings, warehouse: Warehouse) -> None:
    made = made_of()
    with warehouse.connect() as conn:
        made.write(conn)
    forecast(warehouse, made)
    said = whole_text(page_of(on_monday, warehouse, made))
    assert re.search(r"112 units", said) and re.search(r"14 units", said) and re.search(r"224 units", said)


def test_what_awaits_payment_and_decides_is_said(on_monday: Settings, warehouse: Warehouse) -> None:
    made = made_of()
    for row in made.rows["sales_daily"]:
        if row["date"] > SUNDAY - timedelta(days=7):
            row["item_price_amount"] = (row["item_price_amount"] * Decimal("0.6")).quantize(Decimal("0.01"))
            row["pending_units"] = row["units"] * 2
    book = write(made, warehouse)
    assert not names(book) & {"sales_vs_previous_7d", "sales_change"}
    said = whole_text(page_of(on_monday, warehouse, made))
    assert "nothing is compared" in said and re.search(r"\d+ units (that )?await payment", said)


def rows_of(warehouse: Warehouse, made: MadeMarts, name: str) -> list[dict[str, Any]]:
    from pipelines.insights.marts import read_marts
    from tests.support.briefs import about

    book = FactBook(made.store_id, SUNDAY, made.currency, first=SUNDAY - timedelta(days=6))
    with read_marts(warehouse, made.store_id, "America/Los_Angeles", made.tenant_id) as marts:
        return WEEKLY.collect(marts, book, about(made))[name]


@pytest.mark.thorough
def test_a_year_of_weeks_is_drawn_with_the_year_before(warehouse: Warehouse) -> None:
    made = made_of(days=400)
    write(made, warehouse)
    weeks = rows_of(warehouse, made, "weeks")
    assert len(weeks) == 53 and [row["week"] for row in weeks if row["is_told"]] == [date(2026, 11, 16)]
    year = weeks[-1]["year_ago"]
    assert year is not None and weeks[0]["week"] == date(2025, 11, 17) and weeks[0]["sales"] == year
    assert weeks[0]["year_ago"] is None
