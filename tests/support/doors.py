"""Ten figures of the daily brief, asked at every door: SQL as BI tools do, the read API, the assistant's tools."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import psycopg

from pipelines.warehouse.embedded import free_port
from tests.support.assistant import over_http
from tests.support.serving import wait_until
from tests.support.truth import ROOT

TENANT, STORE = "harbor", "harbor-us"


@dataclass(frozen=True, eq=False)
class Figure:
    """fact: of the brief. sql: of the mart. column: of the API. metric: of the assistant.

    where: which rows the brief takes, for SQL and the API; filters: the same for the assistant, which takes whole rows
    of profit by itself. times: 100 where the API tells a share. places: in which it is compared, as the brief tells it.
    """

    fact: str
    mart: str
    sql: str
    column: str
    metric: str
    places: int = 2
    where: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)
    times: int = 1


_SOLD, _VISITED, _EARNED = "sales_store_daily", "traffic_store_daily", "profit_daily"
_SALES = "sum(item_price_amount)", "item_price_amount", "sales"
_PROFIT = "sum(profit_amount)", "profit_amount", "profit"
_WHOLE = {"is_complete": "true"}
FIGURES = (
    Figure("sales_day", _SOLD, *_SALES),
    Figure("sales_7d", _SOLD, *_SALES),
    Figure("units_day", _SOLD, "sum(units)", "units", "units", 0),
    Figure("orders_day", _SOLD, "sum(orders)", "orders", "orders", 0),
    Figure("sessions_day", _VISITED, "sum(sessions)", "sessions", "sessions", 0),
    Figure(
        *("conversion_day", _VISITED, "100.0 * sum(units_ordered) / sum(sessions)"),
        *("unit_session_percentage", "conversion", 1),
    ),
    Figure(
        *("ad_spend_7d", "ads_campaigns_daily", "sum(cost)", "cost", "ad_spend"),
        where={"ad_product": "SPONSORED_PRODUCTS"},
        filters={"ad_type": "SPONSORED_PRODUCTS"},
    ),
    Figure("profit_day", _EARNED, *_PROFIT, where=_WHOLE),
    Figure("profit_7d", _EARNED, *_PROFIT, where=_WHOLE),
    Figure(
        *("margin_7d", _EARNED, "100 * sum(profit_amount) / sum(revenue_net_amount)", "margin", "margin", 1),
        where=_WHOLE,
        times=100,
    ),
)


def different_at_doors(home: Path, url: str) -> list[str]:
    """Figures that a door tells otherwise than the newest daily brief. home: that of the demo. url: of the BI role."""
    with psycopg.connect(url) as conn:
        row = conn.execute(
            "select facts from insights.briefs where kind = 'daily' and store_id = %s and language = 'en' "
            "order by period_end desc limit 1",
            (STORE,),
        ).fetchone()
        assert row is not None, f"there is no daily brief of {STORE}"
        facts = {each["name"]: each for each in row[0] if each["subject"]["key"] == STORE}
        of_brief = {each: Decimal(facts[each.fact]["value"]) for each in _known(facts)}
        periods: dict[Figure, tuple[str, str]] = {each: tuple(facts[each.fact]["period"]) for each in of_brief}
        by_sql = {each: _by_sql(conn, each, *periods[each]) for each in of_brief}
    with _served(home) as (address, key):
        by_api = {each: _by_api(address, key, each, *periods[each]) for each in of_brief}
        by_mcp = asyncio.run(_by_mcp(address, key, periods))
    found = [f"{each.fact}: not in the brief" for each in FIGURES if each not in of_brief]
    for each, value in of_brief.items():
        told = {"sql": by_sql[each], "api": by_api[each], "mcp": by_mcp[each]}
        if any(round(other, each.places) != round(value, each.places) for other in told.values()):
            found.append(f"{each.fact}: {value} in the brief, {told}")
    return found


def _known(facts: Mapping[str, Any]) -> list[Figure]:
    return [each for each in FIGURES if each.fact in facts]


def _by_sql(conn: psycopg.Connection[Any], each: Figure, first: str, last: str) -> Decimal:
    conditions = "".join(f" and {name} = '{value}'" for name, value in each.where.items())
    rows = f"from marts.{each.mart} where store_id = %s and date between %s and %s{conditions}"
    (value,) = conn.execute(f"select {each.sql} {rows}".encode(), (STORE, first, last)).fetchone() or (None,)
    return Decimal(value)


def _by_api(address: str, key: str, each: Figure, first: str, last: str) -> Decimal:
    asked = {"period": "all", "store_id": STORE, "since": first, "until": last, "columns": each.column, **each.where}
    headers = {"Authorization": f"Bearer {key}"}
    answer = httpx.get(f"{address}/v1/marts/{each.mart}", params=asked, headers=headers, timeout=60)
    (row,) = answer.raise_for_status().json()["rows"]
    return Decimal(row[each.column]) * each.times


async def _by_mcp(address: str, key: str, periods: Mapping[Figure, tuple[str, str]]) -> dict[Figure, Decimal]:
    found = {}
    async with over_http(f"{address}/mcp", key) as client:
        for each, (first, last) in periods.items():
            asked = {"metric": each.metric, "period": f"{first}..{last}", "stores": [STORE], "filters": each.filters}
            answer = await client.call_tool("ask_metric", asked)
            assert not answer.is_error, answer.content[0].text
            (row,) = answer.structured_content["rows"]
            found[each] = Decimal(row["value"])
    return found


@contextlib.contextmanager
def _served(home: Path) -> Iterator[tuple[str, str]]:
    """The address of `tradewind serve`, and a key of the tenant."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("TRADEWIND_")}
    environment = {**variables, "TRADEWIND_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pipelines.cli"]
    made = subprocess.run(
        [*command, "keys", "create", "doors", "--tenant", TENANT], env=environment, capture_output=True, check=True
    )
    key = next(each for each in made.stdout.decode().split() if each.startswith("tw_"))
    port = free_port()
    server = subprocess.Popen([*command, "serve", "--port", str(port)], env=environment)
    try:
        wait_until(lambda: _answers(port), seconds=120)
        yield f"http://127.0.0.1:{port}", key
    finally:
        server.terminate()
        server.wait(30)


def _answers(port: int) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"http://127.0.0.1:{port}/health", timeout=10).is_success
    return False
