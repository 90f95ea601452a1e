"""Returns and reimbursements: what Amazon writes into them."""

from __future__ import annotations

from collections.abc import Callable

from simulator.model import Asked, Document

DOCUMENTS: dict[str, Callable[[Asked], Document | None]] = {}
