"""What an up-to-date platform knows of shipments, returns, reimbursements and fees: from the events, by day.

Each function gives what the report of the feed shows of the days that have ended long enough ago, in the state in which
it was shown last. Columns are those of the staging models (truth/staging), states those of the coverage.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from simulator.truth.known import Known
from simulator.world.marketplaces import local_day
from simulator.world.model import SimAccount, SimStore
from simulator.world.money.reimbursements import Reimbursement, reimbursements
from simulator.world.money.storage_fees import StorageFee, storage_fees
from simulator.world.publishing import (
    CUSTOMER_RETURNS,
    FULFILLED_SHIPMENTS,
    MERCHANT_RETURNS,
    REIMBURSEMENTS,
    STORAGE_FEES,
    Timing,
    first_of_month,
    last_of_month,
    next_month,
)
from simulator.world.sales.returns import MerchantReturn, ReturnedUnit, merchant_returns, returned_units
from simulator.world.sales.shipments import ShippedLine, shipped_on


def _ages(known: Known, account: SimAccount, timing: Timing) -> dict[date, int]:
    """Day -> the age at which it was asked for last; only days that can be had."""
    zone = known.zone(account)
    found = {day: timing.age(zone, day, known.now) for day in known.ended(account, timing.latency)}
    return {day: age for day, age in found.items() if age is not None}


def known_shipments(known: Known, account: SimAccount) -> Iterator[tuple[date, ShippedLine]]:
    """(day, shipped line) of all stores of an account."""
    zone = known.zone(account)
    ages = _ages(known, account, FULFILLED_SHIPMENTS)
    for store in account.stores:
        business = known.world.business(store).until(known.now)
        for day in ages:
            for line in shipped_on(business, day):
                if line.age <= ages.get(local_day(zone, line.at), 0):
                    yield local_day(zone, line.at), line


def known_returns(known: Known, account: SimAccount) -> Iterator[tuple[date, int, ReturnedUnit]]:
    """(day, age of what is known of it, unit) of all stores of an account; each unit as it was told of last."""
    zone, ages = known.zone(account), _ages(known, account, CUSTOMER_RETURNS)
    for store in account.stores:
        for unit in returned_units(known.world.business(store), known.now):
            told = replace(unit, at=unit.told_at(zone, known.now))
            day = local_day(zone, told.at)
            if unit.age <= ages.get(day, 0):
                yield day, ages[day], told


def delivered_returns(known: Known, account: SimAccount) -> Iterator[tuple[date, int, ReturnedUnit]]:
    """The same with the units whose date was set right after their first day had been asked for last: that day has
    them too."""
    yield from known_returns(known, account)
    zone, ages = known.zone(account), _ages(known, account, CUSTOMER_RETURNS)
    for store in account.stores:
        for unit in returned_units(known.world.business(store), known.now):
            day = local_day(zone, unit.at)
            if unit.told_at(zone, known.now) != unit.at and unit.age <= ages.get(day, 0):
                asked = known.first_asked(zone, day, CUSTOMER_RETURNS)
                if unit.told_at(zone, asked) == unit.at:
                    yield day, ages[day], unit


def known_merchant_returns(known: Known, store: SimStore) -> Iterator[tuple[date, datetime, MerchantReturn]]:
    """(day, instant whose state is known, request) of a store."""
    business, zone = known.world.business(store), store.marketplace.time_zone
    for request in merchant_returns(business, known.now):
        day = business.day_of(request.requested)
        at = MERCHANT_RETURNS.known_at(zone, day, known.now)
        if at is not None:
            yield day, at, request


def known_reimbursements(known: Known, account: SimAccount) -> Iterator[tuple[date, SimStore, Reimbursement]]:
    """(day, store whose goods they were, reimbursement) of all stores of an account."""
    zone, ages = known.zone(account), _ages(known, account, REIMBURSEMENTS)
    for store in account.stores:
        for entry in reimbursements(known.world.business(store), known.now):
            day = local_day(zone, entry.at)
            if entry.age <= ages.get(day, 0):
                yield day, store, entry


def months_ended(known: Known, account: SimAccount, timing: Timing) -> list[date]:
    """The first days of the months that lie whole in an account's history and whose report can be had."""
    start, zone = account.configured_stores[0].start, known.zone(account)
    month = first_of_month(start - timedelta(days=1))
    found = []
    while timing.boundary(zone, last_of_month(month := next_month(month)), timing.ages[0]) <= known.now:
        found.append(month)
    return found


def known_storage_fees(known: Known, account: SimAccount) -> Iterator[StorageFee]:
    """The fees of all stores of an account."""
    for store in account.stores:
        business = known.world.business(store).until(known.now)
        for month in months_ended(known, account, STORAGE_FEES):
            yield from storage_fees(business, month)
