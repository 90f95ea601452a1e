"""FBA stock of one store: allocation, shipments, receipts, returns, losses, and what is on its way.

A day is opened (goods arrive, returns come back), orders take from what is free, and the day is closed: ledger rows
balance (starting + movements = ending), and the next day starts where this one ended. Only FBA offers are kept here;
what is no longer offered (old_stock.py) stands in the ledger and never moves.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil

from simulator.world.catalogue.offers import Offer, season
from simulator.world.model import SimStore
from simulator.world.rng import rng
from simulator.world.stock.leaving import DISPOSAL, kind_of_removal, leaves
from simulator.world.stock.old_stock import old_stock

SELLABLE = "SELLABLE"
# the fourth best seller is reordered too late and too little, so that it runs out in every world
THIN_RANK = 3


@dataclass(slots=True)
class LedgerRow:
    """One row of a day's ledger, units. Movements are signed as Amazon writes them; late: first booked as unknown.

    vendor_returns: what leaves for the seller, or for whoever buys it from Amazon (removals).
    """

    offer: Offer
    disposition: str
    starting: int
    receipts: int = 0
    shipments: int = 0
    returns: int = 0
    found: int = 0
    lost: int = 0
    damaged: int = 0
    disposed: int = 0
    vendor_returns: int = 0

    @property
    def ending(self) -> int:
        """The balance at the day's end."""
        moved = self.receipts + self.shipments + self.returns + self.found + self.lost + self.damaged
        return self.starting + moved + self.disposed + self.vendor_returns

    @property
    def moved(self) -> bool:
        """Whether anything happened or is there."""
        return any(
            (
                self.starting,
                self.receipts,
                self.shipments,
                self.returns,
                self.found,
                self.lost,
                self.damaged,
                self.disposed,
                self.vendor_returns,
            )
        )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the inventory report shows of a SKU at a day's end, units."""

    offer: Offer
    fulfillable: int
    reserved: int
    unsellable: int
    working: int
    shipped: int
    receiving: int

    @property
    def total(self) -> int:
        """Everything, with what is on its way."""
        return self.fulfillable + self.reserved + self.unsellable + self.working + self.shipped + self.receiving


@dataclass(slots=True)
class Inbound:
    """A shipment to the warehouse: parts are (day of receipt, units)."""

    leaves: date
    parts: list[tuple[date, int]]

    def remaining(self, day: date) -> int:
        """Units not received by the end of that day."""
        return sum(units for at, units in self.parts if at > day)


