"""inventory_health: how long stock will last, when to order, what lies too long, what it is worth and earns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from simulator.documents.amazon_sp.planning import planning_header
from simulator.truth.columns import INVENTORY_HEALTH
from simulator.truth.inventory import balances_of
from simulator.truth.known import REPORT_LATENCY, Known, converted, ratio, rounded
from simulator.truth.sales import Sold, sold
from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import UNTAXED
from simulator.world.inventory.planning import SURCHARGES, Value, planning
from simulator.world.inventory.positions import Position, positions
from simulator.world.marketplaces import midnight
from simulator.world.model import SimAccount, SimStore
from simulator.world.money.product_costs import product_costs

# days of the window -> its weight in the velocity
WEIGHTS = {7: Fraction(5, 10), 30: Fraction(3, 10), 90: Fraction(2, 10)}
# what dbt_project.yml sets, and z of the service level .95
Z, REVIEW_DAYS, LEAD_TIME_VARIATION, OVERSTOCK_DAYS = Decimal("1.645"), 7, Decimal("0.2"), 90
EXACT = Context(prec=60)
AGES = {
    "age_0_90_quantity": "0-to-90",
    "age_91_180_quantity": "91-to-180",
    "age_181_270_quantity": "181-to-270",
    "age_271_365_quantity": "271-to-365",
    "age_over_365_quantity": "365-plus",
}


@dataclass(slots=True)
class Past:
    """A SKU's 90 days before the snapshot. on_hand: the sum of the ledger's sellable units at the ends of its days."""

    sales: dict[date, Sold] = field(default_factory=dict)
    in_stock: set[date] = field(default_factory=set)
    on_hand: int = 0

    def units(self, day: date) -> int:
        """Ordered that day, also what waits for its price and what was sold elsewhere."""
        entry = self.sales.get(day)
        return entry.units + entry.pending + entry.elsewhere if entry else 0


def inventory_health(known: Known) -> Iterator[dict]:
    """Stock of the last snapshot, also of what is not listed any more, against the days before it."""
    sales: dict[tuple[str, str], dict[date, Sold]] = {}
    for (store_id, _, _, day, sku), entry in sold(known).items():
        sales.setdefault((store_id, sku), {})[day] = entry
    for account, store, business in known.stores(configured_only=False):
        if not known.tells_stock(store):
            continue
        as_of = known.snapshot_days(account)[-1]
        window = {as_of - timedelta(days=back) for back in range(1, 91)}
        past, ledger_days = _pasts(known, account, business, window)
        costs = _costs(known, store, as_of)
        plans = {row["sku"]: row for row in planning(business, as_of)} if store.configured else {}
        for position in positions(business, as_of):
            stock, sku = position.stock, position.stock.offer.sku
            before = past.get(sku, Past())
            before.sales = sales.get((store.store_id, sku), {})
            row: dict[str, object] = dict.fromkeys(INVENTORY_HEALTH) | {
                "store_id": store.store_id,
                "tenant_id": store.tenant_id,
                "sku": sku,
                "asin": stock.offer.asin,
                "as_of_date": as_of,
                "is_suppressed": position.old is not None,
                "fulfillable_quantity": stock.fulfillable,
                "reserved_quantity": stock.reserved,
                "unsellable_quantity": stock.unsellable,
                "inbound_quantity": position.inbound,
                **_speed(position, as_of, before),
                **_age(store, as_of, plans.get(sku)),
                **_held_up(store, position),
            }
            row |= _orders(position, costs.get(sku), row)
            row |= _worth(known, store, position, costs.get(sku), before, ledger_days, window, as_of)
            yield row


def _pasts(
    known: Known, account: SimAccount, business: StoreBusiness, window: set[date]
) -> tuple[dict[str, Past], int]:
    """What the ledger says of each SKU's days, and of how many days it says anything."""
    result: dict[str, Past] = {}
    days = 0
    for day in window & set(known.ended(account, REPORT_LATENCY)):
        balances = balances_of(business, day)
        days += bool(balances)
        for sku, balance in balances.items():
            entry = result.setdefault(sku, Past())
            entry.on_hand += balance.ending
            if balance.starting > 0 or balance.ending > 0:
                entry.in_stock.add(day)
    return result, days


def _costs(known: Known, store: SimStore, as_of: date) -> dict[str, dict]:
    """SKU -> its newest cost."""
    if not store.configured:
        return {}
    rows = [row for row in product_costs(known.world.seed, store) if row["valid_from"] <= as_of]
    return {row["sku"]: row for row in sorted(rows, key=lambda row: row["valid_from"])}


