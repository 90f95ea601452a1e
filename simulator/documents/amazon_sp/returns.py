"""The two returns reports and reimbursements: what Amazon writes into them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from simulator.documents.amazon_sp.as_met import midnight_of
from simulator.documents.amazon_sp.flat_files import by_header, charset, delimited, iso, plain
from simulator.documents.model import Asked, Document
from simulator.world.marketplaces import local_day
from simulator.world.money.reimbursements import Reimbursement, reimbursements
from simulator.world.publishing import CUSTOMER_RETURNS, MERCHANT_RETURNS, REIMBURSEMENTS, days_asked
from simulator.world.sales.returns import MerchantReturn, ReturnedUnit, merchant_returns, returned_units

CUSTOMER = (
    "return-date", "order-id", "sku", "asin", "fnsku", "product-name", "quantity", "fulfillment-center-id",
    "detailed-disposition", "reason", "status", "license-plate-number", "customer-comments",
)  # fmt: skip
MERCHANT = (
    "Order ID", "Order date", "Return request date", "Return request status", "Amazon RMA ID", "Merchant RMA ID",
    "Label type", "Label cost", "Currency code", "Return carrier", "Tracking ID", "Label to be paid by", "A-to-Z Claim",
    "Is prime", "ASIN", "Merchant SKU", "Item Name", "Return quantity", "Return Reason", "In policy", "Return type",
    "Resolution", "Invoice number", "Return delivery date", "Order Amount", "Order quantity", "SafeT Action reason",
    "SafeT claim id", "SafeT claim state", "SafeT claim creation time", "SafeT claim reimbursement amount",
    "Refunded Amount", "Order Item ID",
)  # fmt: skip
REIMBURSED = (
    "approval-date", "reimbursement-id", "case-id", "amazon-order-id", "reason", "sku", "fnsku", "asin", "product-name",
    "condition", "currency-unit", "amount-per-unit", "amount-total", "quantity-reimbursed-cash",
    "quantity-reimbursed-inventory", "quantity-reimbursed-total", "original-reimbursement-id",
    "original-reimbursement-type",
)  # fmt: skip
# spelt out: the names of strftime are those of the machine's language
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def named_month(day: date) -> str:
    """A day as the merchant's report writes it: `07-Nov-2026`."""
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year}"


def customer_returns_document(asked: Asked) -> Document | None:
    """The units that came back to Amazon; of an account, which marketplace they were sold in is not told."""
    place = asked.businesses[0].store.marketplace
    ages = {
        day: age
        for day in days_asked(place.time_zone, asked.start, asked.end, asked.now)
        if (age := CUSTOMER_RETURNS.age(place.time_zone, day, asked.now)) is not None
    }
    units = [
        (at, unit, ages[day])
        for business in asked.businesses
        for unit in returned_units(business, asked.now)
        if (day := local_day(place.time_zone, at := unit.told_at(place.time_zone, asked.now))) in ages
        and unit.age <= ages[day]
    ]
    units.sort(key=lambda found: (found[0], found[1].order.order_id))
    rows = [by_header(CUSTOMER, _unit(*found)) for found in units]
    return delimited(place, CUSTOMER, rows, charset(place, second=True)) if rows else None


def _unit(at: datetime, unit: ReturnedUnit, age: int) -> dict[str, str]:
    offer = unit.line.offer
    return {
        "return-date": iso(at),
        "order-id": unit.order.order_id,
        "sku": offer.sku,
        "asin": offer.asin,
        "fnsku": offer.fnsku,
        "product-name": offer.title,
        "quantity": "1",
        "fulfillment-center-id": unit.warehouse,
        "detailed-disposition": unit.disposition,
        "reason": unit.reason,
        "status": unit.status(age),
        "license-plate-number": unit.label,
        "customer-comments": unit.comment,
    }


def merchant_returns_document(asked: Asked) -> Document | None:
    """The return requests of one store. Every other row ends with its last value, as real ones do.

    The last column of the American variant is new, and not everywhere yet.
    """
    business = asked.business
    place = business.store.marketplace
    seen = {
        day: at
        for day in days_asked(place.time_zone, asked.start, asked.end, asked.now)
        if (at := MERCHANT_RETURNS.known_at(place.time_zone, day, asked.now)) is not None
    }
    header = MERCHANT if place.country == "US" else MERCHANT[:-1]
    rows = [
        by_header(header, _request(request, seen[day]))
        for request in merchant_returns(business, asked.now)
        if (day := business.day_of(request.requested)) in seen
    ]
    for row in rows[::2]:
        while not row[-1]:
            row.pop()
    return delimited(place, header, rows, charset(place, second=True)) if rows else None


