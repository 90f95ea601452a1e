"""FBA inventory of an account with two marketplaces, as Amazon answers: all of them in each report, or one a report."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from pipelines.transformation import transform
from pipelines.warehouse.stores_sync import sync_stores
from simulator.seeded_world import World
from simulator.truth import rows
from tests.support.running import NOON

pytestmark = pytest.mark.thorough  # a build of the inventory marts for each way
LISTED, ALL = "amazon_sp.fba_myi_unsuppressed_inventory", "amazon_sp.fba_myi_all_inventory"
TODAY = date(2026, 11, 22)
_TOLD = """
select store_id, sku, snapshot_fulfillable_quantity, snapshot_reserved_quantity, snapshot_total_quantity
from marts.inventory_daily where date = %s and snapshot_total_quantity is not null and store_id like 'harbor-%%'
order by 1, 2
"""


def configure_france(world):
    """The account's second marketplace, of which the world has stock too, becomes a store."""
    path = world.simulator.config / "stores.yaml"
    config = yaml.safe_load(path.read_text())
    (account,) = [each for each in config["tenants"]["harbor"]["accounts"] if each["region"] == "eu"]
    account["stores"]["harbor-fr"] = {"marketplace": "FR", "history_from": TODAY.isoformat()}
    path.write_text(yaml.safe_dump(config))
    with world.warehouse.connect() as conn:
        sync_stores(conn, world.catalog)


def true_stock() -> list[tuple]:
    found = []
    for row in rows("inventory_daily", World(7, NOON, products=12, days=6), NOON):
        store = "harbor-fr" if row["store_id"].endswith(":amazon.fr") else row["store_id"]
        quantities = [row[f"snapshot_{name}_quantity"] for name in ("fulfillable", "reserved", "total")]
        if row["date"] == TODAY and quantities[-1] is not None and store.startswith("harbor-"):
            found.append((store, row["sku"], *quantities))
    return sorted(found)


@pytest.mark.parametrize("answers", ["all", "one"])
def test_each_store_has_its_own_stock_however_amazon_answers(landing, answers):
    world = landing(answers=answers)
    configure_france(world)
    world.land(LISTED, ALL, stores=("harbor-de", "harbor-fr"), force=True)
    asked = {tuple(each["marketplace_ids"]) for each in world.simulator.counts()["createReport"]}
    assert all(len(ids) == 1 for ids in asked) and len(asked) == 2
    result = transform.transform(world.settings, world.warehouse)
    assert result.ok, result.failures
    expected = [row for row in true_stock() if row[0] != "harbor-us"]
    assert expected and {row[0] for row in expected} == {"harbor-de", "harbor-fr"}
    assert world.query(_TOLD, TODAY) == expected
    # with a store to itself the next report of one says nothing of the other
    world.land(LISTED, stores=("harbor-fr",), force=True)
    assert transform.transform(world.settings, world.warehouse).ok
    assert world.query(_TOLD, TODAY) == expected
    skus = "select store_id, count(*) from intermediate.int_inventory_velocity group by 1 order by 1"
    assert [store for store, _ in world.query(skus)] == ["harbor-de", "harbor-fr"]
