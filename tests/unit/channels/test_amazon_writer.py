"""The writer of Amazon against the simulated Listings Items API: reads, sets, and what is refused."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from pipelines.channels.model import Change, Channel, Listing
from pipelines.channels.writers import amazon
from pipelines.channels.writers.amazon import AmazonWriter
from pipelines.errors import SourceError
from pipelines.sources.amazon.feeds import Feeds
from simulator.apis.server import application
from simulator.apis.simulation import Simulation
from simulator.seeded_world import World

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


class Api:
    """Stands for SpApi: asks the simulator in this process, with the account's token."""

    def __init__(self, sim: Simulation) -> None:
        self.client, account = TestClient(application(sim)), sim.world.accounts[0]
        form = {
            "grant_type": "refresh_token",
            "refresh_token": account.refresh_token,
            "client_id": sim.world.client_id,
            "client_secret": sim.world.client_secret,
        }
        self.token = self.client.post("/auth/o2/token", data=form).json()["access_token"]

    async def json(self, account: Any, operation: str, method: str, path: str, **named: Any) -> dict[str, Any]:
        answer = self.client.request(
            method,
            path,
            params=named.get("params"),
            json=named.get("json"),
            headers={"x-amz-access-token": self.token, "user-agent": "test"},
        )
        if answer.status_code >= 300:
            raise SourceError(answer.text, status=answer.status_code)
        found: dict[str, Any] = answer.json()
        return found


class Store:
    """Stands for Http: uploads and fetches what signed addresses name."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    async def send(self, method: str, url: str, **named: Any) -> Any:
        answer = self.client.request(method, url, **named)
        assert answer.status_code == 200, answer.text
        return answer


@pytest.fixture
def place(tmp_path: Path) -> Any:
    """A writer of the first store, its listings by who sends them, and the simulation."""
    world = World(7, NOW, stores=1, products=8, days=10)
    sim = Simulation(world, NOW, tmp_path, "http://testserver", time_scale=10_000)
    account = world.accounts[0]
    store = account.configured_stores[0]
    known = SimpleNamespace(
        store_id=store.store_id,
        seller_id=account.seller_id,
        marketplace=SimpleNamespace(marketplace_id=store.marketplace.marketplace_id),
    )
    channel = Channel(store.store_id, "amazon", store.tenant_id, store=known, account=account)  # type: ignore[arg-type]
    offers = world.business(store).offers
    listed = {
        sends: [Listing(store.store_id, each.asin, each.sku) for each in offers if each.channel == sends]
        for sends in {each.channel for each in offers}
    }
    api: Any = Api(sim)
    feeds: Any = Feeds(api, Store(api.client))  # type: ignore[arg-type]
    return SimpleNamespace(writer=AmazonWriter(api, feeds, channel, NOW), listed=listed, sim=sim)


def test_the_merchants_stock_is_read_and_set(place: Any) -> None:
    own = place.listed.pop("Merchant")
    amazons = [each for listings in place.listed.values() for each in listings]
    gone = Listing(own[0].channel_id, "B000000000", "NO-SUCH-SKU")
    shown = asyncio.run(place.writer.read([own[0], *amazons, gone]))
    assert set(shown) == {own[0]}, "what Amazon sends, and what is not listed, has no figure of ours"
    change = Change(own[0], shown[own[0]].quantity, shown[own[0]].quantity + 4)
    (request,) = place.writer.requests([change], shown)
    (answer,) = asyncio.run(place.writer.send(request.body, "", [change]))
    assert answer.outcome == "taken"
    assert asyncio.run(place.writer.read([own[0]]))[own[0]].quantity == change.to_quantity
    assert list(place.sim.stock.executed.values()) == [1]


def test_what_amazon_does_not_accept_is_refused_with_its_words(place: Any) -> None:
    own, amazons = place.listed["Merchant"][0], next(iter(place.listed.keys() - {"Merchant"}))
    body = {"productType": "HOME", "patches": [{"op": "merge", "path": "/attributes/item_name", "value": []}]}
    (answer,) = asyncio.run(place.writer.send(body, "", [Change(own, 1, 2)]))
    assert (answer.outcome, "fulfillment_availability is invalid" in answer.said) == ("refused", True)
    patch = {"fulfillment_channel_code": "DEFAULT", "quantity": 3}
    body["patches"] = [{"op": "merge", "path": "/attributes/fulfillment_availability", "value": [patch]}]
    (answer,) = asyncio.run(place.writer.send(body, "", [Change(place.listed[amazons][0], 1, 3)]))
    assert answer.outcome == "refused", "Amazon sends it: the stock is Amazon's"
    with pytest.raises(SourceError, match="productType and patches"):
        asyncio.run(place.writer.send({"patches": []}, "", [Change(own, 1, 2)]))
    assert not place.sim.stock.executed


def test_many_changes_are_a_feed_and_its_report_tells_of_each_that_was_refused(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(amazon, "FEED_FROM", 2)
    own, amazons = place.listed["Merchant"], next(each for sends, each in place.listed.items() if sends != "Merchant")
    gone = Listing(own[0].channel_id, "B000000000", "NO-SUCH-SKU")
    shown = asyncio.run(place.writer.read(own))
    known = {**shown, **dict.fromkeys((amazons[0], gone), shown[own[0]])}
    changes = [Change(each, known[each].quantity, 77) for each in (*own, amazons[0], gone)]
    (request,) = place.writer.requests(changes, known)
    answers = asyncio.run(place.writer.send(request.body, "", changes))
    said = [each.said for each in answers]
    assert {each.outcome for each in answers} == {"taken"}
    place.sim.time_scale, scale = 0.001, place.sim.time_scale
    assert asyncio.run(place.writer.later(said)) == [None] * len(changes), "it is being processed"
    assert asyncio.run(place.writer.read([own[0]]))[own[0]].quantity != 77
    place.sim.time_scale = scale
    time.sleep(0.05)
    told = asyncio.run(place.writer.later([*said, "submission-1"]))
    assert [each.outcome for each in told] == ["taken"] * len(own) + ["refused", "refused", "taken"]
    assert "90220" in told[-3].said and "13013" in told[-2].said
    assert {each.quantity for each in asyncio.run(place.writer.read(own)).values()} == {77}
    assert set(place.sim.stock.executed.values()) == {1}


def test_a_feed_that_is_no_feed_is_fatal(place: Any) -> None:
    feeds, account = place.writer._feeds, place.writer._account
    market = place.writer._store.marketplace.marketplace_id

    async def made(content: Any) -> str:
        document = await feeds.upload(account, content, "a feed")
        feed_id = await feeds.create(account, "JSON_LISTINGS_FEED", market, document, "a feed")
        await asyncio.sleep(0.05)
        return (await feeds.processed(account, feed_id, "a feed")).state

    assert (
        asyncio.run(made({"header": {"sellerId": "other", "version": "2.0"}, "messages": [{"messageId": 1}]}))
        == "failed"
    )
    header = {"sellerId": place.writer._store.seller_id, "version": "2.0"}
    assert asyncio.run(made({"header": header, "messages": [{"messageId": 1}, {"messageId": 1}]})) == "failed"
    assert asyncio.run(made({"header": header, "messages": [{"messageId": 1, "sku": "x"}]})) == "done"
