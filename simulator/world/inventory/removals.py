"""Removal orders: what the seller has taken out of Amazon's warehouses, in which units, and what it costs.

What leaves, and when, is in the stock ledger (stock/book.py): here it is put under orders. The seller asks every week
for what has become unsellable since; some of it is cancelled, and asked for again a week later. Old stock is asked for
too, and each time kept after all. Units under an order are in process until they leave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from weakref import WeakKeyDictionary

from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import Offer, code
from simulator.world.marketplaces import midnight
from simulator.world.orders.order import money
from simulator.world.rng import number, rng
from simulator.world.stock.book import SELLABLE
from simulator.world.stock.leaving import (
    CYCLE_DAYS,
    DISPOSAL,
    LEAVES_ON,
    LIQUIDATION,
    RETURN,
    kind_of_removal,
    leaves,
)
from simulator.world.stock.old_stock import old_stock

# days of a cycle on which units are asked for; on the last one they leave within hours
ASKED_ON = (24, 3, 10, LEAVES_ON)
OLD_ASKED_ON = 3
CANCELLED_AFTER = timedelta(days=2)
OF_SELLABLE, OF_UNSELLABLE = "Sellable", "Unsellable"
COMPLETED, CANCELLED, IN_PROCESS = "Completed", "Cancelled", "In Process"
# what a unit costs, in dollars; what is liquidated is paid for by its brokerage
FEES = {DISPOSAL: "1.04", RETURN: "1.31"}
# a parcel takes so many units of a line
PARCEL_UNITS = 2
CARRIERS = {"JP": "Yamato", "US": "UPS"}
# the orders of a business, found once for the days that are made: (how many days those are, orders)
_MADE: WeakKeyDictionary[StoreBusiness, tuple[int, list[RemovalOrder]]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class RemovalLine:
    """A SKU of an order in one disposition, units. cancelled: of those requested. fee: of a unit; None where none is
    charged."""

    offer: Offer
    disposition: str
    requested: int
    cancelled: int
    fee: Decimal | None


@dataclass(frozen=True, slots=True)
class LineState:
    """What is known of a line at an instant, units. fee: of all that left; None before, and where none is charged."""

    cancelled: int
    done: int
    in_process: int
    fee: Decimal | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """Units of a line that were shipped together. at: UTC."""

    line: RemovalLine
    units: int
    carrier: str
    tracking: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RemovalOrder:
    """A removal order of one kind. Instants are UTC; completes: None where nothing leaves, or not within the days that
    are made."""

    number: str
    kind: str
    requested: datetime
    completes: datetime | None
    lines: tuple[RemovalLine, ...]
    carrier: str

    @property
    def cancelled(self) -> datetime:
        """When what is cancelled of it is cancelled."""
        return self.requested + CANCELLED_AFTER

    @property
    def is_shipped(self) -> bool:
        """Whether its units leave in parcels; else they are disposed of."""
        return self.kind != DISPOSAL

    def state(self, line: RemovalLine, at: datetime) -> LineState:
        """What is known of one of its lines at an instant."""
        cancelled = line.cancelled if self.cancelled <= at else 0
        done = line.requested - line.cancelled if self.completes is not None and self.completes <= at else 0
        fee = line.fee * done if done and line.fee is not None else None
        return LineState(cancelled, done, line.requested - cancelled - done, fee)

    def status(self, at: datetime) -> str:
        """Its status at an instant, as Amazon's help names them."""
        states = [self.state(line, at) for line in self.lines]
        if any(state.in_process for state in states):
            return IN_PROCESS
        return COMPLETED if any(state.done for state in states) else CANCELLED

    def updated(self, at: datetime) -> datetime:
        """When something happened to it last, as known at an instant."""
        moments = [self.requested]
        if any(line.cancelled for line in self.lines):
            moments.append(self.cancelled)
        if self.completes is not None:
            moments.append(self.completes)
        return max(moment for moment in moments if moment <= at)

    def parcels(self, at: datetime) -> Iterator[Parcel]:
        """What of it was shipped by an instant."""
        if not self.is_shipped or self.completes is None or self.completes > at:
            return
        for place, line in enumerate(self.lines):
            left = line.requested - line.cancelled
            while left > 0:
                units = min(left, PARCEL_UNITS)
                tracking = f"1Z{number(self.number, place, left, digits=9):09d}"
                yield Parcel(line, units, self.carrier, tracking, self.completes)
                left -= units


