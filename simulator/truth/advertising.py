"""The daily marts of advertising, all products in the current version of each day: campaigns, targets, products, terms.

What is made of several days is in advertising_terms.py and advertising_matrix.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from simulator.truth.coverages.ads import SB_HISTORY, SD_HISTORY, SP_HISTORY, brand_cells, kept_days
from simulator.truth.known import Known, converted, ratio
from simulator.world.advertising import brand_ads
from simulator.world.advertising.brand_ads import BrandCell, Measures
from simulator.world.advertising.brand_campaigns import BRANDS, DISPLAY
from simulator.world.advertising.sponsored_products import WINDOWS, Cell, Sums, sums, version
from simulator.world.model import SimStore

PRODUCTS = "SPONSORED_PRODUCTS"
HISTORY = {PRODUCTS: SP_HISTORY, BRANDS: SB_HISTORY, DISPLAY: SD_HISTORY}
Grain = Literal["campaign", "target", "product", "term"]
# what tells rows of a day apart
KEYS: dict[Grain, tuple[Callable[[Cell], object], Callable[[BrandCell], object]]] = {
    "campaign": (lambda c: c.campaign.campaign_id, lambda c: c.campaign.campaign_id),
    "target": (
        lambda c: (c.ad_group.ad_group_id, c.target.target_id),
        lambda c: (c.group.ad_group_id, c.target.target_id),
    ),
    "product": (lambda c: (c.ad_group.ad_group_id, c.ad.ad_id), lambda c: (c.group.ad_group_id, c.ad.ad_id)),
    "term": (
        lambda c: (c.ad_group.ad_group_id, c.target.target_id, c.term),
        lambda c: (c.group.ad_group_id, c.target.target_id, c.term),
    ),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row to be: what it is about, and what a cell of it is named."""

    store: SimStore
    day: date
    product: str
    cell: Cell | BrandCell
    measures: dict


def _rows(known: Known, grain: Grain, *of: str) -> Iterator[Row]:
    """The rows of that grain with an impression; of search terms those that were clicked."""
    of_products, of_brands = KEYS[grain]
    for account, store, business in known.stores(configured_only=True):
        for product in of:
            for day in kept_days(known, account, HISTORY[product]):
                age = version(store, day, known.now)
                if product == PRODUCTS:
                    cells = business.ads.days.get(day, [])
                    found: list[tuple[Cell | BrandCell, dict]] = [
                        (c, _sponsored(s)) for c, s in sums(store, cells, of_products, age).values()
                    ]
                else:
                    kept = brand_cells(business, day, product)
                    kept = [c for c in kept if c.target.is_keyword] if grain == "term" else kept
                    tells_units = product == DISPLAY or grain == "campaign"
                    found = [
                        (c, _brand(s, tells_units)) for c, s in brand_ads.sums(store, kept, of_brands, age).values()
                    ]
                for cell, measures in found:
                    if measures["clicks" if grain == "term" else "impressions"]:
                        yield Row(store, day, product, cell, measures)


def _sponsored(found: Sums) -> dict:
    row: dict[str, object] = {"impressions": found.impressions, "clicks": found.clicks, "cost": found.cost}
    for window in WINDOWS:
        row[f"purchases_{window}d"] = found.purchases[window]
        row[f"units_{window}d"] = found.units[window]
        row[f"sales_{window}d"] = found.sales[window]
        row[f"purchases_same_sku_{window}d"] = found.same_purchases[window]
        row[f"sales_same_sku_{window}d"] = found.same_sales[window]
    return row | dict.fromkeys(
        (
            "purchases_14d_with_views", "units_14d_with_views", "sales_14d_with_views", "viewable_impressions",
            "new_to_brand_purchases_14d_with_views", "new_to_brand_sales_14d_with_views",
        )
    )  # fmt: skip


def _brand(found: Measures, tells_units: bool) -> dict:
    row: dict[str, object] = {name: found[name] for name in ("impressions", "clicks", "cost", "viewable_impressions")}
    for window in WINDOWS:
        for measure in ("purchases", "units", "sales", "purchases_same_sku", "sales_same_sku"):
            row[f"{measure}_{window}d"] = None
    return row | {
        "purchases_14d": found["purchases_clicks"],
        "units_14d": found["units_sold_clicks"] if tells_units else None,
        "sales_14d": found["sales_clicks"],
        "purchases_same_sku_14d": found["purchases_promoted_clicks"],
        "sales_same_sku_14d": found["sales_promoted_clicks"],
        "purchases_14d_with_views": found["purchases"],
        "units_14d_with_views": found["units_sold"],
        "sales_14d_with_views": found["sales"],
        "new_to_brand_purchases_14d_with_views": found["new_to_brand_purchases"],
        "new_to_brand_sales_14d_with_views": found["new_to_brand_sales"],
    }


