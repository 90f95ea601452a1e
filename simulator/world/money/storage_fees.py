"""What Amazon asks for storage, month by month, from the stock ledger: the average of the days' closing balances.

A month's fee has two parts, which its total contains: one for the volume, and a surcharge where more is stored than is
sold. It is charged on the ninth of the next month. A SKU lies in two warehouses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import Offer, cents
from simulator.world.marketplaces import Marketplace, days_between, local_day
from simulator.world.model import SimStore
from simulator.world.orders.order import money
from simulator.world.publishing import last_of_month, next_month
from simulator.world.sales.shipments import WAREHOUSES
from simulator.world.stock.old_stock import old_stock

CHARGED_ON = 9
# dollars per cubic foot and month, written per cubic metre outside the United States; the last quarter costs more
BASE, BASE_Q4, SURCHARGE = "0.78", "2.40", "0.44"
CUBIC_FEET = Decimal("35.3147")
SHARES = (Decimal("0.6"), Decimal("0.4"))
# from this many weeks of stock on there is a surcharge
CROWDED_WEEKS = Decimal(4)
# weeks of stock of a SKU that is no longer sold
MOST_WEEKS = Decimal("99.99")


@dataclass(frozen=True, slots=True)
class StorageFee:
    """A SKU in one warehouse in one month. average: units, two places. volume: of all of them, in `unit`.

    base, surcharge: money; the fee is their sum. utilization: weeks of stock.
    """

    month: date
    offer: Offer
    store: SimStore
    warehouse: str
    average: Decimal
    item_volume: Decimal
    volume: Decimal
    unit: str
    utilization: Decimal
    base_rate: Decimal
    surcharge_rate: Decimal
    base: Decimal
    surcharge: Decimal

    @property
    def fee(self) -> Decimal:
        """What the month costs, surcharge included."""
        return self.base + self.surcharge


def charged_at(store: SimStore, month: date) -> datetime:
    """When a month is charged: at noon of the ninth of the next one."""
    return datetime.combine(next_month(month).replace(day=CHARGED_ON), time(12), tzinfo=store.marketplace.zone)


def storage_fees(business: StoreBusiness, month: date) -> tuple[StorageFee, ...]:
    """The fees of an ended month, by SKU and warehouse; none for what was not stored.

    month: its first day. The business must have been simulated beyond its last one.
    """
    days = days_between(month, last_of_month(month))
    sums: dict[Offer, int] = {}
    for day in days:
        for row in business.stock.ledger.get(day, ()):
            sums[row.offer] = sums.get(row.offer, 0) + row.ending
    return tuple(
        fee
        for offer in (*business.stock.offers, *(old.offer for old in old_stock(business.seed, business.store)))
        if sums.get(offer)
        for fee in _fees(business.store, offer, month, Decimal(sums[offer]) / len(days))
    )


def _fees(store: SimStore, offer: Offer, month: date, average: Decimal) -> list[StorageFee]:
    place = store.marketplace
    item = _item_volume(place, offer)
    weeks = _round(average / Decimal(repr(round(offer.demand * 7, 4))), "0.01") if offer.demand else MOST_WEEKS
    base_rate = _rate(store, BASE_Q4 if month.month >= 10 else BASE)
    surcharge_rate = _rate(store, SURCHARGE) if weeks >= CROWDED_WEEKS else Decimal(0)
    result = []
    for name, share in zip(WAREHOUSES[place.country], SHARES, strict=False):
        units = _round(average * share, "0.01")
        volume = _round(units * item, "0.000001")
        result.append(
            StorageFee(
                month=month,
                offer=offer,
                store=store,
                warehouse=name,
                average=units,
                item_volume=item,
                volume=volume,
                unit="cubic feet" if place.country == "US" else "cubic meters",
                utilization=weeks,
                base_rate=base_rate,
                surcharge_rate=surcharge_rate,
                base=cents(volume * base_rate, place.decimals),
                surcharge=cents(volume * surcharge_rate, place.decimals),
            )
        )
    return result


def _item_volume(place: Marketplace, offer: Offer) -> Decimal:
    """The catalogue's volumes are in cubic feet."""
    return offer.volume if place.country == "US" else _round(offer.volume / CUBIC_FEET, "0.000001")


def _rate(store: SimStore, dollars: str) -> Decimal:
    """A rate per cubic foot as the store's country writes it."""
    place, rate = store.marketplace, money(store, dollars)
    return rate if place.country == "US" else cents(rate * CUBIC_FEET, place.decimals)


def _round(value: Decimal, places: str) -> Decimal:
    return value.quantize(Decimal(places), ROUND_HALF_UP)


def months_charged(store: SimStore, start: datetime, end: datetime) -> list[date]:
    """The first days of the months that are charged from `start` to before `end`."""
    month = (local_day(store.marketplace.time_zone, start) - timedelta(days=62)).replace(day=1)
    found = []
    while charged_at(store, month) < end:
        if charged_at(store, month) >= start:
            found.append(month)
        month = next_month(month)
    return found
