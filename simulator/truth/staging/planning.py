"""What the staging models of inventory planning and restock recommendations must hold.

The figures are those of world/inventory/planning.py, each under the column that staging gives to its header. What a
marketplace's report does not have is null.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from simulator.documents.amazon_sp.planning import (
    COUNTRY_NAMES,
    MOST_DAYS,
    PLANNING_SHORT,
    planning_header,
    restock_header,
)
from simulator.truth.known import Known
from simulator.truth.staging.kind import StagingTruth
from simulator.world.inventory.planning import BUCKETS, SURCHARGES, WINDOWS, Value, planning, restock
from simulator.world.marketplaces import local_day

# staging column -> header
PLANNING: dict[str, str] = {
    "snapshot_date": "snapshot-date",
    "age_snapshot_date": "Inventory age snapshot date",
    "sku": "sku",
    "fnsku": "fnsku",
    "asin": "asin",
    "product_name": "product-name",
    "condition": "condition",
    "marketplace": "marketplace",
    "product_group": "product-group",
    "sales_rank": "sales-rank",
    "currency": "currency",
    "available_quantity": "available",
    "pending_removal_quantity": "pending-removal-quantity",
    "reserved_fc_transfer_quantity": "Reserved FC Transfer",
    "reserved_fc_processing_quantity": "Reserved FC Processing",
    "reserved_customer_order_quantity": "Reserved Customer Order",
    "unfulfillable_quantity": "unfulfillable-quantity",
    "inbound_quantity": "inbound-quantity",
    "inbound_working_quantity": "inbound-working",
    "inbound_shipped_quantity": "inbound-shipped",
    "inbound_received_quantity": "inbound-received",
    "inventory_supply_at_fba_quantity": "Inventory Supply at FBA",
    "age_0_90_quantity": "inv-age-0-to-90-days",
    "age_91_180_quantity": "inv-age-91-to-180-days",
    "age_181_270_quantity": "inv-age-181-to-270-days",
    "age_271_365_quantity": "inv-age-271-to-365-days",
    **{
        f"inv_age_{words.replace('-', '_')}_days": f"inv-age-{words}-days"
        for words in BUCKETS
        if words not in ("0-to-90", "91-to-180", "181-to-270", "271-to-365")
    },
    **{
        f"surcharge_{words.replace('-', '_')}_quantity": f"quantity-to-be-charged-ais-{words}-days"
        for words in SURCHARGES
    },
    **{f"surcharge_{words.replace('-', '_')}_amount": f"estimated-ais-{words}-days" for words in SURCHARGES},
    **{f"units_shipped_{window}d": f"units-shipped-t{window}" for window in WINDOWS},
    **{f"sales_shipped_{window}d_amount": f"sales-shipped-last-{window}-days" for window in WINDOWS},
    "sell_through": "sell-through",
    "days_of_supply": "days-of-supply",
    "total_days_of_supply": "Total Days of Supply (including units from open shipments)",
    "weeks_of_cover_30d": "weeks-of-cover-t30",
    "weeks_of_cover_90d": "weeks-of-cover-t90",
    "historical_days_of_supply": "historical-days-of-supply",
    "short_term_days_of_supply": "Short term historical days of supply",
    "long_term_days_of_supply": "Long term historical days of supply",
    "estimated_excess_quantity": "estimated-excess-quantity",
    "your_price_amount": "your-price",
    "sales_price_amount": "sales-price",
    "featured_offer_price_amount": "featuredoffer-price",
    "lowest_price_new_amount": "lowest-price-new-plus-shipping",
    "lowest_price_used_amount": "lowest-price-used",
    "item_volume": "item-volume",
    "volume_unit": "volume-unit-measurement",
    "storage_type": "storage-type",
    "storage_volume": "storage-volume",
    "estimated_storage_cost_amount": "estimated-storage-cost-next-month",
    "alert": "alert",
    "recommended_action": "recommended-action",
    "healthy_inventory_quantity": "healthy-inventory-level",
    "recommended_sales_price_amount": "recommended-sales-price",
    "recommended_sale_days": "recommended-sale-duration-days",
    "recommended_removal_quantity": "recommended-removal-quantity",
    "estimated_savings_amount": "estimated-cost-savings-of-recommended-actions",
    "recommended_ship_in_quantity": "Recommended ship-in quantity",
    "recommended_ship_in_date": "Recommended ship-in date",
    "minimum_inventory_quantity": "fba-minimum-inventory-level",
    "health_status": "fba-inventory-level-health-status",
    "supplier": "supplier",
}
RESTOCK: dict[str, str] = {
    "sku": "Merchant SKU",
    "fnsku": "FNSKU",
    "asin": "ASIN",
    "product_name": "Product Name",
    "condition": "Condition",
    "supplier": "Supplier",
    "supplier_part_number": "Supplier part no.",
    "currency": "Currency code",
    "price_amount": "Price",
    "sales_30d_amount": "Sales last 30 days",
    "units_30d": "Units Sold Last 30 Days",
    "total_quantity": "Total Units",
    "inbound_quantity": "Inbound",
    "available_quantity": "Available",
    "fc_transfer_quantity": "FC transfer",
    "fc_processing_quantity": "FC Processing",
    "customer_order_quantity": "Customer Order",
    "unfulfillable_quantity": "Unfulfillable",
    "inbound_working_quantity": "Working",
    "inbound_shipped_quantity": "Shipped",
    "inbound_receiving_quantity": "Receiving",
    "fulfilled_by": "Fulfilled by",
    "total_days_of_supply": "Total Days of Supply (including units from open shipments)",
    "days_of_supply": "Days of Supply at Amazon Fulfillment Network",
    "alert": "Alert",
    "recommended_quantity": "Recommended replenishment qty",
    "recommended_ship_date": "Recommended ship date",
    "recommended_action": "Recommended action",
    "unit_storage_size": "Unit storage size",
}
_OF_STORE = ("store_id", "tenant_id", "date")
_FEES = {
    "low_inventory_fee_exempted": "Exempted from Low-Inventory-Level fee?",
    "low_inventory_fee_applied": "Low-Inventory-Level fee applied in current week?",
    "is_seasonal_in_3_months": "is-seasonal-in-next-3-months",
}


def _columns(row: Mapping[str, Value], header: tuple[str, ...], columns: Mapping[str, str]) -> dict:
    return {column: row.get(name) if name in header else None for column, name in columns.items()}


def _planning(known: Known) -> Iterator[dict]:
    for _, store, business in known.stores(configured_only=True):
        header = planning_header(store.marketplace)
        day = local_day(store.marketplace.time_zone, known.now)
        for row in planning(business, day):
            shown = _columns(row, header, PLANNING)
            yield {
                "store_id": store.store_id,
                "tenant_id": store.tenant_id,
                "date": day,
                **shown,
                "reserved_quantity": row["reserved-quantity"] if len(header) > len(PLANNING_SHORT) else None,
                "age_over_365_quantity": row["inv-age-365-plus-days"],
                **{column: _yes(row[name]) if name in header else None for column, name in _FEES.items()},
            }


def _yes(value: Value) -> bool:
    return str(value).startswith("Y")


def _restock(known: Known) -> Iterator[dict]:
    for _, store, business in known.stores(configured_only=True):
        place = store.marketplace
        header = restock_header(place)
        day = local_day(place.time_zone, known.now)
        for row in restock(business, day):
            shown = _columns(row, header, RESTOCK)
            for column in ("days_of_supply", "total_days_of_supply"):
                shown[column] = None if shown[column] is None else min(shown[column], MOST_DAYS)
            yield {
                "store_id": store.store_id,
                "tenant_id": store.tenant_id,
                "date": day,
                "country": COUNTRY_NAMES.get(place.country, place.country),
                **shown,
            }


_KEY = ("store_id", "date", "sku")
STAGING: dict[str, StagingTruth] = {
    "stg_amazon_sp__inventory_planning": StagingTruth(
        (*_OF_STORE, *PLANNING, "reserved_quantity", "age_over_365_quantity", *_FEES),
        _KEY,
        _planning,
        last_instant=True,
    ),
    "stg_amazon_sp__restock_recommendations": StagingTruth(
        (*_OF_STORE, "country", *RESTOCK), _KEY, _restock, last_instant=True
    ),
}
