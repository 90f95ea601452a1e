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
SHOPS = {"shopify": "harbor-shop", "ebay": "harbor-ebay", "woocommerce": "harbor-woo"}
POLICIES = Policies({each: ChannelSettings("on", "Main warehouse", Policy()) for each in SHOPS.values()})
Items = Collection[tuple[str, str, int]]
"""(item id, channel SKU, units that may be sold) each."""


def shop_inputs(items: Items, kind: str = "shopify") -> inputs.Inputs:
    """What the marts would say of these items of the shop of a kind."""
    now = datetime(2030, 1, 1, tzinfo=UTC)
    offers = [
        Offer(Listing(SHOPS[kind], item_id, sku), f"own {sku}", Policy(), None, 10_000, now)
        for item_id, sku, _ in items
    ]
    stock = {f"own {sku}": Stock(f"own {sku}", units, now) for _, sku, units in items}
    return inputs.Inputs(tuple(offers), stock, frozenset(), frozenset())


async def told(home: Path, url: str, stores: Path, items: Items, kind: str = "shopify") -> Outcome:
    """One round for the shop of a kind of these stores."""
    settings = get_settings(home=home, warehouse_url=url, stores_path=stores)
    warehouse, shop = Warehouse(url), load_catalog(settings).shops[SHOPS[kind]]
    channel = Channel(shop.shop_id, kind, shop.tenant_id, shop=shop, location="Main warehouse")
    given = shop_inputs(items, kind)
    inputs.read = lambda *_: given  # type: ignore[assignment]
    with warehouse.connect(autocommit=True) as conn:
        async with warehouse.async_pool() as pool:
            return await sync.run(settings, conn, pool, channel, POLICIES, full=True, send=True)


def die_telling(step: str, home: Path, url: str, stores: Path, items: Items, kind: str) -> None:
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
    asyncio.run(told(home, url, stores, items, kind))


def updates(url: str) -> list[tuple[str, int, int]]:
    """(state, from, to) of every update in the ledger, in the order in which they were made."""
    with psycopg.connect(url) as conn:
        return conn.execute(
            "select state, from_quantity, to_quantity from ops.channel_updates order by update_id"
        ).fetchall()
