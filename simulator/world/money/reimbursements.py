"""What Amazon pays for goods that it lost or broke: from the stock ledger's losses and the carriers' damages.

Losses and damages of the warehouses are made good on Tuesdays, all of a reason under one number; what turns up again is
taken back weeks later, with a negative amount. Damages by carriers are paid one by one, under the buyer's order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import Offer, cents, price
from simulator.world.marketplaces import midnight
from simulator.world.publishing import REIMBURSEMENTS, first_age
from simulator.world.rng import number, rng
from simulator.world.sales.returns import CARRIER_DAMAGE, returned_units

LATE = 0.05
LOST, DAMAGED, RETURNED, REVERSED = (
    "Lost_Warehouse",
    "Damaged_Warehouse",
    "CustomerReturn",
    "Reimbursement_Reversal",
)
# a unit is worth its price less what its sale would have cost
SHARE = Decimal("0.82")


@dataclass(frozen=True, slots=True)
class Reimbursement:
    """One row: a SKU under a reimbursement's number. at: its approval (UTC). age: of its day, at which it is listed.

    cash, inventory: units paid for and units replaced; negative where it is taken back. original: the number of what is
    taken back, with its reason.
    """

    at: datetime
    age: int
    number: str
    reason: str
    offer: Offer
    per_unit: Decimal
    cash: int
    inventory: int
    order_id: str = ""
    original: str = ""
    original_type: str = ""

    @property
    def total(self) -> Decimal:
        """What is paid, negative where it is taken back."""
        return self.per_unit * self.cash


def reimbursements(business: StoreBusiness, now: datetime) -> list[Reimbursement]:
    """All that was approved by `now`, by time."""
    business.until(now)
    warehouse = list(_of_warehouse(business))
    found = [*warehouse, *_taken_back(business, warehouse), *_of_carriers(business, now)]
    return sorted((each for each in found if each.at <= now), key=lambda each: (each.at, each.number, each.offer.sku))


def _of_warehouse(business: StoreBusiness) -> Iterator[Reimbursement]:
    units: dict[tuple[date, str, Offer], list[int]] = {}
    for day, rows in business.stock.ledger.items():
        for row in rows:
            lost, damaged = -row.lost, row.damaged if row.disposition == "WAREHOUSE_DAMAGED" else 0
            for reason, count in ((LOST, lost), (DAMAGED, damaged)):
                if count > 0:
                    in_kind = reason == DAMAGED and rng(business.seed, row.offer.sku, day, "in kind").random() < 0.4
                    entry = units.setdefault((_tuesday(day), reason, row.offer), [0, 0])
                    entry[1 if in_kind else 0] += count
    for (day, reason, offer), (cash, inventory) in units.items():
        name = _number(business, day, reason)
        begin = midnight(business.store.marketplace.time_zone, day)
        yield Reimbursement(
            at=begin + timedelta(seconds=36_000 + number(name, "time") % 30_000),
            age=_age(business, name),
            number=name,
            reason=reason,
            offer=offer,
            per_unit=_worth(business, offer, day),
            cash=cash,
            inventory=inventory,
        )


def _taken_back(business: StoreBusiness, paid: list[Reimbursement]) -> Iterator[Reimbursement]:
    for entry in paid:
        random = rng(business.seed, entry.number, entry.offer.sku, "found again")
        if entry.reason != LOST or random.random() >= 0.3:
            continue
        at = entry.at + timedelta(days=random.randint(8, 20), seconds=random.randint(0, 3600))
        name = _number(business, entry.number, entry.offer.sku)
        yield Reimbursement(
            at=at,
            age=_age(business, name),
            number=name,
            reason=REVERSED,
            offer=entry.offer,
            per_unit=entry.per_unit,
            cash=-entry.cash,
            inventory=0,
            original=entry.number,
            original_type=entry.reason,
        )


def _of_carriers(business: StoreBusiness, now: datetime) -> Iterator[Reimbursement]:
    broken: dict[tuple[str, Offer, datetime], int] = {}
    for unit in returned_units(business, now):
        if unit.reason == CARRIER_DAMAGE:
            key = (unit.order.order_id, unit.line.offer, unit.at)
            broken[key] = broken.get(key, 0) + 1
    for (order_id, offer, back), count in broken.items():
        name = _number(business, order_id, offer.sku)
        at = back + timedelta(seconds=rng(business.seed, name, "approved").randint(86_400, 6 * 86_400))
        yield Reimbursement(
            at=at,
            age=_age(business, name),
            number=name,
            reason=RETURNED,
            offer=offer,
            per_unit=_worth(business, offer, business.day_of(at)),
            cash=count,
            inventory=0,
            order_id=order_id,
        )


def _tuesday(day: date) -> date:
    """The first Tuesday that is at least four days later."""
    later = day + timedelta(days=4)
    return later + timedelta(days=(1 - later.weekday()) % 7)


def _number(business: StoreBusiness, *key: object) -> str:
    return f"{10_000_000_000 + number(business.store.store_id, *key, 'reimbursement', digits=9)}"


def _age(business: StoreBusiness, name: str) -> int:
    return first_age(REIMBURSEMENTS, LATE, business.seed, name, "reimbursement")


def _worth(business: StoreBusiness, offer: Offer, day: date) -> Decimal:
    unit = price(business.seed, business.store, offer, day)
    return cents(unit * SHARE, business.store.marketplace.decimals)
