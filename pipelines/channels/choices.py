"""What a user decides by command: pauses, and which goods a channel's SKU is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.errors import ConfigError

if TYPE_CHECKING:
    import psycopg

_UNMAPPED = """
    select channel_sku, title, proposed_sku, proposed_by from marts.channel_listings
    where store_id = %s and central_sku is null order by channel_sku, item_id
"""


def pause(conn: psycopg.Connection[Any], channel_id: str, channel_sku: str, *, resume: bool) -> None:
    """Pause a SKU, or ('') a whole channel, or take a pause back. The caller commits."""
    if resume:
        conn.execute(
            "delete from ops.channel_pauses where store_id = %s and channel_sku = %s", (channel_id, channel_sku)
        )
    else:
        conn.execute(
            "insert into ops.channel_pauses (store_id, channel_sku) values (%s, %s) on conflict do nothing",
            (channel_id, channel_sku),
        )


def map_sku(conn: psycopg.Connection[Any], channel_id: str, channel_sku: str, own_sku: str) -> None:
    """Note which goods a shop's SKU is; '' takes it back. The next build knows it. The caller commits.

    Raises ConfigError for a SKU that the channel, or the own stock, does not have.
    """
    if own_sku == "":
        conn.execute("delete from ops.channel_maps where store_id = %s and channel_sku = %s", (channel_id, channel_sku))
        return
    listed = conn.execute(
        "select tenant_id from marts.channel_listings where store_id = %s and channel_sku = %s limit 1",
        (channel_id, channel_sku),
    ).fetchone()
    if listed is None or channel_sku == "":
        raise ConfigError(
            f"{channel_id} lists no {channel_sku!r}; `tradewind channels map {channel_id}` shows what is not mapped."
        )
    if not conn.execute(
        "select from marts.stock_central where tenant_id = %s and central_sku = %s", (listed[0], own_sku)
    ).fetchall():
        raise ConfigError(f"Your own stock has no {own_sku!r}: only what is in manual.stock can be sold at a channel.")
    conn.execute(
        "insert into ops.channel_maps (store_id, channel_sku, central_sku) values (%s, %s, %s)"
        " on conflict (store_id, channel_sku) do update set central_sku = excluded.central_sku, mapped_at = default",
        (channel_id, channel_sku, own_sku),
    )


def unmapped(conn: psycopg.Connection[Any], channel_id: str) -> list[tuple[str, str | None, str | None, str | None]]:
    """(SKU, title, proposed own SKU, why) of a channel's listings that are not mapped."""
    rows = conn.execute(_UNMAPPED, (channel_id,)).fetchall()
    return [(row[0], row[1], row[2], row[3]) for row in rows]
