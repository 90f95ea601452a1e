"""How long the stock of a SKU lasts, for every brief that tells it: by the forecast of demand where there is one.

A SKU without a forecast goes by its velocity, as inventory_health has it. No facts are added here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.insights.forecast.outlook import BY_VELOCITY, Outlook, Plan, outlook
from pipelines.insights.marts import Marts

FORECASTS = "insights.demand_forecasts"
"""The table that a fact names as its source if it goes by the forecast."""

# The stock of the last snapshot.
STOCK_OF_SNAPSHOT = """
    select sku, asin, as_of_date, fulfillable_quantity, inbound_quantity, units_90d, velocity, days_of_cover,
        stock_out_date
    from marts.inventory_health
    where store_id = %(store_id)s and fulfillable_quantity is not null
    order by sku
"""


@dataclass(frozen=True, slots=True)
class Cover:
    """How long the stock of a SKU lasts.

    days: that what is on hand lasts, 1 place, 0 if nothing is; None if nothing is known of its demand. out: the day on
    which it runs out. a_day: units demanded a day. by_forecast: by the forecast, else by velocity. outlook: what is to
    come of it, by the same. row: of STOCK_OF_SNAPSHOT.
    """

    days: Decimal | None
    out: date | None
    a_day: Decimal | None
    by_forecast: bool
    outlook: Outlook
    row: dict[str, Any]

    @property
    def sku(self) -> str:
        return self.outlook.sku

    @property
    def is_out(self) -> bool:
        """Whether the snapshot has nothing that can be sent, of a SKU that sold within ninety days."""
        return self.row["fulfillable_quantity"] == 0 and bool(self.row["velocity"] or self.row["units_90d"])

    @property
    def source(self) -> dict[str, Any]:
        """The query of a fact on days, and its table."""
        return {"query": "FORECAST", "table": FORECASTS} if self.by_forecast else {"query": "STOCK_OF_SNAPSHOT"}

    @property
    def outlook_source(self) -> dict[str, Any]:
        """The query of a fact on what is to come, and its table."""
        return {"query": "FORECAST", "table": FORECASTS} if self.by_forecast else {"query": "STOCK"}

    def amount(self, value: Decimal | None, currency: str) -> Decimal | None:
        """An amount of the outlook, unless it is in another currency than the book's."""
        return value if self.outlook.currency == currency else None


def covers(marts: Marts, day: date, plan: Plan | None = None) -> list[Cover]:
    """The cover of each SKU of the store's last snapshot, by SKU. day: the marketplace day on which is ordered. plan:
    how the store orders. Raises WarehouseError if the marts are not built."""
    rows = {row["sku"]: row for row in marts.rows(STOCK_OF_SNAPSHOT)}
    return [_cover(rows[each.sku], each) for each in outlook(marts, day, plan, by_velocity=True)]


def _cover(row: dict[str, Any], known: Outlook) -> Cover:
    if known.method in ("", BY_VELOCITY):
        return Cover(row["days_of_cover"], row["stock_out_date"], row["velocity"], False, known, row)
    return Cover(known.cover_days_p50, known.out_date_p50, known.daily_units, True, known, row)
