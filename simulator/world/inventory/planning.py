"""What Amazon computes from stock and shipments: age buckets, the surcharge for aged stock, cover, what to send in.

Figures are by the header of the reports that show them. documents/amazon_sp/planning.py writes the reports, and the
truth compares the figures. Shipments and their value are of the 7, 30, 60 and 90 days that end with the day before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import RATE, cents, price, promotion
from simulator.world.inventory.ages import Lots, ages, between
from simulator.world.inventory.positions import Position, positions
from simulator.world.inventory.removals import pending
from simulator.world.marketplaces import midnight
from simulator.world.rng import number

Value = str | int | Decimal | date | None
WINDOWS = (7, 30, 60, 90)
# header's words -> (first day, last day) of age; they overlap as Amazon's do
BUCKETS: dict[str, tuple[int, int | None]] = {
    "0-to-90": (0, 90), "91-to-180": (91, 180), "181-to-270": (181, 270), "271-to-365": (271, 365),
    "365-plus": (366, None), "366-to-455": (366, 455), "456-plus": (456, None), "0-to-30": (0, 30),
    "31-to-60": (31, 60), "61-to-90": (61, 90), "181-to-330": (181, 330), "331-to-365": (331, 365),
}  # fmt: skip
# ages of the surcharge -> (first day, last day, dollars for a cubic foot and month)
SURCHARGES: dict[str, tuple[int, int | None, str]] = {
    "181-210": (181, 210, "0.50"), "211-240": (211, 240, "1.00"), "241-270": (241, 270, "1.50"),
    "271-300": (271, 300, "3.80"), "301-330": (301, 330, "4.00"), "331-365": (331, 365, "4.20"),
    "365-plus": (366, None, "6.90"), "366-455": (366, 455, "6.90"), "456-plus": (456, None, "7.90"),
}  # fmt: skip
STORAGE, STORAGE_BEFORE_CHRISTMAS = Decimal("0.78"), Decimal("2.40")
EXCESS_DAYS, TARGET_DAYS, LOW_DAYS, LEAD_DAYS = 90, 45, 14, 12


@dataclass(slots=True)
class Shipped:
    """What left in the last days, by length of the window."""

    units: dict[int, int] = field(default_factory=lambda: dict.fromkeys(WINDOWS, 0))
    amount: dict[int, Decimal] = field(default_factory=lambda: dict.fromkeys(WINDOWS, Decimal(0)))


def shipped(business: StoreBusiness, day: date) -> dict[str, Shipped]:
    """Of each FBA SKU: units that left before that day, and what they were sold for (without discounts)."""
    result: dict[str, Shipped] = {}
    for back in range(1, max(WINDOWS) + 1):
        for order in business.shipped.get(day - timedelta(days=back), ()):
            for index, line in enumerate(order.lines):
                if line.offer.channel != "Amazon" or order.end.cancelled(index):
                    continue
                entry = result.setdefault(line.offer.sku, Shipped())
                for window in WINDOWS:
                    if back <= window:
                        entry.units[window] += line.quantity
                        entry.amount[window] += order.end.prices[index]
    return result


def planning(business: StoreBusiness, day: date) -> list[dict[str, Value]]:
    """The planning report of that day; SKUs of which nothing is there are left out, as Amazon does."""
    old, sold = ages(business, day - timedelta(days=1)), shipped(business, day)
    leaving = pending(business, midnight(business.store.marketplace.time_zone, day))
    return [
        _planned(business, position, day, old.get(sku, []), sold.get(sku, Shipped()), leaving.get(sku, 0))
        for position in positions(business, day)
        if position.there and (sku := position.stock.offer.sku)
    ]


def restock(business: StoreBusiness, day: date) -> list[dict[str, Value]]:
    """The restock report of that day; every SKU."""
    sold = shipped(business, day)
    return [
        _restocked(business, position, day, sold.get(position.stock.offer.sku, Shipped()))
        for position in positions(business, day)
    ]


def _planned(
    business: StoreBusiness, position: Position, day: date, lots: Lots, sold: Shipped, leaving: int
) -> dict[str, Value]:
    stock, offer, store = position.stock, position.stock.offer, business.store
    place = store.marketplace
    asked = price(business.seed, store, offer, day)
    coupon = promotion(business.seed, store, offer, day)
    sale = cents(asked * (100 - coupon[0]) / 100, place.decimals) if coupon and not position.old else None
    cover, excess = _cover(stock.fulfillable, sold), _excess(position, sold)
    storage = STORAGE_BEFORE_CHRISTMAS if day.month >= 10 else STORAGE
    volume = (stock.fulfillable + stock.reserved) * offer.volume
    to_send, send_on = _to_send(position, day, sold)
    row: dict[str, Value] = {
        "snapshot-date": day,
        "sku": offer.sku,
        "fnsku": offer.fnsku,
        "asin": offer.asin,
        "product-name": offer.title,
        "condition": "New",
        "available": stock.fulfillable,
        "pending-removal-quantity": leaving,
        "currency": place.currency,
        "alert": "" if sold.units[30] else "Low traffic",
        "your-price": asked,
        "sales-price": sale,
        "lowest-price-new-plus-shipping": asked,
        "recommended-action": _action(position, excess),
        "recommended-removal-quantity": between(lots, 366) if position.old else 0,
        "sell-through": _rounded(Fraction(sold.units[90], max(1, position.there)), 2),
        "item-volume": offer.volume,
        "volume-unit-measurement": "cubic feet",
        "storage-type": "Standard",
        "storage-volume": volume,
        "marketplace": place.country,
        "product-group": "gl_kitchen",
        "sales-rank": 1_000 + number(store.store_id, offer.sku, "sales rank", digits=5),
        "days-of-supply": cover,
        "estimated-excess-quantity": excess,
        "weeks-of-cover-t30": _weeks(stock.fulfillable, sold, 30),
        "weeks-of-cover-t90": _weeks(stock.fulfillable, sold, 90),
        "featuredoffer-price": asked,
        "estimated-storage-cost-next-month": cents(volume * storage * RATE[place.currency], place.decimals),
        "inbound-quantity": position.inbound,
        "inbound-working": stock.working,
        "inbound-shipped": stock.shipped,
        "inbound-received": stock.receiving,
        "reserved-quantity": stock.reserved,
        "Total Reserved Quantity": stock.reserved,
        "unfulfillable-quantity": stock.unsellable,
        "historical-days-of-supply": _supply(position.there, sold, 90),
        "fba-minimum-inventory-level": ceil(_speed(sold, 30) * LOW_DAYS),
        "fba-inventory-level-health-status": _health(cover, stock.fulfillable, excess),
        "Recommended ship-in quantity": to_send or None,
        "Recommended ship-in date": send_on,
        "Last updated date for Historical Days of Supply": day - timedelta(days=1),
        "Exempted from Low-Inventory-Level fee?": "No" if sold.units[7] else "Yes",
        "Low-Inventory-Level fee applied in current week?": "Yes" if cover is not None and cover < LOW_DAYS else "No",
        "Short term historical days of supply": _supply(position.there, sold, 30),
        "Long term historical days of supply": _supply(position.there, sold, 90),
        "Inventory age snapshot date": day - timedelta(days=1),
        "Inventory Supply at FBA": stock.fulfillable + position.reserved.transfers + position.reserved.processing,
        "Reserved FC Transfer": position.reserved.transfers,
        "Reserved FC Processing": position.reserved.processing,
        "Reserved Customer Order": position.reserved.orders,
        "Total Days of Supply (including units from open shipments)": _cover(
            stock.fulfillable + position.inbound, sold
        ),
        "supplier": "unassigned",
        "is-seasonal-in-next-3-months": "N",
    }
    row |= {f"inv-age-{words}-days": between(lots, *span) for words, span in BUCKETS.items()}
    row |= {f"units-shipped-t{window}": sold.units[window] for window in WINDOWS}
    row |= {f"sales-shipped-last-{window}-days": sold.amount[window] for window in WINDOWS}
    return row | _surcharges(lots, offer.volume, RATE[place.currency], place.decimals)


def _surcharges(lots: Lots, volume: Decimal, rate: Decimal, decimals: int) -> dict[str, Value]:
    """Units and money by age; nothing where there are no such units."""
    row: dict[str, Value] = {}
    for words, (first, last, dollars) in SURCHARGES.items():
        units = between(lots, first, last)
        row[f"quantity-to-be-charged-ais-{words}-days"] = units or None
        row[f"estimated-ais-{words}-days"] = (
            cents(units * volume * Decimal(dollars) * rate, decimals) if units else None
        )
    return row


def _restocked(business: StoreBusiness, position: Position, day: date, sold: Shipped) -> dict[str, Value]:
    stock, offer, place = position.stock, position.stock.offer, business.store.marketplace
    to_send, send_on = _to_send(position, day, sold)
    return {
        "Product Name": offer.title,
        "FNSKU": offer.fnsku,
        "Merchant SKU": offer.sku,
        "ASIN": offer.asin,
        "Condition": "New",
        "Supplier": "unassigned",
        "Currency code": place.currency,
        "Price": price(business.seed, business.store, offer, day),
        "Sales last 30 days": sold.amount[30],
        "Units Sold Last 30 Days": sold.units[30],
        "Total Units": stock.total,
        "Inbound": position.inbound,
        "Available": stock.fulfillable,
        "FC transfer": position.reserved.transfers,
        "FC Processing": position.reserved.processing,
        "Customer Order": position.reserved.orders,
        "Unfulfillable": stock.unsellable,
        "Working": stock.working,
        "Shipped": stock.shipped,
        "Receiving": stock.receiving,
        "Fulfilled by": "Amazon",
        "Total Days of Supply (including units from open shipments)": _cover(
            stock.fulfillable + position.inbound, sold
        ),
        "Days of Supply at Amazon Fulfillment Network": _cover(stock.fulfillable, sold),
        "Alert": _alert(position, sold),
        "Recommended replenishment qty": to_send,
        "Recommended ship date": send_on,
        "Recommended action": "Create shipping plan" if to_send else "No action required",
        "Unit storage size": f"{offer.volume} ft3",
    }


def _speed(sold: Shipped, window: int) -> Fraction:
    return Fraction(sold.units[window], window)


def _cover(units: int, sold: Shipped) -> int | None:
    """Whole days that units last at the speed of the last 30 days; None where nothing is sold."""
    speed = _speed(sold, 30)
    return int(units / speed) if speed else None


def _supply(units: int, sold: Shipped, window: int) -> Decimal | None:
    speed = _speed(sold, window)
    return _rounded(units / speed, 1) if speed else None


def _weeks(units: int, sold: Shipped, window: int) -> int | None:
    speed = _speed(sold, window)
    return int(units / speed / 7) if speed else None


def _excess(position: Position, sold: Shipped) -> int:
    return max(0, position.stock.fulfillable - ceil(_speed(sold, 90) * EXCESS_DAYS))


def _action(position: Position, excess: int) -> str:
    if position.old:
        return "RemoveUnits"
    return "CreateSale" if excess else "NoExcessInventory"


def _health(cover: int | None, available: int, excess: int) -> str:
    if not available:
        return "Out of stock"
    if cover is not None and cover < LOW_DAYS:
        return "Low stock"
    return "Excess" if excess else "Healthy"


def _alert(position: Position, sold: Shipped) -> str:
    if not position.stock.fulfillable and not position.inbound:
        return "out_of_stock"
    return "reorder_now" if _missing(position, sold) else ""


def _missing(position: Position, sold: Shipped) -> int:
    """Units that bring the stock to its target."""
    if position.old:
        return 0
    return max(0, ceil(_speed(sold, 30) * TARGET_DAYS) - position.stock.fulfillable - position.inbound)


def _to_send(position: Position, day: date, sold: Shipped) -> tuple[int, date | None]:
    """Units to send in, and when they should leave; (0, None) where there are enough."""
    units = _missing(position, sold)
    if not units:
        return 0, None
    lasts = _cover(position.stock.fulfillable + position.inbound, sold) or 0
    return units, day + timedelta(days=max(0, lasts - LEAD_DAYS))


def _rounded(value: Fraction, places: int) -> Decimal:
    scaled = value * 10**places
    return Decimal((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)).scaleb(-places)
