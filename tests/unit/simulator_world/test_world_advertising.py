"""Advertising in every seed's world: what each report has, and that reports of different grains tell the same."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulator.apis.amazon_ads.report_types import TYPES
from simulator.seeded_world import World
from simulator.truth import rows as truth
from simulator.world.advertising.brand_ads import SILENT_DAYS
from simulator.world.marketplaces import PUBLISHED_AFTER, days_between, midnight
from tests.support.seeds import of_seeds

REPORTS = [(name, group) for name, known in TYPES.items() for group in known.groups]
KINDLE = ("kindle", "Borrows")
SEEDS = (1, 7, 20261)

WorldOf = Callable[[int], World]


def columns_of(name: str, group: str) -> list[str]:
    known = TYPES[name].columns | TYPES[name].groups[group]
    return sorted(c for c in known if not any(k in c or k.lower() in c for k in KINDLE) and c not in SPAN)


SPAN = ("startDate", "endDate")


def rows(world: World, store_id: str, name: str, group: str, now: datetime, unit: str = "DAILY") -> list[dict]:
    store = world.store(store_id)
    assert store.ads_profile_id is not None
    columns = [c for c in columns_of(name, group) if unit == "DAILY" or c != "date"]
    return world.ads_rows(store.ads_profile_id, name, columns, store.start, now.date(), unit, now, group)


def total(found: list[dict], *columns: str) -> tuple[Decimal, ...]:
    return tuple(sum((Decimal(str(row[c])) for row in found), Decimal(0)) for c in columns)


@pytest.mark.parametrize(("name", "group"), REPORTS)
def test_rows_have_the_columns_asked_for_in_amazons_types(
    world: World, now: datetime, shared: Path, name: str, group: str
) -> None:
    types = json.loads((shared / "specs/amazon-ads-derived/ads_v3_columns.json").read_text())
    # money, whatever the guide says of it
    money = {"salesBrandHalo", "salesBrandHaloClicks"}
    python: dict[str, Any] = {"Integer": int, "Decimal": (int, float), "String": str}
    found = rows(world, "sakura-jp", name, group, now)
    assert len(found) > 20
    assert [list(row) for row in found] == [columns_of(name, group)] * len(found)
    for column in columns_of(name, group):
        values = [row[column] for row in found if row[column] is not None]
        wanted = (int, float) if column in money else python.get(types.get(column, {}).get("type", ""), object)
        assert all(isinstance(value, wanted) for value in values), column
    if "impressions" in found[0]:
        assert all(row["impressions"] > 0 for row in found)
    if "SearchTerm" in name:
        assert all(row["clicks"] > 0 for row in found)


@pytest.mark.parametrize("seed", of_seeds(*SEEDS))
@pytest.mark.parametrize("store_id", ["harbor-us", "harbor-de", "sakura-jp"])
def test_grains_agree(world_of: WorldOf, now: datetime, seed: int, store_id: str) -> None:
    world = world_of(seed)

    def of(name: str, group: str, *columns: str) -> tuple[Decimal, ...]:
        return total(rows(world, store_id, name, group, now), *columns)

    sponsored = ("impressions", "clicks", "cost", "purchases14d", "sales30d", "unitsSoldSameSku7d")
    campaigns = of("spCampaigns", "campaign", *sponsored)
    assert campaigns == of("spCampaigns", "campaignPlacement", *sponsored)
    assert campaigns == of("spCampaigns", "adGroup", *sponsored)
    assert campaigns == of("spTargeting", "targeting", *sponsored)
    assert campaigns == of("spAdvertisedProduct", "advertiser", *sponsored)
    besides = of("spAdvertisedProduct", "advertiser", "salesOtherSku7d", "unitsSoldOtherSku7d")
    assert besides == of("spPurchasedProduct", "asin", "salesOtherSku7d", "unitsSoldOtherSku7d")

    brand = ("impressions", "clicks", "cost", "purchases", "salesClicks", "newToBrandUnitsSold", "addToCart")
    campaigns = of("sbCampaigns", "campaign", *brand)
    assert campaigns == of("sbAds", "ads", *brand)
    assert campaigns == of("sbTargeting", "targeting", *brand)
    bought = of("sbPurchasedProduct", "purchasedAsin", "sales14d", "salesClicks14d", "unitsSold14d")
    assert bought == of("sbCampaigns", "campaign", "sales", "salesClicks", "unitsSold")
    searched = of("sbSearchTerm", "searchTerm", "clicks", "cost")
    assert all(0 < part < whole for part, whole in zip(searched, campaigns[1:3], strict=True))

    campaigns = of("sdCampaigns", "campaign", *brand)
    assert campaigns == of("sdAdvertisedProduct", "advertiser", *brand)
    assert campaigns == of("sdTargeting", "targeting", *brand)
    halo = of("sdPurchasedProduct", "asin", "salesBrandHaloClicks")
    sales, promoted = of("sdCampaigns", "campaign", "salesClicks", "salesPromotedClicks")
    assert halo == (sales - promoted,)


@pytest.mark.parametrize(("name", "group"), REPORTS)
def test_a_summary_sums_the_days(world: World, now: datetime, name: str, group: str) -> None:
    measures = [c for c in ("clicks", "cost", "sales30d", "sales", "sales14d", "salesBrandHalo", "purchases1d")
                if c in columns_of(name, group)]  # fmt: skip
    daily = rows(world, "harbor-de", name, group, now)
    summed = rows(world, "harbor-de", name, group, now, "SUMMARY")
    assert total(daily, *measures) == total(summed, *measures)
    assert len(summed) < len(daily)


@pytest.mark.parametrize("seed", of_seeds(*SEEDS))
def test_every_world_has_what_readers_of_brand_reports_must_bear(world_of: WorldOf, now: datetime, seed: int) -> None:
    world = world_of(seed)
    for store_id in ("harbor-us", "harbor-de", "sakura-jp"):
        store = world.store(store_id)
        campaigns = rows(world, store_id, "sbCampaigns", "campaign", now)
        display = rows(world, store_id, "sdCampaigns", "campaign", now)
        days = {row["date"] for row in campaigns}
        assert not days & {(store.start + timedelta(days=n)).isoformat() for n in SILENT_DAYS}
        assert {row["costType"] for row in display} == {"CPC", "VCPM"}
        assert max(row["campaignId"] for row in display) > 2**53
        assert any(row["purchases"] > row["purchasesClicks"] for row in (*campaigns, *display)), "orders after a view"
        assert any(row["videoCompleteViews"] for row in campaigns)
        assert any(row["newToBrandPurchases"] for row in campaigns)
        kinds = Counter(r["keywordType"] for r in rows(world, store_id, "sbTargeting", "targeting", now))
        assert {"EXACT", "PHRASE", "BROAD", "THEME", "TARGETING_EXPRESSION"} == kinds.keys()
        bought = rows(world, store_id, "sbPurchasedProduct", "purchasedAsin", now)
        assert {row["attributionType"] for row in bought} == {"Promoted", "Brand Halo"}
        assert {row["placementClassification"] for row in rows(world, store_id, "spCampaigns", "campaignPlacement", now)
                } == {"Top of Search on-Amazon", "Detail Page on-Amazon", "Other on-Amazon", "Off Amazon"}  # fmt: skip


def test_brand_reports_are_restated_and_lose_rows(world: World) -> None:
    store = world.store("harbor-us")
    assert store.ads_profile_id is not None
    gone = later = 0
    for day in days_between(store.start, store.start + timedelta(days=30)):
        shown = []
        for age in (1, 3, 28):
            at = midnight(store.marketplace.time_zone, day + timedelta(days=age)) + PUBLISHED_AFTER
            columns = ["campaignId", "adGroupId", "keywordId", "targetingId", "purchases"]
            found = world.ads_rows(store.ads_profile_id, "sbTargeting", columns, day, day, "DAILY", at)
            shown.append({tuple(row.values())[:4]: row["purchases"] for row in found})
        gone += len(shown[0].keys() - shown[1].keys())
        later += sum(shown[2].values()) > sum(shown[1].values())
    assert gone > 3
    assert later > 3


def test_an_order_follows_one_ad_only(world: World, now: datetime) -> None:
    for store_id in ("harbor-us", "sakura-jp"):
        business = world.business(world.store(store_id)).until(now)
        followed = [order.order_id for cells in business.ads.days.values() for c in cells for order, _ in c.orders]
        followed += [o.order.order_id for cells in business.brand_ads.days.values() for c in cells for o in c.orders]
        assert len(followed) > 300
        assert len(set(followed)) == len(followed)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", of_seeds(*SEEDS))
def test_every_world_has_wasted_search_terms_and_quadrants(world_of: WorldOf, now: datetime, seed: int) -> None:
    candidates = truth("ads_negative_candidates", world_of(seed), now)
    assert {row["store_id"] for row in candidates} == {"harbor-us", "harbor-de", "sakura-jp"}
    assert all(row["clicks"] > 20 and row["p_value"] < Decimal("0.05") for row in candidates)
    matrix = truth("ads_matrix", world_of(seed), now)
    assert {row["quadrant"] for row in matrix} >= {"scale", "harvest", "fix"}
    assert all(row["tacos"] < row["acos_14d"] for row in matrix), "more is sold than what ads sold"
    assert any(row["break_even_acos"] < row["acos_14d"] for row in matrix)


@pytest.mark.thorough
def test_worlds_have_each_quadrant_together(world_of: WorldOf, now: datetime) -> None:
    matrices = [truth("ads_matrix", world_of(seed), now) for seed in SEEDS]
    assert {row["quadrant"] for matrix in matrices for row in matrix} >= {"scale", "harvest", "fix", "stop"}
