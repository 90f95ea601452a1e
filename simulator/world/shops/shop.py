"""What a shop and its variants are, whichever system it runs on: most have the SKU of the goods, some another one.

What a variant is of (`offer`) is known here; what a platform may know of it is `mapped_sku`: an equal SKU, or what the
user has written into stores.yaml. What differs by system is in kinds/. Stock and orders are not here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from simulator.world.catalogue.offers import Offer
from simulator.world.rng import number

SELLS_BESIDE = "harbor-us"
"""The store whose goods are sold in the shops too."""
DAYS_OPEN = 40
"""Before the first run: within the 60 days of orders that an app at Shopify sees without `read_all_orders`."""
ZONE = "America/New_York"
"""Where the warehouse is: its days begin there."""
MAIN, ANNEX = "main", "annex"
"""The locations of the own stock; a shop at Shopify knows both by the names in LOCATIONS."""
LOCATIONS = {MAIN: "Main warehouse", ANNEX: "Annex"}


@dataclass(frozen=True, slots=True)
class SimShop:
    """A shop. kind: its system, a key of KINDS. beside: the store whose goods it sells too. domain: its name there.
    access_token: what lasts of its access. opened: the first day (of the shop) on which it sells. tax_percent: on top
    of its prices. demand: units of an offer per unit that Amazon sells."""

    kind: str
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
    demand: float = 0.2


@dataclass(frozen=True, slots=True)
class Variant:
    """What the shop sells. sku, barcode: '' where nobody has entered one. offer: the goods, None for what is no goods
    of the warehouse. named: the central SKU that stores.yaml gives it, '' for none. status: as the shop shows it.
    cap: the most that is offered at once, None for all."""

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
    status: str = "ACTIVE"
    cap: int | None = None

    @property
    def mapped_sku(self) -> str | None:
        """The central SKU that can be known of it; None for a variant that is not mapped."""
        if self.named:
            return self.named
        return self.sku if self.offer is not None and self.sku == self.offer.sku else None

    @property
    def is_for_sale(self) -> bool:
        """Whether buyers see it."""
        return self.status not in UNSEEN


UNSEEN = ("UNPUBLISHED", "", "draft")
"""States in which nothing can be bought."""


def gid(kind: str, *key: object) -> str:
    """A global id of a shop at Shopify: `gid://shopify/Order/5000123456`."""
    return f"gid://shopify/{kind}/{5_000_000_000 + number('gid', kind, *key, digits=9)}"


def barcode(seed: int, asin: str) -> str:
    """The GTIN-13 of a product, with its check digit."""
    digits = f"40{number(seed, 'gtin', asin, digits=9):010d}"
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10
    return f"{digits}{check}"


def spelled(sku: str) -> str:
    """A SKU as another tool has written it: never the same to the letter."""
    other = sku.lower().replace("-", "_")
    return other if other != sku else f" {sku}-"


def named_skus(of: Iterable[Variant]) -> dict[str, str]:
    """Channel SKU -> central SKU, as the user has written them into stores.yaml."""
    return {each.sku: each.named for each in of if each.named}
