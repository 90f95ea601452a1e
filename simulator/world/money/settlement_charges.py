"""What settlements charge and pay beside orders, refunds and losses: storage, advertising, removals, corrections.

Since 2026 the name of a fee stands in the amount type, and its tax and discount have lines of their own
(amzn/selling-partner-api-models#5353). Each country writes so from a day of its own. Advertising is what the Ads
reports say of the days charged, once clicks that turned out invalid are taken back. Early pay-outs are here too. The
lines themselves, and what follows from orders, are made in settlements.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from simulator.world.advertising import brand_ads, sponsored_products
from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import RATE, UNTAXED, cents
from simulator.world.inventory.ages import ages, between
from simulator.world.inventory.planning import SURCHARGES
from simulator.world.inventory.removals import removal_orders
from simulator.world.marketplaces import days_between, local_day, midnight
from simulator.world.model import SimStore
from simulator.world.money.storage_fees import charged_at, months_charged, storage_fees
from simulator.world.orders.order import money, tax
from simulator.world.rng import number, rng
from simulator.world.stock.leaving import DISPOSAL
from simulator.world.stock.old_stock import old_stock

# days of advertising that one charge covers
CHARGED_DAYS = 7
# the day of a month on which old stock is counted, and charged for at noon
COUNTED_ON = 15
# fees that Amazon began to charge lately, and that are in nobody's list of kinds
NEW_CHARGE = "Account Health Concierge Pilot"
NEW_FBA_FEE = "Pallet Scan Pilot Fee"
# the day from which fees are named in the amount type, by country
RENAMED = {"JP": date(2026, 11, 1)}
RENAMED_ELSEWHERE = date(2026, 7, 1)


@dataclass(frozen=True, slots=True)
class Charge:
    """An amount of a settlement, in the order of its document's columns. at: UTC. sku: '' where it is about none."""

    transaction_type: str
    amount_type: str
    description: str
    amount: Decimal
    at: datetime
    sku: str = ""
    of_marketplace: bool = False


def charges(business: StoreBusiness, index: int, first: date, last: date) -> list[Charge]:
    """Of the period with that number, from its first to its last day; the business must have been made beyond it."""
    found = [
        *_advertising(business, first, last),
        *_aged(business, first, last),
        *_removed(business, first, last),
        *_corrections(business, index, first),
        *_of_2026(business, index, first),
    ]
    return [charge for charge in found if charge.amount]


def storage(business: StoreBusiness, start: datetime, end: datetime) -> Iterator[Charge]:
    """The months' storage that is billed from `start` to before `end`."""
    store = business.store
    for month in months_charged(store, start, end):
        at, fee = charged_at(store, month), sum((each.fee for each in storage_fees(business, month)), Decimal(0))
        if fee and renamed(store, at):
            yield from _fee(store, "FBAFees", "FBA Inventory Storage Fee", -fee, at)
        elif fee:
            yield Charge("ServiceFee", "other-transaction", "Storage Fee", -fee, at, of_marketplace=True)


def renamed(store: SimStore, at: datetime) -> bool:
    """Whether settlements of that store name fees in the amount type by then."""
    return local_day(store.marketplace.time_zone, at) >= RENAMED.get(store.marketplace.country, RENAMED_ELSEWHERE)


def advertising_cost(business: StoreBusiness, day: date) -> Decimal:
    """What a day's advertising of all kinds costs in the end."""
    store, final = business.store, max(sponsored_products.AGES)
    sponsored = sponsored_products.sums(store, business.ads.days.get(day, ()), lambda cell: None, final).values()
    brands = brand_ads.sums(store, business.brand_ads.days.get(day, ()), lambda cell: None, final).values()
    total = sum((measured.cost for _, measured in sponsored), Decimal(0))
    return total + sum((Decimal(measured["cost"]) for _, measured in brands), Decimal(0))


def aged_surcharge(business: StoreBusiness, day: date) -> Decimal:
    """The month's surcharge for stock of more than 180 days, as it lies there at the end of that day."""
    place = business.store.marketplace
    offers = (*business.stock.offers, *(old.offer for old in old_stock(business.seed, business.store)))
    volumes = {offer.sku: offer.volume for offer in offers}
    total = Decimal(0)
    for sku, lots in ages(business, day).items():
        for words, (youngest, oldest, dollars) in SURCHARGES.items():
            # the two halves of 365-plus are listed beside it
            if words not in ("366-455", "456-plus"):
                units = between(lots, youngest, oldest)
                total += cents(units * volumes[sku] * Decimal(dollars) * RATE[place.currency], place.decimals)
    return total


def payout(store: SimStore, index: int, owed: Decimal, first: date) -> Charge | None:
    """What the seller had paid out early, in the middle of every fourth period, of what is owed in the end."""
    if index % 4 != 2 or owed <= 0:
        return None
    at = midnight(store.marketplace.time_zone, first + timedelta(days=8)) + timedelta(hours=11)
    account = number(store.store_id, "bank account", digits=3)
    text = f"To your account ending in: {account:03d}"
    return Charge("Transfer", "other-transaction", text, -cents(owed / 4, store.marketplace.decimals), at)


