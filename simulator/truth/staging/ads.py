"""What the staging models of Amazon Ads reports must hold: each day in its current version, as far back as it is kept.

Sponsored Products stand here, Sponsored Brands and Display in brand_ads.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from simulator.truth.coverages.ads import kept_days
from simulator.truth.known import Known
from simulator.truth.staging import brand_ads
from simulator.truth.staging.kind import StagingTruth
from simulator.world.advertising.halo import Halo, halos
from simulator.world.advertising.sponsored_products import WINDOWS, Cell, Sums, placement, sums, version
from simulator.world.business import StoreBusiness

BASE = ("store_id", "tenant_id", "date", "currency", "campaign_id", "campaign_name")
BUDGET = ("campaign_status", "campaign_budget_amount", "campaign_budget_type")
GROUP = ("ad_group_id", "ad_group_name")
TARGET = ("target_id", "match_type", "keyword", "keyword_type")
TRAFFIC = ("impressions", "clicks", "cost", "add_to_list")
OTHER_SKU = ("portfolio_id", "units_other_sku_7d", "sales_other_sku_7d")
CAMPAIGN = (
    *BASE, *BUDGET, "campaign_bidding_strategy", "campaign_rule_based_budget_amount",
    "campaign_applicable_budget_rule_id", "campaign_applicable_budget_rule_name", "top_of_search_impression_share",
)  # fmt: skip


def _windows(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{window}d" for name in names for window in WINDOWS)


CONVERSIONS = _windows("purchases", "units", "sales", "purchases_same_sku", "units_same_sku", "sales_same_sku")
MEASURES = (*TRAFFIC, *CONVERSIONS)
TARGETING = (*BASE, *BUDGET, *GROUP, *TARGET, "targeting", "bid_amount", "target_status")


def days(known: Known, history: int) -> Iterator[tuple[StoreBusiness, date, int]]:
    """(business, day, age of the current version) of every day that the Ads API had within that many days."""
    for account, store, business in known.stores(configured_only=True):
        for day in kept_days(known, account, history):
            yield business, day, version(store, day, known.now)


def share(clicks: int, places: int) -> Decimal:
    """The share of the first places of search results, as this world makes it of the clicks."""
    return (Decimal(min(clicks * places, 100)) / 100).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def _named(business: StoreBusiness, day: date, cell: Cell) -> dict:
    store, campaign, target = business.store, cell.campaign, cell.target
    return {
        "store_id": store.store_id,
        "tenant_id": store.tenant_id,
        "date": day,
        "currency": store.marketplace.currency,
        "campaign_id": str(campaign.campaign_id),
        "campaign_name": campaign.name,
        "campaign_status": campaign.status,
        "campaign_budget_amount": campaign.budget,
        "campaign_budget_type": "DAILY_BUDGET",
        "campaign_bidding_strategy": "legacy",
        "campaign_rule_based_budget_amount": None,
        "campaign_applicable_budget_rule_id": None,
        "campaign_applicable_budget_rule_name": None,
        "ad_group_id": str(cell.ad_group.ad_group_id),
        "ad_group_name": cell.ad_group.name,
        "portfolio_id": None,
        "placement": placement(cell),
        "target_id": str(target.target_id),
        "targeting": target.text,
        "keyword": target.text,
        "keyword_type": target.match_type,
        "match_type": target.match_type,
        "bid_amount": target.bid,
        "target_status": campaign.status,
        "search_term": cell.term,
        "ad_id": str(cell.ad.ad_id),
        "asin": cell.ad.offer.asin,
        "sku": cell.ad.offer.sku,
        "advertised_asin": cell.ad.offer.asin,
        "advertised_sku": cell.ad.offer.sku,
    }


def _measures(found: Sums) -> dict:
    row: dict[str, object] = {
        "impressions": found.impressions,
        "clicks": found.clicks,
        "cost": found.cost,
        "add_to_list": 0,
        "top_of_search_impression_share": share(found.clicks, 3),
        "units_other_sku_7d": found.units[7] - found.same_units[7],
        "sales_other_sku_7d": found.sales[7] - found.same_sales[7],
    }
    for window in WINDOWS:
        row[f"purchases_{window}d"] = found.purchases[window]
        row[f"units_{window}d"] = found.units[window]
        row[f"sales_{window}d"] = found.sales[window]
        row[f"purchases_same_sku_{window}d"] = found.same_purchases[window]
        row[f"units_same_sku_{window}d"] = found.same_units[window]
        row[f"sales_same_sku_{window}d"] = found.same_sales[window]
    return row


def _rows(columns: Iterable[str], key: Callable[[Cell], object], clicked: bool, known: Known) -> Iterator[dict]:
    """One row per day and key; where `clicked`, only what was clicked."""
    for business, day, age in days(known, history=94):
        for cell, found in sums(business.store, business.ads.days.get(day, []), key, age).values():
            if found.clicks if clicked else found.impressions:
                row = _named(business, day, cell) | _measures(found)
                yield {name: row[name] for name in columns}


def _model(columns: tuple[str, ...], key: Callable[[Cell], object], *of: str, clicked: bool = False) -> StagingTruth:
    return StagingTruth(columns, ("store_id", "date", "campaign_id", *of), partial(_rows, columns, key, clicked))


PURCHASED = (
    *BASE, *GROUP, *TARGET, "portfolio_id", "advertised_asin", "advertised_sku", "purchased_asin",
    *_windows("purchases", "units", "sales", "purchases_other_sku", "units_other_sku", "sales_other_sku"),
)  # fmt: skip


def _purchased(known: Known) -> Iterator[dict]:
    """What was bought after a click on the ad of something else."""
    for business, day, age in days(known, history=94):
        for halo in halos(business.store, business.ads.days.get(day, []), age).values():
            row = _named(business, day, halo.cell) | {"purchased_asin": halo.offer.asin} | _halo(halo)
            yield {name: row[name] for name in PURCHASED}


def _halo(halo: Halo) -> dict:
    row: dict[str, object] = {}
    for window in WINDOWS:
        for other in ("", "_other_sku"):
            row[f"purchases{other}_{window}d"] = halo.purchases[window]
            row[f"units{other}_{window}d"] = halo.units[window]
            row[f"sales{other}_{window}d"] = halo.sales[window]
    return row


STAGING: dict[str, StagingTruth] = {
    "stg_amazon_ads__sp_campaigns": _model((*CAMPAIGN, *MEASURES), lambda c: c.campaign.campaign_id),
    "stg_amazon_ads__sp_placements": _model(
        (*CAMPAIGN, "placement", *MEASURES), lambda c: (c.campaign.campaign_id, placement(c)), "placement"
    ),
    "stg_amazon_ads__sp_targeting": _model(
        (*TARGETING, "top_of_search_impression_share", *MEASURES, *OTHER_SKU),
        lambda c: (c.ad_group.ad_group_id, c.target.target_id),
        "ad_group_id",
        "target_id",
    ),
    "stg_amazon_ads__sp_advertised_product": _model(
        (*BASE, *BUDGET, *GROUP, "ad_id", "asin", "sku", *MEASURES, *OTHER_SKU),
        lambda c: (c.ad_group.ad_group_id, c.ad.ad_id),
        "ad_group_id",
        "ad_id",
    ),
    "stg_amazon_ads__sp_purchased_product": StagingTruth(
        PURCHASED,
        ("store_id", "date", "campaign_id", "ad_group_id", "target_id", "advertised_sku", "purchased_asin"),
        _purchased,
    ),
    "stg_amazon_ads__sp_search_term": _model(
        (*TARGETING, "search_term", *MEASURES, *OTHER_SKU),
        lambda c: (c.ad_group.ad_group_id, c.target.target_id, c.term),
        "ad_group_id",
        "target_id",
        "search_term",
        clicked=True,
    ),
    **brand_ads.STAGING,
}