def removal_orders(business: StoreBusiness, now: datetime) -> list[RemovalOrder]:
    """All that was requested by `now`, by time."""
    business.until(now)
    made = len(business.stock.ledger)
    days, orders = _MADE.get(business, (0, []))
    if days != made:
        found = [*_of_unsellable(business), *_of_old_stock(business)]
        orders = sorted(found, key=lambda each: (each.requested, each.number))
        _MADE[business] = (made, orders)
    return [each for each in orders if each.requested <= now]


def pending(business: StoreBusiness, at: datetime) -> dict[str, int]:
    """Units in process at an instant, by SKU."""
    units: dict[str, int] = defaultdict(int)
    for order in removal_orders(business, at):
        for line in order.lines:
            units[line.offer.sku] += order.state(line, at).in_process
    return units


def _of_unsellable(business: StoreBusiness) -> Iterator[RemovalOrder]:
    asked: dict[str, int] = defaultdict(int)
    for day, rows in sorted(business.stock.ledger.items()):
        if (day - business.store.start).days % CYCLE_DAYS in ASKED_ON:
            there: dict[Offer, int] = defaultdict(int)
            for row in rows:
                if row.disposition != SELLABLE:
                    there[row.offer] += row.starting
            wanted: dict[str, dict[Offer, int]] = defaultdict(dict)
            for offer, units in there.items():
                if units > asked[offer.sku]:
                    kind = kind_of_removal(business.seed, business.store, offer.sku, day)
                    wanted[kind][offer] = units - asked[offer.sku]
            for kind, of_kind in wanted.items():
                order = _order(business, kind, day, of_kind)
                for line in order.lines:
                    asked[line.offer.sku] += line.requested - line.cancelled
                yield order
        if leaves(business.store, day):
            asked.clear()


def _order(business: StoreBusiness, kind: str, day: date, wanted: dict[Offer, int]) -> RemovalOrder:
    store = business.store
    leaving = day + timedelta(days=(LEAVES_ON - (day - store.start).days) % CYCLE_DAYS)
    fee = money(store, FEES[kind]) if kind in FEES else None
    lines = []
    for offer, units in wanted.items():
        chance = rng(business.seed, store.store_id, offer.sku, "removal cancelled", day).random()
        cancelled = 0 if day == leaving else units if chance < 0.12 else 1 if chance < 0.3 else 0
        lines.append(RemovalLine(offer, OF_UNSELLABLE, units, min(cancelled, units), fee))
    is_made = leaving in business.stock.ledger and any(line.requested > line.cancelled for line in lines)
    return _numbered(business, kind, day, leaving if is_made else None, tuple(lines))


def _of_old_stock(business: StoreBusiness) -> Iterator[RemovalOrder]:
    """The seller asks to have the oldest lot back, and changes their mind."""
    old = old_stock(business.seed, business.store)[0]
    for day in business.stock.ledger:
        if (day - business.store.start).days % CYCLE_DAYS == OLD_ASKED_ON:
            units = old.lots[-1][1]
            line = RemovalLine(old.offer, OF_SELLABLE, units, units, money(business.store, FEES[RETURN]))
            yield _numbered(business, RETURN, day, None, (line,), "old stock")


def _numbered(
    business: StoreBusiness, kind: str, day: date, leaving: date | None, lines: tuple[RemovalLine, ...], of: str = ""
) -> RemovalOrder:
    store, zone = business.store, business.store.marketplace.time_zone
    name = code(business.seed, store.store_id, day, kind, of, "removal", prefix="R", length=10)
    seconds = number(name, "requested", digits=4)
    completes = None
    if leaving is not None:
        completes = midnight(zone, leaving) + timedelta(hours=13, seconds=number(name, "completes", digits=4))
    return RemovalOrder(
        number=name,
        kind=kind,
        requested=midnight(zone, day) + timedelta(hours=2, seconds=seconds),
        completes=completes,
        lines=lines,
        carrier=CARRIERS.get(store.marketplace.country, "DHL") if kind != LIQUIDATION else "LTL",
    )
