"""A seller at eBay, and what is offered there: an inventory item has a SKU always, and not always an offer.

A variant's `item_id` is its offer, `product_id` the listing; both are '' where there is none.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from simulator.world.accounts import secret
from simulator.world.catalogue.offers import Offer, cents, offers
from simulator.world.model import SimStore
from simulator.world.rng import number
from simulator.world.shops.kinds.kind import Kind, variable
from simulator.world.shops.shop import SimShop, Variant, barcode, spelled

TIME_ZONE = "America/Los_Angeles"
"""Not that of the warehouse: days of the channel begin three hours later."""
_SPELLED, _OTHER, _BY_ASIN, _OF = 2, 3, 6, 7
_FIRST_RECORD = 101
"""The sales record number, by which sellers know an order."""
_CAPPED = 3
"""Of as many goods one is never offered with more than a few units."""


def ident(kind: str, *key: object) -> str:
    """An id of eBay's: of a listing twelve digits, of an offer ten, of an order `14-12345-67890`, else fourteen."""
    if kind == "Listing":
        return str(110_000_000_000 + number("ebay", kind, *key, digits=9))
    if kind == "Offer":
        return str(6_000_000_000 + number("ebay", kind, *key, digits=9))
    if kind == "Order":
        digits = str(100_000_000_000 + number("ebay", kind, *key, digits=12))
        return f"{digits[:2]}-{digits[2:7]}-{digits[7:]}"
    return str(10_000_000_000_000 + number("ebay", kind, *key, digits=12))


def _shop(seed: int, store: SimStore, opened: date) -> SimShop:
    return SimShop(
        kind="ebay",
        shop_id=f"{store.tenant_id}-ebay",
        tenant_id=store.tenant_id,
        beside=store.store_id,
        domain=f"{store.tenant_id}_goods",
        currency="USD",
        time_zone=TIME_ZONE,
        client_id=f"Tradewin-{store.tenant_id}-PRD-{secret(seed, 'ebay app', store.tenant_id)[:17]}",
        client_secret=f"PRD-{secret(seed, 'ebay app secret', store.tenant_id)[:32]}",
        access_token=f"v^1.1#i^1#r^1#{secret(seed, 'ebay', store.tenant_id)}",
        opened=opened,
        tax_percent=Decimal("8.875"),
        demand=0.15,
    )


def _variants(seed: int, shop: SimShop, store: SimStore) -> tuple[Variant, ...]:
    """The items in the order of their goods; at the end two that are no goods of the warehouse."""
    own = [_variant(seed, shop, offer) for offer in offers(seed, store)]
    best = offers(seed, store)[0]
    return (
        *own,
        _made(shop, "SET-OF-2", barcode(seed, best.asin), "Set of two", Decimal("49.00"), "PUBLISHED"),
        # an item that nobody has offered yet, and one whose listing has ended
        _made(shop, "NEW-2026", "", "Coming soon", Decimal("19.00"), ""),
        _made(shop, "OLD-2019", "", "Discontinued", Decimal("9.00"), "UNPUBLISHED"),
    )


def _variant(seed: int, shop: SimShop, offer: Offer) -> Variant:
    way = offer.rank % _OF
    sku, code, named = offer.sku, barcode(seed, offer.asin), ""
    if way == _SPELLED:
        sku, code = spelled(offer.sku), ""
    elif way == _OTHER:  # another name, which the user has written down
        sku, named = f"EB{offer.rank + 1:04d}", offer.sku
    elif way == _BY_ASIN:  # imported by a tool that makes SKUs of ASINs
        sku, code = offer.asin, ""
    return Variant(
        variant_id=sku,
        product_id=ident("Listing", shop.shop_id, offer.sku),
        item_id=ident("Offer", shop.shop_id, offer.sku),
        sku=sku,
        barcode=code,
        title="",
        product_title=offer.title[:80],
        price=cents(offer.base_price * Decimal("1.05"), 2),
        offer=offer,
        named=named,
        status="PUBLISHED",
        cap=4 if offer.rank % _CAPPED == 1 else None,
    )


def _made(shop: SimShop, sku: str, code: str, title: str, price: Decimal, status: str) -> Variant:
    listing = ident("Listing", shop.shop_id, sku) if status == "PUBLISHED" else ""
    offer = ident("Offer", shop.shop_id, sku) if status else ""
    return Variant(sku, listing, offer, sku, code, "", title, price, None, status=status)


KIND = Kind(
    shop=_shop,
    variants=_variants,
    ident=ident,
    order_name=lambda _, before: str(_FIRST_RECORD + before),
    settings=lambda shop: {
        "account": shop.domain,
        "client_id": shop.client_id,
        "client_secret_env": variable(shop, "SECRET"),
        "refresh_token_env": variable(shop, "REFRESH_TOKEN"),
    },
    secrets=lambda shop: {
        variable(shop, "SECRET"): shop.client_secret,
        variable(shop, "REFRESH_TOKEN"): shop.access_token,
    },
)
