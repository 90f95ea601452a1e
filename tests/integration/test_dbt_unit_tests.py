"""dbt's own unit tests (`_*_unit_tests.yml`): the formulas of the marts against cases computed by hand."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from pipelines.warehouse import dbt_runs, transform
from tests.support.building import INCREMENTAL, Marts

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

# the loads that unit tests name: feed, scope, instant
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
}
FR = ("made-fr", "made", "SELLEREU", "eu", "FR", "A13V1IB3VIYZZH", "Amazon.fr", "EUR", "Europe/Paris")


NAMES = (
    "listings_in_the_language_of_their_marketplace",
    "cancelled_pending_and_replacement_lines",
    "an_order_of_two_skus_is_one_of_the_store",
    "reporting_currency_over_a_weekend_and_after_a_week",
    "what_is_a_replacement",
    "sales_with_and_without_the_tax_in_prices",
    "traffic_without_tax_with_its_sku_and_shares_that_add_up",
    "traffic_of_a_store_without_tax",
    "what_is_missing_in_a_row_of_profit",
    "velocity_counts_days_in_stock_only",
    "opening_movements_and_closing_of_the_ledger",
    "reorder_points_overstock_value_and_earnings",
    "surcharge_for_aged_stock_by_report_and_by_rates",
    "price_versions_gaps_and_availability",
    "what_happened_to_a_page",
    "a_product_beside_its_competitors",
    "ratios_come_from_sums",
    "attribution_windows_are_kept_apart",
    "total_acos_is_of_all_that_was_ordered",
    "no_order_is_held_against_a_term_when_chance_does_not_explain_it",
    "words_of_search_terms",
    "what_a_sku_s_margin_allows_its_ads",
    "rates_that_follow_from_others",
    "costs_as_spreadsheets_write_them",
    "costs_by_period",
    "profit_of_orders_estimated_actual_and_mixed",
    "settled_under_another_name_in_part_and_by_labels",
    "advertising_and_storage_by_sku",
    "comparisons_open_unsettled_and_closed",
    "costs_of_batches_first_in_first_out",
    "costs_at_the_average_of_what_is_in_stock",
    "days_named_by_months_and_short_answers",
    "fees_that_amazon_does_not_know",
    "months_and_rates_of_storage",
    "days_of_instants_with_and_without_an_offset",
    "settlement_numbers_and_dates_in_both_formats",
    "a_row_of_a_store_s_report_is_its_own_or_of_no_store",
    "both_variants_of_planning_have_the_same_age_buckets",
    "events_of_the_ledger_by_country",
    "stock_of_an_account_by_marketplace",
    "an_asin_counts_from_its_newest_delivery",
    "kinds_of_settlement_lines",
    "the_most_specific_row_names_the_kind",
    "what_a_settlement_is_made_of",
    "the_order_says_whose_return_it_is",
    "refunds_by_both_days",
    "stores_and_buckets_in_words",
    "who_says_what_a_sku_is",
)


def dbt(marts: Marts, *command: str) -> dbtRunnerResult:
    """A command of dbt on the project, as builds give it."""
    from dbt.cli.main import dbtRunner

    target = transform.target_dir(marts.settings)
    paths = ["--project-dir", str(transform.PROJECT_DIR), "--profiles-dir", str(transform.PROJECT_DIR)]
    paths += ["--target-path", str(target), "--log-path", str(marts.settings.home / "logs")]
    with transform.build_session(marts.settings, marts.warehouse):
        manifest = dbt_runs.parse(target, dbt_runs.database_name(marts.warehouse.url))
        return dbtRunner(manifest=manifest).invoke(["--log-level", "none", *command, *paths])


@pytest.fixture(scope="module")
def results(marts):
    """Name -> (status, message) of every unit test, run in a database with the stores and loads that they name."""
    with marts.landing() as ledger:
        feed = "amazon_sp.fba_myi_unsuppressed_inventory"
        ledger.load(feed, "SELLERNA@na", [], days=[date(2026, 3, 1)], instant=SNAPSHOT)
        ledger.prepare(FR)
        for load_id, (load_feed, scope, instant) in LOADS.items():
            ledger.conn.execute(
                "insert into ops.loads (load_id, feed, scope_id, origin, sha256, archive_path, charset, "
                "report_created_at, row_count) overriding system value "
                "values (%s, %s, %s, 'listed', '', '', 'utf-8', now(), 7)",
                (load_id, load_feed, scope),
            )
            ledger.point(load_feed, scope, f"r{load_id}", date(2026, 3, 1), instant, load_id, "loaded")
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


def test_the_documentation_of_dbt_has_every_mart_with_its_columns(marts, results):
    assert dbt(marts, "docs", "generate").success
    catalog = json.loads((transform.target_dir(marts.settings) / "catalog.json").read_text())
    described = {
        node["metadata"]["name"]: [column["comment"] for column in node["columns"].values()]
        for node in catalog["nodes"].values()
        if node["metadata"]["schema"] == "marts"
    }
    tables = {name for name in INCREMENTAL if name.startswith("marts.")}
    assert {f"marts.{name}" for name in described} == tables | {"marts.product_daily"}
    assert all(all(comments) for comments in described.values())
