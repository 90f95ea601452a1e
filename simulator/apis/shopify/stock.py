"""The mutation inventorySetQuantities of version 2026-10: what is refused, and what it changes.

`@idempotent` and `changeFromQuantity` must be given. Answers are those that were recorded of Shopify: what is missing
is an error of the query, what is wrong with a quantity is in `userErrors`. A request is executed whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    VariableNode,
)

from simulator.apis.simulation import Simulation
from simulator.apis.stock_writes import Made, digest_of
from simulator.world.rng import number
from simulator.world.shops.business import ShopBusiness
from simulator.world.shops.shop import LOCATIONS, SimShop, gid

ROOT = "inventorySetQuantities"
MOST_ITEMS = 250
"""Of an array in an argument (shopify.dev, API limits)."""
# shopify.dev, quantities-states, "Set inventory quantities on hand"
REASONS = frozenset({
    "correction", "cycle_count_available", "damaged", "movement_created", "movement_updated", "movement_received",
    "movement_canceled", "other", "promotion", "quality_control", "received", "reservation_created",
    "reservation_deleted", "reservation_updated", "restock", "safety_stock", "shrinkage",
})  # fmt: skip
MOST_UNITS = 1_000_000_000

Problem = tuple[list[str], str, str]


def idempotency_key(document: DocumentNode, variables: Mapping[str, Any]) -> str:
    """The key of a mutation's directive; '' where there is none."""
    for definition in document.definitions:
        if not isinstance(definition, OperationDefinitionNode) or definition.operation != OperationType.MUTATION:
            continue
        for field in definition.selection_set.selections:
            if not isinstance(field, FieldNode):
                continue
            for directive in field.directives:
                for argument in directive.arguments:
                    if (directive.name.value, argument.name.value) == ("idempotent", "key"):
                        value = argument.value
                        if isinstance(value, VariableNode):
                            return str(variables.get(value.name.value) or "")
                        return value.value if isinstance(value, StringValueNode) else ""
    return ""


def set_quantities(shop: SimShop, sim: Simulation, key: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The payload of the mutation. Raises GraphQLError for what the recorded answers have as an error of the query."""
    if not key:
        raise _error("The @idempotent directive is required for this mutation but was not provided.", "BAD_REQUEST")
    quantities = given["quantities"]
    if any("changeFromQuantity" not in each for each in quantities):
        raise _error(
            "InventoryQuantityInput must include the following argument: changeFromQuantity.", "INVALID_FIELD_ARGUMENTS"
        )
    if len(quantities) > MOST_ITEMS:
        raise _error(
            f"The input array size of {len(quantities)} is greater than the maximum allowed of {MOST_ITEMS}.",
            "MAX_INPUT_SIZE_EXCEEDED",
        )
    now, digest = sim.clock.protocol(), digest_of(given)
    if before := sim.stock.known(shop.shop_id, key, now):
        if before.digest != digest:
            message = "The same idempotency key cannot be used with different operation parameters."
            return _refused([(["input"], "IDEMPOTENCY_KEY_PARAMETER_MISMATCH", message)])
        if before.answer is None:
            message = "A previous request with this idempotency key failed. Retry with a new idempotency key."
            return _refused([(["input"], "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", message)])
        return {"inventoryAdjustmentGroup": before.answer, "userErrors": []}
    business, made = sim.world.shop_business(shop), Made(shop.shop_id, key, now, sim.clock.business(), digest)
    if problems := _problems(shop, sim, business, given):
        sim.stock.fail(made)
        return _refused(problems)
    places = [(shop.shop_id, each["inventoryItemId"], each["locationId"]) for each in quantities]
    changed = [
        (place, each["quantity"] - (shown(shop, sim, business, *place[1:], on_hand=given["name"] == "on_hand") or 0))
        for place, each in zip(places, quantities, strict=True)
    ]
    answer = _group(shop, sim, key, given, changed)
    sim.stock.execute(made, changed, answer)
    return {"inventoryAdjustmentGroup": answer, "userErrors": []}


def shown(
    shop: SimShop, sim: Simulation, business: ShopBusiness, item: str, location: str, *, on_hand: bool = False
) -> int | None:
    """The figure of an item at a location with what clients have set; None where none is kept."""
    variant = next((each for each in business.variants if each.item_id == item), None)
    name = next((name for name in LOCATIONS if gid("Location", shop.shop_id, name) == location), None)
    found = business.shown(variant, name, sim.clock.business()) if variant and name else None
    return None if found is None else found[0 if on_hand else 1] + sim.stock.delta(shop.shop_id, item, location)


def _problems(shop: SimShop, sim: Simulation, business: ShopBusiness, given: Mapping[str, Any]) -> list[Problem]:
    found: list[Problem] = []
    if given["name"] not in ("available", "on_hand"):
        found.append((["input", "name"], "INVALID_NAME", "The quantity name must be either 'available' or 'on_hand'."))
    if given["reason"] not in REASONS:
        found.append((["input", "reason"], "INVALID_REASON", "The specified reason is invalid."))
    items = {each.item_id for each in business.variants}
    locations = {gid("Location", shop.shop_id, name) for name in LOCATIONS}
    seen: set[tuple[str, str]] = set()
    for index, each in enumerate(given["quantities"]):
        field, item, location = ["input", "quantities", str(index)], each["inventoryItemId"], each["locationId"]
        if item not in items:
            message = "The specified inventory item could not be found."
            found.append(([*field, "inventoryItemId"], "INVALID_INVENTORY_ITEM", message))
            continue
        if location not in locations:
            found.append(([*field, "locationId"], "INVALID_LOCATION", "The specified location could not be found."))
            continue
        if (item, location) in seen:
            message = "The combination of inventoryItemId and locationId must be unique."
            found.append((field, "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR", message))
        seen.add((item, location))
        if each["quantity"] < 0:
            message = "The quantity can't be negative."
            found.append(([*field, "quantity"], "INVALID_QUANTITY_NEGATIVE", message))
        elif each["quantity"] > MOST_UNITS:
            message = f"The quantity can't be higher than {MOST_UNITS:,}."
            found.append(([*field, "quantity"], "INVALID_QUANTITY_TOO_HIGH", message))
        now = shown(shop, sim, business, item, location, on_hand=given["name"] == "on_hand")
        if each["changeFromQuantity"] is not None and each["changeFromQuantity"] != (now or 0):
            message = "The changeFromQuantity value does not match the persisted quantity."
            found.append(([*field, "changeFromQuantity"], "CHANGE_FROM_QUANTITY_STALE", message))
    return found


def _group(
    shop: SimShop,
    sim: Simulation,
    key: str,
    given: Mapping[str, Any],
    changed: Sequence[tuple[tuple[str, str, str], int]],
) -> dict[str, Any]:
    """Setting the available figure changes that of the units on hand by as much, and the other way round."""
    return {
        "id": gid("InventoryAdjustmentGroup", shop.shop_id, number("group", key, digits=9)),
        "createdAt": f"{sim.clock.protocol():%Y-%m-%dT%H:%M:%SZ}",
        "reason": given["reason"],
        "referenceDocumentUri": given.get("referenceDocumentUri"),
        "changes": [
            {
                "name": name,
                "delta": by,
                "quantityAfterChange": None,
                "item": {"id": item},
                "location": {"id": location},
            }
            for (_, item, location), by in changed
            for name in ("available", "on_hand")
        ],
    }


def _refused(problems: Sequence[Problem]) -> dict[str, Any]:
    return {
        "inventoryAdjustmentGroup": None,
        "userErrors": [{"field": field, "code": code, "message": message} for field, code, message in problems],
    }


def _error(message: str, code: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})
