"""A notification as the simulated eBay signs it: checked with the key that it gives, and the pull that follows."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from pipelines.orchestration.shop_news import wanted
from pipelines.stores import Catalog, Shop
from pipelines.webhooks.due import due_after
from pipelines.webhooks.ebay_keys import EbayKeys
from pipelines.webhooks.inbox import Asked
from pipelines.webhooks.model import Due, Endpoint, Event, Refused
from pipelines.webhooks.senders import SENDERS
from pipelines.webhooks.senders.common import Delivery, Means
from simulator.apis.ebay import keys
from simulator.apis.server import application
from simulator.apis.simulation import Simulation
from simulator.seeded_world import World

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
BODY = json.dumps(
    {
        "metadata": {"topic": "ORDER_CONFIRMATION", "schemaVersion": "1.0", "deprecated": False},
        "notification": {
            "notificationId": "49feeaeb-4982-42d9-a377-9645b8479411",
            "eventDate": "2026-03-10T11:59:58.000Z",
            "publishDate": "2026-03-10T11:59:59.000Z",
            "publishAttemptCount": 1,
            "data": {"order": {"orderId": "10-12345-67890", "buyer": {"username": "Planted-buyer"}}},
        },
    }
).encode()


def read(body: bytes, header: str, folder: Path) -> tuple[Endpoint, Event]:
    world = World(7, NOW, stores=1, products=2, days=7)
    shop = next(each for each in world.shops if each.kind == "ebay")
    app = application(Simulation(world, NOW, folder, "http://sim"))
    own = {"app_id": SecretStr(shop.client_id), "app_secret": SecretStr(shop.client_secret)}
    endpoint = Endpoint("bay", "ebay", "harbor", shop.domain, api_url="http://sim", **own)

    async def run() -> Event:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            one = Delivery(endpoint, {"x-ebay-signature": header}, body)
            assert await SENDERS["ebay"].check(one, Means(NOW.timestamp(), EbayKeys(client))) is None
            found = SENDERS["ebay"].read(one)
            assert isinstance(found, Event)
            return found

    return endpoint, asyncio.run(run())


def test_an_order_at_ebay_makes_its_orders_and_stock_due(tmp_path: Path) -> None:
    endpoint, event = read(BODY, keys.signature(7, BODY), tmp_path)
    assert event.subject == "10-12345-67890" and "Planted" not in repr(event)
    due = due_after(endpoint, event)
    assert {each.topic for each in due} == {"orders", "stock"}
    shops = {
        "harbor-ebay": Shop("harbor-ebay", "harbor", "ebay", "harbor_goods", "USD", "UTC", SecretStr("x")),
        "harbor-woo": Shop("harbor-woo", "harbor", "woocommerce", "shop.example.com", "USD", "UTC", SecretStr("x")),
    }
    catalog = Catalog({}, {}, {}, shops=shops)
    asked = [Asked(each, NOW, number) for number, each in enumerate(due, 1)]
    pulls = wanted([*asked, Asked(Due("woocommerce", "Shop.Example.com", "stock"), NOW, 9)], catalog)
    assert [(each.source, each.kind, each.shop_id) for each in pulls] == [
        ("ebay", "snapshot", "harbor-ebay"),
        ("ebay", "windowed", "harbor-ebay"),
        ("woocommerce", "snapshot", "harbor-woo"),
    ]


@pytest.mark.parametrize("body", [BODY + b" ", BODY.replace(b"67890", b"67891")])
def test_another_body_is_not_what_ebay_signed(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(Refused, match="bad signature"):
        read(body, keys.signature(7, BODY), tmp_path)
