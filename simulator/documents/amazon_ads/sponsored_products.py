"""Sponsored Products reports (v3): rows with exactly the columns asked for, in the JSON types Amazon uses.

There is no row without impressions, and search terms have rows only where there was a click. Purchased products are
those that the ad did not show; they have rows where there was an order. The other ad products stand in
brands_and_display.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from simulator.world.advertising.halo import Halo, halos
from simulator.world.advertising.sponsored_products import WINDOWS, Cell, Sums, placement, sums, version
from simulator.world.business import StoreBusiness
from simulator.world.marketplaces import days_between


@dataclass(frozen=True, slots=True)
class ReportType:
    """A report: what a row is about, and whether a row needs a click."""

    key: Callable[[Cell], object]
    needs_click: bool = False


TYPES = {
    ("spCampaigns", "campaign"): ReportType(lambda c: c.campaign.campaign_id),
    ("spCampaigns", "adGroup"): ReportType(lambda c: c.ad_group.ad_group_id),
    ("spCampaigns", "campaignPlacement"): ReportType(lambda c: (c.campaign.campaign_id, placement(c))),
    ("spTargeting", "targeting"): ReportType(lambda c: (c.ad_group.ad_group_id, c.target.target_id)),
    ("spAdvertisedProduct", "advertiser"): ReportType(lambda c: (c.ad_group.ad_group_id, c.ad.ad_id)),
    ("spSearchTerm", "searchTerm"): ReportType(lambda c: (c.ad_group.ad_group_id, c.target.target_id, c.term), True),
}


PURCHASED = ("spPurchasedProduct", "asin")


def groups(type_id: str) -> list[str]:
    """What a type can be grouped by in this world, the usual one first; nothing for one that has no rows here."""
    return [group for known, group in (*TYPES, PURCHASED) if known == type_id]


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
    """The report's rows of the ended days, as known at `now`. Raises KeyError for a type that is not in TYPES."""
    store = business.store
    span = {"startDate": first.isoformat(), "endDate": last.isoformat()}
    # conversions come days after the click: the days up to now must be there, not only those asked for
    business.until(now)
    ended = []
    for day in days_between(max(first, store.start), last):
        age = version(store, day, now)
        if not age:
            break
        ended.append((day, age))
    if (type_id, group) == PURCHASED:
        bought = [(day, halos(store, business.ads.days[day], age)) for day, age in ended]
        if time_unit == "SUMMARY":
            bought = [(first, _summed_halos(found for _, found in bought))]
        return [_purchased_row(business, columns, day, halo, span) for day, found in bought for halo in found.values()]
    report = TYPES[type_id, group]
    shown: list[tuple[date, Cell, Sums]] = []
    for day, age in ended:
        for cell, measured in sums(store, business.ads.days[day], report.key, age).values():
            if measured.clicks if report.needs_click else measured.impressions:
                shown.append((day, cell, measured))
    if time_unit == "SUMMARY":
        shown = _summed(shown, report)
    return [_row(business, type_id, columns, day, cell, measured, span) for day, cell, measured in shown]


def _summed(found: Iterable[tuple[date, Cell, Sums]], report: ReportType) -> list[tuple[date, Cell, Sums]]:
    groups: dict[object, tuple[date, Cell, Sums]] = {}
    for day, cell, measured in found:
        key = report.key(cell)
        if key not in groups:
            groups[key] = (day, cell, Sums())
        into = groups[key][2]
        into.impressions += measured.impressions
        into.clicks += measured.clicks
        into.cost += measured.cost
        for name in ("purchases", "units", "sales", "same_purchases", "same_units", "same_sales"):
            for window in WINDOWS:
                getattr(into, name)[window] += getattr(measured, name)[window]
    return list(groups.values())


def _summed_halos(days: Iterable[dict[object, Halo]]) -> dict[object, Halo]:
    summed: dict[object, Halo] = {}
    for found in days:
        for key, halo in found.items():
            into = summed.setdefault(key, Halo(halo.cell, halo.offer))
            for window in WINDOWS:
                into.add((window,), halo.purchases[window], halo.units[window], halo.sales[window])
    return summed


