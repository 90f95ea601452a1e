"""`tradewind import`: real documents, days and coverage, and whose they are."""

from __future__ import annotations

import csv
import gzip
import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import ConfigError, DocumentError
from pipelines.feeds import FEEDS
from pipelines.landing.imports.importer import ImportOutcome, import_file
from pipelines.landing.imports.known_ids import owners_of
from pipelines.landing.imports.recognition import recognise
from pipelines.settings import Settings
from pipelines.stores import load_stores
from pipelines.warehouse.connection import Warehouse
from tests.support.landing import fixture
from tests.support.references import reference

ORDERS = "amazon_sp.all_orders_by_order_date"
STORES = """
tenants:
  harbor:
    name: Harbor Goods
    reporting_currency: USD
    accounts:
      - seller_id: A2HARBORNA1US
        region: na
        stores: {harbor-us: {marketplace: US}}
      - seller_id: A3HARBOREU2DE
        region: eu
        stores: {harbor-de: {marketplace: DE}}
  sakura:
    name: Sakura
    reporting_currency: JPY
    accounts:
      - seller_id: A4SAKURAFE3JP
        region: fe
        stores: {sakura-jp: {marketplace: JP}}
  bharat:
    name: Bharat
    reporting_currency: INR
    accounts:
      - seller_id: A5BHARATIN4IN
        region: eu
        stores: {bharat-in: {marketplace: IN}}
"""

Import = Callable[..., ImportOutcome]


@pytest.fixture
def do_import(settings: Settings, warehouse: Warehouse, tmp_path: Path) -> Import:
    """`import_file` into a warehouse with the stores above."""
    path = tmp_path / "stores.yaml"
    path.write_text(STORES)
    catalog = load_stores(path)

    def run(file: Path, feed: str, store: str, **days: Any) -> ImportOutcome:
        return import_file(settings, warehouse, catalog, file, feed, store, **days)

    return run


def query(warehouse: Warehouse, text: str) -> list[tuple[Any, ...]]:
    with warehouse.connect() as conn:
        return conn.execute(text.encode()).fetchall()


def test_three_real_months_in_any_order_are_loaded_once(do_import: Import, warehouse: Warehouse) -> None:
    folder = reference("samples/real-orders")
    files = sorted(folder.glob("all_orders_in_*.tsv"))
    table = f"raw.{FEEDS[ORDERS].tables[0]}"
    for number, file in enumerate(itertools.chain(reversed(files), files, [files[1], files[0]])):
        assert do_import(file, ORDERS, "bharat-in").unchanged == (number >= 3)
    assert query(warehouse, f"select count(*), count(distinct load_id) from {table}") == [(13_973, 3)]  # noqa: S608
    assert query(warehouse, "select count(*) from ops.changes") == [(3,)]
    assert query(warehouse, "select count(*) from ops.slices") == [(0,)], "coverage is not leased"
    created = query(warehouse, "select file_name, report_created_at from ops.loads order by 1")
    assert created[0] == ("all_orders_in_2022-03.tsv", datetime(2022, 3, 31, 12, 30, tzinfo=UTC))

    with (folder / "totals_by_day.csv").open(newline="") as totals:
        expected = [(row["date"], int(row["order_lines"]), int(row["orders"])) for row in csv.DictReader(totals)]
    found = query(
        warehouse,
        "select (purchase_date::timestamptz at time zone 'Asia/Kolkata')::date::text, count(*), "  # noqa: S608
        f"count(distinct amazon_order_id) from {table} group by 1 order by 1",
    )
    assert [row for row in expected if row[1]] == found


def test_amazon_s_own_example_fills_its_days_by_date(do_import: Import, warehouse: Warehouse) -> None:
    file = reference("samples/spapi-official-examples/sellerSalesAndTrafficReport.example.json")
    outcome = do_import(file, "amazon_sp.sales_and_traffic", "harbor-us")
    assert outcome.rows == 4
    assert "salesAndTrafficByAsin carry no day" in outcome.warnings[0]
    assert query(warehouse, "select slice_key, state, checked_at from ops.slices order by 1") == [
        (f"2021-06-{day}", "loaded", None) for day in (11, 12, 13, 14)
    ]
    again = do_import(file, "amazon_sp.sales_and_traffic", "harbor-us")
    assert again.unchanged
    assert "salesAndTrafficByAsin carry no day" in again.warnings[0]
    with pytest.raises(DocumentError, match=r"another marketplace.*Amazon\.com") as caught:
        do_import(file, "amazon_sp.sales_and_traffic", "sakura-jp")
    assert caught.value.kind == "wrong_marketplace"
    assert query(warehouse, "select distinct scope_id from ops.loads") == [("harbor-us",)]


