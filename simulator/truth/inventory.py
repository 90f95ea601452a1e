"""inventory_daily and inventory_health: stock at the ends of days, and how long what is there will last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from simulator.business import StoreBusiness
from simulator.model import SimAccount
from simulator.stock import SELLABLE, Snapshot
from simulator.truth.known import REPORT_LATENCY, Known, rounded
from simulator.truth.sales import sold

# days of the window -> its weight in the velocity
WEIGHTS = {7: Fraction(5, 10), 30: Fraction(3, 10), 90: Fraction(2, 10)}


@dataclass(slots=True)
class Balance:
    """A SKU's day in the ledger, units; unsellable None where the ledger has no such row."""

    asin: str
    fnsku: str
    starting: int = 0
    ending: int = 0
    unsellable: int | None = None


def _balances(business: StoreBusiness, day: date) -> dict[str, Balance]:
    result: dict[str, Balance] = {}
    for row in business.stock.ledger.get(day, ()):
        entry = result.setdefault(row.offer.sku, Balance(row.offer.asin, row.offer.fnsku))
        if row.disposition == SELLABLE:
            entry.starting, entry.ending = row.starting, row.ending
        else:
            entry.unsellable = (entry.unsellable or 0) + row.ending
    return result


def _snapshot(business: StoreBusiness, day: date) -> dict[str, Snapshot]:
    """What a snapshot made on that day shows: the end of the day before."""
    return {entry.offer.sku: entry for entry in business.stock.snapshots.get(day - timedelta(days=1), ())}


def inventory_daily(known: Known) -> Iterator[dict]:
    """The ledger's balances and the day's last snapshot, side by side."""
    for account, store, business in known.stores(configured_only=False):
        ledger_days = set(known.ended(account, REPORT_LATENCY))
        snapshot_days = set(known.snapshot_days(account))
        for day in sorted(ledger_days | snapshot_days):
            balances = _balances(business, day) if day in ledger_days else {}
            snapshots = _snapshot(business, day) if day in snapshot_days else {}
            for sku in {**balances, **snapshots}:
                balance, seen = balances.get(sku), snapshots.get(sku)
                yield {
                    "store_id": store.store_id,
                    "tenant_id": store.tenant_id,
                    "date": day,
                    "sku": sku,
                    "asin": seen.offer.asin if seen else balances[sku].asin,
                    "fnsku": seen.offer.fnsku if seen else balances[sku].fnsku,
                    "ledger_starting_quantity": balance and balance.starting,
                    "ledger_ending_quantity": balance and balance.ending,
                    "ledger_ending_unsellable_quantity": balance and balance.unsellable,
                    "snapshot_fulfillable_quantity": seen and seen.fulfillable,
                    "snapshot_reserved_quantity": seen and seen.reserved,
                    "snapshot_unsellable_quantity": seen and seen.unsellable,
                    "snapshot_inbound_working_quantity": seen and seen.working,
                    "snapshot_inbound_shipped_quantity": seen and seen.shipped,
                    "snapshot_inbound_receiving_quantity": seen and seen.receiving,
                    "snapshot_total_quantity": seen and seen.total,
                }


def _in_stock_days(known: Known, account: SimAccount, business: StoreBusiness) -> dict[str, set[date]]:
    result: dict[str, set[date]] = {}
    for day in known.ended(account, REPORT_LATENCY):
        for sku, balance in _balances(business, day).items():
            if balance.starting > 0 or balance.ending > 0:
                result.setdefault(sku, set()).add(day)
    return result


def inventory_health(known: Known) -> Iterator[dict]:
    """Stock of the last snapshot against the speed at which it sells on days on which there is any."""
    units: dict[tuple[str, str], dict[date, int]] = {}
    for (store_id, _, _, day, sku), entry in sold(known).items():
        units.setdefault((store_id, sku), {})[day] = entry.units + entry.pending
    for account, store, business in known.stores(configured_only=False):
        as_of = known.snapshot_days(account)[-1]
        in_stock = _in_stock_days(known, account, business)
        for sku, seen in _snapshot(business, as_of).items():
            yield {
                "store_id": store.store_id,
                "tenant_id": store.tenant_id,
                "sku": sku,
                "asin": seen.offer.asin,
                "as_of_date": as_of,
                "fulfillable_quantity": seen.fulfillable,
                "reserved_quantity": seen.reserved,
                "unsellable_quantity": seen.unsellable,
                "inbound_quantity": seen.working + seen.shipped + seen.receiving,
                **_speed(seen, as_of, units.get((store.store_id, sku), {}), in_stock.get(sku, set())),
            }


def _speed(seen: Snapshot, as_of: date, units: Mapping[date, int], in_stock: set[date]) -> dict:
    row: dict[str, object] = {}
    speeds: dict[int, Fraction] = {}
    for window in WEIGHTS:
        days = {as_of - timedelta(days=back) for back in range(1, window + 1)}
        there = days & in_stock
        row[f"units_{window}d"] = sum(units.get(day, 0) for day in days)
        row[f"days_in_stock_{window}d"] = len(there)
        if there:
            speeds[window] = Fraction(sum(units.get(day, 0) for day in there), len(there))
        row[f"velocity_{window}d"] = rounded(speeds[window], 6) if there else None
    weights = sum((WEIGHTS[window] for window in speeds), Fraction(0))
    # exact to the end: what is shown is rounded, what is computed further is not
    velocity = (
        sum((WEIGHTS[window] * speed for window, speed in speeds.items()), Fraction(0)) / weights if weights else None
    )
    row["velocity"] = None if velocity is None else rounded(velocity, 6)
    inbound = seen.working + seen.shipped + seen.receiving
    lasts = seen.fulfillable / velocity if velocity else None
    with_inbound = (seen.fulfillable + inbound) / velocity if velocity else None
    row["days_of_cover"] = None if lasts is None else rounded(lasts, 1)
    row["days_of_cover_with_inbound"] = None if with_inbound is None else rounded(with_inbound, 1)
    row["stock_out_date"] = None if lasts is None else as_of + timedelta(days=int(lasts))
    return row
