"""The assistant's tools as clients meet them: the SDK's own over stdio and over HTTP, on one small business."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from pipelines.local.opening import open_all
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support.accounts import Office
from tests.support.assistant import INJECTION, NOW, open_business, over_http
from tests.support.postgres import TestServer
from tests.support.serving import served

Answers = dict[str, Any]

ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "stores": ("list_stores", {}),
    "sales": ("ask_metric", {"metric": "sales", "period": "last week", "stores": ["made-us"]}),
    "sales of all": ("ask_metric", {"metric": "sales", "period": "last week"}),
    "sales by store": ("ask_metric", {"metric": "sales", "period": "last week", "by": ["store"]}),
    "sales by sku": ("ask_metric", {"metric": "sales", "period": "last week", "by": ["sku"], "stores": ["made-us"]}),
    "conversion": ("ask_metric", {"metric": "conversion", "period": "last week", "stores": ["made-us"]}),
    "storage": ("ask_metric", {"metric": "storage fees", "period": "last week"}),
    "orders by sku": ("ask_metric", {"metric": "orders", "by": ["sku"], "stores": ["made-us"]}),
    "another tenant": ("ask_metric", {"metric": "sales", "stores": ["rupee-in"]}),
    "why of another": ("why_changed", {"store": "rupee-in"}),
    "sql": ("ask_metric", {"metric": "sales", "filters": {"sku": ["' or tenant_id = 'rupee' --"]}, "by": ["sku"]}),
    "products": ("search_products", {"query": "mug"}),
    "change": ("compare_periods", {"metric": "units", "period": "2026-11-29", "compared_with": "2026-11-28"}),
    "change without days": ("compare_periods", {"metric": "units", "period": "last week"}),
    "why": ("why_changed", {"store": "made-us", "period": "2026-11-29", "compared_with": "2026-11-28"}),
    "missing": ("what_is_missing", {"period": "last week"}),
    "explained": ("explain_figure", {"metric": "sales", "period": "last week", "stores": ["made-us"]}),
    "alerts": ("list_alerts", {}),
    "brief": ("read_brief", {"store": "made-us"}),
    "no such tool": ("drop_everything", {}),
    "no such argument": ("ask_metric", {"metric": ["sales"]}),
}


@pytest.fixture(scope="module")
def settings_here(
    built_marts: Path, postgres: TestServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    url = postgres.create(name="assistant", template="built")
    settings = open_business(Warehouse(url), tmp_path_factory.mktemp("assistant") / "home")
    yield settings
    postgres.drop(url)


@pytest.fixture(scope="module")
def office(settings_here: Settings) -> Office:
    from pipelines.accounts.keyring import load_keyring

    warehouse, _ = open_all(settings_here)
    return Office(settings_here, warehouse, load_keyring(settings_here))


@pytest.fixture(scope="module")
def over_stdio(office: Office) -> Answers:
    """What `tradewind mcp` answers."""
    settings = office.settings
    assert settings.warehouse_url is not None
    variables = {
        "TRADEWIND_HOME": str(settings.home),
        "TRADEWIND_STORES": str(settings.stores_path),
        "TRADEWIND_WAREHOUSE_URL": settings.warehouse_url.get_secret_value(),
        "TRADEWIND_NOW": NOW.isoformat(),
    }
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "pipelines.cli", "mcp", "--tenant", "made"],
        env={**os.environ, **variables},
    )
    return asyncio.run(_all(Client(command)))


async def _all(connecting: Any) -> Answers:
    async with connecting as client:
        told: Answers = {name: await client.call_tool(tool, arguments) for name, (tool, arguments) in ASKED.items()}
        told["tools"] = (await client.list_tools()).tools
        return told


def rows(answer: Any) -> list[dict[str, Any]]:
    assert not answer.is_error, answer.content[0].text
    assert json.loads(answer.content[0].text) == answer.structured_content, "a model and a program are told the same"
    return answer.structured_content["rows"]


def refusal(answer: Any) -> str:
    assert answer.is_error, answer.content[0].text
    return answer.content[0].text


def test_tools_are_few_and_only_read(over_stdio: Answers):
    assert len(over_stdio["tools"]) <= 12
    assert all(tool.annotations.read_only_hint and tool.output_schema for tool in over_stdio["tools"])
    assert {tool for tool, _ in ASKED.values()} - {"drop_everything"} == {tool.name for tool in over_stdio["tools"]}


def test_a_figure_tells_its_currency_period_coverage_and_freshness(over_stdio: Answers):
    told = over_stdio["sales"].structured_content
    assert rows(over_stdio["sales"]) == [{"value": "840.00", "currency": "USD"}]
    assert told["period"] == {"first": "2026-11-23", "last": "2026-11-29", "days": 7}
    assert told["coverage"]["is_whole"] and told["freshness"]["data_until"] == {"made-us": "2026-11-29"}
    assert told["formula"] == "sum(marts.sales_store_daily.item_price_amount)"


def test_currencies_are_not_added(over_stdio: Answers):
    assert rows(over_stdio["sales of all"]) == [{"value": "1540.00", "currency": "USD"}], "840 + 350 net at 2 USD"
    by_store = {row["store"]: (row["value"], row["currency"]) for row in rows(over_stdio["sales by store"])}
    assert by_store == {"made-us": ("840.00", "USD"), "made-de": ("416.50", "EUR")}
    assert "currencies are not added" in refusal(over_stdio["storage"])


def test_a_ratio_is_not_averaged(over_stdio: Answers):
    assert rows(over_stdio["conversion"]) == [{"value": "10.66"}], "65 of 610, where the days average 15.71"


def test_what_would_count_twice_is_refused(over_stdio: Answers):
    assert "counts once" in refusal(over_stdio["orders by sku"])


def test_an_instruction_in_a_title_is_fenced(over_stdio: Answers):
    titles = {row["store"]: row["title"] for row in rows(over_stdio["products"])}
    assert titles["made-us"] == "<data>" + INJECTION.replace("<", "‹").replace(">", "›") + "</data>"
    (row,) = rows(over_stdio["sales by sku"])
    assert row["sku"] == "MUG-1" and row["title"] == titles["made-us"]
    everything = over_stdio["products"].content[0].text + over_stdio["sales by sku"].content[0].text
    assert INJECTION not in everything


def test_another_tenant_is_not_there(over_stdio: Answers):
    for name in ("another tenant", "why of another"):
        assert "There is no store 'rupee-in' that you may see. There are: made-de, made-us." in refusal(
            over_stdio[name]
        )
    assert rows(over_stdio["sql"]) == []
    del over_stdio["another tenant"], over_stdio["why of another"]
    told = " ".join(str(answer) for name, answer in over_stdio.items() if name != "tools").replace("tenant rupee", "")
    assert "rupee-in" not in told and "77123" not in told


def test_changes_are_told_of_whole_periods_only(over_stdio: Answers):
    assert rows(over_stdio["change"]) == [{"value": 15, "before": 15, "change": 0, "change_percent": "0.00"}]
    (row,) = rows(over_stdio["change without days"])
    assert row == {"value": 105}, "of the week before there are no orders, which is no fall and no rise"
    assert not over_stdio["change without days"].structured_content["coverage"]["is_whole"]
    assert rows(over_stdio["why"])[0]["change"] == "0.00"


def test_a_figure_is_explained_down_to_its_query(over_stdio: Answers):
    details = over_stdio["explained"].structured_content["details"]
    assert details["table"] == "marts.sales_store_daily" and "made-us" in details["query"]
    assert any("amazon_sp.all_orders_by_order_date" in report for report in details["reports"])


def test_what_is_not_there_is_said(over_stdio: Answers):
    assert rows(over_stdio["alerts"]) == [] and rows(over_stdio["missing"]) == []
    assert "`tradewind brief` writes them" in refusal(over_stdio["brief"])
    assert refusal(over_stdio["no such tool"]) and refusal(over_stdio["no such argument"])


def test_over_http_a_key_is_answered_the_same_and_sees_its_stores_only(office: Office, over_stdio: Answers):
    key, confined, foreign = (
        office.key(tenant="made").text,
        office.key(tenant="made", stores=["made-us"]).text,
        office.key(tenant="rupee").text,
    )
    with served(office.settings, office.warehouse) as running:
        url = f"{running.client.base_url}/mcp".replace("//mcp", "/mcp")
        assert running.client.post("/mcp", json={}).status_code == 401
        assert running.client.post("/mcp", json={}, headers={"Authorization": "Bearer tw_x"}).status_code == 401
        told = asyncio.run(_all(over_http(url, key)))
        for name in ("sales", "sales of all", "sales by store", "conversion", "products", "change", "why", "explained"):
            assert told[name].structured_content == over_stdio[name].structured_content, name
        own = asyncio.run(_all(over_http(url, confined)))
        assert rows(own["sales of all"]) == [{"value": "840.00", "currency": "USD"}]
        assert [row["store"] for row in rows(own["products"])] == ["made-us"]
        other = asyncio.run(_all(over_http(url, foreign)))
        assert [row["store"] for row in rows(other["stores"])] == ["rupee-in"]
        assert "There is no store 'made-us'" in refusal(other["sales"])
