"""profit_daily: what each day and SKU earned and cost, from orders, settlements, storage, ads and what goods cost.

Costs of goods are in costs.py. Amounts are signed: what is paid is negative.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from simulator.truth.costs import Cost, costs
from simulator.truth.coverages.ads import SB_HISTORY, SD_HISTORY, SP_HISTORY, brand_cells, kept_days
from simulator.truth.inventory import inventory_daily
from simulator.truth.known import Known, converted, no_rate, ratio, rounded, why_not_whole
from simulator.truth.money import known_storage_fees
from simulator.truth.money_marts import returns_daily
from simulator.truth.settlements import settlement_lines
from simulator.world.advertising import brand_ads, sponsored_products
from simulator.world.advertising.brand_campaigns import BRANDS, DISPLAY
from simulator.world.advertising.brand_products import products
from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import UNTAXED
from simulator.world.marketplaces import days_between, local_day
from simulator.world.model import SimAccount, SimStore
from simulator.world.money.estimated_fees import Estimate, estimates
from simulator.world.orders.order import LineView, Order, views
from simulator.world.publishing import last_of_month

ZERO = Decimal(0)
PARTS = (
    "revenue", "refunds", "vat", "refund_fees", "referral_fees", "fulfilment_fees", "storage_fees", "aged_surcharge",
    "advertising", "reimbursements", "subscription_fees", "other", "cost_of_goods", "returned_goods", "own_shipping",
)  # fmt: skip
FEES = {"referral_fee": "referral_fees", "fulfilment_fee": "fulfilment_fees"}
PART_OF_KIND = {
    "aged_surcharge": "aged_surcharge",
    "reimbursement": "reimbursements",
    "subscription_fee": "subscription_fees",
    "storage_fee": "storage_fees",
}
REPORTED = ("revenue", "revenue_net", "advertising", "cost_of_goods", "profit")

Key = tuple[str, date, str | None]
Pair = tuple[str, str, str]
"""Store, order, SKU."""


@dataclass(slots=True)
class Row:
    """A SKU's day in a store, or what of it belongs to no SKU."""

    tenant_id: str
    currency: str
    parts: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(PARTS, ZERO))
    units: int = 0
    actual: bool = False
    estimated: bool = False
    without_fees: int = 0
    without_cost: int = 0
    tax: Decimal = ZERO

    @property
    def fees_source(self) -> str | None:
        """Where the fees of its orders come from."""
        if self.actual and self.estimated:
            return "mixed"
        return "actual" if self.actual else "estimated" if self.estimated else None


class Book:
    """The rows that are being made."""

    def __init__(self) -> None:
        self.rows: dict[Key, Row] = {}

    def row(self, store: SimStore, day: date, sku: str | None) -> Row:
        """The row of that key, made when it is first asked for."""
        return self.rows.setdefault(
            (store.store_id, day, sku or None), Row(store.tenant_id, store.marketplace.currency)
        )


def profit_daily(known: Known) -> Iterator[dict]:
    """All days and SKUs with a sale, a charge or a cost."""
    book = Book()
    stores = {store.store_id: store for _, store, _ in known.stores(configured_only=False)}
    days: dict[tuple[str, str], date] = {}
    sold: set[tuple[str, str]] = set()
    for account, store, business in known.stores(configured_only=False):
        for order, lines in _sales(known, business):
            days[store.store_id, order.order_id] = local_day(known.zone(account), order.purchased)
            if any(not view.cancelled and view.price is not None for of_sku in lines.values() for view in of_sku):
                sold.add((store.store_id, order.order_id))
    settled = _settle(known, book, stores, days, sold)
    for account, _, business in known.stores(configured_only=False):
        _sell(known, book, account, business, settled)
    _store(known, book)
    for account, _, business in known.stores(configured_only=True):
        _advertise(known, book, account, business)
    _share_brands(known, book)
    cost_of = costs(known)
    _take_back(known, book, stores, cost_of)
    for (store_id, day, sku), cost in cost_of.items():
        row = book.row(stores[store_id], day, sku)
        row.parts["cost_of_goods"] -= cost.amount
        row.parts["own_shipping"] -= cost.shipping
        row.without_cost += cost.unknown
    for key, row in book.rows.items():
        yield _written(known, key, row)


