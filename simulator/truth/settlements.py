"""settlement_lines: what Amazon paid and charged, from the settlements themselves."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.documents.amazon_sp.existing_reports import RETENTION
from simulator.truth.known import Known
from simulator.world.catalogue.offers import UNTAXED
from simulator.world.marketplaces import local_day
from simulator.world.model import SimAccount, SimStore
from simulator.world.money.settlements import Settlement, SettlementLine, settlements

# how the seed names what this world's settlements have; (amount type, description), or the type alone
KINDS = {
    ("ItemPrice", "Principal"): "principal",
    ("ItemPrice", "Shipping"): "shipping",
    ("ItemPrice", "GiftWrap"): "gift_wrap",
    ("ItemPrice", "Tax"): "tax",
    ("ItemPrice", "ShippingTax"): "tax",
    ("ItemPrice", "GiftWrapTax"): "tax",
    ("Promotion", "TaxDiscount"): "tax",
    ("ItemFees", "Commission"): "referral_fee",
    ("ItemFees", "FBAPerUnitFulfillmentFee"): "fulfilment_fee",
    ("ItemFees", "RefundCommission"): "refund_fee",
    ("ItemFees", "LiquidationsBrokerageFee"): "other",
    ("other-transaction", "Storage Fee"): "storage_fee",
    ("other-transaction", "StorageRenewalBilling"): "aged_surcharge",
    ("other-transaction", "DisposalComplete"): "fulfilment_fee",
    ("other-transaction", "RemovalComplete"): "fulfilment_fee",
    ("other-transaction", "Subscription Fee"): "subscription_fee",
    ("other-transaction", "GENERAL_ADJUSTMENT"): "adjustment",
    ("other-transaction", "Previous Reserve Amount Balance"): "reserve",
    ("other-transaction", "Current Reserve Amount"): "reserve",
    ("FBA Inventory Storage Fee", "Base fee"): "storage_fee",
    "FBA Inbound Placement Service Fee": "fulfilment_fee",
    "Debt Adjustment": "transfer",
    "Promotion": "promotion",
    "ItemWithheldTax": "withheld_tax",
    "Cost of Advertising": "advertising",
    "FBA Inventory Reimbursement": "reimbursement",
}
SOLD = ("principal", "shipping", "gift_wrap", "promotion")
PASSING_THROUGH = ("transfer", "reserve", "tax", "withheld_tax")


def kind_of(line: SettlementLine) -> str:
    """What a line is about. Of what Amazon began to charge lately only a fee of FBA is known for what it is."""
    if line.transaction_type == "Transfer":
        return "transfer"
    if line.amount_description == "Tax on fee":
        return "fee_tax"
    unnamed = "fulfilment_fee" if line.transaction_type == "FBAFees" else "unknown"
    return KINDS.get((line.amount_type, line.amount_description)) or KINDS.get(line.amount_type, unnamed)


def in_price(store: SimStore, line: SettlementLine) -> bool:
    """Whether a line is part of the price that buyers are shown."""
    return kind_of(line) in SOLD or (kind_of(line) == "tax" and store.marketplace.country not in UNTAXED)


def _owner(account: SimAccount, store: SimStore, settlement: Settlement) -> str:
    """The store of all lines: that of the marketplace that some name; where none does, the account's first store with
    that currency."""
    if any(line.marketplace_name for line in settlement.lines):
        return store.store_id
    same = [s for s in account.configured_stores if s.marketplace.currency == store.marketplace.currency]
    return (same or [store])[0].store_id


def settlement_lines(known: Known) -> Iterator[dict]:
    """Every line of every settlement that can be had, numbered in document order."""
    for account, store, business in known.stores(configured_only=False):
        zone = known.zone(account)
        for settlement in settlements(business, known.now):
            if settlement.created < known.world.first_now - RETENTION:
                continue
            owner = _owner(account, store, settlement)
            for number, line in enumerate(settlement.lines, start=1):
                yield {
                    "store_id": owner,
                    "tenant_id": store.tenant_id,
                    "settlement_id": settlement.settlement_id,
                    "line_number": number,
                    "transaction_type": line.transaction_type,
                    "order_id": line.order_id or None,
                    "merchant_order_id": line.merchant_order_id or None,
                    "adjustment_id": line.adjustment_id or None,
                    "shipment_id": line.shipment_id or None,
                    "marketplace_name": line.marketplace_name or None,
                    "amount_type": line.amount_type,
                    "amount_description": line.amount_description,
                    "amount": line.amount,
                    "currency": store.marketplace.currency,
                    "fulfillment_id": line.fulfillment_id or None,
                    "posted_at": line.posted,
                    "posted_date": local_day(zone, line.posted),
                    "order_item_code": line.item_code or None,
                    "sku": line.sku or None,
                    "quantity_purchased": line.quantity,
                    "promotion_id": line.promotion_id or None,
                    "kind": kind_of(line),
                    "is_refund": line.transaction_type == "Refund",
                    "is_in_price": in_price(store, line),
                    "is_profit_or_loss": kind_of(line) not in PASSING_THROUGH,
                }
