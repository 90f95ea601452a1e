"""stores and products: what the ids in the other marts stand for, from the world's stores and what they sell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from simulator.documents.amazon_sp.as_met import listings_header
from simulator.documents.amazon_sp.inventory import listing
from simulator.truth.known import REPORT_LATENCY, Known
from simulator.world.accounts import IMPORT_ONLY
from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import Offer, price
from simulator.world.inventory.positions import positions, snapshot
from simulator.world.marketplaces import MARKETPLACES, local_day, midnight
from simulator.world.model import SimAccount, SimStore
from simulator.world.money.estimated_fees import estimates
from simulator.world.orders.order import views


def stores(known: Known) -> Iterator[dict]:
    """All stores, and the one that is filled by import only; a bucket where no store is configured."""
    found = [
        (store.store_id, store.tenant_id, store.seller_id, store.marketplace, store.configured)
        for account in known.world.accounts
        for store in account.stores
    ]
    store_id, tenant_id, seller_id, country = IMPORT_ONLY
    found.append((store_id, tenant_id, seller_id, MARKETPLACES[country], True))
    for store_id, tenant_id, seller_id, place, configured in found:
        tenant = known.world.tenants[tenant_id]
        alike = [each for each in found if (each[1], *each[3:]) == (tenant_id, place, configured)]
        label = f"{tenant.name} · {place.sales_channel}" + ("" if configured else " (not configured)")
        yield {
            "store_id": store_id,
            "tenant_id": tenant_id,
            "tenant_name": tenant.name,
            "label": f"{label} [{store_id}]" if len(alike) > 1 else label,
            "is_configured": configured,
            "seller_id": seller_id,
            "country": place.country,
            "marketplace_id": place.marketplace_id if configured else None,
            "sales_channel": place.sales_channel,
            "currency": place.currency if configured else None,
            "time_zone": place.time_zone if configured else None,
            "reporting_currency": tenant.reporting_currency,
        }


@dataclass(slots=True)
class _Ordered:
    """What the orders of a SKU tell."""

    offer: Offer
    first: date | None = None
    last: date | None = None


def products(known: Known) -> Iterator[dict]:
    """Every SKU that is listed, lies at Amazon or was ordered. Titles and ASINs are the same everywhere here."""
    for account, store, business in known.stores(configured_only=False):
        listed = _listed(known, account, business) if store.configured else {}
        stocked = _stocked(known, account, store, business)
        ordered = _ordered(known, account, business)
        told = store.configured or known.world.as_met
        brands = {each.offer.sku: each.offer.brand for each in estimates(business, known.now)} if told else {}
        for sku in {**listed, **stocked, **ordered}:
            at_amazon = sku in stocked
            offer = listed[sku][0] if sku in listed else stocked[sku] if at_amazon else ordered[sku].offer
            named_by = "listing" if sku in listed else "fba_inventory" if at_amazon else "order"
            # the ledger has no titles
            titled_by = named_by if known.tells_stock(store) else "order" if sku in ordered else None
            status, own_price = _offered(known, account, store, offer, listed, at_amazon=at_amazon)
            sold = ordered.get(sku)
            yield {
                "store_id": store.store_id,
                "tenant_id": store.tenant_id,
                "sku": sku,
                "asin": offer.asin,
                "asin_source": named_by,
                "product_id": f"{store.tenant_id}:{offer.asin}",
                "fnsku": stocked[sku].fnsku if at_amazon else None,
                "title": offer.title if titled_by else None,
                "title_source": titled_by,
                "brand": brands.get(sku),
                "listing_status": status,
                "fulfillment_channel": offer.channel,
                "price_amount": own_price,
                "currency": None if own_price is None else store.marketplace.currency,
                "price_source": None if own_price is None else named_by,
                "first_sold_on": sold and sold.first,
                "last_sold_on": sold and sold.last,
            }


def _stocked(known: Known, account: SimAccount, store: SimStore, business: StoreBusiness) -> dict[str, Offer]:
    """SKU -> offer of what lies at Amazon: by FBA inventory, else by the ledger."""
    if known.tells_stock(store):
        found = [each.stock.offer for each in positions(business, known.today(account))]
    else:
        days = known.ended(account, REPORT_LATENCY)
        found = [row.offer for day in days for row in business.stock.ledger.get(day, ())]
    return {offer.sku: offer for offer in found}


def _listed(known: Known, account: SimAccount, business: StoreBusiness) -> dict[str, tuple[Offer, str | None, Decimal]]:
    """SKU -> offer, status (if it is told) and price of today's listings report."""
    place = business.store.marketplace
    header = listings_header(place, known.today(account)) if business.as_met else None
    at = midnight(business.store.marketplace.time_zone, known.today(account))
    free = {entry.offer.sku: entry.fulfillable for entry in snapshot(business, at)}
    found = {}
    for offer in business.offers:
        shown = listing(business, offer, free, at)
        status = shown["status"] if header is None or "status" in dict(header).values() else None
        found[offer.sku] = (offer, status, Decimal(shown["price"]))
    return found


def _offered(
    known: Known,
    account: SimAccount,
    store: SimStore,
    offer: Offer,
    listed: dict[str, tuple[Offer, str | None, Decimal]],
    *,
    at_amazon: bool,
) -> tuple[str | None, Decimal | None]:
    """A SKU's status and price; a marketplace without a configured store has no currency for a price."""
    if offer.sku in listed:
        return listed[offer.sku][1:]
    if at_amazon and store.configured:
        return None, price(known.world.seed, store, offer, known.today(account))
    return None, None


def _ordered(known: Known, account: SimAccount, business: StoreBusiness) -> dict[str, _Ordered]:
    """SKU -> its orders, cancelled ones among them; only what is sold has days."""
    found: dict[str, _Ordered] = {}
    for order in business.every_order(known.now):
        day = local_day(known.zone(account), order.purchased)
        for view in views(order, known.now):
            offer = view.line.offer
            entry = found.setdefault(offer.sku, _Ordered(offer))
            if not view.cancelled and view.price is not None and view.line.quantity > 0:
                entry.first = min(day, entry.first or day)
                entry.last = max(day, entry.last or day)
    return found
