"""What the decision is given of Amazon's stock (FBA), read from marts made by hand: it is not sold twice."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from bench.api_marts import make_marts
from pipelines.channels import inputs
from pipelines.channels.model import Channel
from pipelines.channels.policies_file import Policies
from pipelines.channels.policy import ChannelSettings, Policy
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse

SHOP = Channel("harbor-shop", "shopify", "harbor")
STORES = [("harbor-us", "harbor", "USD"), ("harbor-ca", "harbor", "CAD")]
READ_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def add(conn: psycopg.Connection[Any], table: str, **values: Any) -> None:
    name = sql.Identifier(*table.split("."))
    insert = sql.SQL("insert into {} select * from jsonb_populate_record(null::{}, %s)").format(name, name)
    conn.execute(insert, (json.dumps(values, default=str),))


@pytest.fixture
def conn(warehouse: Warehouse, settings: Settings) -> Any:
    """An account with two stores that share ten units of KNIFE-8, read at nine, and four own ones."""
    with warehouse.connect() as conn:
        make_marts(conn, settings, STORES)
        conn.execute("update ops.stores set account_id = 'A1@na', seller_id = 'A1'")
        conn.execute("create schema if not exists staging")
        conn.execute(
            "create table staging.stg_amazon_sp__fba_myi_unsuppressed_inventory (store_id text, date date, "
            "instant timestamptz)"
        )
        conn.execute("create table staging.stg_shopify__products (store_id text, variant_id text, "
                     "inventory_item_id text)")  # fmt: skip
        for store, *_ in STORES:
            listed = {"tenant_id": "harbor", "channel_sku": "US-KNIFE", "central_sku": "KNIFE-8", "item_id": "B0KNIFE"}
            add(conn, "marts.channel_listings", store_id=store, channel="amazon", account="A1@na", **listed)
            add(
                conn, "marts.inventory_daily", store_id=store, tenant_id="harbor", date=date(2026, 3, 2),
                sku="US-KNIFE", snapshot_fulfillable_quantity=10, ledger_ending_quantity=50,
            )  # fmt: skip
            for at in (READ_AT - 3 * HOUR, READ_AT):
                add(
                    conn, "staging.stg_amazon_sp__fba_myi_unsuppressed_inventory",
                    store_id=store, date=date(2026, 3, 2), instant=at,
                )  # fmt: skip
        add(
            conn, "marts.channel_listings", store_id="harbor-shop", tenant_id="harbor", channel="shopify",
            account="shop", item_id="v1", channel_sku="KNIFE-8", central_sku="KNIFE-8",
        )  # fmt: skip
        add(
            conn, "marts.stock_central", store_id="harbor-us", tenant_id="harbor", central_sku="KNIFE-8",
            on_hand_quantity=4, on_hand_by_location={}, reserved_quantity=0, sent_since_quantity=0,
            available_quantity=4, as_of=READ_AT,
        )  # fmt: skip
        yield conn


def order(conn: psycopg.Connection[Any], number: str, units: int, at: datetime, **values: Any) -> None:
    known = {"store_id": "harbor-us", "sku": "US-KNIFE", "fulfillment_channel": "Amazon", "order_status": "Pending"}
    multi = number.startswith("S01")
    add(
        conn, "marts.order_items", tenant_id="harbor", amazon_order_id=number, line_number=1, date=at.date(),
        purchased_at=at, units=units, is_multi_channel=multi, is_replacement=False, **{**known, **values},
    )  # fmt: skip


def at_amazon(conn: psycopg.Connection[Any], **policy: Any) -> int:
    policies = Policies({"harbor-shop": ChannelSettings("on", "", Policy(**policy))})
    return inputs.read(conn, SHOP, policies).stock["KNIFE-8"].fba


def test_what_was_ordered_from_amazons_stock_since_it_was_read_is_not_offered_once_more(conn: Any) -> None:
    assert at_amazon(conn, fba=True) == 10
    order(conn, "111-1", 1, READ_AT - HOUR)  # it is not in the ten any more
    order(conn, "111-2", 3, READ_AT + HOUR, store_id="harbor-ca")
    order(conn, "111-3", 5, READ_AT + HOUR, item_status="Cancelled")
    order(conn, "111-4", 5, READ_AT + HOUR, fulfillment_channel="Merchant")
    order(conn, "111-5", 5, READ_AT + HOUR, sku="LAMP-2")
    assert at_amazon(conn, fba=True) == 7
    order(conn, "S01-1", 2, READ_AT + 2 * HOUR)  # Multi-Channel Fulfillment
    order(conn, "S01-2", 1, READ_AT + 2 * HOUR, store_id="unmapped:A1:Non-Amazon")
    order(conn, "S01-3", 9, READ_AT + 2 * HOUR, order_status="Unfulfillable")
    assert at_amazon(conn, fba=True) == 4
    order(conn, "111-6", 40, READ_AT + 3 * HOUR)
    assert at_amazon(conn, fba=True) == 0


def test_nobody_is_offered_amazons_stock_who_has_not_asked_for_it(conn: Any) -> None:
    assert at_amazon(conn) == 0


def test_without_a_snapshot_the_ledgers_day_counts(conn: Any) -> None:
    conn.execute("update marts.inventory_daily set snapshot_fulfillable_quantity = null")
    order(conn, "111-1", 3, datetime(2026, 3, 2, 23, tzinfo=UTC))
    order(conn, "111-2", 4, datetime(2026, 3, 3, 1, tzinfo=UTC))
    assert at_amazon(conn, fba=True) == 46
