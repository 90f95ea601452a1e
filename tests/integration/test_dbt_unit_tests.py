"""dbt's own unit tests (`_*_unit_tests.yml`): the formulas of the marts against cases computed by hand."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.transformation import dictionary, transform
from pipelines.transformation.news import consumers
from tests.support.building import Marts

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

# the loads that unit tests and cases name: feed, scope, instant
SNAPSHOT = datetime(2026, 3, 1, 20, tzinfo=UTC)
LOADS = {
    900001: ("amazon_sp.settlements_v2", "SELLEREU@eu", None),
    900011: ("amazon_sp.restock_recommendations", "made-de", SNAPSHOT),
    900012: ("amazon_sp.inventory_planning", "made-us", SNAPSHOT),
    900017: ("amazon_sp.restock_recommendations", "made-fr", SNAPSHOT),
    900013: ("amazon_sp.ledger_detail", "SELLEREU@eu", None),
    900014: ("amazon_sp.fba_myi_all_inventory", "SELLEREU@eu", SNAPSHOT),
    900015: ("amazon_sp.search_catalog_performance", "made-us", None),
    900016: ("amazon_sp.search_catalog_performance", "made-us", None),
    900021: ("amazon_sp.estimated_fees", "made-us", SNAPSHOT),
    900041: ("amazon_sp.fba_myi_all_inventory", "SELLERNA@na", SNAPSHOT),
    900042: ("amazon_sp.reserved_inventory", "made-us", SNAPSHOT),
    900043: ("amazon_sp.stranded_inventory", "made-us", SNAPSHOT),
    900044: ("amazon_sp.inventory_planning", "made-de", SNAPSHOT),
    900051: ("apify.keyword_search", "ATVPDKIKX0DER", SNAPSHOT),
    900052: ("apify.keyword_search", "ATVPDKIKX0DER", SNAPSHOT),
    900053: ("amazon_sp.merchant_listings", "made-us", SNAPSHOT),
    900061: ("amazon_sp.notifications", "SELLERNA@na", SNAPSHOT),
    900062: ("amazon_sp.notifications", "SELLEREU@eu", SNAPSHOT),
    900071: ("ebay.orders", "made-ebay", None),
    900072: ("woocommerce.orders", "made-woo", None),
    900073: ("woocommerce.products", "made-woo", SNAPSHOT),
}
SHOPS = {"made-ebay": "ebay", "made-woo": "woocommerce"}
FR = ("made-fr", "made", "SELLEREU", "eu", "FR", "A13V1IB3VIYZZH", "Amazon.fr", "EUR", "Europe/Paris")
NAMES = sorted(
    test["name"]
    for path in (transform.PROJECT_DIR / "models").rglob("*_unit_tests.yml")
    for test in dictionary.read(path)["unit_tests"]
)


def target_of(marts: Marts) -> Path:
    """Where dbt puts what it makes: with unit tests in it the project is another one, and is parsed apart."""
    return marts.settings.home / "dbt" / "target_unit_tests"


def dbt(marts: Marts, *command: str) -> dbtRunnerResult:
    """A command of dbt on the project, as builds give it."""
    from dbt.cli.main import dbtRunner

    target = target_of(marts)
    paths = ["--project-dir", str(transform.PROJECT_DIR), "--profiles-dir", str(transform.PROJECT_DIR)]
    paths += ["--target-path", str(target), "--log-path", str(marts.settings.home / "logs")]
    with pytest.MonkeyPatch.context() as patched, transform.build_session(marts.settings, marts.warehouse):
        patched.setenv("TRADEWIND_DBT_UNIT_TESTS", "1")
        return dbtRunner().invoke(["--log-level", "none", *command, *paths])


def land_loads(marts: Marts) -> None:
    """Make the stores and loads that unit tests and cases (tests/fixtures/cases) name."""
    with marts.landing() as ledger:
        feed = "amazon_sp.fba_myi_unsuppressed_inventory"
        ledger.load(feed, "SELLERNA@na", [], days=[date(2026, 3, 1)], instant=SNAPSHOT)
        ledger.prepare(FR)
        for shop_id, channel in SHOPS.items():
            ledger.conn.execute(
                "insert into ops.shops (shop_id, tenant_id, channel, domain, currency, time_zone, has_api) "
                "values (%s, 'made', %s, %s, 'USD', 'UTC', true)",
                (shop_id, channel, shop_id),
            )
        for load_id, (load_feed, scope, instant) in LOADS.items():
            ledger.conn.execute(
                "insert into ops.loads (load_id, feed, scope_id, origin, sha256, archive_path, charset, "
                "report_created_at, row_count) overriding system value "
                "values (%s, %s, %s, 'listed', '', '', 'utf-8', now(), 7)",
                (load_id, load_feed, scope),
            )
            ledger.point(load_feed, scope, f"r{load_id}", date(2026, 3, 1), instant, load_id, "loaded")
        # the same list once more: its document is the same, and so is its load
        later = SNAPSHOT + timedelta(days=1)
        ledger.point("woocommerce.products", "made-woo", "r900073+", later.date(), later, 900073, "loaded")


@pytest.fixture(scope="module")
def results(marts):
    """Name -> (status, message) of every unit test, run in a database with the stores and loads that they name."""
    land_loads(marts)
    marts.build()  # their inputs must exist, were it empty
    outcome = dbt(marts, "test", "--select", "test_type:unit")
    return {
        result.node.name: (result.status, result.message)
        for result in outcome.result.results
        if result.node.resource_type == "unit_test"
    }


@pytest.mark.parametrize("name", NAMES)
def test_unit_test_of_dbt(results, name):
    status, message = results[name]
    assert status == "pass", message


def test_no_unit_test_of_dbt_is_left_out(results):
    assert set(results) == set(NAMES)


@pytest.mark.thorough
def test_the_documentation_of_dbt_has_every_mart_with_its_columns(marts, results):
    assert dbt(marts, "docs", "generate").success
    catalog = json.loads((target_of(marts) / "catalog.json").read_text())
    described = {
        node["metadata"]["name"]: [column["comment"] for column in node["columns"].values()]
        for node in catalog["nodes"].values()
        if node["metadata"]["schema"] == "marts"
    }
    tables = {name for name in consumers() if name.startswith("marts.")}
    assert {f"marts.{name}" for name in described} == tables | {"marts.product_daily"}
    assert all(all(comments) for comments in described.values())
