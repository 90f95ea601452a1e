"""Sponsored Brands and Sponsored Display reports (v3): rows with exactly the columns asked for, in Amazon's JSON types.

There is no row without impressions. Search terms have rows where there was a click. Purchased products have rows where
there was an order (Display: of a product that the ad did not show). What was shown and bought is decided in
world/advertising/brand_ads.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from simulator.documents.amazon_ads.sponsored_products import number, share
from simulator.world.advertising.brand_ads import BrandCell, Measures, long_term_sales, reached, sums, top_of_search
from simulator.world.advertising.brand_campaigns import BRANDS, DISPLAY
from simulator.world.advertising.brand_products import Product, products
from simulator.world.advertising.sponsored_products import version
from simulator.world.business import StoreBusiness
from simulator.world.marketplaces import days_between
from simulator.world.model import SimStore
from simulator.world.product_pages.competitors import CATEGORY


@dataclass(frozen=True, slots=True)
class ReportType:
    """A report: of which ad product, what a row is about, which cells it has, and whether a row needs a click."""

    product: str
    key: Callable[[BrandCell], object]
    keeps: Callable[[BrandCell], bool] = lambda cell: True
    needs_click: bool = False


def matched_asin(cell: BrandCell) -> str | None:
    """The product beside which an ad was shown, if it was."""
    return cell.target.text[6:-1] if cell.target.text.startswith('asin="') else None


TYPES = {
    ("sbCampaigns", "campaign"): ReportType(BRANDS, lambda c: c.campaign.campaign_id),
    ("sbAds", "ads"): ReportType(BRANDS, lambda c: (c.group.ad_group_id, c.ad.ad_id)),
    ("sbTargeting", "targeting"): ReportType(BRANDS, lambda c: (c.group.ad_group_id, c.target.target_id)),
    ("sbSearchTerm", "searchTerm"): ReportType(
        BRANDS,
        lambda c: (c.group.ad_group_id, c.target.target_id, c.term),
        lambda c: c.target.is_keyword,
        needs_click=True,
    ),
    ("sdCampaigns", "campaign"): ReportType(DISPLAY, lambda c: c.campaign.campaign_id),
    ("sdCampaigns", "matchedTarget"): ReportType(
        DISPLAY, lambda c: (c.campaign.campaign_id, matched_asin(c)), lambda c: matched_asin(c) is not None
    ),
    ("sdAdvertisedProduct", "advertiser"): ReportType(DISPLAY, lambda c: (c.group.ad_group_id, c.ad.ad_id)),
    ("sdTargeting", "targeting"): ReportType(DISPLAY, lambda c: (c.group.ad_group_id, c.target.target_id)),
    ("sdTargeting", "matchedTarget"): ReportType(
        DISPLAY, lambda c: (c.group.ad_group_id, matched_asin(c)), lambda c: matched_asin(c) is not None
    ),
}
PURCHASED = {("sbPurchasedProduct", "purchasedAsin"): BRANDS, ("sdPurchasedProduct", "asin"): DISPLAY}


def groups(type_id: str) -> list[str]:
    """What a type can be grouped by in this world, the usual one first; nothing for one that has no rows here."""
    return [group for known, group in (*TYPES, *PURCHASED) if known == type_id]


Found = tuple[object, date, BrandCell, Product | None, Measures]
"""A row to be: its key within a day, the day, a cell that has its names, the product bought, its measures."""


def measured(store: SimStore, cells: Iterable[BrandCell], day: date, age: int, report: ReportType) -> list[Found]:
    """The rows of a report of one day, as that version has them."""
    kept = [cell for cell in cells if cell.campaign.product == report.product and report.keeps(cell)]
    return [
        (key, day, cell, None, values)
        for key, (cell, values) in sums(store, kept, report.key, age).items()
        if values["clicks" if report.needs_click else "impressions"]
    ]


def bought(store: SimStore, cells: Iterable[BrandCell], day: date, age: int, product: str) -> list[Found]:
    """The purchased products of one day. Brands: all, by ad group; Display: those not advertised, by ad."""
    kept = [cell for cell in cells if cell.campaign.product == product]
    return [
        (key, day, each.cell, each, each.measures)
        for key, each in products(store, kept, day, age, display=product == DISPLAY).items()
    ]


def rows(
    business: StoreBusiness,
    type_id: str,
    group: str,
    columns: Sequence[str],
    first: date,
    last: date,
    time_unit: str,
    now: datetime,
) -> list[dict]:
    """The report's rows of the ended days, as known at `now`. Raises KeyError for what is not in TYPES or PURCHASED."""
    store = business.store
    # conversions come days later: the days up to now must be there, not only those asked for
    business.until(now)
    found: list[Found] = []
    for day in days_between(max(first, store.start), last):
        age = version(store, day, now)
        if not age:
            break
        cells = business.brand_ads.days[day]
        if (type_id, group) in PURCHASED:
            found += bought(store, cells, day, age, PURCHASED[type_id, group])
        else:
            found += measured(store, cells, day, age, TYPES[type_id, group])
    if time_unit == "SUMMARY":
        found = _summed(found)
    span = {"startDate": first.isoformat(), "endDate": last.isoformat()}
    result = []
    for _, day, cell, product, values in found:
        told = {**_names(store, cell, day), **span}
        told |= _measures(values) if product is None else _bought(store, type_id, product, values)
        result.append({column: told.get(column) for column in columns})
    return result


