"""eBay against eBay: what the simulator answers has only fields that eBay's OpenAPI documents have, of their types.

The documents lie beside the project (../shared/specs); the tests are skipped, by name, where they are missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from simulator.documents import ebay
from simulator.seeded_world import World
from simulator.world.shops.business import ShopBusiness
from tests.support.references import reference

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "number": (int, float), "object": dict}


@pytest.fixture(scope="module")
def business() -> ShopBusiness:
    world = World(7, NOW, stores=1, products=5, days=30)
    return next(world.shop_business(shop) for shop in world.shops if shop.kind == "ebay").until(NOW)


def schemas(name: str) -> dict[str, Any]:
    text = reference(f"specs/ebay/openapi3/{name}_v1_oas3.json").read_text(encoding="utf-8")
    return json.loads(text)["components"]["schemas"]


def problems(value: Any, schema: dict[str, Any], known: dict[str, Any], place: str) -> Iterator[str]:
    """What a value has that its schema has not."""
    if "$ref" in schema:
        schema = known[schema["$ref"].rpartition("/")[2]]
    kind = schema.get("type", "object")
    if not isinstance(value, TYPES[kind]):
        yield f"{place} is no {kind}"
    elif kind == "array":
        for each in value:
            yield from problems(each, schema["items"], known, f"{place}[]")
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in schema.get("properties", {}):
                yield f"{place} has no {key}"
            else:
                yield from problems(part, schema["properties"][key], known, f"{place}.{key}")


def test_items_and_offers_are_as_ebay_has_them(business: ShopBusiness) -> None:
    known = schemas("sell_inventory")
    for row in ebay.inventory_items(business, NOW, lambda _: None):
        assert not list(problems(row, known["InventoryItemWithSkuLocaleGroupid"], known, "item"))
    for each in business.variants:
        row = ebay.offer(business, each, NOW, lambda _: None, None)
        assert row is None or not list(problems(row, known["EbayOfferDetailsWithAll"], known, "offer"))


def test_orders_and_fulfillments_are_as_ebay_has_them(business: ShopBusiness) -> None:
    known = schemas("sell_fulfillment")
    for row in ebay.orders(business, NOW):
        assert not list(problems(row, known["Order"], known, "order"))
    for order in business.orders_by(NOW):
        for row in ebay.fulfillments(order, NOW):
            assert not list(problems(row, known["ShippingFulfillment"], known, "fulfillment"))
