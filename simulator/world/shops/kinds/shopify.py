"""A shop at Shopify, and its variants."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from simulator.world.accounts import secret
from simulator.world.catalogue.offers import Offer, offers
from simulator.world.model import SimStore
from simulator.world.shops.kinds.kind import Kind, variable
from simulator.world.shops.shop import ZONE, SimShop, Variant, barcode, gid, spelled

_SPELLED, _OTHER, _BY_ASIN, _OF = 3, 5, 6, 7
_FIRST_NUMBER = 1001


def _shop(seed: int, store: SimStore, opened: date) -> SimShop:
    return SimShop(
        kind="shopify",
        shop_id=f"{store.tenant_id}-shop",
        tenant_id=store.tenant_id,
        beside=store.store_id,
        domain=f"{store.tenant_id}-goods.myshopify.com",
        currency="USD",
        time_zone=ZONE,
        client_id=secret(seed, "shop app", store.tenant_id)[:32],
        client_secret=f"shpss_{secret(seed, 'shop app secret', store.tenant_id)[:32]}",
        access_token=f"shpat_{secret(seed, 'shop', store.tenant_id)[:32]}",
        opened=opened,
    )


def _variants(seed: int, shop: SimShop, store: SimStore) -> tuple[Variant, ...]:
    """The variants in the order of their goods; at the end two that are no goods of the warehouse."""
    own = [_variant(seed, shop, offer) for offer in offers(seed, store)]
    best = offers(seed, store)[0]
    return (
        *own,
        # the same goods in a box with a ribbon: another SKU, and the barcode of what is in it
        _made(shop, "set", "GIFTBOX-1", barcode(seed, best.asin), "Gift box", Decimal("59.00")),
        _made(shop, "card", "", "", "Gift card", Decimal("25.00")),
    )


def _variant(seed: int, shop: SimShop, offer: Offer) -> Variant:
    way = offer.rank % _OF
    sku, code, named = offer.sku, barcode(seed, offer.asin), ""
    if way == _SPELLED:
        sku = spelled(offer.sku)
    elif way == _OTHER:  # another name, which the user has written down
        sku, named = f"HG-{offer.rank + 1:04d}", offer.sku
    elif way == _BY_ASIN:  # imported from Amazon by a tool that puts the ASIN where others have the barcode
        sku, code = "", offer.asin
    return Variant(
        variant_id=gid("ProductVariant", shop.shop_id, offer.sku),
        product_id=gid("Product", shop.shop_id, offer.parent_asin),
        item_id=gid("InventoryItem", shop.shop_id, offer.sku),
        sku=sku,
        barcode=code,
        title="Default Title" if offer.parent_asin == offer.asin else offer.sku,
        product_title=offer.title,
        price=offer.base_price,
        offer=offer,
        named=named,
    )


def _made(shop: SimShop, name: str, sku: str, code: str, title: str, price: Decimal) -> Variant:
    variant, product, item = (gid(kind, shop.shop_id, name) for kind in ("ProductVariant", "Product", "InventoryItem"))
    return Variant(variant, product, item, sku, code, "Default Title", title, price, None)


KIND = Kind(
    shop=_shop,
    variants=_variants,
    ident=gid,
    order_name=lambda _, before: f"#{_FIRST_NUMBER + before}",
    settings=lambda shop: {
        "domain": shop.domain,
        "client_id": shop.client_id,
        "client_secret_env": variable(shop, "SECRET"),
    },
    secrets=lambda shop: {variable(shop, "SECRET"): shop.client_secret},
)
