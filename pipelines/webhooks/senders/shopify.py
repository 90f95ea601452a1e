"""Shopify's webhooks: signed with the app's client secret over the raw body, the headers not signed.

Sources: shopify.dev "Verify webhook deliveries" and "Ignore duplicates"; the header names are those of Shopify's own
library (@shopify/shopify-api, lib/types). For up to an hour after the secret was rotated, Shopify signs with the old
one. Shopify gives an answer five seconds, tries eight times in four hours with the same body, and then deletes a
subscription that was made by the Admin API.
"""

from __future__ import annotations

from typing import Any

from pipelines.webhooks.model import Event, Ignored, Refused
from pipelines.webhooks.senders.common import (
    Delivery,
    Means,
    Sender,
    document,
    hashed,
    identity,
    known,
    moment,
    rows,
    sku,
    topic_of,
    whole,
)
from pipelines.webhooks.signatures import is_base64_hmac

MAKES_DUE = {
    "orders/create": ("orders", "stock"),
    "orders/cancelled": ("orders", "stock"),
    "refunds/create": ("refunds", "stock"),
    "inventory_levels/update": ("stock",),
}


async def check(delivery: Delivery, means: Means) -> Ignored | None:
    """The signature first; then that it is this shop's. All shops of one app share the secret, so a webhook that came
    to the wrong address is signed well."""
    if not is_base64_hmac(delivery.endpoint.secrets, delivery.body, delivery.header("x-shopify-hmac-sha256")):
        raise Refused(401, "bad signature")
    if delivery.header("x-shopify-shop-domain").lower() != delivery.endpoint.account.lower():
        raise Refused(403, "another shop")
    return None


def read(delivery: Delivery) -> Event | Ignored:
    """Ids, quantities and times; nothing about the buyer."""
    topic = topic_of(delivery.header("x-shopify-topic"))
    if topic not in MAKES_DUE:
        return Ignored("another topic")
    content = document(delivery.body)
    subject, facts = _READERS[topic](content)
    if subject is None:
        raise Refused(400, "no id")
    ids = [f"body:{hashed(delivery.body)}"]
    if webhook_id := identity(delivery.header("x-shopify-webhook-id")):
        ids.append(f"webhook:{webhook_id}")
    if event_id := identity(delivery.header("x-shopify-event-id")):
        # several subscriptions tell of one event, each with a webhook id of its own
        ids.append(f"event:{event_id}:{topic}:{subject}")
    changed = (content.get(name) for name in ("updated_at", "created_at"))
    when = moment(delivery.header("x-shopify-triggered-at")) or next((at for at in map(moment, changed) if at), None)
    return Event(topic, tuple(ids), subject, when, facts)


def _order(content: dict[str, Any]) -> tuple[str | None, dict[str, Any]]:
    lines = [
        known(sku=sku(each.get("sku")), variant=identity(each.get("variant_id")), quantity=whole(each.get("quantity")))
        for each in rows(content.get("line_items"))
    ]
    updated = moment(content.get("updated_at"))
    return identity(content.get("id")), known(lines=lines, updated_at=updated.isoformat() if updated else None)


def _refund(content: dict[str, Any]) -> tuple[str | None, dict[str, Any]]:
    lines = [
        known(
            line_item=identity(each.get("line_item_id")),
            location=identity(each.get("location_id")),
            restock=sku(each.get("restock_type")),
            quantity=whole(each.get("quantity")),
        )
        for each in rows(content.get("refund_line_items"))
    ]
    return identity(content.get("id")), known(order=identity(content.get("order_id")), lines=lines)


def _level(content: dict[str, Any]) -> tuple[str | None, dict[str, Any]]:
    item, location = identity(content.get("inventory_item_id")), identity(content.get("location_id"))
    if item is None or location is None:
        return None, {}
    updated = moment(content.get("updated_at"))
    return f"{item}@{location}", known(
        item=item,
        location=location,
        available=whole(content.get("available")),
        updated_at=updated.isoformat() if updated else None,
    )


_READERS = {
    "orders/create": _order,
    "orders/cancelled": _order,
    "refunds/create": _refund,
    "inventory_levels/update": _level,
}

SENDER = Sender(check, read, MAKES_DUE)