def _written(known: Known, key: Key, row: Row) -> dict:
    store_id, day, sku = key
    reporting_currency, rate, fx_date = known.reporting(row.tenant_id, row.currency, day)
    amounts = {**row.parts, "profit": sum(row.parts.values(), ZERO), "revenue_net": row.parts["revenue"] - row.tax}
    reason = why_not_whole(
        "the store is not configured" if store_id.startswith("unmapped:") else None,
        f"no costs for {row.without_cost} of {row.units} units" if row.without_cost else None,
        f"no fees for {row.without_fees} of {row.units} units" if row.without_fees else None,
        no_rate(fx_date, row.currency, reporting_currency),
    )
    return {
        "store_id": store_id,
        "tenant_id": row.tenant_id,
        "date": day,
        "sku": sku,
        "units": row.units,
        **{f"{name}_amount": amount for name, amount in amounts.items()},
        "margin": ratio(amounts["profit"], amounts["revenue_net"]),
        "tax_in_revenue_amount": row.tax,
        "fees_source": row.fees_source,
        "units_without_fees": row.without_fees,
        "units_without_cost": row.without_cost,
        "currency": row.currency,
        "reporting_currency": reporting_currency,
        **{f"{name}_amount_reporting": converted(amounts[name], rate) for name in REPORTED},
        "fx_rate": rate,
        "fx_date": fx_date,
        "is_complete": reason is None,
        "incomplete_reason": reason,
    }


def _sales(known: Known, business: StoreBusiness) -> Iterator[tuple[Order, dict[str, list[LineView]]]]:
    """Every order with all of its lines, cancelled ones too, by SKU; those from elsewhere have fees only."""
    for order in business.every_order(known.now):
        lines: dict[str, list[LineView]] = {}
        for view in views(order, known.now):
            lines.setdefault(view.line.offer.sku, []).append(view)
        yield order, lines


def _revenue(view: LineView) -> Decimal:
    paid = (view.price or ZERO) + (view.shipping or ZERO) + (view.gift or ZERO)
    return paid - (view.discount or ZERO) - (view.shipping_discount or ZERO)


def _contained(view: LineView) -> Decimal:
    """The tax in what is paid for a line: of each price's tax, as large a part as promotions leave of the price."""
    result = view.gift_tax or ZERO
    for tax, price, discount in (
        (view.tax, view.price, view.discount),
        (view.shipping_tax, view.shipping, view.shipping_discount),
    ):
        if tax and price:
            result += tax - rounded(Fraction(tax) * Fraction(discount or ZERO) / Fraction(price), 4)
    return result


def _settle(
    known: Known,
    book: Book,
    stores: dict[str, SimStore],
    days: dict[tuple[str, str], date],
    sold: set[tuple[str, str]],
) -> dict[Pair, int]:
    """Enter what settlements tell; returns the units of the orders' SKUs that they pay for or take a commission of."""
    reported: dict[tuple[str, date], Decimal] = {}
    for account in known.world.accounts:
        for fee in known_storage_fees(known, account):
            bill = (fee.store.store_id, fee.month)
            reported[bill] = reported.get(bill, ZERO) + fee.fee
    settled: dict[Pair, int] = {}
    billed: dict[tuple[str, date], date] = {}
    for line in settlement_lines(known):
        kind, day = line["kind"], line["posted_date"]
        if kind == "advertising" or not (line["is_profit_or_loss"] or line["is_in_price"]):
            continue
        pair = (line["store_id"], line["order_id"] or "", line["sku"] or "")
        before = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
        if not line["is_refund"] and kind in ("principal", "referral_fee"):
            settled[pair] = settled.get(pair, 0) + (line["quantity_purchased"] or 0 if kind == "principal" else 0)
        if line["is_refund"]:
            part = "refunds" if line["is_in_price"] else "refund_fees" if kind in (*FEES, "refund_fee") else "other"
        elif kind in FEES:
            part, day = FEES[kind], days.get(pair[:2], day)
        elif line["is_in_price"]:
            part = "revenue"
            if pair[:2] in sold:
                continue
        else:
            part = PART_OF_KIND.get(kind, "other")
            if kind == "storage_fee":
                billed[pair[0], before] = min(day, billed.get((pair[0], before), day))
        row = book.row(stores[line["store_id"]], day, line["sku"])
        row.parts[part] += line["amount"]
        if kind == "tax":
            row.parts["vat"] -= line["amount"]
            row.tax += ZERO if line["is_refund"] else line["amount"]
    for (store_id, month), day in billed.items():
        if (store_id, month) in reported:
            book.row(stores[store_id], day, None).parts["storage_fees"] += reported[store_id, month]
    return settled


