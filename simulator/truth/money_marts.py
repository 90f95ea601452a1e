"""settlements, returns_daily and refunds_daily: what was paid out, what came back and what was given back for it.

From the settlements' lines and the returned goods themselves; what a single line is about is said in settlements.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from simulator.documents.amazon_sp.existing_reports import RETENTION
from simulator.truth.known import Known, converted
from simulator.truth.money import known_merchant_returns, known_returns
from simulator.truth.settlements import PASSING_THROUGH, SOLD, kind_of
from simulator.world.marketplaces import local_day
from simulator.world.model import SimAccount, SimStore
from simulator.world.money.settlements import Settlement, SettlementLine, settlements

ZERO = Decimal(0)
# columns of settlements -> kinds
GROUPS = {
    "selling_fees": ("referral_fee", "refund_fee"),
    "fulfilment_fees": ("fulfilment_fee",),
    "storage_fees": ("storage_fee", "aged_surcharge"),
    "advertising": ("advertising",),
    "other_fees": ("subscription_fee", "fee_tax", "other"),
    "reimbursements": ("reimbursement",),
    "adjustments": ("adjustment",),
    "unknown": ("unknown",),
    "tax": ("tax",),
    "withheld_tax": ("withheld_tax",),
    "transfers": ("transfer",),
}
PRINCIPAL, SHIPPING, PROMOTIONS, GIVEN_BACK, KEPT = (
    ("principal",), ("shipping", "gift_wrap"), ("promotion",), ("referral_fee", "fulfilment_fee"), ("refund_fee",),
)  # fmt: skip


def _settled(known: Known) -> Iterator[tuple[SimAccount, SimStore, Settlement]]:
    """Every settlement that can be had, of unconfigured marketplaces too."""
    for account, store, business in known.stores(configured_only=False):
        for settlement in settlements(business, known.now):
            if settlement.created >= known.world.first_now - RETENTION:
                yield account, store, settlement


def _sum(lines: list[SettlementLine], kinds: tuple[str, ...]) -> Decimal:
    return sum((line.amount for line in lines if kind_of(line) in kinds), ZERO)


def settlement_totals(known: Known) -> Iterator[dict]:
    """The mart settlements. In this world all lines that name a marketplace name that of the settlement's store."""
    for account, store, settlement in _settled(known):
        lines = list(settlement.lines)
        reserves = [line for line in lines if kind_of(line) == "reserve"]
        opening = sum((line.amount for line in reserves if line.amount_description.startswith("Previous")), ZERO)
        deposited = settlement.end + timedelta(days=2)
        zone = store.marketplace.time_zone if store.configured else known.zone(account)
        day, currency = local_day(zone, deposited), store.marketplace.currency
        reporting_currency, rate, fx_date = known.reporting(store.tenant_id, currency, day)
        gained = sum((line.amount for line in lines if kind_of(line) not in PASSING_THROUGH), ZERO)
        yield {
            "store_id": store.store_id,
            "tenant_id": store.tenant_id,
            "settlement_id": settlement.settlement_id,
            "started_at": settlement.start,
            "ended_at": settlement.end,
            "deposited_at": deposited,
            "deposit_date": day,
            "currency": currency,
            "total_amount": settlement.total,
            "lines": len(lines),
            "lines_amount": settlement.total,
            "difference": ZERO,
            "revenue_amount": _sum([line for line in lines if line.transaction_type != "Refund"], SOLD),
            "refunds_amount": _sum([line for line in lines if line.transaction_type == "Refund"], SOLD),
            **{f"{name}_amount": _sum(lines, kinds) for name, kinds in GROUPS.items()},
            "profit_or_loss_amount": gained,
            "opening_reserve_amount": opening,
            "closing_reserve_amount": sum((line.amount for line in reserves), ZERO) - opening,
            "reporting_currency": reporting_currency,
            "total_amount_reporting": converted(settlement.total, rate),
            "profit_or_loss_amount_reporting": converted(gained, rate),
            "fx_date": fx_date,
        }


