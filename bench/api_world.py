"""What the read API is measured on: twelve months of ten stores with a hundred SKUs each, and the commonest requests.

Served by `tradewind serve`'s own application in a process of its own, to a caller with a key.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from pydantic import SecretStr

from bench.api_marts import make_marts
from bench.figures import Room
from pipelines.accounts import api_keys
from pipelines.accounts.audit import Actor
from pipelines.accounts.keyring import load_keyring
from pipelines.settings import Settings
from pipelines.warehouse.embedded import free_port

TENANT = "bench"
KEY = "BENCH_API_KEY"
"""The variable in which the caller's key is told, for as long as the server runs."""

STORES = [(f"store-{number}", TENANT, "USD") for number in range(10)]
SKUS = 100
DAYS = 365
REQUESTS = (
    "sales?period=month&columns=units,orders,item_price_net_amount_reporting",
    "sales?period=day&since=2026-11-01&columns=units,item_price_net_amount_reporting",
    "sales?period=week&by=store_id&columns=units,orders",
    "sales?store_id=store-3&since=2026-11-01",
    "marts/sales_daily?period=all&by=sku&store_id=store-3&since=2026-12-01&columns=units,item_price_net_amount",
    "marts/sales_daily?store_id=store-3&sku=SKU-007&since=2026-10-01",
    "traffic?period=week&columns=sessions,unit_session_percentage&by=store_id",
    "traffic?store_id=store-3&since=2026-12-01",
    "stores",
    "coverage?is_gap=true&limit=100",
)
"""Below /v1, as a seller's page or a spreadsheet asks."""

_FILL = """
insert into marts.stores (store_id, tenant_id, tenant_name, label, is_configured, seller_id, reporting_currency)
    select store_id, tenant_id, 'Bench', store_id, true, 'S', 'USD' from ops.stores;
insert into marts.data_coverage (store_id, tenant_id, feed, date, state, is_gap)
    select s.store_id, s.tenant_id, f, d, 'loaded', false from ops.stores as s,
        unnest(array['amazon_sp.all_orders_by_last_update', 'amazon_sp.sales_and_traffic', 'amazon_sp.ledger_summary',
            'amazon_ads.sp_campaigns', 'amazon_sp.settlements_v2', 'apify.products']) as f,
        generate_series(date '2026-01-01', date '2026-12-31', interval '1 day') as d;
"""


def fill(room: Room, settings: Settings, rows: int) -> None:
    """The marts. rows: of profit_daily, for an export."""
    with psycopg.connect(room.url) as conn:
        make_marts(conn, settings, STORES)
        conn.execute(_FILL)
        for mart, key, per in (
            ("sales_store_daily", "", 1),
            ("traffic_store_daily", "", 1),
            ("sales_daily", "sku", SKUS),
        ):
            _days(conn, mart, key, per)
        _days(conn, "profit_daily", "sku", max(1, rows // (len(STORES) * DAYS)))
    with psycopg.connect(room.url, autocommit=True) as conn:
        conn.execute("vacuum analyze")


def made_key(room: Room) -> str:
    """A key of the tenant that may read."""
    settings = Settings(home=room.folder / "home", warehouse_url=SecretStr(room.url))
    with psycopg.connect(room.url) as conn:
        keyring, now = load_keyring(settings), datetime.now(UTC)
        return api_keys.create(
            conn, keyring, Actor("cli:bench", "local"), TENANT, name="bench", scopes=["read"], now=now
        ).text


def _days(conn: psycopg.Connection, mart: str, key: str, per: int) -> None:
    """A row for each store, day and SKU: numbers that differ, and texts as long as real ones."""
    from psycopg import sql

    from pipelines.asking.contract import marts

    made = {
        "integer": "mod(n * 7 + extract(doy from d)::integer, 50)",
        "bigint": "n",
        "numeric": "round(mod(n * 31 + extract(doy from d)::integer, 997) * 1.07, 2)",
        "boolean": "true",
        "date": "d::date",
        "timestamptz": "d",
        "text": "''",
    }
    known = {
        "store_id": "s.store_id",
        "tenant_id": "s.tenant_id",
        key: "'SKU-' || lpad(n::text, 3, '0')",
        "currency": "'USD'",
        "reporting_currency": "'USD'",
        "incomplete_reason": "null",
    }
    columns = marts()[mart].columns
    values = [known.get(name, made[each.type]) for name, each in columns.items()]
    conn.execute(
        sql.SQL(
            "insert into marts.{} ({}) select {} from ops.stores as s, generate_series(1, %s) as n,"
            " generate_series(date '2026-01-01', date '2026-12-31', interval '1 day') as d"
        ).format(
            sql.Identifier(mart),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join(sql.SQL(each) for each in values),  # type: ignore[arg-type]
        ),
        (per,),
    )


@contextlib.contextmanager
def served(room: Room) -> Iterator[tuple[str, int]]:
    """The address of a server, and its process's id. The key is in the environment meanwhile."""
    (room.folder / "stores.yaml").write_text("tenants: {bench: {name: B, reporting_currency: USD, accounts: []}}\n")
    port = free_port()
    environment = {
        **os.environ,
        "TRADEWIND_HOME": str(room.folder / "home"),
        "TRADEWIND_STORES": str(room.folder / "stores.yaml"),
        "TRADEWIND_WAREHOUSE_URL": room.url,
    }
    os.environ[KEY] = made_key(room)
    command = [sys.executable, "-m", "bench.api_world", str(port)]
    with (room.folder / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=Path(__file__).parents[1])
        try:
            address = f"http://127.0.0.1:{port}/v1"
            deadline = time.monotonic() + 120
            while True:
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"{address[:-3]}/health", timeout=30).read()
                    break
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((room.folder / "serve.log").read_text())
                time.sleep(0.1)
            yield address, server.pid
        finally:
            server.terminate()
            server.wait(30)
            del os.environ[KEY]


def serve(port: int) -> None:
    """Serve until SIGTERM."""
    import uvicorn

    from pipelines.serving.app import build_app
    from pipelines.serving.run import config_of
    from pipelines.serving.tending import Current
    from pipelines.settings import get_settings
    from pipelines.warehouse.connection import open_warehouse

    settings = get_settings()
    current = Current(settings, open_warehouse(settings))
    current.look()
    app = build_app(current, sends=False)
    config = config_of(app, settings)
    config.port = port
    uvicorn.Server(config).run()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