def _advertising(business: StoreBusiness, first: date, last: date) -> Iterator[Charge]:
    """Week by week, in the last minutes of each."""
    store, begin = business.store, first
    while begin <= last:
        end = min(begin + timedelta(days=CHARGED_DAYS - 1), last)
        cost = sum((advertising_cost(business, day) for day in days_between(begin, end)), Decimal(0))
        at = midnight(store.marketplace.time_zone, end + timedelta(days=1)) - timedelta(minutes=4)
        yield Charge("ServiceFee", "Cost of Advertising", "TransactionTotalAmount", -cost, at, of_marketplace=True)
        begin = end + timedelta(days=1)


def _aged(business: StoreBusiness, first: date, last: date) -> Iterator[Charge]:
    for day in days_between(max(first, business.store.start), last):
        if day.day == COUNTED_ON:
            at = datetime.combine(day, time(12), tzinfo=business.store.marketplace.zone)
            yield Charge(
                "other-transaction",
                "other-transaction",
                "StorageRenewalBilling",
                -aged_surcharge(business, day - timedelta(days=1)),
                at,
                of_marketplace=True,
            )


def _removed(business: StoreBusiness, first: date, last: date) -> Iterator[Charge]:
    """The fees of the removal orders that were completed, order by order; those that are liquidated have none."""
    store = business.store
    end = midnight(store.marketplace.time_zone, last + timedelta(days=1))
    for order in removal_orders(business, end):
        at = order.completes
        if at is None or not first <= local_day(store.marketplace.time_zone, at) <= last:
            continue
        fee = sum((order.state(line, at).fee or Decimal(0) for line in order.lines), Decimal(0))
        if fee and renamed(store, at):
            yield from _fee(store, "FBAFees", f"FBA Removal Order: {order.kind} Fee", -fee, at)
        elif fee:
            description = "DisposalComplete" if order.kind == DISPOSAL else "RemovalComplete"
            yield Charge("other-transaction", "other-transaction", description, -fee, at, of_marketplace=True)


def _corrections(business: StoreBusiness, index: int, first: date) -> Iterator[Charge]:
    """By turns: a correction, the rest of a liquidation, and a charge that is new."""
    store = business.store
    random = rng(business.seed, store.store_id, "corrections", index)
    at = midnight(store.marketplace.time_zone, first + timedelta(days=random.randint(2, 9))) + timedelta(
        seconds=random.randint(3600, 80_000)
    )
    amount = money(store, f"{random.uniform(2, 14):.2f}")
    if index % 3 == 0:
        yield Charge("other-transaction", "other-transaction", "GENERAL_ADJUSTMENT", amount, at)
    elif index % 3 == 1:
        yield Charge("ServiceFee", "other-transaction", NEW_CHARGE, -amount, at)
    else:
        sku = old_stock(business.seed, store)[0].offer.sku
        kind = "LiquidationsAdjustments"
        yield Charge(kind, "ItemPrice", "Principal", amount, at, sku, of_marketplace=True)
        fee = -cents(amount * 15 / 100, store.marketplace.decimals)
        yield Charge(kind, "ItemFees", "LiquidationsBrokerageFee", fee, at, sku, of_marketplace=True)


def _of_2026(business: StoreBusiness, index: int, first: date) -> Iterator[Charge]:
    """Fees with a discount, one that nobody's list has, and debts between the settlements of an account."""
    store = business.store
    random = rng(business.seed, store.store_id, "fees of 2026", index)
    at = midnight(store.marketplace.time_zone, first + timedelta(days=random.randint(2, 9))) + timedelta(hours=7)
    if not renamed(store, at):
        return
    placement = money(store, f"{random.uniform(20, 60):.2f}")
    yield from _fee(store, "FBAFees", "FBA Inbound Placement Service Fee", -placement, at)
    discount = cents(placement / 10, store.marketplace.decimals)
    yield Charge("FBAFees", "FBA Inbound Placement Service Fee", "Discount on fee", discount, at, of_marketplace=True)
    yield from _fee(store, "FBAFees", NEW_FBA_FEE, -money(store, f"{random.uniform(1, 4):.2f}"), at)
    other = {"DE": "FR", "FR": "DE"}.get(store.marketplace.country)
    if other:
        way, sign = ("against", -1) if index % 2 else ("for", 1)
        text = f"Cross-Account Debt Adjustment {way} {other}"
        amount = sign * money(store, f"{random.uniform(10, 30):.2f}")
        yield Charge("Debt Adjustment", "Debt Adjustment", text, amount, at)


def _fee(store: SimStore, transaction_type: str, name: str, amount: Decimal, at: datetime) -> Iterator[Charge]:
    """A fee as it is named since 2026, and its tax."""
    yield Charge(transaction_type, name, "Base fee", amount, at, of_marketplace=True)
    if store.marketplace.country not in UNTAXED:
        yield Charge(transaction_type, name, "Tax on fee", tax(store, amount), at, of_marketplace=True)
