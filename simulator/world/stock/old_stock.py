"""Stock of products that are no longer listed: it lies at Amazon for months, grows old and cannot be sold.

Every store has some, so that each age bucket, the surcharge for aged stock and stranded inventory are filled in every
world. Its SKUs are in no listing and in no order; the inventory reports of all SKUs and the ledger show it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from simulator.world.catalogue.offers import RATE, Offer, charming, code
from simulator.world.catalogue.texts import BRANDS, COLOURS, ITEMS, JAPANESE_BRANDS
from simulator.world.model import SimStore
from simulator.world.rng import rng

FIRST_RANK = 900
# days before the world's first day on which each lot was received, per product
LOTS = ((75, 200, 290, 400), (130, 310))
# what Seller Central proposes, and why the units are stranded
CAUSES = (("Relist", "Listing closed"), ("Create new listing", "Never created"))


@dataclass(frozen=True, slots=True)
class OldStock:
    """Units of one product. lots: (day of receipt, units), the newest first. stranded: since that day."""

    offer: Offer
    lots: tuple[tuple[date, int], ...]
    stranded: date
    action: str
    reason: str

    @property
    def units(self) -> int:
        """All of them."""
        return sum(units for _, units in self.lots)


@lru_cache(maxsize=1024)
def old_stock(seed: int, store: SimStore) -> tuple[OldStock, ...]:
    """The old stock of a store; a marketplace without a configured store has less of it."""
    result = []
    for number, ages in enumerate(LOTS if store.configured else LOTS[:1]):
        random = rng(seed, store.store_id, "old stock", number)
        action, reason = CAUSES[number]
        result.append(
            OldStock(
                offer=_offer(seed, store, number),
                lots=tuple(
                    (store.start - timedelta(days=age + random.randint(-3, 3)), random.randint(3, 9)) for age in ages
                ),
                stranded=store.start - timedelta(days=random.randint(20, 40)),
                action=action,
                reason=reason,
            )
        )
    return tuple(result)


def _offer(seed: int, store: SimStore, number: int) -> Offer:
    place, seller = store.marketplace, store.seller_id
    random = rng(seed, seller, "old product", number)
    item, colour, brand = random.choice(ITEMS), random.choice(COLOURS), random.choice(BRANDS)
    brand = JAPANESE_BRANDS.get(brand, brand) if place.language == "ja" else brand
    asin = code(seed, seller, "old", number, prefix="B0", length=10)
    return Offer(
        sku=f"{item['code']}-2023-{number + 1:02d}",
        asin=asin,
        parent_asin=asin,
        fnsku=code(seed, seller, "old", number, "fnsku", prefix="X00", length=10),
        title=f"{brand} {item[place.language]}, {colour[place.language]}",
        brand=brand,
        channel="Amazon",
        base_price=charming(Decimal(item["price"]) * RATE[place.currency], place.decimals),
        demand=0.0,
        rank=FIRST_RANK + number,
        volume=Decimal(item["volume"]),
    )
