"""What each account sells: products with their SKUs, titles in four languages, prices and how they move.

A product has an ASIN; an offer is one SKU of it in one store. The catalogue of an account is the same for all of its
marketplaces (a smaller marketplace lists the first products only). No stock and no orders here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from simulator.world.catalogue.texts import BRANDS, COLOURS, ITEMS, JAPANESE_BRANDS, TITLE_EXTRAS
from simulator.world.model import SimStore
from simulator.world.rng import rng

# SKUs that break naive parsers: leading zeros, quotes, commas, spaces, a number in disguise
AWKWARD_SKUS = ("0012345", 'KNIFE 8" PRO', "MUG 350 ml", '"GIFT" BOX, RED', "TENT,2P,SET", "00-7", "12E5")
RATE = {"USD": Decimal(1), "EUR": Decimal("0.95"), "JPY": Decimal(150), "INR": Decimal(85)}
TAX_PERCENT = {
    "US": Decimal("7.25"),
    "DE": Decimal(19),
    "FR": Decimal(20),
    "IT": Decimal(22),
    "ES": Decimal(21),
    "JP": Decimal(10),
    "IN": Decimal(18),
}
UNTAXED = ("US", "CA")
"""Where prices are without tax; everywhere else they contain it."""
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Offer:
    """One SKU of a product in a store. channel: 'Amazon' (FBA) or 'Merchant'. demand: order lines a day on average."""

    sku: str
    asin: str
    parent_asin: str
    fnsku: str
    title: str
    brand: str
    channel: str
    base_price: Decimal
    demand: float
    rank: int
    volume: Decimal


def cents(amount: Decimal, decimals: int) -> Decimal:
    """An amount rounded to the marketplace's money, half away from zero."""
    return amount.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def code(*key: object, prefix: str, length: int) -> str:
    """A stable identifier of capital letters and digits, as ASINs and FNSKUs are."""
    random = rng("code", *key)
    return prefix + "".join(random.choice(ALPHABET) for _ in range(length - len(prefix)))


@lru_cache(maxsize=1024)
def offers(seed: int, store: SimStore) -> tuple[Offer, ...]:
    """The offers of a store, best seller first. Two products have a second SKU: one by the merchant, one by FBA."""
    result: list[Offer] = []
    for rank in range(store.size):
        result.append(_offer(seed, store, rank, twin=""))
        if rank == 1:
            result.append(_offer(seed, store, rank, twin="Merchant"))
        if rank == 4:
            result.append(_offer(seed, store, rank, twin="Amazon"))
    return tuple(result)


def _offer(seed: int, store: SimStore, rank: int, twin: str) -> Offer:
    place, seller = store.marketplace, store.seller_id
    random = rng(seed, seller, "product", rank)
    item = ITEMS[rank % len(ITEMS)]
    brand, colour = random.choice(BRANDS), random.choice(COLOURS)
    brand = JAPANESE_BRANDS.get(brand, brand) if place.language == "ja" else brand
    extra = TITLE_EXTRAS[place.language][rank % len(TITLE_EXTRAS[place.language])]
    asin = code(seed, seller, rank, prefix="B0", length=10)
    # three products in a row, now and then, are variations of one parent
    parent = code(seed, seller, "parent", rank // 3, prefix="B0", length=10) if rank // 3 % 3 == 1 else asin
    price = Decimal(item["price"]) * RATE[place.currency] * (1 + Decimal(rank // len(ITEMS)) / 10)
    sku = AWKWARD_SKUS[rank] if rank < len(AWKWARD_SKUS) else f"{item['code']}-{colour['code']}-{rank + 1:03d}"
    merchant = twin == "Merchant" or (not twin and rank % 9 == 8)
    return Offer(
        sku=f"{sku}-{'FBM' if twin == 'Merchant' else 'B'}" if twin else sku,
        asin=asin,
        parent_asin=parent,
        fnsku="" if merchant else code(seed, seller, rank, twin, "fnsku", prefix="X00", length=10),
        title=f"{brand} {item[place.language]}{extra}, {colour[place.language]}",
        brand=brand,
        channel="Merchant" if merchant else "Amazon",
        base_price=charming(price * (Decimal("1.04") if twin else 1), place.decimals),
        demand=max(0.25, 4.2 / (1 + 0.28 * rank))
        * (0.35 if twin else 1)
        * (0.5 if not store.configured else 1)
        * random.uniform(0.7, 1.3),
        rank=rank,
        volume=Decimal(item["volume"]),
    )


def charming(price: Decimal, decimals: int) -> Decimal:
    """19.99 rather than 20.13; 1980 rather than 2013 where there are no cents."""
    if decimals:
        return max(Decimal("4.99"), price.to_integral_value(ROUND_HALF_UP) - Decimal("0.01"))
    return max(Decimal(480), (price / 100).to_integral_value(ROUND_HALF_UP) * 100 - 20)


def price(seed: int, store: SimStore, offer: Offer, day: date) -> Decimal:
    """The offer's price on that marketplace day: it moves by some percent at most every third week."""
    block = (day.toordinal() + offer.rank * 5) // 21
    step = Decimal(rng(seed, store.store_id, offer.sku, "price", block).choice((94, 97, 100, 100, 100, 104, 108)))
    return charming(offer.base_price * step / 100, store.marketplace.decimals)


def promotion(seed: int, store: SimStore, offer: Offer, day: date) -> tuple[int, str] | None:
    """(percent off, promotion id) of a coupon that runs on that day, if any: weeks at a time."""
    week = (day.toordinal() + offer.rank) // 7
    random = rng(seed, store.store_id, offer.sku, "promotion", week)
    if random.random() >= 0.15:
        return None
    return random.choice((10, 15, 20)), f"PLM-{code(seed, offer.sku, week, prefix='', length=8).lower()}-{week}"


def season(day: date) -> float:
    """Demand of the time of year and the weekday against the average: the weeks before Christmas are the best."""
    month = (0.9, 0.85, 0.9, 0.95, 1.0, 1.0, 1.05, 1.0, 0.95, 1.05, 1.25, 1.4)[day.month - 1]
    return month * (1.05, 0.95, 0.95, 1.0, 1.0, 1.1, 1.2)[day.weekday()]