def share(part: Decimal | int, whole: Decimal | int, digits: str = "0.0001") -> float | None:
    """Part by whole, rounded half away from zero; None when there is no whole."""
    return float((Decimal(part) / Decimal(whole)).quantize(Decimal(digits), ROUND_HALF_UP)) if whole else None


def number(amount: Decimal) -> float | int:
    """An amount as JSON has it: whole where the currency has no decimals."""
    return int(amount) if amount == amount.to_integral_value() and amount.as_tuple().exponent == 0 else float(amount)


def _row(
    business: StoreBusiness,
    type_id: str,
    columns: Sequence[str],
    day: date,
    cell: Cell,
    measured: Sums,
    span: dict[str, str],
) -> dict:
    values = {**_names(business, cell, day), **_measures(measured), **span}
    if type_id in ("spCampaigns", "spTargeting"):
        values["topOfSearchImpressionShare"] = share(min(measured.clicks * 3, 100), 100)
    return {column: values.get(column) for column in columns}


def _purchased_row(
    business: StoreBusiness, columns: Sequence[str], day: date, halo: Halo, span: dict[str, str]
) -> dict:
    values = {**_names(business, halo.cell, day), **span, "purchasedAsin": halo.offer.asin}
    values |= {"addToList": 0, "addToListFromClicks": 0}
    for window in WINDOWS:
        for suffix in ("", "OtherSku"):
            values[f"purchases{suffix}{window}d"] = halo.purchases[window]
            values[f"sales{suffix}{window}d"] = number(halo.sales[window])
        values[f"unitsSoldClicks{window}d"] = values[f"unitsSoldOtherSku{window}d"] = halo.units[window]
    return {column: values.get(column) for column in columns}


def _names(business: StoreBusiness, cell: Cell, day: date) -> dict[str, object]:
    campaign, target = cell.campaign, cell.target
    return {
        "date": day.isoformat(),
        "campaignId": campaign.campaign_id,
        "campaignName": campaign.name,
        "campaignStatus": campaign.status,
        "campaignBudgetAmount": number(campaign.budget),
        "campaignBudgetType": "DAILY_BUDGET",
        "campaignBudgetCurrencyCode": business.store.marketplace.currency,
        "campaignBiddingStrategy": "legacy",
        "adGroupId": cell.ad_group.ad_group_id,
        "adGroupName": cell.ad_group.name,
        "adStatus": campaign.status,
        "adId": cell.ad.ad_id,
        "advertisedAsin": cell.ad.offer.asin,
        "advertisedSku": cell.ad.offer.sku,
        "keywordId": target.target_id,
        "keyword": target.text,
        "keywordBid": number(target.bid),
        "keywordType": target.match_type,
        "matchType": target.match_type,
        "targeting": target.text,
        "adKeywordStatus": campaign.status,
        "searchTerm": cell.term,
        "placementClassification": placement(cell),
    }


def _measures(measured: Sums) -> dict[str, object]:
    values: dict[str, object] = {
        "impressions": measured.impressions,
        "clicks": measured.clicks,
        "addToList": 0,
        "cost": number(measured.cost),
        "spend": number(measured.cost),
        "costPerClick": share(measured.cost, measured.clicks, "0.01"),
        "clickThroughRate": share(measured.clicks * 100, measured.impressions),
    }
    for window in WINDOWS:
        values[f"purchases{window}d"] = measured.purchases[window]
        values[f"purchasesSameSku{window}d"] = measured.same_purchases[window]
        values[f"unitsSoldClicks{window}d"] = measured.units[window]
        values[f"unitsSoldSameSku{window}d"] = measured.same_units[window]
        values[f"sales{window}d"] = number(measured.sales[window])
        values[f"attributedSalesSameSku{window}d"] = number(measured.same_sales[window])
    values["salesOtherSku7d"] = number(measured.sales[7] - measured.same_sales[7])
    values["unitsSoldOtherSku7d"] = measured.units[7] - measured.same_units[7]
    for window in (7, 14):
        values[f"acosClicks{window}d"] = share(measured.cost * 100, measured.sales[window], "0.01")
        values[f"roasClicks{window}d"] = share(measured.sales[window], measured.cost, "0.01")
    return values


def as_day(value: date | str) -> date:
    """A day given as a date or as YYYY-MM-DD."""
    return value if isinstance(value, date) else date.fromisoformat(value[:10])
