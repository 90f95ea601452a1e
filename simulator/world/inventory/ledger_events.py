"""The inventory ledger event by event: what the movements of its daily balances (stock/book.py) are made of.

For each day, SKU and disposition the events add up to the movements. What was found or lost is explained, and so shown,
a day later; until then the summary calls it unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import Offer, code
from simulator.world.marketplaces import midnight
from simulator.world.rng import number, rng
from simulator.world.sales.shipments import WAREHOUSES, warehouse
from simulator.world.stock.book import SELLABLE, LedgerRow

# what was found or lost is explained a day later; before that it is an unknown event
EXPLAINED_AGE = 2
RECEIPTS, SHIPMENTS, RETURNS = "Receipts", "Shipments", "CustomerReturns"
ADJUSTMENTS, TRANSFERS, REMOVALS = "Adjustments", "WhseTransfers", "VendorReturns"
# reasons of adjustments
FOUND, MISPLACED, DAMAGED, TURNED_UNSELLABLE, DISPOSED = "F", "M", "E", "P", "D"


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """A line of the ledger. quantity: signed units. reconciled, unreconciled: units, of adjustments only."""

    offer: Offer
    disposition: str
    kind: str
    quantity: int
    center: str
    reference: str = ""
    reason: str = ""
    reconciled: int | None = None
    unreconciled: int | None = None


def is_explained(zone: str, day: date, now: datetime) -> bool:
    """Whether it is known by `now` what was found and lost on that day."""
    return midnight(zone, day + timedelta(days=EXPLAINED_AGE)) <= now


def events(business: StoreBusiness, day: date, *, explained: bool) -> list[LedgerEvent]:
    """The events of an ended day, in the order of its ledger rows; what is found and lost only if `explained`."""
    country = business.store.marketplace.country
    moved: dict[tuple[str, str], list[LedgerEvent]] = {}
    for order in business.shipped.get(day, ()):
        for index, line in enumerate(order.lines):
            if line.offer.channel == "Amazon" and not order.end.cancelled(index):
                place = warehouse(country, order.order_id)
                event = LedgerEvent(line.offer, SELLABLE, SHIPMENTS, -line.quantity, place)
                moved.setdefault((line.offer.sku, SELLABLE), []).append(event)
    for order, refunded in business.returned.get(day, ()):
        refund = order.refunds[refunded]
        offer, place = order.lines[refund.line].offer, warehouse(country, order.order_id, refunded, "returns")
        event = LedgerEvent(offer, refund.disposition, RETURNS, refund.quantity, place)
        moved.setdefault((offer.sku, refund.disposition), []).append(event)
    result: list[LedgerEvent] = []
    for row in business.stock.ledger.get(day, ()):
        result += moved.get((row.offer.sku, row.disposition), ())
        result += _in_warehouses(business, row, day, explained)
    return result


def _in_warehouses(business: StoreBusiness, row: LedgerRow, day: date, explained: bool) -> Iterator[LedgerEvent]:
    random = rng(business.seed, business.store.store_id, row.offer.sku, row.disposition, "ledger events", day)
    centers = WAREHOUSES[business.store.marketplace.country]
    where = (row.offer, row.disposition)
    for units in _parts(random, row.receipts):
        reference = code(business.store.store_id, row.offer.sku, day, "inbound", prefix="FBA", length=12)
        yield LedgerEvent(*where, RECEIPTS, units, random.choice(centers), reference)
    adjusted = [
        (row.found, FOUND),
        (row.lost, MISPLACED),
        (row.damaged, DAMAGED if row.disposition == SELLABLE else TURNED_UNSELLABLE),
        (row.disposed, DISPOSED),
    ]
    for units, reason in adjusted:
        center = random.choice(centers)
        if units and (explained or reason not in (FOUND, MISPLACED)):
            loss = reason in (MISPLACED, DAMAGED)
            reference = str(10**9 + number(business.store.store_id, row.offer.sku, day, reason, digits=9))
            yield LedgerEvent(
                *where,
                ADJUSTMENTS,
                units,
                center,
                reference,
                reason,
                reconciled=0 if loss else abs(units),
                unreconciled=abs(units) if loss else 0,
            )
    if row.vendor_returns:
        yield LedgerEvent(*where, REMOVALS, row.vendor_returns, random.choice(centers))
    if row.disposition == SELLABLE and row.ending > 3 and random.random() < 0.05:
        source, target = random.sample(centers, 2)
        units = random.randint(1, row.ending // 2)
        yield LedgerEvent(*where, TRANSFERS, -units, source)
        yield LedgerEvent(*where, TRANSFERS, units, target)


def _parts(random: Random, units: int) -> tuple[int, ...]:
    """Goods arrive at one warehouse, or at two."""
    if units < 8 or random.random() < 0.5:
        return (units,) if units else ()
    return (units * 2 // 3, units - units * 2 // 3)
