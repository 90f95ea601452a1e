"""Documents of real sellers and Amazon's own examples, imported by hand: nothing lost, nothing doubled, in any order.

Stores alike, one for each order in which three months of orders can be imported; one build of the marts for them all.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import DocumentError
from pipelines.landing.imports.importer import ImportOutcome, import_file
from pipelines.settings import Settings
from pipelines.stores import Catalog, load_catalog
from pipelines.transformation import transform
from pipelines.warehouse.connection import Warehouse
from tests.support.postgres import TestServer
from tests.support.references import reference

ORDERS = "amazon_sp.all_orders_by_order_date"
TRAFFIC = "amazon_sp.sales_and_traffic"
FILES = tuple(f"all_orders_in_2022-0{month}.tsv" for month in (3, 4, 5))
SEQUENCES = tuple(itertools.permutations(FILES))[::5]  # as they were, and the other way round
EXAMPLE = "samples/spapi-official-examples/sellerSalesAndTrafficReport.example.json"

TENANT = """
  {tenant}:
    name: {tenant}
    reporting_currency: {currency}
    accounts:"""
STORE = """
      - seller_id: {seller}
        region: {region}
        stores:
          {store}: {{marketplace: {country}}}
"""

# tests/real imports real documents of all kinds every day
pytestmark = pytest.mark.thorough


def bharat(number: int) -> str:
    return f"bharat-in-{number}"


class Imports:
    """A warehouse with the stores of these tests, everything imported and built once."""

    def __init__(self, warehouse: Warehouse, home: Path) -> None:
        self.warehouse = warehouse
        home.mkdir()
        stores = home / "stores.yaml"
        sellers = [("A2HARBORNA1US", "na", "harbor-us", "US"), ("A4SAKURAFE3JP", "fe", "sakura-jp", "JP")]
        bharats = [(f"A5BHARAT{number}", "eu", bharat(number), "IN") for number in range(len(SEQUENCES))]
        text = "tenants:"
        for tenant, currency, entries in (("seller", "USD", sellers), ("bharat", "INR", bharats)):
            text += TENANT.format(tenant=tenant, currency=currency)
            for seller, region, store, country in entries:
                text += STORE.format(seller=seller, region=region, store=store, country=country)
        stores.write_text(text)
        self.settings = Settings(home=home, warehouse_url=warehouse.url, stores_path=stores)
        self.catalog: Catalog = load_catalog(self.settings)

    def bring(self, path: Path, feed: str, store: str, **options: Any) -> ImportOutcome:
        return import_file(self.settings, self.warehouse, self.catalog, path, feed, store, **options)

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self.warehouse.connect() as conn:
            return conn.execute(statement.encode(), values or None).fetchall()


@pytest.fixture(scope="module")
def imports(postgres: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imports]:
    folder, example = reference("samples/real-orders"), reference(EXAMPLE)
    url = postgres.create()
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(tmp_path_factory.mktemp("away"))
        made = Imports(Warehouse(url), tmp_path_factory.mktemp("imports") / "home")
        for number, files in enumerate(SEQUENCES):
            outcomes = [made.bring(folder / name, ORDERS, bharat(number)) for name in (*files, *files)]
            assert [each.unchanged for each in outcomes] == [False] * len(files) + [True] * len(files)
            assert not any(each.rejected or each.warnings for each in outcomes)
        made.bring(example, TRAFFIC, "harbor-us")
        result = transform.transform(made.settings, made.warehouse)
    assert result.ok, result.failures
    yield made
    postgres.drop(url)


@pytest.fixture(scope="module")
def totals() -> dict[date, tuple[int, int, int, Decimal]]:
    """Lines, orders, units and money of each day, as counted by somebody else."""
    with (reference("samples/real-orders") / "totals_by_day.csv").open() as file:
        return {
            date.fromisoformat(row["date"]): (
                int(row["order_lines"]),
                int(row["orders"]),
                int(row["units"]),
                Decimal(row["item_price_inr"]),
            )
            for row in csv.DictReader(file)
        }


@pytest.mark.parametrize(
    "number", range(len(SEQUENCES)), ids=lambda number: "".join(name[-5] for name in SEQUENCES[number])
)
def test_real_orders_sum_to_what_was_counted_in_whatever_order_they_come(imports, totals, number):
    sums = imports.query(
        "select date, sum(order_lines)::int, sum(units)::int, sum(item_price_amount) from marts.sales_daily "
        "where store_id = %s group by date",
        bharat(number),
    )
    orders = dict(
        imports.query(
            "select date, count(distinct amazon_order_id)::int from marts.order_items where store_id = %s group by 1",
            bharat(number),
        )
    )
    assert {day: (lines, orders[day], units, money) for day, lines, units, money in sums} == totals
    assert set(orders) == set(totals)


def test_an_import_without_days_leases_no_coverage_for_orders(imports):
    assert imports.query("select count(*) from ops.slices where feed = %s", ORDERS) == [(0,)]


def test_amazons_own_traffic_example_fills_its_days_and_what_has_no_day_is_left_out(imports):
    days = imports.query(
        "select date, units_ordered, ordered_product_sales_amount > 0, currency from marts.traffic_store_daily "
        "where store_id = 'harbor-us' order by date"
    )
    assert [str(day) for day, *_ in days] == ["2021-06-11", "2021-06-12", "2021-06-13", "2021-06-14"]
    assert {currency for *_, currency in days} == {"USD"}
    assert imports.query("select count(*) from marts.traffic_daily") == [(0,)]
    ((warnings,),) = imports.query("select warnings from ops.loads where feed = %s", TRAFFIC)
    assert "salesAndTrafficByAsin carry no day" in warnings[0]
    assert "2021-06-11 to 2021-06-14" in warnings[0]
    again = imports.bring(reference(EXAMPLE), TRAFFIC, "harbor-us")
    assert again.unchanged


def test_amazons_own_traffic_example_is_refused_for_another_marketplace(imports):
    with pytest.raises(DocumentError, match=r"report of Amazon\.com .*but it was given to sakura-jp") as error:
        imports.bring(reference(EXAMPLE), TRAFFIC, "sakura-jp")
    assert error.value.kind == "wrong_marketplace"
    assert imports.query("select count(*) from ops.slices where scope_id = 'sakura-jp'") == [(0,)]


def test_real_orders_are_refused_for_another_marketplace_and_another_report(imports):
    path = reference("samples/real-orders") / FILES[0]
    with pytest.raises(DocumentError, match=r"Its rows are of Amazon\.in"):
        imports.bring(path, ORDERS, "harbor-us")
    with pytest.raises(DocumentError, match=r"It looks like amazon_sp\.all_orders"):
        imports.bring(path, "amazon_sp.ledger_summary", bharat(0))