def _named(row: Row) -> dict:
    """Names that every grain has, and ratios in the product's own window."""
    measures, is_sp = row.measures, row.product == PRODUCTS
    sales = measures["sales_7d" if is_sp else "sales_14d_with_views"]
    return {
        "store_id": row.store.store_id,
        "tenant_id": row.store.tenant_id,
        "date": row.day,
        "campaign_id": str(row.cell.campaign.campaign_id),
        "campaign_name": row.cell.campaign.name,
        "ad_product": row.product,
        "currency": row.store.marketplace.currency,
        "ctr": ratio(measures["clicks"], measures["impressions"]),
        "cpc": ratio(measures["cost"], measures["clicks"]),
        "cvr": ratio(measures["purchases_7d" if is_sp else "purchases_14d"], measures["clicks"]),
        "acos": ratio(measures["cost"], sales),
        "roas": ratio(sales, measures["cost"]),
    }


def _grouped(row: Row) -> dict:
    group = row.cell.ad_group if isinstance(row.cell, Cell) else row.cell.group
    return {"ad_group_id": str(group.ad_group_id), "ad_group_name": group.name}


def _kept(measures: dict, *without: str) -> dict:
    return {name: value for name, value in measures.items() if not any(part in name for part in without)}


def ads_campaigns_daily(known: Known) -> Iterator[dict]:
    """One row per day and campaign that was shown."""
    for row in _rows(known, "campaign", PRODUCTS, BRANDS, DISPLAY):
        measures, campaign = row.measures, row.cell.campaign
        currency = row.store.marketplace.currency
        reporting_currency, rate, fx_date = known.reporting(row.store.tenant_id, currency, row.day)
        week = measures["sales_7d"]
        yield {
            **_named(row),
            **_kept(measures, "same_sku"),
            "cost_type": getattr(campaign, "cost_type", "CPC"),
            "campaign_status": campaign.status,
            "campaign_budget_amount": campaign.budget,
            "acos_7d": None if week is None else ratio(measures["cost"], week),
            "roas_7d": None if week is None else ratio(week, measures["cost"]),
            "acos_14d": ratio(measures["cost"], measures["sales_14d"]),
            "roas_14d": ratio(measures["sales_14d"], measures["cost"]),
            "reporting_currency": reporting_currency,
            "cost_reporting": converted(measures["cost"], rate),
            "sales_14d_reporting": converted(Decimal(measures["sales_14d"]), rate),
            "fx_date": fx_date,
        }


def ads_targets_daily(known: Known) -> Iterator[dict]:
    """One row per day and target that something was shown for."""
    for row in _rows(known, "target", PRODUCTS, BRANDS, DISPLAY):
        target, display = row.cell.target, row.product == DISPLAY
        yield {
            **_named(row),
            **_grouped(row),
            **_kept(row.measures, "same_sku", "new_to_brand", "viewable"),
            "target_id": str(target.target_id),
            "targeting": target.text,
            "match_type": None if display else _match_type(row.cell),
            "bid_amount": target.bid if row.product == PRODUCTS or _is_keyword(row.cell) else None,
            "target_status": row.cell.campaign.status,
        }


def ads_products_daily(known: Known) -> Iterator[dict]:
    """One row per day and ad that was shown, of the products whose ads are of one SKU."""
    for row in _rows(known, "product", PRODUCTS, DISPLAY):
        offer = row.cell.ad.offer if isinstance(row.cell, Cell) else row.cell.ad.offers[0]
        yield {
            **_named(row),
            **_grouped(row),
            **_kept(row.measures, "new_to_brand", "viewable"),
            "ad_id": str(row.cell.ad.ad_id),
            "asin": offer.asin,
            "sku": offer.sku,
        }


def ads_search_terms_daily(known: Known) -> Iterator[dict]:
    """One row per day, target and search term that was clicked."""
    for row in _rows(known, "term", PRODUCTS, BRANDS):
        yield {
            **_named(row),
            **_grouped(row),
            **_kept(row.measures, "same_sku", "new_to_brand", "viewable"),
            "target_id": str(row.cell.target.target_id),
            "targeting": row.cell.target.text,
            "match_type": _match_type(row.cell),
            "search_term": row.cell.term,
        }


def _match_type(cell: Cell | BrandCell) -> str:
    return cell.target.match_type if isinstance(cell, Cell) else cell.target.kind


def _is_keyword(cell: Cell | BrandCell) -> bool:
    return isinstance(cell, BrandCell) and cell.target.is_keyword
