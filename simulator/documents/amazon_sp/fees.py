"""Estimated and storage fees: what Amazon writes into them.

Estimates are those of the price of the marketplace day on which they are asked for; what it does not know is `--`.
"""

from __future__ import annotations

from decimal import Decimal

from simulator.documents.amazon_sp.flat_files import by_header, charset, delimited, plain
from simulator.documents.model import Asked, Document
from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import cents
from simulator.world.marketplaces import Marketplace
from simulator.world.money.estimated_fees import COUNTRIES, Estimate, estimates
from simulator.world.money.storage_fees import StorageFee, storage_fees
from simulator.world.publishing import STORAGE_FEES, days_asked, first_of_month, last_of_month

_PRICES = (
    "your-price", "sales-price", "longest-side", "median-side", "shortest-side", "length-and-girth",
    "unit-of-dimension", "item-package-weight", "unit-of-weight",
)  # fmt: skip
AMERICAN = (
    "sku", "fnsku", "asin", "amazon-store", "product-name", "product-group", "brand", "fulfilled-by", *_PRICES,
    "product-size-tier", "currency", "estimated-fee-total", "estimated-referral-fee-per-unit",
    "estimated-variable-closing-fee", "estimated-order-handling-fee-per-order", "estimated-pick-pack-fee-per-unit",
    "estimated-weight-handling-fee-per-unit", "expected-fulfillment-fee-per-unit",
    "estimated-future-fee (Current Selling on Amazon + Future Fulfillment fees)",
    "estimated-future-order-handling-fee-per-order", "estimated-future-pick-pack-fee-per-unit",
    "estimated-future-weight-handling-fee-per-unit", "expected-future-fulfillment-fee-per-unit",
)  # fmt: skip
EUROPEAN = (
    "sku", "fnsku", "asin", "product-name", "product-group", "brand", "fulfilled-by", "has-local-inventory", *_PRICES,
    "product-size-weight-band", "currency", "estimated-fee-total", "estimated-referral-fee-per-unit",
    "estimated-variable-closing-fee", "expected-domestic-fulfilment-fee-per-unit",
    *(f"expected-efn-fulfilment-fee-per-unit-{country}" for country in COUNTRIES),
)  # fmt: skip
STORAGE = (
    "asin", "fnsku", "product_name", "fulfillment_center", "country_code", "longest_side", "median_side",
    "shortest_side", "measurement_units", "weight", "weight_units", "item_volume", "volume_units", "product_size_tier",
    "average_quantity_on_hand", "average_quantity_pending_removal", "estimated_total_item_volume", "month_of_charge",
    "storage_utilization_ratio", "storage_utilization_ratio_units", "base_rate", "utilization_surcharge_rate",
    "avg_qty_for_sus", "est_vol_for_sus", "est_base_msf", "est_sus", "currency", "estimated_monthly_storage_fee",
    "dangerous_goods_storage_type", "eligible_for_inventory_discount", "qualifies_for_inventory_discount",
    "total_incentive_fee_amount", "breakdown_incentive_fee_amount", "average_quantity_customer_orders",
)  # fmt: skip
UNKNOWN = "--"


def estimated_fees_document(asked: Asked) -> Document | None:
    """The estimates of one store, in the variant of its continent; where documents come as they are met, of all the
    account's stores (amzn/selling-partner-api-docs#694)."""
    business = asked.business
    place = business.store.marketplace
    header = EUROPEAN if place.region == "eu" else AMERICAN
    told: tuple[StoreBusiness, ...] = (business,)
    if business.as_met:
        told, header = (
            asked.businesses,
            header if "amazon-store" in header else (*header[:3], "amazon-store", *header[3:]),
        )
    rows = [
        by_header(header, _estimate(each.store.marketplace, estimate))
        for each in told
        for estimate in estimates(each, asked.now)
    ]
    return delimited(place, header, rows, charset(place, second=True)) if rows else None