def test_orders_of_another_marketplace_are_refused(do_import: Import, warehouse: Warehouse, tmp_path: Path) -> None:
    german = tmp_path / "german.tsv"
    german.write_bytes(fixture(FEEDS[ORDERS]).read_bytes().replace(b"Amazon.com", b"Amazon.de"))
    for store in ("harbor-us", "bharat-in"):  # of another region, and of the same
        with pytest.raises(DocumentError, match=r"Amazon\.de") as caught:
            do_import(german, ORDERS, store)
        assert caught.value.kind == "wrong_marketplace"
    assert query(warehouse, "select count(*) from ops.loads") == [(0,)]
    assert do_import(german, ORDERS, "harbor-de").rows == 4


def test_days_given_are_covered_whole(do_import: Import, warehouse: Warehouse) -> None:
    file = fixture(FEEDS["amazon_sp.ledger_summary"])
    outcome = do_import(
        file, "amazon_sp.ledger_summary", "harbor-us", date_from=date(2026, 2, 28), date_to=date(2026, 3, 2)
    )
    assert not outcome.warnings
    assert query(warehouse, "select slice_key, state, checked_at is null from ops.slices order by 1") == [
        ("2026-02-28", "empty", False),
        ("2026-03-01", "loaded", False),
        ("2026-03-02", "empty", False),
    ]


def test_without_days_only_those_in_the_rows_are_touched(do_import: Import, warehouse: Warehouse) -> None:
    file = fixture(FEEDS["amazon_sp.ledger_summary"])
    for _ in range(2):
        do_import(file, "amazon_sp.ledger_summary", "harbor-us")
    assert query(warehouse, "select slice_key, state, checked_at from ops.slices") == [("2026-03-01", "loaded", None)]
    assert query(warehouse, "select count(*) from ops.loads") == [(1,)]


def test_an_old_file_does_not_replace_what_is_newer(do_import: Import, warehouse: Warehouse, tmp_path: Path) -> None:
    file = fixture(FEEDS["amazon_sp.ledger_summary"])
    new = do_import(file, "amazon_sp.ledger_summary", "harbor-us")
    old = tmp_path / "old.tsv"
    old.write_bytes(file.read_bytes().replace(b'"120"', b'"121"'))
    outcome = do_import(old, "amazon_sp.ledger_summary", "harbor-us", as_of=datetime(2026, 3, 2))
    assert "2026-03-01: what is loaded is newer" in outcome.warnings[0]
    assert query(warehouse, "select current_load_id from ops.slices") == [(new.load_id,)]


def test_a_snapshot_shows_the_moment_given(do_import: Import, warehouse: Warehouse, tmp_path: Path) -> None:
    packed = tmp_path / "listings.tsv.gz"
    packed.write_bytes(gzip.compress(fixture(FEEDS["amazon_sp.merchant_listings"]).read_bytes()))
    do_import(packed, "amazon_sp.merchant_listings", "harbor-us", as_of=datetime(2026, 3, 2, 5))
    assert query(warehouse, "select slice_key, day from ops.slices") == [("2026-03-02T05:00:00Z", date(2026, 3, 1))]


def test_manual_files_and_their_changes(do_import: Import, warehouse: Warehouse, tmp_path: Path) -> None:
    costs = fixture(FEEDS["manual.product_costs"])
    first = do_import(costs, "manual.product_costs", "harbor-us")
    assert (first.rows, first.unchanged) == (3, False)
    assert do_import(costs, "manual.product_costs", "harbor-us").unchanged
    assert query(warehouse, "select count(*), count(distinct current_load_id) from ops.slices") == [(1, 1)]
    european = tmp_path / "costs.csv"
    european.write_text("sku;valid_from;unit_cost;currency\r\nA;2026-01-01;9,80;EUR\r\n", encoding="utf-8-sig")
    assert do_import(european, "manual.product_costs", "harbor-us").rows == 1
    assert query(warehouse, "select sku, unit_cost from raw.manual__product_costs order by row_seq desc limit 1") == [
        ("A", "9,80")
    ]
    rates = fixture(FEEDS["manual.fx_rates"])
    assert do_import(rates, "manual.fx_rates", "harbor-us").rows == 2
    assert query(warehouse, "select scope_id, slice_key from ops.slices where feed = 'manual.fx_rates'") == [
        ("*", "2026-03-01")
    ]


