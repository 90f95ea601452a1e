"""Inventory planning and restock recommendations as Amazon writes them. Figures: world/inventory/planning.py.

There are three header variants: the newest one in the United States, in Europe the one before, and its first forty
columns in Japan. Restock reports name the country by its code, European ones by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from simulator.documents.amazon_sp.flat_files import charset, delimited, plain
from simulator.documents.model import Asked, Document
from simulator.world.inventory.planning import Value, planning, restock
from simulator.world.marketplaces import Marketplace, local_day

_FIRST = (
    "snapshot-date", "sku", "fnsku", "asin", "product-name", "condition", "available", "pending-removal-quantity",
    "inv-age-0-to-90-days", "inv-age-91-to-180-days", "inv-age-181-to-270-days", "inv-age-271-to-365-days",
)  # fmt: skip
_SECOND = (
    "currency", "units-shipped-t7", "units-shipped-t30", "units-shipped-t60", "units-shipped-t90", "alert",
    "your-price", "sales-price", "lowest-price-new-plus-shipping", "lowest-price-used", "recommended-action",
)  # fmt: skip
_THIRD = (
    "recommended-sales-price", "recommended-sale-duration-days", "recommended-removal-quantity",
    "estimated-cost-savings-of-recommended-actions", "sell-through", "item-volume", "volume-unit-measurement",
    "storage-type", "storage-volume", "marketplace", "product-group", "sales-rank", "days-of-supply",
    "estimated-excess-quantity",
)  # fmt: skip
_FOURTH = (
    "weeks-of-cover-t30", "weeks-of-cover-t90", "featuredoffer-price", "sales-shipped-last-7-days",
    "sales-shipped-last-30-days", "sales-shipped-last-60-days", "sales-shipped-last-90-days", "inv-age-0-to-30-days",
    "inv-age-31-to-60-days", "inv-age-61-to-90-days", "inv-age-181-to-330-days", "inv-age-331-to-365-days",
    "estimated-storage-cost-next-month", "inbound-quantity", "inbound-working", "inbound-shipped", "inbound-received",
    "no-sale-last-6-months",
)  # fmt: skip
_NEWEST = (
    "historical-days-of-supply", "fba-minimum-inventory-level", "fba-inventory-level-health-status",
    "Recommended ship-in quantity", "Recommended ship-in date", "Last updated date for Historical Days of Supply",
    "Exempted from Low-Inventory-Level fee?", "Low-Inventory-Level fee applied in current week?",
    "Short term historical days of supply", "Long term historical days of supply", "Inventory age snapshot date",
    "Inventory Supply at FBA", "Reserved FC Transfer", "Reserved FC Processing", "Reserved Customer Order",
    "Total Days of Supply (including units from open shipments)", "supplier", "is-seasonal-in-next-3-months",
    "season-name", "season-start-date", "season-end-date",
)  # fmt: skip
_YEAR = ("181-210", "211-240", "241-270", "271-300", "301-330", "331-365")


def _surcharges(*ages: str) -> tuple[str, ...]:
    return tuple(f"{name}-{age}-days" for age in ages for name in ("quantity-to-be-charged-ais", "estimated-ais"))


_OLDEST = ("inv-age-366-to-455-days", "inv-age-456-plus-days")
PLANNING_NEWEST = (
    *_FIRST, *_OLDEST, *_SECOND, "DEPRECATED healthy-inventory-level", *_THIRD, *_FOURTH, "Total Reserved Quantity",
    "unfulfillable-quantity", *_surcharges(*_YEAR, "366-455", "456-plus"), *_NEWEST,
)  # fmt: skip
PLANNING_BEFORE = (
    *_FIRST, "inv-age-365-plus-days", *_SECOND, "healthy-inventory-level", *_THIRD, *_FOURTH, "reserved-quantity",
    "unfulfillable-quantity", *_surcharges(*_YEAR, "365-plus"),
)  # fmt: skip
PLANNING_SHORT = (*_FIRST, *_OLDEST, *_SECOND, "DEPRECATED healthy-inventory-level", *_THIRD)
RESTOCK = (
    "Country", "Product Name", "FNSKU", "Merchant SKU", "ASIN", "Condition", "Supplier", "Supplier part no.",
    "Currency code", "Price", "Sales last 30 days", "Units Sold Last 30 Days", "Total Units", "Inbound", "Available",
    "FC transfer", "FC Processing", "Customer Order", "Unfulfillable", "Working", "Shipped", "Receiving",
    "Fulfilled by", "Total Days of Supply (including units from open shipments)",
    "Days of Supply at Amazon Fulfillment Network", "Alert", "Recommended replenishment qty", "Recommended ship date",
    "Recommended action", "Unit storage size",
)  # fmt: skip
COUNTRY_NAMES = {"DE": "Germany", "FR": "France", "IT": "Italy", "ES": "Spain"}
# restock reports show no more days of supply than these
MOST_DAYS = 365


def planning_header(place: Marketplace) -> tuple[str, ...]:
    """The columns of a marketplace's planning report."""
    if place.region == "eu":
        return PLANNING_BEFORE
    return PLANNING_NEWEST if place.country == "US" else PLANNING_SHORT


def restock_header(place: Marketplace) -> tuple[str, ...]:
    """The columns of a marketplace's restock report: some lack the recommended action."""
    return RESTOCK if place.country == "US" else tuple(name for name in RESTOCK if name != "Recommended action")


def planning_document(asked: Asked) -> Document:
    """The planning report of the marketplace asked for: of several named in one request it answers one."""
    place = asked.business.store.marketplace
    header = planning_header(place)
    rows = planning(asked.business.until(asked.now), local_day(place.time_zone, asked.now))
    written = [_written(header, row, _iso) for row in rows]
    return delimited(place, header, written, charset(place, second=True))


def restock_document(asked: Asked) -> Document:
    """The restock report of the marketplace asked for."""
    place = asked.business.store.marketplace
    header = restock_header(place)
    country = COUNTRY_NAMES.get(place.country, place.country)
    rows = [
        {"Country": country, **{name: _capped(name, value) for name, value in row.items()}}
        for row in restock(asked.business.until(asked.now), local_day(place.time_zone, asked.now))
    ]
    if asked.business.as_met:
        rows = [row | {"Recommended ship date": row["Recommended ship date"] or "none"} for row in rows]
    written = [_written(header, row, _american) for row in rows]
    return delimited(place, header, written, charset(place, second=False))


def _capped(name: str, value: Value) -> Value:
    if "Days of Supply" in name and isinstance(value, int) and value > MOST_DAYS:
        return f"{MOST_DAYS}+"
    return value


def _written(header: Sequence[str], row: Mapping[str, Value], day_as: Callable[[date], str]) -> list[str]:
    return [_text(row.get(name), day_as) for name in header]


def _text(value: Value, day_as: Callable[[date], str]) -> str:
    if isinstance(value, date):
        return day_as(value)
    return plain(value) if isinstance(value, Decimal) else "" if value is None else str(value)


def _iso(day: date) -> str:
    return day.isoformat()


def _american(day: date) -> str:
    return f"{day:%m/%d/%Y}"


DOCUMENTS = {
    "GET_FBA_INVENTORY_PLANNING_DATA": planning_document,
    "GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT": restock_document,
}
