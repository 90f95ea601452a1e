"""Settlements of one store: every 14 days all that was shipped, refunded and charged, down to the cent.

The lines of a settlement sum to its total. A report of it exists from 03:00 on the day after the period's last; one
settlement of the world is listed a second time a day later, with the same content. One store is paid for the orders of
businesses in a settlement of their own beside it, as Amazon does with invoiced orders.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import UNTAXED, cents
from simulator.world.marketplaces import midnight
from simulator.world.model import SimStore
from simulator.world.money.reimbursements import DAMAGED, LOST, RETURNED, REVERSED, reimbursements
from simulator.world.money.settlement_charges import Charge, charges, payout, storage
from simulator.world.orders.order import Order, money, tax
from simulator.world.rng import number, rng
from simulator.world.sales.shipments import shipment_id

PERIOD_DAYS = 14
# this store's orders by businesses are paid in settlements of their own; their reports count as this copy
INVOICED_STORE = "harbor-us"
INVOICED = 5
# a reimbursement's reason in the reimbursements report -> its name in settlements
REIMBURSED = {
    LOST: "WAREHOUSE_LOST",
    DAMAGED: "WAREHOUSE_DAMAGE",
    RETURNED: "REVERSAL_REIMBURSEMENT",
    REVERSED: "COMPENSATED_CLAWBACK",
}


@dataclass(frozen=True, slots=True)
class SettlementLine:
    """One line; '' where the document has nothing. quantity: None where not given."""

    transaction_type: str
    amount_type: str
    amount_description: str
    amount: Decimal
    posted: datetime
    order_id: str = ""
    merchant_order_id: str = ""
    shipment_id: str = ""
    adjustment_id: str = ""
    marketplace_name: str = ""
    fulfillment_id: str = ""
    item_code: str = ""
    sku: str = ""
    quantity: int | None = None
    promotion_id: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """A closed period of a store. start, end (exclusive) and created are instants; days are the store's."""

    settlement_id: str
    store: SimStore
    index: int
    first_day: date
    last_day: date
    start: datetime
    end: datetime
    created: datetime
    lines: tuple[SettlementLine, ...]
    invoiced: bool = False

    @property
    def total(self) -> Decimal:
        """What is paid out."""
        return sum((line.amount for line in self.lines), Decimal(0))


def first_period(seed: int, store: SimStore) -> date:
    """The first day of the first period: up to 13 days before the world begins."""
    return store.start - timedelta(days=number(seed, store.store_id, "settlement anchor") % PERIOD_DAYS)


def period(seed: int, store: SimStore, index: int) -> tuple[date, date, datetime]:
    """(first day, last day, when the report was made) of a period."""
    first = first_period(seed, store) + timedelta(days=PERIOD_DAYS * index)
    after = first + timedelta(days=PERIOD_DAYS)
    return first, after - timedelta(days=1), midnight(store.marketplace.time_zone, after) + timedelta(hours=3)


def listed_at(store: SimStore, index: int, created: datetime) -> dict[int, datetime]:
    """When reports of that period were made, by copy: once; one settlement of the world is listed again a day later.
    What is invoiced is a report of its own."""
    listed = {0: created}
    if store.store_id == "harbor-us" and index == 1:
        listed[1] = created + timedelta(days=1)
    if store.store_id == INVOICED_STORE:
        listed[INVOICED] = created + timedelta(minutes=20)
    return listed


def settlement_id(seed: int, store: SimStore, index: int, *, invoiced: bool = False) -> str:
    """Amazon's number of the settlement."""
    return f"{3 if invoiced else 2}{number(seed, store.store_id, 'settlement'):06d}{index:04d}"


def settlements(business: StoreBusiness, at: datetime) -> list[Settlement]:
    """The settlements whose report was made by `at`, oldest first; those of invoiced orders behind the ones beside."""
    result: list[Settlement] = []
    reserve, index = Decimal(0), 0
    while period(business.seed, business.store, index)[2] <= at:
        made = settlement(business, index, reserve)
        reserve = -made.lines[-1].amount
        result.append(made)
        if business.store.store_id == INVOICED_STORE:
            result.append(_invoiced(business, index))
        index += 1
    return result


