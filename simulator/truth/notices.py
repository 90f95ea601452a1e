"""Alerts of what Amazon tells a queue: the incidents that follow from the world's days, if all of them were told.

A state is known from the first day on which it changed; it lasts until it changes again. Independent of the messages:
what is so is read from stock and pages, not from what was sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from simulator.seeded_world import World
from simulator.truth.alerts import follow
from simulator.world.business import StoreBusiness
from simulator.world.marketplaces import days_between, midnight
from simulator.world.product_pages.own_changes import has_issue, has_other_seller


def told_alerts(world: World, first: date, last: date) -> list[dict]:
    """One row per incident, of the days `first` to `last` of which Amazon told; one looks on the last one."""
    rows = []
    for store in (each for each in world.stores if each.configured):
        business = world.business(store)
        for kind, subject, days in _states(business, first, last):
            spans: list[list] = []
            for day, so in days:
                follow(spans, day, so, at_once=True)
            rows += [
                {
                    "store_id": store.store_id,
                    "kind": kind,
                    "subject": subject,
                    "first_seen": begun,
                    "last_seen": seen,
                    "resolved_at": over,
                }
                for begun, seen, over in spans
            ]
    return rows


def _states(business: StoreBusiness, first: date, last: date) -> Iterator[tuple[str, str, list[tuple[date, bool]]]]:
    """Kind, subject, and on each day of which anything is known whether it is so."""
    store, seed = business.store, business.seed
    days = days_between(first - timedelta(days=1), last)
    asked = business.until(midnight(store.marketplace.time_zone, last) + timedelta(hours=23))
    units: dict[str, dict[date, int]] = {}
    for day in days:
        for each in asked.stock.snapshots.get(day - timedelta(days=1), []):
            units.setdefault(each.offer.sku, {})[day] = each.fulfillable
    for sku, known in units.items():
        yield "out_of_stock_now", sku, _since_change(days, known, {day: left == 0 for day, left in known.items()})
    pages: dict[str, list[tuple[date, bool]]] = {}
    for offer in business.offers:
        issues = {day: has_issue(seed, store, offer.rank, day) for day in days}
        others = {day: has_other_seller(seed, store, offer.rank, day) for day in days}
        yield "listing_issues", offer.sku, _since_change(days, issues, issues)
        pages[offer.asin] = _since_change(days, others, others)
    for asin, known_days in pages.items():
        yield "buy_box_elsewhere", asin, known_days


def _since_change(days: list[date], state: dict, so: dict[date, bool]) -> list[tuple[date, bool]]:
    """The days from the first on which the state is another one than the day before."""
    changed = [day for day in days[1:] if day in state and state.get(day - timedelta(days=1)) != state[day]]
    return [(day, so[day]) for day in days[1:] if changed and day >= changed[0] and day in so]
