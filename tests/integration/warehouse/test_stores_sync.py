"""ops.* says what stores.yaml says, also after it was changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from pipelines.actors import read_actors
from pipelines.stores import Catalog, load_stores
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.stores_sync import sync_stores
from tests.support.references import ROOT

EXAMPLE = (ROOT / "stores.example.yaml").read_text(encoding="utf-8")


def catalog(tmp_path: Path, text: str = EXAMPLE) -> Catalog:
    (tmp_path / "stores.yaml").write_text(text, encoding="utf-8")
    return load_stores(tmp_path / "stores.yaml", lambda _: SecretStr("x"))


def rows(warehouse: Warehouse, query: str) -> list[tuple[Any, ...]]:
    with warehouse.connect() as conn:
        return conn.execute(query.encode()).fetchall()


def sync(warehouse: Warehouse, wanted: Catalog) -> None:
    with warehouse.connect() as conn:
        sync_stores(conn, wanted)


def test_stores_tenants_and_tracked_asins_are_there(warehouse: Warehouse, tmp_path: Path) -> None:
    for _ in range(2):
        sync(warehouse, catalog(tmp_path))
    assert rows(
        warehouse, "select store_id, tenant_id, account_id, sales_channel, has_api from ops.stores order by 1"
    ) == [
        ("bharat-in", "bharat", "A5BHARATIN4IN@eu", "Amazon.in", False),
        ("harbor-de", "harbor", "A3HARBOREU2DE@eu", "Amazon.de", True),
        ("harbor-uk", "harbor", "A3HARBOREU2DE@eu", "Amazon.co.uk", True),
        ("harbor-us", "harbor", "A2HARBORNA1US@na", "Amazon.com", True),
    ]
    assert rows(warehouse, "select own_asin, competitor_asin from ops.tracked_asins order by 1, 2") == [
        ("B0OWNASIN1", "B0COMP0001"),
        ("B0OWNASIN1", "B0COMP0002"),
        ("B0OWNASIN1", "B0OWNASIN1"),
        ("B0OWNASIN2", "B0OWNASIN2"),
    ]


def test_a_store_taken_out_keeps_its_row_without_api(warehouse: Warehouse, tmp_path: Path) -> None:
    sync(warehouse, catalog(tmp_path))
    sync(warehouse, catalog(tmp_path, EXAMPLE.replace("          harbor-uk:\n            marketplace: GB\n", "")))
    assert rows(warehouse, "select has_api from ops.stores where store_id = 'harbor-uk'") == [(False,)]
    assert rows(warehouse, "select count(*) from ops.stores") == [(4,)]


def test_how_a_store_counts_its_costs_is_known(warehouse: Warehouse, tmp_path: Path) -> None:
    methods = "select cost_method from ops.stores where country in ('DE', 'GB') order by country"
    sync(warehouse, catalog(tmp_path))
    assert rows(warehouse, methods) == [("period",), ("period",)]
    other = EXAMPLE.replace(
        "            marketplace: GB\n", "            marketplace: GB\n            cost_method: fifo\n"
    )
    sync(warehouse, catalog(tmp_path, other))
    assert rows(warehouse, methods) == [("period",), ("fifo",)]


def test_a_store_may_get_another_id(warehouse: Warehouse, tmp_path: Path) -> None:
    sync(warehouse, catalog(tmp_path))
    sync(warehouse, catalog(tmp_path, EXAMPLE.replace("harbor-uk:", "harbor-gb:")))
    assert rows(warehouse, "select store_id from ops.stores where country = 'GB'") == [("harbor-gb",)]


def test_what_is_tracked_no_longer_is_forgotten(warehouse: Warehouse, tmp_path: Path) -> None:
    sync(warehouse, catalog(tmp_path))
    sync(warehouse, catalog(tmp_path, EXAMPLE.replace("[B0COMP0001, B0COMP0002]", "[B0COMP0002]")))
    assert rows(warehouse, "select count(*) from ops.tracked_asins where competitor_asin = 'B0COMP0001'") == [(0,)]


def test_keywords_are_those_of_the_file(warehouse: Warehouse, tmp_path: Path) -> None:
    sync(warehouse, catalog(tmp_path))
    assert rows(warehouse, "select store_id, keyword from ops.tracked_keywords order by 2") == [
        ("harbor-us", "desk lamp"),
        ("harbor-us", 'lamp 8" brass'),
    ]
    sync(warehouse, catalog(tmp_path, EXAMPLE.replace("[desk lamp, ", "[floor lamp, ")))
    assert {keyword for (keyword,) in rows(warehouse, "select keyword from ops.tracked_keywords")} == {
        "floor lamp",
        'lamp 8" brass',
    }


def test_the_actors_in_use_are_those_of_the_catalogue_and_earlier_ones_stay(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    in_use = "select actor from ops.actor_mappings where in_use order by feed"
    assert rows(warehouse, in_use) == [("junglee/amazon-crawler",)] * 2, "a new warehouse knows the built-in ones"
    wanted = catalog(tmp_path)
    another = replace(wanted, actors={**wanted.actors, **read_actors(ROOT / "actors.example.yaml")})
    for _ in range(2):
        sync(warehouse, another)
        assert rows(warehouse, in_use) == [("epctex/amazon-scraper",)] * 2
    assert rows(warehouse, "select count(*) from ops.actor_mappings") == [(4,)]
    sync(warehouse, wanted)
    assert rows(warehouse, in_use) == [("junglee/amazon-crawler",)] * 2
    assert rows(warehouse, "select count(*) from ops.actor_mappings") == [(4,)]
