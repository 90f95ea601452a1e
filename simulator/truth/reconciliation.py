"""sales_reconciliation: what two sources say of the same money, each from the events that it tells of.

Comparisons are by purchase day, by day of advertising, or by settlement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from simulator.truth.coverages.ads import SB_HISTORY, SD_HISTORY, SP_HISTORY, brand_cells, kept_days
from simulator.truth.known import Known, rounded
from simulator.truth.money_marts import settlement_totals
from simulator.truth.settlements import settlement_lines
from simulator.truth.traffic import traffic_store_daily
from simulator.world.advertising import brand_ads, sponsored_products
from simulator.world.advertising.brand_campaigns import BRANDS, DISPLAY
from simulator.world.marketplaces import local_day
from simulator.world.model import SimAccount, SimStore
from simulator.world.money.settlements import settlements
from simulator.world.orders.order import LineView, views

ZERO = Decimal(0)
OPEN_DAYS = {"traffic": 14, "settlements": 30, "ads": 14}
TOLERATED = {"orders_against_traffic": "0.005", "advertising_against_settlements": "0.02"}
HISTORIES = (SP_HISTORY, SB_HISTORY, SD_HISTORY)


@dataclass(slots=True)
class Order:
    """A day's order: what the buyer pays, and for how many units."""

    paid: Decimal = ZERO
    units: int = 0


@dataclass(slots=True)
class Day:
    """A store's purchase day."""

    tenant_id: str
    currency: str
    prices: Decimal = ZERO
    orders: dict[str, Order] = field(default_factory=dict)


def sales_reconciliation(known: Known) -> Iterator[dict]:
    """All comparisons."""
    days = _days(known)
    yield from _traffic(known, days)
    yield from _settled(known, days)
    for account, store, _ in known.stores(configured_only=True):
        yield from _advertising(known, account, store)
    yield from _totals(known)


def _row(
    where: tuple[str, str, date, str],
    kind: str,
    amounts: tuple[Decimal, Decimal],
    closed: bool,
    unsettled: tuple[Decimal, int] = (ZERO, 0),
) -> dict:
    store_id, tenant_id, day, currency = where
    amount, compared = amounts
    return {
        "store_id": store_id,
        "tenant_id": tenant_id,
        "date": day,
        "kind": kind,
        "amount": amount,
        "compared_amount": compared,
        "difference": amount - compared,
        "tolerance": rounded(abs(Fraction(amount)) * Fraction(TOLERATED.get(kind, "0")), 4),
        "unsettled_amount": unsettled[0],
        "unsettled_orders": unsettled[1],
        "status": "closed" if closed else "unsettled" if unsettled[1] else "open",
        "currency": currency,
    }


def _paid(view: LineView) -> Decimal:
    paid = (view.price or ZERO) + (view.shipping or ZERO) + (view.gift or ZERO)
    return paid - (view.discount or ZERO) - (view.shipping_discount or ZERO)


def _days(known: Known) -> dict[tuple[str, date], Day]:
    result: dict[tuple[str, date], Day] = {}
    for account, store, business in known.stores(configured_only=False):
        for order in business.orders(known.now):
            day = local_day(known.zone(account), order.purchased)
            for view in views(order, known.now):
                if not view.cancelled and view.price is not None:
                    fresh = Day(store.tenant_id, store.marketplace.currency)
                    entry = result.setdefault((store.store_id, day), fresh)
                    entry.prices += view.price
                    found = entry.orders.setdefault(order.order_id, Order())
                    found.paid += _paid(view)
                    found.units += 0 if view.replacement else view.line.quantity
    return result


def _traffic(known: Known, days: dict[tuple[str, date], Day]) -> Iterator[dict]:
    rows = list(traffic_store_daily(known))
    for row in rows:
        store_id, day = row["store_id"], row["date"]
        newest = max(other["date"] for other in rows if other["store_id"] == store_id)
        found = days.get((store_id, day))
        yield _row(
            (store_id, row["tenant_id"], day, row["currency"]),
            "orders_against_traffic",
            (found.prices if found else ZERO, row["ordered_product_sales_amount"]),
            day <= newest - timedelta(days=OPEN_DAYS["traffic"]),
        )


