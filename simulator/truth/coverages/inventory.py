"""Coverage of feeds: stock and ledger reports, besides those that coverage.py knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulator.truth.coverages import of_moments
from simulator.truth.known import REPORT_LATENCY, Known
from simulator.world.inventory.ledger_events import events, is_explained
from simulator.world.marketplaces import days_between
from simulator.world.model import SimAccount, SimStore

# No other tool asks for these: there are only the snapshots of our own runs.
OF_ACCOUNTS = ("amazon_sp.fba_myi_all_inventory",)
OF_STORES = (
    "amazon_sp.afn_inventory",
    "amazon_sp.reserved_inventory",
    "amazon_sp.stranded_inventory",
    "amazon_sp.inventory_planning",
    "amazon_sp.restock_recommendations",
)


def states(known: Known, account: SimAccount, store: SimStore) -> Iterator[tuple[str, date, str]]:
    """(feed, marketplace day, state) of each day of these feeds that an up-to-date run has."""
    for feeds, zone in ((OF_ACCOUNTS, known.zone(account)), (OF_STORES, store.marketplace.time_zone)):
        runs = known.days_of_runs(zone)
        for feed in feeds:
            for day in days_between(store.start, max(runs)):
                yield feed, day, of_moments(day, runs)
    businesses = [known.world.business(each).until(known.now) for each in account.stores]
    for day in known.ended(account, REPORT_LATENCY):
        explained = is_explained(known.zone(account), day, known.now)
        any_event = any(events(business, day, explained=explained) for business in businesses)
        yield "amazon_sp.ledger_detail", day, "loaded" if any_event else "empty"
