"""What the decision needs, read from the marts: a channel's listings, the stock, and up to when orders are known.

Orders that a webhook has told of, and that no pull has read yet, hold their goods back from the moment at which they
came. That only lowers figures: when the order is read, the marts have it, and nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipelines.channels.decision import Offer, Stock
from pipelines.channels.model import AMAZON, Channel, Listing, Shown
from pipelines.channels.policies_file import Policies
from pipelines.transformation import transform

if TYPE_CHECKING:
    import psycopg

_SHOP_LISTINGS = """
    select item_id, channel_sku, central_sku from marts.channel_listings
    where store_id = %(channel)s and central_sku is not null
"""
# Of Amazon's listings those that the merchant sends: only their stock is ours to tell.
_AMAZON_LISTINGS = """
    with newest as (
        select sku, asin, fulfillment_channel from staging.stg_amazon_sp__merchant_listings as s
        where store_id = %(channel)s and instant = (
            select max(instant) from staging.stg_amazon_sp__merchant_listings where store_id = %(channel)s)
    )
    select l.item_id, l.channel_sku, l.central_sku
    from marts.channel_listings as l
    inner join newest as n
        on l.channel_sku = n.sku and l.item_id = coalesce(n.asin, '') and lower(n.fulfillment_channel) = 'default'
    where l.store_id = %(channel)s and l.central_sku is not null
"""
_STOCK = "select central_sku, available_quantity, as_of from marts.stock_central where tenant_id = %s"
# What Amazon had to sell when it was last asked, less what buyers have ordered from there since, at Amazon or by
# Multi-Channel Fulfillment. One account's stores share its stock: it counts once, however many marketplaces show it.
_FBA = """
    with shown as (
        select l.store_id, l.central_sku, l.account, l.channel_sku, f.units, f.at
        from marts.channel_listings as l
        inner join ops.stores as o on l.store_id = o.store_id
        cross join lateral (
            select coalesce(i.snapshot_fulfillable_quantity, i.ledger_ending_quantity) as units,
                case when i.snapshot_fulfillable_quantity is null
                    then (i.date + 1)::timestamp at time zone o.time_zone
                    else (
                        select max(s.instant) from staging.stg_amazon_sp__fba_myi_unsuppressed_inventory as s
                        where s.store_id = l.store_id and s.date = i.date) end as at
            from marts.inventory_daily as i where i.store_id = l.store_id and i.sku = l.channel_sku
            order by i.date desc limit 1
        ) as f
        where l.tenant_id = %(tenant)s and l.channel = 'amazon' and l.central_sku is not null and f.units is not null
    ), ordered as materialized (
        select coalesce(o.account_id, split_part(i.store_id, ':', 2)) as owner, i.sku, i.purchased_at, i.units
        from marts.order_items as i left join ops.stores as o on i.store_id = o.store_id
        where i.tenant_id = %(tenant)s and lower(i.fulfillment_channel) = 'amazon'
            and i.date >= (select min(at)::date - 1 from shown)
            and not (array[lower(i.order_status), lower(i.item_status)]
                && array['cancelled', 'canceled', 'unfulfillable'])
    ), left_there as (
        select s.central_sku, s.account, greatest(s.units - coalesce(sum(i.units), 0), 0) as units
        from shown as s
        left join ordered as i
            on i.owner in (s.account, split_part(s.account, '@', 1)) and i.sku = s.channel_sku and i.purchased_at > s.at
        group by s.store_id, s.central_sku, s.account, s.channel_sku, s.units, s.at
    )
    select central_sku, sum(units)::integer from (
        select central_sku, account, max(units) as units from left_there group by central_sku, account) as a
    group by central_sku
"""
_RESERVED = """
    select item_id, sum(unfulfilled_units)::integer from marts.shop_order_lines
    where store_id = %s and not is_cancelled and not is_test group by item_id
"""
# Orders that webhooks have told of within two days, and neither the marts nor a cancellation knows.
_TOLD = """
    select h.shop_id, line ->> 'variant', line ->> 'sku', sum((line ->> 'quantity')::integer)::integer
    from ops.webhook_events as e
    inner join ops.shops as h on e.channel = h.channel and lower(e.account) = lower(h.domain)
    cross join lateral jsonb_array_elements(e.facts -> 'lines') as line
    where h.tenant_id = %(tenant)s and e.received_at > clock_timestamp() - interval '2 days'
        and e.topic in ('orders/create', 'order.created') and line ? 'quantity'
        and not exists (
            select from ops.webhook_events as c
            where c.endpoint = e.endpoint and c.subject = e.subject
                and c.topic in ('orders/cancelled', 'order.deleted'))
        and not exists (
            select from marts.shop_order_lines as o
            where o.store_id = h.shop_id and regexp_replace(o.order_id, '^.*/', '') = e.subject)
    group by 1, 2, 3
"""
_SHOWN = """
    select item_id, channel_sku, shows_quantity, shown_at from insights.channel_stock where store_id = %s
"""
# Webhooks of stock within the last quarter of an hour: somebody, perhaps we ourselves, has changed the figure.
_TOUCHED = """
    select distinct p.variant_id
    from ops.webhook_events as e
    inner join ops.shops as h on e.channel = h.channel and lower(e.account) = lower(h.domain)
    inner join staging.stg_shopify__products as p
        on p.store_id = h.shop_id and regexp_replace(p.inventory_item_id, '^.*/', '') = e.facts ->> 'item'
    where h.shop_id = %s and e.topic = 'inventory_levels/update'
        and e.received_at > clock_timestamp() - interval '15 minutes'
