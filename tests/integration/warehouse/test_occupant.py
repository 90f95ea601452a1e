"""A warehouse holds the user's stores or one simulated world; whoever comes second is refused."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from pipelines.errors import ConfigError
from pipelines.settings import Settings
from pipelines.stores import Catalog, load_stores
from pipelines.warehouse import occupant
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.stores_sync import sync_stores
from tests.support.homes import OWN_STORES
from tests.support.references import ROOT

EXAMPLE = (ROOT / "stores.example.yaml").read_text(encoding="utf-8")


def a_demo(home: Path, warehouse: Warehouse, *, seed: int = 7) -> tuple[Settings, Catalog]:
    (home / "simulator").mkdir(parents=True)
    (home / "simulator" / "world.json").write_text(json.dumps({"seed": seed, "first_now": "2026-03-01T12:00:00Z"}))
    return stores_of(home, EXAMPLE, warehouse)


def stores_of(home: Path, text: str, warehouse: Warehouse) -> tuple[Settings, Catalog]:
    home.mkdir(parents=True, exist_ok=True)
    (home / "stores.yaml").write_text(text, encoding="utf-8")
    settings = Settings(home=home, stores_path=home / "stores.yaml", warehouse_url=warehouse.url)
    return settings, load_stores(settings.stores_path, lambda _: SecretStr("x"))


def open_as(warehouse: Warehouse, settings: Settings, catalog: Catalog) -> None:
    with warehouse.connect() as conn:
        occupant.claim(conn, settings, catalog)
        sync_stores(conn, catalog)


def test_the_demo_goes_where_nothing_is_and_comes_again(warehouse: Warehouse, tmp_path: Path) -> None:
    demo = a_demo(tmp_path / "demo", warehouse)
    open_as(warehouse, *demo)
    open_as(warehouse, *demo)
    with pytest.raises(ConfigError, match=r"holds a simulated world of seed 7.*your stores .* never go where made-up"):
        open_as(warehouse, *stores_of(tmp_path / "own", OWN_STORES, warehouse))
    with pytest.raises(ConfigError, match=r"holds simulated world of seed 7.*never goes where anything else is"):
        open_as(warehouse, *a_demo(tmp_path / "another", warehouse, seed=11))
    with warehouse.connect() as conn:
        assert occupant.other_stores(conn, demo[1]) == [], "whoever was refused has left nothing"


def test_the_users_stores_come_first_even_where_they_are_named_like_the_demos(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    own = stores_of(tmp_path / "own", EXAMPLE, warehouse)
    open_as(warehouse, *own)
    open_as(warehouse, *own)
    with pytest.raises(ConfigError, match="The warehouse of TRADEWIND_WAREHOUSE_URL holds your stores"):
        open_as(warehouse, *a_demo(tmp_path / "demo", warehouse))


def test_a_warehouse_of_an_earlier_version_is_the_demos_if_all_its_stores_are(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    settings, catalog = a_demo(tmp_path / "demo", warehouse)
    _, others = stores_of(tmp_path / "own", OWN_STORES, warehouse)
    with warehouse.connect() as conn:
        sync_stores(conn, catalog)
    open_as(warehouse, settings, catalog)
    with warehouse.connect() as conn:
        conn.execute("comment on schema ops is null")
        sync_stores(conn, others)
    with pytest.raises(ConfigError, match=r"stores that are not the demo's \(mapleware-in\)"):
        open_as(warehouse, settings, catalog)


def test_who_may_not_write_it_down_may_still_use_it(warehouse: Warehouse, tmp_path: Path) -> None:
    settings, catalog = stores_of(tmp_path / "own", OWN_STORES, warehouse)
    with warehouse.connect() as conn:
        conn.execute("do $$ begin create role tradewind_guest; exception when duplicate_object then end $$")
        conn.execute("grant usage on schema ops to tradewind_guest")
        conn.execute("set role tradewind_guest")
        occupant.claim(conn, settings, catalog)
        assert conn.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
        assert conn.execute("select obj_description('ops'::regnamespace, 'pg_namespace')").fetchone() == (None,)
        conn.rollback()
