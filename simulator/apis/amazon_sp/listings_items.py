"""Listings Items API 2021-08-01: getListingsItem and patchListingsItem, as far as the stock of a merchant's offer goes.

Bodies are those of listingsItems_2021-08-01.json. Amazon compares nothing and knows no keys: what is accepted is set.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from simulator.apis.amazon_sp import roles
from simulator.apis.amazon_sp.reports import admit, error, invalid, not_found, reply, unauthorized
from simulator.apis.simulation import Simulation
from simulator.apis.stock_writes import Made, digest_of
from simulator.apis.wire import BadBody, Call, Reply
from simulator.documents.amazon_sp.inventory import listing
from simulator.world.catalogue.offers import Offer
from simulator.world.model import SimStore
from simulator.world.rng import stable_uuid

PATH = "/attributes/fulfillment_availability"
PRODUCT_TYPE = "HOME"
_OPERATIONS = ("add", "replace", "merge", "delete")


def get_item(call: Call, sim: Simulation) -> Reply:
    """GET /listings/2021-08-01/items/{sellerId}/{sku}."""
    found = _found(call, sim)
    return found if isinstance(found, Reply) else reply(sim, call, 200, item(call, sim, *found))


def item(call: Call, sim: Simulation, store: SimStore, offer: Offer) -> dict[str, Any]:
    """A listing with the parts that `includedData` names."""
    body: dict[str, Any] = {"sku": offer.sku}
    included = call.query.get("includedData", "summaries").split(",")
    if "productTypes" in included:
        market = store.marketplace.marketplace_id
        body["productTypes"] = [{"marketplaceId": market, "productType": PRODUCT_TYPE}]
    if "fulfillmentAvailability" in included:
        units = shown_units(sim, store, offer)
        code: dict[str, Any] = {"fulfillmentChannelCode": "AMAZON_NA" if units is None else "DEFAULT"}
        body["fulfillmentAvailability"] = [code if units is None else {**code, "quantity": units}]
    return body


def patch_item(call: Call, sim: Simulation) -> Reply:
    """PATCH /listings/2021-08-01/items/{sellerId}/{sku}: accepted for processing, which is done at once here."""
    found = _found(call, sim)
    if isinstance(found, Reply):
        return found
    store, offer = found
    try:
        body = call.json()
    except BadBody:
        return invalid(sim, call, "The request body is no JSON.")
    patches = body.get("patches") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(body.get("productType"), str) or not isinstance(patches, list):
        return invalid(sim, call, "productType and patches are required.")
    if any(not isinstance(each, dict) or each.get("op") not in _OPERATIONS for each in patches) or not patches:
        return invalid(sim, call, f"patches must be operations {', '.join(_OPERATIONS)}.")
    submission = {"sku": offer.sku, "submissionId": stable_uuid("submission", offer.sku, digest_of(body))}
    quantity = quantity_of(patches)
    if quantity is None or not set_units(sim, store, offer, quantity, body, sim.clock.business()):
        issue = {
            "code": "90220" if quantity is None else "8541",
            "message": "The attribute fulfillment_availability is invalid for this listing.",
            "severity": "ERROR",
            "attributeNames": ["fulfillment_availability"],
        }
        return reply(sim, call, 200, {**submission, "status": "INVALID", "issues": [issue]})
    return reply(sim, call, 200, {**submission, "status": "ACCEPTED", "issues": []})


def set_units(
    sim: Simulation, store: SimStore, offer: Offer, units: int, said: dict[str, Any], business: datetime
) -> bool:
    """Set what the merchant offers; False if Amazon sends it, or it is of another product type. said: the request."""
    before = shown_units(sim, store, offer)
    if before is None or said.get("productType") not in (PRODUCT_TYPE, "PRODUCT"):
        return False
    made = Made(store.store_id, "", sim.clock.protocol(), business, digest_of(said))
    sim.stock.execute(made, [((store.store_id, offer.sku), units - before)], None)
    return True


def _found(call: Call, sim: Simulation) -> tuple[SimStore, Offer] | Reply:
    """The offer that a request names, or the answer to one that names none of the seller's."""
    refused = admit(sim, call)
    if refused:
        return refused
    if roles.lacks(sim.roles, roles.LISTINGS_ITEMS) or call.path_params["seller_id"] != call.seller:
        return unauthorized(sim, call, "")
    if call.method == "PATCH" and not call.headers.get("content-type", "").startswith("application/json"):
        return error(sim, call, 415, "UnsupportedMediaType", "The request's Content-Type header is invalid.")
    wanted = call.query.get("marketplaceIds", "")
    stores = [each for each in sim.accounts[call.seller].stores if each.marketplace.marketplace_id == wanted]
    if not stores:
        return invalid(sim, call, "marketplaceIds must name one marketplace of the selling partner.")
    for offer in sim.world.business(stores[0]).offers:
        if offer.sku == call.path_params["sku"]:
            return stores[0], offer
    return not_found(sim, call, "SKU")


def shown_units(sim: Simulation, store: SimStore, offer: Offer) -> int | None:
    """Units that the merchant offers: of the listings report, and what was set since; None: Amazon sends it."""
    shown = listing(sim.world.business(store), offer, {}, sim.clock.business())["quantity"]
    return int(shown) + sim.stock.delta(store.store_id, offer.sku) if re.fullmatch(r"\d+", shown) else None


def quantity_of(patches: list[dict[str, Any]]) -> int | None:
    """The units that one patch of the merchant's stock sets; None where it is none."""
    value = patches[0].get("value") if len(patches) == 1 and patches[0].get("path") == PATH else None
    if not isinstance(value, list) or len(value) != 1 or not isinstance(value[0], dict):
        return None
    units = value[0].get("quantity")
    if value[0].get("fulfillment_channel_code") != "DEFAULT" or isinstance(units, bool) or not isinstance(units, int):
        return None
    return units if units >= 0 and patches[0]["op"] in ("merge", "replace", "add") else None