def _request(request: MerchantReturn, at: datetime) -> dict[str, str]:
    order, line, place = request.order, request.line, request.order.store.marketplace

    def day(moment: datetime | None) -> str:
        return named_month(local_day(place.time_zone, moment)) if moment else ""

    claimed = request.claimed(at)
    return {
        "Order ID": order.order_id,
        "Order date": day(order.purchased),
        "Return request date": day(request.requested),
        "Return request status": request.status(at),
        "Amazon RMA ID": request.rma,
        "Label type": "AmazonPrePaidLabel" if request.label_cost is not None else "AmazonUnPaidLabel",
        "Label cost": plain(request.label_cost),
        "Currency code": place.currency,
        "Return carrier": request.carrier,
        "Tracking ID": request.tracking,
        "Label to be paid by": "Customer" if request.label_cost is None else "Seller",
        "A-to-Z Claim": "N",
        "Is prime": "N",
        "ASIN": line.offer.asin,
        "Merchant SKU": line.offer.sku,
        "Item Name": line.offer.title,
        "Return quantity": str(line.quantity),
        "Return Reason": request.reason,
        "In policy": "Y" if request.in_policy else "N",
        "Return type": "C-Returns",
        "Resolution": "StandardRefund" if request.refunded(at) is not None else "",
        "Return delivery date": day(request.delivered(at)),
        "Order Amount": plain(sum((each for each in order.end.prices), Decimal(0))),
        "Order quantity": str(sum(each.quantity for each in order.lines)),
        "SafeT Action reason": "Buyer damaged the item" if claimed else "",
        "SafeT claim id": request.claim if claimed else "",
        "SafeT claim state": "Denied" if claimed else "",
        "SafeT claim creation time": day(claimed),
        "Refunded Amount": plain(request.refunded(at)),
        "Order Item ID": line.item_code,
    }


def reimbursements_document(asked: Asked) -> Document | None:
    """What Amazon paid for lost and damaged units; the currency alone tells the marketplace."""
    place = asked.businesses[0].store.marketplace
    ages = {
        day: age
        for day in days_asked(place.time_zone, asked.start, asked.end, asked.now)
        if (age := REIMBURSEMENTS.age(place.time_zone, day, asked.now)) is not None
    }
    found = [
        (entry, business.store.marketplace.currency)
        for business in asked.businesses
        for entry in reimbursements(business, asked.now)
        if (day := local_day(place.time_zone, entry.at)) in ages and entry.age <= ages[day]
    ]
    found.sort(key=lambda each: (each[0].at, each[0].number, each[0].offer.sku))
    rows = [by_header(REIMBURSED, _reimbursement(entry, currency)) for entry, currency in found]
    if asked.business.as_met:
        for row, (entry, _) in zip(rows, found, strict=True):
            row[REIMBURSED.index("approval-date")] = midnight_of(local_day(place.time_zone, entry.at))
    return delimited(place, REIMBURSED, rows, charset(place, second=True)) if rows else None


def _reimbursement(entry: Reimbursement, currency: str) -> dict[str, str]:
    return {
        "approval-date": iso(entry.at),
        "reimbursement-id": entry.number,
        "amazon-order-id": entry.order_id,
        "reason": entry.reason,
        "sku": entry.offer.sku,
        "fnsku": entry.offer.fnsku,
        "asin": entry.offer.asin,
        "product-name": entry.offer.title,
        "condition": "NewItem",
        "currency-unit": currency,
        "amount-per-unit": plain(entry.per_unit),
        "amount-total": plain(entry.total),
        "quantity-reimbursed-cash": str(entry.cash),
        "quantity-reimbursed-inventory": str(entry.inventory),
        "quantity-reimbursed-total": str(entry.cash + entry.inventory),
        "original-reimbursement-id": entry.original,
        "original-reimbursement-type": entry.original_type,
    }


DOCUMENTS = {
    "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA": customer_returns_document,
    "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE": merchant_returns_document,
    "GET_FBA_REIMBURSEMENTS_DATA": reimbursements_document,
}
