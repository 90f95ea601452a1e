"""The writer of Shopify: which figures a change becomes, and what its answers mean."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from pipelines.channels.model import Change, Channel, Listing, Shown
from pipelines.channels.writers.base import Answer, can_write
from pipelines.channels.writers.shopify import MOST_FIGURES, ShopifyWriter, _figures
from pipelines.errors import ConfigError
from pipelines.stores import Shop

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SHOP = Shop("harbor-shop", "harbor", "shopify", "harbor-goods.myshopify.com", "USD", "UTC", SecretStr("shpat_x"))


class Answering:
    """Stands for the Admin API: answers with what it is given, and keeps what it is asked."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.asked = list(answers), []

    async def ask(self, shop: Shop, name: str, variables: Any, *, priority: int, what: str) -> Any:
        self.asked.append((name, variables))
        return self.answers.pop(0)


def writer_of(*answers: Any, location: str = "") -> ShopifyWriter:
    channel = Channel("harbor-shop", "shopify", "harbor", shop=SHOP, location=location)
    return ShopifyWriter(Answering(*answers), channel, NOW)  # type: ignore[arg-type]


def listing(number: int) -> Listing:
    return Listing("harbor-shop", f"variant {number}", f"SKU-{number}")


def shown(**available: int) -> Shown:
    details = {"item": "item", "location": "main", "available": available}
    return Shown(sum(available.values()), NOW, 0, details)


@given(st.integers(-20, 60), st.integers(-20, 60), st.integers(0, 90))
def test_a_change_becomes_figures_whose_sum_is_what_is_to_be_shown(main: int, annex: int, to: int) -> None:
    before = shown(main=main, annex=annex)
    figures = _figures(Change(listing(1), before.quantity, to), before)
    after = {"main": main, "annex": annex} | {each["locationId"]: each["quantity"] for each in figures}
    assert all(each["quantity"] >= 0 for each in figures)
    assert all(each["changeFromQuantity"] == before.details["available"][each["locationId"]] for each in figures)
    if min(main, annex) >= 0:
        assert sum(after.values()) == to
        assert after["annex"] <= annex and (to < annex or after["annex"] == annex)


def test_requests_are_as_full_as_shopify_takes_them() -> None:
    listings = [listing(number) for number in range(MOST_FIGURES + 1)]
    known = {each: shown(main=1) for each in listings}
    made = writer_of().requests([Change(each, 1, 5) for each in listings], known)
    assert [len(each.changes) for each in made] == [MOST_FIGURES, 1]
    assert [len(each.body["input"]["quantities"]) for each in made] == [MOST_FIGURES, 1]


def test_one_figure_that_is_refused_keeps_the_others_back_and_says_why() -> None:
    errors = [
        {"code": "CHANGE_FROM_QUANTITY_STALE", "message": "no", "field": ["input", "quantities", "1", "x"]},
        {"code": "INVALID_INVENTORY_ITEM", "message": "gone", "field": ["input", "quantities", "3", "x"]},
    ]
    writer = writer_of({"inventorySetQuantities": {"inventoryAdjustmentGroup": None, "userErrors": errors}})
    changes = [Change(listing(number), 1, 5) for number in range(3)]
    answers = asyncio.run(writer.send({"input": {}, "figures": [2, 1, 1]}, "key", changes))
    assert [each.outcome for each in answers] == ["stale", "undone", "refused"]
    assert answers[2].said == "INVALID_INVENTORY_ITEM: gone"
    taken = {"inventorySetQuantities": {"inventoryAdjustmentGroup": {"id": "g"}, "userErrors": []}}
    assert asyncio.run(writer_of(taken).send({"input": {}, "figures": [1]}, "k", changes[:1])) == [Answer("taken", "g")]


def node(number: int, *places: tuple[str, int], tracked: bool = True) -> dict[str, Any]:
    levels = [
        {
            "location": {"id": name.lower(), "name": name},
            "quantities": [{"name": "available", "quantity": units}, {"name": "committed", "quantity": 2}],
        }
        for name, units in places
    ]
    item = {"id": f"item {number}", "tracked": tracked, "inventoryLevels": {"nodes": levels}}
    return {"id": f"variant {number}", "inventoryItem": item}


def test_a_shop_shows_the_sum_of_its_locations() -> None:
    nodes = [node(1, ("Main", 5), ("Annex", 2)), node(2, tracked=False), None, node(4, ("Annex", 3))]
    writer = writer_of({"nodes": nodes}, location="Main")
    found = asyncio.run(writer.read([listing(number) for number in (1, 2, 3, 4)]))
    assert {each.item_id: (of.quantity, of.waiting) for each, of in found.items()} == {
        "variant 1": (7, 4),
        "variant 4": (3, 2),
    }
    assert [of.details["location"] for of in found.values()] == ["main", "annex"]
    with pytest.raises(ConfigError, match=r"keeps stock at 2 locations .Annex, Main."):
        asyncio.run(writer_of({"nodes": nodes[:1]}).read([listing(1)]))


def test_which_channels_can_be_written() -> None:
    assert can_write("shopify") and not can_write("base") and not can_write("nobody")
