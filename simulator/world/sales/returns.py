"""What came back: units that buyers sent to Amazon, and requests to send goods back to the merchant.

Every unit belongs to a refund of a shipped order, and to the customer returns of the stock ledger of its day. Every
merchant's return belongs to a merchant-fulfilled order; most of them are refunded. Reasons follow from what came of
the goods. The reports are in documents/amazon_sp/returns.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from simulator.world.business import StoreBusiness
from simulator.world.marketplaces import local_day
from simulator.world.orders.order import Line, Order, Refund, money
from simulator.world.publishing import CUSTOMER_RETURNS, first_age
from simulator.world.rng import rng
from simulator.world.sales.shipments import warehouse
from simulator.world.stock.book import SELLABLE

LATE = 0.04
# share of the returned units whose label could not be read
UNLABELLED = 0.08
# share of the labelled units whose return date is corrected later, in worlds as they are met; by so many days
RESTATED, RESTATED_BY = 0.3, 3
CARRIER_DAMAGE = "DAMAGED_BY_CARRIER"
REASONS = {
    SELLABLE: ("UNWANTED_ITEM", "ORDERED_WRONG_ITEM", "FOUND_BETTER_PRICE", "NO_REASON_GIVEN", "NOT_AS_DESCRIBED"),
    "CUSTOMER_DAMAGED": ("NOT_AS_DESCRIBED", "QUALITY_UNACCEPTABLE", "MISSING_PARTS", CARRIER_DAMAGE),
    "DEFECTIVE": ("DEFECTIVE", "QUALITY_UNACCEPTABLE"),
}
COMMENTS = ("", "", "", "too small, call me: 555-0100", 'not the "red" I expected', "box was open")
MERCHANT_REASONS = ("AMZ-PG-BAD-DESC", "CR-DEFECTIVE", "CR-UNWANTED_ITEM", "CR-SWITCHEROO")
RETURNED, REPACKAGED, REIMBURSED = "Unit returned to inventory", "Repackaged Successfully", "Reimbursed"
# a unit's status says only that it is back, until the day of its return is so many days old
GRADED_AGE = 7


@dataclass(frozen=True, slots=True)
class ReturnedUnit:
    """One unit in Amazon's hands again. at: UTC. label: its license plate number, '' where it could not be read.

    age: of its day, at which the report shows it first. outcome: its status once it has been graded. later: the return
    date that reports write once that day has its last age (amzn/selling-partner-api-docs#2459), None for most.
    """

    order: Order
    line: Line
    at: datetime
    age: int
    disposition: str
    reason: str
    label: str
    warehouse: str
    comment: str
    outcome: str
    later: datetime | None = None

    def told_at(self, zone: str, now: datetime) -> datetime:
        """The return date (UTC) that a report made at `now` writes, with days of that zone."""
        if self.later is None:
            return self.at
        age = CUSTOMER_RETURNS.age(zone, local_day(zone, self.later), now)
        return self.later if age == CUSTOMER_RETURNS.ages[-1] else self.at

    def status(self, age: int) -> str:
        """Its status as the report tells it at that age of its day."""
        return self.outcome if age >= GRADED_AGE else RETURNED


def returned_units(business: StoreBusiness, now: datetime) -> list[ReturnedUnit]:
    """The units that are back by `now`, by time."""
    found = [
        unit
        for order in business.orders(now)
        if order.channel == "Amazon"
        for number, refund in enumerate(order.refunds)
        if refund.returned is not None and refund.returned <= now
        for unit in _units(business, order, number, refund, refund.returned)
    ]
    return sorted(found, key=lambda unit: (unit.at, unit.order.order_id, unit.label))


def _units(business: StoreBusiness, order: Order, number: int, refund: Refund, at: datetime) -> Iterator[ReturnedUnit]:
    random = rng(business.seed, order.order_id, number, "return")
    reason = random.choice(REASONS[refund.disposition])
    comment = random.choice(COMMENTS)
    age = first_age(CUSTOMER_RETURNS, LATE, business.seed, order.order_id, number, "return")
    place = warehouse(order.store.marketplace.country, order.order_id, number, "returns")
    for _ in range(refund.quantity):
        label = f"LPN{random.choice(('RR', 'PM', 'NX'))}{random.randrange(10**9):09d}"
        label = "" if random.random() < UNLABELLED else label
        yield ReturnedUnit(
            order=order,
            line=order.lines[refund.line],
            at=at,
            age=age,
            disposition=refund.disposition,
            reason=reason,
            label=label,
            warehouse=place,
            comment=comment,
            outcome=REIMBURSED if reason == CARRIER_DAMAGE else _graded(random, refund.disposition),
            later=_set_right(at, label) if business.as_met and label else None,
        )


def _set_right(at: datetime, label: str) -> datetime | None:
    random = rng(label, "set right")
    return at + timedelta(days=random.randint(1, RESTATED_BY)) if random.random() < RESTATED else None


def _graded(random: Random, disposition: str) -> str:
    return REPACKAGED if disposition == SELLABLE and random.random() < 0.4 else RETURNED


@dataclass(frozen=True, slots=True)
class MerchantReturn:
    """A buyer's request to send something back to the merchant. Times are UTC, money in the store's currency.

    refund: None where the merchant closed the request without one. claim: the number of a SAFE-T claim, '' mostly.
    """

    order: Order
    line: Line
    requested: datetime
    rma: str
    reason: str
    label_cost: Decimal | None
    carrier: str
    tracking: str
    in_policy: bool
    refund: Refund | None
    closed: datetime
    claim: str

    def status(self, at: datetime) -> str:
        """The request's status at that instant."""
        return "Completed" if self.refund and self.closed <= at else "Closed" if self.closed <= at else "Approved"

    def delivered(self, at: datetime) -> datetime | None:
        """When the goods reached the merchant, if they have by `at`."""
        back = self.refund.returned if self.refund else None
        return back if back is not None and back <= at else None

    def refunded(self, at: datetime) -> Decimal | None:
        """What has been given back by `at`."""
        return self.refund.principal if self.refund and self.refund.at <= at else None

    def claimed(self, at: datetime) -> datetime | None:
        """When the merchant claimed damages from Amazon, if that is done by `at`."""
        when = self.closed + timedelta(days=1)
        return when if self.claim and when <= at else None


def merchant_returns(business: StoreBusiness, now: datetime) -> list[MerchantReturn]:
    """All requests made by `now`, by time."""
    found = []
    for order in business.orders(now):
        if order.channel != "Merchant" or order.shipped is None or order.replacement:
            continue
        for index, line in enumerate(order.lines):
            if order.end.cancelled(index):
                continue
            refund = next((r for r in order.refunds if r.line == index and r.returned is not None), None)
            request = _request(business, order, index, line, refund)
            if request is not None and request.requested <= now:
                found.append(request)
    return sorted(found, key=lambda request: (request.requested, request.rma))


def _request(
    business: StoreBusiness, order: Order, index: int, line: Line, refund: Refund | None
) -> MerchantReturn | None:
    random = rng(business.seed, order.order_id, index, "merchant return")
    sent = order.shipped
    assert sent is not None
    # some buyers ask to send it back without a refund: they are refused, or change their minds
    if refund is None and random.random() >= 0.05:
        return None
    closed = refund.at if refund else sent + timedelta(seconds=random.randint(6 * 86400, 20 * 86400))
    requested = sent + (closed - sent) * random.uniform(0.3, 0.8)
    prepaid = random.random() < 0.4
    return MerchantReturn(
        order=order,
        line=line,
        requested=requested.replace(microsecond=0),
        rma=f"D{random.choice('BCFGH')}{random.randrange(10**6):06d}RRMA",
        reason=random.choice(MERCHANT_REASONS),
        label_cost=money(order.store, "6.40") if prepaid else None,
        carrier=random.choice(("UPS", "DHL", "USPS")),
        tracking=f"1Z{random.randrange(10**12):012d}" if prepaid else "",
        in_policy=refund is not None or random.random() < 0.5,
        refund=refund,
        closed=closed,
        claim=f"{random.randrange(10**10):010d}" if refund and refund.disposition != SELLABLE else "",
    )