def settlement(business: StoreBusiness, index: int, reserve: Decimal) -> Settlement:
    """The settlement of one period; reserve: what the one before kept back."""
    seed, store = business.seed, business.store
    first, last, created = period(seed, store, index)
    zone = store.marketplace.time_zone
    start, end = midnight(zone, first), midnight(zone, last + timedelta(days=1))
    lines: list[SettlementLine] = []
    if reserve:
        lines.append(_other(start, "Previous Reserve Amount Balance", reserve))
    lines += _of_orders(business, start, end, invoiced=False)
    lines += _reimbursement_lines(business, start, end)
    lines.sort(key=lambda line: line.posted)
    lines += [_charged(store, charge) for charge in storage(business, start, end)]
    lines += _charges(business, index, end)
    lines += [_charged(store, charge) for charge in charges(business, index, first, last)]
    owed = sum((line.amount for line in lines), Decimal(0))
    if early := payout(store, index, owed, first):
        lines.append(_charged(store, early))
    kept_back = -cents(sum((line.amount for line in lines), Decimal(0)) * 8 / 100, store.marketplace.decimals)
    lines.append(_other(end - timedelta(seconds=1), "Current Reserve Amount", kept_back))
    return Settlement(settlement_id(seed, store, index), store, index, first, last, start, end, created, tuple(lines))


def paid_for(order: Order) -> Decimal:
    """What the seller gets for a shipped order: its lines in settlements, fees taken off."""
    return sum((line.amount for line in _order_lines(order)), Decimal(0))


def taken_for(order: Order, refund_number: int) -> Decimal:
    """What the seller gets for a refund of an order: less than nothing."""
    return sum((line.amount for line in _refund_lines(order, refund_number)), Decimal(0))


def _invoiced(business: StoreBusiness, index: int) -> Settlement:
    """What is paid for the orders of businesses in a period, and taken back: nothing else is in it."""
    seed, store = business.seed, business.store
    first, last, created = period(seed, store, index)
    zone = store.marketplace.time_zone
    start, end = midnight(zone, first), midnight(zone, last + timedelta(days=1))
    lines = sorted(_of_orders(business, start, end, invoiced=True), key=lambda line: line.posted)
    number = settlement_id(seed, store, index, invoiced=True)
    return Settlement(number, store, index, first, last, start, end, created, tuple(lines), invoiced=True)


def _of_orders(business: StoreBusiness, start: datetime, end: datetime, *, invoiced: bool) -> list[SettlementLine]:
    """What was shipped and given back from `start` to before `end`."""
    lines: list[SettlementLine] = []
    apart = business.store.store_id == INVOICED_STORE
    for order in business.every_order(end):
        if (apart and order.business) != invoiced:
            continue
        if order.shipped is not None and start <= order.shipped < end and not order.replacement:
            lines += _order_lines(order)
        for refund_number, refund in enumerate(order.refunds):
            if start <= refund.at < end:
                lines += _refund_lines(order, refund_number)
    return lines


def _other(posted: datetime, description: str, amount: Decimal, kind: str = "other-transaction") -> SettlementLine:
    return SettlementLine(kind, "other-transaction", description, amount, posted)


def _charged(store: SimStore, charge: Charge) -> SettlementLine:
    return SettlementLine(
        charge.transaction_type,
        charge.amount_type,
        charge.description,
        charge.amount,
        charge.at,
        marketplace_name=store.marketplace.sales_channel if charge.of_marketplace else "",
        sku=charge.sku,
    )


def _charges(business: StoreBusiness, index: int, end: datetime) -> list[SettlementLine]:
    """What the account is charged without an order: no SKU, and no marketplace."""
    store = business.store
    random = rng(business.seed, store.store_id, "charges", index)
    posted = end - timedelta(hours=random.randint(2, 40), seconds=random.randint(0, 3599))
    if index % 2 == 0:
        return [_other(posted, "Subscription Fee", -money(store, "39.99"), "ServiceFee")]
    text = "Transfer of funds unsuccessful: We could not transfer funds to your bank account"
    amount = money(store, f"{random.uniform(3, 9):.2f}")
    return [_other(posted + timedelta(minutes=5), text, amount, "Transfer")]


def _reimbursement_lines(business: StoreBusiness, start: datetime, end: datetime) -> list[SettlementLine]:
    """What was paid for lost and damaged units, and taken back; what was replaced in kind is not money."""
    return [
        SettlementLine(
            "other-transaction",
            "FBA Inventory Reimbursement",
            REIMBURSED[entry.reason],
            entry.total,
            entry.at,
            order_id=entry.order_id,
            adjustment_id=entry.number,
            marketplace_name=business.store.marketplace.sales_channel,
            sku=entry.offer.sku,
            quantity=entry.cash,
        )
        for entry in reimbursements(business, end)
        if start <= entry.at < end and entry.total
    ]


