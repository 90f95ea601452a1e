"""The inventory brief from marts to page: what to order, what runs out, what was lost, what to clear."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from pipelines.insights.brief import write_briefs
from pipelines.insights.briefs.daily import BRIEF as DAILY
from pipelines.insights.briefs.inventory import BRIEF as INVENTORY
from pipelines.insights.facts import Fact, FactBook
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support.briefs import book_of, catalog_of, findings, value_of
from tests.support.marts import MadeMarts

MUG, BOTTLE, TEAPOT, KETTLE, APRON, RACK = (f"HG-{name}" for name in
    ("MUG-01", "BOTTLE-02", "TEAPOT-03", "KETTLE-04", "APRON-10", "RACK-12"))  # fmt: skip


@pytest.fixture
def made() -> MadeMarts:
    """The made store, with stock that lies too long, is stranded, unsellable or reserved, and a month of storage."""
    made = MadeMarts()
    for row in made.rows["inventory_health"]:
        row |= {"days_in_stock_90d": 80, "reserved_quantity": 3, "reserved_customer_orders_quantity": 2,
                "reserved_transfers_quantity": 1, "reserved_processing_quantity": 0, "unsellable_quantity": 0,
                "inventory_value_amount": row["unit_cost_amount"] * (row["fulfillable_quantity"] + 3)}  # fmt: skip
    _health(made, RACK).update(fulfillable_quantity=900, age_181_270_quantity=120, age_271_365_quantity=30,
                               age_over_365_quantity=0, aged_surcharge_amount=Decimal("44.10"),
                               aged_surcharge_currency="USD")  # fmt: skip
    _health(made, APRON).update(stranded_quantity=11, unsellable_quantity=4)
    for day in range(1, 32):
        made.rows["profit_daily"].append({"date": date(2026, 10, day), "sku": RACK, "currency": "USD",
                                          "storage_fees_amount": Decimal("-2.0000")})  # fmt: skip
    made.rows["removals_daily"].append({"date": made.day, "sku": APRON, "order_type": "Return",
                                        "in_process_quantity": 6, "currency": "USD",
                                        "removal_fee_amount": Decimal("5.25")})  # fmt: skip
    return made


def _health(made: MadeMarts, sku: str) -> dict:
    return next(row for row in made.rows["inventory_health"] if row["sku"] == sku)


def write(made: MadeMarts, warehouse: Warehouse, **forecast: tuple[int, int, int]) -> None:
    """Write the marts, and a forecast of so many units a day (low, likely, high) for SKUs by the name in them. Stock is
    of the morning after the day, so that nothing was sold since."""
    for row in made.rows["inventory_health"]:
        row["as_of_date"] = made.day + timedelta(days=1)
    with warehouse.connect() as conn:
        made.write(conn)
        for name, (low, likely, high) in forecast.items():
            sku = next(sku for sku in made.skus if f"-{name}-" in sku)
            conn.execute(
                "insert into insights.demand_forecasts (tenant_id, store_id, sku, date, horizon, mean, p10, p50, p90, "
                "total_mean, total_p10, total_p50, total_p90, method, backtest_error, origin, made_at) "
                "select %(tenant)s, %(store)s, %(sku)s, %(day)s::date + n, n, %(p50)s, %(p10)s, %(p50)s, %(p90)s, "
                "%(p50)s * n, %(p10)s * n, %(p50)s * n, %(p90)s * n, 'level_weekday', 0.3, %(day)s, now() "
                "from generate_series(1, 90) as n",
                {"tenant": made.tenant_id, "store": made.store_id, "sku": sku, "day": made.day, "p10": low,
                 "p50": likely, "p90": high},
            )  # fmt: skip
        conn.commit()


def fact(book: FactBook, name: str, key: str | None = None) -> Fact:
    found = book.get(name, key)
    assert found, (name, key)
    return found


# each figure, once more and in another way, straight from the marts; f is the forecast's row of so many days
_PRICE = """(select sum(item_price_net_amount) / sum(units) from marts.sales_daily
    where sku = %(key)s and date > %(day)s::date - 89)"""
CELLS = {
    "orders_cost": """select sum(h.unit_cost_amount * (f.value #>> '{}')::int)
        from jsonb_each(%(orders)s::jsonb) f join marts.inventory_health h on h.sku = f.key""",
    "order_cost": """select unit_cost_amount * (%(orders)s::jsonb ->> %(key)s)::int
        from marts.inventory_health where sku = %(key)s""",
    "unit_cost": "select unit_cost_amount from marts.inventory_health where sku = %(key)s",
    "lead_time": "select lead_time_days from marts.inventory_health where sku = %(key)s",
    "stock_on_hand": "select fulfillable_quantity from marts.inventory_health where sku = %(key)s",
    "skus_out_30d": "select 1",
    "out_days_30d": """select count(*) from marts.inventory_daily where sku = %(key)s
        and date > %(day)s::date - 30 and ledger_starting_quantity + ledger_ending_quantity = 0""",
    "lost_sales_30d": f"""select round({_PRICE} * velocity * (select count(*) from marts.inventory_daily
        where sku = %(key)s and date > %(day)s::date - 30 and ledger_starting_quantity + ledger_ending_quantity = 0), 2)
        from marts.inventory_health where sku = %(key)s""",  # noqa: S608
    "stock_value": "select sum(inventory_value_amount) from marts.inventory_health",
    "surplus_units": """select h.fulfillable_quantity - max(f.total_p90) from insights.demand_forecasts f
        join marts.inventory_health h using (sku) where f.sku = %(key)s group by h.fulfillable_quantity""",
    "surplus_cost": """select h.unit_cost_amount * (h.fulfillable_quantity - max(f.total_p90))
        from insights.demand_forecasts f join marts.inventory_health h using (sku)
        where f.sku = %(key)s group by h.fulfillable_quantity, h.unit_cost_amount""",
    "aged_units": """select age_181_270_quantity + age_271_365_quantity + age_over_365_quantity
        from marts.inventory_health where sku = %(key)s""",
    "aged_surcharge": "select aged_surcharge_amount from marts.inventory_health where sku = %(key)s",
    "storage_month": """select -sum(storage_fees_amount) from marts.profit_daily
        where sku = %(key)s and storage_fees_amount < 0 and date between '2026-10-01' and '2026-10-31'""",
    "stranded_units": "select stranded_quantity from marts.inventory_health where sku = %(key)s",
    "stranded_cost": "select stranded_quantity * unit_cost_amount from marts.inventory_health where sku = %(key)s",
    "unsellable_units": "select sum(unsellable_quantity) from marts.inventory_health",
    "unsellable_cost": "select sum(unsellable_quantity * unit_cost_amount) from marts.inventory_health",
    "removals_in_process": "select sum(in_process_quantity) from marts.removals_daily",
    "removal_fees": "select sum(removal_fee_amount) from marts.removals_daily",
    "reserved_units": "select sum(reserved_quantity) from marts.inventory_health",
    "reserved_for_orders": "select sum(reserved_customer_orders_quantity) from marts.inventory_health",
    "reserved_in_transfer": "select sum(reserved_transfers_quantity) from marts.inventory_health",
    "reserved_in_processing": "select sum(reserved_processing_quantity) from marts.inventory_health",
}
FORECAST = {"MUG": (6, 9, 12), "BOTTLE": (5, 8, 11), "RACK": (1, 2, 4)}


def test_every_figure_is_a_cell_of_the_marts(warehouse: Warehouse, made: MadeMarts) -> None:
    import json

    write(made, warehouse, **FORECAST)
    book = book_of(warehouse, made, INVENTORY)
    orders = json.dumps({each.subject.key: int(each.value) for each in book.all("order_units")})  # type: ignore[arg-type]
    checked: set[str] = set()
    with warehouse.connect() as conn:
        for each in book.facts:
            if each.name in CELLS:
                parameters = {"day": made.day, "key": each.subject.key, "orders": orders}
                cell = conn.execute(CELLS[each.name], parameters).fetchone()
                assert cell and cell[0] == each.value, (each.name, each.subject.key, cell)
                checked.add(each.name)
    assert checked == set(CELLS)


def test_an_order_follows_from_forecast_lead_time_and_what_is_on_the_way(warehouse: Warehouse, made: MadeMarts) -> None:
    # 51 on hand and 240 inbound; 8 a day, 11 in the high case; the costs say that goods take 20 days
    _health(made, BOTTLE).update(fulfillable_quantity=51)
    write(made, warehouse, **FORECAST)
    book = book_of(warehouse, made, INVENTORY)
    today, lead, cover = made.day + timedelta(days=1), 20, 30
    safety = lead * (11 - 8)
    # ordered today, goods come at the end of the twentieth day from tomorrow on
    assert value_of(book, "order_units", BOTTLE) == (1 + lead + cover) * 8 + safety - (51 + 240)
    assert value_of(book, "order_by", BOTTLE) == made.day + timedelta(days=-(-291 // 11)) - timedelta(days=lead)
    assert value_of(book, "days_of_cover", BOTTLE) == Decimal("6.4")
    assert value_of(book, "stock_out_date", BOTTLE) == made.day + timedelta(days=7)
    assert value_of(book, "stock_out_early", BOTTLE) == made.day + timedelta(days=5)
    assert value_of(book, "cover_with_inbound", BOTTLE) == Decimal("36.4")
    assert [value_of(book, f"demand_28d{case}", BOTTLE) for case in ("_low", "", "_high")] == [140, 224, 308]
    assert fact(book, "demand_28d", BOTTLE).period == (today, today + timedelta(days=27))
    assert fact(book, "order_units", BOTTLE).source == "insights.demand_forecasts"
    assert book.get("order_lost_sales", BOTTLE) is None and value_of(book, "order_delay_a_week", BOTTLE) == 0


def test_without_a_forecast_it_is_by_velocity_and_said_so(
    at_noon: Settings, warehouse: Warehouse, made: MadeMarts
) -> None:
    write(made, warehouse)
    book = book_of(warehouse, made, INVENTORY)
    cover = fact(book, "days_of_cover", MUG)
    assert cover.source == "marts.inventory_health" and cover.value == _health(made, MUG)["days_of_cover"]
    assert value_of(book, "demand_28d", MUG) == 266  # 9.5 a day
    whole = " ".join(findings(at_noon, warehouse, made, "inventory"))
    assert re.search("by units a day in stock", whole) and "by the forecast of demand" not in whole


def test_a_lead_time_that_is_not_known_is_assumed_and_said(
    at_noon: Settings, warehouse: Warehouse, made: MadeMarts
) -> None:
    write(made, warehouse, **FORECAST)
    book = book_of(warehouse, made, INVENTORY)
    assert value_of(book, "lead_time_assumed", MUG) == 30 and book.get("lead_time", MUG) is None
    assert value_of(book, "lead_time", BOTTLE) == 20 and book.get("lead_time_assumed", BOTTLE) is None
    catalog = catalog_of(made)
    slow = replace(catalog, stores={key: replace(store, lead_time_days=60) for key, store in catalog.stores.items()})
    write_briefs(at_noon, warehouse, slow, kinds=["inventory"], languages=["en"])
    with warehouse.connect() as conn:
        [(body,)] = conn.execute("select body_markdown from insights.briefs").fetchall()
    assert re.search(r"60 days (are assumed|from the order)", body)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_finding_says_what_to_do(
    at_noon: Settings, warehouse: Warehouse, made: MadeMarts, language: str
) -> None:
    write(made, warehouse, **FORECAST)
    cards = findings(at_noon, warehouse, made, "inventory", language)
    words = {"en": r"Place the order|place the order|come sooner|order more", "zh": "下单|提前到仓|请补货"}[language]
    assert re.search(words, cards[0]), cards[0]
    lost, clear = {"en": ("out of stock cost sales|lost while out", "clear|Too much"), "zh": ("断货", "清库存|过多")}[
        language
    ]
    whole = " ".join(cards)
    assert re.search(lost, whole, re.IGNORECASE) and re.search(clear, whole)


def test_a_sku_that_is_to_be_ordered_is_not_told_again_as_out(
    at_noon: Settings, warehouse: Warehouse, made: MadeMarts
) -> None:
    _health(made, KETTLE).update(inbound_quantity=0)  # it is out, and nothing is on the way
    write(made, warehouse, KETTLE=(6, 9, 12))
    cards = findings(at_noon, warehouse, made, "inventory")
    told = [card for card in cards if KETTLE in card and "Sales lost" not in card and "cost sales" not in card]
    assert len(told) == 1 and re.search(r"lace the order.* \d+ units of HG-KETTLE-04", told[0])
    assert re.search("Nothing is on hand|out of stock", told[0])


def test_what_keeping_costs_is_the_surcharge_and_a_share_of_storage(warehouse: Warehouse, made: MadeMarts) -> None:
    write(made, warehouse, **FORECAST)
    book = book_of(warehouse, made, INVENTORY)
    surplus = 900 - 90 * 4
    assert value_of(book, "surplus_units", RACK) == surplus
    kept = Decimal("44.10") + Decimal("62.00") * surplus / 900
    assert (
        value_of(book, "keeping_month", RACK)
        == kept.quantize(Decimal("0.01"))
        == value_of(book, "keeping_month_of_all")
    )
    assert fact(book, "storage_month", RACK).period == (date(2026, 10, 1), date(2026, 10, 31))


def test_amounts_of_another_currency_are_left_out(warehouse: Warehouse, made: MadeMarts) -> None:
    for row in made.rows["inventory_health"]:
        row["currency"] = "EUR"
    _health(made, RACK)["aged_surcharge_currency"] = "EUR"
    write(made, warehouse, **FORECAST)
    book = book_of(warehouse, made, INVENTORY)
    told = {each.name for each in book.facts}
    assert not told & {"orders_cost", "order_cost", "unit_cost", "surplus_cost", "stock_value", "aged_surcharge"}
    assert value_of(book, "orders_without_cost") == value_of(book, "orders_due")
    assert {each.currency for each in book.facts if each.unit == "money"} <= {"USD"}


def test_a_store_without_a_snapshot_has_no_stock_to_tell(
    at_noon: Settings, warehouse: Warehouse, made: MadeMarts
) -> None:
    made.rows["inventory_health"] = []
    write(made, warehouse)
    assert not [
        card
        for card in findings(at_noon, warehouse, made, "inventory")
        if re.search("Order|Running|Out of stock", card)
    ]


def test_the_daily_brief_tells_the_same_days_of_cover(warehouse: Warehouse, made: MadeMarts) -> None:
    write(made, warehouse, MUG=(1, 2, 3))
    books = [book_of(warehouse, made, brief) for brief in (DAILY, INVENTORY)]
    held = _health(made, MUG)["fulfillable_quantity"]
    for book in books:
        cover = fact(book, "days_of_cover", MUG)
        assert cover.value == Decimal(held) / 2 and cover.source == "insights.demand_forecasts"
        assert value_of(book, "stock_out_date", MUG) == made.day + timedelta(days=-(-held // 2))
        assert fact(book, "days_of_cover", TEAPOT).source == "marts.inventory_health"
        at_risk = Decimal(2) * 14 * 7 * (21 - Decimal(held) / 2) / 21
        assert value_of(book, "stock_at_risk_a_week", MUG) == at_risk.quantize(Decimal("0.01"))


def test_stock_that_the_forecast_says_is_enough_is_not_low(warehouse: Warehouse, made: MadeMarts) -> None:
    _health(made, TEAPOT).update(fulfillable_quantity=95)  # eleven days by its velocity
    write(made, warehouse, TEAPOT=(1, 2, 3))
    daily = book_of(warehouse, made, DAILY)
    assert daily.get("days_of_cover", TEAPOT) is None and value_of(daily, "skus_low_cover") == 4