"""
_ORDERS_AT = """
    select max(checked_at) from ops.slices
    where feed = any(%s) and scope_id = any(%s) and state in ('loaded', 'empty')
"""
_PAUSED = "select channel_sku from ops.channel_pauses where store_id = %s"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is known of a channel. stock: by central SKU. unstocked: listings of which it was found to keep no stock.
    touched: listings whose figure somebody has changed of late."""

    offers: tuple[Offer, ...]
    stock: dict[str, Stock]
    unstocked: frozenset[Listing]
    touched: frozenset[Listing]


def read(conn: psycopg.Connection[Any], channel: Channel, policies: Policies) -> Inputs:
    """The channel's listings that are mapped, with what it showed when it was last read, and the tenant's stock."""
    known = {"channel": channel.channel_id}
    rows = conn.execute(_AMAZON_LISTINGS if channel.kind == AMAZON else _SHOP_LISTINGS, known).fetchall()
    listed = {Listing(channel.channel_id, row[0], row[1]): row[2] for row in rows}
    read = {
        Listing(channel.channel_id, row[0], row[1]): None if row[2] is None else Shown(row[2], row[3])
        for row in conn.execute(_SHOWN, (channel.channel_id,)).fetchall()
    }
    items = {row[0] for row in conn.execute(_TOUCHED, (channel.channel_id,)).fetchall()}
    reserved: dict[str, int] = dict(conn.execute(_RESERVED, (channel.channel_id,)).fetchall())
    policy_of = {each: policies.policy(channel.channel_id, sku) for each, sku in listed.items()}
    stock = _stock(conn, channel.tenant_id, fba=any(each.fba for each in policy_of.values()))
    told = _told(conn, channel.tenant_id)
    for (shop_id, variant, sku), units in told.items():
        for central in _central_of(conn, shop_id, variant, sku):
            if central in stock:
                stock[central] = replace(stock[central], available=stock[central].available - units)
        if shop_id == channel.channel_id:
            for item_id in {each.item_id for each in listed if _is_of(each, variant, sku)}:
                reserved[item_id] = reserved.get(item_id, 0) + units
    paused = {row[0] for row in conn.execute(_PAUSED, (channel.channel_id,)).fetchall()}
    orders_at = _orders_at(conn, channel)
    offers = []
    for listing, central_sku in sorted(listed.items()):
        policy = policy_of[listing]
        if paused & {"", listing.channel_sku}:
            policy = replace(policy, paused=True)
        offers.append(
            Offer(listing, central_sku, policy, read.get(listing), reserved.get(listing.item_id, 0), orders_at)
        )
    return Inputs(
        tuple(offers),
        stock,
        frozenset(listing for listing, shown in read.items() if shown is None),
        frozenset(each for each in listed if each.item_id in items),
    )


def _stock(conn: psycopg.Connection[Any], tenant_id: str, *, fba: bool) -> dict[str, Stock]:
    """By central SKU. fba: whether Amazon's stock is asked for."""
    at_amazon: dict[str, int] = dict(conn.execute(_FBA, {"tenant": tenant_id}).fetchall()) if fba else {}
    return {
        sku: Stock(sku, available, counted_at, at_amazon.get(sku, 0))
        for sku, available, counted_at in conn.execute(_STOCK, (tenant_id,)).fetchall()
    }


def _told(conn: psycopg.Connection[Any], tenant_id: str) -> dict[tuple[str, str | None, str | None], int]:
    return {(row[0], row[1], row[2]): row[3] for row in conn.execute(_TOLD, {"tenant": tenant_id}).fetchall()}


def _central_of(conn: psycopg.Connection[Any], shop_id: str, variant: str | None, sku: str | None) -> Collection[str]:
    """The own SKUs that a line of an order may be of: by the variant, else by its SKU."""
    rows = conn.execute(
        "select item_id, channel_sku, central_sku from marts.channel_listings where store_id = %s"
        " and central_sku is not null and (channel_sku = %s or regexp_replace(item_id, '^.*/', '') = %s)",
        (shop_id, sku, variant),
    ).fetchall()
    return {row[2] for row in rows if _is_of(Listing(shop_id, row[0], row[1]), variant, sku)}


def _is_of(listing: Listing, variant: str | None, sku: str | None) -> bool:
    if variant is not None and listing.item_id.rpartition("/")[2] == variant:
        return True
    return variant is None and sku is not None and listing.channel_sku == sku


def _orders_at(conn: psycopg.Connection[Any], channel: Channel) -> datetime | None:
    """Up to when the marts know the channel's orders; None where they have not seen all that has landed."""
    if transform.stale(conn):
        return None
    scopes = [channel.channel_id, *([channel.account.account_id] if channel.account else [])]
    feeds = [f"{channel.kind}.orders", "amazon_sp.all_orders_by_last_update", "amazon_sp.all_orders_by_order_date"]
    row = conn.execute(_ORDERS_AT, (feeds, scopes)).fetchone()
    return row[0] if row else None
