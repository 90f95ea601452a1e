"""The marts, built step by step from loads made by hand: nothing late is missed, nothing vanished stays."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from pipelines.warehouse import transform
from pipelines.warehouse.connection import Warehouse
from tests.support.building import DE, Marts
from tests.support.ledger import CREATED, Ledger, campaign, order_line, page, search_term

BY_DATE, BY_UPDATE = "amazon_sp.all_orders_by_order_date", "amazon_sp.all_orders_by_last_update"
CAMPAIGNS, TERMS, CRAWL = "amazon_ads.sp_campaigns", "amazon_ads.sp_search_term", "apify.products"
US_ACCOUNT, EU_ACCOUNT, US_PLACE = "SELLERNA@na", "SELLEREU@eu", "ATVPDKIKX0DER"
DAY = date(2026, 2, 10)


@pytest.fixture(scope="module")
def marts(postgres, tmp_path_factory):
    url = postgres.create()
    made = Marts(Warehouse(url), tmp_path_factory.mktemp("home"))
    made.build()
    yield made
    postgres.drop(url)


def orders(marts: Marts, prefix: str) -> list[tuple]:
    return marts.rows(
        "select amazon_order_id, sku, line_number, units, item_price_amount from marts.order_items "
        "where amazon_order_id like %s order by 1, 2, 3",
        prefix + "%",
    )


def test_a_build_without_news_changes_nothing_and_is_not_due(marts):
    marts.build()
    before = marts.everything()
    assert not marts.stale()
    marts.build()
    assert marts.everything() == before


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


def test_a_load_that_commits_between_two_models_reaches_the_lower_one(marts):
    day = DAY + timedelta(days=1)
    line = order_line("between-1", purchase_date=f"{day}T18:00:00+00:00")
    marts.build("+order_items")
    with marts.landing() as ledger:
        ledger.load(BY_DATE, US_ACCOUNT, [line], days=[day])
    marts.build("sales_daily")  # it has now seen the feed's change, but not the order
    assert marts.stale()
    marts.build()
    assert marts.rows("select units from marts.sales_daily where date = %s and store_id = 'made-us'", day) == [(1,)]


def test_a_build_that_is_killed_between_two_models_is_taken_up_by_the_next(marts):
    day = DAY + timedelta(days=2)
    with marts.landing() as ledger:
        ledger.load(BY_DATE, US_ACCOUNT, [order_line("killed-1", purchase_date=f"{day}T18:00:00+00:00")], days=[day])
    marts.build("int_orders_current", "order_items")
    assert marts.rows("select 1 from marts.sales_daily where date = %s and store_id = 'made-us'", day) == []
    assert marts.stale()
    marts.build()
    assert marts.rows("select units from marts.sales_daily where date = %s and store_id = 'made-us'", day) == [(1,)]


def test_the_newest_delivery_of_an_order_wins_in_whatever_order_it_is_landed(marts):
    new = [
        order_line("again-1", sku="A", last_updated_date="2026-02-12T10:00:00+00:00"),
        order_line("again-1", sku="A", last_updated_date="2026-02-12T10:00:00+00:00"),
        order_line("again-1", sku="B", last_updated_date="2026-02-12T10:00:00+00:00", item_price="7.50"),
    ]
    with marts.landing() as ledger:
        ledger.load(BY_UPDATE, US_ACCOUNT, new, days=[date(2026, 2, 12)])
    marts.build()
    with marts.landing() as ledger:  # an old file, imported later: an order date before, one line, another price
        old = order_line("again-1", sku="A", purchase_date="2026-02-01T18:00:00+00:00", item_price="9.00")
        ledger.load(BY_DATE, US_ACCOUNT, [old], days=[DAY], created=CREATED + timedelta(days=9))
    marts.build()
    expected = [("again-1", "A", 1, 1, Decimal("10.00")), ("again-1", "A", 2, 1, Decimal("10.00"))]
    assert orders(marts, "again") == [*expected, ("again-1", "B", 1, 1, Decimal("7.50"))]


def test_an_order_that_moves_leaves_its_old_day(marts):
    first, second = date(2026, 1, 5), date(2026, 1, 6)
    with marts.landing() as ledger:
        ledger.load(BY_DATE, US_ACCOUNT, [order_line("moved-1", purchase_date=f"{first}T18:00:00+00:00")], days=[first])
    marts.build()
    with marts.landing() as ledger:
        line = order_line(
            "moved-1", purchase_date=f"{second}T18:00:00+00:00", last_updated_date="2026-02-20T00:00:00+00:00"
        )
        ledger.load(BY_UPDATE, US_ACCOUNT, [line], days=[date(2026, 2, 19)])
    marts.build()
    assert marts.rows("select date, units from marts.sales_daily where date = any(%s)", [first, second]) == [
        (second, 1)
    ]


def test_an_order_with_a_rejected_line_keeps_the_delivery_before_and_is_named(marts):
    with marts.landing() as ledger:
        ledger.load(BY_DATE, US_ACCOUNT, [order_line("rejected-1", item_price="5.00")], days=[DAY])
    marts.build()
    with marts.landing() as ledger:
        line = order_line("rejected-1", item_price="6.00", last_updated_date="2026-02-25T10:00:00+00:00")
        load = ledger.load(BY_UPDATE, US_ACCOUNT, [line], days=[date(2026, 2, 25)], created=CREATED + timedelta(1))
        ledger.conn.execute(
            "insert into ops.rejected_rows (feed, scope_id, load_id, file_line, row_text, reason, order_key) "
            "values (%s, %s, %s, 3, '', 'too few fields', 'rejected-1')",
            (BY_UPDATE, US_ACCOUNT, load),
        )
    result = marts.build()
    assert orders(marts, "rejected")[0][-1] == Decimal("5.00")
    assert any("int_orders_current_whole_deliveries" in warning for warning in result.warnings)


def test_a_search_term_that_vanishes_in_a_restatement_is_gone(marts):
    day = DAY
    with marts.landing() as ledger:
        ledger.load(CAMPAIGNS, "made-us", [campaign(day)], days=[day])
        terms = [search_term(day, "red mug"), search_term(day, "blue mug"), search_term(day, "blue mug")]
        ledger.load(TERMS, "made-us", terms, days=[day])
    marts.build()
    seen = "select search_term, clicks from marts.ads_search_terms_daily where store_id = 'made-us' order by 1"
    assert marts.rows(seen) == [("blue mug", 2), ("red mug", 2)]
    with marts.landing() as ledger:
        ledger.load(TERMS, "made-us", [search_term(day, "red mug", clicks=1)], days=[day])
    marts.build()
    assert marts.rows(seen) == [("red mug", 1)]


def test_a_slice_restated_to_nothing_ends_empty_and_its_neighbour_stays(marts):
    first, second = date(2026, 1, 20), date(2026, 1, 21)
    day_of = lambda row: date.fromisoformat(row["date"])  # noqa: E731
    with marts.landing() as ledger:
        ledger.load(CAMPAIGNS, "made-us", [campaign(first), campaign(second)], days=[first, second], day_of=day_of)
    marts.build()
    seen = "select date from marts.ads_campaigns_daily where date = any(%s)"
    assert marts.rows(seen, [first, second]) == [(first,), (second,)]
    with marts.landing() as ledger:
        ledger.load(CAMPAIGNS, "made-us", [campaign(second)], days=[first, second], day_of=day_of)
    marts.build()
    assert marts.rows(seen, [first, second]) == [(second,)]
    coverage = marts.rows(
        "select date, state from marts.data_coverage where feed = %s and date <= %s", CAMPAIGNS, second
    )
    assert sorted(coverage) == [(first, "empty"), (second, "loaded")]


def test_rows_of_no_store_have_a_bucket_until_the_store_is_configured(marts):
    line = order_line("bucket-1", sales_channel="Amazon.fr", currency="EUR")
    with marts.landing() as ledger:
        ledger.load(BY_DATE, EU_ACCOUNT, [line, order_line("bucket-2", sales_channel="Amazon.de")], days=[DAY])
        ledger.load("manual.fx_rates", "*", [rate(DAY, "EUR", "USD", "1.1")], days=[DAY])
    marts.build()
    held = (
        "select store_id, item_price_amount_reporting from marts.sales_daily "
        "where store_id in ('made-de', 'made-fr', 'unmapped:SELLEREU:amazon.fr') order by 1"
    )
    assert marts.rows(held) == [("made-de", Decimal("11.0000")), ("unmapped:SELLEREU:amazon.fr", Decimal("11.0000"))]
    with marts.landing() as ledger:
        ledger.store("made-fr", *DE[1:4], "FR", "A13V1IB3VIYZZH", "Amazon.fr", *DE[7:])
    assert marts.stale()
    marts.build()
    assert [store for store, _ in marts.rows(held)] == ["made-de", "made-fr"]
    assert not marts.stale()


def rate(day: date, base: str, quote: str, value: str) -> dict[str, str]:
    return {"date": day.isoformat(), "base_currency": base, "quote_currency": quote, "rate": value}


def test_a_missing_rate_fails_by_name_until_it_is_imported_and_a_later_one_only_touches_its_week(marts):
    day = date(2026, 1, 12)
    sold = "select item_price_amount_reporting, fx_date from marts.sales_daily where store_id = 'made-de' and date = %s"
    with marts.landing() as ledger:
        line = order_line(
            "rate-1", sales_channel="Amazon.de", currency="EUR", purchase_date=f"{day}T12:00:00+00:00", quantity="2"
        )
        ledger.load(BY_DATE, EU_ACCOUNT, [line], days=[day])
        ledger.load("manual.fx_rates", "*", [rate(date(2026, 1, 4), "EUR", "USD", "2")], days=[date(2026, 1, 4)])
    for _ in range(2):  # it fails again as long as it is so, though the second build has nothing new
        result = marts.try_build()
        assert any("sales_daily_has_exchange_rate" in failure for failure in result.failures), result.failures
        assert marts.rows(sold, day) == [(None, None)]
    with marts.landing() as ledger:
        ledger.load("manual.fx_rates", "*", [rate(date(2026, 1, 9), "EUR", "USD", "1.5")], days=[date(2026, 1, 9)])
    marts.build()
    assert marts.rows(sold, day) == [(Decimal("15.0000"), date(2026, 1, 9))]


def test_another_reporting_currency_is_a_change_of_everything(marts):
    with marts.landing() as ledger:
        ledger.load(
            BY_DATE, "SELLERIN@eu", [order_line("rupee-1", sales_channel="Amazon.in", currency="INR")], days=[DAY]
        )
    marts.build()
    sold = (
        "select reporting_currency, item_price_amount_reporting, fx_date from marts.sales_daily "
        "where store_id = 'rupee-in'"
    )
    assert marts.rows(sold) == [("INR", Decimal("10.0000"), DAY)]
    with marts.landing() as ledger:
        ledger.tenant("rupee", "USD")
        ledger.load(
            "manual.fx_rates", "*", [rate(DAY, "INR", "USD", "0.012"), rate(DAY, "EUR", "USD", "1.1")], days=[DAY]
        )
    marts.build()
    assert marts.rows(sold) == [("USD", Decimal("0.1200"), DAY)]


def crawl(ledger: Ledger, day: date, *items: dict) -> None:
    at = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
    ledger.load(CRAWL, US_PLACE, items, days=[day], instant=at, created=at)


def test_price_history_grows_and_is_corrected_in_the_middle_as_if_built_at_once(marts):
    start = date(2026, 1, 1)
    prices = [10.0, 10.0, None, 12.0, 12.0, 10.0]
    history = (
        "select valid_from, valid_to, last_confirmed, price_amount, failed_days from marts.competitor_price_history "
        "where store_id = 'made-us' and asin = 'B0PRICE001' order by 1"
    )
    with marts.landing() as ledger:
        ledger.conn.execute("insert into ops.tracked_asins values ('made-us', 'B0OWN00001', 'B0PRICE001')")
    for n, price in enumerate(prices):
        with marts.landing() as ledger:
            crawl(ledger, start + timedelta(n), page("B0PRICE001", price, error=None if price else "captcha"))
        if n in (1, 3, 5):
            marts.build()
    d = [start + timedelta(n) for n in range(6)]
    versions = [
        (d[0], d[3], d[1], Decimal("10.0"), 1),
        (d[3], d[5], d[4], Decimal("12.0"), 0),
        (d[5], None, d[5], Decimal("10.0"), 0),
    ]
    assert marts.rows(history) == versions
    with marts.landing() as ledger:  # the failed day is found after all, with a price of its own
        crawl(ledger, d[2], page("B0PRICE001", 11.0))
    marts.build()
    assert marts.rows(history) == [
        (d[0], d[2], d[1], Decimal("10.0"), 0),
        (d[2], d[3], d[2], Decimal("11.0"), 0),
        *versions[1:],
    ]
    with marts.landing() as ledger:
        ledger.conn.execute("delete from ops.tracked_asins where store_id = 'made-us'")
    assert marts.stale()
    marts.build()
    assert marts.rows(history) == []


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


def test_changes_that_every_model_has_seen_are_forgotten(marts):
    marts.build()
    marts.build()
    assert marts.rows("select count(*) from ops.changes") == [(0,)]


def test_only_one_build_runs_at_a_time(marts):
    ask = "select pg_try_advisory_lock(hashtextextended('tradewind.transform', 0))"
    with transform.build_session(marts.settings, marts.warehouse):
        assert marts.rows(ask) == [(False,)]
    assert marts.rows(ask) == [(True,)]


def test_a_value_that_does_not_cast_is_null_and_counted(marts):
    day = date(2026, 1, 30)
    with marts.landing() as ledger:
        line = order_line("cast-1", purchase_date=f"{day}T18:00:00+00:00", item_price="ten", quantity="1")
        good = [order_line(f"cast-good-{n}", purchase_date=f"{day}T18:00:00+00:00") for n in range(60)]
        ledger.load(BY_DATE, US_ACCOUNT, [line, *good], days=[day])
    result = marts.build()
    assert orders(marts, "cast-1") == [("cast-1", "SKU-1", 1, 1, None)]
    assert any("all_orders_by_order_date_castable" in warning for warning in result.warnings), result.warnings
