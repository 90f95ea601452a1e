"""What Amazon tells a queue of a day: stock that changed overnight, listings that begin or cease to sell, issues of
listings, offers in which the buy box is another seller's or nobody's, pages with other content. Orders and money are
in `notices_of_orders.py`.

Messages are by Amazon's schemas (selling-partner-api-models, schemas/notifications). What a day says follows from the
world alone, so that the truth can say what is so after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from simulator.documents.amazon_sp.notice import Told, tell
from simulator.documents.amazon_sp.notices_of_orders import of_money, of_orders
from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import Offer, price
from simulator.world.instants import iso
from simulator.world.marketplaces import midnight
from simulator.world.model import SimStore
from simulator.world.product_pages.own_changes import has_issue, has_other_seller, has_other_title, is_priced_out
from simulator.world.publishing import TOLD_AFTER, TOLD_BY_ASIN
from simulator.world.stock.book import Snapshot

SUPPRESSED = "SEARCH_SUPPRESSED"
CHEAPER = 2
"""How much cheaper the other seller is, in the store's currency."""
CHEAPER_ELSEWHERE = Decimal("0.9")
"""What other retailers ask of our price while they are cheaper."""


def notices_of(business: StoreBusiness, day: date) -> Iterator[Told]:
    """The messages of a store's marketplace day."""
    begin = midnight(business.store.marketplace.time_zone, day)
    business.until(begin + timedelta(hours=23))
    yield from _of_stock(business, day, begin)
    yield from _of_pages(business, day, begin + TOLD_AFTER)
    yield from of_orders(business, day)
    yield from of_money(business, day)


def _of_stock(business: StoreBusiness, day: date, begin: datetime) -> Iterator[Told]:
    """Of what changed overnight: units of a SKU, whether its listing sells, and units of all ASINs in one message."""
    store = business.store
    place = store.marketplace.marketplace_id
    today, before = (
        {each.offer.sku: each for each in business.stock.snapshots.get(day - timedelta(days=back), [])}
        for back in (1, 2)
    )
    at = begin + TOLD_AFTER
    for sku, stock in sorted(today.items()):
        had = before[sku].fulfillable if sku in before else None
        if had != stock.fulfillable and store.store_id not in TOLD_BY_ASIN:
            told = _availability(store.seller_id, place, stock)
            yield tell(business, "FBA_INVENTORY_AVAILABILITY_CHANGES", at, told, sku)
        if had is None or (had > 0) != (stock.fulfillable > 0):
            states = ["BUYABLE", "DISCOVERABLE"] if stock.fulfillable > 0 else ["DISCOVERABLE"]
            named = _named(business, stock.offer) | {"CreatedDate": iso(begin), "Status": states}
            yield tell(business, "LISTINGS_ITEM_STATUS_CHANGE", at, named, sku)
    now, then = _by_asin(today.values()), _by_asin(before.values())
    changed = [(asin, units) for asin, units in sorted(now.items()) if then.get(asin) != units]
    if changed:
        hours = [_hour(store.seller_id, place, begin, asin, units) for asin, units in changed]
        told = {"itemInventoryEventChanges": hours}
        yield tell(business, "ITEM_INVENTORY_EVENT_CHANGE", at, told, place)


def _of_pages(business: StoreBusiness, day: date, at: datetime) -> Iterator[Told]:
    """Of listings with issues, and of pages on which the offers, the price elsewhere or the title changed."""
    store = business.store
    pages = {each.asin: each for each in reversed(business.offers)}  # a second SKU of a page has no message of its own
    for offer in business.offers:
        issue, was_issue = _now_and_then(has_issue, business, offer, day)
        if issue != was_issue:
            said = {"Severities": ["ERROR"], "EnforcementActions": [SUPPRESSED]} if issue else {"Severities": ["NONE"]}
            yield tell(business, "LISTINGS_ITEM_ISSUES_CHANGE", at, _named(business, offer) | said, offer.sku)
        if pages[offer.asin] is not offer:
            continue
        other, was_other = _now_and_then(has_other_seller, business, offer, day)
        dear, was_dear = _now_and_then(is_priced_out, business, offer, day)
        title, was_title = _now_and_then(has_other_title, business, offer, day)
        if other != was_other or dear != was_dear:
            told = _offers(business, offer, day, at, other=other, dear=dear)
            yield tell(business, "ANY_OFFER_CHANGED", at, told, offer.asin)
        if dear and not was_dear:
            yield tell(business, "PRICING_HEALTH", at, _disqualified(business, offer, day, at), offer.asin)
        if title != was_title and store.configured:  # the brand is registered where its seller sells in earnest
            content = {
                "MarketplaceId": store.marketplace.marketplace_id,
                "BrandName": offer.brand,
                "Asin": offer.asin,
                "AttributesChanged": ["item_name"],
            }
            yield tell(business, "BRANDED_ITEM_CONTENT_CHANGE", at, content, offer.asin)