@dataclass(slots=True)
class _Back:
    """Goods of one SKU, day, reason and disposition."""

    fba: int = 0
    merchant: int = 0
    orders: set[str] = field(default_factory=set)
    refunded: Decimal | None = None


def returns_daily(known: Known) -> Iterator[dict]:
    """Returned units by the store of their order; every order of this world is known before it comes back."""
    found: dict[tuple[SimStore, date, str, str, str], _Back] = defaultdict(_Back)
    for account in known.world.accounts:
        for day, _, unit in known_returns(known, account):
            entry = found[unit.order.store, day, unit.line.offer.sku, unit.reason, unit.disposition]
            entry.fba += 1
            entry.orders.add(unit.order.order_id)
    for _, store, _ in known.stores(configured_only=True):
        for day, at, request in known_merchant_returns(known, store):
            entry = found[store, day, request.line.offer.sku, request.reason, ""]
            entry.merchant += request.line.quantity
            entry.orders.add(request.order.order_id)
            refunded = request.refunded(at)
            if refunded is not None:
                entry.refunded = (entry.refunded or ZERO) + refunded
    for (store, day, sku, reason, disposition), entry in found.items():
        reporting_currency, rate, fx_date = known.reporting(store.tenant_id, store.marketplace.currency, day)
        if not store.configured:
            rate = fx_date = None
        yield {
            "store_id": store.store_id,
            "tenant_id": store.tenant_id,
            "date": day,
            "sku": sku,
            "reason": reason,
            "disposition": disposition,
            "units": entry.fba + entry.merchant,
            "fba_units": entry.fba,
            "merchant_units": entry.merchant,
            "unknown_order_units": 0,
            "orders": len(entry.orders),
            "merchant_refunded_amount": entry.refunded,
            "currency": store.marketplace.currency if store.configured else None,
            "reporting_currency": reporting_currency,
            "merchant_refunded_amount_reporting": None if entry.refunded is None else converted(entry.refunded, rate),
            "fx_date": fx_date,
        }


def refunds_daily(known: Known) -> Iterator[dict]:
    """The lines of refunds by their own day and by that of the purchase; every order of this world is known."""
    found: dict[tuple[SimStore, str, date, str], list[SettlementLine]] = defaultdict(list)
    for account, store, settlement in _settled(known):
        zone = known.zone(account)
        orders = known.world.business(store).orders(known.now)
        bought = {order.order_id: local_day(zone, order.purchased) for order in orders}
        for line in settlement.lines:
            if line.transaction_type == "Refund":
                found[store, "refund_date", local_day(zone, line.posted), line.sku].append(line)
                found[store, "order_date", bought[line.order_id], line.sku].append(line)
    for (store, basis, day, sku), lines in found.items():
        sums = {
            "principal_amount": _sum(lines, PRINCIPAL),
            "shipping_amount": _sum(lines, SHIPPING),
            "promotions_amount": _sum(lines, PROMOTIONS),
            "fees_given_back_amount": _sum(lines, GIVEN_BACK),
            "refund_fees_amount": _sum(lines, KEPT),
            "other_amount": ZERO,
        }
        total = sum(sums.values(), ZERO)
        currency = store.marketplace.currency
        quote, rate, rate_day = known.reporting(store.tenant_id, currency, day)
        yield {
            "store_id": store.store_id,
            "tenant_id": store.tenant_id,
            "basis": basis,
            "date": day,
            "sku": sku,
            "refunds": len({(line.order_id, line.adjustment_id, line.item_code) for line in lines}),
            "orders": len({line.order_id for line in lines}),
            "unknown_order_refunds": 0,
            **sums,
            "profit_or_loss_amount": total,
            "tax_amount": _sum(lines, ("tax",)),
            "withheld_tax_amount": _sum(lines, ("withheld_tax",)),
            "currency": currency,
            "reporting_currency": quote,
            "principal_amount_reporting": converted(sums["principal_amount"], rate),
            "profit_or_loss_amount_reporting": converted(total, rate),
            "fx_date": rate_day,
        }
