"""A channel that is told the stock without marts: listings of the simulated shop, or of a writer that is played."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from pipelines.channels import inputs, ledger, sync
from pipelines.channels.decision import Offer, Stock
from pipelines.channels.model import Channel, Listing
from pipelines.channels.policies_file import Policies
from pipelines.channels.policy import ChannelSettings, Policy
from pipelines.channels.sync import Outcome
from pipelines.settings import get_settings
from pipelines.stores import load_catalog
from pipelines.warehouse.connection import Warehouse

STEPS = ("written down", "about to leave", "answered", "noted")
POLICIES = Policies({"harbor-shop": ChannelSettings("on", "Main warehouse", Policy())})


def shop_inputs(items: Collection[tuple[str, int]]) -> inputs.Inputs:
    """(variant id, units that may be sold) -> what the marts would say of them."""
    now = datetime(2030, 1, 1, tzinfo=UTC)
    offers, stock = [], {}
    for number, (item_id, units) in enumerate(items):
        sku = f"SKU-{number}"
        offers.append(Offer(Listing("harbor-shop", item_id, sku), sku, Policy(), None, 10_000, now))
        stock[sku] = Stock(sku, units, now)
    return inputs.Inputs(tuple(offers), stock, frozenset(), frozenset())


async def told(home: Path, url: str, stores: Path, given: inputs.Inputs, *, kind: str = "shopify") -> Outcome:
    """One round for the shop of these stores."""
    settings = get_settings(home=home, warehouse_url=url, stores_path=stores)
    warehouse, shop = Warehouse(url), load_catalog(settings).shops["harbor-shop"]
    channel = Channel(shop.shop_id, kind, shop.tenant_id, shop=shop, location="Main warehouse")
    inputs.read = lambda *_: given  # type: ignore[assignment]
    with warehouse.connect(autocommit=True) as conn:
        async with warehouse.async_pool() as pool:
            return await sync.run(settings, conn, pool, channel, POLICIES, full=True, send=True)


def die_telling(step: str, home: Path, url: str, stores: Path, items: list[tuple[str, int]]) -> None:
    """A round in a process that is killed (SIGKILL) right after a step."""

    def dead(*_: Any, **__: Any) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)

    def dead_after(function: Any) -> Any:
        def call(*given: Any, **named: Any) -> Any:
            function(*given, **named)
            dead()

        return call

    if step == "written down":
        ledger.plan = dead_after(ledger.plan)
    elif step == "about to leave":
        ledger.sending = dead_after(ledger.sending)
    elif step == "answered":
        sync._Round._answered = dead  # type: ignore[method-assign]
    else:
        sync._Round.verify = dead  # type: ignore[method-assign]
    asyncio.run(told(home, url, stores, shop_inputs(items)))


def updates(url: str) -> list[tuple[str, int, int]]:
    """(state, from, to) of every update in the ledger, in the order in which they were made."""
    with psycopg.connect(url) as conn:
        return conn.execute(
            "select state, from_quantity, to_quantity from ops.channel_updates order by update_id"
        ).fetchall()
