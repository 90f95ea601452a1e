"""What `tradewind status` says of stores that fill up. The plan, of which it follows, is made only where some are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.landing.views.becoming_whole import behind, filling

if TYPE_CHECKING:
    from rich.console import Console

    from pipelines.landing.views.status import StatusRow
    from pipelines.settings import Settings
    from pipelines.stores import Catalog
    from pipelines.warehouse.connection import Warehouse


def tell_filling(
    console: Console,
    settings: Settings,
    warehouse: Warehouse,
    catalog: Catalog,
    rows: Sequence[StatusRow],
    stores: Sequence[str] | None,
) -> None:
    """Say when the stores that lack history have it. rows: all lines of the status. stores: only these."""
    lacking = [each for each in behind(rows, catalog) if stores is None or each in stores]
    if not lacking:
        return
    from pipelines.landing.views.forecast import plan
    from pipelines.local.plans import print_filling

    print_filling(console, filling(plan(settings, warehouse, catalog), catalog, lacking), settings.now())
