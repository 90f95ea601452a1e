"""inventorySetQuantities as the simulator speaks it: the recorded refusals, compare and set, and keys."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from simulator.apis.server import application
from simulator.apis.simulation import Simulation
from simulator.seeded_world import World
from simulator.world.shops.shop import MAIN, gid

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
PATH = "/admin/api/2026-10/graphql.json"
SELECTED = "{ inventoryAdjustmentGroup { id changes { name delta } } userErrors { field code message } }"
SET = (
    "mutation Set($input: InventorySetQuantitiesInput!, $key: String!)"
    " { inventorySetQuantities(input: $input) @idempotent(key: $key) " + SELECTED + " }"
)
READ = """query Read($ids: [ID!]!) { nodes(ids: $ids) { id ... on ProductVariant { inventoryItem { id
  inventoryLevels(first: 5) { nodes { location { id } quantities(names: ["available", "on_hand", "committed"])
  { name quantity } } } } } } }"""


@pytest.fixture(scope="module")
def world() -> World:
    return World(7, NOW, stores=1, products=5, days=14)


@pytest.fixture
def sim(world: World, tmp_path: Path) -> Simulation:
    return Simulation(world, NOW, tmp_path, "http://testserver")


class Shop:
    """A client of the world's shop. item: of its first variant; place: its main location."""

    def __init__(self, sim: Simulation) -> None:
        self.sim, self.shop = sim, sim.world.shops[0]
        variant = sim.world.shop_business(self.shop).variants[0]
        self.variant, self.item = variant.variant_id, variant.item_id
        self.place = gid("Location", self.shop.shop_id, MAIN)

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        headers = {"X-Shopify-Access-Token": self.shop.access_token}
        client = TestClient(application(self.sim))
        answer = client.post(PATH, json={"query": query, "variables": variables}, headers=headers)
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found

    def figures(self) -> dict[str, int]:
        (node,) = self.ask(READ, ids=[self.variant])["data"]["nodes"]
        level = next(
            each for each in node["inventoryItem"]["inventoryLevels"]["nodes"] if each["location"]["id"] == self.place
        )
        return {each["name"]: each["quantity"] for each in level["quantities"]}

    def input(self, quantity: int, seen: int | None, **more: Any) -> dict[str, Any]:
        line = {"inventoryItemId": self.item, "locationId": self.place, "quantity": quantity}
        return {
            "name": "available",
            "reason": "correction",
            "quantities": [{**line, "changeFromQuantity": seen, **more}],
        }

    def set(self, quantity: int, seen: int | None, key: str, **more: Any) -> dict[str, Any]:
        answer = self.ask(SET, input=self.input(quantity, seen, **more), key=key)
        found: dict[str, Any] = answer["data"]["inventorySetQuantities"]
        return found


def test_a_figure_is_set_and_stays_set_after_a_restart(sim: Simulation, tmp_path: Path) -> None:
    shop = Shop(sim)
    before = shop.figures()
    done = shop.set(before["available"] + 7, before["available"], "one")
    assert done["userErrors"] == []
    assert [(each["name"], each["delta"]) for each in done["inventoryAdjustmentGroup"]["changes"]] == [
        ("available", 7),
        ("on_hand", 7),
    ]
    after = shop.figures()
    assert {name: after[name] - before[name] for name in after} == {"available": 7, "on_hand": 7, "committed": 0}
    again = Shop(Simulation(sim.world, NOW, tmp_path, "http://testserver"))
    assert again.figures() == after
    assert again.set(before["available"] + 7, before["available"], "one") == done, "the key is known still"
    assert again.figures() == after


def test_a_key_is_executed_once_and_belongs_to_one_request(sim: Simulation) -> None:
    shop = Shop(sim)
    seen = shop.figures()["available"]
    first = shop.set(seen + 1, seen, "two")
    assert shop.set(seen + 1, seen, "two") == first
    assert sum(sim.stock.executed.values()) == 1
    other = shop.set(seen + 2, None, "two")
    assert [each["code"] for each in other["userErrors"]] == ["IDEMPOTENCY_KEY_PARAMETER_MISMATCH"]


def test_a_figure_that_has_changed_meanwhile_is_not_overwritten(sim: Simulation) -> None:
    shop = Shop(sim)
    seen = shop.figures()["available"]
    stale = shop.set(5, seen + 1, "three")
    assert stale["inventoryAdjustmentGroup"] is None
    assert [(each["field"][2], each["code"]) for each in stale["userErrors"]] == [("0", "CHANGE_FROM_QUANTITY_STALE")]
    assert shop.figures()["available"] == seen
    used = shop.set(5, seen + 1, "three")
    assert [each["code"] for each in used["userErrors"]] == ["IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"]


def test_what_shopify_refuses_is_refused_as_it_was_recorded(sim: Simulation) -> None:
    shop = Shop(sim)
    without = SET.replace(" @idempotent(key: $key)", "").replace(", $key: String!", "")
    answer = shop.ask(without, input=shop.input(5, None))
    assert answer["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert answer["errors"][0]["message"].startswith("The @idempotent directive is required for this mutation")
    assert answer["data"] == {"inventorySetQuantities": None}
    bare = shop.input(5, None)
    del bare["quantities"][0]["changeFromQuantity"]
    answer = shop.ask(SET, input=bare, key="four")
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_FIELD_ARGUMENTS"
    answer = shop.ask(SET, input={**shop.input(5, None), "ignoreCompareQuantity": True}, key="five")
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_VARIABLE" and "data" not in answer
    unknown = shop.set(5, None, "six", inventoryItemId="gid://shopify/InventoryItem/999999999999")
    assert unknown["userErrors"][0]["field"] == ["input", "quantities", "0", "inventoryItemId"]
    assert unknown["userErrors"][0]["code"] == "INVALID_INVENTORY_ITEM"
    assert shop.set(-1, None, "seven")["userErrors"][0]["code"] == "INVALID_QUANTITY_NEGATIVE"
    assert not sim.stock.executed
