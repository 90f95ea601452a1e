"""What Amazon expects a sale to cost, at the price of a day: referral and fulfilment, as settlements charge them.

Of a product that was measured anew they expect more for a while; settlements never charge it.

The report of it is written in documents/amazon_sp/fees.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import Offer, cents, price
from simulator.world.incidents import is_remeasured
from simulator.world.marketplaces import local_day
from simulator.world.orders.order import money
from simulator.world.rng import rng

# the fee of a parcel that crosses a border, as a multiple of the fee at home
ABROAD = Decimal("1.6")
# the fee of a product that was taken for a larger one, as a multiple of its own
LARGER = Decimal("1.35")
# European reports have a fee for each of these countries
COUNTRIES = ("uk", "de", "fr", "it", "es", "se")


@dataclass(frozen=True, slots=True)
class Estimate:
    """What selling one unit of a SKU would cost at its price of a day. abroad: what fulfilment costs across a border.

    sides: longest first; None: not measured yet, nor weighed. larger: whether it was taken for a larger product.
    """

    offer: Offer
    price: Decimal
    referral: Decimal
    fulfilment: Decimal
    abroad: Decimal
    sides: tuple[Decimal, Decimal, Decimal] | None
    weight: Decimal | None
    larger: bool = False

    @property
    def total(self) -> Decimal:
        """Referral and fulfilment."""
        return self.referral + self.fulfilment


def estimates(business: StoreBusiness, at: datetime) -> list[Estimate]:
    """Of every FBA offer of the store."""
    place = business.store.marketplace
    day = local_day(place.time_zone, at)
    # as settlements charge it
    usual = money(business.store, "3.22")
    found = []
    for offer in business.stock.offers:
        random = rng(business.seed, business.store.seller_id, offer.asin, "measures")
        measured = offer.rank % 10 != 7
        sides = sorted((Decimal(random.randint(30, 400)) / 10 for _ in range(3)), reverse=True)
        unit = price(business.seed, business.store, offer, day)
        larger = is_remeasured(business.store, offer.rank, day)
        fulfilment = cents(usual * LARGER, place.decimals) if larger else usual
        found.append(
            Estimate(
                offer=offer,
                price=unit,
                referral=cents(unit * 15 / 100, place.decimals),
                fulfilment=fulfilment,
                abroad=cents(fulfilment * ABROAD, place.decimals),
                sides=(sides[0], sides[1], sides[2]) if measured else None,
                weight=Decimal(random.randint(10, 900)) / 100 if measured else None,
                larger=larger,
            )
        )
    return found
