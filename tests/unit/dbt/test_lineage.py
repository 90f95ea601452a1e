"""Which columns a model's columns are made of, and how Dagster shows it."""

import json
from pathlib import Path

import dagster as dg
import pytest

from pipelines.orchestration.built import asset_of, column_lineage, compiled_models
from pipelines.transformation import lineage
from pipelines.transformation.lineage import KeptLineage, read_lineage

TABLES = {
    "marts.order_items": {"store_id": "text", "date": "date", "units": "integer", "price": "numeric"},
    "intermediate.int_stores": {"store_id": "text", "currency": "text"},
    "raw.amazon_sp__returns": {"load_id": "bigint", "sku": "text"},
}
DAILY = """
    with days as (
        select i.store_id, sum(i.units * i.price) filter (where i.date is not null)::numeric as sales, count(*) as lines
        from "some_database"."marts"."order_items" as i group by 1
    )
    select d.*, coalesce(s.currency, 'USD') as currency
    from days as d left join "some_database"."intermediate"."int_stores" as s on d.store_id = s.store_id
"""
OF_DAILY = {
    "store_id": ["marts.order_items.store_id"],
    "sales": ["marts.order_items.date", "marts.order_items.price", "marts.order_items.units"],
    "lines": [],
    "currency": ["intermediate.int_stores.currency"],
}


def test_columns_are_followed_through_queries_within_stars_joins_and_sums():
    assert read_lineage(DAILY, TABLES) == OF_DAILY


@pytest.mark.parametrize("sql", ["select e ->> 'x' as x from jsonb_array_elements('[]') as e", "select from where", ""])
def test_what_cannot_be_followed_is_told_as_nothing_and_fails_no_build(sql: str):
    assert not any(read_lineage(sql, TABLES).values())


def test_both_sides_of_a_union_count():
    sql = "select store_id from marts.order_items union all select store_id from intermediate.int_stores"
    assert read_lineage(sql, TABLES) == {"store_id": ["intermediate.int_stores.store_id", "marts.order_items.store_id"]}


def test_an_increment_is_followed_past_the_tables_of_its_opening():
    sql = """
        with lines as (
            select t.* from marts.order_items as t inner join _slices as s
            on t.store_id = s.store_id and t.date = s.date
        )
        select store_id, sum(units) as units from lines
        where (store_id) in (select store_id from _account_days) group by 1
    """
    assert read_lineage(sql, TABLES) == {
        "store_id": ["marts.order_items.store_id"],
        "units": ["marts.order_items.units"],
    }


def test_a_whole_row_is_of_no_column():
    sql = (
        "select i.store_id, count(*) as lines from (select * from marts.order_items) as i, ops.unknown as o group by 1"
    )
    assert read_lineage(sql, TABLES) == {"store_id": ["marts.order_items.store_id"], "lines": []}


def test_a_table_of_an_opening_hides_nothing_that_is_known_from_all_rows(tmp_path: Path):
    kept = KeptLineage(tmp_path / "lineage.json", TABLES)
    of_all = kept.of("marts.x", "select o.units from marts.order_items as o")
    assert kept.of("marts.x", "select o.units from _orders as o") == of_all == {"units": ["marts.order_items.units"]}


def test_what_was_read_is_kept_until_the_sql_the_columns_or_the_project_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path, read = tmp_path / "dbt" / "lineage.json", []
    monkeypatch.setattr(lineage, "read_lineage", lambda sql, known: read.append(sql) or read_lineage(sql, known))

    def look(sql: str = DAILY, tables: lineage.Tables = TABLES) -> dict[str, list[str]]:
        kept = KeptLineage(path, tables)
        found = kept.of("marts.sales_daily", sql)
        kept.keep()
        return found

    assert look() == look() == OF_DAILY
    assert len(read) == 1
    wider = {**TABLES, "marts.order_items": {**TABLES["marts.order_items"], "sales": "numeric"}}
    assert look(tables=wider) == OF_DAILY
    assert len(read) == 2, "another column may be what a name means"
    monkeypatch.setattr(lineage, "fingerprint", lambda: "another project")
    assert look("select s.currency from intermediate.int_stores as s") == {
        "currency": ["intermediate.int_stores.currency"]
    }
    path.write_text(path.read_text()[:20])
    assert look() == OF_DAILY, "a file that is not whole is written anew"
    assert json.loads(path.read_text())["project"] == "another project"


def test_dagster_is_told_of_assets_only():
    orders, returns = dg.AssetKey(["marts", "order_items"]), dg.AssetKey(["amazon_sp", "returns"])
    told = {"a": ["marts.order_items.units", "ops.tenants.name"], "b": ["raw.amazon_sp__returns.sku"], "c": []}
    found = column_lineage(told, {orders, returns})
    assert found is not None
    assert found.deps_by_column == {
        "a": [dg.TableColumnDep(orders, "units")],
        "b": [dg.TableColumnDep(returns, "sku")],
        "c": [],
    }
    assert column_lineage({}, {orders}) is None, "nothing is known, which is another thing than none"


def test_a_raw_table_of_a_section_is_the_asset_that_dbt_reads():
    assert asset_of("raw.amazon_sp__sales_and_traffic__by_asin").path == ["amazon_sp", "sales_and_traffic__by_asin"]


def test_compiled_tests_are_no_models(tmp_path: Path):
    models = tmp_path / "compiled" / "tradewind" / "models" / "marts"
    for name in ("sales_daily.sql", "_sales.yml/sales_daily_key_holds.sql"):
        (models / name).parent.mkdir(parents=True, exist_ok=True)
        (models / name).touch()
    assert compiled_models(tmp_path) == {"sales_daily": models / "sales_daily.sql"}
