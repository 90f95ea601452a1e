"""What the staging models of settlements, fees, returns and reimbursements must hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from simulator.documents.amazon_sp.existing_reports import RETENTION
from simulator.truth.known import Known
from simulator.truth.money import (
    delivered_returns,
    known_merchant_returns,
    known_reimbursements,
    known_storage_fees,
)
from simulator.truth.removals import of_currency
from simulator.truth.staging.kind import StagingTruth
from simulator.world.marketplaces import local_day
from simulator.world.model import SimStore
from simulator.world.money.estimated_fees import COUNTRIES, Estimate, estimates
from simulator.world.money.settlements import Settlement, SettlementLine, settlements
from simulator.world.publishing import CUSTOMER_RETURNS, MERCHANT_RETURNS, REIMBURSEMENTS


def _customer_returns(known: Known) -> Iterator[dict]:
    for account in known.world.accounts:
        first = account.configured_stores[0]
        for day, age, unit in delivered_returns(known, account):
            offer = unit.line.offer
            yield {
                "account_id": account.account_id,
                "store_id": first.store_id,
                "tenant_id": account.tenant_id,
                "date": day,
                "returned_at": unit.at,
                "amazon_order_id": unit.order.order_id,
                "sku": offer.sku,
                "asin": offer.asin,
                "fnsku": offer.fnsku,
                "product_name": offer.title,
                "units": 1,
                "fulfillment_center_id": unit.warehouse,
                "disposition": unit.disposition,
                "reason": unit.reason,
                "status": unit.status(age),
                "license_plate_number": unit.label or None,
            }


def _merchant_returns(known: Known) -> Iterator[dict]:
    for _, store, _ in known.stores(configured_only=True):
        zone = store.marketplace.time_zone
        for day, at, request in known_merchant_returns(known, store):
            order, offer = request.order, request.line.offer
            delivered, claimed, refunded = request.delivered(at), request.claimed(at), request.refunded(at)
            yield {
                "store_id": store.store_id,
                "tenant_id": store.tenant_id,
                "date": day,
                "amazon_order_id": order.order_id,
                "order_item_id": request.line.item_code if store.marketplace.country == "US" else None,
                "ordered_on": local_day(zone, order.purchased),
                "request_status": request.status(at),
                "amazon_rma_id": request.rma,
                "merchant_rma_id": None,
                "asin": offer.asin,
                "sku": offer.sku,
                "item_name": offer.title,
                "units": request.line.quantity,
                "reason": request.reason,
                "return_type": "C-Returns",
                "resolution": None if refunded is None else "StandardRefund",
                "is_in_policy": request.in_policy,
                "is_prime": False,
                "has_a_to_z_claim": False,
                "label_type": "AmazonUnPaidLabel" if request.label_cost is None else "AmazonPrePaidLabel",
                "label_paid_by": "Customer" if request.label_cost is None else "Seller",
                "return_carrier": request.carrier,
                "tracking_id": request.tracking or None,
                "invoice_number": None,
                "delivered_on": local_day(zone, delivered) if delivered else None,
                "currency": store.marketplace.currency,
                "label_cost_amount": request.label_cost,
                "order_amount": sum(order.end.prices, Decimal(0)),
                "order_units": sum(line.quantity for line in order.lines),
                "refunded_amount": refunded,
                "safet_claim_id": request.claim if claimed else None,
                "safet_claim_state": "Denied" if claimed else None,
                "safet_action_reason": "Buyer damaged the item" if claimed else None,
                "safet_claimed_on": local_day(zone, claimed) if claimed else None,
                "safet_reimbursed_amount": None,
            }


def _reimbursements(known: Known) -> Iterator[dict]:
    for account in known.world.accounts:
        for day, store, entry in known_reimbursements(known, account):
            approved = datetime.combine(day, time(), tzinfo=UTC) if known.world.as_met else entry.at
            yield {
                "account_id": account.account_id,
                "store_id": of_currency(account, store),
                "tenant_id": account.tenant_id,
                "date": day,
                "approved_at": approved,
                "reimbursement_id": entry.number,
                "case_id": None,
                "amazon_order_id": entry.order_id or None,
                "reason": entry.reason,
                "sku": entry.offer.sku,
                "fnsku": entry.offer.fnsku,
                "asin": entry.offer.asin,
                "product_name": entry.offer.title,
                "condition": "NewItem",
                "currency": store.marketplace.currency,
                "unit_amount": entry.per_unit,
                "total_amount": entry.total,
                "cash_units": entry.cash,
                "inventory_units": entry.inventory,
                "total_units": entry.cash + entry.inventory,
                "original_reimbursement_id": entry.original or None,
                "original_reimbursement_type": entry.original_type or None,
            }


def _estimated_fees(known: Known) -> Iterator[dict]:
    for account, store, business in known.stores(configured_only=not known.world.as_met):
        for each in estimates(business, known.now):
            yield {
                "store_id": store.store_id,
                "tenant_id": store.tenant_id,
                "date": known.today(account),
                **_estimate(store, each),
            }


def _estimate(store: SimStore, each: Estimate) -> dict:
    offer, place = each.offer, store.marketplace
    european = place.region == "eu"
    longest, median, shortest = each.sides or (None, None, None)
    abroad = each.abroad if european else None
    return {
        "sku": offer.sku,
        "fnsku": offer.fnsku,
        "asin": offer.asin,
        "product_name": offer.title,
        "product_group": "Home",
        "brand": offer.brand,
        "fulfilled_by": "Amazon",
        "has_local_inventory": True if european else None,
        "longest_side": longest,
        "median_side": median,
        "shortest_side": shortest,
        "length_and_girth": longest + 2 * (median + shortest) if longest and median and shortest else None,
        "unit_of_dimension": "centimeters" if each.sides else None,
        "item_package_weight": each.weight,
        "unit_of_weight": "kilograms" if each.weight else None,
        "size_tier": _size(each, european=european),
        "currency": place.currency,
        "your_price_amount": each.price,
        "sales_price_amount": each.price,
        "fee_total_amount": each.total,
        "referral_fee_amount": each.referral,
        "variable_closing_fee_amount": 0,
        "order_handling_fee_amount": None,
        "pick_pack_fee_amount": None,
        "weight_handling_fee_amount": None,
        "fulfillment_fee_amount": each.fulfilment,
        "future_fee_total_amount": None if european else each.total,
        "future_fulfillment_fee_amount": None if european else each.fulfilment,
        **{f"efn_fee_to_{name}_amount": None if name == place.country.lower() else abroad for name in COUNTRIES},
    }


def _size(each: Estimate, *, european: bool) -> str | None:
    if not each.sides:
        return None
    if each.larger:
        return "Oversize" if european else "Large bulky"
    return "Standard parcel" if european else "Large standard-size"


def _storage_fees(known: Known) -> Iterator[dict]:
    for account in known.world.accounts:
        for fee in known_storage_fees(known, account):
            american = fee.store.marketplace.country == "US"
            yield {
                "account_id": account.account_id,
                "store_id": fee.store.store_id,
                "tenant_id": account.tenant_id,
                "date": fee.month,
                "asin": fee.offer.asin,
                "fnsku": fee.offer.fnsku,
                "product_name": fee.offer.title,
                "fulfillment_center_id": fee.warehouse,
                "country": fee.store.marketplace.country,
                **dict.fromkeys(_SIDES),
                "unit_of_dimension": "inches" if american else "centimeters",
                "weight": None,
                "unit_of_weight": "pounds" if american else "kilograms",
                "item_volume": fee.item_volume,
                "unit_of_volume": "cubic feet" if american else "cubic meters",
                "size_tier": "Large standard-size",
                "average_units": fee.average,
                "average_units_pending_removal": 0,
                "average_units_ordered": 0,
                "total_volume": fee.volume,
                "utilization_ratio": fee.utilization,
                "unit_of_utilization_ratio": "weeks",
                "currency": fee.store.marketplace.currency,
                "base_rate_amount": fee.base_rate,
                "utilization_surcharge_rate_amount": fee.surcharge_rate,
                "surcharged_average_units": fee.average if fee.surcharge else 0,
                "surcharged_volume": fee.volume if fee.surcharge else 0,
                "base_fee_amount": fee.base,
                "utilization_surcharge_amount": fee.surcharge,
                "fee_amount": fee.base + fee.surcharge,
                "dangerous_goods_storage_type": None,
                "is_eligible_for_inventory_discount": True,
                "qualifies_for_inventory_discount": False,
                "incentive_amount": 0,
                "incentive_breakdown": None,
            }


def _settlements(known: Known) -> Iterator[dict]:
    for account, _, business in known.stores(configured_only=False):
        zone = known.zone(account)
        for settlement in settlements(business, known.now):
            if settlement.created >= known.world.first_now - RETENTION:
                whose = {
                    "account_id": account.account_id,
                    "seller_id": account.seller_id,
                    "tenant_id": account.tenant_id,
                    "time_zone": zone,
                    "settlement_id": settlement.settlement_id,
                }
                yield whose | _summary(settlement)
                yield from (whose | _line(line) for line in settlement.lines)


def _summary(settlement: Settlement) -> dict:
    return dict.fromkeys(_LINE) | {
        "is_summary": True,
        "settlement_start_at": settlement.start,
        "settlement_end_at": settlement.end,
        "deposit_at": settlement.end + timedelta(days=2),
        "total_amount": settlement.total,
        "currency": settlement.store.marketplace.currency,
    }


def _line(line: SettlementLine) -> dict:
    return dict.fromkeys(_SUMMARY) | {
        "is_summary": False,
        "transaction_type": line.transaction_type,
        "order_id": line.order_id or None,
        "merchant_order_id": line.merchant_order_id or None,
        "adjustment_id": line.adjustment_id or None,
        "shipment_id": line.shipment_id or None,
        "marketplace_name": line.marketplace_name or None,
        "amount_type": line.amount_type,
        "amount_description": line.amount_description,
        "amount": line.amount,
        "fulfillment_id": line.fulfillment_id or None,
        "posted_at": line.posted,
        "posted_day": line.posted.astimezone(UTC).date(),
        "order_item_code": line.item_code or None,
        "sku": line.sku or None,
        "quantity_purchased": line.quantity,
        "promotion_id": line.promotion_id or None,
    }


_SUMMARY = ("is_summary", "settlement_start_at", "settlement_end_at", "deposit_at", "total_amount", "currency")
_LINE = (
    "transaction_type", "order_id", "merchant_order_id", "adjustment_id", "shipment_id", "marketplace_name",
    "amount_type", "amount_description", "amount", "fulfillment_id", "posted_at", "posted_day", "order_item_code",
    "sku", "quantity_purchased", "promotion_id",
)  # fmt: skip
_SIDES = ("longest_side", "median_side", "shortest_side")

STAGING: dict[str, StagingTruth] = {
    "stg_amazon_sp__settlements_v2": StagingTruth(
        columns=("account_id", "seller_id", "tenant_id", "time_zone", "settlement_id", *_SUMMARY, *_LINE),
        key=("account_id", "settlement_id", "posted_at", "order_item_code", "amount_type", "amount_description"),
        rows=_settlements,
    ),
    "stg_amazon_sp__customer_returns": StagingTruth(
        columns=(
            "account_id", "store_id", "tenant_id", "date", "returned_at", "amazon_order_id", "sku", "asin", "fnsku",
            "product_name", "units", "fulfillment_center_id", "disposition", "reason", "status",
            "license_plate_number",
        ),
        key=("account_id", "returned_at", "amazon_order_id", "sku", "license_plate_number"),
        rows=_customer_returns,
        by_days=CUSTOMER_RETURNS,
    ),
    "stg_amazon_sp__merchant_returns": StagingTruth(
        columns=(
            "store_id", "tenant_id", "date", "amazon_order_id", "order_item_id", "ordered_on", "request_status",
            "amazon_rma_id", "merchant_rma_id", "asin", "sku", "item_name", "units", "reason", "return_type",
            "resolution", "is_in_policy", "is_prime", "has_a_to_z_claim", "label_type", "label_paid_by",
            "return_carrier", "tracking_id", "invoice_number", "delivered_on", "currency", "label_cost_amount",
            "order_amount", "order_units", "refunded_amount", "safet_claim_id", "safet_claim_state",
            "safet_action_reason", "safet_claimed_on", "safet_reimbursed_amount",
        ),
        key=("store_id", "date", "amazon_order_id", "order_item_id"),
        rows=_merchant_returns,
        by_days=MERCHANT_RETURNS,
    ),
    "stg_amazon_sp__reimbursements": StagingTruth(
        columns=(
            "account_id", "store_id", "tenant_id", "date", "approved_at", "reimbursement_id", "case_id",
            "amazon_order_id", "reason", "sku", "fnsku", "asin", "product_name", "condition", "currency",
            "unit_amount", "total_amount", "cash_units", "inventory_units", "total_units",
            "original_reimbursement_id", "original_reimbursement_type",
        ),
        key=("account_id", "reimbursement_id", "sku", "reason"),
        rows=_reimbursements,
        by_days=REIMBURSEMENTS,
    ),
    "stg_amazon_sp__estimated_fees": StagingTruth(
        columns=(
            "store_id", "tenant_id", "date", "sku", "fnsku", "asin", "product_name", "product_group", "brand",
            "fulfilled_by", "has_local_inventory", *_SIDES, "length_and_girth", "unit_of_dimension",
            "item_package_weight", "unit_of_weight", "size_tier", "currency", "your_price_amount",
            "sales_price_amount", "fee_total_amount", "referral_fee_amount", "variable_closing_fee_amount",
            "order_handling_fee_amount", "pick_pack_fee_amount", "weight_handling_fee_amount",
            "fulfillment_fee_amount", "future_fee_total_amount", "future_fulfillment_fee_amount",
            *(f"efn_fee_to_{name}_amount" for name in COUNTRIES),
        ),
        key=("store_id", "sku"),
        rows=_estimated_fees,
        last_instant=True,
    ),
    "stg_amazon_sp__storage_fees": StagingTruth(
        columns=(
            "account_id", "store_id", "tenant_id", "date", "asin", "fnsku", "product_name", "fulfillment_center_id",
            "country", *_SIDES, "unit_of_dimension", "weight", "unit_of_weight", "item_volume", "unit_of_volume",
            "size_tier", "average_units", "average_units_pending_removal", "average_units_ordered", "total_volume",
            "utilization_ratio", "unit_of_utilization_ratio", "currency", "base_rate_amount",
            "utilization_surcharge_rate_amount", "surcharged_average_units", "surcharged_volume", "base_fee_amount",
            "utilization_surcharge_amount", "fee_amount", "dangerous_goods_storage_type",
            "is_eligible_for_inventory_discount", "qualifies_for_inventory_discount", "incentive_amount",
            "incentive_breakdown",
        ),
        key=("account_id", "date", "fnsku", "fulfillment_center_id"),
        rows=_storage_fees,
        empty_at_times=True,
    ),
}  # fmt: skip
