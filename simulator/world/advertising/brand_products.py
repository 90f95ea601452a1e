"""What was bought after Sponsored Brands and Display ads, by product: the rows of their purchased-product reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from simulator.world.advertising.brand_ads import BrandCell, Measures, made_at, purchases, shown
from simulator.world.catalogue.offers import Offer
from simulator.world.model import SimStore

MEASURES = (
    "purchases", "purchases_clicks", "sales", "sales_clicks", "units_sold", "units_sold_clicks",
    "new_to_brand_purchases", "new_to_brand_sales", "new_to_brand_units_sold",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Product:
    """A product and what was bought of it. promoted: its own ad led there. cell: one that has the names."""

    cell: BrandCell
    offer: Offer
    promoted: bool
    measures: Measures

    @property
    def attribution(self) -> str:
        """How Sponsored Brands calls it."""
        return "Promoted" if self.promoted else "Brand Halo"


def products(
    store: SimStore, cells: Iterable[BrandCell], day: date, age: int, *, display: bool
) -> dict[object, Product]:
    """The products bought after these cells of a day, as that version has them.

    Brands: all, by ad group. display: only those that the ad did not show, by ad.
    """
    found: dict[object, Product] = {}
    for purchase in purchases(shown(cells, age), made_at(store, day, age)):
        cell = purchase.cell
        seen: set[object] = set()
        for line in purchase.lines:
            if display and line.promoted:
                continue
            key = (cell.group.ad_group_id, cell.ad.ad_id if display else 0, line.offer.asin, line.promoted)
            fresh: Measures = dict.fromkeys(MEASURES, 0) | {"sales": Decimal(0), "sales_clicks": Decimal(0)}
            fresh["new_to_brand_sales"] = Decimal(0)
            into = found.setdefault(key, Product(cell, line.offer, line.promoted, fresh)).measures
            once = int(key not in seen)  # an order counts once for a product, whatever its lines
            seen.add(key)
            for name in (*purchase.ways, "new"):
                if name == "new" and not purchase.new:
                    continue
                before, after = ("new_to_brand_", "") if name == "new" else ("", name)
                into[f"{before}purchases{after}"] += once
                into[f"{before}units_sold{after}"] += line.units
                into[f"{before}sales{after}"] += line.sales
    return found
