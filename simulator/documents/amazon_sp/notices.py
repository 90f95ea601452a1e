"""What Amazon tells a queue of a day: stock that changed overnight, listings that begin or cease to sell, issues of
listings, offers in which the buy box is another seller's.

Messages are by Amazon's schemas (selling-partner-api-models, schemas/notifications). What a day says follows from the
world alone, so that the truth can say what is so after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import Offer, price
from simulator.world.instants import iso
from simulator.world.marketplaces import midnight
from simulator.world.product_pages.own_changes import has_issue, has_other_seller
from simulator.world.rng import stable_uuid
from simulator.world.stock.book import Snapshot

SUPPRESSED = "SEARCH_SUPPRESSED"
CHEAPER = 2
"""How much cheaper the other seller is, in the store's currency."""


@dataclass(frozen=True, slots=True)
class Told:
    """A message of a day. seller: whose it is. at: when it happened, UTC."""

    kind: str
    seller: str
    at: datetime
    body: dict[str, Any]


def notices_of(business: StoreBusiness, day: date) -> Iterator[Told]:
    """The messages of a store's marketplace day, in the order in which they happened."""
    store, begin = business.store, midnight(business.store.marketplace.time_zone, day)
    place = store.marketplace.marketplace_id
    asked = business.until(begin + timedelta(hours=23))
    today, before = (
        {each.offer.sku: each for each in asked.stock.snapshots.get(day - timedelta(days=back), [])} for back in (1, 2)
    )
    for number, (sku, stock) in enumerate(sorted(today.items())):
        at = begin + timedelta(minutes=5, seconds=number)
        had = before[sku].fulfillable if sku in before else None
        if had != stock.fulfillable:
            yield _told(
                business, "FBA_INVENTORY_AVAILABILITY_CHANGES", at, _availability(store.seller_id, place, stock), sku
            )
        if had is None or (had > 0) != (stock.fulfillable > 0):
            states = ["BUYABLE", "DISCOVERABLE"] if stock.fulfillable > 0 else ["DISCOVERABLE"]
            named = _named(business, stock.offer) | {"CreatedDate": iso(begin), "Status": states}
            yield _told(business, "LISTINGS_ITEM_STATUS_CHANGE", at + timedelta(milliseconds=500), named, sku)
    at = begin + timedelta(hours=1)
    pages = {each.asin: each for each in reversed(business.offers)}  # a second SKU of a page has no message of its own
    for offer in business.offers:
        now, then = (has_issue(business.seed, store, offer.rank, each) for each in (day, day - timedelta(days=1)))
        if now != then:
            said = {"Severities": ["ERROR"], "EnforcementActions": [SUPPRESSED]} if now else {"Severities": ["NONE"]}
            yield _told(business, "LISTINGS_ITEM_ISSUES_CHANGE", at, _named(business, offer) | said, offer.sku)
        now, then = (
            has_other_seller(business.seed, store, offer.rank, each) for each in (day, day - timedelta(days=1))
        )
        if now != then and pages[offer.asin] is offer:
            yield _told(business, "ANY_OFFER_CHANGED", at, _offers(business, offer, day, at, other=now), offer.sku)


def _told(business: StoreBusiness, kind: str, at: datetime, payload: dict[str, Any], sku: str) -> Told:
    """A message about a SKU."""
    store = business.store
    seller = store.seller_id
    number = stable_uuid(
        "notification", business.seed, store.store_id, kind, payload.get("Sku"), payload.get("SKU"), at
    )
    body = {
        "NotificationVersion": "1.0",
        "NotificationType": kind,
        "PayloadVersion": "2023-12-13" if kind == "LISTINGS_ITEM_ISSUES_CHANGE" else "1.0",
        "EventTime": iso(at, millis=True),
        "Payload": payload,
        "NotificationMetadata": {
            "ApplicationId": "amzn1.sellerapps.app.simulator",
            "SubscriptionId": f"subscription-id-{stable_uuid(kind)}",
            "PublishTime": iso(at + timedelta(seconds=20), millis=True),
            "NotificationId": str(number),
        },
    }
    return Told(kind, seller, at, body)