def _sell(known: Known, book: Book, account: SimAccount, business: StoreBusiness, settled: dict[Pair, int]) -> None:
    """Enter what was sold, and what is expected of fees where no settlement tells them."""
    store = business.store
    read = _estimates(known, account, store)
    for order, lines in _sales(known, business):
        sold_on = local_day(known.zone(account), order.purchased)
        expected = next((each for day, each in reversed(read) if day <= sold_on), read[0][1] if read else {})
        for sku, of_sku in lines.items():
            sold = [view for view in of_sku if not view.cancelled and view.price is not None]
            if not sold:
                continue
            row = book.row(store, sold_on, sku)
            units, revenue = sum(view.line.quantity for view in sold), sum((_revenue(view) for view in sold), ZERO)
            row.units += units
            row.parts["revenue"] += revenue
            if store.marketplace.country not in UNTAXED:
                contained = sum((_contained(view) for view in sold), ZERO)
                row.tax += contained
                row.parts["vat"] -= contained
            told = settled.get((store.store_id, order.order_id, sku))
            row.actual |= told is not None
            waiting = units - (told if told else units if told == 0 else 0)
            if waiting > 0 and not all(view.replacement for view in sold):
                row.estimated = True
                if sku not in expected:
                    row.without_fees += waiting
                    continue
                share = rounded(Fraction(expected[sku].referral) / Fraction(expected[sku].price), 3)
                part = Fraction(waiting, units)
                row.parts["referral_fees"] -= rounded(Fraction(revenue) * part * Fraction(share), 4)
                if order.channel == "Amazon":
                    row.parts["fulfilment_fees"] -= expected[sku].fulfilment * waiting


def _estimates(known: Known, account: SimAccount, store: SimStore) -> list[tuple[date, dict[str, Estimate]]]:
    """What was expected of each SKU's fees, by the days on which it was read, oldest first: each holds until the next,
    and the first one for what was sold before it too."""
    if not store.configured:
        return []
    return [
        (run.today(account), {each.offer.sku: each for each in estimates(business, run.now)})
        for run in known.runs()
        for _, each_store, business in run.stores(configured_only=True)
        if each_store.store_id == store.store_id
    ]


def _store(known: Known, book: Book) -> None:
    """Enter storage, a month's fee of both warehouses by equal shares of its days."""
    for account in known.world.accounts:
        fees: dict[tuple[str, date, str], Decimal] = {}
        named: dict[str, SimStore] = {}
        for fee in known_storage_fees(known, account):
            key = (fee.store.store_id, fee.month, fee.offer.sku)
            fees[key] = fees.get(key, ZERO) + fee.fee
            named[fee.store.store_id] = fee.store
        for (store_id, month, sku), amount in fees.items():
            days = days_between(month, last_of_month(month))
            for number, day in enumerate(days, start=1):
                upto, before = (rounded(Fraction(amount) * n / len(days), 4) for n in (number, number - 1))
                book.row(named[store_id], day, sku).parts["storage_fees"] -= upto - before


