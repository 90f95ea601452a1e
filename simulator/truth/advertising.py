"""ads_campaigns_daily and ads_search_terms_daily: Sponsored Products in the current version of each day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from simulator.ads import WINDOWS, Cell, Sums, sums, version
from simulator.model import SimStore
from simulator.truth.known import Known, converted, ratio


def _days(known: Known, key: Callable[[Cell], object]) -> Iterator[tuple[SimStore, date, Cell, Sums]]:
    for account, store, business in known.stores(configured_only=True):
        for day in known.ads_days(account):
            cells = business.ads.days.get(day, [])
            for cell, measured in sums(store, cells, key, version(store, day, known.now)).values():
                yield store, day, cell, measured


def _conversions(measured: Sums) -> dict:
    row: dict[str, object] = {}
    for window in WINDOWS:
        row[f"purchases_{window}d"] = measured.purchases[window]
        row[f"units_{window}d"] = measured.units[window]
        row[f"sales_{window}d"] = measured.sales[window]
    return row


def ads_campaigns_daily(known: Known) -> Iterator[dict]:
    """One row per day and campaign that was shown."""
    for store, day, cell, measured in _days(known, lambda c: c.campaign.campaign_id):
        if not measured.impressions:
            continue
        currency = store.marketplace.currency
        reporting_currency, rate, fx_date = known.reporting(store.tenant_id, currency, day)
        yield {
            "store_id": store.store_id,
            "tenant_id": store.tenant_id,
            "date": day,
            "campaign_id": str(cell.campaign.campaign_id),
            "campaign_name": cell.campaign.name,
            "campaign_status": cell.campaign.status,
            "campaign_budget_amount": cell.campaign.budget,
            "currency": currency,
            "impressions": measured.impressions,
            "clicks": measured.clicks,
            "cost": measured.cost,
            **_conversions(measured),
            "ctr": ratio(measured.clicks, measured.impressions),
            "cpc": ratio(measured.cost, measured.clicks),
            "acos_7d": ratio(measured.cost, measured.sales[7]),
            "roas_7d": ratio(measured.sales[7], measured.cost),
            "acos_14d": ratio(measured.cost, measured.sales[14]),
            "roas_14d": ratio(measured.sales[14], measured.cost),
            "reporting_currency": reporting_currency,
            "cost_reporting": converted(measured.cost, rate),
            "sales_14d_reporting": converted(measured.sales[14], rate),
            "fx_date": fx_date,
        }


def ads_search_terms_daily(known: Known) -> Iterator[dict]:
    """One row per day, target and search term that was clicked."""
    for store, day, cell, measured in _days(known, lambda c: (c.ad_group.ad_group_id, c.target.target_id, c.term)):
        if not measured.clicks:
            continue
        yield {
            "store_id": store.store_id,
            "tenant_id": store.tenant_id,
            "date": day,
            "campaign_id": str(cell.campaign.campaign_id),
            "campaign_name": cell.campaign.name,
            "ad_group_id": str(cell.ad_group.ad_group_id),
            "ad_group_name": cell.ad_group.name,
            "target_id": str(cell.target.target_id),
            "targeting": cell.target.text,
            "match_type": cell.target.match_type,
            "search_term": cell.term,
            "currency": store.marketplace.currency,
            "impressions": measured.impressions,
            "clicks": measured.clicks,
            "cost": measured.cost,
            **_conversions(measured),
        }