def _summed(found: Iterable[Found]) -> list[Found]:
    summed: dict[object, Found] = {}
    for row in found:
        key, day, cell, product, values = row
        into = summed.setdefault(key, (key, day, cell, product, dict.fromkeys(values, 0)))[4]
        for name, value in values.items():
            into[name] += value
    return list(summed.values())


def _names(store: SimStore, cell: BrandCell, day: date) -> dict[str, object]:
    campaign, target = cell.campaign, cell.target
    names: dict[str, object] = {
        "date": day.isoformat(),
        "campaignId": campaign.campaign_id,
        "campaignName": campaign.name,
        "campaignStatus": campaign.status,
        "campaignBudgetAmount": number(campaign.budget),
        "campaignBudgetType": "DAILY_BUDGET",
        "campaignBudgetCurrencyCode": store.marketplace.currency,
        "campaignPriceTypeCode": campaign.cost_type,
        "costType": campaign.cost_type,
        "adGroupId": cell.group.ad_group_id,
        "adGroupName": cell.group.name,
        "bidOptimization": "REACH" if campaign.cost_type == "VCPM" else "CLICKS",
        "adId": cell.ad.ad_id,
        "promotedAsin": cell.ad.offers[0].asin,
        "promotedSku": cell.ad.offers[0].sku,
        "adKeywordStatus": campaign.status,
        "keywordType": target.kind,
        "searchTerm": cell.term,
        "matchedTargetAsin": matched_asin(cell),
    }
    if target.is_keyword:
        names |= {"keywordId": target.target_id, "keywordText": target.text, "matchType": target.kind}
        names["keywordBid"] = number(target.bid)
    else:
        names |= {"targetingId": target.target_id, "targetingText": target.text, "targetingType": target.kind}
        names["targetingExpression"] = target.text
    return names


# column -> measure; where Brands and Display name a measure differently, both names are here
_SAME = {
    "impressions": "impressions", "clicks": "clicks", "viewableImpressions": "viewable_impressions",
    "impressionsViews": "viewable_impressions", "addToList": "add_to_list", "addToListFromClicks": "add_to_list_clicks",
    "addToCart": "add_to_cart", "addToCartClicks": "add_to_cart_clicks", "brandedSearches": "branded_searches",
    "brandedSearchesClicks": "branded_searches_clicks", "detailPageViews": "detail_page_views",
    "detailPageViewsClicks": "detail_page_views_clicks", "newToBrandDetailPageViews": "new_to_brand_detail_page_views",
    "newToBrandDetailPageViewsClicks": "new_to_brand_detail_page_views_clicks",
    "newToBrandDetailPageViewClicks": "new_to_brand_detail_page_views_clicks",
    "video5SecondViews": "video_5_second_views", "videoFirstQuartileViews": "video_first_quartile_views",
    "videoMidpointViews": "video_midpoint_views", "videoThirdQuartileViews": "video_third_quartile_views",
    "videoCompleteViews": "video_complete_views", "videoUnmutes": "video_unmutes", "purchases": "purchases",
    "purchasesClicks": "purchases_clicks", "purchasesPromoted": "purchases_promoted",
    "purchasesPromotedClicks": "purchases_promoted_clicks", "unitsSold": "units_sold",
    "unitsSoldClicks": "units_sold_clicks", "newToBrandPurchases": "new_to_brand_purchases",
    "newToBrandPurchasesClicks": "new_to_brand_purchases_clicks", "newToBrandUnitsSold": "new_to_brand_units_sold",
    "newToBrandUnitsSoldClicks": "new_to_brand_units_sold_clicks",
}  # fmt: skip
_MONEY = {
    "cost": "cost", "sales": "sales", "salesClicks": "sales_clicks", "salesPromoted": "sales_promoted",
    "salesPromotedClicks": "sales_promoted_clicks", "newToBrandSales": "new_to_brand_sales",
    "newToBrandSalesClicks": "new_to_brand_sales_clicks",
}  # fmt: skip


