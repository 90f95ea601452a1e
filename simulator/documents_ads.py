"""Ads reports (v3): rows with exactly the columns asked for, in the JSON types Amazon uses (ids are integers).

spCampaigns, spAdvertisedProduct and spSearchTerm exist in this world. There is no row without impressions, and search
terms have rows only where there was a click.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from simulator.ads import WINDOWS, Cell, Sums, sums, version
from simulator.business import StoreBusiness
from simulator.marketplaces import days_between


@dataclass(frozen=True, slots=True)
class ReportType:
    """A report: what a row is about, and whether a row needs a click."""

    key: Callable[[Cell], object]
    needs_click: bool


TYPES = {
    "spCampaigns": ReportType(lambda c: c.campaign.campaign_id, False),
    "spAdvertisedProduct": ReportType(lambda c: (c.ad_group.ad_group_id, c.ad.ad_id), False),
    "spSearchTerm": ReportType(lambda c: (c.ad_group.ad_group_id, c.target.target_id, c.term), True),
}


def rows(
    business: StoreBusiness,
    type_id: str,
    columns: Sequence[str],
    first: date,
    last: date,
    time_unit: str,
    now: datetime,
) -> list[dict]:
    """The report's rows of the ended days, as known at `now`. Raises KeyError for a type that is not in TYPES."""
    report, store = TYPES[type_id], business.store
    found: list[tuple[date, Cell, Sums]] = []
    # conversions come days after the click: the days up to now must be there, not only those asked for
    business.until(now)
    for day in days_between(max(first, store.start), last):
        age = version(store, day, now)
        if not age:
            break
        for cell, measured in sums(store, business.ads.days[day], report.key, age).values():
            if measured.clicks if report.needs_click else measured.impressions:
                found.append((day, cell, measured))
    if time_unit == "SUMMARY":
        found = _summed(found, report)
    span = {"startDate": first.isoformat(), "endDate": last.isoformat()}
    return [_row(business, type_id, columns, day, cell, measured, span) for day, cell, measured in found]


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


def _share(part: Decimal | int, whole: Decimal | int, digits: str = "0.0001") -> float | None:
    return float((Decimal(part) / Decimal(whole)).quantize(Decimal(digits), ROUND_HALF_UP)) if whole else None


def _number(amount: Decimal) -> float | int:
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
    if type_id == "spCampaigns":
        values["topOfSearchImpressionShare"] = _share(min(measured.clicks * 3, 100), 100)
    return {column: values.get(column) for column in columns}


def _names(business: StoreBusiness, cell: Cell, day: date) -> dict[str, object]:
    campaign, target = cell.campaign, cell.target
    return {
        "date": day.isoformat(),
        "campaignId": campaign.campaign_id,
        "campaignName": campaign.name,
        "campaignStatus": campaign.status,
        "campaignBudgetAmount": _number(campaign.budget),
        "campaignBudgetType": "DAILY_BUDGET",
        "campaignBudgetCurrencyCode": business.store.marketplace.currency,
        "campaignBiddingStrategy": "legacy",
        "adGroupId": cell.ad_group.ad_group_id,
        "adGroupName": cell.ad_group.name,
        "adId": cell.ad.ad_id,
        "advertisedAsin": cell.ad.offer.asin,
        "advertisedSku": cell.ad.offer.sku,
        "keywordId": target.target_id,
        "keyword": target.text,
        "keywordBid": _number(target.bid),
        "keywordType": target.match_type,
        "matchType": target.match_type,
        "targeting": target.text,
        "adKeywordStatus": campaign.status,
        "searchTerm": cell.term,
    }


def _measures(measured: Sums) -> dict[str, object]:
    values: dict[str, object] = {
        "impressions": measured.impressions,
        "clicks": measured.clicks,
        "addToList": 0,
        "cost": _number(measured.cost),
        "spend": _number(measured.cost),
        "costPerClick": _share(measured.cost, measured.clicks, "0.01"),
        "clickThroughRate": _share(measured.clicks * 100, measured.impressions),
    }
    for window in WINDOWS:
        values[f"purchases{window}d"] = measured.purchases[window]
        values[f"purchasesSameSku{window}d"] = measured.same_purchases[window]
        values[f"unitsSoldClicks{window}d"] = measured.units[window]
        values[f"unitsSoldSameSku{window}d"] = measured.same_units[window]
        values[f"sales{window}d"] = _number(measured.sales[window])
        values[f"attributedSalesSameSku{window}d"] = _number(measured.same_sales[window])
    values["salesOtherSku7d"] = _number(measured.sales[7] - measured.same_sales[7])
    values["unitsSoldOtherSku7d"] = measured.units[7] - measured.same_units[7]
    for window in (7, 14):
        values[f"acosClicks{window}d"] = _share(measured.cost * 100, measured.sales[window], "0.01")
        values[f"roasClicks{window}d"] = _share(measured.sales[window], measured.cost, "0.01")
    return values


def as_day(value: date | str) -> date:
    """A day given as a date or as YYYY-MM-DD."""
    return value if isinstance(value, date) else date.fromisoformat(value[:10])
