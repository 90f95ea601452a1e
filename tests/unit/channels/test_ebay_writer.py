"""The writer of eBay against the simulated Sell Inventory API: what is read, how it is set, and what is refused."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from pipelines.channels.model import Change, Channel, Listing, Shown
from pipelines.channels.retries import has_change_left
from pipelines.channels.writers.ebay import MOST_ITEMS, REVISIONS_A_DAY, EbayWriter
from pipelines.errors import SourceError
from pipelines.sources.ebay.tokens import SETS
from simulator.apis.ebay.access import memory
from simulator.apis.server import application
from simulator.apis.simulation import Simulation
from simulator.seeded_world import World

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


class Api:
    """Stands for Sell: asks the simulator in this process, with a token for setting quantities."""

    def __init__(self, sim: Simulation, shop: Any) -> None:
        self.client, self.asked = TestClient(application(sim)), []
        form = {"grant_type": "refresh_token", "refresh_token": shop.access_token, "scope": " ".join(SETS)}
        answer = self.client.post("/identity/v1/oauth2/token", data=form, auth=(shop.client_id, shop.client_secret))
        self.headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    async def get(self, shop: Any, api: str, path: str, params: Any, **_: Any) -> Any:
        return self._answer(path, self.client.get(f"/sell/{api}/v1{path}", params=params, headers=self.headers))

    async def post(self, shop: Any, api: str, path: str, body: Any, **_: Any) -> Any:
        return self._answer(path, self.client.post(f"/sell/{api}/v1{path}", json=body, headers=self.headers))

    def _answer(self, path: str, answer: Any) -> Any:
        self.asked.append(path)
        if answer.status_code >= 400:
            raise SourceError(answer.text, status=answer.status_code)
        return answer.json()


@pytest.fixture
def place(tmp_path: Path) -> Any:
    """A writer, the shop's variants by their listings, and the simulation."""
    sim = Simulation(World(7, NOW, stores=1, products=8, days=10), NOW, tmp_path, "http://testserver")
    shop = next(each for each in sim.world.shops if each.kind == "ebay")
    listed = {Listing(shop.shop_id, each.product_id, each.sku): each for each in sim.world.shop_business(shop).variants}
    api, channel = Api(sim, shop), Channel(shop.shop_id, "ebay", "harbor", shop=shop)  # type: ignore[arg-type]
    return SimpleNamespace(writer=EbayWriter(api, channel, NOW), listed=listed, sim=sim, api=api)  # type: ignore[arg-type]


def told(place: Any, changes: list[Change], shown: Any) -> Any:
    (request,) = place.writer.requests(changes, shown)
    return asyncio.run(place.writer.send(request.body, "", request.changes))


def test_buyers_see_what_was_set_whatever_the_offer_allowed_before(place: Any) -> None:
    shown = asyncio.run(place.writer.read(list(place.listed)))
    assert {each.status for listing, each in place.listed.items() if listing not in shown} == {"", "UNPUBLISHED"}
    capped = next(each for each, variant in place.listed.items() if variant.cap is not None and variant.offer)
    changes = [Change(capped, shown[capped].quantity, 30)]
    assert [each.outcome for each in told(place, changes, shown)] == ["taken"]
    assert asyncio.run(place.writer.read([capped]))[capped].quantity == 30
    assert set(place.sim.stock.executed.values()) == {1}
    assert asyncio.run(EbayWriter(place.api, place.writer._channel, NOW).read([capped]))[capped].quantity == 30


def test_an_offer_is_read_again_only_after_its_item_has_changed(place: Any) -> None:
    listing = next(iter(place.listed))
    shown = asyncio.run(place.writer.read([listing]))
    asyncio.run(place.writer.read([listing]))
    assert place.api.asked == ["/bulk_get_inventory_item", "/offer", "/bulk_get_inventory_item"]
    told(place, [Change(listing, shown[listing].quantity, 7)], shown)
    asyncio.run(place.writer.read([listing]))
    assert place.api.asked[3:] == ["/bulk_update_price_quantity", "/bulk_get_inventory_item", "/offer"]


def test_the_251st_revision_of_a_day_is_refused_with_ebays_words(place: Any) -> None:
    listing, other = list(place.listed)[:2]
    shown = asyncio.run(place.writer.read([listing, other]))
    memory(place.sim).revisions[listing.item_id, "2026-03-10"] = REVISIONS_A_DAY
    one, two = told(place, [Change(listing, 1, 2), Change(other, 1, 2)], shown)
    assert (one.outcome, two.outcome) == ("refused", "taken") and "25002" in one.said
    assert has_change_left(REVISIONS_A_DAY - 1, REVISIONS_A_DAY, raises=False)
    assert not has_change_left(REVISIONS_A_DAY, REVISIONS_A_DAY, raises=False)
    assert not has_change_left(REVISIONS_A_DAY - 25, REVISIONS_A_DAY, raises=True), "some are kept for lowering"


def test_a_sku_is_in_a_request_once_and_listings_that_are_not_changed_show_no_more(place: Any) -> None:
    shop_id = place.writer._channel.channel_id
    listings = [Listing(shop_id, str(number), f"SKU-{number // 2}") for number in range(60)]
    shown = {
        each: Shown(
            4,
            NOW,
            details={
                "offers": [each.item_id],
                "listings": {other.item_id: 4 for other in listings if _same(each, other)},
            },
        )
        for each in listings
    }
    requests = place.writer.requests([Change(each, 4, 2) for each in listings], shown)
    skus = [line["sku"] for each in requests for line in each.body["requests"]]
    assert len(skus) == len(set(skus)) == 30
    assert all(sum(len(line["offers"]) for line in each.body["requests"]) <= MOST_ITEMS for each in requests)
    (alone,) = place.writer.requests([Change(listings[0], 4, 2)], shown)
    (line,) = alone.body["requests"]
    assert line["shipToLocationAvailability"]["quantity"] == 4
    assert line["offers"] == [{"offerId": "0", "availableQuantity": 2}]


def _same(one: Listing, other: Listing) -> bool:
    return one.channel_sku == other.channel_sku
