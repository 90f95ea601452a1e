"""Which feed's document a file is, and which store's, where nobody says so."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from pipelines.errors import ConfigError, DocumentError
from pipelines.feeds import FEEDS, Feed
from pipelines.landing.imports.recognition import Ambiguous, recognise, stores_of
from pipelines.landing.imports.sniffing import Evidence, feeds_of, json_feeds_of
from pipelines.stores import Catalog, load_stores
from tests.support.landing import fixture

ACCOUNTS = """
tenants:
  harbor:
    name: Harbor
    reporting_currency: USD
    accounts:
      - {seller_id: A2HARBORNA1US, region: na, stores: {harbor-us: {marketplace: US}, harbor-ca: {marketplace: CA}}}
      - {seller_id: A3HARBOREU2DE, region: eu, stores: {harbor-de: {marketplace: DE}, harbor-fr: {marketplace: FR}}}
  sakura:
    name: Sakura
    reporting_currency: JPY
    accounts:
      - {seller_id: A4SAKURAFE3JP, region: fe, stores: {sakura-jp: {marketplace: JP}}}
"""
RIVAL = """  rival:
    name: Rival
    reporting_currency: USD
    accounts:
      - {seller_id: A9RIVALNA9US, region: na, stores: {rival-us: {marketplace: US}}}
"""
ONE = """
tenants:
  t:
    name: T
    reporting_currency: EUR
    accounts:
      - {seller_id: A2HARBORNA1US, region: na, stores: {only-us: {marketplace: US}}}