def _order_lines(order: Order) -> list[SettlementLine]:
    store, posted = order.store, order.shipped
    assert posted is not None
    decimals, lines = store.marketplace.decimals, []
    shipment = shipment_id(order)

    def add(
        index: int, kind: str, description: str, amount: Decimal, quantity: int | None = None, promotion: str = ""
    ) -> None:
        if amount:
            lines.append(
                SettlementLine(
                    "Order",
                    kind,
                    description,
                    amount,
                    posted,
                    order_id=order.order_id,
                    merchant_order_id=order.order_id if order.channel == "Amazon" else "",
                    shipment_id=shipment,
                    marketplace_name=order.sales_channel,
                    fulfillment_id="AFN" if order.channel == "Amazon" else "MFN",
                    item_code=order.lines[index].item_code,
                    sku=order.lines[index].offer.sku,
                    quantity=quantity,
                    promotion_id=promotion,
                )
            )

    for index, line in enumerate(order.lines):
        if order.end.cancelled(index):
            continue
        price = order.end.prices[index]
        for description, tax_description, paid, quantity in (
            ("Principal", "Tax", price, line.quantity),
            ("Shipping", "ShippingTax", line.shipping or Decimal(0), None),
            ("GiftWrap", "GiftWrapTax", line.gift or Decimal(0), None),
        ):
            untaxed, contained = _parts(store, paid)
            add(index, "ItemPrice", description, untaxed, quantity)
            add(index, "ItemPrice", tax_description, contained)
        if store.marketplace.country in UNTAXED:
            add(index, "ItemPrice", "Tax", tax(store, price))
            add(index, "ItemWithheldTax", "MarketplaceFacilitatorTax-Principal", -tax(store, price))
        if order.channel == "Amazon":
            add(index, "ItemFees", "FBAPerUnitFulfillmentFee", -money(store, "3.22") * line.quantity)
        add(index, "ItemFees", "Commission", -cents(price * 15 / 100, decimals))
        identifiers = line.promotion_ids.split(",")
        for description, discount, promotion in (
            ("Principal", line.discount or Decimal(0), identifiers[0]),
            ("Shipping", line.shipping_discount or Decimal(0), identifiers[-1]),
        ):
            untaxed, contained = _parts(store, discount)
            add(index, "Promotion", description, -untaxed, promotion=promotion)
            add(index, "Promotion", "TaxDiscount", -contained, promotion=promotion)
    return lines


def _parts(store: SimStore, paid: Decimal) -> tuple[Decimal, Decimal]:
    """What of an amount is price, and what of it is tax: where prices contain it, settlements write two lines."""
    contained = Decimal(0) if store.marketplace.country in UNTAXED else tax(store, paid)
    return paid - contained, contained


def _refund_lines(order: Order, refund_number: int) -> list[SettlementLine]:
    refund, store = order.refunds[refund_number], order.store
    line, decimals = order.lines[refund.line], store.marketplace.decimals
    commission = cents(refund.principal * 15 / 100, decimals)
    untaxed, contained = _parts(store, refund.principal)
    amounts = [
        ("ItemPrice", "Principal", -untaxed),
        ("ItemPrice", "Tax", -contained),
        ("ItemFees", "Commission", commission),
    ]
    if store.marketplace.country in UNTAXED:
        refunded_tax = tax(store, refund.principal)
        amounts += [
            ("ItemPrice", "Tax", -refunded_tax),
            ("ItemWithheldTax", "MarketplaceFacilitatorTax-Principal", refunded_tax),
        ]
    amounts.append(("ItemFees", "RefundCommission", -cents(commission / 5, decimals)))
    return [
        SettlementLine(
            "Refund",
            kind,
            description,
            amount,
            refund.at,
            order_id=order.order_id,
            merchant_order_id=order.order_id if order.channel == "Amazon" else "",
            adjustment_id=f"amzn1:crow:{number(order.order_id, refund_number, digits=9):09d}",
            marketplace_name=store.marketplace.sales_channel,
            fulfillment_id="AFN" if order.channel == "Amazon" else "MFN",
            item_code=line.item_code,
            sku=line.offer.sku,
        )
        for kind, description, amount in amounts
        if amount
    ]
