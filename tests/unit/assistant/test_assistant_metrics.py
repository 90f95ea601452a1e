"""Metrics in a seller's words: each is a column of a mart, and what would add up wrongly is refused."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.asking import statement
from pipelines.asking.contract import Adds, marts
from pipelines.asking.plan import plan
from pipelines.assistant.caller import KnownStore
from pipelines.assistant.figures import checked, figures, formula_of, period_of, question_of, source_of
from pipelines.assistant.lineage import feeds_above
from pipelines.assistant.metrics import METRICS, named
from pipelines.assistant.periods import Period
from pipelines.assistant.refusals import Refusal
from pipelines.assistant.tools import TOOLS
from pipelines.assistant.tools.compare import changed

US = KnownStore("made-us", "made", "Made", "Made", "US", "USD", "America/Los_Angeles", "USD")
DE = KnownStore("made-de", "made", "Made", "Made", "DE", "EUR", "Europe/Paris", "USD")
WEEK = Period(date(2026, 11, 23), date(2026, 11, 29))


def sql_of(metric: str, *stores: KnownStore, **more) -> str:
    wanted = checked(metric, stores, WEEK, more.pop("by", ()), more.pop("filters", None), **more)
    question = question_of(wanted, source_of(wanted))
    return statement.page(plan(question, marts()[question.mart])).text.as_string()


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_every_read_of_a_metric_is_a_column_that_adds_up(metric):
    for read in metric.reads:
        columns = marts()[read.mart].columns
        for name in filter(None, (read.column, read.below, *(read.reporting or ()))):
            adds = columns[name].adds
            assert adds is not Adds.KEY and (adds is not Adds.NEVER or read.rows), f"{read.mart}.{name}"
        money = any(columns[name].money for name in (read.column, read.below) if name)
        assert money or metric.unit != "money", f"{metric.name} is no money in {read.mart}"


def test_no_word_stands_for_two_metrics():
    words = [(word, metric.name) for metric in METRICS.values() for word in metric.called]
    assert all(named(word).name == name for word, name in words), "a word of one metric finds another"


@pytest.mark.parametrize("metric", ["acos", "tacos", "conversion", "buy_box", "margin", "ctr", "average_order_value"])
def test_a_ratio_is_made_of_sums_and_never_averaged(metric):
    text = sql_of(metric, US, by=["week"])
    assert "avg(" not in text and text.count("sum(") >= 2


def test_a_ratio_over_two_weeks_is_that_of_their_sums():
    wanted = checked("average_order_value", [US], WEEK, (), None)
    source = source_of(wanted)
    (row,) = figures(wanted, source, [{"item_price_amount": 300, "orders": 4, "currency": "USD"}])
    assert row["value"] == 75


def test_currencies_are_converted_where_they_can_be_and_never_added():
    assert "item_price_net_amount_reporting" in sql_of("sales", US, DE)
    assert '"item_price_amount"' in sql_of("sales", US, DE, by=["store"])
    assert '"item_price_amount"' in sql_of("sales", US)
    for metric, more in (("sales", {"reporting": False}), ("storage_fees", {}), ("discounts", {"by": ["day"]})):
        with pytest.raises(Refusal, match="EUR, USD: currencies are not added"):
            sql_of(metric, US, DE, **more)


def test_units_of_several_stores_add_up_whatever_their_currencies():
    assert 'sum("units")' in sql_of("units", US, DE)


def test_orders_are_not_told_by_sku_where_one_would_count_twice():
    with pytest.raises(Refusal, match=r"counts once.*day, week, month"):
        sql_of("orders", US, by=["sku"])


def test_stock_is_told_of_now_whatever_the_period():
    monday = date(2026, 11, 30)
    assert period_of("stock on hand", "today", monday).last < monday
    with pytest.raises(Refusal, match=r"ended|understood"):
        period_of("sales", "today", monday)


def test_skus_of_several_stores_are_told_apart():
    assert checked("units", [US, DE], WEEK, ["sku"], None).by == ("store", "sku")
    assert checked("units", [US, DE], WEEK, (), {"sku": ["MUG-1"]}).by == ("store",)
    assert checked("units", [US], WEEK, (), {"sku": ["MUG-1"]}).by == ()


@pytest.mark.parametrize(
    ("metric", "more", "match"),
    [
        ("happiness", {}, "There is no metric"),
        ("sales", {"by": ["planet"]}, "cannot be told by 'planet'. It can by: day"),
        ("sales", {"by": ["day", "week"]}, "Choose one"),
        ("stock", {"by": ["day"]}, "how things are now"),
        ("days_of_cover", {}, "single products"),
        ("sales", {"filters": {"day": ["2026-11-01"]}}, "chosen by `period`"),
        ("sales", {"filters": {"store": ["made-de"]}}, "chosen by `stores`"),
        ("ad_spend", {"by": ["campaign", "reason"]}, "together"),
    ],
)
def test_what_is_not_known_is_refused_with_what_is(metric, more, match):
    with pytest.raises(Refusal, match=match):
        sql_of(metric, US, **more)


def test_a_filter_is_a_parameter_and_no_sql():
    text = sql_of("sales", US, filters={"sku": ["x'; drop table marts.sales_daily; --"]})
    assert "drop" not in text


def test_a_change_is_told_in_percent_and_that_of_percents_in_points():
    from decimal import Decimal

    assert changed(Decimal(-5), Decimal(20), "money", "USD") == {"change": "-5.00", "change_percent": "-25.00"}
    assert changed(Decimal(5), Decimal(0), "units", None) == {"change": 5, "change_percent": None}
    assert changed(Decimal("1.5"), Decimal(10), "percent", None) == {"change_points": "1.50"}
    assert changed(None, None, "money", "USD") == {}


def test_a_formula_says_where_it_reads():
    wanted = checked("tacos", [US], WEEK, (), None)
    names = ("cost", "ordered_sales_amount")
    told = " / ".join(f"sum(marts.ads_store_daily.{name})" for name in names)
    assert formula_of(source_of(wanted)) == f"100 x {told}"


def test_reports_are_found_through_models_between():
    graph = {
        "0": {"name": "source.tradewind.amazon_sp.sales_and_traffic__by_date", "succ": [1]},
        "1": {"name": "model.tradewind.stg", "succ": [2]},
        "2": {"name": "model.tradewind.traffic_store_daily"},
        "3": {"name": "source.tradewind.amazon_ads.sp_campaigns", "succ": [4]},
        "4": {"name": "model.tradewind.other"},
    }
    assert feeds_above("traffic_store_daily", graph) == ["amazon_sp.sales_and_traffic"]


def test_there_are_at_most_twelve_tools_and_each_says_what_it_is_for():
    assert len(TOOLS) <= 12
    assert all(len((tool.__doc__ or "").split("\n\n")[0]) > 60 for tool in TOOLS)
