"""Coverage of feeds: shipments, returns, removals, reimbursements and fees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulator.truth.coverages import of_moments
from simulator.truth.known import Known
from simulator.truth.money import (
    delivered_returns,
    known_merchant_returns,
    known_reimbursements,
    known_shipments,
    known_storage_fees,
    months_ended,
)
from simulator.truth.removals import known_removals
from simulator.world.marketplaces import days_between
from simulator.world.model import SimAccount, SimStore
from simulator.world.publishing import (
    CUSTOMER_RETURNS,
    FULFILLED_SHIPMENTS,
    MERCHANT_RETURNS,
    REIMBURSEMENTS,
    REMOVALS,
    STORAGE_FEES,
    Timing,
)

LOADED, EMPTY = "loaded", "empty"


def states(known: Known, account: SimAccount, store: SimStore) -> Iterator[tuple[str, date, str]]:
    """(feed, marketplace day, state) of each day of these feeds that an up-to-date run has."""
    daily: tuple[tuple[str, Timing, set[date]], ...] = (
        ("fulfilled_shipments", FULFILLED_SHIPMENTS, {day for day, _ in known_shipments(known, account)}),
        ("customer_returns", CUSTOMER_RETURNS, {day for day, _, _ in delivered_returns(known, account)}),
        ("merchant_returns", MERCHANT_RETURNS, {day for day, _, _ in known_merchant_returns(known, store)}),
        ("removal_orders", REMOVALS, {day for day, *_ in known_removals(known, account)}),
        ("removal_shipments", REMOVALS, {day for day, at, _, o in known_removals(known, account) if any(o.parcels(at))}),
        ("reimbursements", REIMBURSEMENTS, {day for day, _, _ in known_reimbursements(known, account)}),
    )
    for feed, timing, there in daily:
        for day in known.ended(account, timing.latency):
            yield f"amazon_sp.{feed}", day, LOADED if day in there else EMPTY
    charged = {fee.month for fee in known_storage_fees(known, account)}
    for month in months_ended(known, account, STORAGE_FEES):
        yield "amazon_sp.storage_fees", month, LOADED if month in charged else EMPTY
    # nobody asked before the first run
    today, runs = known.today(account), known.days_of_runs(store.marketplace.time_zone)
    for day in days_between(store.start, today):
        yield "amazon_sp.estimated_fees", day, of_moments(day, runs)