@dataclass(slots=True)
class StockBook:
    """The stock of a store; days must be opened and closed in order."""

    seed: int
    store: SimStore
    offers: tuple[Offer, ...]
    balance: dict[tuple[str, str], int] = field(default_factory=dict)
    reserved: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    free: dict[str, int] = field(default_factory=dict)
    inbound: dict[str, list[Inbound]] = field(default_factory=lambda: defaultdict(list))
    ships: dict[date, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    cancels: dict[date, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    returns: dict[date, dict[tuple[str, str], int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    ledger: dict[date, list[LedgerRow]] = field(default_factory=dict)
    snapshots: dict[date, list[Snapshot]] = field(default_factory=dict)
    today: dict[tuple[str, str], LedgerRow] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for offer in self.offers:
            random = rng(self.seed, self.store.store_id, offer.sku, "opening stock")
            days = 3 if offer.rank == THIN_RANK else random.uniform(12, 45)
            self.balance[offer.sku, SELLABLE] = ceil(offer.demand * days)
        # the closing stock of the day before the world's first day
        self.snapshots[self.store.start - timedelta(days=1)] = [
            self._snapshot(o, self.store.start - timedelta(days=1)) for o in self.offers
        ]

    def open(self, day: date) -> None:
        """The day begins: receipts, returns, corrections of the warehouse."""
        self.today = {}
        for offer in self.offers:
            row = self._row(offer, SELLABLE)
            row.receipts = sum(
                units for shipment in self.inbound[offer.sku] for at, units in shipment.parts if at == day
            )
        for (sku, disposition), units in self.returns.pop(day, {}).items():
            self._row(self._offer(sku), disposition).returns += units
        for offer in self.offers:
            row = self._row(offer, SELLABLE)
            self._corrections(offer, row, day)
            self.free[offer.sku] = row.ending - self.reserved[offer.sku]

    def take(self, offer: Offer, units: int) -> bool:
        """Allocate units to an order; False when there are not that many. Merchant offers are always there."""
        if offer.channel != "Amazon":
            return True
        if self.free[offer.sku] < units:
            return False
        self.free[offer.sku] -= units
        self.reserved[offer.sku] += units
        return True

    def close(self, day: date) -> None:
        """The day ends: what left, what was cancelled, balances, snapshot, and what must be ordered."""
        for sku, units in self.ships.pop(day, {}).items():
            self._row(self._offer(sku), SELLABLE).shipments -= units
            self.reserved[sku] -= units
        for sku, units in self.cancels.pop(day, {}).items():
            self.reserved[sku] -= units
        for key, row in self.today.items():
            self.balance[key] = row.ending
        rows = [row for row in self.today.values() if row.moved]
        present = {row.offer.sku for row in rows}
        rows += [
            row
            for row in self.today.values()
            if not row.moved and row.disposition == SELLABLE and row.offer.sku in present
        ]
        rows += [LedgerRow(old.offer, SELLABLE, old.units) for old in old_stock(self.seed, self.store)]
        self.ledger[day] = sorted(
            rows, key=lambda r: (r.offer.rank, r.offer.sku, r.disposition != SELLABLE, r.disposition)
        )
        self.snapshots[day] = [self._snapshot(offer, day) for offer in self.offers]
        for offer, snapshot in zip(self.offers, self.snapshots[day], strict=True):
            self._replenish(offer, snapshot, day)

    def _offer(self, sku: str) -> Offer:
        return next(o for o in self.offers if o.sku == sku)

    def _row(self, offer: Offer, disposition: str) -> LedgerRow:
        key = (offer.sku, disposition)
        if key not in self.today:
            self.today[key] = LedgerRow(offer, disposition, self.balance.get(key, 0))
        return self.today[key]

    def _corrections(self, offer: Offer, row: LedgerRow, day: date) -> None:
        random = rng(self.seed, self.store.store_id, offer.sku, "warehouse", day)
        chance = random.random()
        if chance < 0.012 and row.ending > self.reserved[offer.sku]:
            row.lost = -1
        elif chance < 0.02:
            row.found = 1
        elif chance < 0.026 and row.ending > self.reserved[offer.sku]:
            row.damaged = -1
            self._row(offer, "WAREHOUSE_DAMAGED").damaged += 1
        for disposition in ("WAREHOUSE_DAMAGED", "CUSTOMER_DAMAGED", "DEFECTIVE"):
            if self.balance.get((offer.sku, disposition), 0) and leaves(self.store, day):
                damaged = self._row(offer, disposition)
                if kind_of_removal(self.seed, self.store, offer.sku, day) == DISPOSAL:
                    damaged.disposed = -damaged.starting
                else:
                    damaged.vendor_returns = -damaged.starting
            elif self.balance.get((offer.sku, disposition), 0):
                self._row(offer, disposition)

    def _snapshot(self, offer: Offer, day: date) -> Snapshot:
        sellable, reserved = self.balance[offer.sku, SELLABLE], self.reserved[offer.sku]
        working = shipped = receiving = 0
        for shipment in self.inbound[offer.sku]:
            remaining = shipment.remaining(day)
            if day < shipment.leaves:
                working += remaining
            elif day < shipment.parts[0][0]:
                shipped += remaining
            else:
                receiving += remaining
        unsellable = sum(
            units for (sku, disposition), units in self.balance.items() if sku == offer.sku and disposition != SELLABLE
        )
        return Snapshot(offer, sellable - reserved, reserved, unsellable, working, shipped, receiving)

    def _replenish(self, offer: Offer, snapshot: Snapshot, day: date) -> None:
        random = rng(self.seed, self.store.store_id, offer.sku, "replenishment", day)
        coming = snapshot.working + snapshot.shipped + snapshot.receiving
        daily = offer.demand * season(day)
        patience = rng(self.seed, self.store.store_id, offer.sku, "patience").uniform(11, 32)
        if snapshot.fulfillable + coming >= daily * (2 if offer.rank == THIN_RANK else patience):
            return
        units = max(6, ceil(daily * (10 if offer.rank == THIN_RANK else random.uniform(22, 40))))
        arrives = day + timedelta(days=random.randint(9, 16))
        first = units * 6 // 10
        self.inbound[offer.sku] = [s for s in self.inbound[offer.sku] if s.remaining(day)]
        self.inbound[offer.sku].append(
            Inbound(
                leaves=day + timedelta(days=random.randint(2, 4)),
                parts=[(arrives, first), (arrives + timedelta(days=2), units - first)],
            )
        )