def _estimate(place: Marketplace, each: Estimate) -> dict[str, str]:
    def told(amount: Decimal | None) -> str:
        return UNKNOWN if amount is None else plain(amount)

    longest, median, shortest = each.sides or (None, None, None)
    girth = longest + 2 * (median + shortest) if longest and median and shortest else None
    abroad = {
        f"expected-efn-fulfilment-fee-per-unit-{country}": told(
            None if country == place.country.lower() else each.abroad
        )
        for country in COUNTRIES
    }
    return abroad | {
        "sku": each.offer.sku,
        "fnsku": each.offer.fnsku,
        "asin": each.offer.asin,
        "amazon-store": place.country,
        "product-name": each.offer.title,
        "product-group": "Home",
        "brand": each.offer.brand,
        "fulfilled-by": "Amazon",
        "has-local-inventory": "Yes",
        "your-price": plain(each.price),
        "sales-price": plain(each.price),
        "longest-side": told(longest),
        "median-side": told(median),
        "shortest-side": told(shortest),
        "length-and-girth": told(girth),
        "unit-of-dimension": UNKNOWN if each.sides is None else "centimeters",
        "item-package-weight": told(each.weight),
        "unit-of-weight": UNKNOWN if each.weight is None else "kilograms",
        "product-size-tier": UNKNOWN if each.sides is None else "Large bulky" if each.larger else "Large standard-size",
        "product-size-weight-band": UNKNOWN if each.sides is None else "Oversize" if each.larger else "Standard parcel",
        "currency": place.currency,
        "estimated-fee-total": plain(each.total),
        "estimated-referral-fee-per-unit": plain(each.referral),
        "estimated-variable-closing-fee": plain(cents(Decimal(0), place.decimals)),
        "estimated-order-handling-fee-per-order": UNKNOWN,
        "estimated-pick-pack-fee-per-unit": UNKNOWN,
        "estimated-weight-handling-fee-per-unit": UNKNOWN,
        "expected-fulfillment-fee-per-unit": plain(each.fulfilment),
        "estimated-future-fee (Current Selling on Amazon + Future Fulfillment fees)": plain(each.total),
        "estimated-future-order-handling-fee-per-order": UNKNOWN,
        "estimated-future-pick-pack-fee-per-unit": UNKNOWN,
        "estimated-future-weight-handling-fee-per-unit": UNKNOWN,
        "expected-future-fulfillment-fee-per-unit": plain(each.fulfilment),
        "expected-domestic-fulfilment-fee-per-unit": plain(each.fulfilment),
    }


def storage_fees_document(asked: Asked) -> Document | None:
    """The fees of the months in the window that have been charged, of all the account's countries."""
    place = asked.businesses[0].store.marketplace
    months = sorted({first_of_month(day) for day in days_asked(place.time_zone, asked.start, asked.end, asked.now)})
    rows = [
        by_header(STORAGE, _storage(fee))
        for month in months
        if STORAGE_FEES.age(place.time_zone, last_of_month(month), asked.now)
        for business in asked.businesses
        for fee in storage_fees(business.until(asked.now), month)
    ]
    return delimited(place, STORAGE, rows, charset(place, second=True)) if rows else None


def _storage(fee: StorageFee) -> dict[str, str]:
    place, offer = fee.store.marketplace, fee.offer
    return {
        "asin": offer.asin,
        "fnsku": offer.fnsku,
        "product_name": offer.title,
        "fulfillment_center": fee.warehouse,
        "country_code": place.country,
        "measurement_units": "inches" if place.country == "US" else "centimeters",
        "weight_units": "pounds" if place.country == "US" else "kilograms",
        "item_volume": plain(fee.item_volume),
        "volume_units": fee.unit,
        "product_size_tier": "Large standard-size",
        "average_quantity_on_hand": plain(fee.average),
        "average_quantity_pending_removal": "0.00",
        "estimated_total_item_volume": plain(fee.volume),
        "month_of_charge": fee.month.strftime("%Y-%m"),
        "storage_utilization_ratio": plain(fee.utilization),
        "storage_utilization_ratio_units": "weeks",
        "base_rate": plain(fee.base_rate),
        "utilization_surcharge_rate": plain(fee.surcharge_rate),
        "avg_qty_for_sus": plain(fee.average if fee.surcharge else Decimal(0)),
        "est_vol_for_sus": plain(fee.volume if fee.surcharge else Decimal(0)),
        "est_base_msf": plain(fee.base),
        "est_sus": plain(fee.surcharge),
        "currency": place.currency,
        "estimated_monthly_storage_fee": plain(fee.fee),
        "dangerous_goods_storage_type": UNKNOWN,
        "eligible_for_inventory_discount": "Y",
        "qualifies_for_inventory_discount": "N",
        "total_incentive_fee_amount": "0.00",
        "average_quantity_customer_orders": "0.00",
    }


DOCUMENTS = {
    "GET_FBA_ESTIMATED_FBA_FEES_TXT_DATA": estimated_fees_document,
    "GET_FBA_STORAGE_FEE_CHARGES_DATA": storage_fees_document,
}
