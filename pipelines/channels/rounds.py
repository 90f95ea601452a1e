"""Which channels there are, and a round for each of them at once. What a round does is in `sync`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from typing import TYPE_CHECKING

from pipelines.channels import events, sync
from pipelines.channels.model import AMAZON, Channel
from pipelines.channels.policies_file import Policies
from pipelines.channels.sync import Outcome
from pipelines.channels.writers.base import can_write
from pipelines.errors import ConfigError, SourceError, TradewindError
from pipelines.warehouse import counters

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.stores import Catalog
    from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)


def channels(catalog: Catalog, policies: Policies) -> dict[str, Channel]:
    """The channels that can be told something, by id: shops with access, and stores at Amazon that channels.yaml names.

    What is `off` there is left out, and the shop whose location is the source of the own stock: it would be told what
    it says itself.
    """
    found = {}
    for shop in catalog.shops.values():
        if shop.secret is not None and can_write(shop.kind) and not shop.stock_location:
            location = policies.settings(shop.shop_id).location
            found[shop.shop_id] = Channel(shop.shop_id, shop.kind, shop.tenant_id, shop=shop, location=location)
    for store in catalog.stores.values():
        if store.has_api and can_write(AMAZON):
            account = catalog.accounts[store.account_id]
            found[store.store_id] = Channel(store.store_id, AMAZON, store.tenant_id, store=store, account=account)
    return {name: each for name, each in sorted(found.items()) if policies.settings(name).write != "off"}


def chosen(catalog: Catalog, policies: Policies, names: Collection[str] | None) -> list[Channel]:
    """The channels of these ids; None: all. Raises ConfigError for one that there is not."""
    there = channels(catalog, policies)
    if unknown := sorted(set(names or ()) - set(there)):
        raise ConfigError(
            f"There is no channel {', '.join(unknown)} that can be told the stock; there are: "
            f"{', '.join(there) or 'none'}. A shop needs its credentials in stores.yaml; a store at Amazon must be "
            "named in channels.yaml."
        )
    return [each for name, each in there.items() if names is None or name in names]


async def look(
    settings: Settings,
    warehouse: Warehouse,
    wanted: Collection[Channel],
    policies: Policies,
    *,
    full: bool,
    send: Collection[str],
) -> tuple[list[Outcome], list[TradewindError]]:
    """A round for each of these channels. send: the ids of those that are told what differs.

    What cannot be asked now keeps nobody else waiting; returns what came of the others, and the errors.
    """
    with warehouse.connect() as conn:
        for tenant_id in sorted({each.tenant_id for each in wanted}):
            events.tell(conn, tenant_id, settings.now())
            conn.commit()
    outcomes: list[Outcome] = []
    errors: list[TradewindError] = []
    async with warehouse.async_pool() as pool:

        async def one(channel: Channel) -> None:
            try:
                with warehouse.connect(autocommit=True) as conn:
                    is_sent = channel.channel_id in send
                    outcomes.append(await sync.run(settings, conn, pool, channel, policies, full=full, send=is_sent))
            except (SourceError, ConfigError) as error:
                log.error("%s", error)
                errors.append(error)

        await asyncio.gather(*(one(each) for each in wanted))
    await asyncio.to_thread(counters.write, warehouse)
    return sorted(outcomes, key=lambda each: each.channel.channel_id), errors


def told_by_itself(wanted: Collection[Channel], policies: Policies) -> set[str]:
    """The ids of the channels that are `write: on`."""
    return {each.channel_id for each in wanted if policies.settings(each.channel_id).write == "on"}
