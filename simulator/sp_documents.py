"""Which document answers which SP-API report type: `DOCUMENTS`, put together from the documents_* modules.

To add a report, write its function in the documents_* module of its kind and name it in that module's `DOCUMENTS`.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator import (
    documents_brand,
    documents_fees,
    documents_inventory,
    documents_orders,
    documents_returns,
    documents_shipments,
    documents_stock,
    documents_traffic,
)
from simulator.model import Asked, Document

__all__ = ["DOCUMENTS", "Asked"]

DOCUMENTS: dict[str, Callable[[Asked], Document | None]] = {
    report_type: make
    for module in (
        documents_orders,
        documents_shipments,
        documents_traffic,
        documents_inventory,
        documents_stock,
        documents_returns,
        documents_fees,
        documents_brand,
    )
    for report_type, make in module.DOCUMENTS.items()
}
