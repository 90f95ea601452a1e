"""The scripted client of the benchmark picks tools by rules: a dozen of its sixty questions."""

from __future__ import annotations

import pytest

from bench.assistant_client import REFUSED, Choice, ask, choose, found

WEEK = {"period": "last week"}


@pytest.mark.parametrize(
    ("question", "choice"),
    [
        (
            "What were my sales in harbor-us last week?",
            Choice("ask_metric", {"metric": "sales", "stores": ["harbor-us"], **WEEK}),
        ),
        ("How many units were sold in all stores last week?", Choice("ask_metric", {"metric": "units", **WEEK})),
        (
            "Which campaign of harbor-us had the highest ACoS in the last 28 days?",
            Choice(
                "ask_metric",
                {"metric": "acos", "stores": ["harbor-us"], "period": "last 28 days", "by": ["campaign"]},
                "campaign",
            ),
        ),
        (
            "How many days of cover has SKU MUG-1 in harbor-us?",
            Choice(
                "ask_metric",
                {"metric": "days_of_cover", "stores": ["harbor-us"], "filters": {"sku": ["MUG-1"]}, "by": ["sku"]},
            ),
        ),
        (
            "How did the conversion of harbor-us change last week?",
            Choice("compare_periods", {"metric": "conversion", "stores": ["harbor-us"], **WEEK}, "change_points"),
        ),
        (
            "Why did sales of harbor-us change last week: what is from price?",
            Choice("why_changed", {"store": "harbor-us", **WEEK}, "from_price"),
        ),
        ("How many stores do I have?", Choice("list_stores", {}, count=True)),
        (
            "What is the ASIN of SKU MUG-1 in harbor-us?",
            Choice("search_products", {"query": "MUG-1", "stores": ["harbor-us"]}, "asin", row={"sku": "MUG-1"}),
        ),
        (
            "How many days of reports are missing in harbor-us in the last 28 days?",
            Choice("what_is_missing", {"stores": ["harbor-us"], "period": "last 28 days"}, "missing_days"),
        ),
        (
            "On which day did harbor-us have the most sales in the last 14 days?",
            Choice(
                "ask_metric",
                {"metric": "sales", "stores": ["harbor-us"], "period": "last 14 days", "by": ["day"]},
                "date",
                best=True,
            ),
        ),
    ],
)
def test_a_question_finds_its_tool(question, choice):
    assert choose(question) == choice


def test_a_figure_is_read_out_of_an_answer_without_its_fence():
    rows = [{"date": "2026-11-01", "value": "9.00"}, {"date": "2026-11-02", "value": "10.00"}]
    assert found(Choice("ask_metric", {}, "date", best=True), {"rows": rows}) == "2026-11-02"
    assert found(Choice("ask_metric", {}, "sku"), {"rows": [{"sku": "<data>MUG 350 ml</data>"}]}) == "MUG 350 ml"


def test_a_refusal_is_heard():
    import asyncio
    from types import SimpleNamespace

    async def call(_: str, __: object) -> SimpleNamespace:
        return SimpleNamespace(is_error=True)

    assert asyncio.run(ask(call, "How many orders of SKU MUG-1 were there?")) == REFUSED
