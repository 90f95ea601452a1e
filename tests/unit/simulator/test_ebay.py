"""eBay's APIs as the simulator speaks them: who may ask, pages, filters, a day's calls, quantities that are told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from simulator.apis.ebay import access, keys
from simulator.apis.server import application
from simulator.apis.simulation import Simulation
from simulator.seeded_world import World

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
READ = f"{access.SCOPE}/sell.inventory.readonly {access.SCOPE}/sell.fulfillment.readonly"
ORDERS = "/sell/fulfillment/v1/order"
ITEMS = "/sell/inventory/v1/inventory_item"
UPDATE = "/sell/inventory/v1/bulk_update_price_quantity"


@pytest.fixture(scope="module")
def world() -> World:
    return World(7, NOW, stores=1, products=5, days=30)


class Ebay:
    """Asks the simulator with a token of its own."""

    def __init__(self, world: World, folder: Path) -> None:
        self.sim = Simulation(world, NOW, folder, "http://testserver")
        self.client = TestClient(application(self.sim))
        self.shop = next(shop for shop in world.shops if shop.kind == "ebay")
        self.business = world.shop_business(self.shop)

    def token(self, secret: str | None = None, **form: str) -> Any:
        asked = {"grant_type": "refresh_token", "refresh_token": self.shop.access_token, "scope": READ, **form}
        auth = (self.shop.client_id, secret or self.shop.client_secret)
        return self.client.post("/identity/v1/oauth2/token", data=asked, auth=auth)

    def get(self, path: str, **params: Any) -> Any:
        token = self.token().json()["access_token"]
        return self.client.get(path, params=params, headers={"Authorization": f"Bearer {token}"})

    def get_as_application(self, path: str) -> Any:
        token = self.token(grant_type="client_credentials", scope=access.SCOPE).json()["access_token"]
        return self.client.get(path, headers={"Authorization": f"Bearer {token}"})

    def tell(self, *requests: dict[str, Any]) -> Any:
        token = self.token(scope=f"{access.SCOPE}/sell.inventory").json()["access_token"]
        return self.client.post(UPDATE, json={"requests": requests}, headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def ebay(world: World, tmp_path: Path) -> Ebay:
    return Ebay(world, tmp_path)


def number(answer: Any) -> int:
    return answer.json()["errors"][0]["errorId"]


def test_a_token_is_for_who_may_have_it_and_for_what_was_granted(ebay: Ebay) -> None:
    assert ebay.token().json()["token_type"] == "User Access Token"
    assert ebay.token("PRD-wrong").status_code == 401
    assert ebay.token(refresh_token="v^1.1#other").json()["error"] == "invalid_grant"
    assert ebay.token(scope=f"{access.SCOPE}/sell.marketing").json()["error"] == "invalid_scope"
    app = ebay.token(grant_type="client_credentials", scope=access.SCOPE).json()["access_token"]
    refused = ebay.client.get(ITEMS, headers={"Authorization": f"Bearer {app}"})
    assert (refused.status_code, number(refused)) == (403, 1100)
    assert ebay.client.get(ITEMS, headers={"Authorization": "Bearer no"}).status_code == 401
    token = ebay.token().json()["access_token"]
    written = ebay.client.post(UPDATE, json={"requests": []}, headers={"Authorization": f"Bearer {token}"})
    assert written.status_code == 403, "a token that reads does not write"


def test_pages_of_items_are_counted_by_pages_and_an_offer_wants_a_sku(ebay: Ebay) -> None:
    found: list[str] = []
    for page in range(99):
        answer = ebay.get(ITEMS, limit=3, offset=page).json()
        found += [each["sku"] for each in answer["inventoryItems"]]
        if "next" not in answer:
            break
    assert found == sorted(each.sku for each in ebay.business.variants) and answer["total"] == len(found)
    assert number(ebay.get(ITEMS, limit=201)) == 25706
    assert number(ebay.get("/sell/inventory/v1/offer")) == 25707
    assert ebay.get("/sell/inventory/v1/offer", sku="NEW-2026").status_code == 404
    (offer,) = ebay.get("/sell/inventory/v1/offer", sku="OLD-2019").json()["offers"]
    assert offer["status"] == "UNPUBLISHED" and "listing" not in offer


def test_pages_of_orders_are_counted_by_orders(ebay: Ebay) -> None:
    known = [each.order_id for each in ebay.business.orders_by(NOW)]
    found = [
        each for offset in range(0, len(known), 7) for each in ebay.get(ORDERS, limit=7, offset=offset).json()["orders"]
    ]
    assert sorted(each["orderId"] for each in found) == sorted(known) and len(known) > 20
    some = [
        each["orderId"] for each in ebay.get(ORDERS, orderIds=",".join(known[:3]), filter="nonsense").json()["orders"]
    ]
    assert set(some) == set(known[:3])


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"filter": "color:{red}"}, 30700),
        ({"filter": "orderfulfillmentstatus:{FULFILLED}"}, 30800),
        ({"filter": "lastmodifieddate:[yesterday..]"}, 30810),
        ({"filter": "lastmodifieddate:[2026-03-01T00:00:00..]"}, 30810),
        ({"filter": "lastmodifieddate:[..2026-03-01T00:00:00.000Z]"}, 30820),
        ({"filter": "lastmodifieddate:[2024-03-01T00:00:00.000Z..]"}, 30830),
        ({"filter": "lastmodifieddate:[2026-03-02T00:00:00.000Z..2026-03-01T00:00:00.000Z]"}, 30840),
        ({"filter": "lastmodifieddate:[2026-03-02T00:00:00.000Z..2026-03-20T00:00:00.000Z]"}, 30850),
        ({"limit": "201"}, 31100),
        ({"offset": "-1"}, 31000),
        ({"orderIds": ",".join(map(str, range(51)))}, 30900),
    ],
)
def test_what_orders_may_not_be_asked_for(ebay: Ebay, asked: dict[str, str], wanted: int) -> None:
    answer = ebay.get(ORDERS, **asked)
    assert (answer.status_code, number(answer)) == (400, wanted)


def test_a_window_of_changes_is_inclusive_and_creation_goes_before_it(ebay: Ebay) -> None:
    rows = ebay.get(ORDERS, limit=200).json()["orders"]
    one = sorted(rows, key=lambda row: row["lastModifiedDate"])[5]
    at = one["lastModifiedDate"]
    changed = f"lastmodifieddate:[{at}..{at}]"
    assert one["orderId"] in {each["orderId"] for each in ebay.get(ORDERS, filter=changed).json()["orders"]}
    both = ebay.get(ORDERS, filter=f"{changed},creationdate:[2026-01-01T00:00:00.000Z..]", limit=200)
    assert len(both.json()["orders"]) == len(rows)


def test_a_day_has_so_many_calls(ebay: Ebay) -> None:
    ebay.get(ITEMS)
    (limits,) = (
        each["resources"][0]["rates"][0]
        for each in ebay.get_as_application("/developer/analytics/v1_beta/rate_limit/").json()["rateLimits"]
        if each["apiName"] == "inventory"
    )
    assert (limits["limit"], limits["remaining"]) == (access.CALLS_A_DAY, access.CALLS_A_DAY - 1)
    access.memory(ebay.sim).calls[ebay.shop.client_id, "inventory", "2026-03-10"] = access.CALLS_A_DAY
    refused = ebay.get(ITEMS)
    assert (refused.status_code, number(refused)) == (429, 2001)
    assert ebay.get(ORDERS).status_code == 200, "each API has a day of its own"


def test_quantities_that_are_told_are_shown_and_what_is_wrong_is_told_by_item(ebay: Ebay) -> None:
    one, other = [each for each in ebay.business.variants if each.offer is not None and each.cap is None][:2]
    answer = ebay.tell(
        {"sku": one.sku, "shipToLocationAvailability": {"quantity": 3}},
        {"sku": "nothing", "shipToLocationAvailability": {"quantity": 3}},
        {"sku": other.sku, "offers": [{"offerId": other.item_id, "availableQuantity": 1}]},
    )
    assert answer.status_code == 207
    assert [each["statusCode"] for each in answer.json()["responses"]] == [200, 404, 200]
    shown = {each["sku"]: each["availability"] for each in ebay.get(ITEMS, limit=200).json()["inventoryItems"]}
    assert shown[one.sku]["shipToLocationAvailability"]["quantity"] == 3
    (offer,) = ebay.get("/sell/inventory/v1/offer", sku=other.sku).json()["offers"]
    assert offer["availableQuantity"] == min(1, shown[other.sku]["shipToLocationAvailability"]["quantity"])
    assert ebay.tell(*({"sku": one.sku} for _ in range(26))).status_code == 400
    access.memory(ebay.sim).revisions[one.product_id, "2026-03-10"] = 250
    blocked = ebay.tell({"sku": one.sku, "shipToLocationAvailability": {"quantity": 9}})
    assert blocked.status_code == 207 and blocked.json()["responses"][0]["statusCode"] == 400


def test_the_key_of_notifications_is_given_to_the_application_only(ebay: Ebay) -> None:
    path = f"/commerce/notification/v1/public_key/{keys.key_id(7)}"
    assert "\n" not in ebay.get_as_application(path).json()["key"]
    assert ebay.get_as_application(path + "0").status_code == 404
    assert ebay.get(path).status_code == 403
