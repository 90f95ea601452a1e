"""Which document an import is: never merely the moment at which it was imported, and never one that nobody counts."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import DocumentError
from pipelines.feeds import FEEDS
from pipelines.landing.imports.importer import ImportOutcome, import_file
from pipelines.settings import Settings
from pipelines.stores import load_stores
from pipelines.warehouse.connection import Warehouse
from tests.real.case import settlement
from tests.support.landing import fixture

SETTLEMENTS, TRAFFIC = "amazon_sp.settlements_v2", "amazon_sp.sales_and_traffic"
LEDGER, MYI = "amazon_sp.ledger_summary", "amazon_sp.fba_myi_unsuppressed_inventory"
MOMENT = datetime(2026, 8, 20, 12, tzinfo=UTC)
STORES = """
tenants:
  acme:
    name: Acme
    reporting_currency: USD
    accounts:
      - seller_id: A2ACMENA00001
        region: na
        stores: {acme-us: {marketplace: US}, acme-ca: {marketplace: CA}}
      - seller_id: A2ACMEEU00001
        region: eu
        stores: {acme-de: {marketplace: DE}, acme-uk: {marketplace: GB}}
"""

Bring = Callable[..., ImportOutcome]


@pytest.fixture
def bring(settings: Settings, warehouse: Warehouse, tmp_path: Path) -> Bring:
    """Import bytes (each time as a file of its own) at a clock that stands still."""
    path = tmp_path / "stores.yaml"
    path.write_text(STORES)
    catalog = load_stores(path)
    still = settings.model_copy(update={"fixed_now": datetime(2026, 8, 21, tzinfo=UTC)})
    files = iter(range(1_000))

    def run(content: bytes, feed: str, store: str, **options: Any) -> ImportOutcome:
        file = tmp_path / f"document-{next(files)}.txt"
        file.write_bytes(content)
        return import_file(still, warehouse, catalog, file, feed, store, **options)

    return run


def query(warehouse: Warehouse, text: str) -> list[tuple[Any, ...]]:
    with warehouse.connect() as conn:
        return conn.execute(text.encode()).fetchall()


def counted(warehouse: Warehouse, feed: str, column: str) -> list[str]:
    """The values of a column in the loads that slices point at, one for each row."""
    table = FEEDS[feed].tables[0]
    rows = query(
        warehouse,
        f"select r.{column} from raw.{table} r where r.load_id in (select load_id from "  # noqa: S608
        f"ops.current_loads('{feed}')) order by 1",
    )
    return [value for (value,) in rows]


EURO = settlement("71000000001", "Order|Amazon.de|ItemPrice|Principal|80.00|302-1|D-1", currency="EUR")
POUND = settlement("71000000002", "Order|Amazon.co.uk|ItemPrice|Principal|55.00|204-1|D-1", currency="GBP")
BOTH_IDS = ["71000000001"] * 2 + ["71000000002"] * 2


@pytest.mark.parametrize("options", [{}, {"as_of": MOMENT}], ids=["clock", "as-of"])
def test_settlements_imported_at_one_moment_are_two(bring: Bring, warehouse: Warehouse, options: dict) -> None:
    first = bring(EURO, SETTLEMENTS, "acme-de", **options)
    second = bring(POUND, SETTLEMENTS, "acme-uk", **options)
    again = bring(EURO, SETTLEMENTS, "acme-de", **options)
    assert (first.unchanged, second.unchanged, again.unchanged) == (False, False, True)
    assert counted(warehouse, SETTLEMENTS, "settlement_id") == BOTH_IDS
    assert not [*first.warnings, *second.warnings, *again.warnings]


def test_settlements_imported_side_by_side_are_two(bring: Bring, warehouse: Warehouse) -> None:
    bring(fixture(FEEDS[MYI]).read_bytes(), MYI, "acme-us")  # the stores are known by now
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(bring, EURO, SETTLEMENTS, "acme-de"), pool.submit(bring, POUND, SETTLEMENTS, "acme-uk")]
    assert [job.result().unchanged for job in jobs] == [False, False]
    assert counted(warehouse, SETTLEMENTS, "settlement_id") == BOTH_IDS


def test_one_document_may_hold_several_settlements(bring: Bring, warehouse: Warehouse) -> None:
    other = POUND.split(b"\r\n", 1)[1]
    bring(EURO + other, SETTLEMENTS, "acme-de")
    keys = query(warehouse, "select slice_key from ops.slices order by 1")
    assert keys == [("settlement-id:71000000001",), ("settlement-id:71000000002",)]
    corrected = EURO.replace(b"80.00", b"81.00")
    told = bring(corrected, SETTLEMENTS, "acme-de").warnings
    assert len(told) == 1 and "settlement-id:71000000001" in told[0] and "document-0.txt" in told[0]
    assert counted(warehouse, SETTLEMENTS, "amount").count("81.00") == 1


def test_a_settlement_that_does_not_say_which_it_is_is_refused(bring: Bring, warehouse: Warehouse) -> None:
    with pytest.raises(DocumentError, match="No line of the document has a settlement-id"):
        bring(EURO.replace(b"71000000001", b""), SETTLEMENTS, "acme-de")
    assert query(warehouse, "select count(*) from ops.loads") == [(0,)]


def test_snapshots_of_two_stores_of_one_account_stand_beside_each_other(bring: Bring, warehouse: Warehouse) -> None:
    us = fixture(FEEDS[MYI]).read_bytes()
    header, line = us.splitlines()[:2]
    ca = b"\n".join([header, b"CA-ONLY\t" + line.split(b"\t", 1)[1]])
    bring(us, MYI, "acme-us", as_of=MOMENT)
    bring(ca, MYI, "acme-ca", as_of=MOMENT)
    assert "CA-ONLY" in counted(warehouse, MYI, "sku")
    assert len(counted(warehouse, MYI, "sku")) == len(us.splitlines())


def test_a_snapshot_that_takes_another_s_place_says_so(bring: Bring) -> None:
    listings = fixture(FEEDS["amazon_sp.merchant_listings"]).read_bytes()
    assert not bring(listings, "amazon_sp.merchant_listings", "acme-us", as_of=MOMENT).warnings
    shorter = listings[: listings.rstrip().rfind(b"\n") + 1]
    told = bring(shorter, "amazon_sp.merchant_listings", "acme-us", as_of=MOMENT).warnings
    assert len(told) == 1 and "document-0.txt" in told[0]


def test_crawls_of_one_moment_stand_for_themselves(bring: Bring, warehouse: Warehouse) -> None:
    one, other = ([{"asin": asin, "url": f"https://www.amazon.de/dp/{asin}"}] for asin in ("B000000001", "B000000002"))
    for items in (one, other, one):
        bring(json.dumps(items).encode(), "apify.products", "acme-de", as_of=MOMENT)
    rows = query(
        warehouse,
        "select item ->> 'asin' from raw.apify__products where load_id in "
        "(select load_id from ops.current_loads('apify.products')) order by 1",
    )
    assert rows == [("B000000001",), ("B000000002",)]


def traffic(granularity: str = "CHILD", *, specified: bool = True, **asin: str) -> bytes:
    """A one-day document of one ASIN."""
    document: dict[str, Any] = json.loads(fixture(FEEDS[TRAFFIC]).read_text())
    document["salesAndTrafficByDate"] = []
    (row,) = document["salesAndTrafficByAsin"][:1]
    document["salesAndTrafficByAsin"] = [{key: row[key] for key in row if key not in ("childAsin", "sku")} | asin]
    document["reportSpecification"] = {
        "reportType": "GET_SALES_AND_TRAFFIC_REPORT",
        "reportOptions": {"dateGranularity": "DAY", "asinGranularity": granularity},
        "dataStartTime": "2026-08-10",
        "dataEndTime": "2026-08-10",
        "marketplaceIds": ["ATVPDKIKX0DER"],
    }
    if not specified:
        del document["reportSpecification"]
    return json.dumps(document).encode()


CHILD = {"childAsin": "B000000001"}
SKU = {"childAsin": "B000000001", "sku": "S-1"}
DAYS = {"date_from": date(2026, 8, 10), "date_to": date(2026, 8, 10)}


def test_a_document_that_says_its_day_is_believed(bring: Bring, warehouse: Warehouse) -> None:
    bring(traffic(**CHILD), TRAFFIC, "acme-us")
    loads = query(warehouse, "select window_start, window_end from ops.loads")
    assert loads == [(date(2026, 8, 10), date(2026, 8, 10))]


def test_what_was_placed_nowhere_is_repaired_by_importing_again(bring: Bring, warehouse: Warehouse) -> None:
    bring(traffic(**CHILD), TRAFFIC, "acme-us")
    with warehouse.connect() as conn:  # as it was loaded before its day was believed
        conn.execute("update ops.loads set window_start = null, window_end = null")
    assert not bring(traffic(**CHILD), TRAFFIC, "acme-us", **DAYS).unchanged
    assert bring(traffic(**CHILD), TRAFFIC, "acme-us").unchanged
    windows = query(
        warehouse,
        "select window_start from ops.loads where load_id in (select load_id from "
        "ops.current_loads('amazon_sp.sales_and_traffic'))",
    )
    assert windows == [(date(2026, 8, 10),)]


@pytest.mark.parametrize(
    ("document", "options", "said"),
    [
        (traffic("PARENT"), {}, "asinGranularity PARENT; .* asinGranularity CHILD"),
        (traffic("SKU", **SKU), DAYS, "asinGranularity SKU"),
        (traffic(specified=False), DAYS, "asinGranularity PARENT"),
        (traffic(specified=False, **SKU), DAYS, "asinGranularity SKU"),
        (traffic(specified=False, **CHILD), {}, "say which: give its first and last day as --from and --to"),
    ],
)
def test_rows_by_asin_that_cannot_be_placed_are_refused(
    bring: Bring, warehouse: Warehouse, document: bytes, options: dict, said: str
) -> None:
    with pytest.raises(DocumentError, match=said):
        bring(document, TRAFFIC, "acme-us", **options)
    assert query(warehouse, "select (select count(*) from ops.loads) + (select count(*) from ops.slices)") == [(0,)]


def test_a_ledger_by_warehouse_is_refused(bring: Bring, warehouse: Warehouse) -> None:
    by_country = fixture(FEEDS[LEDGER]).read_bytes()
    with pytest.raises(DocumentError, match=r"Location is LEJ1, .* aggregateByLocation=COUNTRY"):
        bring(by_country.replace(b'"US"', b'"LEJ1"', 1), LEDGER, "acme-us")
    assert query(warehouse, "select count(*) from ops.loads") == [(0,)]


def test_a_ledger_of_one_country_leaves_the_account_s_others_alone(bring: Bring, warehouse: Warehouse) -> None:
    both = fixture(FEEDS[LEDGER]).read_bytes()
    assert b'"US"' in both
    header, line = both.splitlines()[:2]
    canada = b"\n".join([header, line.replace(b'"US"', b'"CA"')])
    bring(both, LEDGER, "acme-us")
    told = bring(canada, LEDGER, "acme-ca").warnings
    assert len(told) == 1 and "also has rows of US" in told[0] and "--from" in told[0]
    assert "US" in counted(warehouse, LEDGER, "location")
