"""What the staging models of Sponsored Brands and Sponsored Display reports must hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from simulator.truth.coverages.ads import SB_HISTORY, SB_PURCHASED_HISTORY, SD_HISTORY, brand_cells, kept_days
from simulator.truth.known import Known
from simulator.truth.staging.kind import StagingTruth
from simulator.world.advertising.brand_ads import BrandCell, Measures, long_term_sales, reached, sums, top_of_search
from simulator.world.advertising.brand_campaigns import BRANDS, DISPLAY
from simulator.world.advertising.brand_products import MEASURES, products
from simulator.world.advertising.sponsored_products import version
from simulator.world.business import StoreBusiness
from simulator.world.product_pages.competitors import CATEGORY

NAMES = ("store_id", "tenant_id", "date", "currency", "campaign_id", "campaign_name")
BUDGET = ("campaign_status", "campaign_budget_amount", "campaign_budget_type", "cost_type")
GROUP = ("ad_group_id", "ad_group_name")
KEYWORD = ("target_id", "keyword", "match_type", "bid_amount", "target_status")
TRAFFIC = ("impressions", "clicks", "cost", "add_to_list", "add_to_list_clicks")
SALES = ("purchases", "purchases_clicks", "sales", "sales_clicks", "units_sold")
INTEREST = (
    "add_to_cart", "add_to_cart_clicks", "branded_searches", "branded_searches_clicks", "detail_page_views",
    "detail_page_views_clicks", "new_to_brand_purchases", "new_to_brand_purchases_clicks", "new_to_brand_units_sold",
    "new_to_brand_units_sold_clicks", "new_to_brand_sales", "new_to_brand_sales_clicks",
    "new_to_brand_detail_page_views", "new_to_brand_detail_page_views_clicks",
)  # fmt: skip
VIDEO = (
    "viewable_impressions", "video_first_quartile_views", "video_midpoint_views", "video_complete_views",
    "video_unmutes",
)  # fmt: skip
SB_VIDEO = (*VIDEO, "video_5_second_views", "video_third_quartile_views")
SB_INTEREST = (*INTEREST, "purchases_promoted", "sales_promoted")
SB = (*NAMES, *BUDGET, *TRAFFIC, *SALES)
SD = (
    *NAMES, *TRAFFIC, *SALES, *INTEREST, *VIDEO, "units_sold_clicks", "purchases_promoted_clicks",
    "sales_promoted_clicks",
)  # fmt: skip
REACH = ("cumulative_reach", "impressions_frequency_average", "video_third_quartile_views")
BOUGHT = ("purchased_asin", *(name for name in MEASURES if not name.startswith("new_")))


def _days(known: Known, history: int, product: str) -> Iterator[tuple[StoreBusiness, date, int, list[BrandCell]]]:
    for account, store, business in known.stores(configured_only=True):
        for day in kept_days(known, account, history):
            yield business, day, version(store, day, known.now), brand_cells(business, day, product)


def _named(business: StoreBusiness, day: date, cell: BrandCell) -> dict:
    store, campaign, target = business.store, cell.campaign, cell.target
    keyword = target.is_keyword
    target_id = str(target.target_id)
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
        "cost_type": campaign.cost_type,
        "ad_group_id": str(cell.group.ad_group_id),
        "ad_group_name": cell.group.name,
        "bid_optimization": "REACH" if campaign.cost_type == "VCPM" else "CLICKS",
        "ad_id": str(cell.ad.ad_id),
        "asin": cell.ad.offers[0].asin,
        "sku": cell.ad.offers[0].sku,
        "advertised_asin": cell.ad.offers[0].asin,
        "advertised_sku": cell.ad.offers[0].sku,
        "target_id": target_id,
        "targeting": target.text,
        "target_status": campaign.status,
        "keyword_type": target.kind,
        "keyword_id": target_id if keyword else None,
        "keyword": target.text if keyword else None,
        "match_type": target.kind if keyword else None,
        "bid_amount": target.bid if keyword else None,
        "targeting_id": None if keyword else target_id,
        "targeting_text": None if keyword else target.text,
        "targeting_expression": None if keyword else target.text,
        "targeting_type": None if keyword else target.kind,
        "search_term": cell.term,
    }


def _derived(values: Measures) -> dict:
    frequency = Decimal(values["impressions"]) / reached(values)
    return {
        "top_of_search_impression_share": top_of_search(values),
        "long_term_sales": long_term_sales(values),
        "cumulative_reach": reached(values),
        "impressions_frequency_average": frequency.quantize(Decimal("0.01"), ROUND_HALF_UP),
    }


def _rows(
    columns: Iterable[str], product: str, key: Callable[[BrandCell], object], searched: bool, known: Known
) -> Iterator[dict]:
    """One row per day and key; searched: only keywords, and only what was clicked."""
    history = SB_HISTORY if product == BRANDS else SD_HISTORY
    for business, day, age, cells in _days(known, history, product):
        kept = [cell for cell in cells if cell.target.is_keyword] if searched else cells
        for cell, values in sums(business.store, kept, key, age).values():
            if values["clicks" if searched else "impressions"]:
                row = _named(business, day, cell) | values | _derived(values)
                yield {name: row[name] for name in columns}


def _model(
    product: str, columns: tuple[str, ...], key: Callable[[BrandCell], object], *of: str, searched: bool = False
) -> StagingTruth:
    order = ("store_id", "date", "campaign_id", *of)
    return StagingTruth(columns, order, partial(_rows, columns, product, key, searched))


def _bought(columns: Iterable[str], product: str, history: int, known: Known) -> Iterator[dict]:
    for business, day, age, cells in _days(known, history, product):
        found = products(business.store, cells, day, age, display=product == DISPLAY)
        for each in found.values():
            row = _named(business, day, each.cell) | each.measures
            row |= {"purchased_asin": each.offer.asin, "attribution_type": each.attribution}
            row |= {"product_name": each.offer.title, "add_to_list": 0, "add_to_list_clicks": 0}
            row["product_category"] = CATEGORY[business.store.marketplace.language]
            yield {name: row[name] for name in columns}


SB_BOUGHT = (
    *NAMES, *GROUP, *BOUGHT, "cost_type", "attribution_type", "product_name", "product_category",
    "new_to_brand_purchases", "new_to_brand_sales", "new_to_brand_units_sold",
)  # fmt: skip
SD_BOUGHT = (*NAMES, *GROUP, *BOUGHT, "advertised_asin", "advertised_sku", "add_to_list", "add_to_list_clicks")

STAGING: dict[str, StagingTruth] = {
    "stg_amazon_ads__sb_campaigns": _model(
        BRANDS,
        (*SB, "units_sold_clicks", *SB_INTEREST, *SB_VIDEO, "top_of_search_impression_share", "long_term_sales"),
        lambda c: c.campaign.campaign_id,
    ),
    "stg_amazon_ads__sb_ads": _model(
        BRANDS,
        (*SB, *GROUP, "ad_id", "units_sold_clicks", *SB_INTEREST, *SB_VIDEO),
        lambda c: (c.group.ad_group_id, c.ad.ad_id),
        "ad_group_id",
        "ad_id",
    ),
    "stg_amazon_ads__sb_targeting": _model(
        BRANDS,
        (
            *SB, *GROUP, *KEYWORD, "keyword_id", "keyword_type", "targeting", "targeting_id", "targeting_text",
            "targeting_expression", "targeting_type", *SB_INTEREST, "top_of_search_impression_share",
        ),
        lambda c: (c.group.ad_group_id, c.target.target_id),
        "ad_group_id",
        "target_id",
    ),
    "stg_amazon_ads__sb_search_term": _model(
        BRANDS,
        (*SB, *GROUP, *KEYWORD, "search_term", *SB_VIDEO),
        lambda c: (c.group.ad_group_id, c.target.target_id, c.term),
        "ad_group_id",
        "target_id",
        "search_term",
        searched=True,
    ),
    "stg_amazon_ads__sb_purchased_product": StagingTruth(
        SB_BOUGHT,
        ("store_id", "date", "campaign_id", "ad_group_id", "purchased_asin", "attribution_type"),
        partial(_bought, SB_BOUGHT, BRANDS, SB_PURCHASED_HISTORY),
    ),
    "stg_amazon_ads__sd_campaigns": _model(
        DISPLAY,
        (*SD, "campaign_status", "campaign_budget_amount", "cost_type", "long_term_sales", *REACH),
        lambda c: c.campaign.campaign_id,
    ),
    "stg_amazon_ads__sd_advertised_product": _model(
        DISPLAY,
        (*SD, *GROUP, "ad_id", "asin", "sku", "bid_optimization", *REACH),
        lambda c: (c.group.ad_group_id, c.ad.ad_id),
        "ad_group_id",
        "ad_id",
    ),
    "stg_amazon_ads__sd_targeting": _model(
        DISPLAY,
        (*SD, *GROUP, "target_id", "targeting", "targeting_expression", "target_status"),
        lambda c: (c.group.ad_group_id, c.target.target_id),
        "ad_group_id",
        "target_id",
    ),
    "stg_amazon_ads__sd_purchased_product": StagingTruth(
        SD_BOUGHT,
        ("store_id", "date", "campaign_id", "ad_group_id", "advertised_sku", "purchased_asin"),
        partial(_bought, SD_BOUGHT, DISPLAY, SD_HISTORY),
    ),
}  # fmt: skip