"""
TWINS = {
    "amazon_sp.all_orders_by_last_update": "amazon_sp.all_orders_by_order_date",
    "amazon_sp.all_orders_by_order_date": "amazon_sp.all_orders_by_last_update",
    "amazon_sp.fba_myi_all_inventory": "amazon_sp.fba_myi_unsuppressed_inventory",
    "amazon_sp.fba_myi_unsuppressed_inventory": "amazon_sp.fba_myi_all_inventory",
}


def catalog_of(folder: Path, text: str = ACCOUNTS) -> Catalog:
    path = folder / "stores.yaml"
    path.write_text(text)
    return load_stores(path)


def known(feed: Feed) -> bool:
    """What an actor writes is configured; what a queue or a shop tells is taken from there, and not imported."""
    return feed.source != "apify" and feed.shape != "notification" and feed.scope != "shop"


@pytest.mark.parametrize("feed", filter(known, FEEDS.values()), ids=lambda feed: feed.name)
def test_each_feed_is_known_by_its_document(feed: Feed, tmp_path: Path) -> None:
    catalog, twin = catalog_of(tmp_path, ONE), TWINS.get(feed.name)
    if twin is not None:
        with pytest.raises(Ambiguous, match="their columns are the same") as asked:
            recognise(catalog, fixture(feed))
        assert (asked.value.option, set(asked.value.candidates)) == ("--feed", {feed.name, twin})
    found = recognise(catalog, fixture(feed), feed.name if twin else None)
    assert found.feed is feed
    assert (found.store is None) == (feed.scope == "global")
    assert f"({found.feed.name})" in found.summary


@pytest.mark.parametrize("rivals", [False, True], ids=["one in the country", "two in the country"])
@pytest.mark.parametrize("feed", filter(known, FEEDS.values()), ids=lambda feed: feed.name)
def test_the_right_store_or_a_question_and_never_a_wrong_one(feed: Feed, rivals: bool, tmp_path: Path) -> None:
    """Every fixture is of harbor-us. With a rival of another seller in the same country nothing may be guessed."""
    catalog = catalog_of(tmp_path, ACCOUNTS + RIVAL if rivals else ACCOUNTS)
    try:
        found = recognise(catalog, fixture(feed), feed.name if feed.name in TWINS else None)
    except Ambiguous as asked:
        assert asked.option == "--store"
        assert "harbor-us" in asked.candidates or (feed.scope == "account" and "harbor-ca" in asked.candidates)
        return
    assert found.feed is feed
    assert found.store is None or (found.store.account_id == "A2HARBORNA1US@na" and not rivals)
    assert found.store is None or feed.scope == "account" or found.store.store_id == "harbor-us"


def test_ids_that_are_known_tell_the_account_where_nothing_else_does(tmp_path: Path) -> None:
    catalog, settlements = catalog_of(tmp_path, ACCOUNTS + RIVAL), FEEDS["amazon_sp.settlements_v2"]
    asked: list[frozenset[str]] = []

    def owners(feed: Feed, evidence: Evidence) -> set[str]:
        assert feed is settlements
        asked.append(evidence.ids)
        return {"A9RIVALNA9US@na"}

    found = recognise(catalog, fixture(settlements), owners=owners)
    assert found.store is not None
    assert found.store.store_id == "rival-us"
    assert asked == [frozenset({"20260301001"})]
    with pytest.raises(Ambiguous):
        recognise(catalog, fixture(settlements), owners=lambda *_: ())
    recognise(catalog_of(tmp_path, ONE), fixture(settlements), owners=lambda *_: pytest.fail("nobody has to ask"))


def test_a_seller_that_is_named_decides_among_those_of_a_country(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    head = "sku,valid_from,unit_cost,currency,seller-id"
    path.write_text(f"{head}\nA,2026-01-01,1,USD,A9RIVALNA9US\n")
    found = recognise(catalog_of(tmp_path, ACCOUNTS + RIVAL), path)
    assert found.store is not None
    assert found.store.store_id == "rival-us"
    path.write_text(f"{head}\nA,2026-01-01,1,USD,A0STRANGER\n")
    with pytest.raises(ConfigError, match="of the seller A0STRANGER, USD, and no store"):
        recognise(catalog_of(tmp_path, ACCOUNTS + RIVAL), path)


def test_what_a_shop_gives_is_not_imported(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the shop's API gives it"):
        recognise(catalog_of(tmp_path, ONE), fixture(FEEDS["shopify.orders"]))


def listing(*rows: str, header: str = "seller-sku\titem-name\tprice\tfulfillment-channel") -> bytes:
    return "\n".join([header, *rows, ""]).encode()


@pytest.mark.parametrize(
    ("content", "store"),
    [
        (b"amazon-order-id,purchase-date,last-updated-date,order-status,sku,quantity,item-price,sales-channel\n"
         b"1,2026-10-01T23:30:00+00:00,2026-10-01T23:30:00+00:00,Shipped,A,1,1.00,Amazon.fr\n"
         b"2,2026-10-31T23:30:00+00:00,2026-10-31T23:30:00+00:00,Shipped,A,1,1.00,Amazon.fr\n", "harbor-fr"),
        (b"sku;valid_from;unit_cost;currency\nA;2026-01-01;4,50;CAD\n", "harbor-ca"),
        ("出品者SKU\t価格\tフルフィルメント・チャンネル\nA\t1\tAMAZON_JP\n".encode("cp932"), "sakura-jp"),
        (b'"Date","FNSKU","MSKU","Disposition","Starting Warehouse Balance","Ending Warehouse Balance","Location"\n'
         b'"10/13/2026","X","A","SELLABLE","1","1","FR"\n', "harbor-fr"),
    ],
)  # fmt: skip
def test_the_store_is_told_by_the_rows(content: bytes, store: str, tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_bytes(content)
    feed = "amazon_sp.all_orders_by_order_date" if b"order-id" in content else None  # it has a twin
    found = recognise(catalog_of(tmp_path), path, feed)
    assert found.store is not None
    assert found.store.store_id == store
    packed = tmp_path / "file.gz"
    packed.write_bytes(gzip.compress(content))
    assert recognise(catalog_of(tmp_path), packed, feed).store == found.store


def test_what_is_found_is_said(tmp_path: Path) -> None:
    path = tmp_path / "october.csv"
    rows = [f"{day:02}.10.2026;X;A;SELLABLE;1;1;DE" for day in range(1, 32)]
    path.write_text(
        "\r\n".join(["Date;FNSKU;MSKU;Disposition;Starting Warehouse Balance;Ending Warehouse Balance;Location", *rows])
    )
    found = recognise(catalog_of(tmp_path), path)
    assert found.summary == (
        'october.csv is a "Inventory ledger, daily summary by country" document (amazon_sp.ledger_summary) of '
        "harbor-de, 31 lines, 2026-10-01 to 2026-10-31."
    )


def test_what_the_user_says_goes_first_and_a_contradiction_is_told(tmp_path: Path) -> None:
    path = tmp_path / "costs.csv"
    path.write_text("sku,valid_from,unit_cost,currency\nA,2026-01-01,1,EUR\n")
    with pytest.raises(ConfigError, match=r"EUR, which fits harbor-de, harbor-fr\. Give --store"):
        recognise(catalog_of(tmp_path), path)
    found = recognise(catalog_of(tmp_path), path, store_id="harbor-us")
    assert found.store is not None
    assert found.store.store_id == "harbor-us"
    assert found.notes == ("Its rows are of EUR, but --store harbor-us was given.",)


def test_nothing_tells_or_nobody_sells_there(tmp_path: Path) -> None:
    path = tmp_path / "listings.txt"
    path.write_bytes(listing("A\tThing\t1.00\tDEFAULT"))
    with pytest.raises(ConfigError, match="nothing in it tells whose it is; it fits harbor-ca, harbor-de"):
        recognise(catalog_of(tmp_path), path)
    path.write_bytes(listing("A\tThing\t1.00\tAMAZON_JP"))
    found = recognise(catalog_of(tmp_path), path)
    assert found.store is not None
    assert found.store.store_id == "sakura-jp"
    spec = {"reportType": "GET_SALES_AND_TRAFFIC_REPORT", "marketplaceIds": ["A1805IZSGTT6HS"]}
    path.write_text(json.dumps({"reportSpecification": spec, "salesAndTrafficByDate": []}))
    with pytest.raises(ConfigError, match=r"Amazon\.nl, and no store of stores.yaml sells there"):
        recognise(catalog_of(tmp_path), path)
    path.write_text("name,age\nJim,7\n")
    with pytest.raises(DocumentError, match="no document that is known: its columns are name, age"):
        recognise(catalog_of(tmp_path), path)
    with pytest.raises(ConfigError, match="--feed"):
        recognise(catalog_of(tmp_path), "https://127.0.0.1/rates.csv")


def test_feeds_and_stores_are_ranked(tmp_path: Path) -> None:
    orders = FEEDS["amazon_sp.all_orders_by_order_date"]
    assert [each.name for each in feeds_of(orders.sections[0].known)] == [
        "amazon_sp.all_orders_by_order_date",
        "amazon_sp.all_orders_by_last_update",
    ]
    assert json_feeds_of([], "GET_BRAND_ANALYTICS_MARKET_BASKET_REPORT") == [FEEDS["amazon_sp.market_basket"]]
    everybody = tuple(catalog_of(tmp_path).stores.values())
    assert [each.store_id for each in stores_of(everybody, orders, Evidence())] == [
        "harbor-ca",
        "harbor-de",
        "sakura-jp",
    ]
