"""Which shops there are, and their variants: most have the SKU of the goods, some another one, and some none.

What a variant is of (`offer`) is known here; what a platform may know of it is `mapped_sku`: an equal SKU, or what the
user has written into stores.yaml. Stock and orders are not here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from simulator.world.accounts import secret
from simulator.world.catalogue.offers import Offer, offers
from simulator.world.marketplaces import local_day
from simulator.world.model import SimStore
from simulator.world.rng import number

SELLS_BESIDE = "harbor-us"
"""The store whose goods are sold in the shop too."""
DAYS_OPEN = 40
"""Before the first run: within the 60 days of orders that an app sees without `read_all_orders`."""
MAIN, ANNEX = "main", "annex"
"""The locations of the own stock; the shop knows both by the names in LOCATIONS."""
LOCATIONS = {MAIN: "Main warehouse", ANNEX: "Annex"}
_SPELLED, _OTHER, _BY_ASIN, _OF = 3, 5, 6, 7


@dataclass(frozen=True, slots=True)
class SimShop:
    """A shop. beside: the store whose goods it sells too. opened: the first day (of the shop) on which it sells.
    tax_percent: on top of its prices."""

    shop_id: str
    tenant_id: str
    beside: str
    domain: str
    currency: str
    time_zone: str
    client_id: str
    client_secret: str
    access_token: str
    opened: date
    tax_percent: Decimal = Decimal("7.25")


@dataclass(frozen=True, slots=True)
class Variant:
    """What the shop sells. sku, barcode: '' where nobody has entered one. offer: the goods, None for what is no goods
    of the warehouse. named: the central SKU that stores.yaml gives it, '' for none."""

    variant_id: str
    product_id: str
    item_id: str
    sku: str
    barcode: str
    title: str
    product_title: str
    price: Decimal
    offer: Offer | None
    named: str = ""

    @property
    def mapped_sku(self) -> str | None:
        """The central SKU that can be known of it; None for a variant that is not mapped."""
        if self.named:
            return self.named
        return self.sku if self.offer is not None and self.sku == self.offer.sku else None


def shops(seed: int, stores: Iterable[SimStore], first_now: datetime) -> tuple[SimShop, ...]:
    """The shops of a world: one beside the store SELLS_BESIDE, where there is that store."""
    zone = "America/New_York"
    return tuple(
        SimShop(
            shop_id=f"{store.tenant_id}-shop",
            tenant_id=store.tenant_id,
            beside=store.store_id,
            domain=f"{store.tenant_id}-goods.myshopify.com",
            currency="USD",
            time_zone=zone,
            client_id=secret(seed, "shop app", store.tenant_id)[:32],
            client_secret=f"shpss_{secret(seed, 'shop app secret', store.tenant_id)[:32]}",
            access_token=f"shpat_{secret(seed, 'shop', store.tenant_id)[:32]}",
            opened=max(store.start, local_day(zone, first_now) - timedelta(days=DAYS_OPEN)),
        )
        for store in stores
        if store.store_id == SELLS_BESIDE
    )


def gid(kind: str, *key: object) -> str:
    """A global id of the shop: `gid://shopify/Order/5000123456`."""
    return f"gid://shopify/{kind}/{5_000_000_000 + number('gid', kind, *key, digits=9)}"


def barcode(seed: int, asin: str) -> str:
    """The GTIN-13 of a product, with its check digit."""
    digits = f"40{number(seed, 'gtin', asin, digits=9):010d}"
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10
    return f"{digits}{check}"


def variants(seed: int, shop: SimShop, store: SimStore) -> tuple[Variant, ...]:
    """The variants of a shop, in the order of their goods; at the end two that are no goods of the warehouse."""
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
    if way == _SPELLED:  # as another tool has written it
        sku = offer.sku.lower().replace("-", "_")
        sku = sku if sku != offer.sku else f" {offer.sku}-"
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


def named_skus(of: Iterable[Variant]) -> dict[str, str]:
    """Channel SKU -> central SKU, as the user has written them into stores.yaml."""
    return {each.sku: each.named for each in of if each.named}
