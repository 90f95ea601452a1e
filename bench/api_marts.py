"""Marts as their contracts have them, without a build: for measuring and testing what reads them.

Tables have the contract's columns and the unique index of its key, and are protected as dbt's are. Views are tables.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from pipelines.asking.contract import Mart, marts
from pipelines.asking.marks import consumers
from pipelines.settings import Settings
from pipelines.warehouse.roles import ensure_roles
from pipelines.warehouse.tenant_roles import sync_tenant_roles

Store = tuple[str, str, str]
"""A store's id, its tenant's, and its currency."""


def make_marts(conn: psycopg.Connection[Any], settings: Settings, stores: list[Store]) -> None:
    """Stores, their tenants' roles, and every mart: empty, with a mark as if it had been built. The caller commits."""
    for number, (store, tenant, currency) in enumerate(stores):
        conn.execute(
            "insert into ops.tenants values (%s, %s, %s) on conflict do nothing", (tenant, tenant.title(), currency)
        )
        conn.execute(
            "insert into ops.stores (store_id, tenant_id, account_id, seller_id, region, country, marketplace_id, "
            "sales_channel, currency, time_zone, has_api) values (%s, %s, %s, 'S', 'na', 'US', %s, 'Amazon.com', %s, "
            "'UTC', false)",
            (store, tenant, f"S{number}@na", f"M{number}", currency),
        )
    ensure_roles(conn, settings)
    for mart in marts().values():
        _make(conn, mart)
        for consumer in consumers(mart.name):
            conn.execute(
                "insert into ops.marks (consumer, seen, cluster) select %s, pg_current_snapshot(), system_identifier "
                "from pg_control_system() on conflict do nothing",
                (consumer,),
            )
    sync_tenant_roles(conn, sorted({tenant for _, tenant, _ in stores}))


def _make(conn: psycopg.Connection[Any], mart: Mart) -> None:
    name = sql.Identifier("marts", mart.name)
    columns = [
        sql.SQL("{} {}{}").format(
            sql.Identifier(each.name),
            sql.SQL(each.type),  # type: ignore[arg-type]
            sql.SQL("" if each.nullable else " not null"),
        )
        for each in mart.columns.values()
    ]
    conn.execute(sql.SQL("create table {} ({})").format(name, sql.SQL(", ").join(columns)))
    key = sql.SQL(", ").join(map(sql.Identifier, mart.key))
    conn.execute(sql.SQL("create unique index on {} ({}) nulls not distinct").format(name, key))
    conn.execute("select ops.protect(%s::regclass)", (f"marts.{mart.name}",))