def _speed(position: Position, as_of: date, past: Past) -> dict:
    row: dict[str, object] = {}
    speeds: dict[int, Fraction] = {}
    for window in WEIGHTS:
        days = {as_of - timedelta(days=back) for back in range(1, window + 1)}
        there = days & past.in_stock
        row[f"units_{window}d"] = sum(map(past.units, days))
        row[f"days_in_stock_{window}d"] = len(there)
        if there:
            speeds[window] = Fraction(sum(map(past.units, there)), len(there))
        row[f"velocity_{window}d"] = rounded(speeds[window], 6) if there else None
    weights = sum((WEIGHTS[window] for window in speeds), Fraction(0))
    # exact to the end: what is shown is rounded, what is computed further is not
    velocity = (
        sum((WEIGHTS[window] * speed for window, speed in speeds.items()), Fraction(0)) / weights if weights else None
    )
    fulfillable = position.stock.fulfillable
    lasts = fulfillable / velocity if velocity else None
    with_inbound = (fulfillable + position.inbound) / velocity if velocity else None
    return row | {
        "velocity": None if velocity is None else rounded(velocity, 6),
        "demand_stddev": _deviation([past.units(day) for day in past.in_stock]),
        "days_of_cover": None if lasts is None else rounded(lasts, 1),
        "days_of_cover_with_inbound": None if with_inbound is None else rounded(with_inbound, 1),
        "stock_out_date": None if lasts is None else as_of + timedelta(days=int(lasts)),
    }


def _deviation(values: list[int]) -> Decimal | None:
    """The standard deviation of a sample, six places."""
    n = len(values)
    if n < 2:
        return None
    variance = Fraction(n * sum(v * v for v in values) - sum(values) ** 2, n * (n - 1))
    root = EXACT.sqrt(EXACT.divide(Decimal(variance.numerator), Decimal(variance.denominator)))
    return root.quantize(Decimal("0.000001"), ROUND_HALF_UP, EXACT)


def _orders(position: Position, cost: Mapping | None, row: Mapping) -> dict:
    """When to order how much, and what is too much: from the figures as they are shown."""
    velocity, deviation = row["velocity"], row["demand_stddev"]
    fulfillable = position.stock.fulfillable
    result: dict[str, object] = {
        "lead_time_days": cost and cost["lead_time_days"],
        "overstock_quantity": None if velocity is None else max(0, fulfillable - _up(velocity * OVERSTOCK_DAYS)),
    }
    if cost is None:
        return result
    lead = cost["lead_time_days"]
    spread = (lead * LEAD_TIME_VARIATION).quantize(Decimal("0.01"), ROUND_HALF_UP)
    result["lead_time_stddev"] = spread
    if velocity is not None and deviation is not None:
        root = EXACT.sqrt(lead * deviation * deviation + velocity * velocity * spread * spread)
        safety = EXACT.multiply(Z, root).quantize(Decimal("0.01"), ROUND_HALF_UP)
        point, have = _up(velocity * lead + safety), fulfillable + position.inbound
        result["safety_stock"], result["reorder_point"] = safety, point
        result["reorder_quantity"] = 0 if have > point else _up(velocity * (lead + REVIEW_DAYS) + safety) - have
    return result


def _up(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_CEILING))


def _age(store: SimStore, day: date, plan: Mapping[str, Value] | None) -> dict:
    """Of the planning report: ages, and the surcharge of reports that estimate it."""
    if plan is None:
        return {}
    row: dict[str, object] = {column: plan[f"inv-age-{words}-days"] for column, words in AGES.items()}
    header = planning_header(store.marketplace)
    shown = [name for name in (f"estimated-ais-{words}-days" for words in SURCHARGES) if name in header]
    is_aged = any(row[column] for column in AGES if column not in ("age_0_90_quantity", "age_91_180_quantity"))
    if shown or not is_aged:
        row["aged_surcharge_amount"] = sum((plan[name] or 0 for name in shown), Decimal(0))
        row["aged_surcharge_source"] = "report"
    return row | {"planning_date": day, "aged_surcharge_currency": plan["currency"]}


def _held_up(store: SimStore, position: Position) -> dict:
    if not store.configured:
        return {}
    reserved, old = position.reserved, position.old
    return {
        "reserved_customer_orders_quantity": reserved.orders,
        "reserved_transfers_quantity": reserved.transfers,
        "reserved_processing_quantity": reserved.processing,
        "stranded_quantity": old and old.units,
        "stranded_reason": old and old.reason,
        "stranded_at": old and midnight(store.marketplace.time_zone, old.stranded),
    }


def _worth(
    known: Known,
    store: SimStore,
    position: Position,
    cost: Mapping | None,
    past: Past,
    ledger_days: int,
    window: set[date],
    as_of: date,
) -> dict:
    units = sum(map(past.units, window))
    currency = store.marketplace.currency
    reporting_currency, rate, fx_date = known.reporting(store.tenant_id, currency, as_of)
    row: dict[str, object] = {
        "reporting_currency": reporting_currency if store.configured else None,
        "average_on_hand_90d": rounded(Fraction(past.on_hand, ledger_days), 2) if ledger_days else None,
        "sell_through_90d": ratio(units * ledger_days, past.on_hand),
    }
    if cost is None:
        return row
    each = cost["unit_cost_amount"]
    value = each * (position.stock.fulfillable + position.stock.reserved)
    entries = [entry for day, entry in past.sales.items() if day in window]
    untaxed = store.marketplace.country in UNTAXED
    net = sum((entry.price - (0 if untaxed else entry.tax) for entry in entries), Decimal(0))
    margin = net - sum(entry.units for entry in entries) * each
    return row | {
        "unit_cost_amount": each,
        "currency": currency,
        "inventory_value_amount": value,
        "inventory_value_amount_reporting": converted(value, rate),
        "fx_date": fx_date,
        "gross_margin_90d_amount": margin,
        "gmroi_90d": ratio(margin * ledger_days, past.on_hand * each),
    }
