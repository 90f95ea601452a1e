"""Sell Inventory v1: items, the offers of a SKU, and quantities that a seller tells.

Pages are counted by `offset` here (the contract's page number). getOffers wants a SKU: without one eBay calls it an
invalid value. A listing is revised 250 times a day at most.
"""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import quote

from simulator.apis.ebay.access import error, guarded, memory
from simulator.apis.simulation import Simulation
from simulator.apis.stock_writes import Made, digest_of
from simulator.apis.wire import BadBody, Call, Reply, json_reply
from simulator.documents import ebay
from simulator.documents.ebay import Told
from simulator.world.shops.shop import SimShop, Variant

MOST_ITEMS, USUAL_ITEMS, USUAL_OFFERS = 200, 25, 100
MOST_AT_ONCE = 25
REVISIONS_A_DAY = 250
_DOMAIN = "API_INVENTORY"
_PATH = "/sell/inventory/v1"


def told(sim: Simulation, shop: SimShop) -> Told:
    """What the seller has told of quantities since the last count."""
    counted = sim.world.shop_business(shop).counted(sim.clock.business())

    def of(variant: Any) -> Any:
        found = sim.stock.figure(*_item(shop, variant.sku))
        return found if found is not None and found[0] > counted else None

    return of


def _item(shop: SimShop, sku: str) -> tuple[str, ...]:
    """The place at which what is told of an item is kept."""
    return shop.shop_id, "item", sku


def _offer(shop: SimShop, offer_id: str) -> tuple[str, ...]:
    return shop.shop_id, "offer", offer_id


def _items(call: Call, sim: Simulation) -> Reply:
    rows = ebay.inventory_items(sim.world.shop_business(call.identity), sim.clock.business(), told(sim, call.identity))
    return _page(call, rows, "inventoryItems", f"{_PATH}/inventory_item?", USUAL_ITEMS, MOST_ITEMS)


def _get_items(call: Call, sim: Simulation) -> Reply:
    """POST /bulk_get_inventory_item: an answer for each SKU, 404 where there is none."""
    try:
        skus = [str(each["sku"]) for each in call.json()["requests"]]
    except (BadBody, KeyError, TypeError):
        return error(400, 25709, "Invalid value for requests.", _DOMAIN)
    if not 0 < len(skus) <= MOST_AT_ONCE or len(set(skus)) < len(skus):
        return error(400, 25709, f"Invalid value for requests. At most {MOST_AT_ONCE} SKUs, each once.", _DOMAIN)
    business, now = sim.world.shop_business(call.identity), sim.clock.business()
    rows = {row["sku"]: row for row in ebay.inventory_items(business, now, told(sim, call.identity))}
    answers = [
        {"statusCode": 200, "sku": sku, "inventoryItem": rows[sku]}
        if sku in rows
        else _wrong(sku, 404, 25710, "We didn't find the resource/entity you are requesting.")
        for sku in skus
    ]
    status = 200 if all(each["statusCode"] == 200 for each in answers) else 207
    return json_reply(status, {"responses": answers})


def _offers(call: Call, sim: Simulation) -> Reply:
    sku = call.query.get("sku", "")
    if not 0 < len(sku) <= 50:
        text = "This is an invalid value for a SKU. Its length must not exceed 50 characters."
        return error(400, 25707, text, _DOMAIN, sku=sku)
    business, now = sim.world.shop_business(call.identity), sim.clock.business()
    found = [each for each in business.variants if each.sku == sku]
    quantities = told(sim, call.identity)
    rows = [
        row
        for each in found
        if (row := ebay.offer(business, each, now, quantities, _told_of_offer(sim, call.identity, each))) is not None
    ]
    if not rows:
        return error(404, 25713, "This Offer is not available.", _DOMAIN)
    return _page(call, rows, "offers", f"{_PATH}/offer?sku={quote(sku, safe='')}&", USUAL_OFFERS, USUAL_OFFERS)


def _told_of_offer(sim: Simulation, shop: SimShop, variant: Variant) -> int | None:
    found = sim.stock.figure(*_offer(shop, variant.item_id))
    return found[1] if found else None


