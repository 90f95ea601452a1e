"""Which document answers which SP-API report type: `DOCUMENTS`, put together from the modules of this room.

To add a report, write its function in the module of its kind, and name it in that module's `DOCUMENTS`.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.documents.amazon_sp import (
    brand_analytics,
    fees,
    inventory,
    orders,
    removals,
    returns,
    shipments,
    stock,
    traffic,
)
from simulator.documents.model import Asked, Document

DOCUMENTS: dict[str, Callable[[Asked], Document | None]] = {
    report_type: make
    for module in (
        orders,
        shipments,
        traffic,
        inventory,
        stock,
        returns,
        removals,
        fees,
        brand_analytics,
    )
    for report_type, make in module.DOCUMENTS.items()
}