def _take_back(
    known: Known, book: Book, stores: dict[str, SimStore], cost_of: dict[tuple[str, date, str], Cost]
) -> None:
    """Enter goods that came back fit for sale, at what a unit cost when the SKU was last sold."""
    back: dict[tuple[str, date, str], int] = {}
    for row in returns_daily(known):
        if row["disposition"] == "SELLABLE":
            key = (row["store_id"], row["date"], row["sku"])
            back[key] = back.get(key, 0) + row["fba_units"]
    sold: dict[tuple[str, str], list[date]] = {}
    for store_id, day, sku in cost_of:
        sold.setdefault((store_id, sku), []).append(day)
    for (store_id, day, sku), units in back.items():
        last = max((each for each in sold.get((store_id, sku), ()) if each <= day), default=None)
        if last and not (cost := cost_of[store_id, last, sku]).unknown:
            part = rounded(units * Fraction(cost.amount) / cost.units, 4)
            book.row(stores[store_id], day, sku).parts["returned_goods"] += part


def _advertise(known: Known, book: Book, account: SimAccount, business: StoreBusiness) -> None:
    """Enter Sponsored Products and Display, by the SKU that was shown."""
    store = business.store
    spent: list[tuple[date, str, Decimal]] = []
    for day in kept_days(known, account, SP_HISTORY):
        found = sponsored_products.sums(
            store,
            business.ads.days.get(day, []),
            lambda c: c.ad.offer.sku,
            sponsored_products.version(store, day, known.now),
        )
        spent += [(day, str(sku), measured.cost) for sku, (_, measured) in found.items()]
    for day in kept_days(known, account, SD_HISTORY):
        shown = brand_ads.sums(
            store,
            brand_cells(business, day, DISPLAY),
            lambda c: c.ad.offers[0].sku,
            sponsored_products.version(store, day, known.now),
        )
        spent += [(day, str(sku), Decimal(values["cost"])) for sku, (_, values) in shown.items()]
    for day, sku, cost in spent:
        if cost:
            book.row(store, day, sku).parts["advertising"] -= cost


def _share_brands(known: Known, book: Book) -> None:
    """Enter Sponsored Brands, each campaign's day by the sales of what was bought."""
    skus: dict[tuple[str, date, str], str] = {}
    for row in inventory_daily(known):
        key = (row["store_id"], row["date"], row["asin"])
        skus[key] = min(row["sku"], skus.get(key, row["sku"]))
    for account, store, business in known.stores(configured_only=True):
        for day in kept_days(known, account, SB_HISTORY):
            cells, age = brand_cells(business, day, BRANDS), sponsored_products.version(store, day, known.now)
            sales: dict[object, dict[str, Decimal]] = {}
            for each in products(store, cells, day, age, display=False).values():
                of_campaign = sales.setdefault(each.cell.campaign.campaign_id, {})
                asin = each.offer.asin
                of_campaign[asin] = of_campaign.get(asin, ZERO) + Decimal(each.measures["sales"])
            for campaign, (_, values) in brand_ads.sums(store, cells, lambda c: c.campaign.campaign_id, age).items():
                shares = {asin: amount for asin, amount in sorted(sales.get(campaign, {}).items()) if amount > 0}
                for bought, share in _shares(Decimal(values["cost"]), shares):
                    if share:
                        of_asin = skus.get((store.store_id, day, bought)) if bought else None
                        book.row(store, day, of_asin).parts["advertising"] -= share


def _shares(cost: Decimal, by_sales: dict[str, Decimal]) -> Iterator[tuple[str | None, Decimal]]:
    """A cost by sales, in that order, each share rounded so that those up to it have their whole."""
    whole, upto = sum(by_sales.values(), ZERO), ZERO
    if not whole:
        yield None, cost
    for asin, amount in by_sales.items():
        before, upto = upto, upto + amount
        first, last = (rounded(Fraction(cost) * Fraction(n) / Fraction(whole), 4) for n in (before, upto))
        yield asin, last - first
