"""WooCommerce's webhooks: signed with the webhook's secret over the raw body, the headers not signed.

Source: class-wc-webhook.php of WooCommerce (9.9 to 11). A ping without a signature comes when one is made, and must be
answered with 200. The delivery id is made of the webhook's id and the second, so it tells nothing about an event. A
failed delivery is never repeated, and deliveries of one object within ten minutes collapse into one: shops are polled
as well.
"""

from __future__ import annotations

import re
from typing import Any

from pipelines.webhooks.model import Event, Ignored, Refused
from pipelines.webhooks.senders.common import (
    JSON,
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

FORM = "application/x-www-form-urlencoded"
_PING = re.compile(rb"webhook_id=[0-9]{1,20}")
_STATUS = re.compile(r"[a-z_-]{1,40}")

MAKES_DUE = {
    **{f"order.{what}": ("orders", "stock") for what in ("created", "updated", "deleted", "restored")},
    **{f"product.{what}": ("products", "stock") for what in ("created", "updated", "deleted", "restored")},
}


async def check(delivery: Delivery, means: Means) -> Ignored | None:
    """A ping is welcome without a signature, since nothing follows from it."""
    if delivery.content_type == FORM:
        if _PING.fullmatch(delivery.body):
            return Ignored("ping")
        raise Refused(415, "wrong content type")
    if not is_base64_hmac(delivery.endpoint.secrets, delivery.body, delivery.header("x-wc-webhook-signature")):
        raise Refused(401, "bad signature")
    return None


def read(delivery: Delivery) -> Event | Ignored:
    """Ids, quantities and times; nothing about the buyer. A body is the whole object of the REST API, and of what was
    deleted only its id."""
    topic = topic_of(delivery.header("x-wc-webhook-topic"))
    if topic not in MAKES_DUE:
        return Ignored("another topic")
    content = document(delivery.body)
    subject = identity(content.get("id"))
    if subject is None:
        raise Refused(400, "no id")
    what, _, change = topic.partition(".")
    if change == "deleted":
        # what is deleted, restored and deleted again has the same body twice
        ids = tuple(
            f"delivery:{topic}:{subject}:{each}"
            for each in [identity(delivery.header("x-wc-webhook-delivery-id"))]
            if each
        )
        return Event(topic, ids or (f"body:{topic}:{hashed(delivery.body)}",), subject)
    facts = _order(content) if what == "order" else _product(content)
    when = moment(content.get("date_modified_gmt"), zone=False)
    return Event(topic, (f"body:{topic}:{hashed(delivery.body)}",), subject, when, facts)


def _order(content: dict[str, Any]) -> dict[str, Any]:
    lines = [
        known(
            sku=sku(each.get("sku")),
            product=identity(each.get("product_id")),
            variation=identity(each.get("variation_id")),
            quantity=whole(each.get("quantity")),
        )
        for each in rows(content.get("line_items"))
    ]
    status = content.get("status")
    return known(lines=lines, status=status if isinstance(status, str) and _STATUS.fullmatch(status) else None)


def _product(content: dict[str, Any]) -> dict[str, Any]:
    return known(sku=sku(content.get("sku")), quantity=whole(content.get("stock_quantity")))


SENDER = Sender(check, read, MAKES_DUE, content_types=(JSON, FORM))