def _now_and_then(
    holds: Callable[[int, SimStore, int, date], bool], business: StoreBusiness, offer: Offer, day: date
) -> tuple[bool, bool]:
    """Whether something is so on a day, and whether it was on the day before."""
    now, then = (holds(business.seed, business.store, offer.rank, each) for each in (day, day - timedelta(days=1)))
    return now, then


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


def _by_asin(stock: Iterable[Snapshot]) -> dict[str, int]:
    units: dict[str, int] = {}
    for each in stock:
        units[each.offer.asin] = units.get(each.offer.asin, 0) + each.fulfillable
    return units


def _hour(seller: str, place: str, begin: datetime, asin: str, units: int) -> dict[str, Any]:
    """Units of an ASIN in the first hour of a day."""
    return {
        "accountId": f"amzn1.merchant.o.{seller}",
        "marketplaceId": place,
        "startTime": iso(begin),
        "endTime": iso(begin + TOLD_AFTER),
        "asin": asin,
        "highlyAvailableInventory": units,
    }


def _disqualified(business: StoreBusiness, offer: Offer, day: date, at: datetime) -> dict[str, Any]:
    """PRICING_HEALTH of an offer that is dearer than other retailers: nobody has the buy box."""
    place = business.store.marketplace
    ours = price(business.seed, business.store, offer, day)

    def money(amount: Decimal) -> dict[str, Any]:
        return {"amount": float(amount), "currencyCode": place.currency}

    count = {"condition": "new", "fulfillmentType": "AFN" if offer.channel == "Amazon" else "MFN", "offerCount": 1}
    shown = {"listingPrice": money(ours), "shipping": money(Decimal(0)), "landedPrice": money(ours)}
    return {
        "issueType": "BuyBoxDisqualification",
        "sellerId": business.store.seller_id,
        "offerChangeTrigger": {
            "marketplaceId": place.marketplace_id,
            "asin": offer.asin,
            "itemCondition": "new",
            "timeOfOfferChange": iso(at, millis=True),
        },
        "merchantOffer": {"condition": "new", "fulfillmentType": count["fulfillmentType"], **shown},
        "summary": {
            "numberOfOffers": [count],
            "buyBoxEligibleOffers": [{**count, "offerCount": 0}],
            "buyBoxPrices": [],
            "salesRankings": [{"productCategoryId": "home_display_on_website", "rank": 1000 + offer.rank}],
            "referencePrice": {"competitivePriceThreshold": money(ours * CHEAPER_ELSEWHERE)},
        },
    }


def _offers(
    business: StoreBusiness, offer: Offer, day: date, at: datetime, *, other: bool, dear: bool
) -> dict[str, Any]:
    """ANY_OFFER_CHANGED. other: another seller has the buy box. dear: other retailers are cheaper, so nobody has it."""
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
        "BuyBoxPrices": [] if dear else [box],
        "ListPrice": money(ours),
        "MinimumAdvertisedPrice": money(ours),
        "SuggestedLowerPricePlusShipping": money(ours),
        "TotalBuyBoxEligibleOffers": 1 + other,
        "SalesRankings": [{"ProductCategoryId": "home_display_on_website", "Rank": 1000 + offer.rank}],
        "NumberOfBuyBoxEligibleOffers": [count],
        "CompetitivePriceThreshold": money(ours * CHEAPER_ELSEWHERE if dear else ours),
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