def _measures(values: Measures) -> dict[str, object]:
    shows, cost, sales = values["impressions"], values["cost"], values["sales"]
    told: dict[str, object] = {column: values[name] for column, name in _SAME.items()}
    told |= {column: number(Decimal(values[name])) for column, name in _MONEY.items()}
    for column, name in (
        ("addToCartViews", "add_to_cart"),
        ("addToListFromViews", "add_to_list"),
        ("brandedSearchesViews", "branded_searches"),
        ("newToBrandDetailPageViewViews", "new_to_brand_detail_page_views"),
    ):
        told[column] = values[name] - values[f"{name}_clicks"]
    reach = reached(values)
    return told | {
        "addToCartRate": share(values["add_to_cart"], shows),
        "eCPAddToCart": share(cost, values["add_to_cart"], "0.01"),
        "brandedSearchRate": share(values["branded_searches"], shows),
        "eCPBrandSearch": share(cost, values["branded_searches"], "0.01"),
        "newToBrandDetailPageViewRate": share(values["new_to_brand_detail_page_views"], shows),
        "newToBrandECPDetailPageView": share(cost, values["new_to_brand_detail_page_views"], "0.01"),
        "newToBrandPurchasesPercentage": share(values["new_to_brand_purchases"] * 100, values["purchases"], "0.01"),
        "newToBrandPurchasesRate": share(values["new_to_brand_purchases"], shows),
        "newToBrandSalesPercentage": share(values["new_to_brand_sales"] * 100, sales, "0.01"),
        "newToBrandUnitsSoldPercentage": share(values["new_to_brand_units_sold"] * 100, values["units_sold"], "0.01"),
        "video5SecondViewRate": share(values["video_5_second_views"], shows),
        "viewabilityRate": share(values["viewable_impressions"], shows),
        "viewClickThroughRate": share(values["clicks"], values["viewable_impressions"]),
        "topOfSearchImpressionShare": float(top_of_search(values)),
        "longTermSales": number(long_term_sales(values)),
        "longTermROAS": share(long_term_sales(values), cost, "0.01"),
        "cumulativeReach": reach,
        "impressionsFrequencyAverage": share(shows, reach, "0.01"),
    }


def _bought(store: SimStore, type_id: str, product: Product, values: Measures) -> dict[str, object]:
    sales, sales_clicks, new = (
        number(Decimal(values[name])) for name in ("sales", "sales_clicks", "new_to_brand_sales")
    )
    if type_id == "sdPurchasedProduct":
        return {
            "asinBrandHalo": product.offer.asin,
            "addToList": 0,
            "addToListFromClicks": 0,
            "addToListFromViews": 0,
            "conversionsBrandHalo": values["purchases"],
            "conversionsBrandHaloClicks": values["purchases_clicks"],
            "salesBrandHalo": sales,
            "salesBrandHaloClicks": sales_clicks,
            "unitsSoldBrandHalo": values["units_sold"],
            "unitsSoldBrandHaloClicks": values["units_sold_clicks"],
        }
    told: dict[str, object] = {
        "purchasedAsin": product.offer.asin,
        "attributionType": product.attribution,
        "productName": product.offer.title,
        "productCategory": CATEGORY[store.marketplace.language],
        "orders14d": values["purchases"],
        "ordersClicks14d": values["purchases_clicks"],
        "sales14d": sales,
        "salesClicks14d": sales_clicks,
        "unitsSold14d": values["units_sold"],
        "unitsSoldClicks14d": values["units_sold_clicks"],
        "newToBrandPurchases14d": values["new_to_brand_purchases"],
        "newToBrandSales14d": new,
        "newToBrandUnitsSold14d": values["new_to_brand_units_sold"],
    }
    for column, name in (("Purchases", "purchases"), ("Sales", "sales"), ("UnitsSold", "units_sold")):
        part = share(values[f"new_to_brand_{name}"] * 100, values[name], "0.01")
        told[f"newToBrand{column}Percentage14d"] = part
    return told
