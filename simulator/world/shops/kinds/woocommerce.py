"""A shop on WooCommerce, and its products: some are variations of one product.

A variant's `variant_id` is that of the variation, or of the product where it has none; `product_id` is the product's.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from simulator.world.accounts import secret
from simulator.world.catalogue.offers import Offer, offers
from simulator.world.model import SimStore
from simulator.world.rng import number
from simulator.world.shops.kinds.kind import Kind, variable
from simulator.world.shops.shop import ZONE, SimShop, Variant, barcode, spelled

_OTHER, _SPELLED, _BY_ASIN, _OF = 0, 1, 2, 7


def ident(kind: str, *key: object) -> str:
    """An id of WordPress: a number, of all posts together."""
    return str(100 + number("woo", kind, *key, digits=9))


def _shop(seed: int, store: SimStore, opened: date) -> SimShop:
    return SimShop(
        kind="woocommerce",
        shop_id=f"{store.tenant_id}-woo",
        tenant_id=store.tenant_id,
        beside=store.store_id,
        domain=f"shop.{store.tenant_id}-goods.example",
        currency="USD",
        time_zone=ZONE,
        client_id=f"ck_{secret(seed, 'woo key', store.tenant_id)}",
        client_secret=f"cs_{secret(seed, 'woo secret', store.tenant_id)}",
        access_token="",
        opened=opened,
        tax_percent=Decimal("6.00"),
        demand=0.1,
    )


def _variants(seed: int, shop: SimShop, store: SimStore) -> tuple[Variant, ...]:
    """The products and variations in the order of their goods; at the end two that are no goods of the warehouse."""
    goods = offers(seed, store)
    titles: dict[str, str] = {}
    for offer in goods:
        titles.setdefault(offer.parent_asin, offer.title)
    return (
        *(_variant(seed, shop, offer, titles[offer.parent_asin]) for offer in goods),
        _made(shop, "BUNDLE-1", barcode(seed, goods[0].asin), "Bundle", Decimal("79.00")),
        _made(shop, "", "", "Workshop", Decimal("40.00")),
    )


def _variant(seed: int, shop: SimShop, offer: Offer, title: str) -> Variant:
    way = offer.rank % _OF
    sku, code, named = offer.sku, barcode(seed, offer.asin), ""
    if way == _SPELLED:
        sku = spelled(offer.sku)
    elif way == _OTHER:  # another name, which the user has written down
        sku, named = f"WC-{offer.rank + 1:04d}", offer.sku
    elif way == _BY_ASIN:
        sku, code = offer.asin, ""
    is_variation = offer.parent_asin != offer.asin
    own = ident("Product", shop.shop_id, offer.sku)
    return Variant(
        variant_id=own,
        product_id=ident("Product", shop.shop_id, offer.parent_asin) if is_variation else own,
        item_id=own,
        sku=sku,
        barcode=code,
        title=offer.sku if is_variation else "",
        product_title=title if is_variation else offer.title,
        price=offer.base_price,
        offer=offer,
        named=named,
        status="publish",
    )


def _made(shop: SimShop, sku: str, code: str, title: str, price: Decimal) -> Variant:
    own = ident("Product", shop.shop_id, title)
    return Variant(own, own, own, sku, code, "", title, price, None, status="publish")


KIND = Kind(
    shop=_shop,
    variants=_variants,
    ident=ident,
    order_name=lambda _, before: str(2001 + before),
    settings=lambda shop: {
        "url": f"https://{shop.domain}",
        "consumer_key": shop.client_id,
        "consumer_secret_env": variable(shop, "SECRET"),
    },
    secrets=lambda shop: {variable(shop, "SECRET"): shop.client_secret},
)
