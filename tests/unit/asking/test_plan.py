"""What a question may ask, without a database: what is refused and why, and what can be asked instead."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.asking import pages, statement
from pipelines.asking.contract import Adds, marts
from pipelines.asking.plan import plan
from pipelines.asking.question import Filter, Op, Period, Question, Refused
from pipelines.serving.api import parameters
from pipelines.serving.api.addresses import ADDRESSES, mart_for
from pipelines.serving.api.forms import TYPES, wanted


def _plan(mart: str, **told):
    return plan(replace(Question(mart), **told), marts()[mart])


@pytest.mark.parametrize(
    ("mart", "told", "reason"),
    [
        ("sales_daily", {"columns": ("orders",), "period": Period.MONTH}, "cannot_be_added"),
        ("sales_daily", {"columns": ("sku",), "period": Period.MONTH}, "cannot_be_added"),
        ("sales_daily", {"by": ("units",)}, "cannot_be_added"),
        ("sales_daily", {"columns": ("password",)}, "no_such_column"),
        ("sales_daily", {"columns": ('"; drop table ops.stores; --',)}, "no_such_column"),
        ("sales_daily", {"since": date(2026, 2, 1), "until": date(2026, 1, 1)}, "wrong_value"),
        ("sales_daily", {"period": Period.DAY, "by": ("date",)}, "wrong_value"),
        ("sales_daily", {"limit": 0}, "wrong_value"),
        ("sales_daily", {"after": "x"}, "wrong_cursor"),
        ("stores", {"period": Period.DAY}, "no_such_column"),
        ("stores", {"since": date(2026, 1, 1)}, "no_such_column"),
        ("keyword_performance_weekly", {"period": Period.MONTH}, "cannot_be_added"),
        ("competitor_daily", {"period": Period.ALL, "columns": ("stars",), "by": ("asin",)}, "cannot_be_added"),
        ("refunds_daily", {"period": Period.MONTH, "columns": ("refunds",)}, "cannot_be_added"),
        ("ads_matrix", {"period": Period.ALL, "columns": ("break_even_acos",)}, "cannot_be_added"),
    ],
)
def test_what_has_no_true_answer_is_refused(mart, told, reason):
    with pytest.raises(Refused) as refused:
        statement.page(_plan(mart, **told))
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("name", "op", "value"),
    [
        ("date", Op.EQ, "yesterday"),
        ("date", Op.GTE, "2026-02-30"),
        ("units", Op.GT, "1e9"),
        ("units", Op.GT, "٣"),
        ("units", Op.EQ, "9" * 19),
        ("item_price_amount", Op.LT, "NaN"),
        ("sku", Op.EQ, "a\0b"),
        ("sku", Op.EQ, "a\ud800"),
        ("sku", Op.EQ, "x" * 501),
        ("units", Op.CONTAINS, "1"),
        ("sku", Op.NULL, "perhaps"),
    ],
)
def test_a_value_is_read_by_its_column(name, op, value):
    with pytest.raises(Refused) as refused:
        _plan("sales_daily", filters=(Filter(name, op, (value,)),))
    assert refused.value.reason == "wrong_value" and len(str(refused.value)) < 300


def test_a_filter_for_one_pins_what_may_not_be_added_over():
    one = _plan("sales_daily", columns=("orders",), period=Period.MONTH, filters=(Filter("sku", Op.EQ, ("A",)),))
    assert [each.name for each in one.columns] == ["date", "orders"]
    with pytest.raises(Refused):
        _plan("sales_daily", columns=("orders",), period=Period.MONTH, filters=(Filter("sku", Op.EQ, ("A", "B")),))


def test_without_columns_all_is_told_that_can_be_and_currencies_stay_apart():
    for mart in marts().values():
        told = plan(Question(mart.name, period=Period.ALL), mart)
        assert all(each.adds in (Adds.SUM, Adds.STOCK, Adds.RATIO, Adds.KEY) for each in told.columns)
        if any(each.money == "currency" for each in told.columns):
            assert "currency" in {each.name for each in told.keys}


def test_a_confined_key_is_confined_in_every_mart():
    for mart in marts().values():
        for told in ({}, {"period": Period.ALL}):
            try:
                sent = statement.page(plan(replace(Question(mart.name), **told), mart, frozenset({"own"})))
            except Refused as refused:
                assert refused.reason == "not_yours" and "store_id" not in mart.columns
            else:
                assert ["own"] in sent.parameters
                assert "store_id = any(" in sent.text.as_string()


@given(st.text())
def test_no_text_is_a_cursor_by_chance(text):
    with pytest.raises(Refused):
        pages.position(_plan("sales_daily", after=text))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner), max_leaves=9))
def test_a_cursor_of_another_shape_is_refused(content):
    text = base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
    with pytest.raises(Refused):
        pages.position(_plan("sales_daily", after=text))


@given(st.text(), st.dates(), st.text())
def test_a_cursor_leads_back_to_its_row(store, day, sku):
    key = [each.replace("\0", "")[:400].encode(errors="ignore").decode() for each in (store, sku)]
    made = _plan("sales_daily")
    text = pages.cursor(made, (key[0], day.isoformat(), key[1]))
    again = _plan("sales_daily", after=text)
    if len(text) <= 4000:
        assert pages.position(again) == (key[0], day, key[1])
    with pytest.raises(Refused):
        pages.position(_plan("sales_daily", after=text, newest_first=True))


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), max_size=20))
def test_any_query_string_is_read_or_refused(items):
    try:
        asked = parameters.read("sales_daily", items)
        sent = statement.page(plan(asked.question, marts()["sales_daily"]))
    except Refused:
        return
    # nothing of a value is in the text: what came is quoted by the driver
    assert all(text not in sent.text.as_string() for _, text in items if len(text) > 12)


def test_an_address_goes_to_the_first_mart_that_has_what_is_named():
    named = {
        ("sales", ()): "sales_store_daily",
        ("sales", ("sku",)): "sales_daily",
        ("ads", ("campaign_name",)): "ads_campaigns_daily",
        ("ads", ("search_term",)): "ads_search_terms_daily",
        ("inventory", ("days_of_cover",)): "inventory_health",
    }
    for (address, columns), mart in named.items():
        assert mart_for(address, Question("", columns=columns)).name == mart
    assert mart_for("inventory", Question("", period=Period.MONTH)).name == "inventory_daily"
    assert all(name in marts() for address in ADDRESSES.values() for name in address.marts)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/csv", "csv"),
        ("text/csv;q=0.5, application/json;q=0.4", "csv"),
        ("application/vnd.apache.parquet, */*;q=0.1", "parquet"),
        ("text/*", "csv"),
        ("application/json;q=0, */*", "csv"),
        ("image/png", None),
        ("text/csv;q=nonsense", None),
    ],
)
def test_the_form_is_the_one_that_is_liked_best(accept, form):
    assert wanted(accept, {str(key): each for key, each in TYPES.items()}) == form
