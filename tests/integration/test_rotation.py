"""A new key for hashes: what was hashed before is brought to it, and a buyer stays the same buyer."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import ConfigError
from pipelines.feeds import FEEDS
from pipelines.landing.loading.raw_tables import ensure_raw_tables
from pipelines.landing.personal.pseudonyms import Pseudonyms, add_key, hash_key
from pipelines.landing.upkeep.replay import replay
from pipelines.landing.upkeep.rotation import rotate
from pipelines.settings import Settings
from pipelines.stores import load_stores
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.stores_sync import sync_stores
from tests.integration.test_expiry import SHIPMENTS, SHIPPED
from tests.support.landing import DAY, days, landing
from tests.support.planted import places, table

MAIL = "ana@example.com"
STORES = """
tenants:
  harbor:
    name: Harbor
    reporting_currency: USD
    accounts: [{seller_id: A2HARBOR, region: na, stores: {harbor-us: {marketplace: US}}}]
"""


def test_hashes_are_brought_to_a_new_key_and_later_documents_agree(
    settings: Settings, warehouse: Warehouse, tmp_path: Path
) -> None:
    columns = [*(name.replace("_", "-") for name in SHIPPED), "buyer-email"]
    (tmp_path / "stores.yaml").write_text(STORES)
    with warehouse.connect(autocommit=True) as conn:
        sync_stores(conn, load_stores(tmp_path / "stores.yaml"))
        ensure_raw_tables(conn, [FEEDS[SHIPMENTS]])
        place = landing(conn, settings.home, SHIPMENTS)
        place.hash_key = hash_key(settings)
        place.land(table(columns, **SHIPPED, buyer_email=MAIL).encode(), days(DAY))
        old = Pseudonyms(hash_key(settings), "harbor", ("utf-8",))[MAIL.encode()].decode()
        assert places(conn, place.archive, secret=old)

        add_key(settings)
        keys = hash_key(settings)
        assert keys.count(b"\n") == 1
        new = Pseudonyms(keys, "harbor", ("utf-8",))[MAIL.encode()].decode()
        assert rotate(conn, place.archive, keys) == 1
        assert rotate(conn, place.archive, keys) == 0, "what is done is not done again"
        assert places(conn, place.archive, secret=old) == [], "the old hash is in no table and no file"

        place.hash_key = keys
        later = table(columns, **SHIPPED | {"amazon_order_id": "222-000000{n}-0000000"}, buyer_email=MAIL)
        place.land(later.encode(), days(DAY))
        rows = "select distinct buyer_email from raw.amazon_sp__fulfilled_shipments"
        assert conn.execute(rows).fetchall() == [(new,)]
        conn.execute("truncate ops.loads, ops.slices, ops.requests, raw.amazon_sp__fulfilled_shipments cascade")
        replay(settings, warehouse)
        assert conn.execute(rows).fetchall() == [(new,)], "the archive has the new hashes too"
        assert rotate(conn, place.archive, keys) == 0


def test_keys_of_a_variable_are_the_user_s_to_add(settings: Settings) -> None:
    given = settings.model_validate({**settings.model_dump(), "hash_key": "one\n\ntwo"})
    assert hash_key(given) == b"one\ntwo"
    with pytest.raises(ConfigError, match="--finish"):
        add_key(given)
