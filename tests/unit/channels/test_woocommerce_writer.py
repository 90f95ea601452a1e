"""The writer of WooCommerce against the simulated REST API: products and variations are read, set, and refused."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from pipelines.channels.model import Change, Channel, Listing
from pipelines.channels.writers.woocommerce import PAGE, WooCommerceWriter
from pipelines.errors import SourceError
from simulator.apis.server import application
from simulator.apis.simulation import Simulation
from simulator.seeded_world import World

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


class Api:
    """Stands for Rest: asks the simulator in this process."""

    def __init__(self, sim: Simulation, shop: Any) -> None:
        self.client, self.auth = TestClient(application(sim)), (shop.client_id, shop.client_secret)

    async def send(self, shop: Any, method: str, path: str, **named: Any) -> Any:
        content = {name: named[name] for name in ("params", "json") if name in named}
        answer = self.client.request(method, f"/wp-json/wc/v3{path}", auth=self.auth, **content)
        if answer.status_code >= 400:
            raise SourceError(answer.text, status=answer.status_code)
        return answer


@pytest.fixture
def place(tmp_path: Path) -> Any:
    """A writer, the shop's variants by their listings, and the simulation."""
    sim = Simulation(World(7, NOW, stores=1, products=12, days=10), NOW, tmp_path, "http://testserver")
    shop = next(each for each in sim.world.shops if each.kind == "woocommerce")
    listed = {Listing(shop.shop_id, each.variant_id, each.sku): each for each in sim.world.shop_business(shop).variants}
    channel = Channel(shop.shop_id, "woocommerce", "harbor", shop=shop)  # type: ignore[arg-type]
    return SimpleNamespace(writer=WooCommerceWriter(Api(sim, shop), channel, NOW), listed=listed, sim=sim)  # type: ignore[arg-type]


def test_products_and_variations_are_read_and_set(place: Any) -> None:
    gone = Listing("harbor-woo", "99", "GONE")
    shown = asyncio.run(place.writer.read([*place.listed, gone]))
    assert [each.sku for listing, each in place.listed.items() if listing not in shown] == [""], "it has no stock"
    kinds = {each.variant_id == each.product_id for each in place.listed.values()}
    assert kinds == {True, False}, "the shop has both, or this shows little"
    changes = [Change(each, shown[each].quantity, 40 + number) for number, each in enumerate(shown)]
    for request in place.writer.requests(changes, shown):
        answers = asyncio.run(place.writer.send(request.body, "", request.changes))
        assert {each.outcome for each in answers} == {"taken"}
    after = asyncio.run(place.writer.read(list(shown)))
    assert {each: after[each].quantity for each in after} == {each.listing: each.to_quantity for each in changes}
    assert set(place.sim.stock.executed.values()) == {1} and len(place.sim.stock.executed) == len(shown)


def test_an_item_that_fails_keeps_no_other_one_back(place: Any) -> None:
    listing = next(each for each, variant in place.listed.items() if variant.variant_id == variant.product_id)
    changes = [Change(listing, 1, 5), Change(Listing("harbor-woo", "99", "GONE"), 1, 5)]
    body = {"product": "", "update": [{"id": int(each.listing.item_id), "stock_quantity": 5} for each in changes]}
    taken, refused = asyncio.run(place.writer.send(body, "", changes))
    assert (taken.outcome, refused.outcome) == ("taken", "refused")
    assert refused.said == "woocommerce_rest_product_invalid_id: Invalid ID."


def test_requests_are_as_full_as_a_batch_may_be(place: Any) -> None:
    listings = [Listing("harbor-woo", str(number), "x") for number in range(PAGE + 1)]
    shown = {each: SimpleNamespace(details={"product": ""}) for each in listings}
    made = place.writer.requests([Change(each, 1, 5) for each in listings], shown)
    assert [len(each.body["update"]) for each in made] == [PAGE, 1]


def test_what_was_set_is_known_after_a_restart(place: Any, tmp_path: Path) -> None:
    listing = next(iter(asyncio.run(place.writer.read(list(place.listed)))))
    shown = asyncio.run(place.writer.read([listing]))
    (request,) = place.writer.requests([Change(listing, 0, 77)], shown)
    asyncio.run(place.writer.send(request.body, "", request.changes))
    assert Simulation(place.sim.world, NOW, tmp_path, "http://testserver").stock.figure(
        "harbor-woo", listing.item_id
    ) == (
        NOW,
        77,
    )