def _page(call: Call, rows: list[dict[str, Any]], name: str, path: str, usual: int, most: int) -> Reply:
    try:
        limit, page = int(call.query.get("limit", usual)), int(call.query.get("offset", 0))
    except ValueError:
        return error(400, 25706, "You have provided invalid pagination values.", _DOMAIN)
    if not 1 <= limit <= most or page < 0:
        return error(400, 25706, "You have provided invalid pagination values.", _DOMAIN)
    shown = rows[page * limit : (page + 1) * limit]
    body: dict[str, Any] = {
        "href": f"{path}limit={limit}&offset={page}",
        "limit": limit,
        "size": len(shown),
        "total": len(rows),
        name: shown,
    }
    if (page + 1) * limit < len(rows):
        body["next"] = f"{path}limit={limit}&offset={page + 1}"
    return json_reply(200, body)


def _update(call: Call, sim: Simulation) -> Reply:
    """POST /bulk_update_price_quantity: 200 where all went well, 207 where some did not."""
    if not call.headers.get("content-type", "").startswith("application/json"):
        return error(400, 25002, "Any User error. Content-Type must be application/json", _DOMAIN)
    try:
        requests = call.json()["requests"]
        asked = [(str(each["sku"]), each) for each in requests]
    except (BadBody, KeyError, TypeError):
        return error(400, 25709, "Invalid value for requests.", _DOMAIN)
    if not 0 < len(asked) <= MOST_AT_ONCE:
        return error(400, 25709, f"Invalid value for requests. At most {MOST_AT_ONCE} are allowed.", _DOMAIN)
    offers = Counter(str(offer.get("offerId")) for _, each in asked for offer in each.get("offers") or [])
    if len({sku for sku, _ in asked}) < len(asked) or any(times > 1 for times in offers.values()):
        return error(400, 25002, "Any User error. A SKU and an offerId may be in a call once.", _DOMAIN)
    if offers.total() > MOST_AT_ONCE:
        return error(400, 25709, f"Invalid value for offers. At most {MOST_AT_ONCE} are allowed.", _DOMAIN)
    answers = [_updated(call.identity, sim, sku, each) for sku, each in asked]
    status = 200 if all(each["statusCode"] == 200 for each in answers) else 207
    return json_reply(status, {"responses": answers})


def _updated(shop: SimShop, sim: Simulation, sku: str, asked: dict[str, Any]) -> dict[str, Any]:
    """One SKU of an update; nothing of it happens where something of it is wrong."""
    known, now = memory(sim), sim.clock.business()
    variant = next((each for each in sim.world.shop_business(shop).variants if each.sku == sku), None)
    if variant is None:
        return _wrong(sku, 404, 25710, "We didn't find the resource/entity you are requesting.")
    quantity = (asked.get("shipToLocationAvailability") or {}).get("quantity")
    offers = asked.get("offers") or []
    amounts = [quantity, *(each.get("availableQuantity") for each in offers)]
    if any(each is not None and (type(each) is not int or each < 0) for each in amounts):
        return _wrong(sku, 400, 25709, "Invalid value for quantity.")
    if any(each.get("offerId") != variant.item_id for each in offers):
        return _wrong(sku, 400, 25713, "This Offer is not available.")
    if offers and variant.status != "PUBLISHED":
        return _wrong(sku, 400, 25002, "Any User error. The offer is not published; use updateOffer.")
    if quantity is None and not any("availableQuantity" in each or "price" in each for each in offers):
        return _wrong(sku, 400, 25709, "Invalid value for availableQuantity. It or the price is required.")
    key = (variant.product_id, f"{now:%Y-%m-%d}")
    if variant.product_id and known.revisions[key] >= REVISIONS_A_DAY:
        text = "A user error has occurred. The listing has reached its limit of revisions for today."
        return _wrong(sku, 400, 25002, text)
    known.revisions[key] += 1
    figures = [(_item(shop, sku), quantity)] if quantity is not None else []
    figures += [
        (_offer(shop, variant.item_id), each["availableQuantity"])
        for each in offers
        if each.get("availableQuantity") is not None
    ]
    sim.stock.execute(Made(shop.shop_id, "", sim.clock.protocol(), now, digest_of(asked)), (), None, figures)
    return {"statusCode": 200, "sku": sku, **({"offerId": variant.item_id} if offers else {}), "errors": []}


def _wrong(sku: str, status: int, number: int, text: str) -> dict[str, Any]:
    body = {"errorId": number, "domain": _DOMAIN, "category": "REQUEST", "message": text}
    return {"statusCode": status, "sku": sku, "errors": [body]}


items = guarded("inventory", _items)
get_items = guarded("inventory", _get_items)
offers = guarded("inventory", _offers)
update = guarded("inventory", _update, write=True)
