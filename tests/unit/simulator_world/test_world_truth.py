"""The truth has the marts' columns, and agrees with an independent reading of the documents."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipelines.feeds import FEEDS
from simulator.config_files import write_config
from simulator.documents.apify.items import run_input
from simulator.seeded_world import World
from simulator.truth import MARTS, print_truth, rows, text

NOW = datetime(2026, 11, 22, 12, 15, tzinfo=UTC)
Read = Callable[..., list[dict[str, str]]]
Shown = Callable[[str], list[dict]]
ZONES = {
    "Amazon.com": "America/Los_Angeles",
    "Amazon.de": "Europe/Paris",
    "Amazon.fr": "Europe/Paris",
    "Amazon.co.jp": "Asia/Tokyo",
}
STORES = {
    "Amazon.com": "harbor-us",
    "Amazon.de": "harbor-de",
    "Amazon.fr": "unmapped:A3HARBOREU2DE:amazon.fr",
    "Amazon.co.jp": "sakura-jp",
}


@dataclass(frozen=True)
class Identity:
    seed: int
    first_now: datetime
    stores: int = 3
    products: int = 30
    days: int = 60
    as_met: bool = False


@pytest.fixture
def shown_now(world: World) -> Shown:
    """The truth of a mart in the default world."""
    return _shown_now(world)


@cache
def _shown_now(world: World) -> Shown:
    return cache(lambda mart: rows(mart, world, NOW))


@pytest.mark.thorough
@pytest.mark.parametrize("mart", MARTS)
def test_columns_key_and_order(world: World, now: datetime, mart: str, shown_now: Shown) -> None:
    columns, key = MARTS[mart]
    found = shown_now(mart)
    assert found
    assert all(set(row) == set(columns) for row in found)
    keys = [tuple((row[name] is not None, row[name]) for name in key) for row in found]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    assert columns[:2] == ("store_id", "tenant_id")


def test_values_are_written_plainly() -> None:
    values = [None, True, Decimal("25.00"), Decimal("1E+3"), Decimal("-0.00"), Decimal("0.0500"), date(2026, 1, 2)]
    assert [text(value) for value in values] == ["", "true", "25", "1000", "0", "0.05", "2026-01-02"]


def test_print_truth(now: datetime) -> None:
    out = io.StringIO()
    assert print_truth("traffic_store_daily", Identity(7, now), now, None, out) == 0
    lines = out.getvalue().splitlines()
    assert lines[0] == ",".join(MARTS["traffic_store_daily"][0])
    assert len(lines) == 181
    assert print_truth("nothing", Identity(7, now), now, None, out) == 2


def test_sales_agree_with_the_order_reports(world: World, read: Read, now: datetime, shown_now: Shown) -> None:
    """Orders read as a user would: by order date for history, by last update for what changed today."""
    expected: dict[tuple[str, str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 4)
    for account in world.accounts:
        report_type = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
        for line in read(world.sp_document(account.seller_id, report_type, (), now - timedelta(days=80), now, {}, now)):
            channel = line["sales-channel"]
            day = datetime.fromisoformat(line["purchase-date"]).astimezone(ZoneInfo(ZONES[channel])).date().isoformat()
            sums = expected[STORES[channel], day, line["sku"]]
            if "Cancelled" in (line["order-status"], line["item-status"]):
                sums[2] += int(line["quantity"])
            elif line["item-price"] == "":
                sums[3] += int(line["quantity"])
            else:
                sums[0] += int(line["quantity"])
                sums[1] += Decimal(line["item-price"])
    shown = {
        (row["store_id"], row["date"].isoformat(), row["sku"]): [
            Decimal(row[name]) for name in ("units", "item_price_amount", "cancelled_units", "pending_units")
        ]
        for row in shown_now("sales_daily")
    }
    assert shown == dict(expected)


def test_both_order_reports_tell_the_same_of_an_order(world: World, read: Read, now: datetime) -> None:
    told: dict[str, dict[str, list[dict[str, str]]]] = {}
    for kind in ("ORDER_DATE", "LAST_UPDATE"):
        report_type = f"GET_FLAT_FILE_ALL_ORDERS_DATA_BY_{kind}_GENERAL"
        document = world.sp_document("A3HARBOREU2DE", report_type, (), now - timedelta(days=80), now, {}, now)
        for line in read(document):
            line.pop("cpf", None)
            told.setdefault(kind, {}).setdefault(line["amazon-order-id"], []).append(line)
    assert told["ORDER_DATE"] == told["LAST_UPDATE"]


def test_ads_and_traffic_agree_with_their_documents(world: World, now: datetime, shown_now: Shown) -> None:
    day, store = date(2026, 10, 30), world.store("harbor-us")
    assert store.ads_profile_id is not None
    shown = [r for r in shown_now("ads_campaigns_daily") if (r["store_id"], r["date"]) == ("harbor-us", day)]
    for report, product, sales, orders, shown_orders in (
        ("spCampaigns", "SPONSORED_PRODUCTS", "sales14d", "purchases30d", "purchases_30d"),
        ("sbCampaigns", "SPONSORED_BRANDS", "salesClicks", "purchases", "purchases_14d_with_views"),
        ("sdCampaigns", "SPONSORED_DISPLAY", "salesClicks", "purchases", "purchases_14d_with_views"),
    ):
        asked = ["campaignId", "cost", sales, orders, "clicks"]
        documents = world.ads_rows(store.ads_profile_id, report, asked, day, day, "DAILY", now)
        told = {(str(r["campaignId"]), r["cost"], r[sales], r[orders], r["clicks"]) for r in documents}
        of_product = [r for r in shown if r["ad_product"] == product]
        assert told == {
            (r["campaign_id"], float(r["cost"]), float(r["sales_14d"]), r[shown_orders], r["clicks"])
            for r in of_product
        }
        assert told
    start = datetime(2026, 10, 30, 12, tzinfo=ZoneInfo("America/Los_Angeles"))
    options = {"asinGranularity": "CHILD"}
    document = world.sp_document(
        "A2HARBORNA1US", "GET_SALES_AND_TRAFFIC_REPORT", ("ATVPDKIKX0DER",), start, start, options, now
    )
    assert document is not None
    body = json.loads(document.content)
    traffic = [r for r in shown_now("traffic_daily") if (r["store_id"], r["date"]) == ("harbor-us", day)]
    by_asin = [(e["childAsin"], e["salesByAsin"], e["trafficByAsin"]) for e in body["salesAndTrafficByAsin"]]
    assert {
        (asin, sold["unitsOrdered"], visits["sessions"], visits["buyBoxPercentage"]) for asin, sold, visits in by_asin
    } == {(r["child_asin"], r["units_ordered"], r["sessions"], float(r["buy_box_percentage"])) for r in traffic}
    whole = next(r for r in shown_now("traffic_store_daily") if (r["store_id"], r["date"]) == ("harbor-us", day))
    assert (
        float(whole["ordered_product_sales_amount"])
        == body["salesAndTrafficByDate"][0]["salesByDate"]["orderedProductSales"]["amount"]
    )


def test_attributed_sales_are_sales(world: World, now: datetime, shown_now: Shown) -> None:
    sold = sum(r["item_price_amount"] for r in shown_now("sales_daily") if r["store_id"] == "harbor-us")
    shown = [r for r in shown_now("ads_campaigns_daily") if r["store_id"] == "harbor-us"]
    # an order follows one ad only
    attributed = sum(r["sales_30d"] or r["sales_14d_with_views"] or 0 for r in shown)
    assert 0 < attributed < sold / 2


def test_coverage_names_every_day_once(world: World, now: datetime, shown_now: Shown) -> None:
    found = shown_now("data_coverage")
    by_feed: dict[tuple[str, str], dict[date, str]] = defaultdict(dict)
    for row in found:
        by_feed[row["store_id"], row["feed"]][row["date"]] = row["state"]
    assert {feed for _, feed in by_feed} == {feed.name for feed in FEEDS.values() if feed.is_asked_for}
    assert {store_id for store_id, _ in by_feed} == {
        *("harbor-us", "harbor-de", "sakura-jp"),
        *("harbor-shop", "harbor-ebay", "harbor-woo"),
    }
    assert len(by_feed["harbor-us", "amazon_sp.all_orders_by_order_date"]) == 60
    assert len(by_feed["harbor-us", "amazon_sp.all_orders_by_last_update"]) == 61
    assert "unavailable" in by_feed["sakura-jp", "amazon_sp.fba_myi_unsuppressed_inventory"].values()
    assert "empty" in by_feed["sakura-jp", "amazon_ads.sp_campaigns"].values()


def test_crawls_that_tradewind_started_are_in_the_truth(world: World, now: datetime, tmp_path: Path) -> None:
    store = world.store("harbor-de")
    before = rows("competitor_daily", world, now, tmp_path)
    asin = next(row["asin"] for row in before if row["store_id"] == "harbor-de")
    run = {
        "run_id": "r",
        "dataset_id": "d",
        "actor_id": "junglee/amazon-crawler",
        "input": run_input(store.marketplace, [asin]),
        "started": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "outcome": "SUCCEEDED",
    }
    (tmp_path / "apify_runs.json").write_text(json.dumps([run, {**run, "outcome": "FAILED", "run_id": "f"}]))
    after = rows("competitor_daily", world, now, tmp_path)
    assert [(r["store_id"], r["asin"], r["date"]) for r in after if r not in before] == [
        ("harbor-de", asin, date(2026, 11, 22))
    ]


def test_days_wait_for_their_latency(world: World) -> None:
    """Ten minutes after midnight in Tokyo, the day that has just ended cannot be had yet."""
    at = datetime(2026, 11, 21, 15, 10, tzinfo=ZoneInfo("UTC"))
    last = max(r["date"] for r in rows("traffic_store_daily", world, at) if r["store_id"] == "sakura-jp")
    assert last == date(2026, 11, 20)
    last = max(
        r["date"] for r in rows("traffic_store_daily", world, at + timedelta(hours=1)) if r["store_id"] == "sakura-jp"
    )
    assert last == date(2026, 11, 21)


def test_configuration_files(world: World, now: datetime, tmp_path: Path) -> None:
    write_config(tmp_path, world, now, "http://127.0.0.1:1234")
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert "TRADEWIND_NOW='2026-11-22T12:15:00Z'" in (tmp_path / ".env").read_text()
    stores = (tmp_path / "stores.yaml").read_text()
    for name in ("harbor-us", "harbor-de", "sakura-jp", "bharat-in"):
        assert f"{name}:" in stores
    assert world.accounts[0].refresh_token not in stores
    assert {p.name for p in (tmp_path / "manual").iterdir()} == {"fx_rates.csv", "stock.harbor-us.csv"} | {
        f"product_costs.{name}.csv" for name in ("harbor-us", "harbor-de", "sakura-jp")
    } | {f"cost_batches.{name}.csv" for name in ("harbor-us", "sakura-jp")}


def test_a_fleet_is_made_lazily(now: datetime) -> None:
    world = World(7, now, stores=200)
    assert len(world.accounts) == 200
    assert len(world.profiles()) == 200
    assert len({account.seller_id for account in world.accounts}) == 200
    assert "agency-0004-" in world.stores_yaml()
    account = world.accounts[150]
    assert world.sp_document(account.seller_id, "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA", (), None, None, {}, now)