def _settled(known: Known, days: dict[tuple[str, date], Day]) -> Iterator[dict]:
    newest: dict[str, date] = {}
    of_order: dict[tuple[str, str], Decimal] = {}
    units: dict[tuple[str, str], int] = {}
    sold = {(store_id, order_id) for (store_id, _), day in days.items() for order_id in day.orders}
    unattributed: dict[tuple[str, str, date, str], Decimal] = {}
    for line in settlement_lines(known):
        store_id, posted = line["store_id"], line["posted_date"]
        newest[store_id] = max(posted, newest.get(store_id, posted))
        if line["is_in_price"] and not line["is_refund"]:
            key = (store_id, line["order_id"])
            of_order[key] = of_order.get(key, ZERO) + line["amount"]
            units[key] = units.get(key, 0) + (line["quantity_purchased"] or 0 if line["kind"] == "principal" else 0)
            if key not in sold:
                where = (store_id, line["tenant_id"], posted, line["currency"])
                unattributed[where] = unattributed.get(where, ZERO) + line["amount"]
    for where, amount in unattributed.items():
        yield {**_row(where, "settlements_without_orders", (ZERO, amount), closed=False), "status": "unattributed"}
    for (store_id, day), entry in days.items():
        last = newest.get(store_id)
        is_old = last is not None and day <= last - timedelta(days=OPEN_DAYS["settlements"])
        paid, settled, waiting, orders = ZERO, ZERO, ZERO, 0
        for order_id, order in entry.orders.items():
            told = of_order.get((store_id, order_id))
            some = told is None or 0 < units[store_id, order_id] < order.units
            if some and order.paid and not is_old:
                waiting, orders = waiting + order.paid, orders + 1
            else:
                paid, settled = paid + order.paid, settled + (told or ZERO)
        where = (store_id, entry.tenant_id, day, entry.currency)
        yield _row(where, "orders_against_settlements", (paid, settled), not orders or is_old, (waiting, orders))


def _advertising(known: Known, account: SimAccount, store: SimStore) -> Iterator[dict]:
    """Every grain is made of the same cells, so that only what a report leaves out could make a difference."""
    spent: dict[str, dict[date, Decimal]] = {
        "SPONSORED_PRODUCTS": _products(known, account, store),
        BRANDS: _brands(known, account, store, BRANDS, SB_HISTORY),
        DISPLAY: _brands(known, account, store, DISPLAY, SD_HISTORY),
    }
    newest = max(day for by_day in spent.values() for day in by_day)
    last_closed = newest - timedelta(days=OPEN_DAYS["ads"])
    grains = {
        "targets": tuple(spent),
        "products": ("SPONSORED_PRODUCTS", DISPLAY),
        "search_terms": ("SPONSORED_PRODUCTS",),
    }
    for grain, kinds in grains.items():
        for day in sorted({day for kind in kinds for day in spent[kind]}):
            cost = sum((spent[kind].get(day, ZERO) for kind in kinds), ZERO)
            where = (store.store_id, store.tenant_id, day, store.marketplace.currency)
            yield _row(where, f"ads_campaigns_against_{grain}", (cost, cost), day <= last_closed)
    first = max(kept_days(known, account, history)[0] for history in HISTORIES)
    shown = {row["settlement_id"] for row in settlement_totals(known) if row["store_id"] == store.store_id}
    # settlements of invoiced orders charge no advertising, and their days are those of the ones beside them
    beside = (each for each in settlements(known.world.business(store), known.now) if not each.invoiced)
    for settlement in beside:
        charged = -sum((line.amount for line in settlement.lines if line.amount_type == "Cost of Advertising"), ZERO)
        cost = sum(
            (
                amount
                for by_day in spent.values()
                for day, amount in by_day.items()
                if settlement.first_day <= day <= settlement.last_day
            ),
            ZERO,
        )
        if settlement.settlement_id in shown and (charged or cost):
            where = (store.store_id, store.tenant_id, settlement.last_day, store.marketplace.currency)
            closed = settlement.last_day <= last_closed and settlement.first_day >= first
            yield _row(where, "advertising_against_settlements", (cost, charged), closed)


def _products(known: Known, account: SimAccount, store: SimStore) -> dict[date, Decimal]:
    business = known.world.business(store)
    return _by_day(
        known,
        account,
        SP_HISTORY,
        lambda day: [
            (measured.impressions, measured.cost)
            for _, measured in sponsored_products.sums(
                store, business.ads.days.get(day, []), lambda c: None, sponsored_products.version(store, day, known.now)
            ).values()
        ],
    )


def _brands(known: Known, account: SimAccount, store: SimStore, kind: str, history: int) -> dict[date, Decimal]:
    business = known.world.business(store)
    return _by_day(
        known,
        account,
        history,
        lambda day: [
            (int(values["impressions"]), Decimal(values["cost"]))
            for _, values in brand_ads.sums(
                store,
                brand_cells(business, day, kind),
                lambda c: None,
                sponsored_products.version(store, day, known.now),
            ).values()
        ],
    )


def _by_day(
    known: Known, account: SimAccount, history: int, measured: Callable[[date], list[tuple[int, Decimal]]]
) -> dict[date, Decimal]:
    """The cost of each day on which something was shown."""
    return {
        day: cost for day in kept_days(known, account, history) for impressions, cost in measured(day) if impressions
    }


def _totals(known: Known) -> Iterator[dict]:
    sums: dict[tuple[str, str, date, str], list[Decimal]] = {}
    for row in settlement_totals(known):
        where = (row["store_id"], row["tenant_id"], row["deposit_date"], row["currency"])
        entry = sums.setdefault(where, [ZERO, ZERO])
        entry[0] += row["lines_amount"]
        entry[1] += row["total_amount"]
    for where, (lines, total) in sums.items():
        yield _row(where, "settlement_lines_against_total", (lines, total), closed=True)