@pytest.mark.parametrize(
    ("feed", "store", "days", "message"),
    [
        ("amazon_sp.nothing", "harbor-us", {}, "no feed"),
        (ORDERS, "harbor-mars", {}, "no store"),
        (ORDERS, "harbor-us", {"date_from": date(2026, 3, 1)}, "go together"),
        (ORDERS, "harbor-us", {"date_from": date(2026, 3, 2), "date_to": date(2026, 3, 1)}, "before"),
        (
            "amazon_sp.merchant_listings",
            "harbor-us",
            {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 1)},
            "--as-of",
        ),
        (ORDERS, "harbor-us", {"as_of": datetime(2099, 1, 1)}, "future"),
    ],
)
def test_arguments_that_do_not_fit(
    do_import: Import, feed: str, store: str, days: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        do_import(fixture(FEEDS[ORDERS]), feed, store, **days)


def test_a_document_of_months_covers_whole_months(do_import: Import, warehouse: Warehouse) -> None:
    feed = "amazon_sp.storage_fees"
    path = fixture(FEEDS[feed])
    for first, last in ((date(2026, 3, 2), date(2026, 3, 31)), (date(2026, 3, 1), date(2026, 3, 30))):
        with pytest.raises(ConfigError, match="comes by the month: --from must be the first day of a month"):
            do_import(path, feed, "harbor-us", date_from=first, date_to=last)
    do_import(path, feed, "harbor-us", date_from=date(2026, 3, 1), date_to=date(2026, 4, 30))
    assert query(warehouse, f"select slice_key, state from ops.slices where feed = '{feed}' order by 1") == [  # noqa: S608
        ("2026-03-01", "loaded"),
        ("2026-04-01", "empty"),
    ]


def test_a_file_is_loaded_as_what_it_was_taken_for(
    settings: Settings, warehouse: Warehouse, do_import: Import, tmp_path: Path
) -> None:
    catalog = load_stores(tmp_path / "stores.yaml")
    tabs = fixture(FEEDS["amazon_sp.reimbursements"]).read_text(encoding="utf-8")
    page = tmp_path / "page.csv"
    rows = [line.split("\t") for line in tabs.splitlines()]
    with page.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
    found = recognise(catalog, page)
    assert found.store is not None
    assert f"document (amazon_sp.reimbursements) of harbor-us, {len(rows) - 1} lines, 2026-03-01" in found.summary
    first = do_import(page, found.feed.name, found.store.store_id)
    assert (first.rows, first.warnings) == (len(rows) - 1, [])
    original = tmp_path / "report.txt"
    original.write_text("\n".join([*tabs.splitlines(), ""]), encoding="utf-8")
    assert do_import(original, found.feed.name, found.store.store_id).unchanged, "it is the same report"


def test_ids_that_have_landed_tell_whose_a_document_is(do_import: Import, warehouse: Warehouse) -> None:
    settlements, returns = FEEDS["amazon_sp.settlements_v2"], FEEDS["amazon_sp.customer_returns"]
    do_import(fixture(settlements), settlements.name, "harbor-us")
    do_import(fixture(FEEDS[ORDERS]), ORDERS, "harbor-us")
    with warehouse.connect() as conn:
        known = conn.execute("select amazon_order_id from raw.amazon_sp__all_orders_by_order_date limit 1").fetchone()
        assert known is not None
        assert owners_of(conn, settlements, {"20260301001"}) == {"A2HARBORNA1US@na"}
        assert owners_of(conn, settlements, {known[0]}) == set(), "an order is no settlement"
        assert owners_of(conn, returns, {known[0], "unknown"}) == {"A2HARBORNA1US@na"}


def test_what_is_no_report_is_named_and_not_kept(
    do_import: Import, settings: Settings, warehouse: Warehouse, tmp_path: Path
) -> None:
    page = tmp_path / "transactions.csv"
    page.write_text(
        '"Includes Amazon Marketplace"\n"date/time","settlement id","type","order id","order city"\n1,2,3,4,Ulm\n'
    )
    with pytest.raises(DocumentError, match=r"transactions\.csv cannot be imported\. The file is a date range report"):
        do_import(page, "amazon_sp.settlements_v2", "harbor-us")
    assert query(warehouse, "select count(*) from ops.loads") == [(0,)]
    archive = settings.home / "archive"
    assert not [each for each in archive.rglob("*") if each.is_file()] if archive.exists() else True


def test_skus_that_a_spreadsheet_made_numbers_of_are_told(do_import: Import, tmp_path: Path) -> None:
    listings = tmp_path / "listings.txt"
    listings.write_text("seller-sku\tprice\titem-name\n00123\t1\tA\n700000123456\t1\tB\n55\t1\tC\n")
    do_import(listings, "amazon_sp.merchant_listings", "harbor-us")
    costs = tmp_path / "costs.csv"
    lines = ["sku;valid_from;unit_cost;currency", *(f"{sku};2026-01-01;1;USD" for sku in ("123", "7E+11", "55 ", "X"))]
    costs.write_text("\n".join(lines))
    (warning,) = do_import(costs, "manual.product_costs", "harbor-us").warnings
    assert "123 (known is 00123), 7E+11 (known is 700000123456):" in warning
    assert "55" not in warning.replace("123456", "")
