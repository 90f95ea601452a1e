"""The marts, built step by step from loads made by hand: nothing late is missed, nothing vanished stays."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from pipelines.transformation import transform
from tests.support.building import Marts
from tests.support.ledger import CREATED, Ledger, campaign, order_line, rates

BY_DATE, BY_UPDATE = "amazon_sp.all_orders_by_order_date", "amazon_sp.all_orders_by_last_update"
CAMPAIGNS, TERMS, CRAWL = "amazon_ads.sp_campaigns", "amazon_ads.sp_search_term", "apify.products"
US_ACCOUNT, EU_ACCOUNT, US_PLACE = "SELLERNA@na", "SELLEREU@eu", "ATVPDKIKX0DER"
SALES = ("int_orders_current", "int_fx_rates", "order_items", "sales_daily")
"""Models with their tests: what a build of all of them adds is shown where it matters, as it takes its seconds."""
DAY = date(2026, 2, 10)


def orders(marts: Marts, prefix: str) -> list[tuple]:
    return marts.rows(
        "select amazon_order_id, sku, line_number, units, item_price_amount from marts.order_items "
        "where amazon_order_id like %s order by 1, 2, 3",
        prefix + "%",
    )


def test_a_build_without_news_changes_nothing_and_forgets_what_all_models_have_seen(marts):
    marts.build()
    before = marts.everything()
    assert not marts.stale()
    marts.build()
    assert marts.everything() == before
    assert marts.rows("select count(*) from ops.changes") == [(0,)]


@pytest.mark.thorough
def test_a_load_that_commits_late_is_not_missed(marts):
    with marts.warehouse.connect() as slow:
        Ledger(slow).load(BY_UPDATE, US_ACCOUNT, [order_line("late-1")], days=[DAY])  # ids are given out, not committed
        with marts.landing() as ledger:
            ledger.load(BY_DATE, US_ACCOUNT, [order_line("late-2")], days=[DAY])
        marts.build()
        assert [row[0] for row in orders(marts, "late")] == ["late-2"]
        assert not marts.stale()
    assert marts.stale()
    marts.build()
    assert [row[0] for row in orders(marts, "late")] == ["late-1", "late-2"]
    assert marts.rows("select sum(orders) from marts.sales_daily where date = %s and store_id = 'made-us'", DAY) == [
        (2,)
    ]


@pytest.mark.thorough
def test_a_load_that_commits_between_two_models_reaches_the_lower_one(marts):
    day = DAY + timedelta(days=1)
    line = order_line("between-1", purchase_date=f"{day}T18:00:00+00:00")
    marts.build("int_orders_current", "order_items")
    with marts.landing() as ledger:
        ledger.load(BY_DATE, US_ACCOUNT, [line], days=[day])
    marts.build("sales_daily")  # it has now seen the feed's change, but not the order
    assert marts.stale()
    marts.build(*SALES)
    assert marts.rows("select units from marts.sales_daily where date = %s and store_id = 'made-us'", day) == [(1,)]


@pytest.mark.thorough
def test_a_build_that_is_killed_between_two_models_is_taken_up_by_the_next(marts):
    day = DAY + timedelta(days=2)
    with marts.landing() as ledger:
        ledger.load(BY_DATE, US_ACCOUNT, [order_line("killed-1", purchase_date=f"{day}T18:00:00+00:00")], days=[day])
    marts.build("int_orders_current", "order_items")
    assert marts.rows("select 1 from marts.sales_daily where date = %s and store_id = 'made-us'", day) == []
    assert marts.stale()
    marts.build(*SALES)
    assert marts.rows("select units from marts.sales_daily where date = %s and store_id = 'made-us'", day) == [(1,)]


@pytest.mark.thorough
def test_a_missing_rate_is_told_by_store_and_holds_up_nobody(marts):
    day = date(2026, 1, 12)
    sold = "select item_price_amount_reporting, fx_date from marts.sales_daily where store_id = 'made-de' and date = %s"
    with marts.landing() as ledger:
        line = order_line("rate-1", sales_channel="Amazon.de", currency="EUR", purchase_date=f"{day}T12:00:00+00:00")
        ledger.load(BY_DATE, EU_ACCOUNT, [line], days=[day])
        rates(ledger, (date(2026, 1, 4), "EUR", "USD", "2"))
    (warning,) = marts.build(*SALES).warnings
    assert warning.startswith("made-de: no rate of EUR to USD for 1 days from 2026-01-12 to 2026-01-12.")
    assert "tradewind import" in warning and "sales_daily_has_exchange_rate" in warning
    assert marts.rows(sold, day) == [(None, None)]
    with marts.landing() as ledger:
        rates(ledger, (date(2026, 1, 9), "EUR", "USD", "1.5"))
    marts.build(*SALES)
    assert marts.rows(sold, day) == [(Decimal("15.0000"), date(2026, 1, 9))]


@pytest.mark.thorough
def test_what_was_known_then_is_shown_beside_the_marts(marts):
    day = date(2026, 1, 28)
    line = order_line("then-1", purchase_date=f"{day}T18:00:00+00:00")
    with marts.landing() as ledger:
        ledger.load(BY_DATE, US_ACCOUNT, [line], days=[day])
        ledger.load(CAMPAIGNS, "made-us", [campaign(day, cost=3.0)], days=[day])
    (then,) = marts.rows("select clock_timestamp()")[0]
    with marts.landing() as ledger:
        later = {**line, "item_price": "11.00", "last_updated_date": "2026-02-27T00:00:00+00:00"}
        ledger.load(BY_DATE, US_ACCOUNT, [later], days=[day])
        ledger.load(CAMPAIGNS, "made-us", [campaign(day, cost=4.0)], days=[day])
    marts.build()
    marts.build(as_of=then)
    both = (
        "select (select item_price_amount from {0}.order_items where amazon_order_id = 'then-1'), "
        "(select cost from {0}.ads_campaigns_daily where date = %s)"
    )
    assert marts.rows(both.format("marts"), day) == [(Decimal("11.00"), Decimal("4.0"))]
    assert marts.rows(both.format("marts_as_of"), day) == [(Decimal("10.00"), Decimal("3.0"))]
    assert not marts.stale()
    with marts.landing() as ledger:
        ledger.conn.execute(
            "update ops.loads set pruned_at = clock_timestamp() where feed = %s and loaded_at < %s", (CAMPAIGNS, then)
        )
    (failure,) = marts.try_build(as_of=then).failures
    assert "loads of amazon_ads.sp_campaigns" in failure and "pruned" in failure
    with marts.landing() as ledger:  # their rows are still there, and other tests build from them
        ledger.conn.execute("update ops.loads set pruned_at = null")


@pytest.mark.thorough
def test_loads_in_any_order_and_builds_in_between_give_what_a_full_refresh_gives(marts):
    chance = random.Random(7)
    for _ in range(3):
        with marts.landing() as ledger:
            for _ in range(12):
                day = DAY - timedelta(days=chance.randrange(5))
                seen = [datetime(2026, 2, 15, chance.randrange(4), tzinfo=UTC).isoformat() for _ in range(2)]
                number = chance.randrange(8)
                lines = [
                    order_line(f"any-{number}", sku=chance.choice("AB"), purchase_date=f"{day}T20:00:00+00:00",
                               last_updated_date=chance.choice(seen), item_price=chance.choice(("", "0", "3.99")),
                               order_status=chance.choice(("Shipped", "Cancelled")))
                    for _ in range(chance.randrange(1, 3))
                ]  # fmt: skip
                created = CREATED + timedelta(hours=chance.randrange(3))
                ledger.load(chance.choice((BY_DATE, BY_UPDATE)), US_ACCOUNT, lines, days=[day], created=created)
                ledger.load(CAMPAIGNS, "made-us", [campaign(day, n) for n in range(chance.randrange(3))], days=[day])
        marts.build()
    step_by_step = marts.everything()
    marts.build(full_refresh=True)
    assert marts.everything() == step_by_step
    assert step_by_step["marts.sales_daily"]


@pytest.mark.thorough
def test_a_build_takes_up_what_has_news_and_what_is_not_there(marts):
    def built(**options) -> int:
        told = [0]
        marts.build(progress=lambda done, total: told.append(total), **options)
        return told[-1]

    marts.build("sales_daily")
    everything = built()  # after a build in part all of them are looked at
    assert built() == 0
    with marts.landing() as ledger:
        ledger.load(CAMPAIGNS, "made-us", [campaign(DAY)], days=[DAY])
    assert 0 < built() < everything / 3
    with marts.warehouse.connect() as conn:
        conn.execute("drop table marts.competitor_price_history")
        conn.execute("drop view staging.stg_manual__product_costs")
    assert 0 < built() < everything / 3
    assert marts.rows("select count(*) from marts.competitor_price_history, staging.stg_manual__product_costs") == [
        (0,)
    ]
    assert built() == 0


def test_only_one_build_runs_at_a_time(marts):
    ask = "select pg_try_advisory_lock(hashtextextended('tradewind.transform', 0))"
    with transform.build_session(marts.settings, marts.warehouse):
        assert marts.rows(ask) == [(False,)]
    assert marts.rows(ask) == [(True,)]


@pytest.mark.thorough
def test_a_value_that_does_not_cast_is_null_and_counted(marts):
    day = date(2026, 1, 30)
    with marts.landing() as ledger:
        line = order_line("cast-1", purchase_date=f"{day}T18:00:00+00:00", item_price="ten", quantity="1")
        good = [order_line(f"cast-good-{n}", purchase_date=f"{day}T18:00:00+00:00") for n in range(60)]
        ledger.load(BY_DATE, US_ACCOUNT, [line, *good], days=[day])
    result = marts.build(everything=True)  # all tests have passed when the warnings are put into words
    assert orders(marts, "cast-1") == [("cast-1", "SKU-1", 1, 1, None)]
    (warning,) = [text for text in result.warnings if "all_orders_by_order_date_castable" in text]
    assert warning.startswith(f"{US_ACCOUNT}: {BY_DATE}, item_price (1 of 61 values). ")


def test_values_that_mean_nothing_are_not_told_and_bad_ones_hold_up_nobody(marts):
    day = date(2026, 1, 31)
    bought = f"{day}T18:00:00+00:00"
    nothing = ("n/a", "none", "--", "Not available", '""', "keine Angabe")
    with marts.landing() as ledger:
        lines = [order_line(f"no-{n}", purchase_date=bought, item_tax=text) for n, text in enumerate(nothing)]
        ledger.load(BY_DATE, US_ACCOUNT, lines, days=[day])
    assert not [text for text in marts.build().warnings if "castable" in text]
    with marts.landing() as ledger:
        lines = [order_line(f"bad-{n}", purchase_date=bought, item_price="ten") for n in range(3)]
        ledger.load(BY_DATE, US_ACCOUNT, lines, days=[day], created=CREATED + timedelta(hours=1))
    (warning,) = [text for text in marts.build().warnings if "castable" in text]
    assert warning.startswith(f"{US_ACCOUNT}: {BY_DATE}, item_price (3 of 3 values). ")


@pytest.mark.thorough
def test_a_return_with_two_days_counts_once_on_that_of_its_newest_report(marts):
    first, second = date(2026, 2, 2), date(2026, 2, 5)

    def land(day: date, hours: int, *orders: str) -> list[tuple]:
        row = {"sku": "R", "quantity": "1", "license_plate_number": "LPN1", "detailed_disposition": "SELLABLE"}
        rows = [{**row, "return_date": f"{day}T18:00:00+00:00", "order_id": order} for order in orders]
        created = CREATED + timedelta(hours=hours)
        with marts.landing() as ledger:
            ledger.load("amazon_sp.customer_returns", US_ACCOUNT, rows, days=[day], created=created)
        marts.build("int_returned_plates", "returns_daily")
        return marts.rows("select date, units from marts.returns_daily where sku = 'R' order by date")

    assert land(second, 2, "o-1") == [(second, 1)]
    assert land(first, 1, "o-1", "o-2") == [(first, 1), (second, 1)], "another order's is another return"
    assert land(second, 3) == [(first, 2)], "the newest report of the second day has it no more"
    assert land(second, 4, "o-1") == [(first, 1), (second, 1)]


@pytest.mark.thorough
def test_a_table_with_other_columns_than_its_model_is_told_and_left_as_it_is(marts):
    day = DAY + timedelta(days=4)
    with marts.landing() as ledger:
        line = order_line("columns-1", purchase_date=f"{day}T18:00:00+00:00")
        ledger.load(BY_DATE, US_ACCOUNT, [line], days=[day])
        ledger.conn.execute("alter table intermediate.int_orders_current add column leftover text")
        ledger.conn.execute("alter table marts.order_items alter column currency type varchar")
    for model in ("int_orders_current", "order_items"):
        (failure, *_) = marts.try_build(model).failures
        assert f"Model {model} failed" in failure and "tradewind transform --full-refresh" in failure
        assert marts.stale()
        with marts.landing() as ledger:
            ledger.conn.execute("alter table intermediate.int_orders_current drop column if exists leftover")
    marts.build("order_items", full_refresh=True)
    marts.build(*SALES)
    assert [row[0] for row in orders(marts, "columns")] == ["columns-1"]
