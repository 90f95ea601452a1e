"""What each SKU of a store sold, shipped, gave back and cost on a day: the books that Data Kiosk shows.

Sales are those of the orders placed on the day, as the version of a given age has them (`traffic.version`); refunds and
fees are those of the day on which they happened, which end with it. Fees are what settlements charge for the same
shipments and refunds, advertising is what Amazon Ads reports for the same clicks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from simulator.world.advertising import sponsored_products
from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import Offer, cents
from simulator.world.marketplaces import midnight
from simulator.world.model import SimStore
from simulator.world.orders.order import money

ZERO = Decimal(0)
FBA_FEE, REFERRAL_FEE, REFUND_FEE = "FBA fulfillment fees", "Referral fees", "Refund administration fees"
AD_TYPE = "Sponsored Products charge"
# a refund follows its shipment by at most this many days
_LATEST_REFUND = 23


@dataclass(slots=True)
class Charge:
    """What was charged of one kind; quantity: units or clicks, None where it is not counted by any."""

    amount: Decimal = ZERO
    quantity: int | None = None


@dataclass(slots=True)
class SkuDay:
    """One SKU's day. Money in the store's currency. items: order lines; business: of Amazon Business customers."""

    day: date
    offer: Offer
    units: int = 0
    items: int = 0
    sales: Decimal = ZERO
    business_units: int = 0
    business_items: int = 0
    business_sales: Decimal = ZERO
    shipped_units: int = 0
    shipped_sales: Decimal = ZERO
    shipped_orders: set[str] = field(default_factory=set)
    refunded_units: int = 0
    refunded_sales: Decimal = ZERO
    fees: dict[str, Charge] = field(default_factory=dict)
    advertising: Charge | None = None

    @property
    def is_active(self) -> bool:
        """Whether there is anything to tell of it."""
        return bool(self.items or self.shipped_units or self.refunded_sales or self.fees or self.advertising)

    @property
    def net_sales(self) -> Decimal:
        """What is left of the sales after refunds."""
        return self.sales - self.refunded_sales

    @property
    def net_units(self) -> int:
        """What is left of the units after refunds."""
        return self.units - self.refunded_units

    @property
    def charged(self) -> Decimal:
        """All fees and advertising."""
        spent = self.advertising.amount if self.advertising else ZERO
        return sum((fee.amount for fee in self.fees.values()), spent)

    def charge(self, kind: str, amount: Decimal, quantity: int | None = None) -> None:
        """Add to a fee."""
        fee = self.fees.setdefault(kind, Charge())
        fee.amount += amount
        if quantity is not None:
            fee.quantity = (fee.quantity or 0) + quantity


def unit_cost(store: SimStore, offer: Offer) -> Decimal | None:
    """What the seller has entered in Seller Central as the cost of a unit; None where nothing was entered."""
    return cents(offer.base_price * 3 / 10, store.marketplace.decimals) if offer.rank % 2 == 0 else None


def proceeds(store: SimStore, entry: SkuDay) -> Decimal:
    """Net sales less fees, advertising and the cost of the net units."""
    return entry.net_sales - entry.charged - (unit_cost(store, entry.offer) or ZERO) * entry.net_units


def sku_days(business: StoreBusiness, day: date, age: int) -> list[SkuDay]:
    """The SKUs of which there is something to tell, in the catalogue's order; age: of the version (>= 1)."""
    zone = business.store.marketplace.time_zone
    business.until(midnight(zone, day))
    entries = {offer.sku: SkuDay(day, offer) for offer in business.offers}
    _add_orders(business, entries, day, age)
    _add_shipments(business, entries, day)
    _add_refunds(business, entries, day)
    cells = business.ads.days.get(day, [])
    for sku, (_, measured) in sponsored_products.sums(
        business.store, cells, lambda cell: cell.ad.offer.sku, age
    ).items():
        if measured.cost:
            entries[str(sku)].advertising = Charge(measured.cost, measured.clicks)
    return [entry for entry in entries.values() if entry.is_active]


def _add_orders(business: StoreBusiness, entries: dict[str, SkuDay], day: date, age: int) -> None:
    made = midnight(business.store.marketplace.time_zone, day + timedelta(days=age))
    for order in business.orders_on(day):
        state = order.state(made)
        for index, line in enumerate(order.lines):
            if order.replacement or state.cancelled(index):
                continue
            entry = entries[line.offer.sku]
            entry.units += line.quantity
            entry.items += 1
            entry.sales += state.prices[index]
            if order.business:
                entry.business_units += line.quantity
                entry.business_items += 1
                entry.business_sales += state.prices[index]


def _add_shipments(business: StoreBusiness, entries: dict[str, SkuDay], day: date) -> None:
    store = business.store
    for order in business.shipped.get(day, ()):
        if order.replacement or order.multi_channel:
            continue
        for index, line in enumerate(order.lines):
            if order.end.cancelled(index):
                continue
            entry, price = entries[line.offer.sku], order.end.prices[index]
            entry.shipped_units += line.quantity
            entry.shipped_sales += price
            entry.shipped_orders.add(order.order_id)
            if order.channel == "Amazon":
                entry.charge(FBA_FEE, money(store, "3.22") * line.quantity, line.quantity)
            if price:
                entry.charge(REFERRAL_FEE, _commission(store, price))


def _add_refunds(business: StoreBusiness, entries: dict[str, SkuDay], day: date) -> None:
    store = business.store
    for shipped in (day - timedelta(days=back) for back in range(_LATEST_REFUND + 1)):
        for order in business.shipped.get(shipped, ()):
            for refund in order.refunds:
                if business.day_of(refund.at) != day:
                    continue
                entry, commission = entries[order.lines[refund.line].offer.sku], _commission(store, refund.principal)
                entry.refunded_units += refund.quantity
                entry.refunded_sales += refund.principal
                # the commission is given back, less a part that Amazon keeps for its trouble
                entry.charge(REFERRAL_FEE, -commission)
                entry.charge(REFUND_FEE, cents(commission / 5, store.marketplace.decimals))


def _commission(store: SimStore, price: Decimal) -> Decimal:
    return cents(price * 15 / 100, store.marketplace.decimals)