def _named(business: StoreBusiness, offer: Offer) -> dict[str, Any]:
    store = business.store
    return {
        "SellerId": store.seller_id,
        "MarketplaceId": store.marketplace.marketplace_id,
        "Asin": offer.asin,
        "Sku": offer.sku,
    }


def _availability(seller: str, place: str, stock: Snapshot) -> dict[str, Any]:
    inventory = {
        "InboundQuantityBreakdown": {
            "Working": stock.working,
            "Shipped": stock.shipped,
            "Receiving": stock.receiving,
        },
        "Fulfillable": stock.fulfillable,
        "Unfulfillable": stock.unsellable,
        "Researching": 0,
        "ReservedQuantityBreakdown": {
            "WarehouseProcessing": 0,
            "WarehouseTransfer": 0,
            "PendingCustomerOrder": stock.reserved,
        },
        "FutureSupplyBuyable": 0,
        "PendingCustomerOrderInTransit": 0,
    }
    offer = stock.offer
    return {
        "SellerId": seller,
        "FNSKU": offer.fnsku,
        "ASIN": offer.asin,
        "SKU": offer.sku,
        "FulfillmentInventoryByMarketplace": [
            {"MarketplaceId": place, "ItemName": offer.title, "FulfillmentInventory": inventory, "Stores": []}
        ],
    }


def _offers(business: StoreBusiness, offer: Offer, day: date, at: datetime, *, other: bool) -> dict[str, Any]:
    store = business.store
    ours = price(business.seed, store, offer, day)
    cheapest = max(ours - CHEAPER, ours / 2) if other else ours

    def money(amount: Any) -> dict[str, Any]:
        return {"Amount": float(amount), "CurrencyCode": store.marketplace.currency}

    def listed(seller: str, amount: Any) -> dict[str, Any]:
        return {
            "SellerId": seller,
            "SubCondition": "new",
            "SellerFeedbackRating": {"FeedbackCount": 9, "SellerPositiveFeedbackRating": 98},
            "ShippingTime": {
                "MinimumHours": 0,
                "MaximumHours": 24,
                "AvailabilityType": "NOW",
                "AvailableDate": iso(at),
            },
            "ListingPrice": money(amount),
            "Points": {"PointsNumber": 0},
            "Shipping": money(0),
            "ShipsFrom": {"Country": "US", "State": "MI"},
            "IsFulfilledByAmazon": True,
            "PrimeInformation": {"IsOfferPrime": True, "IsOfferNationalPrime": True},
            "IsExpeditedShippingAvailable": True,
            "IsFeaturedMerchant": True,
            "ShipsDomestically": True,
            "ShipsInternationally": False,
        }

    box = {"Condition": "new", "LandedPrice": money(cheapest), "ListingPrice": money(cheapest), "Shipping": money(0)}
    count = {"Condition": "new", "FulfillmentChannel": "Amazon", "OfferCount": 1 + other}
    summary = {
        "NumberOfOffers": [count],
        "LowestPrices": [{"FulfillmentChannel": "Amazon", **box}],
        "BuyBoxPrices": [box],
        "ListPrice": money(ours),
        "MinimumAdvertisedPrice": money(ours),
        "SuggestedLowerPricePlusShipping": money(ours),
        "TotalBuyBoxEligibleOffers": 1 + other,
        "SalesRankings": [{"ProductCategoryId": "home_display_on_website", "Rank": 1000 + offer.rank}],
        "NumberOfBuyBoxEligibleOffers": [count],
        "CompetitivePriceThreshold": money(ours),
    }
    offers = [listed(store.seller_id, ours), *([listed("A2STRANGER", cheapest)] if other else [])]
    trigger = {
        "MarketplaceId": store.marketplace.marketplace_id,
        "ASIN": offer.asin,
        "ItemCondition": "new",
        "TimeOfOfferChange": iso(at, millis=True),
        "OfferChangeType": "External",
    }
    return {
        "AnyOfferChangedNotification": {
            "SellerId": store.seller_id,
            "OfferChangeTrigger": trigger,
            "Summary": summary,
            "Offers": offers,
        }
    }
