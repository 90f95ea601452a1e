"""Shopify's Admin API as the simulator speaks it: who may ask, what a query may be, points, pages and searches."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from simulator.apis.buckets import Buckets
from simulator.apis.server import application
from simulator.apis.simulation import Simulation
from simulator.seeded_world import World

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
PATH = "/admin/api/2026-10/graphql.json"
ORDERS = """query Orders($after: String, $search: String) {
  orders(first: 20, after: $after, query: $search, sortKey: UPDATED_AT) {
    nodes { id updatedAt lineItems(first: 1) { nodes { id } pageInfo { hasNextPage } } }
    pageInfo { hasNextPage endCursor }
  }
}"""


@pytest.fixture(scope="module")
def world() -> World:
    return World(7, NOW, stores=1, products=5, days=14)


@pytest.fixture
def sim(world: World, tmp_path: Path) -> Simulation:
    simulation = Simulation(world, NOW, tmp_path, "http://testserver")
    simulation.buckets = Buckets(clock=lambda: 0.0)  # nothing comes back while a test runs
    return simulation


def ask(sim: Simulation, query: str, token: str | None = None, path: str = PATH, **variables: Any) -> Any:
    headers = {"X-Shopify-Access-Token": token or sim.world.shops[0].access_token}
    return TestClient(application(sim)).post(path, json={"query": query, "variables": variables}, headers=headers)


def test_a_wrong_token_and_another_version_are_refused(sim: Simulation) -> None:
    assert ask(sim, "{ shop { name } }", token="shpat_wrong").status_code == 401
    assert ask(sim, "{ shop { name } }", path=PATH.replace("2026-10", "2024-01")).status_code == 404


def test_an_app_is_given_a_token_for_its_secret(sim: Simulation) -> None:
    shop, client = sim.world.shops[0], TestClient(application(sim))
    form = {"grant_type": "client_credentials", "client_id": shop.client_id, "client_secret": shop.client_secret}
    given = client.post("/admin/oauth/access_token", data=form)
    assert given.json()["access_token"] == shop.access_token and given.json()["expires_in"] == 86399
    assert client.post("/admin/oauth/access_token", data={**form, "client_secret": "shpss_no"}).status_code == 400
    assert client.post("/admin/oauth/access_token", data={**form, "grant_type": "password"}).status_code == 400


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ shop { nickname } }", "undefinedField"),
        ("{ orders { nodes { id } } }", "BAD_REQUEST"),
        ("{ orders(first: 251) { nodes { id } } }", "BAD_REQUEST"),
        ("{ shop { ", "PARSE_FAILURE"),
        (
            "{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { taxLines { priceSet { shopMoney { amount }"
            " } } variant { product { id } inventoryItem { id } } } } refunds { refundLineItems(first: 250) { nodes {"
            " lineItem { id } subtotalSet { shopMoney { amount } } } } } } } }",
            "MAX_COST_EXCEEDED",
        ),
    ],
)
def test_what_shopify_does_not_execute_is_answered_with_200_and_a_code(sim: Simulation, query: str, code: str) -> None:
    answer = ask(sim, query)
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["extensions"]["code"] == code
    assert answer.json().get("data") is None


def test_pages_have_every_order_once_by_their_last_change(sim: Simulation, world: World) -> None:
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = ask(sim, ORDERS, after=after).json()["data"]["orders"]
        found += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    known = list(world.shop_business(world.shops[0]).orders_by(NOW))
    assert {each["id"] for each in found} == {each.order_id for each in known}
    assert len(found) == len(known) > 20
    assert [each["updatedAt"] for each in found] == sorted(each["updatedAt"] for each in found)
    assert any(each["lineItems"]["pageInfo"]["hasNextPage"] for each in found)
    half = found[len(found) // 2]["updatedAt"]
    later = ask(sim, ORDERS, search=f"updated_at:>='{half}' AND updated_at:<'2030-01-01T00:00:00Z'").json()
    expected = [each["id"] for each in found if each["updatedAt"] >= half][:20]
    assert [each["id"] for each in later["data"]["orders"]["nodes"]] == expected


def test_a_cursor_of_somebody_else_is_refused(sim: Simulation) -> None:
    answer = ask(sim, ORDERS, after="not ours").json()
    assert "Invalid cursor" in answer["errors"][0]["message"] and answer["data"] is None


def test_points_are_taken_given_back_and_run_out(sim: Simulation) -> None:
    first = ask(sim, ORDERS).json()["extensions"]["cost"]
    assert 0 < first["actualQueryCost"] <= first["requestedQueryCost"]
    status = first["throttleStatus"]
    assert status["currentlyAvailable"] >= 2000 - first["actualQueryCost"]
    sim.buckets.empty(("shopify", sim.world.shops[0].shop_id, "points"))
    refused = ask(sim, ORDERS)
    assert refused.status_code == 200
    assert refused.json()["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert refused.json()["extensions"]["cost"]["actualQueryCost"] is None
