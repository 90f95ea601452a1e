"""Sellers API v1 and what is served of the Listings Items API 2021-08-01: where a seller sells, and whose listings are
whose. Bodies are those of sellers.json and listingsItems_2021-08-01.json.
"""

from __future__ import annotations

from simulator.apis.amazon_sp import listings_items, reports, roles
from simulator.apis.amazon_sp.reports import admit, invalid, reply, unauthorized
from simulator.apis.simulation import Simulation
from simulator.apis.wire import Call, Reply
from simulator.world.marketplaces import MARKETPLACES

_MOST = 20
_BY_ID = {each.marketplace_id: each for each in MARKETPLACES.values()}


def identify(call: Call, sim: Simulation) -> None:
    """Find out whose request this is."""
    reports.identify_seller(call, sim)
    call.detail = dict(call.path_params)


def get_marketplace_participations(call: Call, sim: Simulation) -> Reply:
    """GET /sellers/v1/marketplaceParticipations: of the seller whose token it is; it names no seller."""
    refused = admit(sim, call)
    if refused:
        return refused
    own = [_BY_ID[each] for each in sim.accounts[call.seller].marketplace_ids]
    payload = [
        {
            "marketplace": {
                "id": each.marketplace_id,
                "name": each.sales_channel,
                "countryCode": each.country,
                "defaultCurrencyCode": each.currency,
                "defaultLanguageCode": "en_US",
                "domainName": f"www.{each.sales_channel.lower()}",
            },
            "storeName": f"{call.seller.title()} Store",
            "participation": {"isParticipating": True, "hasSuspendedListings": False},
        }
        for each in own
    ]
    return reply(sim, call, 200, {"payload": payload})


def search_listings_items(call: Call, sim: Simulation) -> Reply:
    """GET /listings/2021-08-01/items/{sellerId}: the first SKUs, or those of `identifiers`, of which there are 20 at
    most; 403 for another seller's id. `pageSize` is 1 to 20.
    """
    refused = admit(sim, call)
    if refused:
        return refused
    if roles.lacks(sim.roles, roles.LISTINGS_ITEMS) or call.path_params["seller_id"] != call.seller:
        return unauthorized(sim, call, "")
    wanted = [each for each in call.query.get("marketplaceIds", "").split(",") if each]
    if len(wanted) != 1 or wanted[0] not in sim.accounts[call.seller].marketplace_ids:
        return invalid(sim, call, "marketplaceIds must name one marketplace of the selling partner.")
    size = call.query.get("pageSize", "10")
    if not size.isdecimal() or not 1 <= int(size) <= _MOST:
        return invalid(sim, call, f"pageSize must be 1 to {_MOST}.")
    stores = [each for each in sim.accounts[call.seller].stores if each.marketplace.marketplace_id == wanted[0]]
    found = [(store, offer) for store in stores for offer in sim.world.business(store).offers]
    if identifiers := call.query.get("identifiers"):
        names = identifiers.split(",")
        if len(names) > _MOST or call.query.get("identifiersType") != "SKU":
            return invalid(sim, call, f"identifiers are at most {_MOST}, with identifiersType SKU.")
        found = [each for each in found if each[1].sku in names]
    items = [listings_items.item(call, sim, *each) for each in found[: int(size)]]
    return reply(sim, call, 200, {"numberOfResults": len(found), "items": items})
